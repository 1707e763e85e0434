"""Guards one way of counting: a code includes its sub-codes in every count, themes count alike, not judged is not 0."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import medtw_qual as mq
from medtw_qual.codebook import Code, Codebook, Theme
from medtw_qual.coding import co_occurrence, code_matrix, retrieve, with_subcodes
from medtw_qual.errors import UnknownCode
from medtw_qual.manuscript.alt_texts import themes_in_words
from medtw_qual.manuscript.code_counts import count_codes
from tests.coding.conftest import make_corpus

BOOK = Codebook(
    "home",
    "1",
    codes=(
        Code("kin", "Kin"), Code("son", "Son", parent="kin"), Code("baby", "Baby", parent="son"),
        Code("work", "Work"), Code("late", "Added late", parent="work"),
    ),
    themes=(Theme("life", "Life", codes=("son", "work")),),
)  # fmt: skip
CORPUS = make_corpus(6)
UNITS = CORPUS.units["unit_id"].tolist()
JUDGED = ["kin", "son", "baby", "work"]
GIVEN = [["baby"], ["kin"], ["son", "work"], [], ["work"], ["baby"]]


def table(given=GIVEN, judged=JUDGED):
    rows = [
        (UNITS[unit], code, "present" if code in codes else "absent")
        for unit, codes in enumerate(given)
        for code in judged
    ]
    return pd.DataFrame(rows, columns=["unit_id", "code", "status"])


def units(found):
    return [UNITS.index(unit) for unit in found["unit_id"]]


def test_every_function_counts_a_code_with_its_sub_codes_and_a_theme_with_its_codes():
    consensus = table()
    for name, expected in {"kin": [0, 1, 2, 5], "son": [0, 2, 5], "work": [2, 4], "life": [0, 2, 4, 5]}.items():
        assert units(retrieve(consensus, CORPUS, codes=name, codebook=BOOK)) == expected
        matrix = code_matrix(consensus, CORPUS, by="role", codes=name, codebook=BOOK)
        assert matrix["n_units"].sum() == len(expected)
        assert matrix["of_units"].sum() == 6
        counted = with_subcodes(consensus, BOOK, themes=True)
        assert ((counted["code"] == name) & (counted["status"] == "present")).sum() == len(expected)
    body = mq.tables.themes(consensus, CORPUS, BOOK).body.set_index("id")
    assert body.loc[["kin", "son", "work", "life"], "n_units"].tolist() == [4, 3, 2, 4]
    assert units(retrieve(consensus, CORPUS, codes="work", without="kin", codebook=BOOK)) == [4]
    assert retrieve(consensus, CORPUS, codes="kin", codebook=BOOK)["codes"].tolist()[0] == ["baby"]  # as it was given


def test_each_code_by_itself_where_that_is_asked_for():
    consensus = table()
    assert units(retrieve(consensus, CORPUS, codes="kin", codebook=BOOK, subcodes=False)) == [1]
    assert units(retrieve(consensus, CORPUS, codes="kin")) == [1]
    assert units(retrieve(consensus, CORPUS, codes="life", codebook=BOOK, subcodes=False)) == [0, 2, 4, 5]


def test_a_pair_is_never_a_code_with_what_it_includes():
    pairs = co_occurrence(table(), CORPUS, codebook=BOOK).set_index(["code", "other"])["n_units"]
    assert pairs.to_dict() == {("kin", "work"): 1, ("son", "work"): 1, ("baby", "work"): 0}
    both = co_occurrence(table(), CORPUS, codes=["life", "kin"], codebook=BOOK)
    assert both["n_units"].tolist() == [3]


def test_a_name_that_is_neither_code_nor_theme_and_a_code_nobody_judged_are_named():
    with pytest.raises(UnknownCode, match="no code and no theme 'lfe'. Did you mean 'life'"):
        retrieve(table(), CORPUS, codes="lfe", codebook=BOOK)
    with pytest.raises(UnknownCode, match="Nobody judged the code 'late'"):
        retrieve(table(), CORPUS, codes="late", codebook=BOOK)
    with pytest.raises(UnknownCode, match="needs codebook="):
        retrieve(table(), CORPUS, codes="life")


def test_where_a_sub_code_was_not_judged_the_code_above_is_not_absent():
    partly = table()
    partly = partly[~((partly["unit_id"] == UNITS[3]) & (partly["code"] == "baby"))]
    partly = partly[~((partly["unit_id"] == UNITS[1]) & (partly["code"] == "baby"))]
    rolled = with_subcodes(partly, BOOK).set_index(["unit_id", "code"])["status"]
    assert (UNITS[3], "kin") not in rolled  # it may be there
    assert rolled[UNITS[1], "kin"] == "present"
    assert count_codes(partly, CORPUS, ["kin", "son", "baby"]).judged == 5
    assert units(retrieve(partly, CORPUS, without="kin", codebook=BOOK)) == [4]


def test_a_code_that_nobody_judged_has_a_dash_and_a_note():
    made = mq.tables.themes(table(), CORPUS, replace(BOOK, themes=()))
    row = next(row for row in made.cells if row[0] == "Added late")
    assert row[2:5] == ("—", "—", "—")
    assert any("Judged on no unit, and so without a count: Added late." in note for note in made.notes)
    assert "Added late: not judged" in themes_in_words(table(), CORPUS, BOOK)


def test_agreement_and_passages_are_those_of_the_code_with_its_sub_codes():
    sides = [table([["baby"], ["kin"], [], [], [], []]), table([["son"], [], [], [], [], []])]
    codings = pd.concat([side.assign(coder=coder) for coder, side in zip("AB", sides, strict=True)])
    codings = codings.assign(round="1", memo="", decided_at=None, codebook_hash="h", start=None, end=None)
    baby = (codings["code"] == "baby") & (codings["status"] == "present")
    codings.loc[baby, ["start", "end"]] = [2, 5]
    rolled = with_subcodes(codings, BOOK)
    measured = mq.measure_agreement(rolled, by="code", coefficients=["percent_agreement"]).set_index("level")
    assert measured.loc["kin", "estimate"] == pytest.approx(5 / 6)
    assert measured.loc["baby", "estimate"] == pytest.approx(5 / 6)
    assert measured.loc["son", "estimate"] == 1
    kin = rolled[(rolled["code"] == "kin") & (rolled["unit_id"] == UNITS[0]) & (rolled["coder"] == "A")]
    assert kin[["start", "end"]].to_numpy().tolist() == [[2, 5]]


@given(st.lists(st.lists(st.sampled_from(JUDGED), unique=True), min_size=1, max_size=6))
def test_rolling_up_twice_is_rolling_up_once_and_a_flat_codebook_changes_nothing(given_codes):
    consensus = table(given_codes)
    once = with_subcodes(consensus, BOOK)
    pd.testing.assert_frame_equal(with_subcodes(once, BOOK), once)
    flat = replace(BOOK, codes=tuple(replace(code, parent="") for code in BOOK.codes), themes=())
    assert with_subcodes(consensus, flat) is consensus
