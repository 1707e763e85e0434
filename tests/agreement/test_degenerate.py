"""Odd input: a typed undefined result with its reason, or an error that says what to do; never a warning or a guess."""

from math import isnan

import numpy as np
import pandas as pd
import pytest

from medtw_qual import agreement as ag
from medtw_qual.errors import InvalidArgument

CORRECTED = (
    ag.krippendorff_alpha,
    ag.gwet_ac1,
    ag.gwet_ac2,
    ag.fleiss_kappa,
    ag.conger_kappa,
    ag.cohen_kappa,
    ag.light_kappa,
    ag.scott_pi,
    ag.brennan_prediger,
    ag.pabak,
)
UNDEFINED = {
    "one category": ([["a", "a"]] * 10, "only one category was used ('a')"),
    "one coder": ([["a"], ["b"]], "only one coder rated"),
    "one coder and an idle one": ([["a", None], ["b", None]], "only one coder rated"),
    "one unit": ([["a", "b"]], "only one unit was rated by two coders"),
    "no overlap": ([["a", None], [None, "b"]], "no unit was rated by two coders"),
    "all missing": ([[None, None], [None, None]], "nobody rated anything"),
    "no units": (np.empty((0, 2)), "nobody rated anything"),
}


@pytest.mark.parametrize("coefficient", CORRECTED, ids=lambda f: f.__name__)
@pytest.mark.parametrize("name", UNDEFINED)
def test_undefined_has_a_reason(coefficient, name):
    ratings, reason = UNDEFINED[name]
    for interval in ("fisher", "bootstrap", "bca", "jackknife", None):
        value = coefficient(ratings, interval=interval)
        assert isnan(value.estimate)
        assert isnan(value.low)
        assert value.undefined == reason


def test_declared_but_unused_categories_do_not_rescue_a_single_one():
    value = ag.brennan_prediger([["a", "a"]] * 10, categories=["a", "b", "c"])
    assert value.undefined == "only one category was used ('a')"


def test_percent_agreement_is_defined_where_one_category_was_used():
    value = ag.percent_agreement([["a", "a"]] * 10)
    assert (value.estimate, value.high) == (1.0, 1.0)
    assert value.low == pytest.approx(0.025**0.1)  # Clopper and Pearson's limit for ten of ten


def test_a_constant_coder_leaves_kappa_undefined():
    value = ag.cohen_kappa(pd.DataFrame({"Ann": ["a", "b", "a"], "Bea": ["a", "a", "a"]}))
    assert value.undefined == "Bea used one category only ('a'): the figure would be 0 whatever the other did"
    assert ag.krippendorff_alpha([["a", "a"], ["b", "a"], ["a", "a"]]).undefined is None


def test_lights_kappa_says_which_pairs_it_lacks():
    value = ag.light_kappa([["a", "b", None], ["b", "b", None], ["a", None, "a"], ["b", None, "b"]])
    assert value.undefined == "a pair of coders shares no unit, or both used one and the same category only"


def test_full_agreement_keeps_a_width():
    value = ag.krippendorff_alpha([["a", "a"], ["b", "b"]] * 3, interval="fisher")
    bound = 0.025 ** (1 / 6)
    assert (value.estimate, value.high) == (1, 1)
    assert value.low == pytest.approx((bound - 0.5) / 0.5)
    assert "exact limit for 6 units" in value.interval
    assert "fewer than 20 units" in value.note


def test_full_disagreement_keeps_a_width():
    value = ag.scott_pi([["a", "b"], ["b", "a"]] * 4)
    assert value.estimate == value.low == -1
    assert value.high > -1


def test_strings_that_look_missing_are_categories():
    rows = [["nan", "nan"], ["None", "None"], ["nan", "None"], ["nan", "nan"]]
    value = ag.krippendorff_alpha(rows)
    assert value.categories == ("None", "nan")
    assert value.n_units == 4
    assert "counts as a category" in value.note
    mixed = ag.krippendorff_alpha([["nan", float("nan"), "nan"], ["b", "b", None], ["nan", "b", pd.NA]])
    assert mixed.n_units == 3


@pytest.mark.parametrize(
    ("ratings", "message"),
    [
        ([1, 2, 3], "row per unit"),
        ([[1, 2], [1]], "different lengths"),
        ([[1, float("inf")], [1, 2]], "infinite"),
        ([["a", ""], ["a", "b"]], "empty string"),
        ([[{"a"}, {"b"}], [{"a"}, {"a"}]], "alpha_sets"),
    ],
)
def test_malformed_ratings_are_errors(ratings, message):
    with pytest.raises(InvalidArgument, match=message):
        ag.krippendorff_alpha(ratings)


