"""Percent agreement: the share of agreeing pairs of ratings."""

from collections.abc import Sequence
from typing import Any, Unpack

from medtw_qual.agreement.chance_correction import ByUnit, CoefficientSpec, NoChance
from medtw_qual.agreement.coefficient import Coefficient, IntervalOptions
from medtw_qual.agreement.measurement import RatingsLike, measure
from medtw_qual.agreement.weights import Weights

RECIPE = CoefficientSpec("percent_agreement", "Percent agreement", ByUnit(NoChance()), corrects=False)


def percent_agreement(
    ratings: RatingsLike,
    categories: Sequence[Any] | None = None,
    weights: Weights = "identity",
    **options: Unpack[IntervalOptions],
) -> Coefficient:
    """Return the share of agreeing pairs of ratings, averaged over units.

    Source: Gwet (2014, Handbook of Inter-Rater Reliability, 4th ed., chapter 2); with two coders and no missing
    rating it is the share of units on which they agree.

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
        Between 0 and 1. Undefined with fewer than two units rated twice.

    Raises
    ------
    InvalidArgument
        For something else than a units x coders matrix, an unknown category, weights of the wrong shape.

    Examples
    --------
    Gwet (2014, Table 4.4; irrCAC documentation) prints .8181818:

    >>> from medtw_qual.agreement.published_ratings import gwet_raw4raters
    >>> round(percent_agreement(gwet_raw4raters).estimate, 7)
    0.8181818
    """
    return measure(RECIPE, ratings, categories, weights, options)
