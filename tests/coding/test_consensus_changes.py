"""Guards decisions under way: the codebook changes, coders join, leave or decide anew; a declared rule settles."""

import json

import pandas as pd
import pytest

from medtw_qual.codebook import Code, Codebook, Theme, merge_codes, split_code
from medtw_qual.coding import build_consensus, map_codings, open_disagreements
from medtw_qual.coding.consensus_state import ConsensusState
from medtw_qual.errors import InvalidArgument, StaleDecision
from tests.coding.conftest import make_corpus

WHO = {"reason": "one idea", "decided_by": "KA"}
BOOK = Codebook("care", "1", codes=(Code("soup", "Soup"), Code("visit", "A visit"), Code("pay", "Pay")))
UNITS = make_corpus(4).units["unit_id"].tolist()


def coded(given, book=BOOK, seen=None):
    """Codings by hand: coder -> unit number -> codes given."""
    rows = [
        (UNITS[unit], coder, "1", code, "present" if code in codes else "absent", "", None, book.hash)
        for coder, units in given.items()
        for unit, codes in units.items()
        for code in seen or book.ids
    ]
    columns = ["unit_id", "coder", "round", "code", "status", "memo", "decided_at", "codebook_hash"]
    return pd.DataFrame(rows, columns=columns)


def settle(codings, log, codes, unit=0, book=BOOK):
    """Decide at the desk."""
    state = ConsensusState(codings, make_corpus(4), book, log, "KA, LB")
    said = {"type": "decide", "unit_id": UNITS[unit], "codes": codes, "memo": "read again"}
    assert state.respond(said)["type"] == "saved"


def present(consensus, unit=0):
    rows = consensus[(consensus["unit_id"] == UNITS[unit]) & (consensus["status"] == "present")]
    return rows["code"].tolist()


def test_a_decision_follows_a_merge_and_a_renaming(tmp_path):
    codings, log, changes = (
        coded({"KA": {0: ["soup"]}, "LB": {0: ["pay"]}}),
        tmp_path / "c.jsonl",
        tmp_path / "ch.jsonl",
    )
    settle(codings, log, ["soup"])
    second = merge_codes(BOOK, ["soup", "visit"], Code("food", "Food"), version="2", log=changes, **WHO)
    third = merge_codes(second, ["food"], Code("meal", "Meal"), version="3", log=changes, **WHO)
    mapped = map_codings(codings, changes, third)
    consensus = build_consensus(mapped, log, changes=changes)
    assert present(consensus) == ["meal"]
    assert consensus["decided_by"].unique().tolist() == ["KA, LB"]
    assert set(consensus["codebook_hash"]) == {third.hash}
    assert build_consensus(mapped, log).equals(consensus)  # the codings know by which log they were mapped
    state = ConsensusState(mapped, make_corpus(4), third, log, "KA, LB")
    assert list(state.decided) == [UNITS[0]]
    assert not state.stale


def test_a_decision_on_a_code_that_was_split_leaves_its_parts_open(tmp_path):
    codings, log, changes = (
        coded({"KA": {0: ["soup"]}, "LB": {0: ["pay"]}}),
        tmp_path / "c.jsonl",
        tmp_path / "ch.jsonl",
    )
    settle(codings, log, ["soup", "pay"])
    parts = [Code("broth", "Broth"), Code("stew", "Stew")]
    book = split_code(BOOK, "soup", parts, version="2", log=changes, **WHO)
    mapped = map_codings(codings, changes, book)
    with pytest.warns(UserWarning, match="before the codebook had all of today's codes"):
        consensus = build_consensus(mapped, log)
    status = consensus.set_index("code")["status"].to_dict()
    assert status == {"visit": "absent", "pay": "present", "broth": "absent", "stew": "absent"}
    bases = consensus.set_index("code")["basis"]
    assert bases["broth"] == "single coded"  # LB had judged soup absent; KA has to say which of the two it is


def test_a_code_that_came_after_the_decision_is_not_decided_by_it(tmp_path):
    log = tmp_path / "c.jsonl"
    settle(coded({"KA": {0: ["soup"]}, "LB": {0: []}}, seen=["soup", "visit"]), log, ["soup"])
    later = coded({"KA": {0: ["soup", "pay"]}, "LB": {0: ["pay"]}})
    with pytest.warns(UserWarning, match="1 unit"):
        consensus = build_consensus(later, log)
    basis = consensus.set_index("code")[["status", "basis"]].to_dict("index")
    assert basis["soup"] == {"status": "present", "basis": "discussed"}
    assert basis["pay"] == {"status": "present", "basis": "agreed"}