def test_errors_name_the_remedy():
    rows = [["a", "b"], ["b", "b"]]
    with pytest.raises(InvalidArgument, match="not among those declared.*Did you mean 'ab'"):
        ag.gwet_ac1([["abc", "ab"], ["ab", "ab"]], categories=["ab", "zz"])
    with pytest.raises(InvalidArgument, match="3 x 3, but there are 2 categories"):
        ag.cohen_kappa(rows, weights=np.eye(3))
    with pytest.raises(InvalidArgument, match="1 - d / d.max()"):
        ag.cohen_kappa(rows, weights=[[0, 1], [1, 0]])
    with pytest.raises(InvalidArgument, match="Did you mean 'linear'"):
        ag.cohen_kappa(rows, weights="linaer")
    with pytest.raises(InvalidArgument, match="compares two coders; this matrix has 3"):
        ag.cohen_kappa([["a", "b", "a"], ["b", "b", "a"]])
    with pytest.raises(InvalidArgument, match="not symmetric"):
        ag.fleiss_kappa([["a", "b", "a"], ["b", "b", "a"]], weights=[[1, 0.5], [0, 1]])
    with pytest.raises(InvalidArgument, match="Did you mean 'confidence'"):
        ag.fleiss_kappa(rows, confidance=0.9)
    with pytest.raises(InvalidArgument, match="Did you mean 'bootstrap'"):
        ag.fleiss_kappa(rows, interval="bootstrp")
    with pytest.raises(InvalidArgument, match="0.95"):
        ag.fleiss_kappa(rows, confidence=95)
    with pytest.raises(InvalidArgument, match="group labels"):
        ag.fleiss_kappa(rows, groups=["x"])
    with pytest.raises(InvalidArgument, match="one group"):
        ag.fleiss_kappa([["a", "b"], ["b", "b"], ["a", "a"]], groups=["x", "x", "x"])
    with pytest.raises(InvalidArgument, match="needs numbers"):
        ag.krippendorff_alpha(rows, level="interval")
    with pytest.raises(InvalidArgument, match="true zero"):
        ag.krippendorff_alpha([[-1, 2], [2, 2]], level="ratio")


def test_a_thousand_categories():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 1000, 3000)
    ratings = np.where(rng.random((3000, 3)) < 0.3, rng.integers(0, 1000, (3000, 3)), truth[:, None])
    value = ag.krippendorff_alpha(ratings, categories=range(1000))
    assert len(value.categories) == 1000
    assert value.estimate == pytest.approx(0.49, abs=0.03)  # two coders both see the truth with .7 x .7


def test_a_resample_without_two_categories_is_reported():
    rows = [["a", "a"]] * 30 + [["b", "b"], ["a", "b"]]
    value = ag.krippendorff_alpha(rows, interval="bootstrap", n_resamples=500)
    assert "of the resamples were undefined" in value.note
    assert value.low <= value.estimate <= value.high


def test_sets_agree_when_both_are_empty():
    assert ag.masi_distance([], []) == ag.jaccard_distance([], []) == 0
    assert ag.masi_distance(["a"], []) == 1
    value = ag.alpha_sets([[[], []], [["a"], ["a"]], [["a", "b"], ["a"]], [None, ["b"]]])
    assert value.n_units == 3
    assert 0 < value.estimate < 1
    assert ag.alpha_sets([[["a"], ["a"]]] * 4).undefined
    with pytest.raises(InvalidArgument, match="not a set of codes"):
        ag.alpha_sets([["a", "b"], ["a", "a"]])


def test_more_sets_than_memory_holds_are_refused():
    codes = range(13)
    rows = [[[k for k in codes if (i >> k) & 1], [k for k in codes if (i + 1 >> k) & 1]] for i in range(4500)]
    with pytest.raises(InvalidArgument, match="Measure code by code"):
        ag.alpha_sets(rows)


def test_pooled_kappa_says_why_it_is_undefined():
    assert ag.pooled_kappa([[["a", "a"]] * 5]).undefined == "only one category was used for every code"
    with pytest.raises(InvalidArgument, match="no codes"):
        ag.pooled_kappa([])
    with pytest.raises(InvalidArgument, match="same_units=False"):
        ag.pooled_kappa([[["a", "b"]] * 3, [["a", "b"]] * 4])


def test_the_same_seed_gives_the_same_interval():
    rng = np.random.default_rng(3)
    ratings = rng.integers(0, 2, (40, 2))
    one, two = (ag.gwet_ac1(ratings, interval="bca", seed=11) for _ in range(2))
    assert (one.low, one.high) == (two.low, two.high)
    assert ag.gwet_ac1(ratings, interval="bca", seed=12).se != one.se
