"""Light's kappa: the mean of Cohen's kappa over all pairs of coders."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any, Unpack

import numpy as np

from medtw_qual.agreement.chance_correction import ByUnit, CoefficientSpec, Result, Table
from medtw_qual.agreement.coefficient import Coefficient, Floats, IntervalOptions
from medtw_qual.agreement.coefficients.conger import OwnMargins
from medtw_qual.agreement.measurement import RatingsLike, measure
from medtw_qual.agreement.patterns import Patterns
from medtw_qual.agreement.weights import Weights


class MeanOfPairs:
    """Cohen's kappa for each pair of coders on the units both rated, then the mean (Light 1971)."""

    pair = ByUnit(OwnMargins())

    def at(self, table: Table, frequency: Floats) -> Result:
        """Evaluate for frequencies (n, n_patterns)."""
        pairs = [self.pair.at(pair, frequency * both) for pair, both in _pairs(table)]
        estimate, observed, expected = (
            np.mean([getattr(pair, name) for pair in pairs], axis=0) for name in ("estimate", "observed", "expected")
        )
        return Result(estimate, observed, expected)

    def linearise(self, table: Table, frequency: Floats) -> Floats:
        """Mean of the pairs' contributions, each on its own units."""
        estimate = float(self.at(table, frequency[None, :]).estimate[0])
        total = np.zeros(len(frequency))
        pairs = _pairs(table)
        for pair, both in pairs:
            own = frequency * both
            contributions = self.pair.linearise(pair, own)
            mean = own @ contributions / own.sum()
            total += np.where(both > 0, (frequency.sum() / own.sum()) * (contributions - mean), 0.0)
        return np.asarray(estimate + total / len(pairs))


def _pairs(table: Table) -> list[tuple[Table, Floats]]:
    patterns = table.patterns
    found = []
    for first, second in combinations(range(patterns.rows.shape[1]), 2):
        rows = patterns.rows[:, [first, second]]
        both = (rows >= 0).all(axis=1).astype(float)
        two = Patterns(rows, patterns.frequency, patterns.of_unit, patterns.n_categories)
        found.append((Table(two, table.kernel, table.ordered_pairs), both))
    return found


RECIPE = CoefficientSpec(
    "light_kappa",
    "Light's kappa",
    MeanOfPairs(),
    labelled=True,
    pairable_only=True,
    why_undefined="a pair of coders shares no unit, or both used one and the same category only",
)


def light_kappa(
    ratings: RatingsLike,
    categories: Sequence[Any] | None = None,
    weights: Weights = "identity",
    **options: Unpack[IntervalOptions],
) -> Coefficient:
    """Return Light's kappa: the mean of Cohen's kappa over all pairs of coders.

    Source: Light (1971, Psychological Bulletin 76:365-377). Each pair is compared on the units both rated.

    Parameters
    ----------
    ratings : (n_units, n_coders) array-like
        Numbers or strings; None and NaN are missing.
    categories : sequence, optional
        All categories that could be used, in order.
    weights : str or (q, q) array-like
        How partial agreement counts: see `weight_matrix`.
    **options
        The interval: see `IntervalOptions`.

    Returns
    -------
    Coefficient
        Undefined where Cohen's kappa is for some pair of coders. `observed` and `expected` are means over the pairs.

    Raises
    ------
    InvalidArgument
        For something else than a units x coders matrix, an unknown category, weights of the wrong shape.

    Examples
    --------
    With two coders it is Cohen's kappa:

    >>> from medtw_qual.agreement import cohen_kappa, ratings_from_contingency
    >>> ratings = ratings_from_contingency([[25, 12, 3], [13, 2, 15], [12, 16, 2]])
    >>> light_kappa(ratings).estimate == cohen_kappa(ratings).estimate
    True
    """
    return measure(RECIPE, ratings, categories, weights, options)
