"""Guards odds ratios, their exact and logit intervals and Fisher's p-values against scipy, statsmodels and books."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medtw_qual.reconciliation.odds import exact_limits, fisher_p_values, needs_exact, odds_ratios

COUNTS = st.tuples(*[st.integers(0, 40)] * 4)


def arrays(table):
    return [np.array([float(x)]) for x in table]


@pytest.mark.parametrize("table", [(3, 1, 1, 3), (1, 9, 11, 3), (0, 8, 5, 7), (6, 0, 2, 9), (12, 5, 29, 200)])
def test_exact_limits_are_those_of_scipy(table):
    from scipy.stats.contingency import odds_ratio

    expected = odds_ratio(np.array(table).reshape(2, 2), kind="conditional").confidence_interval(0.95)
    low, high = exact_limits(*arrays(table))
    assert low[0] == pytest.approx(expected.low, rel=1e-5)
    assert high[0] == pytest.approx(expected.high, rel=1e-5)


def test_logit_limits_are_those_of_statsmodels():
    from statsmodels.stats.contingency_tables import Table2x2

    table = (40, 60, 25, 175)
    reference = Table2x2(np.array(table).reshape(2, 2))
    ratio, low, high = odds_ratios(*arrays(table))
    assert ratio[0] == pytest.approx(reference.oddsratio)
    assert (low[0], high[0]) == pytest.approx(reference.oddsratio_confint(0.05))


def test_aspirin_and_heart_attacks_as_printed_by_agresti():
    # Agresti (2002), Categorical Data Analysis, 3.1.1: 189/11034 on placebo, 104/11037 on aspirin: 1.83 (1.44, 2.33).
    ratio, low, high = odds_ratios(*arrays((189, 10845, 104, 10933)))
    assert [round(float(x[0]), 2) for x in (ratio, low, high)] == [1.83, 1.44, 2.33]


@settings(max_examples=150, deadline=None)
@given(COUNTS)
def test_p_values_are_those_of_scipy_and_intervals_hold_their_estimate(table):
    from scipy.stats import fisher_exact

    a, b, c, d = table
    ratio, low, high = odds_ratios(*arrays(table))
    if min(a + b, c + d, a + c, b + d) == 0:
        assert np.isnan([ratio[0], low[0], high[0]]).all()
        return
    assert low[0] <= ratio[0] * (1 + 1e-9)
    assert ratio[0] <= high[0] * (1 + 1e-9)
    p = fisher_p_values(*arrays(table))[0]
    assert p == pytest.approx(fisher_exact(np.array(table).reshape(2, 2)).pvalue, rel=1e-6, abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(COUNTS)
def test_turning_the_table_turns_the_interval(table):
    a, b, c, d = arrays(table)
    ratio, low, high = odds_ratios(a, b, c, d)
    turned, turned_low, turned_high = odds_ratios(b, a, d, c)
    with np.errstate(divide="ignore"):
        assert np.allclose(1 / turned, ratio, equal_nan=True)
        assert np.allclose(1 / turned_high, low, equal_nan=True, rtol=1e-6)
        assert np.allclose(1 / turned_low, high, equal_nan=True, rtol=1e-6)


def test_small_expected_counts_are_found():
    assert needs_exact(*arrays((3, 1, 1, 3)))[0]
    assert not needs_exact(*arrays((40, 60, 25, 175)))[0]
