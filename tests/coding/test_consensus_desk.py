"""Guards the meeting over disagreements: both sides shown, a reason asked for, the log replayed into the consensus."""

import pytest

from medtw_qual.coding import build_consensus, read_codings, read_screening
from medtw_qual.coding.coding_log import CodingLog
from medtw_qual.coding.consensus_state import ConsensusState
from medtw_qual.coding.desk_state import SCREENING_LABELS, CodingState
from medtw_qual.coding.screening_log import SCREENING, everything
from medtw_qual.errors import InvalidArgument, UnknownUnit
from tests.coding.conftest import make_corpus


@pytest.fixture
def units(corpus):
    return corpus.units["unit_id"].tolist()


def code(folder, book, coder, unit, *codes):
    CodingLog(folder, coder).decide(
        round_="1", unit_id=unit, codes=codes, codes_seen=book.ids, codebook_hash=book.hash, memo=f"memo of {coder}"
    )


@pytest.fixture
def folder(tmp_path, codebook, units):
    code(tmp_path / "c", codebook, "KA", units[0], "family", "voice")
    code(tmp_path / "c", codebook, "LB", units[0], "family")
    code(tmp_path / "c", codebook, "KA", units[1])
    code(tmp_path / "c", codebook, "LB", units[1])
    code(tmp_path / "c", codebook, "KA", units[2], "voice")
    code(tmp_path / "c", codebook, "LB", units[2], "isolation")
    return tmp_path


@pytest.fixture
def desk(folder, corpus, codebook):
    def open_desk():
        codings = read_codings(folder / "c", codebook)
        return ConsensusState(codings, corpus, codebook, folder / "consensus.jsonl", "KA, LB")

    return open_desk


def decide(state, unit, *codes, **more):
    message = {"type": "decide", "unit_id": unit, "codes": list(codes), "basis": "discussed", "memo": "why", **more}
    return state.respond(message)


def test_both_sides_are_shown_and_what_they_share_is_proposed(desk, units):
    view = desk().respond({"type": "hello"})
    assert view["total"] == 2
    assert view["unit"]["id"] == units[0]
    assert view["coders"] == [
        {"coder": "KA", "codes": ["Finding family", "Finding a voice"], "memo": "memo of KA"},
        {"coder": "LB", "codes": ["Finding family"], "memo": "memo of LB"},
    ]
    assert view["draft"]["codes"] == ["family"]
    assert view["desk"]["bases"][0] == "discussed"


def test_decisions_become_the_consensus_and_the_codings_stay(desk, units, folder, codebook):
    state = desk()
    before = read_codings(folder / "c", codebook)
    decide(state, units[0], "family", id="d0")
    assert decide(state, units[2], "voice", "isolation", basis="third person")["unit"] is None
    consensus = build_consensus(before, folder / "consensus.jsonl")
    assert consensus.attrs["undecided"] == []
    rows = consensus[consensus["unit_id"] == units[2]]
    assert rows.loc[rows["status"] == "present", "code"].tolist() == ["isolation", "voice"]
    assert set(rows["basis"]) == {"third person"}
    assert set(rows["decided_by"]) == {"KA, LB"}
    assert read_codings(folder / "c", codebook).equals(before)
    assert desk().respond({"type": "hello"})["unit"] is None
    decide(state, units[0], "family", id="d0")
    assert len((folder / "consensus.jsonl").read_text().splitlines()) == 2


def test_a_reason_is_asked_for(desk, units):
    state = desk()
    assert "no reason" in decide(state, units[0], memo=" ")["message"]
    assert "not a basis" in decide(state, units[0], basis="voted")["message"]
    assert "do not differ" in decide(state, units[1])["message"]
    assert decide(state, units[0], memo="", basis="agreed")["type"] == "saved"


def test_undo_shows_the_unit_again_with_what_was_written(desk, units, folder, codebook):
    state = desk()
    decide(state, units[0], "voice", memo="too quick")
    view = state.respond({"type": "undo"})
    assert view["unit"]["id"] == units[0]
    draft = {"codes": ["voice"], "memo": "too quick", "impossible": False, "none": False, "basis": "discussed"}
    assert view["draft"] == draft
    codings = read_codings(folder / "c", codebook)
    assert build_consensus(codings, folder / "consensus.jsonl").attrs["undecided"] == [units[0], units[2]]


def test_a_message_that_is_sent_twice_counts_once(desk, units, folder):
    """The line may be cut behind a message: the browser sends it again."""
    state = desk()
    decide(state, units[0], "voice", id="d0")
    decide(state, units[0], "family", id="d1")
    decide(state, units[0], "voice", id="d0")  # superseded since; it must not come back to life
    decide(state, units[2], "voice", id="d2")
    for _ in range(3):
        state.respond({"type": "undo", "id": "u0"})
    lines = (folder / "consensus.jsonl").read_text().splitlines()
    assert len(lines) == 4
    assert list(state.decided) == [units[0]]
    assert state.decided[units[0]]["codes"] == ["family"]


def test_a_decision_is_looked_at_again_and_changed(desk, units):
    state = desk()
    decide(state, units[0], "voice", memo="too quick")
    row = state.respond({"type": "list", "words": "quick"})["rows"][0]
    assert (row["id"], row["codes"], row["memo"]) == (units[0], "Finding a voice", "too quick")
    view = state.respond({"type": "open", "unit_id": units[0]})
    assert (view["again"], view["draft"]["codes"], view["draft"]["basis"]) == (True, ["voice"], "discussed")
    assert [side["coder"] for side in view["coders"]] == ["KA", "LB"]
    reply = decide(state, units[0], "family", basis="third person")
    assert (reply["unit"]["id"], reply["done"]) == (units[2], 1)
    assert state.decided[units[0]]["basis"] == "third person"


def test_a_coding_changed_after_the_meeting_comes_up_again(desk, units, folder, codebook):
    decide(desk(), units[0], "voice")
    code(folder / "c", codebook, "LB", units[0], "isolation")
    state = desk()
    view = state.respond({"type": "hello"})
    assert view["unit"]["id"] == units[0]
    assert "changed since" in view["notice"]
    assert view["draft"]["codes"] == ["voice"]
    decide(state, units[0], "voice")
    codings = read_codings(folder / "c", codebook)
    assert build_consensus(codings, folder / "consensus.jsonl").attrs["undecided"] == [units[2]]


def test_a_desk_without_people_or_units_is_refused(folder, corpus, codebook):
    codings = read_codings(folder / "c", codebook)
    with pytest.raises(InvalidArgument, match="Nobody is named"):
        ConsensusState(codings, corpus, codebook, folder / "x.jsonl", " ")
    with pytest.raises(UnknownUnit):
        ConsensusState(codings, make_corpus(1), codebook, folder / "x.jsonl", "KA")


def test_screening_is_coding_with_three_words(corpus, tmp_path):
    state = CodingState(everything(corpus), SCREENING, "KA", tmp_path, labels=SCREENING_LABELS)
    assert state.respond({"type": "hello"})["total"] == 12
    for place, unit in enumerate(state.order):
        word = ("eligible", "not", "unsure")[place % 3]
        state.respond({"type": "decide", "unit_id": unit, "codes": [word], "memo": "r" if word == "not" else ""})
    screened = read_screening(tmp_path)
    assert screened["decision"].value_counts().to_dict() == {"eligible": 4, "not": 4, "unsure": 4}
    assert set(screened.loc[screened["decision"] == "not", "reason"]) == {"r"}
    assert "allows one" in state.respond({"type": "decide", "unit_id": unit, "codes": ["not", "unsure"]})["message"]
