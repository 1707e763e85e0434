"""Guards people's words: none is printed without a decision, a paraphrase is one, a deleted post stays deleted."""

from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtw_qual import open_study
from medtw_qual._base.decision_log import read_log
from medtw_qual._base.table_reader import read_text_table
from medtw_qual.errors import InvalidArgument, MissingColumn, StaleDecision, UnknownUnit
from medtw_qual.manuscript import quotation_table, quotations, theme_table, verbatim_overlap

NOON = datetime(2021, 3, 1, 12, tzinfo=UTC)
WHO = {"reason": "its author agreed by message", "decided_by": "KA"}


def without(corpus, unit):
    return replace(corpus, units=corpus.units[corpus.units["unit_id"] != unit].reset_index(drop=True))


@pytest.fixture
def proposed(consensus, corpus):
    return quotations(consensus, corpus, per_code=2)


def test_proposals_are_clear_cases_by_different_authors_and_undecided(proposed, corpus):
    kin = proposed.table[proposed.table["code"] == "kin"]
    # units 1 and 2 carry kin alone, both by a1; 3 and 5 carry a second code: one of a1's and then another author's
    assert len(kin) == 2
    authors = corpus.units.set_index("unit_id").loc[kin["unit_id"], "author_id"]
    assert authors.nunique() == 2
    assert len(proposed.undecided()) == len(proposed.table)
    assert proposed.printable().empty


def test_a_decision_is_recorded_once_with_who_when_and_why(proposed, tmp_path, corpus):
    unit = proposed.table["unit_id"].iloc[0]
    log = tmp_path / "quotations.jsonl"
    decided = proposed.decide(unit, "permission", **WHO, log=log, decided_at=NOON)
    again = decided.decide(unit, "permission", **WHO, log=log)
    assert again is decided
    records = read_log(log).records
    assert len(records) == 1
    assert (records[0]["decided_by"], records[0]["decided_at"]) == ("KA", "2021-03-01T12:00:00.000Z")
    assert len(proposed.printable()) == 0  # the first object is as it was
    assert list(decided.printable()["text"]) == [corpus.units.set_index("unit_id").loc[unit, "text"]]


def test_a_log_replays_to_the_same_table(proposed, consensus, corpus, tmp_path):
    log = tmp_path / "quotations.jsonl"
    one, two = proposed.table["unit_id"].iloc[:2]
    decided = proposed.decide(one, "permission", **WHO, log=log, decided_at=NOON)
    decided = decided.decide(two, "withheld", reason="a patient can be recognised", decided_by="KA", log=log)
    decided = decided.decide(one, "paraphrased", **WHO, text="She felt carried by them.", log=log, decided_at=NOON)
    replayed = quotations(consensus, corpus, per_code=2, log=log)
    pd.testing.assert_frame_equal(replayed.table, decided.table)
    assert list(replayed.printable()["text"]) == ["She felt carried by them."]


@pytest.mark.parametrize("missing", ["reason", "decided_by"])
def test_a_decision_needs_a_reason_and_a_name(proposed, missing):
    with pytest.raises(InvalidArgument, match="is missing"):
        proposed.decide(proposed.table["unit_id"].iloc[0], "permission", **WHO | {missing: " "})


def test_a_paraphrase_may_not_keep_five_words_in_a_row(proposed, corpus):
    unit = corpus.units["unit_id"].iloc[5]  # "He used to whistle in the lift and now nobody does"
    with pytest.raises(InvalidArgument, match="'whistle in the lift and'|words in a row"):
        proposed.decide(unit, "paraphrased", **WHO, text="A colleague would whistle in the lift and is gone.")
    decided = proposed.decide(unit, "paraphrased", **WHO, text="A colleague who whistled in the lift is missed.")
    assert decided.table.set_index("unit_id").loc[unit, "n_words"] == 3
    with pytest.raises(InvalidArgument, match="needs its words"):
        proposed.decide(unit, "paraphrased", **WHO)


def test_a_composite_is_measured_against_each_of_its_units(proposed, corpus):
    units = list(corpus.units["unit_id"][4:6])
    with pytest.raises(InvalidArgument, match="at least two units"):
        proposed.decide("composite:1", "composite", **WHO, text="Loss on the ward.", made_from=units[:1])
    with pytest.raises(InvalidArgument, match="words in a row"):
        proposed.decide("composite:1", "composite", **WHO, text="and you lot sat up with me", made_from=units)
    decided = proposed.decide(
        "composite:1", "composite", **WHO, text="Loss on the ward.", made_from=units, code="grief"
    )
    assert list(decided.printable()["unit_id"]) == ["composite:1"]


def test_a_deleted_post_is_blocked_before_and_after_the_decision(proposed, consensus, corpus, tmp_path):
    log = tmp_path / "quotations.jsonl"
    unit = proposed.table["unit_id"].iloc[0]
    proposed.decide(unit, "permission", **WHO, log=log)
    smaller, rest = without(corpus, unit), consensus[consensus["unit_id"] != unit]
    later = quotations(rest, smaller, per_code=2, log=log)
    assert later.printable().empty
    assert list(later.blocked()["unit_id"]) == [unit]
    with pytest.raises(UnknownUnit, match="deleted, or never collected"):
        quotations(rest, smaller).decide(unit, "permission", **WHO, text="words")


