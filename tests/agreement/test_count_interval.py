"""Guards the interval for two categories: coverage where a code is rare, and that it knows nothing it cannot know."""

from itertools import product
from math import comb, lgamma

import numpy as np
import pytest

from medtw_qual import agreement as ag
from medtw_qual.agreement.binary_models import CommonCorrelation
from medtw_qual.agreement.patterns import collapse
from medtw_qual.agreement.ratings import read_ratings
from medtw_qual.errors import InvalidArgument


def two_by_two(both, first, second, neither):
    return ag.ratings_from_contingency([[both, first], [second, neither]], ["yes", "no"])


def outcomes(n, width):
    if width == 1:
        return [(n,)]
    return [(first, *rest) for first in range(n + 1) for rest in outcomes(n - first, width - 1)]


def probability(counts, cells):
    log = lgamma(sum(counts) + 1) - sum(lgamma(k + 1) for k in counts)
    return float(np.exp(log + sum(k * np.log(p) for k, p in zip(counts, cells, strict=True) if k)))


def latent_cells(share, kappa, n_coders):
    """Counts of yes among coders who see the truth with probability sqrt(kappa) and else guess at the share.

    Not the model that the interval is made with: for three coders the truth has another third moment.
    """
    seen, cells = np.sqrt(kappa), np.zeros(n_coders + 1)
    for truth, weight in ((1, share), (0, 1 - share)):
        yes = seen * truth + (1 - seen) * share
        cells += [weight * comb(n_coders, k) * yes**k * (1 - yes) ** (n_coders - k) for k in range(n_coders + 1)]
    return cells


@pytest.mark.parametrize(("n", "n_coders", "floor"), [(10, 2, 0.93), (20, 2, 0.93), (10, 3, 0.93)])
def test_coverage_summed_over_every_possible_sample(n, n_coders, floor):
    found = []
    for counts in outcomes(n, n_coders + 1):
        rows = [["yes"] * k + ["no"] * (n_coders - k) for k, times in enumerate(counts) for _ in range(times)]
        value = ag.krippendorff_alpha(rows)
        if not value.undefined:
            found.append((counts, value.low, value.high))
    for share, kappa in product((0.05, 0.2, 0.5), (0.4, 0.6, 0.8, 0.9)):
        cells = latent_cells(share, kappa, n_coders)
        weight = np.array([probability(counts, cells) for counts, _, _ in found])
        inside = np.array([low <= kappa <= high for _, low, high in found])
        assert (weight @ inside) / weight.sum() > floor, (share, kappa)


def test_two_units_given_the_code_once_each_exclude_little():
    # Share .03, agreement .3: no unit of 40 carries it twice in two samples of three, so .3 cannot be excluded.
    value = ag.krippendorff_alpha(two_by_two(0, 2, 0, 38))
    assert value.high > 0.3
    assert value.low < 0
    assert "only 2 units carry 'yes'" in value.note
    assert "about 100 units" in value.note  # 5 x 40 / 2
    assert "carr" not in ag.krippendorff_alpha(two_by_two(4, 1, 1, 38)).note


def test_full_agreement_is_the_mid_p_limit():
    # Six agreements at shares of one half have probability ((1 + k) / 2)^6; half of it is .025 at k = .2142.
    assert ag.scott_pi([["a", "a"], ["b", "b"]] * 3).low == pytest.approx(2 * 0.05 ** (1 / 6) - 1, abs=0.01)


def test_many_units_give_the_linearised_interval():
    for function in (ag.krippendorff_alpha, ag.cohen_kappa, ag.gwet_ac1):
        counted = function(two_by_two(60, 18, 15, 107))
        linear = function(two_by_two(60, 18, 15, 107), interval="fisher")
        assert [counted.low, counted.high] == pytest.approx([linear.low, linear.high], abs=0.02)
        assert counted.se == linear.se


def test_the_probabilities_are_those_of_the_common_correlation_model():
    # Bloch and Kraemer (1989): both p^2 + k p q, differing 2 p q (1 - k); for three coders any pair has the same.
    patterns = collapse(read_ratings([["y", "y", "n"], ["n", "n", None], ["n", "n", "n"]]), labelled=False)
    model = CommonCorrelation.of_patterns(patterns)
    p = 0.23
    for kappa in (-0.2, 0.0, 0.37, 0.8):
        cells = model.probabilities(np.array([p]), kappa)[0]
        for block in model.blocks:
            m, j, pi = model.sizes[block][0], model.present[block], cells[block]
            assert pi.sum() == pytest.approx(1)
            assert pi @ j / m == pytest.approx(p)
            assert pi @ (j * (m - j)) * 2 / (m * (m - 1)) == pytest.approx(2 * p * (1 - p) * (1 - kappa))


def test_units_coded_once_do_not_narrow_it_beyond_their_word_on_the_share():
    rows = [["yes", "yes"]] * 3 + [["yes", "no"]] * 2 + [["no", "no"]] * 35
    alone = ag.fleiss_kappa(rows)
    with_singles = ag.fleiss_kappa(rows + [["no", None]] * 140 + [["yes", None]] * 20)
    assert with_singles.high - with_singles.low == pytest.approx(alone.high - alone.low, rel=0.25)


def test_it_is_asked_for_by_name_and_refused_where_it_does_not_apply():
    rows = [["a", "b"], ["b", "b"], ["c", "c"], ["a", "a"]]
    for function, table in ((ag.krippendorff_alpha, rows), (ag.brennan_prediger, two_by_two(3, 1, 1, 5))):
        with pytest.raises(InvalidArgument, match="two categories"):
            function(table, interval="counts")
    assert "counts" in ag.krippendorff_alpha(two_by_two(3, 1, 1, 5), interval="counts").interval
    assert "Fisher" in ag.krippendorff_alpha(two_by_two(3, 1, 1, 5), groups=range(10)).interval
