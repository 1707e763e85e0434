"""Ratings in: any units x coders matrix becomes whole numbers, with nothing dropped unnoticed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from medtw_qual.agreement.coefficient import Ints
from medtw_qual.errors import InvalidArgument, did_you_mean

MISSING = -1
WORDS_FOR_NOTHING = ("nan", "none", "na", "n/a", "null", "missing", "-", ".")
PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d*)([.]\d+)?")
MOST_COUNTED = 4096  # a range of whole numbers up to this is counted instead of sorted


@dataclass(frozen=True, eq=False)
class Ratings:
    """A units x coders matrix as category numbers.

    Attributes
    ----------
    codes : (n_units, n_coders) array of int
        Position in `categories`; -1: missing.
    categories : tuple
        In order: as declared, as an ordered Categorical has them, else sorted.
    coders : tuple of str
        The columns' names.
    note : str
        What is worth saying about the input.
    sorted_words : bool
        Whether the order is that of the letters, for want of another: no order of meaning.
    """

    codes: Ints
    categories: tuple[Any, ...]
    coders: tuple[str, ...]
    note: str = ""
    sorted_words: bool = False

    @property
    def used(self) -> int:
        """How many categories occur."""
        present = self.codes[self.codes >= 0]
        return int(np.count_nonzero(np.bincount(present, minlength=1))) if present.size else 0


def read_ratings(ratings: ArrayLike | pd.DataFrame | Ratings, categories: Sequence[Any] | None = None) -> Ratings:
    """Turn a units x coders matrix of categories into `Ratings`.

    Parameters
    ----------
    ratings : (n_units, n_coders) array-like
        Numbers or strings; None and NaN are missing. Numbers typed as text are numbers where all else is numbers. The
        strings "nan" and "None" are categories like any other among words; among numbers a word for nothing ("n/a") is
        missing, and the note says so.
    categories : sequence, optional
        All categories that could be used, in order. Without it: those of an ordered pandas Categorical, in its order;
        else those that occur, sorted.

    Returns
    -------
    Ratings

    Raises
    ------
    InvalidArgument
        When it is not a matrix, holds an infinity or an empty string, or a category that was not declared.

    Examples
    --------
    >>> read_ratings([["a", "b"], [None, "a"]]).codes.tolist()
    [[0, 1], [-1, 0]]
    """
    if isinstance(ratings, Ratings):
        return ratings
    matrix, coders = _as_matrix(ratings)
    declared = _ordered_categories(ratings) if categories is None else tuple(categories)
    codes, found = _number(matrix)
    codes, found, note = _numbers_as_text(codes, found, declared)
    if declared is not None:
        codes, found = _onto_declared(codes, found, declared)
    odd = [value for value in found if isinstance(value, str) and value.lower() in ("nan", "none", "na", "null")]
    if odd:
        note = f"the category {odd[0]!r} counts as a category, not as missing"
    words = declared is None and any(isinstance(value, str) for value in found)
    return Ratings(codes, found, coders, note, words)


def _ordered_categories(ratings: ArrayLike | pd.DataFrame | Ratings) -> tuple[Any, ...] | None:
    """Return the categories of ordered Categoricals, in their order; None where the columns are not all such.

    Raises
    ------
    InvalidArgument
        When two columns order their categories differently.
    """
    if not isinstance(ratings, pd.DataFrame):
        return None
    types = [dtype for dtype in ratings.dtypes if isinstance(dtype, pd.CategoricalDtype) and dtype.ordered]
    if not types or len(types) < ratings.shape[1]:
        return None
    orders = sorted({tuple(dtype.categories) for dtype in types}, key=len)
    longest = orders[-1]
    for order in orders[:-1]:
        if [value for value in longest if value in order] != list(order):
            raise InvalidArgument(
                f"The coders' columns order their categories differently: {', '.join(map(str, order))}, and"
                f" {', '.join(map(str, longest))}.",
                "Give all columns one Categorical, or name the order in `categories`.",
            )
    return longest


def _numbers_as_text(
    codes: Ints, found: tuple[Any, ...], declared: tuple[Any, ...] | None
) -> tuple[Ints, tuple[Any, ...], str]:
    """Take "2" for 2 where all else is numbers, and a word for nothing among numbers for missing."""
    words = [value for value in found if isinstance(value, str)]
    known = set(declared or ())
    nothing = [word for word in words if word.strip().lower() in WORDS_FOR_NOTHING and word not in known]
    typed = {word: number for word in words if word not in known and (number := _as_number(word)) is not None}
    others = [word for word in words if word not in typed and word not in nothing]
    if not words or others or (declared and any(isinstance(value, str) for value in declared)):
        return codes, found, ""
    if len(words) == len(found) and not typed:
        return codes, found, ""  # nothing but words for nothing: they are the categories
    values = [None if value in nothing else typed.get(value, value) for value in found]
    kept = sorted({value for value in values if value is not None})
    place = {value: i for i, value in enumerate(kept)}
    rank = np.array([*(MISSING if value is None else place[value] for value in values), MISSING], dtype=np.int64)
    said = [f"{nothing[0]!r} among numbers was taken for a missing rating"] if nothing else []
    said += ["numbers typed as text were taken for numbers"] if typed and len(words) < len(found) else []
    return rank[codes], tuple(kept), "; ".join(said)


def _as_number(word: str) -> int | float | None:
    """Return the number that a text is, where it is written plainly: "2", "-1", "3.5"; not "02" and not "1e3"."""
    return _plain(float(word)) if PLAIN_NUMBER.fullmatch(word.strip()) else None


def require_order(ratings: Ratings, weights: str) -> None:
    """Refuse weights or a level that need the categories' order where only the letters' order is known.

    Source: Krippendorff (2011), ordinal metric: distances rest on the order of the categories.

    Raises
    ------
    InvalidArgument
    """
    if ratings.sorted_words and len(ratings.categories) > 2:
        shown = ", ".join(map(repr, ratings.categories[:6]))
        raise InvalidArgument(
            f"The {weights} weights need the order of the categories, and for words ({shown}) it is not known.",
            "Name them in order, as in categories=['low', 'medium', 'high'], or give an ordered pandas Categorical.",
        )


def _as_matrix(ratings: ArrayLike | pd.DataFrame) -> tuple[NDArray[Any], tuple[str, ...]]:
    if isinstance(ratings, pd.DataFrame):
        numeric = all(dtype.kind in "iufb" for dtype in map(np.dtype, _numpy_dtypes(ratings)))
        matrix = ratings.to_numpy() if numeric else ratings.astype(object).to_numpy()
        coders = tuple(map(str, ratings.columns))
    else:
        try:
            # Lists go through dtype object: numpy would otherwise turn a NaN among strings into the string "nan".
            matrix = ratings if isinstance(ratings, np.ndarray) else np.array(ratings, dtype=object)
        except ValueError as error:
            raise not_a_matrix("rows of different lengths") from error
        coders = ()
    if matrix.ndim == 1 and any(isinstance(row, list | tuple) for row in matrix):
        raise not_a_matrix("rows of different lengths")
    if matrix.ndim != 2:
        raise not_a_matrix(f"{matrix.ndim} dimension(s)")
    return matrix, coders or tuple(f"coder {i + 1}" for i in range(matrix.shape[1]))


def _numpy_dtypes(table: pd.DataFrame) -> list[Any]:
    return [dtype if isinstance(dtype, np.dtype) else np.dtype(object) for dtype in table.dtypes]


def not_a_matrix(found: str) -> InvalidArgument:
    """Return the error that says what was given in place of a matrix."""
    return InvalidArgument(
        f"Ratings are a matrix with a row per unit and a column per coder; this has {found}.",
        "Give a list of rows, an array or a DataFrame; put None where a coder did not rate a unit.",
    )


def _number(matrix: NDArray[Any]) -> tuple[Ints, tuple[Any, ...]]:
    if matrix.dtype.kind in "iufb":
        return _number_numeric(matrix)
    flat = matrix.ravel()
    _refuse_mixture(flat)
    codes, uniques = pd.factorize(_plain_objects(flat), use_na_sentinel=True)
    for value in uniques:
        if isinstance(value, str) and not value.strip():
            raise InvalidArgument(
                "A rating is an empty string: it is neither a category nor missing.",
                "Put None where a coder did not rate a unit, or give the category a name.",
            )
        if isinstance(value, float) and np.isinf(value):
            raise _infinite()
    try:
        order = sorted(range(len(uniques)), key=lambda i: _sort_key(uniques[i]))
    except TypeError as error:
        raise InvalidArgument(
            f"Ratings are numbers or text; {type(uniques[0]).__name__} is neither.",
            "For sets of codes use alpha_sets.",
        ) from error
    rank = np.empty(len(uniques) + 1, dtype=np.int64)
    rank[order] = np.arange(len(uniques))
    rank[-1] = MISSING
    return rank[codes].reshape(matrix.shape), tuple(_plain(uniques[i]) for i in order)


def _refuse_mixture(flat: NDArray[Any]) -> None:
    """Refuse ratings among which some texts are numbers and others are not, where numbers stand among them too.

    Raises
    ------
    InvalidArgument
    """
    cells = {cell for cell in flat if isinstance(cell, str)} if flat.dtype == object else set()
    texts = {cell for cell in cells if cell.strip().lower() not in WORDS_FOR_NOTHING}
    if not texts or not any(isinstance(cell, int | float | np.number) and cell == cell for cell in flat):
        return
    numbers = {cell for cell in texts if _as_number(cell) is not None}
    if numbers and len(numbers) < len(texts):
        raise InvalidArgument(
            f"The rating {min(numbers)!r} stands there as text, and other ratings are numbers.",
            "Write all ratings as numbers, or all as text.",
        )


def refuse_near_categories(categories: Sequence[Any]) -> None:
    """Refuse categories that differ in capitals or outer blanks only: they would count as different answers.

    Raises
    ------
    InvalidArgument

    Examples
    --------
    >>> refuse_near_categories(["yes", "no"])
    """
    seen: dict[str, str] = {}
    for category in categories:
        if isinstance(category, str):
            other = seen.setdefault(" ".join(category.split()).casefold(), category)
            if other != category:
                raise InvalidArgument(
                    f"The categories {other!r} and {category!r} differ in capitals or blanks only.",
                    "Write them alike, or declare both as categories.",
                )


def _plain_objects(flat: NDArray[Any]) -> NDArray[Any]:
    objects = flat.astype(object)
    try:
        hash(tuple(objects[:1000]))
    except TypeError as error:
        raise InvalidArgument(
            "Ratings are numbers or text; a list or set is neither.", "For sets of codes use alpha_sets."
        ) from error
    return objects


def _number_numeric(matrix: NDArray[Any]) -> tuple[Ints, tuple[Any, ...]]:
    missing = np.isnan(matrix) if matrix.dtype.kind == "f" else np.zeros(matrix.shape, dtype=bool)
    present = matrix[~missing] if missing.any() else matrix.ravel()
    if not present.size:
        return np.full(matrix.shape, MISSING, dtype=np.int64), ()
    low, high = float(present.min()), float(present.max())
    if np.isinf(low) or np.isinf(high):
        raise _infinite()
    if high - low <= MOST_COUNTED and (present == np.floor(present)).all():
        # Whole numbers in a small range need no sorting: count them, then number those that occur.
        above = int(high - low) + 1
        shifted = (np.where(missing, high + 1, matrix) - low).astype(np.int64)
        occurs = np.flatnonzero(np.bincount(shifted.ravel(), minlength=above + 1)[:above])
        rank = np.full(above + 1, MISSING, dtype=np.int64)
        rank[occurs] = np.arange(len(occurs))
        return rank[shifted], tuple(_plain(value + low) for value in occurs)
    uniques, inverse = np.unique(present, return_inverse=True)
    codes = np.full(matrix.shape, MISSING, dtype=np.int64)
    codes[~missing] = inverse
    return codes, tuple(_plain(value) for value in uniques)


def _infinite() -> InvalidArgument:
    return InvalidArgument("A rating is infinite.", "Correct it, or put None where a coder did not rate a unit.")


def _plain(value: Any) -> Any:  # noqa: ANN401 - a category is whatever the researcher wrote
    """Return a Python object for a numpy scalar, and a whole float as an int: NaN in a column made it a float."""
    value = value.item() if isinstance(value, np.generic) else value
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _sort_key(value: Any) -> tuple[int, Any]:  # noqa: ANN401
    if isinstance(value, bool | int | float | np.number | np.bool_):
        return (0, float(value))
    if isinstance(value, str):
        return (1, value)
    raise TypeError(value)


def _onto_declared(codes: Ints, found: tuple[Any, ...], declared: tuple[Any, ...]) -> tuple[Ints, tuple[Any, ...]]:
    if len(set(declared)) < len(declared):
        raise InvalidArgument("A category is declared twice.", "Name each category once, in order.")
    place = {category: i for i, category in enumerate(declared)}
    for category in found:
        if category not in place:
            raise InvalidArgument(
                f"The category {category!r} occurs in the ratings but is not among those declared"
                f" ({', '.join(map(repr, declared))}).{did_you_mean(str(category), map(str, declared))}",
                "Correct the rating, or add it to `categories`.",
            )
    rank = np.array([*(place[category] for category in found), MISSING], dtype=np.int64)
    return rank[codes], declared
