"""Guards what the desk says and writes: one own unit at a time, nothing of others or of the machine, nothing lost."""

import json
import os
import stat

import pandas as pd
import pytest

from medtw_qual.codebook.codebook import Code, Codebook
from medtw_qual.codebook.snapshots import read_snapshot
from medtw_qual.coding import draw_sample, read_codings
from medtw_qual.coding.coding_log import CodingLog
from medtw_qual.coding.desk_state import CodingState
from medtw_qual.errors import InvalidArgument
from tests.coding.conftest import make_corpus


@pytest.fixture
def sample(corpus):
    return draw_sample(corpus, 6, coders=["KA", "LB"], seed=1)


@pytest.fixture
def state(sample, codebook, tmp_path):
    return CodingState(sample, codebook, "KA", tmp_path)


def decide(state, unit, *codes, **more):
    return state.respond({"type": "decide", "unit_id": unit, "codes": list(codes), **more})


def test_a_view_holds_the_present_unit_and_counts_only(state, sample, codebook, tmp_path):
    CodingLog(tmp_path, "LB", "s").decide(
        round_="1", unit_id=sample.order_for("KA")[0], codes=["voice"], codes_seen=codebook.ids, codebook_hash="h",
        memo="secret of LB",
    )  # fmt: skip
    first = state.respond({"type": "hello"})
    order = sample.order_for("KA")
    assert first["unit"]["id"] == order[0]
    assert set(first["unit"]) == {"id", "text", "context"}
    sent = json.dumps([first, decide(state, order[0], "family")])
    assert "secret of LB" not in sent
    assert '"LB"' not in sent
    assert not any(unit in sent for unit in order[2:])


def test_decisions_are_on_the_disk_when_acknowledged_and_resume_after_a_restart(state, sample, codebook, tmp_path):
    order = sample.order_for("KA")
    for unit in order[:2]:
        reply = decide(state, unit, "family", id="id-" + unit, memo="m", new_code="Gallows humour")
        assert (reply["type"], reply["id"]) == ("saved", "id-" + unit)
    assert reply["unit"]["id"] == order[2]
    again = CodingState(sample, codebook, "KA", tmp_path)
    assert again.respond({"type": "hello"})["unit"]["id"] == order[2]
    assert len(again.decided) == 2
    assert read_snapshot(codebook.hash, tmp_path) == codebook
    codings = read_codings(tmp_path, codebook)
    assert len(codings) == 6


def test_a_decision_that_arrives_twice_is_written_once(state, sample, codebook, tmp_path):
    unit = sample.order_for("KA")[0]
    decide(state, unit, "family", id="same")
    assert decide(state, unit, "family", id="same")["type"] == "saved"
    after_restart = CodingState(sample, codebook, "KA", tmp_path)
    assert decide(after_restart, unit, "family", id="same")["type"] == "saved"
    lines = [line for path in tmp_path.glob("*.jsonl") for line in path.read_text().splitlines()]
    assert len(lines) == 1


def test_undo_is_a_record_and_brings_the_choices_back(state, sample, codebook, tmp_path):
    order = sample.order_for("KA")
    decide(state, order[0], "family", memo="warm")
    reply = state.respond({"type": "undo", "id": "u1"})
    assert reply["unit"]["id"] == order[0]
    assert reply["draft"]["codes"] == ["family"]
    assert reply["draft"]["memo"] == "warm"
    assert reply["done"] == 0
    assert state.respond({"type": "undo", "id": "u1"})["unit"]["id"] == order[0]
    assert not CodingState(sample, codebook, "KA", tmp_path).decided
    assert [json.loads(line)["action"] for line in state._log.path.read_text().splitlines()] == ["decide", "undo"]


def test_one_goes_back_and_forward_among_ones_own_decisions(state, sample):
    order = sample.order_for("KA")
    assert state.respond({"type": "back"})["unit"]["id"] == order[0]  # nothing decided: nowhere to go
    for unit, code in zip(order[:3], ("family", "voice", "isolation"), strict=True):
        decide(state, unit, code)
    back = [state.respond({"type": "back"}) for _ in range(4)]
    assert [view["unit"]["id"] for view in back] == [order[2], order[1], order[0], order[0]]
    assert [view["draft"]["codes"] for view in back[:3]] == [["isolation"], ["voice"], ["family"]]
    assert all(view["again"] for view in back)
    assert state.respond({"type": "forward"})["unit"]["id"] == order[1]
    reply = decide(state, order[1], "family")
    assert (reply["unit"]["id"], reply["again"], reply["done"]) == (order[3], False, 3)
    assert state.respond({"type": "back"})["unit"]["id"] == order[1]  # the one decided last
    assert state.respond({"type": "forward"})["unit"]["id"] == order[3]
    assert state.respond({"type": "forward"})["unit"]["id"] == order[3]


def test_what_is_on_the_screen_is_what_an_undo_takes_back(state, sample, codebook, tmp_path):
    order = sample.order_for("KA")
    for unit in order[:3]:
        decide(state, unit, "voice")
    state.respond({"type": "open", "unit_id": order[0]})
    reply = state.respond({"type": "undo", "id": "u1"})
    assert (reply["unit"]["id"], reply["done"], reply["again"]) == (order[0], 2, False)
    assert reply["draft"]["codes"] == ["voice"]
    assert set(read_codings(tmp_path, codebook)["unit_id"]) == set(order[1:3])


