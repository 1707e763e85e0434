"""Conger's and Cohen's kappa: chance agreement from each coder's own margin."""

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from medtw_qual.agreement.chance_correction import ByUnit, CoefficientSpec, Table
from medtw_qual.agreement.coefficient import Coefficient, Floats, IntervalOptions
from medtw_qual.agreement.kernels import MatrixKernel
from medtw_qual.agreement.measurement import RatingsLike, measure
from medtw_qual.agreement.weights import Weights


class OwnMargins:
    """Two ratings drawn from the margins of two different coders, averaged over all pairs (Conger 1980)."""

    def expected(self, table: Table, frequency: Floats) -> Floats:
        """Expected agreement for frequencies (n, n_patterns)."""
        shares = own_margins(table, frequency)
        n_coders = shares.shape[1]
        if n_coders == 2:
            return table.kernel.cross(shares[:, 0], shares[:, 1])
        together = shares.sum(axis=1)
        same = table.kernel.cross(shares, shares).sum(axis=1)
        # Kernels take shares that sum to 1: the sum over coders goes in as their mean.
        everyone = table.kernel.cross(together / n_coders, together / n_coders) * n_coders**2
        return np.asarray((everyone - same) / (n_coders * (n_coders - 1)))

    def contributions(self, table: Table, frequency: Floats) -> Floats:
        """Each coder's rating against a draw from the other coders (Gwet 2014, chapter 5)."""
        shares = own_margins(table, frequency[None, :])[0]
        n_coders = len(shares)
        rated = (table.patterns.rows >= 0).astype(float)
        reach = frequency.sum() / (frequency @ rated)
        total = np.zeros(len(frequency))
        for coder in range(n_coders):
            others = [other for other in range(n_coders) if other != coder]
            average = np.mean([_against(table, shares[other], coder < other) for other in others], axis=0)
            own = table.patterns.by_coder[:, coder, :] @ average
            mean = shares[coder] @ average
            total += mean + reach[coder] * (own - rated[:, coder] * mean)
        return np.asarray(total / n_coders)


def _against(table: Table, other: Floats, first: bool) -> Floats:
    """Expected weight of each category of one coder against a draw from the other's margin."""
    if isinstance(table.kernel, MatrixKernel):
        return np.asarray(table.kernel.matrix @ other if first else table.kernel.matrix.T @ other)
    return table.kernel.average(other)


def own_margins(table: Table, frequency: Floats) -> Floats:
    """(n, n_coders, q): each coder's ratings as shares of the categories; NaN for a coder without ratings."""
    by_coder = table.patterns.by_coder
    counts = np.tensordot(frequency, by_coder, axes=1)
    total = counts.sum(axis=2, keepdims=True)
    return np.asarray(counts / np.where(total > 0, total, np.nan))


CONGER = CoefficientSpec("conger_kappa", "Conger's kappa", ByUnit(OwnMargins()), labelled=True)
COHEN = CoefficientSpec(
    "cohen_kappa",
    "Cohen's kappa",
    ByUnit(OwnMargins()),
    labelled=True,
    complete_only=True,
    two_coders=True,
    binary_model="own",
    constant_coder=False,
)


def cohen_kappa(
    ratings: RatingsLike,
    categories: Sequence[Any] | None = None,
    weights: Weights = "identity",
    **options: Unpack[IntervalOptions],
) -> Coefficient:
    """Return Cohen's kappa of two coders; weighted kappa with weights.

    Source: Cohen (1960, Educational and Psychological Measurement 20:37-46; 1968, Psychological Bulletin 70:213-220).
    Units that one of the two did not rate are left out. With ``divisor="n"`` the standard error is that of Fleiss,
    Cohen and Everitt (1969, Psychological Bulletin 72:323-327), with ``interval="z"`` also its interval.

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
        Undefined where one category only was used, or a coder used one only.

    Raises
    ------
    InvalidArgument
        For something else than a units x coders matrix, more than two coders, an unknown category, weights of
        the wrong shape.

    Examples
    --------
    Cohen (1960, p. 45) prints .492:

    >>> from medtw_qual.agreement import ratings_from_contingency
    >>> ratings = ratings_from_contingency([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    >>> round(cohen_kappa(ratings).estimate, 3)
    0.492

    Cohen (1968) weights the disagreements of the same table 1, 3 and 6 and prints .348:

    >>> distances = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]])
    >>> round(cohen_kappa(ratings, weights=1 - distances / 6).estimate, 3)
    0.348
    """
    return measure(COHEN, ratings, categories, weights, options)


def conger_kappa(
    ratings: RatingsLike,
    categories: Sequence[Any] | None = None,
    weights: Weights = "identity",
    **options: Unpack[IntervalOptions],
) -> Coefficient:
    """Return Conger's kappa: Cohen's idea for any number of coders.

    Source: Conger (1980, Psychological Bulletin 88:322-328); with missing ratings and weights as generalised by Gwet
    (2014, chapter 2). With complete ratings it is Hubert's kappa too.

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
    Gwet (2014, Table 4.4; irrCAC documentation) prints .76282 with a standard error of .14917:

    >>> from medtw_qual.agreement.published_ratings import gwet_raw4raters
    >>> kappa = conger_kappa(gwet_raw4raters, linearisation="gwet")
    >>> round(kappa.estimate, 5), round(kappa.se, 5)
    (0.76282, 0.14917)
    """
    return measure(CONGER, ratings, categories, weights, options)
