"""Guards what stands between quotation marks: the author's own words; two passages of a post are two quotations."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtw_qual._base.table_files import empty_table
from medtw_qual.errors import InvalidArgument
from medtw_qual.manuscript.quotation import Quotations, find_words
from medtw_qual.manuscript.quotation.quotation_set import QUOTATION_COLUMNS, QUOTATION_LIST

POST = 'I never thought strangers would carry me. The night crew did, though, and they still do: "we\'re here".'
WHO = {"reason": "agreed by letter", "decided_by": "KA"}


@pytest.fixture
def listed():
    return Quotations(
        empty_table(QUOTATION_LIST)[QUOTATION_COLUMNS], {"u1": POST, "u2": "Some other person wrote this."}
    )


@pytest.mark.parametrize(
    "words",
    [
        POST,
        "The night crew did",
        "the night crew did.",  # first letter and last full stop
        "The night\n crew did",
        "The night crew did [...] and they still do",
        "The night crew […] still do",
        "[...] they still do: “we’re here”",
        "[T]he night crew did",
        "The [ward’s] night crew did",
        "The [people on duty] did, though",
        "“The night crew did”",
    ],
)
def test_words_of_the_author_with_marked_changes_are_found(words):
    assert find_words(words, POST) is not None


@pytest.mark.parametrize(
    "words",
    [
        "I thought strangers would carry me",  # the lost "never"
        "I [...] thought strangers would carry me",  # the same, marked
        "I [really] thought strangers would carry me",
        "The night crew did though and they still do",  # commas left out unmarked
        "Some other person wrote this.",
        "[...]",
        "",
        "ever thought",  # part of a word turns the sense around too
    ],
)
def test_other_words_are_not_found(words):
    assert find_words(words, POST) is None


@given(st.text(min_size=1, max_size=60), st.data())
def test_every_whole_text_is_found_in_itself_at_its_own_place(text, data):
    before = data.draw(st.sampled_from(["", "A day. ", "é "]))
    found = find_words(text, before + text)
    if found is not None:
        start, end = found
        assert 0 <= start < end <= len(before + text)
    if text.strip() and text.isascii() and text.isalnum():
        assert found is not None


def test_places_count_code_points_of_the_text_as_it_was_given():
    decomposed = "Cafe\u0301 at night \U0001f495 kept us going"
    start, end = find_words("kept us", decomposed)
    assert decomposed[start:end] == "kept us"
    start, end = find_words("Café at", decomposed)
    assert decomposed[start:end] == "Cafe\u0301 at"


def test_permission_is_for_words_that_the_post_says(listed):
    with pytest.raises(InvalidArgument, match="does not say"):
        listed.decide("u1", "permission", text="I thought strangers would carry me.", **WHO)
    with pytest.raises(InvalidArgument, match="does not say"):
        listed.decide("u1", "permission", text="Some other person wrote this.", **WHO)
    named = listed.decide("u1", "paraphrased", text="People unknown to the author held them up.", **WHO)
    assert named.printable()["decision"].tolist() == ["paraphrased"]


def test_two_passages_of_one_post_are_two_quotations_and_come_back_from_the_log(listed, tmp_path):
    log = tmp_path / "quotations.jsonl"
    first = {"code": "crew", "text": "The night crew did", "log": log}
    second = {"code": "crew", "text": "they still do", "log": log}
    both = listed.decide("u1", "permission", **first, **WHO).decide("u1", "permission", **second, **WHO)
    assert both.printable()["text"].tolist() == ["The night crew did", "they still do"]
    other = both.decide("u1", "permission", code="doubt", text="The night crew did", log=log, **WHO)
    assert sorted(other.printable()["code"]) == ["crew", "crew", "doubt"]
    pd.testing.assert_frame_equal(listed.replay(log).table, other.table)


def test_a_shorter_passage_takes_the_place_of_the_longer_one_it_lies_in(listed):
    whole = listed.decide("u1", "permission", code="crew", **WHO)
    assert whole.printable()["text"].tolist() == [POST]
    shorter = whole.decide("u1", "permission", code="crew", text="The night crew did", **WHO)
    assert shorter.printable()["text"].tolist() == ["The night crew did"]
    assert shorter.decide("u1", "withheld", code="crew", **WHO).printable().empty


def test_a_passage_may_be_named_by_its_place(listed):
    start = POST.index("they")
    named = listed.decide("u1", "permission", code="crew", place=(start, start + 13), **WHO)
    assert named.printable()["text"].tolist() == ["they still do"]
    with pytest.raises(InvalidArgument, match="places run from 0"):
        listed.decide("u1", "withheld", code="crew", place=(0, 999), **WHO)
    with pytest.raises(InvalidArgument, match="does not say"):
        listed.decide("u1", "permission", code="crew", place=(start, start + 13), text="The night crew did", **WHO)


def test_which_of_several_codes_is_meant_must_be_said(listed):
    both = listed.decide("u1", "permission", code="crew", text="The night crew did", **WHO)
    both = both.decide("u1", "permission", code="doubt", text="they still do", **WHO)
    with pytest.raises(InvalidArgument, match="several codes: crew, doubt"):
        both.decide("u1", "withheld", **WHO)


def test_a_log_that_prints_other_words_is_refused(listed):
    record = {"unit_id": "u1", "code": "crew", "text": "I thought so", "decision": "permission", **WHO}
    with pytest.raises(InvalidArgument, match="does not say"):
        listed.with_record(record)
