"""How much a disagreement counts: weights between categories, 1 for the same and less for others."""

from collections.abc import Callable, Sequence
from math import comb
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from medtw_qual.agreement.coefficient import Floats
from medtw_qual.errors import InvalidArgument, did_you_mean

Weights = str | ArrayLike


def _identity(x: Floats) -> Floats:
    return np.eye(len(x))


def _linear(x: Floats) -> Floats:
    return np.asarray(1 - _gaps(x) / np.ptp(x))


def _quadratic(x: Floats) -> Floats:
    return np.asarray(1 - (_gaps(x) / np.ptp(x)) ** 2)


def _radical(x: Floats) -> Floats:
    return np.asarray(1 - np.sqrt(_gaps(x) / np.ptp(x)))


def _ordinal(x: Floats) -> Floats:
    # Gwet's ordinal weights count the pairs of categories from one to the other, both included.
    n = len(x)
    pairs = np.array([[comb(abs(i - j) + 1, 2) for j in range(n)] for i in range(n)], dtype=float)
    return np.asarray(1 - pairs / pairs.max())


def _ratio(x: Floats) -> Floats:
    low, high = x.min(), x.max()
    sums = x[:, None] + x[None, :]
    if low < 0 or high + low == 0:
        raise InvalidArgument(
            f"Ratio weights need categories on a scale with a true zero; the lowest here is {low:g}.",
            "Use weights='quadratic' for a scale without one.",
        )
    relative = np.divide(_gaps(x), sums, out=np.zeros_like(sums), where=sums != 0) ** 2
    return np.asarray(1 - relative / ((high - low) / (high + low)) ** 2)


def _circular(x: Floats) -> Floats:
    turned = np.sin(np.pi * _gaps(x) / (np.ptp(x) + 1)) ** 2
    return np.asarray(1 - turned / turned.max())


def _bipolar(x: Floats) -> Floats:
    sums = x[:, None] + x[None, :]
    room = (sums - 2 * x.min()) * (2 * x.max() - sums)
    far = np.divide(_gaps(x) ** 2, room, out=np.zeros_like(sums), where=~np.eye(len(x), dtype=bool))
    return np.asarray(1 - far / far.max())


def _gaps(x: Floats) -> Floats:
    return np.asarray(np.abs(x[:, None] - x[None, :]), dtype=float)


def _by_rank(scheme: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    return lambda x: scheme(np.arange(1, len(x) + 1, dtype=float))


SCHEMES: dict[str, Callable[[Floats], Floats]] = {
    "identity": _identity,
    "linear": _linear,
    "quadratic": _quadratic,
    "ordinal": _ordinal,
    "radical": _radical,
    "ratio": _ratio,
    "circular": _circular,
    "bipolar": _bipolar,
    "rank_linear": _by_rank(_linear),
    "rank_quadratic": _by_rank(_quadratic),
}


def category_values(categories: Sequence[Any]) -> Floats:
    """Return the categories' numbers, or their ranks from 1 where they are not numbers.

    Examples
    --------
    >>> category_values(["low", "high"]).tolist()
    [1.0, 2.0]
    """
    numeric = all(isinstance(category, int | float | np.integer | np.floating) for category in categories)
    return np.array(categories if numeric else range(1, len(categories) + 1), dtype=float)


def weight_matrix(weights: Weights, categories: Sequence[Any]) -> Floats:
    """Return the weights between categories as a matrix, 1 on the diagonal.

    The schemes are those of Gwet (2014, Handbook of Inter-Rater Reliability, 4th ed., chapter 3); they use the
    categories' numbers where they are numbers, else their ranks. "rank_linear" and "rank_quadratic" always use ranks.

    Parameters
    ----------
    weights : str or (q, q) array-like
        A scheme's name, or agreement weights between 0 and 1 with 1 on the diagonal: row, the first coder's category;
        column, the second's.
    categories : sequence of length q
        In order.

    Returns
    -------
    (q, q) array

    Raises
    ------
    InvalidArgument
        For an unknown name, or a matrix of the wrong shape or range.

    Examples
    --------
    >>> weight_matrix("linear", [1, 2, 3])
    array([[1. , 0.5, 0. ],
           [0.5, 1. , 0.5],
           [0. , 0.5, 1. ]])
    """
    if isinstance(weights, str):
        if weights not in SCHEMES:
            raise InvalidArgument(
                f"There are no weights called {weights!r}.{did_you_mean(weights, SCHEMES)}",
                f"Use one of: {', '.join(SCHEMES)}; or give a matrix.",
            )
        if len(categories) < 2:
            return np.ones((len(categories), len(categories)))
        return SCHEMES[weights](category_values(categories))
    return _checked_matrix(np.asarray(weights, dtype=float), len(categories))


def _checked_matrix(matrix: Floats, q: int) -> Floats:
    if matrix.shape != (q, q):
        raise InvalidArgument(
            f"The weights are {' x '.join(map(str, matrix.shape))}, but there are {q} categories.",
            "Give a square matrix with a row and a column per category, in the order of `categories`.",
        )
    if not np.isfinite(matrix).all() or matrix.min() < 0 or matrix.max() > 1 or not np.allclose(np.diag(matrix), 1):
        raise InvalidArgument(
            "Agreement weights lie between 0 and 1 with 1 on the diagonal; these do not.",
            "From distances d (0 on the diagonal) make weights as 1 - d / d.max().",
        )
    return matrix


def weights_name(weights: Weights) -> str:
    """Return the scheme's name, or "custom" for a matrix."""
    return weights if isinstance(weights, str) else "custom"
