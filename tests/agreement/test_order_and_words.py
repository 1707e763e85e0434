"""Guards the order of categories, numbers typed as text, and words that a figure does not bear out."""

import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual import agreement as ag
from medtw_qual.errors import InvalidArgument

GRADES = ["none", "some", "much", "all"]
FIRST = ["none", "some", "much", "all", "some", "none", "much", "some", "all", "none"]
SECOND = ["none", "much", "much", "all", "some", "some", "all", "some", "much", "none"]


def table(dtype=None):
    frame = pd.DataFrame({"A": FIRST, "B": SECOND})
    return frame if dtype is None else frame.astype(dtype)


def ordinal_alpha(rows):
    """Krippendorff (2011): distances from how many ratings lie between two ranks, half of those at either end."""
    ranks = [[GRADES.index(value) for value in row] for row in rows]
    pooled = np.bincount(np.ravel(ranks), minlength=4)

    def distance(c, k):
        low, high = min(c, k), max(c, k)
        return (pooled[low : high + 1].sum() - (pooled[low] + pooled[high]) / 2) ** 2

    observed = sum(distance(*row) * 2 for row in ranks)
    expected = sum(pooled[c] * pooled[k] * distance(c, k) for c in range(4) for k in range(4))
    return 1 - (pooled.sum() - 1) * observed / expected


def test_an_ordered_categorical_brings_its_order():
    right = ordinal_alpha(zip(FIRST, SECOND, strict=True))
    ordered = table(pd.CategoricalDtype(GRADES, ordered=True))
    assert ag.krippendorff_alpha(ordered, level="ordinal").estimate == pytest.approx(right)
    assert ag.krippendorff_alpha(table(), categories=GRADES, level="ordinal").estimate == pytest.approx(right)


def test_columns_in_different_orders_are_refused_and_a_subset_is_not():
    up, down = pd.CategoricalDtype(GRADES, ordered=True), pd.CategoricalDtype(GRADES[::-1], ordered=True)
    with pytest.raises(InvalidArgument, match="order their categories differently"):
        ag.krippendorff_alpha(table({"A": up, "B": down}), level="ordinal")
    shorter = pd.DataFrame({"A": FIRST[:3], "B": SECOND[:3]}).astype(
        {"A": up, "B": pd.CategoricalDtype(["none", "much", "all"], ordered=True)}
    )
    assert ag.krippendorff_alpha(shorter).categories == tuple(GRADES)


@pytest.mark.parametrize("weights", ["linear", "quadratic", "ordinal", "radical", np.eye(4)])
def test_ordered_weights_ask_for_the_order_of_words(weights):
    with pytest.raises(InvalidArgument, match=r"categories=\['low', 'medium', 'high'\]"):
        ag.gwet_ac2(table(), weights=weights)
    for dtype in (None, "category"):  # an unordered Categorical has no order either
        with pytest.raises(InvalidArgument, match="order of the categories"):
            ag.krippendorff_alpha(table(dtype), level="ordinal")
    assert ag.gwet_ac2(table(), categories=GRADES, weights=weights).undefined is None


def test_two_words_need_no_order():
    rows = [["yes", "no"], ["no", "no"], ["yes", "yes"], ["no", "no"]]
    assert ag.cohen_kappa(rows, weights="linear").estimate == ag.cohen_kappa(rows).estimate
    assert ag.krippendorff_alpha(rows, level="ordinal").estimate == pytest.approx(ag.krippendorff_alpha(rows).estimate)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_numbers_typed_as_text_are_the_same_numbers(level):
    first, second = [1, 2, 10, 3, 10, 2], [1, 3, 10, 3, 2, 2]
    right = ag.krippendorff_alpha(pd.DataFrame({"A": first, "B": second}), level=level)
    for a, b in ((first, [str(x) for x in second]), ([str(x) for x in first], [str(x) for x in second])):
        assert ag.krippendorff_alpha(pd.DataFrame({"A": a, "B": b}), level=level).estimate == right.estimate
    mixed = ag.krippendorff_alpha(pd.DataFrame({"A": first, "B": list(map(str, second))}))
    assert "numbers typed as text" in mixed.note


@pytest.mark.parametrize("word", ["n/a", "NA", "nan", "-"])
def test_one_word_for_nothing_does_not_turn_numbers_into_words(word):
    rows = [[1, 1], [5, 4], [10, 10], [word, 3], [2, 2]]
    right = ag.krippendorff_alpha([[None if x == word else x for x in row] for row in rows], level="interval")
    value = ag.krippendorff_alpha(rows, level="interval")
    assert value.estimate == right.estimate
    assert f"{word!r} among numbers was taken for a missing rating" in value.note
    with pytest.raises(InvalidArgument, match="order"):
        ag.gwet_ac2([[1, "high"], [5, 5], [10, 10]], weights="linear")


def test_declared_words_and_leading_zeros_stay_words():
    assert ag.krippendorff_alpha([["01", "01"], ["1", "01"], ["x", "x"]]).categories == ("01", "1", "x")
    value = ag.krippendorff_alpha([["1", "2"], ["2", "2"]], categories=["1", "2", "n/a"])
    assert value.categories == ("1", "2", "n/a")


