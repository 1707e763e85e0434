"""The coincidence matrix: every pair of ratings within a unit, each unit's pairs counting as its ratings."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from medtw_qual.agreement.measurement import RatingsLike
from medtw_qual.agreement.patterns import collapse
from medtw_qual.agreement.ratings import read_ratings


def coincidence_matrix(ratings: RatingsLike, categories: Sequence[Any] | None = None) -> pd.DataFrame:
    """Return Krippendorff's coincidence matrix.

    Source: Krippendorff (2019, Content Analysis, 4th ed., chapter 12). A unit with m ratings adds its m (m - 1)
    ordered pairs, each over m - 1, so that the matrix sums to the number of pairable ratings.

    Parameters
    ----------
    ratings : (n_units, n_coders) array-like
        One row per unit, one column per coder; None or NaN where a coder did not rate a unit.
    categories : sequence, optional
        All categories, in their order; by default those that occur, sorted.

    Returns
    -------
    DataFrame
        (q, q), symmetric, categories as index and columns.

    Raises
    ------
    InvalidArgument

    Examples
    --------
    Krippendorff (2004, p. 230; 2011, example C): 40 pairable ratings.

    >>> from medtw_qual.agreement.published_ratings import gwet_raw4raters
    >>> matrix = coincidence_matrix(gwet_raw4raters)
    >>> round(float(matrix.to_numpy().sum()), 9), round(float(matrix.loc[1, 1]), 9)
    (40.0, 7.0)
    """
    matrix = read_ratings(ratings, categories)
    patterns = collapse(matrix, labelled=False)
    pairable = patterns.keep(patterns.sizes >= 2)
    counts = pairable.counts
    weight = pairable.frequency / (pairable.sizes - 1)
    pairs = counts.T @ (counts * weight[:, None])
    pairs[range(len(pairs)), range(len(pairs))] -= (counts * weight[:, None]).sum(axis=0)
    return pd.DataFrame(pairs, index=list(matrix.categories), columns=list(matrix.categories))
