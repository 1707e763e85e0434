"""Brennan-Prediger: chance agreement as if every category were equally likely."""

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from medtw_qual.agreement.chance_correction import ByUnit, CoefficientSpec, Table
from medtw_qual.agreement.coefficient import Coefficient, Floats, IntervalOptions
from medtw_qual.agreement.measurement import RatingsLike, measure
from medtw_qual.agreement.weights import Weights


class EqualShares:
    """Every category equally likely: the mean weight over all pairs of categories."""

    def expected(self, table: Table, frequency: Floats) -> Floats:
        """Expected agreement, the same for all frequencies."""
        return np.full(len(frequency), table.kernel.total / table.patterns.n_categories**2)

    def contributions(self, table: Table, frequency: Floats) -> Floats:
        """The same for every pattern."""
        return np.full(len(frequency), table.kernel.total / table.patterns.n_categories**2)


RECIPE = CoefficientSpec("brennan_prediger", "Brennan-Prediger coefficient", ByUnit(EqualShares()), counts_unused=True)
PABAK = CoefficientSpec(
    "pabak", "Prevalence-adjusted bias-adjusted kappa", ByUnit(EqualShares()), two_coders=True, counts_unused=True
)


def brennan_prediger(
    ratings: RatingsLike,
    categories: Sequence[Any] | None = None,
    weights: Weights = "identity",
    **options: Unpack[IntervalOptions],
) -> Coefficient:
    """Return the Brennan-Prediger coefficient, for any number of coders.

    Source: Brennan and Prediger (1981, Educational and Psychological Measurement 41:687-699). The same figure is known
    as Bennett's S (Bennett, Alpert and Goldstein 1954) and Randolph's free-marginal kappa (Randolph 2005); `bennett_s`
    and `randolph_kappa` are other names of this function. It depends on how many categories there are.

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
    Gwet (2014, Table 4.4; irrCAC documentation) prints .77273:

    >>> from medtw_qual.agreement.published_ratings import gwet_raw4raters
    >>> round(brennan_prediger(gwet_raw4raters).estimate, 5)
    0.77273
    """
    return measure(RECIPE, ratings, categories, weights, options)


def pabak(
    ratings: RatingsLike,
    categories: Sequence[Any] | None = None,
    **options: Unpack[IntervalOptions],
) -> Coefficient:
    """Return the prevalence-adjusted bias-adjusted kappa of two coders: 2 x observed - 1 for two categories.

    Source: Byrt, Bishop and Carlin (1993, Journal of Clinical Epidemiology 46:423-429). It is the Brennan-Prediger
    coefficient of two coders.

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
        For something else than a units x coders matrix, more than two coders, an unknown category, weights of
        the wrong shape.

    Examples
    --------
    By its formula, with observed agreement .85 in the table of Feinstein and Cicchetti (1990):

    >>> from medtw_qual.agreement import ratings_from_contingency
    >>> round(pabak(ratings_from_contingency([[40, 9], [6, 45]])).estimate, 2)
    0.7
    """
    return measure(PABAK, ratings, categories, "identity", options)
