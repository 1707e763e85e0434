"""Ratings out of counts: a contingency table of two coders, or how many coders chose each category."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from medtw_qual.agreement.coefficient import Ints
from medtw_qual.agreement.ratings import not_a_matrix
from medtw_qual.errors import InvalidArgument


def ratings_from_contingency(table: ArrayLike, categories: Sequence[Any] | None = None) -> pd.DataFrame:
    """Turn a two-coder contingency table into ratings, one row per unit.

    Parameters
    ----------
    table : (q, q) array-like of whole numbers
        Row: the first coder's category; column: the second's.
    categories : sequence of length q, optional
        The categories' names; default 1 to q.

    Returns
    -------
    DataFrame
        Columns "coder 1" and "coder 2"; as many rows as the table counts units.

    Raises
    ------
    InvalidArgument
        When the table is not square, or a cell is not a whole number of at least 0.

    Examples
    --------
    Cohen (1960, Educational and Psychological Measurement 20:37-46, p. 45) prints kappa .492 for this table:

    >>> from medtw_qual.agreement import cohen_kappa
    >>> table = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
    >>> round(cohen_kappa(ratings_from_contingency(table)).estimate, 3)
    0.492
    """
    counts = np.asarray(table, dtype=float)
    names = list(range(1, len(counts) + 1)) if categories is None else list(categories)
    if counts.ndim != 2 or counts.shape != (len(names), len(names)):
        raise InvalidArgument(
            f"The contingency table has the shape {counts.shape} for {len(names)} categories.",
            "Give a square table with a row and a column per category.",
        )
    first, second = np.nonzero(np.ones_like(counts))
    repeats = _whole(counts).ravel()
    rows = np.column_stack([np.repeat(first, repeats), np.repeat(second, repeats)])
    return pd.DataFrame({f"coder {i + 1}": [names[k] for k in rows[:, i]] for i in (0, 1)})


def ratings_from_counts(counts: ArrayLike, categories: Sequence[Any] | None = None) -> pd.DataFrame:
    """Turn a table of how many coders chose each category (Fleiss 1971) into ratings, one row per unit.

    Which coder gave which rating is lost in such a table: use it with coefficients that do not ask (Fleiss,
    Krippendorff, Gwet, Brennan-Prediger, percent agreement), not with Cohen's, Conger's or Light's.

    Parameters
    ----------
    counts : (n_units, q) array-like of whole numbers
        How many coders put each unit (row) into each category (column).
    categories : sequence of length q, optional
        The names of the categories, in the order of the columns; by default 0, 1, 2 ...

    Returns
    -------
    DataFrame
        One column per rating, "rating 1" and so on; missing where a unit has fewer.

    Raises
    ------
    InvalidArgument

    Examples
    --------
    >>> ratings_from_counts([[2, 1], [0, 2]], ["yes", "no"]).to_numpy().tolist()
    [['yes', 'yes', 'no'], ['no', 'no', None]]
    """
    table = np.asarray(counts, dtype=float)
    if table.ndim != 2:
        raise not_a_matrix(f"{table.ndim} dimension(s)")
    names = list(range(1, table.shape[1] + 1)) if categories is None else list(categories)
    if len(names) != table.shape[1]:
        raise InvalidArgument(
            f"{len(names)} categories are named for {table.shape[1]} columns.", "Name one category per column."
        )
    rows = [[name for name, count in zip(names, row, strict=True) for _ in range(count)] for row in _whole(table)]
    width = max((len(row) for row in rows), default=0)
    full = [row + [None] * (width - len(row)) for row in rows]
    return pd.DataFrame(full, columns=[f"rating {i + 1}" for i in range(width)], dtype=object)


def _whole(counts: NDArray[np.float64]) -> Ints:
    if not np.isfinite(counts).all() or (counts < 0).any() or (counts != np.floor(counts)).any():
        raise InvalidArgument(
            "A table of counts holds something else than whole numbers of at least 0.",
            "Give counts of units, not shares.",
        )
    return counts.astype(np.int64)
