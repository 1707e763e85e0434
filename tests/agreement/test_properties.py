"""What must hold for every matrix of ratings: order and names do not matter, definitions agree, intervals contain."""

from math import isnan

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_fleiss

from medtw_qual import agreement as ag

MANY = (
    ag.percent_agreement,
    ag.krippendorff_alpha,
    ag.gwet_ac1,
    ag.fleiss_kappa,
    ag.conger_kappa,
    ag.light_kappa,
    ag.brennan_prediger,
)
LEVELS = ("nominal", "ordinal", "interval", "ratio")
MANY_EXAMPLES = settings(max_examples=60, deadline=None)


@st.composite
def matrices(draw, coders=(2, 4), units=(2, 12), categories=4, missing=True):
    r, n = draw(st.integers(*coders)), draw(st.integers(*units))
    cell = st.integers(1, categories)
    cell = st.one_of(st.none(), cell, cell, cell) if missing else cell
    return draw(st.lists(st.lists(cell, min_size=r, max_size=r), min_size=n, max_size=n))


def same(one, other):
    return (one.undefined == other.undefined or (one.undefined and other.undefined)) and np.allclose(
        [one.estimate, one.se, one.low, one.high], [other.estimate, other.se, other.low, other.high], equal_nan=True
    )


@MANY_EXAMPLES
@given(matrices(), st.randoms(use_true_random=False))
def test_order_of_units_and_coders_does_not_matter(ratings, random):
    for coefficient in MANY:
        value = coefficient(ratings)
        units = random.sample(ratings, len(ratings))
        coders = random.sample(range(len(ratings[0])), len(ratings[0]))
        assert same(value, coefficient([[row[i] for i in coders] for row in units]))


@MANY_EXAMPLES
@given(matrices())
def test_names_of_categories_do_not_matter(ratings):
    names = {1: "zebra", 2: "nan", 3: "None", 4: "apple", None: None}
    for coefficient in MANY:
        assert same(coefficient(ratings), coefficient([[names[cell] for cell in row] for row in ratings]))


@MANY_EXAMPLES
@given(matrices())
def test_alpha_is_one_minus_disagreement_over_expected(ratings):
    matrix = ag.coincidence_matrix(ratings)
    counts, x = matrix.to_numpy(), np.array(matrix.index, dtype=float)
    margin, n = counts.sum(axis=0), counts.sum()
    between = np.array([[abs(margin[: j + 1].sum() - margin[j] / 2 - margin[: i + 1].sum() + margin[i] / 2)
                         for j in range(len(x))] for i in range(len(x))])  # fmt: skip
    distances = {
        "nominal": 1 - np.eye(len(x)),
        "ordinal": between**2,
        "interval": (x[:, None] - x[None, :]) ** 2,
        "ratio": ((x[:, None] - x[None, :]) / (x[:, None] + x[None, :])) ** 2,
    }
    for level, distance in distances.items():
        value = ag.krippendorff_alpha(ratings, level=level)
        expected = (np.outer(margin, margin) * distance).sum()
        if not value.undefined:
            assert value.estimate == pytest.approx(1 - (n - 1) * (counts * distance).sum() / expected, abs=1e-9)


@MANY_EXAMPLES
@given(matrices(units=(3, 12)))
def test_alpha_equals_the_package_krippendorff(ratings):
    data = np.array([[np.nan if cell is None else cell for cell in row] for row in ratings], dtype=float).T
    for level in LEVELS:
        value = ag.krippendorff_alpha(ratings, level=level)
        if not value.undefined:
            assert value.estimate == pytest.approx(krippendorff.alpha(data, level_of_measurement=level), abs=1e-9)


@MANY_EXAMPLES
@given(matrices(coders=(2, 2), missing=False, units=(3, 15)))
def test_cohen_equals_scikit_learn(ratings):
    first, second = zip(*ratings, strict=True)
    for weights in ("identity", "linear", "quadratic"):
        value = ag.cohen_kappa(ratings, categories=[1, 2, 3, 4], weights=weights)
        if not value.undefined:
            theirs = cohen_kappa_score(
                first, second, labels=[1, 2, 3, 4], weights=None if weights == "identity" else weights
            )
            assert value.estimate == pytest.approx(theirs, abs=1e-9)


@MANY_EXAMPLES
@given(matrices(coders=(3, 5), missing=False, units=(3, 15)))
def test_fleiss_equals_statsmodels(ratings):
    value = ag.fleiss_kappa(ratings)
    if not value.undefined:
        counts = np.array([[row.count(k) for k in (1, 2, 3, 4)] for row in ratings])
        assert value.estimate == pytest.approx(statsmodels_fleiss(counts), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(matrices(units=(1, 10)), st.sampled_from(["fisher", "t", "z", "bootstrap", "bca", "jackknife"]))
def test_every_interval_contains_its_estimate(ratings, interval):
    for coefficient in MANY:
        value = coefficient(ratings, interval=interval, n_resamples=50)
        if value.undefined:
            assert isnan(value.estimate)
            assert isnan(value.low)
        elif not isnan(value.low):
            assert value.low <= value.estimate <= value.high <= 1


@MANY_EXAMPLES
@given(
    st.lists(st.tuples(*[st.frozensets(st.integers(1, 3))] * 2), min_size=2, max_size=8),
    st.sampled_from(["masi", "jaccard"]),
)
def test_alpha_for_sets_is_observed_over_expected_distance(rows, name):
    distance = {"masi": ag.masi_distance, "jaccard": ag.jaccard_distance}[name]
    value = ag.alpha_sets(rows, name)
    if not value.undefined:
        pooled = [one for row in rows for one in row]
        observed = np.mean([distance(*row) for row in rows])
        expected = np.mean([distance(a, b) for i, a in enumerate(pooled) for j, b in enumerate(pooled) if i != j])
        assert value.estimate == pytest.approx(1 - observed / expected, abs=1e-9)


def test_pattern_bootstrap_has_the_distribution_of_the_naive_one():
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 2, 40)
    ratings = np.where(rng.random((40, 3)) < 0.15, 1 - truth[:, None], truth[:, None])
    ours = ag.krippendorff_alpha(ratings, interval="bootstrap", n_resamples=4000)
    naive = np.array([
        krippendorff.alpha(ratings[rng.integers(0, 40, 40)].T.astype(float), level_of_measurement="nominal")
        for _ in range(2000)
    ])  # fmt: skip
    assert ours.se == pytest.approx(naive.std(), rel=0.06)
    assert [ours.low, ours.high] == pytest.approx(np.quantile(naive, [0.025, 0.975]), abs=0.03)


