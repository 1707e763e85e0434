"""Krippendorff's alpha: disagreement observed over disagreement expected, corrected for small samples."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal, Unpack, get_args

import numpy as np

from medtw_qual.agreement.chance_correction import CoefficientSpec, Result, Table, corrected
from medtw_qual.agreement.coefficient import Coefficient, Floats, IntervalOptions
from medtw_qual.agreement.kernels import Kernel, MatrixKernel, SquaredKernel
from medtw_qual.agreement.measurement import RatingsLike, measure
from medtw_qual.agreement.ratings import Ratings, require_order
from medtw_qual.agreement.weights import Weights, category_values, weight_matrix
from medtw_qual.errors import InvalidArgument, did_you_mean

Level = Literal["nominal", "ordinal", "interval", "ratio"]


class ByRating:
    """Observed agreement where every rating counts alike, expected from the pooled ratings (Krippendorff 2019).

    Written as Gwet (2011, "On Krippendorff's alpha coefficient") does: (p' - pe) / (1 - pe) with
    p' = (1 - 1/N) p + 1/N over N pairable ratings, which equals 1 - Do / De of the coincidence matrix.
    """

    def at(self, table: Table, frequency: Floats) -> Result:
        """Evaluate for frequencies (n, n_patterns)."""
        n_ratings = frequency @ table.patterns.sizes
        safe = np.where(n_ratings > 0, n_ratings, np.nan)
        plain = (frequency @ (table.agreement * table.patterns.sizes)) / safe
        observed = plain + (1 - plain) / safe
        shares = (frequency @ table.patterns.counts) / safe[:, None]
        expected = table.kernel.cross(shares, shares)
        return Result(corrected(observed, expected), observed, expected)

    def linearise(self, table: Table, frequency: Floats) -> Floats:
        """Contributions as in Gwet's formulas (2014, chapter 6): of the coefficient before the correction 1/N."""
        sizes = table.patterns.sizes
        n, n_ratings = frequency.sum(), frequency @ sizes
        mean_size = n_ratings / n
        plain = (frequency @ (table.agreement * sizes)) / n_ratings
        shares = (frequency @ table.patterns.counts) / n_ratings
        expected = float(table.kernel.cross(shares, shares))
        uncorrected = (plain - expected) / (1 - expected)
        excess = (sizes - mean_size) / mean_size
        observed = table.agreement * sizes / mean_size - plain * excess
        drift = (table.patterns.counts @ table.kernel.average(shares)) / mean_size - expected * excess - expected
        return np.asarray((observed - expected - 2 * (1 - uncorrected) * drift) / (1 - expected))


class ByRank(ByRating):
    """The ordinal level: squared differences of mid-ranks, which follow from the ratings themselves.

    Krippendorff's ordinal distance between c and k counts the ratings from c to k, half of those at either end. That
    is the difference of the two categories' mid-ranks, so it changes with every resample.
    """

    def at(self, table: Table, frequency: Floats) -> Result:
        """Evaluate for frequencies (n, n_patterns)."""
        counts, sizes = table.patterns.counts, table.patterns.sizes
        n_ratings = frequency @ sizes
        safe = np.where(n_ratings > 0, n_ratings, np.nan)[:, None]
        shares = (frequency @ counts) / safe
        ranks = shares.cumsum(axis=1) - shares / 2
        first, second = ranks @ counts.T, ranks**2 @ counts.T
        apart = 2 * (sizes * second - first**2) / (sizes - 1)
        observed = ((frequency * apart).sum(axis=1) / safe[:, 0]) * (1 - 1 / safe[:, 0])
        expected = 2 * ((shares * ranks**2).sum(axis=1) - (shares * ranks).sum(axis=1) ** 2)
        # Mid-ranks are shares of all ratings, so the largest possible squared distance is 1.
        return Result(corrected(1 - observed, 1 - expected), 1 - observed, 1 - expected)

    def linearise(self, table: Table, frequency: Floats) -> Floats:
        """Contributions by central differences: the distance depends on the ratings (infinitesimal jackknife)."""
        estimate = float(self.at(table, frequency[None, :]).estimate[0])
        step = 1e-4
        slopes = np.empty(len(frequency))
        rows = max(1, 2_000_000 // len(frequency))
        for start in range(0, len(frequency), rows):
            chosen = np.arange(start, min(start + rows, len(frequency)))
            nudge = np.zeros((len(chosen), len(frequency)))
            nudge[np.arange(len(chosen)), chosen] = step
            up, down = (self.at(table, frequency + sign * nudge).estimate for sign in (1, -1))
            slopes[chosen] = (up - down) / (2 * step)
        return np.asarray(estimate + frequency.sum() * slopes)


RECIPE = CoefficientSpec(
    "krippendorff_alpha", "Krippendorff's alpha", ByRating(), pairable_only=True, binary_model="common"
)
ORDINAL = replace(RECIPE, measure=ByRank())
LEVELS: tuple[Level, ...] = get_args(Level)


def require_level(level: str) -> None:
    """Say so when a level of measurement is not known.

    Raises
    ------
    InvalidArgument
    """
    if level not in LEVELS:
        raise InvalidArgument(
            f"There is no level {level!r}.{did_you_mean(str(level), LEVELS)}", f"Use one of: {', '.join(LEVELS)}."
        )


def _level_kernel(level: Level, ratings: Ratings) -> Kernel:
    categories = ratings.categories
    if level == "ordinal":
        require_order(ratings, level)
    if level in ("interval", "ratio") and any(isinstance(category, str) for category in categories):
        raise InvalidArgument(
            f"The {level} level needs numbers; {next(text for text in categories if isinstance(text, str))!r} is text.",
            "Give numbers, or use level='ordinal' with `categories` in order.",
        )
    if level == "ratio" and len(categories) > 1:
        return MatrixKernel(weight_matrix("ratio", categories))
    return SquaredKernel(category_values(categories))


def krippendorff_alpha(
    ratings: RatingsLike,
    categories: Sequence[Any] | None = None,
    level: Level = "nominal",
    weights: Weights | None = None,
    **options: Unpack[IntervalOptions],
) -> Coefficient:
    """Return Krippendorff's alpha: any number of coders, missing ratings, four levels of measurement.

    Source: Krippendorff (2019, Content Analysis, 4th ed., chapter 12). Units with one rating do not count.

    Parameters
    ----------
    ratings : (n_units, n_coders) array-like
        Numbers or strings; None and NaN are missing.
    categories : sequence, optional
        All categories that could be used, in order; unused ones change nothing. An ordered pandas Categorical brings
        its own. Words without either have no order: the ordinal level and ordered weights then refuse them.
    level : {"nominal", "ordinal", "interval", "ratio"}
        The distance between categories: all alike; by how many ratings lie between; squared difference; squared
        relative difference. Interval and ratio need numbers.
    weights : str or (q, q) array-like, optional
        Instead of a level: Gwet's schemes or your own matrix, see `weight_matrix`.
    **options
        The interval: see `IntervalOptions`.

    Returns
    -------
    Coefficient
        Undefined where one category only was used.

    Raises
    ------
    InvalidArgument
        For something else than a units x coders matrix, an unknown category or level, text at the interval level.

    Examples
    --------
    Krippendorff (2004, p. 230; 2011, example C) prints .743 nominal, .815 ordinal, .849 interval, .797 ratio:

    >>> from medtw_qual.agreement.published_ratings import gwet_raw4raters
    >>> [round(krippendorff_alpha(gwet_raw4raters, level=level).estimate, 3)
    ...  for level in ("nominal", "ordinal", "interval", "ratio")]
    [0.743, 0.815, 0.849, 0.797]
    """
    require_level(level)
    if weights is not None and level != "nominal":
        raise InvalidArgument("Both a level and weights were given.", "Give one of the two.")
    if level == "nominal":
        return measure(RECIPE, ratings, categories, "identity" if weights is None else weights, options)
    spec = ORDINAL if level == "ordinal" else RECIPE
    return measure(spec, ratings, categories, level, options, partial(_level_kernel, level))
