"""Fleiss' kappa: chance agreement from the coders' pooled margin."""

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from medtw_qual.agreement.chance_correction import ByUnit, CoefficientSpec, Table, margin
from medtw_qual.agreement.coefficient import Coefficient, Floats, IntervalOptions
from medtw_qual.agreement.measurement import RatingsLike, measure
from medtw_qual.agreement.weights import Weights


class PooledMargin:
    """Two ratings drawn from the margin that all coders share (Scott 1955, Fleiss 1971)."""

    def expected(self, table: Table, frequency: Floats) -> Floats:
        """Expected agreement for frequencies (n, n_patterns)."""
        shares = margin(table, frequency)
        return table.kernel.cross(shares, shares)

    def contributions(self, table: Table, frequency: Floats) -> Floats:
        """Each pattern's ratings against a draw from the margin."""
        average = table.kernel.average(margin(table, frequency)[0])
        return np.asarray(table.shares @ average)


RECIPE = CoefficientSpec("fleiss_kappa", "Fleiss' kappa", ByUnit(PooledMargin()), binary_model="common")


def fleiss_kappa(
    ratings: RatingsLike,
    categories: Sequence[Any] | None = None,
    weights: Weights = "identity",
    **options: Unpack[IntervalOptions],
) -> Coefficient:
    """Return Fleiss' kappa: agreement beyond what the pooled margin of all coders would give.

    Source: Fleiss (1971, Psychological Bulletin 76:378-382); with missing ratings and weights as generalised by Gwet
    (2014, chapter 2). With two coders it is Scott's pi.

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
        Undefined where one category only was used.

    Raises
    ------
    InvalidArgument
        For something else than a units x coders matrix, an unknown category, weights of the wrong shape.

    Examples
    --------
    Gwet (2014, Table 4.4; irrCAC documentation) prints .76117 with a standard error of .15302:

    >>> from medtw_qual.agreement.published_ratings import gwet_raw4raters
    >>> kappa = fleiss_kappa(gwet_raw4raters, linearisation="gwet")
    >>> round(kappa.estimate, 5), round(kappa.se, 5)
    (0.76117, 0.15302)
    """
    return measure(RECIPE, ratings, categories, weights, options)