def test_the_list_holds_only_what_is_decided_at_this_desk(state, sample, codebook, tmp_path):
    CodingLog(tmp_path, "LB", "s").decide(
        round_="1", unit_id=sample.order_for("KA")[5], codes=["voice"], codes_seen=codebook.ids, codebook_hash="h"
    )
    order = sample.order_for("KA")
    decide(state, order[0], "family", "voice", memo="Irony?")
    decide(state, order[1])
    decide(state, order[2], impossible=True)
    found = state.respond({"type": "list"})
    assert [row["id"] for row in found["rows"]] == [order[2], order[1], order[0]]
    assert [row["codes"] for row in found["rows"]] == [
        "cannot be coded", "none of these", "Finding family, Finding a voice",
    ]  # fmt: skip
    assert [row["id"] for row in state.respond({"type": "list", "words": "irony FAMILY"})["rows"]] == [order[0]]
    assert state.respond({"type": "list", "words": "nothing like it"})["n"] == 0
    refused = state.respond({"type": "open", "unit_id": order[3]})
    assert refused["type"] == "refused"  # a unit ahead is not to be had
    assert "text" not in json.dumps(refused)


def test_a_long_list_comes_in_pages(codebook, tmp_path):
    sample = draw_sample(make_corpus(45), 45, seed=1)
    state = CodingState(sample, codebook, "KA", tmp_path)
    for unit in sample.order_for("KA"):
        decide(state, unit)
    pages = [state.respond({"type": "list", "start": start}) for start in (0, 20, 40)]
    assert [len(page["rows"]) for page in pages] == [20, 20, 5]
    assert {page["n"] for page in pages} == {45}
    assert len({row["id"] for page in pages for row in page["rows"]}) == 45


def test_later_puts_a_unit_at_the_end(state, sample):
    order = sample.order_for("KA")
    assert state.respond({"type": "skip"})["unit"]["id"] == order[1]
    for unit in order[1:]:
        reply = decide(state, unit)
    assert reply["unit"]["id"] == order[0]
    assert decide(state, order[0])["unit"] is None
    assert state.respond({"type": "skip"})["unit"] is None


def test_passages_are_code_points_inside_the_text(state, sample, codebook, tmp_path):
    texts = sample.units.set_index("unit_id")["text"]
    unit = next(unit for unit in sample.order_for("KA") if "👩🏽‍⚕️" in texts[unit])
    start = texts[unit].index("and I")
    mark = {"code": "family", "start": start, "end": start + 5}
    assert decide(state, unit, "family", passages=[mark])["type"] == "saved"
    row = read_codings(tmp_path, codebook).query("code == 'family'").iloc[0]
    assert texts[unit][row["start"] : row["end"]] == "and I"
    for wrong in ({"end": 10**6}, {"start": -1}, {"code": "voice"}, {"end": start}, {"start": 1.5}, {"start": None}):
        reply = decide(state, unit, "family", passages=[{**mark, **wrong}])
        assert reply["type"] == "refused"
        assert reply["message"].startswith("Not saved")


def test_what_is_not_a_decision_is_refused_in_words(state, sample):
    unit = sample.order_for("KA")[0]
    assert "not yours" in decide(state, "77")["message"]
    assert "Did you mean 'family'" in decide(state, unit, "famly")["message"]
    assert state.respond({"type": "dance"})["type"] == "refused"
    assert not state.decided


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere; the next test covers the same reply")
def test_a_read_only_folder_is_said(state, sample, tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    assert "Permission denied" in decide(state, sample.order_for("KA")[0])["message"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), PermissionError(13, "Permission denied")])
def test_a_disk_that_does_not_take_it_is_said_and_the_unit_stays(state, sample, monkeypatch, error):
    unit = sample.order_for("KA")[0]

    def refuse(*_):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr("medtw_qual._base.decision_log._append", refuse)
        reply = decide(state, unit, "family", id="d1")
    assert reply["type"] == "refused"
    assert error.strerror in reply["message"]
    assert state.respond({"type": "hello"})["unit"]["id"] == unit
    assert decide(state, unit, "family", id="d1")["type"] == "saved"


def test_somebody_else_under_the_same_name_is_noticed(state, sample, codebook, tmp_path):
    other = CodingState(sample, codebook, "KA", tmp_path)
    assert state.respond({"type": "hello"})["notice"] == ""
    decide(other, sample.order_for("KA")[0])
    assert "Another desk is writing as KA" in decide(state, sample.order_for("KA")[1])["notice"]


def test_a_coder_without_units_or_with_a_name_that_differs_in_capitals_only(sample, codebook, tmp_path):
    with pytest.raises(InvalidArgument, match="No unit of this sample is assigned to 'ZZ'"):
        CodingState(sample, codebook, "ZZ", tmp_path)