def numeric_variance(kappa, first, second):
    """N x the variance of Cohen's kappa by the delta method with numeric derivatives (Agresti 2013, 16.1)."""
    chance = first * second + (1 - first) * (1 - second)
    observed = chance + kappa * (1 - chance)
    both = (observed - 1 + first + second) / 2
    cells = np.array([both, first - both, second - both, 1 - first - second + both])

    def of(p):
        p = p / p.sum()
        a, b = p[0] + p[1], p[0] + p[2]
        pe = a * b + (1 - a) * (1 - b)
        return (p[0] + p[3] - pe) / (1 - pe)

    slope = np.array([(of(cells + 1e-6 * e) - of(cells - 1e-6 * e)) / 2e-6 for e in np.eye(4)])
    return cells @ slope**2 - (cells @ slope) ** 2


@pytest.mark.parametrize("rates", [(0.2, 0.35), (0.5, 0.3), (0.12, 0.1), (0.4, 0.4)])
@pytest.mark.parametrize("kappas", [(0.4, 0.6), (0.5, 0.3)])
def test_planning_for_unequal_prevalences(rates, kappas):
    # Cantor (1996): ((z_a sqrt(Q0) + z_b sqrt(Q1)) / (k1 - k0))^2, Q from the derivatives themselves.
    lowest, expected = kappas
    q0, q1 = (numeric_variance(kappa, *rates) for kappa in (lowest, expected))
    right = ((1.6448536 * q0**0.5 + 0.8416212 * q1**0.5) / (expected - lowest)) ** 2
    got = ag.units_needed(lowest, expected=expected, prevalence=rates[0], prevalence_second=rates[1], method="cantor")
    assert got == pytest.approx(right, abs=1.01)


def test_full_agreement_on_few_units_is_no_certainty():
    # After n agreements in n the confidence that agreement is at least o is 1 - o^n (Clopper and Pearson 1934).
    table = ag.benchmark(ag.krippendorff_alpha([["a", "a"], ["b", "b"]] * 3))
    assert table.iloc[0][["label", "probability"]].tolist() == ["almost perfect", pytest.approx(1 - 0.9**6)]
    assert table["cumulative"].is_monotonic_increasing
    assert table["cumulative"].iloc[-1] == 1
    assert table.loc[table["gwet"], "label"].tolist() == ["fair"]  # 1 - .6^6 = .953, 1 - .7^6 = .882
    many = ag.benchmark(ag.krippendorff_alpha([["a", "a"], ["b", "b"]] * 50))
    assert many.loc[many["gwet"], "label"].tolist() == ["almost perfect"]


def test_unused_categories_are_named_where_they_count():
    rows = [["a", "a"], ["b", "a"], ["b", "b"], ["a", "a"]]
    for coefficient in (ag.gwet_ac1, ag.brennan_prediger, ag.pabak):
        value = coefficient(rows, categories=["a", "b", "c"])
        assert value.estimate != coefficient(rows).estimate
        assert "declared, used by nobody and counted: 'c'" in value.note
        assert "declared" not in coefficient(rows).note
    assert "declared" not in ag.krippendorff_alpha(rows, categories=["a", "b", "c"]).note


def codings(rows):
    return pd.DataFrame(rows, columns=["unit_id", "coder", "code", "status"]).assign(round="1", codebook_hash="h")


def exclusive(first, second, codes="xyz"):
    return codings(
        (f"u{i:02}", coder, code, "present" if code == given else "absent")
        for i, pair in enumerate(zip(first, second, strict=True))
        for coder, given in zip("AB", pair, strict=True)
        for code in codes
    )


def test_codes_of_which_each_unit_has_one_are_one_nominal_variable():
    first, second = "xxyyzzxyzxyx", "xyyyzzxyxxyz"
    nominal = {name: function(list(zip(first, second, strict=True))) for name, function in
               (("krippendorff_alpha", ag.krippendorff_alpha), ("gwet_ac1", ag.gwet_ac1))}  # fmt: skip
    for by in ("overall", "coder_pair"):
        found = mq.measure_agreement(exclusive(first, second), by=by).set_index("coefficient")
        for name, value in nominal.items():
            assert found.loc[name, ["estimate", "low", "high"]].tolist() == pytest.approx(
                [value.estimate, value.low, value.high]
            )
        assert found.loc["krippendorff_alpha", "note"].endswith("measured as one nominal variable")


def test_one_unit_with_two_codes_keeps_decisions_apart():
    data = exclusive("xxyyzzxyzxyx", "xyyyzzxyxxyz")
    data.loc[(data.unit_id == "u00") & (data.code == "y"), "status"] = "present"
    found = mq.measure_agreement(data, by="overall").set_index("coefficient")
    pooled = ag.krippendorff_alpha(
        data.pivot_table(aggfunc="first", index=["unit_id", "code"], columns="coder", values="status").to_numpy(
            dtype=object
        )
    )
    assert found.loc["krippendorff_alpha", "estimate"] == pytest.approx(pooled.estimate)
    assert "nominal" not in found.loc["krippendorff_alpha", "note"]


def test_a_direction_is_named_only_where_the_interval_allows_it():
    # Clopper and Pearson (1934): 6 of 6 exclude one half (.541), 5 of 5 do not (.478), nor do 12 against 5 (.440).
    for alone, named in (((6, 0), "A"), ((5, 0), ""), ((12, 5), ""), ((1, 9), "B")):
        marks = ["pa"] * alone[0] + ["ap"] * alone[1] + ["aa", "pp"] * 10
        data = codings(
            (f"u{i:02}", coder, "x", "present" if mark == "p" else "absent")
            for i, pair in enumerate(marks)
            for coder, mark in zip("AB", pair, strict=True)
        )
        found = ag.disagreements(data)
        assert found.direction["adds"].tolist() == [named]
        assert ("adds" in str(found)) == bool(named)
