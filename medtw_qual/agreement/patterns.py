"""The sufficient statistic: unique patterns of ratings and how often each occurs.

A coefficient depends on the units only through their patterns, so 100,000 units of three codes collapse to a few
hundred rows, and a bootstrap of the units is a multinomial draw of these rows' frequencies.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from medtw_qual.agreement.coefficient import Floats, Ints
from medtw_qual.agreement.ratings import Ratings

_MOST_KEYS = 1 << 62
_MOST_BINS = 1 << 21


@dataclass(frozen=True, eq=False)
class Patterns:
    """The unique patterns of a matrix of ratings.

    Attributes
    ----------
    rows : (n_patterns, n_coders) array of int
        One example of each pattern; -1: missing. Labelled: columns are coders; else their order means nothing.
    frequency : (n_patterns,) array of float
        Units with the pattern.
    of_unit : (n_units,) array of int
        Each unit's pattern.
    n_categories : int
    """

    rows: Ints
    frequency: Floats
    of_unit: Ints
    n_categories: int

    @cached_property
    def counts(self) -> Floats:
        """(n_patterns, n_categories): how many coders chose each category."""
        n, q = len(self.rows), self.n_categories
        pattern, coder = np.nonzero(self.rows >= 0)
        flat = pattern * q + self.rows[pattern, coder]
        return np.bincount(flat, minlength=n * q).reshape(n, q).astype(float)

    @cached_property
    def sizes(self) -> Floats:
        """(n_patterns,): how many ratings the pattern has."""
        return np.asarray((self.rows >= 0).sum(axis=1), dtype=float)

    @cached_property
    def by_coder(self) -> Floats:
        """(n_patterns, n_coders, n_categories): 1 where the coder chose the category."""
        return np.asarray(self.rows[:, :, None] == np.arange(self.n_categories), dtype=float)

    def keep(self, which: np.ndarray) -> "Patterns":
        """Return the patterns chosen by a boolean array; units of the others are gone."""
        place = np.cumsum(which) - 1
        of_unit = self.of_unit[which[self.of_unit]]
        return Patterns(self.rows[which], self.frequency[which], place[of_unit], self.n_categories)


def collapse(ratings: Ratings, labelled: bool) -> Patterns:
    """Collapse ratings to unique patterns.

    Parameters
    ----------
    ratings : Ratings
    labelled : bool
        Whether it matters who gave which rating. Otherwise units with equal category counts are one pattern.
    """
    codes = ratings.codes
    q, r = len(ratings.categories), codes.shape[1]
    keys = _coder_keys(codes, q, r) if labelled else _count_keys(codes, q, r)
    if keys is None:
        rows = codes if labelled else np.sort(codes, axis=1)
        _, first, of_unit = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    elif len(keys) and int(keys.max()) < _MOST_BINS:
        seen = np.bincount(keys)
        found = np.flatnonzero(seen)
        place = np.empty(len(seen), dtype=np.int64)
        place[found] = np.arange(len(found))
        of_unit = place[keys]
        first = np.empty(len(found), dtype=np.int64)
        first[of_unit[::-1]] = np.arange(len(keys))[::-1]
    else:
        _, first, of_unit = np.unique(keys, return_index=True, return_inverse=True)
    of_unit = np.asarray(of_unit).reshape(-1)
    return Patterns(codes[first], np.bincount(of_unit, minlength=len(first)).astype(float), of_unit, q)


def _coder_keys(codes: Ints, q: int, r: int) -> Ints | None:
    """One whole number per unit that tells labelled patterns apart; None where 64 bits do not hold it."""
    if r * np.log2(q + 1) > 62:
        return None
    keys = np.zeros(len(codes), dtype=np.int64)
    for coder in range(r):
        keys = keys * (q + 1) + (codes[:, coder] + 1)
    return keys


def _count_keys(codes: Ints, q: int, r: int) -> Ints | None:
    """One whole number per unit that tells category counts apart: digits to the base r + 1, one digit a category."""
    if q * np.log2(r + 1) > 62:
        return None
    digit = np.array([*((r + 1) ** k for k in range(q)), 0], dtype=np.int64)
    keys = np.zeros(len(codes), dtype=np.int64)
    for coder in range(r):
        keys += digit[codes[:, coder]]
    return keys