def test_an_unregistered_coder_is_reminded(sample, codebook, tmp_path):
    (tmp_path / "coders.csv").write_text("coder,kind,training,note\nLB,person,,\n")
    state = CodingState(sample, codebook, "KA", tmp_path / "codings")
    assert "KA is not yet in coders.csv" in state.respond({"type": "hello"})["notice"]


def test_a_code_added_under_way_is_not_coded_rather_than_absent(state, sample, codebook, tmp_path):
    order = sample.order_for("KA")
    decide(state, order[0], "family")
    wider = Codebook("small", "1.1.0", codes=(*codebook.codes, Code("humour", "Gallows humour", definition="Jokes.")))
    resumed = CodingState(sample, wider, "KA", tmp_path)
    assert "1 of your units were decided before a code was added" in resumed.respond({"type": "hello"})["notice"]
    codings = read_codings(tmp_path, wider)
    assert "humour" not in set(codings["code"])
    again = CodingState(sample, wider, "KA", tmp_path, recode=True)
    for unit in order[1:]:
        reply = decide(again, unit)
    assert reply["unit"]["id"] == order[0]
    assert reply["draft"]["codes"] == ["family"]
    assert decide(again, order[0], "family", "humour")["unit"] is None
    humour = read_codings(tmp_path, wider).query("code == 'humour'")
    assert humour["status"].tolist().count("present") == 1
    assert len(humour) == 6


def test_a_unit_coded_with_a_code_that_is_gone_can_be_coded_anew(state, sample, codebook, tmp_path):
    order = sample.order_for("KA")
    decide(state, order[0], "family")
    for unit in order[1:]:
        decide(state, unit)
    newer = Codebook("small", "2", codes=(Code("kin", "Kin", definition="x"), codebook["voice"]))
    again = CodingState(sample, newer, "KA", tmp_path, recode=True)
    view = again.respond({"type": "hello"})
    assert view["unit"]["id"] == order[0]
    assert view["draft"]["codes"] == []
    assert "You had coded this one family, which this version no longer has." in view["notice"]
    assert decide(again, order[0], "kin")["type"] == "saved"


def test_another_version_that_somebody_opens_meanwhile_is_noticed(state, sample, codebook, tmp_path):
    order = sample.order_for("KA")
    assert "another version" not in decide(state, order[0])["notice"]
    newer = Codebook("small", "2", codes=codebook.codes)
    decide(CodingState(sample, newer, "LB", tmp_path), sample.order_for("LB")[0])
    assert "another version than small 1.0.0" in decide(state, order[1])["notice"]
    later = CodingState(sample, newer, "KA", tmp_path)  # who opens a desk afterwards knows the version chosen
    assert "another version" not in later.respond({"type": "hello"})["notice"]


def test_two_sittings_at_one_time_under_one_name_are_noticed(sample, codebook, tmp_path):
    for place, sitting in enumerate(("here", "there")):
        log = CodingLog(tmp_path / sitting, "KA", sitting)  # each on a computer of its own
        for minute in (0, 10):
            log.decide(
                round_="1", unit_id=sample.order_for("KA")[place], codes=[], codes_seen=codebook.ids,
                codebook_hash=codebook.hash, decided_at=f"2026-01-01T10:{minute + place * 5:02d}:00.000Z",
            )  # fmt: skip
        log.path.rename(tmp_path / log.path.name)
    notice = CodingState(sample, codebook, "KA", tmp_path).respond({"type": "hello"})["notice"]
    assert "KA--here.jsonl and KA--there.jsonl" in notice
    with pytest.warns(UserWarning, match="overlap in time"):
        read_codings(tmp_path, codebook)


def test_a_sitting_begun_after_another_comes_after_it_whatever_its_clock_says(sample, codebook, tmp_path):
    unit = sample.order_for("KA")[0]
    for sitting, code, hour in (("first", "family", 12), ("second", "voice", 9)):
        CodingLog(tmp_path, "KA", sitting).decide(
            round_="1", unit_id=unit, codes=[code], codes_seen=codebook.ids, codebook_hash=codebook.hash,
            decided_at=f"2026-01-01T{hour:02d}:00:00.000Z",
        )  # fmt: skip
    with pytest.warns(UserWarning, match="By its clock KA--second.jsonl was begun before"):
        codings = read_codings(tmp_path, codebook)
    assert codings.loc[codings["status"] == "present", "code"].tolist() == ["voice"]


def test_one_code_only_where_the_codebook_says_so(sample, codebook, tmp_path):
    single = Codebook("single", "1", codes=codebook.codes, multiple_codes=False)
    state = CodingState(sample, single, "KA", tmp_path)
    assert "allows one" in decide(state, sample.order_for("KA")[0], "family", "voice")["message"]


def test_ten_thousand_units_open_with_one_text(codebook, tmp_path):
    corpus = make_corpus(10_000)
    sample = draw_sample(corpus, 10_000, seed=1)
    view = CodingState(sample, codebook, "KA", tmp_path).respond({"type": "hello"})
    assert view["total"] == 10_000
    assert len(json.dumps(view)) < 5_000
    assert isinstance(sample.table, pd.DataFrame)