def test_words_that_changed_need_a_new_decision(proposed, consensus, corpus, tmp_path):
    log = tmp_path / "quotations.jsonl"
    unit = proposed.table["unit_id"].iloc[0]
    proposed.decide(unit, "permission", **WHO, log=log)
    edited = replace(corpus, units=corpus.units.assign(text=corpus.units["text"] + " edited"))
    with pytest.raises(StaleDecision, match="have changed since KA decided"):
        quotations(consensus, edited, log=log)


def test_published_words_wait_for_a_decision_and_then_stand_with_their_source(consensus, corpus, codebook, tmp_path):
    table = pd.DataFrame(
        [["Q1", "grief", "Printed words about a loss", "A nurse", "A Journal, 2020"]],
        columns=["quotation_id", "code", "text", "attribution", "source"],
    )
    proposed = quotations(consensus, corpus, published=table)
    assert "published:Q1" in set(proposed.undecided()["unit_id"])
    assert proposed.printable().empty
    log = tmp_path / "quotations.jsonl"
    decided = proposed.decide("published:Q1", "published source", reason="in print", decided_by="KA", log=log)
    row = decided.printable().iloc[0]
    assert (row["text"], row["attribution"], row["decided_by"]) == ("Printed words about a loss", "A nurse", "KA")
    assert decided.decide("published:Q1", "published source", reason="in print", decided_by="KA", log=log) is decided
    again = quotations(consensus, corpus, published=table, log=log)
    pd.testing.assert_frame_equal(again.printable(), decided.printable())
    themes = theme_table(consensus, corpus, codebook, quotations=again)
    assert "“Printed words about a loss” (A nurse)" in set(themes.body["quotation"])
    assert "In print already: A Journal, 2020." in themes.note
    with pytest.raises(UnknownUnit):
        proposed.decide("published:Q1", "permission", **WHO, text="Printed words about a loss")


def test_the_published_quotations_of_the_example_are_decided_each_with_who_when_and_why(root):
    study = open_study(root)
    printable = study.quotations.printable()
    published = printable[printable["decision"] == "published source"]
    assert len(published) == 6
    assert published["source"].str.startswith("Grateful For #MedTwitter in 2020").all()
    assert (published[["reason", "decided_by"]] != "").all(axis=None)
    assert published["decided_at"].notna().all()
    assert set(published["code"]) == {"finding_family", "true_selves", "isolation", "culture_change"}
    printed = read_text_table(root / "data" / "published_quotations.csv").frame
    assert set(published["text"]) == set(printed["text"])


def test_a_published_quotation_needs_a_source(consensus, corpus):
    table = pd.DataFrame(
        [["Q1", "kin", "words", "x", ""]], columns=["quotation_id", "code", "text", "attribution", "source"]
    )
    with pytest.raises(MissingColumn, match="has no source"):
        quotations(consensus, corpus, published=table)


def test_the_theme_table_prints_decided_words_only(proposed, consensus, corpus, codebook):
    unit = proposed.table.loc[proposed.table["code"] == "grief", "unit_id"].iloc[0]
    decided = proposed.decide(unit, "paraphrased", **WHO, text="They grieved together.", attribution="a nurse")
    table = theme_table(consensus, corpus, codebook, quotations=decided)
    assert [text for text in table.body["quotation"] if text] == ["They grieved together. (a nurse, paraphrased)"]


WORDS = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12)


@given(WORDS, WORDS)
def test_overlap_is_the_longest_common_run_of_words(mine, theirs):
    found = verbatim_overlap(" ".join(mine), " ".join(theirs))
    runs = {tuple(mine[i:j]) for i in range(len(mine)) for j in range(i + 1, len(mine) + 1)}
    common = [run for run in runs if any(tuple(theirs[i : i + len(run)]) == run for i in range(len(theirs)))]
    assert found.n_words == max((len(run) for run in common), default=0)
    assert 0 <= found.share <= 1
    assert found.findable == (found.n_words > 4)


def test_privacy_flags_stand_beside_the_proposals(consensus, corpus, proposed):
    unit = proposed.table["unit_id"].iloc[0]
    flags = pd.DataFrame({"unit_id": [unit, unit], "flag": ["a date", "a place"]})
    table = quotations(consensus, corpus, per_code=2, flags=flags).table.set_index("unit_id")
    assert table.loc[unit, "flags"] == ["a date", "a place"]


def test_the_table_of_quotations_prints_what_was_allowed_and_nothing_else(corpus, codebook):
    decided = pd.DataFrame(
        {
            "unit_id": ["q1", "q2", "q3", "q4"],
            "code": ["grief", "kin", "grief", "kin"],
            "text": ["“printed words”", "their own words", "in other words", "of two made one"],
            "decision": ["published source", "permission", "paraphrased", "composite"],
            "attribution": ["A Journal, 2020", "", "nurse", ""],
        }
    )
    table = quotation_table(decided, codebook)
    assert list(table.body["quotation"]) == [
        "“their own words”",
        "of two made one (composite)",
        "“printed words” (A Journal, 2020)",
        "in other words (nurse, paraphrased)",
    ]
    assert list(table.body["label"]) == [codebook.names["kin"], "", codebook.names["grief"], ""]
    assert not {"q1", "q2", "q3", "q4"} & {cell for row in table.cells for cell in row}
