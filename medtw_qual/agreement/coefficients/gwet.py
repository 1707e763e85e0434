"""Gwet's AC1 and AC2: chance agreement that shrinks as ratings concentrate."""

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from medtw_qual.agreement.chance_correction import ByUnit, CoefficientSpec, Table, margin
from medtw_qual.agreement.coefficient import Coefficient, Floats, IntervalOptions
from medtw_qual.agreement.measurement import RatingsLike, measure
from medtw_qual.agreement.weights import Weights


class RandomPart:
    """Only ratings of units that are hard to rate agree by chance: T_w / (q (q - 1)) x sum of p (1 - p) (Gwet 2008)."""

    def expected(self, table: Table, frequency: Floats) -> Floats:
        """Expected agreement for frequencies (n, n_patterns)."""
        shares = margin(table, frequency)
        return np.asarray(_scale(table) * (shares * (1 - shares)).sum(axis=1))

    def contributions(self, table: Table, frequency: Floats) -> Floats:
        """Each pattern's ratings times what the margin leaves."""
        return np.asarray(_scale(table) * (table.shares @ (1 - margin(table, frequency)[0])))


def _scale(table: Table) -> float:
    q = table.patterns.n_categories
    return table.kernel.total / (q * (q - 1))


AC1 = CoefficientSpec("gwet_ac1", "Gwet's AC1", ByUnit(RandomPart()), counts_unused=True, binary_model="ac1")
AC2 = CoefficientSpec("gwet_ac2", "Gwet's AC2", ByUnit(RandomPart()), counts_unused=True)


def gwet_ac1(
    ratings: RatingsLike,
    categories: Sequence[Any] | None = None,
    **options: Unpack[IntervalOptions],
) -> Coefficient:
    """Return Gwet's AC1, which stays high where nearly everybody chooses one category and agrees.

    Source: Gwet (2008, British Journal of Mathematical and Statistical Psychology 61:29-48). It depends on how many
    categories there are: declare those that nobody used.

    Parameters
    ----------
    ratings : (n_units, n_coders) array-like
        Numbers or strings; None and NaN are missing.
    categories : sequence, optional
        All categories that could be used, in order. Unused ones count.
    **options
        The interval: see `IntervalOptions`.

    Returns
    -------
    Coefficient
        Undefined where one category only was used.

    Raises
    ------
    InvalidArgument
        For something else than a units x coders matrix, an unknown category, weights of the wrong shape.

    Examples
    --------
    Gwet (2014, Table 4.4; irrCAC documentation) prints .77544 with a standard error of .14295:

    >>> from medtw_qual.agreement.published_ratings import gwet_raw4raters
    >>> ac1 = gwet_ac1(gwet_raw4raters, linearisation="gwet")
    >>> round(ac1.estimate, 5), round(ac1.se, 5)
    (0.77544, 0.14295)
    """
    return measure(AC1, ratings, categories, "identity", options)


def gwet_ac2(
    ratings: RatingsLike,
    categories: Sequence[Any] | None = None,
    weights: Weights = "identity",
    **options: Unpack[IntervalOptions],
) -> Coefficient:
    """Return Gwet's AC2: AC1 with partial agreement.

    Source: Gwet (2014, Handbook of Inter-Rater Reliability, 4th ed., chapter 3). With weights "identity" it is AC1.

    Parameters
    ----------
    ratings : (n_units, n_coders) array-like
        Numbers or strings; None and NaN are missing.
    categories : sequence, optional
        All categories that could be used, in order. Unused ones count.
    weights : str or (q, q) array-like
        How partial agreement counts: see `weight_matrix`.
    **options
        The interval: see `IntervalOptions`.

    Returns
    -------
    Coefficient
        Undefined where one category only was used.

    Raises
    ------
    InvalidArgument
        For something else than a units x coders matrix, an unknown category, weights of the wrong shape.

    Examples
    --------
    Gwet (2014, Table 4.9) with linear weights; with identity weights it is AC1:

    >>> from medtw_qual.agreement.published_ratings import gwet_raw4raters
    >>> gwet_ac2(gwet_raw4raters).estimate == gwet_ac1(gwet_raw4raters).estimate
    True
    """
    return measure(AC2, ratings, categories, weights, options)