def three_coders(missing):
    rng = np.random.default_rng(6)
    truth = rng.integers(0, 3, 300)
    ratings = np.where(rng.random((300, 3)) < 0.25, rng.integers(0, 3, (300, 3)), truth[:, None]).astype(float)
    ratings[rng.random((300, 3)) < missing] = np.nan
    return ratings


def test_linearised_jackknife_and_bootstrap_errors_agree():
    for coefficient in MANY:
        by = {
            name: coefficient(three_coders(0), interval=name, n_resamples=3000).se
            for name in ("t", "jackknife", "bootstrap")
        }
        assert by["jackknife"] == pytest.approx(by["t"], rel=0.03), coefficient.__name__
        assert by["bootstrap"] == pytest.approx(by["t"], rel=0.06), coefficient.__name__
    for level in ("ordinal", "interval", "ratio"):
        ratings = three_coders(0.1) + 1
        by = {name: ag.krippendorff_alpha(ratings, level=level, interval=name).se for name in ("t", "jackknife")}
        assert by["jackknife"] == pytest.approx(by["t"], rel=0.05), level


def part_double_coded(seed=9):
    """Forty units by two coders, two hundred by one of them; three categories."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, 240)
    ratings = np.where(rng.random((240, 2)) < 0.2, rng.integers(0, 3, (240, 2)), truth[:, None]).astype(float)
    single = np.arange(40, 240)
    ratings[single, single % 2] = np.nan
    return ratings


def test_units_rated_once_neither_widen_nor_narrow_the_error():
    # Efron and Tibshirani (1993, chapter 11): the jackknife, worked out from the estimates alone.
    for ratings in (three_coders(0.1), part_double_coded()):
        for coefficient in MANY:
            t, jackknife = (coefficient(ratings, interval=name).se for name in ("t", "jackknife"))
            assert t == pytest.approx(jackknife, rel=0.06), coefficient.__name__


def test_gwets_own_formula_is_a_named_option_and_as_wide_as_published():
    ratio, gwet = (
        ag.percent_agreement(part_double_coded(), interval="t", linearisation=name) for name in ("ratio", "gwet")
    )
    assert gwet.se > 2 * ratio.se
    assert "t(39)" in ratio.interval
    assert "t(239)" in gwet.interval
    assert "t(39)" in ag.krippendorff_alpha(part_double_coded(), interval="t").interval
    whole = three_coders(0)
    assert ag.gwet_ac1(whole, linearisation="gwet") == ag.gwet_ac1(whole)


def test_full_agreement_of_the_units_coded_twice_counts_those_only():
    ratings = [["a", "a"]] * 6 + [["b", "b"]] * 6 + [["a", None]] * 100
    value = ag.percent_agreement(ratings)
    assert value.low == pytest.approx(0.025 ** (1 / 12))
    assert "12 units" in value.interval


def test_groups_widen_the_interval_when_units_repeat():
    rng = np.random.default_rng(7)
    truth = rng.integers(0, 2, 50)
    ratings = np.where(rng.random((50, 2)) < 0.2, 1 - truth[:, None], truth[:, None])
    copied, author = np.repeat(ratings, 4, axis=0), np.repeat(np.arange(50), 4)
    once = ag.krippendorff_alpha(ratings, interval="t")
    naive = ag.krippendorff_alpha(copied, interval="t")
    grouped = ag.krippendorff_alpha(copied, interval="t", groups=author)
    # Four copies of every unit say no more than one: only the grouped error knows it.
    assert naive.se == pytest.approx(once.se / 2, rel=0.05)
    assert grouped.se == pytest.approx(once.se, rel=0.05)
    booted = ag.krippendorff_alpha(copied, interval="bootstrap", groups=author, n_resamples=3000)
    assert booted.se == pytest.approx(grouped.se, rel=0.1)


def test_pooled_kappa_of_one_code_is_cohens_with_its_error():
    ratings = ag.ratings_from_contingency([[40, 9], [6, 45]], ["yes", "no"])
    pooled, cohen = ag.pooled_kappa([ratings]), ag.cohen_kappa(ratings, interval="fisher")
    assert [pooled.estimate, pooled.se, pooled.low] == pytest.approx([cohen.estimate, cohen.se, cohen.low], abs=1e-12)


def test_pooled_kappa_error_equals_its_bootstrap_over_units():
    rng = np.random.default_rng(8)
    codes = []
    for prevalence in (0.5, 0.2, 0.1):
        truth = rng.random(200) < prevalence
        codes.append(np.where(rng.random((200, 2)) < 0.1, ~truth[:, None], truth[:, None]).astype(int))
    linear = ag.pooled_kappa(codes, interval="t")
    booted = ag.pooled_kappa(codes, interval="bootstrap", n_resamples=3000)
    assert linear.se == pytest.approx(booted.se, rel=0.08)