@pytest.mark.parametrize("older", [False, True])
def test_a_third_coder_who_joins_is_named_and_the_decision_holds(tmp_path, older):
    log = tmp_path / "c.jsonl"
    given = {"KA": {0: ["soup"], 1: ["pay"]}, "LB": {0: ["pay"], 1: ["pay"]}}
    settle(coded(given), log, ["soup"])
    if older:  # a record that knows its evidence by its hash only
        record = json.loads(log.read_text())
        log.write_text(json.dumps({k: v for k, v in record.items() if k in RECORD}) + "\n")
    joined = coded({**given, "LM": {0: ["visit"]}})
    with pytest.warns(UserWarning, match="LM joined; 1 unit decided before has new evidence"):
        consensus = build_consensus(joined, log)
    assert present(consensus) == ["soup"]
    assert consensus.attrs["new_evidence"] == [UNITS[0]]
    state = ConsensusState(joined, make_corpus(4), BOOK, log, "KA, LB, LM")
    assert "LM joined" in state.respond({"type": "hello"})["notice"]
    settle(joined, log, ["soup", "visit"])
    assert present(build_consensus(joined, log)) == ["soup", "visit"]


RECORD = (
    "id", "action", "unit_id", "codes", "impossible", "basis", "reason", "decided_by", "decided_at", "codings_hash",
)  # fmt: skip


def test_a_coder_who_is_renamed_or_leaves_stops_nothing(tmp_path):
    log = tmp_path / "c.jsonl"
    settle(coded({"KA": {0: ["soup"]}, "LB": {0: ["pay"]}}), log, ["soup"])
    with pytest.warns(UserWarning, match="LB is now called Lena: the codings are the same"):
        consensus = build_consensus(coded({"KA": {0: ["soup"]}, "Lena": {0: ["pay"]}}), log)
    assert present(consensus) == ["soup"]
    with pytest.warns(UserWarning, match="LB no longer coded 1 unit"):
        assert present(build_consensus(coded({"KA": {0: ["soup"]}}), log)) == ["soup"]


def test_coders_who_decide_anew_and_agree_need_no_decision_any_more(tmp_path):
    log = tmp_path / "c.jsonl"
    settle(coded({"KA": {0: ["soup"]}, "LB": {0: ["pay"]}}), log, ["soup"])
    assert present(build_consensus(coded({"KA": {0: ["pay"]}, "LB": {0: ["pay"]}}), log)) == ["pay"]
    with pytest.raises(StaleDecision, match="consensus desk"):
        build_consensus(coded({"KA": {0: ["visit"]}, "LB": {0: ["pay"]}}), log)


def test_majority_leaves_ties_open_and_says_its_rule():
    codings = coded({"KA": {0: ["soup"], 1: ["pay"]}, "LB": {0: ["soup", "pay"], 1: []}, "LM": {0: []}})
    consensus = build_consensus(codings, rule="majority")
    assert present(consensus) == ["soup"]
    assert consensus.attrs["undecided"] == [UNITS[1]]  # one of two
    row = consensus[consensus["code"] == "soup"].iloc[0]
    assert (row["basis"], row["reason"]) == ("majority", "2 of 3 coders gave it")
    assert set(consensus["basis"]) == {"majority"}
    assert open_disagreements(codings, rule="majority")["unit_id"].unique().tolist() == [UNITS[1]]
    unanimous = build_consensus(codings, rule="unanimous")
    assert present(unanimous) == present(unanimous, 1) == []
    assert not unanimous.attrs["undecided"]
    with pytest.raises(InvalidArgument, match="Did you mean 'majority'"):
        build_consensus(codings, rule="majorty")


def test_people_have_the_say_over_a_rule(tmp_path):
    codings, log = coded({"KA": {0: ["soup"]}, "LB": {0: []}, "LM": {0: []}}), tmp_path / "c.jsonl"
    settle(codings, log, ["soup"])
    assert present(build_consensus(codings, log, rule="majority")) == ["soup"]


def test_a_theme_written_after_the_coding_makes_no_decision_stale(tmp_path):
    from medtw_qual.coding import read_codings
    from medtw_qual.coding.coding_log import CodingLog

    log, folder = tmp_path / "c.jsonl", tmp_path / "codings"
    for coder, code in (("KA", "soup"), ("LB", "pay")):
        CodingLog(folder, coder).decide(
            round_="1", unit_id=UNITS[0], codes=[code], codes_seen=BOOK.ids, codebook_hash=BOOK.hash
        )
    settle(read_codings(folder, BOOK), log, ["pay"])
    from dataclasses import replace

    themed = replace(BOOK, themes=(Theme("food", "Food", codes=("soup",)),))
    codings = read_codings(folder, themed)
    assert set(codings["codebook_hash"]) == {themed.hash}
    assert present(build_consensus(codings, log)) == ["pay"]
    stricter = replace(BOOK, codes=(replace(BOOK.codes[0], definition="Hot."), *BOOK.codes[1:]))
    assert set(read_codings(folder, stricter)["codebook_hash"]) == {BOOK.hash}
