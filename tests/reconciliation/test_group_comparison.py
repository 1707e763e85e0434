"""Guards groups and time: contrasts, periods with explicit gaps, trends against least squares and known truths."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.errors import InvalidArgument

from .conftest import make_consensus, make_corpus, make_sample


@pytest.fixture(scope="module")
def year():
    """Eight hundred units, one every eleven hours; the code rises from 10% to 50% of them."""
    rng = np.random.default_rng(4)
    corpus = make_corpus({f"u{i:04d}": "x" for i in range(800)})
    units = corpus.units.assign(created_at=pd.date_range("2020-01-01", periods=800, freq="11h", tz="UTC"))
    corpus = type(corpus)(units, corpus.authors, units, corpus.flow)
    truth = rng.random(800) < np.linspace(0.1, 0.5, 800)
    ids = units["unit_id"].to_numpy()
    drawn = np.sort(rng.choice(800, 250, replace=False))
    consensus = make_consensus({ids[i]: {"bond"} if truth[i] else set() for i in drawn}, ["bond", "never"])
    machine = np.clip(0.2 + 0.5 * truth + rng.normal(0, 0.15, 800), 0, 1)
    predicted = pd.concat(
        [
            pd.DataFrame({"unit_id": ids, "code": code, "probability": p, "predicted": False, "out_of_fold": True})
            for code, p in (("bond", machine), ("never", 0.01))
        ]
    )
    return corpus, consensus, make_sample(ids[drawn], 800), predicted, truth


def test_contrasts_are_newcombes_in_statsmodels(year):
    from statsmodels.stats.proportion import confint_proportions_2indep

    corpus, consensus, sample, _, _ = year
    half = pd.Series(np.where(np.arange(800) < 400, "early", "late"), index=corpus.units["unit_id"])
    unknown = make_sample(list(sample.table["unit_id"]), 0, probability=np.nan)
    table = mq.prevalence(consensus, None, unknown, by=half)
    found = mq.reconciliation.contrasts(table).iloc[0]
    rows = table[table["code"] == "bond"].set_index("group")
    counts = [rows.loc[g, name] for g in ("early", "late") for name in ("n_present", "n")]
    assert (found["low"], found["high"]) == pytest.approx(confint_proportions_2indep(*counts, method="newcomb"))
    assert found["high"] < 0


def test_contrasts_are_refused_for_groups_with_units_in_common(year):
    corpus, consensus, sample, _, _ = year
    tags = pd.Series([["a", "b"] if i % 3 == 0 else ["a"] for i in range(800)], index=corpus.units["unit_id"])
    table = mq.prevalence(consensus, None, sample, by=tags)
    found = mq.reconciliation.contrasts(table).iloc[0]
    assert np.isnan(found["difference"])
    assert "units in common" in found["note"]
    with pytest.raises(InvalidArgument, match="no two groups"):
        mq.reconciliation.contrasts(mq.prevalence(consensus, None, sample))
    with pytest.raises(InvalidArgument, match="no group 'c'"):
        mq.reconciliation.contrasts(table, pairs=[("a", "c")])


def test_periods_are_named_and_the_empty_ones_too(year):
    corpus, consensus, sample, predicted, _ = year
    gap = corpus.units["created_at"].dt.month == 5
    units = corpus.units[~gap].reset_index(drop=True)
    shorter = type(corpus)(units, corpus.authors, units, corpus.flow)
    table = mq.reconciliation.code_over_time(consensus, shorter, None)
    own = table[(table["code"] == "bond") & (table["method"] == "people")]
    assert own["group"].tolist()[3:6] == ["2020-04", "2020-05", "2020-06"]
    assert own["n"].tolist()[4] == 0
    assert own["units"].tolist()[4] == 0
    assert np.isnan(own["estimate"].tolist()[4])
    whole = mq.reconciliation.code_over_time(consensus, corpus, sample, predicted, every="quarter")
    assert set(whole["group"]) >= {"2020Q1", "2020Q4"}
    weeks = mq.reconciliation.periods(corpus, "week")
    assert weeks.iloc[0] == "2019-12-30"
    with pytest.raises(InvalidArgument, match="is no period"):
        mq.reconciliation.periods(corpus, "fortnight")


def test_trend_of_everything_coded_is_least_squares(year):
    corpus, _, _, _, truth = year
    ids = corpus.units["unit_id"].to_numpy()
    everything = make_consensus(
        {unit: {"bond"} if yes else set() for unit, yes in zip(ids, truth, strict=True)}, ["bond"]
    )
    found = mq.reconciliation.trend(everything, corpus, make_sample(ids, 800), per="day").iloc[0]
    expected = np.polyfit(np.arange(800) * 11 / 24, truth.astype(float), 1)[0]
    assert found["slope"] == pytest.approx(expected)
    assert found["low"] == found["high"] == found["slope"]


def test_trend_intervals_hold_and_the_machine_narrows_them(year):
    corpus, consensus, sample, predicted, truth = year
    found = mq.reconciliation.trend(consensus, corpus, sample, predicted).set_index(["code", "method"])
    rise = np.polyfit(np.arange(800) * 11 / 24 / (365.25 / 12), truth.astype(float), 1)[0]
    people, assisted = found.loc[("bond", "people")], found.loc[("bond", "PPI++")]
    assert people["low"] < rise < people["high"]
    assert assisted["low"] < rise < assisted["high"]
    assert assisted["high"] - assisted["low"] < 0.8 * (people["high"] - people["low"])
    assert np.isnan(found.loc[("never", "people"), "slope"])
    assert "fewer than 10" in found.loc[("never", "people"), "note"]


def test_trend_coverage(year):
    corpus, _, _, predicted, truth = year
    ids = corpus.units["unit_id"].to_numpy()
    rise = np.polyfit(np.arange(800) * 11 / 24 / (365.25 / 12), truth.astype(float), 1)[0]
    held = 0
    for seed in range(60):
        drawn = np.sort(np.random.default_rng(seed).choice(800, 250, replace=False))
        consensus = make_consensus({ids[i]: {"bond"} if truth[i] else set() for i in drawn}, ["bond"])
        found = mq.reconciliation.trend(consensus, corpus, make_sample(ids[drawn], 800), predicted).iloc[1]
        held += found["low"] <= rise <= found["high"]
    assert held >= 52


def test_units_without_a_time_are_left_out_of_a_course_and_of_a_trend(year):
    corpus, consensus, sample, _, _ = year
    undated = corpus.units["created_at"].mask(np.arange(800) % 100 == 7)
    some = replace(corpus, units=corpus.units.assign(created_at=undated))
    assert (mq.reconciliation.periods(some) == "no time").sum() == 8
    assert "no time" not in set(mq.reconciliation.code_over_time(consensus, some, sample)["group"])
    slope = mq.reconciliation.trend(consensus, some, sample).iloc[0]
    whole = mq.reconciliation.trend(consensus, corpus, sample).iloc[0]
    assert slope["slope"] == pytest.approx(whole["slope"], abs=0.01)
    none = replace(
        corpus, units=corpus.units.assign(created_at=pd.Series(pd.NaT, index=undated.index, dtype=undated.dtype))
    )
    for estimate in (mq.reconciliation.code_over_time, mq.reconciliation.trend):
        with pytest.raises(InvalidArgument, match="time"):
            estimate(consensus, none, sample)


def test_the_figure_of_a_course_leaves_a_gap_where_nothing_was_estimated():
    rows = [
        ("kin", "people", period, estimate, estimate, estimate, 8)
        for period, estimate in (("2020-11", 0.2), ("2020-12", float("nan")), ("2021-01", 0.4))
    ]
    shares = pd.DataFrame(rows, columns=["code", "method", "group", "estimate", "low", "high", "n"])
    axes = mq.plot.over_time(shares, names={"kin": "Finding kin"}).axes[0]
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [0.2, np.nan, 0.4])
    assert axes.get_title(loc="left") == "Finding kin"
