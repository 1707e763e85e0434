"""Agreement on one category: specific (positive, negative) agreement, and any coefficient category by category."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np

from medtw_qual.agreement.chance_correction import CoefficientSpec, Result, Table, ratio
from medtw_qual.agreement.coefficient import Coefficient, Floats, IntervalOptions
from medtw_qual.agreement.measurement import RatingsLike, measure
from medtw_qual.agreement.ratings import Ratings, read_ratings


@dataclass(frozen=True)
class Specific:
    """Of the pairs in which one coder chose the category, the share in which the other did too."""

    category: int

    def at(self, table: Table, frequency: Floats) -> Result:
        """Evaluate for frequencies (n, n_patterns)."""
        chosen, agreeing = self._pairs(table)
        estimate = ratio(frequency @ agreeing, frequency @ chosen)
        return Result(estimate, estimate, np.zeros_like(estimate))

    def linearise(self, table: Table, frequency: Floats) -> Floats:
        """Contributions of a ratio of two totals (Cochran 1977, Sampling Techniques, chapter 6)."""
        chosen, agreeing = self._pairs(table)
        estimate = (frequency @ agreeing) / (frequency @ chosen)
        return np.asarray(estimate + frequency.sum() * (agreeing - estimate * chosen) / (frequency @ chosen))

    def _pairs(self, table: Table) -> tuple[Floats, Floats]:
        ours, sizes = table.patterns.counts[:, self.category], table.patterns.sizes
        return ours * (sizes - 1), ours * (ours - 1)


def specific_agreement(
    ratings: RatingsLike, categories: Sequence[Any] | None = None, **options: Unpack[IntervalOptions]
) -> dict[Any, Coefficient]:
    """Return, for each category, how often a second coder chose it where a first did.

    With the categories present and absent these are positive and negative agreement. Source: Cicchetti and Feinstein
    (1990, Journal of Clinical Epidemiology 43:551-558), for more coders as the sum over units of r (r - 1) over the
    sum of r (n - 1), with r of a unit's n ratings in the category.

    Parameters
    ----------
    ratings : (n_units, n_coders) array-like
        Numbers or strings; None and NaN are missing.
    categories : sequence, optional
        All categories that could be used.
    **options
        The interval: see `IntervalOptions`.

    Returns
    -------
    dict
        Category to Coefficient, between 0 and 1. `n_units` are those where some coder chose it. Undefined where fewer
        than two such units were rated twice.

    Raises
    ------
    InvalidArgument

    Examples
    --------
    Cicchetti and Feinstein's formula on a table with 40 common yes, 45 common no and 15 disagreements:
    2 x 40 / (2 x 40 + 15) and 2 x 45 / (2 x 45 + 15).

    >>> from medtw_qual.agreement import ratings_from_contingency
    >>> both = specific_agreement(ratings_from_contingency([[40, 9], [6, 45]], ["yes", "no"]))
    >>> round(both["yes"].estimate, 4), round(both["no"].estimate, 4)
    (0.8421, 0.8571)
    """
    matrix = read_ratings(ratings, categories)
    return {name: _one(matrix, place, options) for place, name in enumerate(matrix.categories)}


def _one(matrix: Ratings, place: int, options: IntervalOptions) -> Coefficient:
    # Units where nobody chose the category say nothing about it.
    silent = (matrix.codes != place).all(axis=1)
    codes = np.where(silent[:, None], -1, matrix.codes)
    spec = CoefficientSpec(
        "specific_agreement", "Specific agreement", Specific(place), pairable_only=True, corrects=False
    )
    kept = Ratings(codes, matrix.categories, matrix.coders, f"category {matrix.categories[place]!r}")
    return measure(spec, kept, None, "identity", options)


def per_category(
    coefficient: Callable[..., Coefficient],
    ratings: RatingsLike,
    categories: Sequence[Any] | None = None,
    **options: Unpack[IntervalOptions],
) -> dict[Any, Coefficient]:
    """Measure a coefficient for each category against all others together.

    Source: Fleiss (1971, Psychological Bulletin 76:378-382) for kappa per category; the same recoding serves any
    nominal coefficient.

    Parameters
    ----------
    coefficient : callable
        `fleiss_kappa`, `krippendorff_alpha`, `scott_pi` ...
    ratings : (n_units, n_coders) array-like
        One row per unit, one column per coder; None or NaN where a coder did not rate a unit.
    categories : sequence, optional
        All categories, in their order; by default those that occur, sorted.
    **options
        The interval: see `IntervalOptions`.

    Returns
    -------
    dict
        Category to Coefficient.

    Raises
    ------
    InvalidArgument

    Examples
    --------
    Agresti (1992, Statistical Methods in Medical Research 1:201-218, p. 202) prints .781 for the first category:

    >>> from medtw_qual.agreement import ratings_from_contingency, scott_pi
    >>> table = [[22, 2, 2, 0], [5, 7, 14, 0], [0, 2, 36, 0], [0, 1, 17, 10]]
    >>> round(per_category(scott_pi, ratings_from_contingency(table))[1].estimate, 3)
    0.781
    """
    matrix = read_ratings(ratings, categories)
    return {
        name: coefficient(_against_the_rest(matrix, place), **options) for place, name in enumerate(matrix.categories)
    }


def _against_the_rest(matrix: Ratings, place: int) -> Ratings:
    codes = np.where(matrix.codes < 0, -1, (matrix.codes == place).astype(np.int64))
    return Ratings(codes, ("any other", matrix.categories[place]), matrix.coders, matrix.note)
