"""Guards the desk after a change of the codebook: drafts lose nothing, and the queue is what `recode_needed` lists."""

from dataclasses import replace

import pytest

from medtw_qual.codebook import Code, Codebook, merge_codes, split_code
from medtw_qual.coding import draw_sample, read_codings, recode_needed
from medtw_qual.coding.desk_state import CodingState
from tests.coding.conftest import make_corpus

WHO = {"reason": "one idea", "decided_by": "KA"}
BOOK = Codebook(
    "care",
    "1",
    codes=(
        Code("soup", "Soup"),
        Code("visit", "A visit"),
        Code("pay", "Pay", definition="Money."),
        Code("rest", "Rest"),
    ),
)
CORPUS = make_corpus(6)
SAMPLE = draw_sample(CORPUS, n_units=6, coders=["KA"], round="main", seed=3)
ORDER = SAMPLE.order_for("KA")
GIVEN = [["soup"], ["visit", "pay"], ["pay"], [], ["rest"], ["soup", "visit"]]


@pytest.fixture
def coded(tmp_path):
    """Six posts coded with the first version, a passage for each code."""
    state = CodingState(SAMPLE, BOOK, "KA", tmp_path / "codings")
    for unit, codes in zip(ORDER, GIVEN, strict=True):
        passages = [{"code": code, "start": 0, "end": 2} for code in codes]
        reply = state.respond({"type": "decide", "unit_id": unit, "codes": codes, "passages": passages, "memo": "why"})
        assert reply["type"] == "saved", reply
    return tmp_path


def open_desk(folder, book):
    return CodingState(SAMPLE, book, "KA", folder / "codings", recode=True, changes=folder / "changes.jsonl")


def shown(state):
    """Accept everything that comes up by Enter; return what was shown."""
    view, seen = state.respond({"type": "hello"}), []
    while view["unit"]:
        seen.append((view["unit"]["id"], view["draft"], view["notice"]))
        draft = {name: view["draft"][name] for name in ("codes", "passages", "memo")}
        view = state.respond({"type": "decide", "unit_id": view["unit"]["id"], **draft})
        assert view["type"] == "saved", view
    return seen


def listed(folder, book):
    codings = read_codings(folder / "codings", book, changes=folder / "changes.jsonl")
    return set(recode_needed(codings, book, folder / "codings")["unit_id"]), codings


def test_after_a_merge_nothing_comes_up_and_earlier_decisions_are_shown_with_their_passages(coded):
    book = merge_codes(BOOK, ["soup", "visit"], Code("food", "Food"), version="2", log=coded / "changes.jsonl", **WHO)
    state = open_desk(coded, book)
    assert shown(state) == []
    assert listed(coded, book)[0] == set()
    view = state.respond({"type": "open", "unit_id": ORDER[5]})
    assert view["draft"]["codes"] == ["food"]
    assert view["draft"]["passages"] == [{"code": "food", "start": 0, "end": 2}]  # one: the two were the same
    assert view["draft"]["memo"] == "why"
    assert "no longer has" not in view["notice"]


def test_after_a_merge_and_an_added_code_enter_keeps_what_was_decided(coded):
    log = coded / "changes.jsonl"
    book = merge_codes(BOOK, ["soup", "visit"], Code("food", "Food"), version="2", log=log, **WHO)
    more = replace(book, version="3", codes=(*book.codes, Code("song", "Song")))
    before = listed(coded, more)[1]
    state = open_desk(coded, more)
    assert set(state.needing_recode()) == listed(coded, more)[0] == set(ORDER)
    assert "before a code was added or a rule changed; they come last" in state.respond({"type": "hello"})["notice"]
    assert [draft["codes"] for _, draft, _ in shown(state)] == [
        ["food"],
        ["food", "pay"],
        ["pay"],
        [],
        ["rest"],
        ["food"],
    ]
    left, after = listed(coded, more)
    assert left == set()
    old = before[["unit_id", "code", "status", "start", "end"]]
    assert old.merge(after, how="left")["coder"].notna().all()


def test_a_code_that_was_split_is_asked_for_where_it_was_given_and_nowhere_else(coded):
    parts = [Code("cash", "Cash"), Code("leave", "Leave")]
    book = split_code(BOOK, "pay", parts, version="2", log=coded / "changes.jsonl", **WHO)
    state = open_desk(coded, book)
    assert set(state.needing_recode()) == listed(coded, book)[0] == {ORDER[1], ORDER[2]}
    view = state.respond({"type": "hello"})
    while view["unit"] and view["unit"]["id"] != ORDER[2]:
        view = state.respond({"type": "skip"})
    assert view["draft"]["none"] is False  # Enter must not say that none of them is there
    assert "was split: choose among Cash, Leave" in view["notice"]


def test_a_rule_that_changed_brings_up_every_unit_judged_by_it_and_a_title_brings_up_none(coded):
    stricter = replace(
        BOOK, version="2", codes=(*BOOK.codes[:2], replace(BOOK.codes[2], definition="Cash."), BOOK.codes[3])
    )
    state = open_desk(coded, stricter)
    assert set(state.needing_recode()) == listed(coded, stricter)[0] == set(ORDER)
    shown(state)
    assert open_desk(coded, stricter).needing_recode() == []
    assert open_desk(coded, replace(stricter, title="Care at work", version="2.1")).needing_recode() == []
