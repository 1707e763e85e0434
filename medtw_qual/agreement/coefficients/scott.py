"""Scott's pi: two coders, one shared margin."""

from collections.abc import Sequence
from typing import Any, Unpack

from medtw_qual.agreement.chance_correction import ByUnit, CoefficientSpec
from medtw_qual.agreement.coefficient import Coefficient, IntervalOptions
from medtw_qual.agreement.coefficients.fleiss import PooledMargin
from medtw_qual.agreement.measurement import RatingsLike, measure
from medtw_qual.agreement.weights import Weights

RECIPE = CoefficientSpec("scott_pi", "Scott's pi", ByUnit(PooledMargin()), two_coders=True, binary_model="common")


def scott_pi(
    ratings: RatingsLike,
    categories: Sequence[Any] | None = None,
    weights: Weights = "identity",
    **options: Unpack[IntervalOptions],
) -> Coefficient:
    """Return Scott's pi for two coders.

    Source: Scott (1955, Public Opinion Quarterly 19:321-325).

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
        For something else than a units x coders matrix, more than two coders, an unknown category, weights of
        the wrong shape.

    Examples
    --------
    Artstein and Poesio (2008, Computational Linguistics 34:555-596, Table 1): observed .7, expected .545, pi .341.

    >>> from medtw_qual.agreement import ratings_from_contingency
    >>> pi = scott_pi(ratings_from_contingency([[20, 20], [10, 50]]))
    >>> round(pi.observed, 3), round(pi.expected, 3), round(pi.estimate, 3)
    (0.7, 0.545, 0.341)
    """
    return measure(RECIPE, ratings, categories, weights, options)
