"""Agreement on sets of codes: alpha with a distance between sets, where a unit may carry several codes or none."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Literal, Unpack, get_args

import numpy as np
import pandas as pd

from medtw_qual.agreement.chance_correction import CoefficientSpec
from medtw_qual.agreement.coefficient import Coefficient, Floats, IntervalOptions
from medtw_qual.agreement.coefficients.krippendorff import RECIPE as ALPHA
from medtw_qual.agreement.kernels import Kernel, MatrixKernel
from medtw_qual.agreement.measurement import measure
from medtw_qual.agreement.ratings import MISSING, Ratings
from medtw_qual.errors import InvalidArgument, did_you_mean

SetDistance = Literal["masi", "jaccard"]
RECIPE = CoefficientSpec("alpha_sets", "Krippendorff's alpha for sets of codes", ALPHA.measure, pairable_only=True)


def jaccard_distance(first: Collection[Any], second: Collection[Any]) -> float:
    """Return 1 minus the share of common codes; two empty sets agree, distance 0.

    Source: Jaccard (1912, New Phytologist 11:37-50); the empty sets are defined here.

    Parameters
    ----------
    first, second : collection
        The codes that two coders gave a unit; either may be empty.

    Examples
    --------
    >>> jaccard_distance({"a", "b"}, {"a"}), jaccard_distance(set(), set())
    (0.5, 0.0)
    """
    own, other = frozenset(first), frozenset(second)
    union = own | other
    return 1 - len(own & other) / len(union) if union else 0.0


def masi_distance(first: Collection[Any], second: Collection[Any]) -> float:
    """Return Passonneau's distance between sets: 1 - J M, with J Jaccard's share and M the kind of overlap.

    M is 1 for equal sets, 2/3 where one contains the other, 1/3 where they overlap, 0 where nothing is common. Source:
    Passonneau (2006, LREC, "Measuring agreement on set-valued items (MASI)"). Two empty sets agree, distance 0.

    Parameters
    ----------
    first, second : collection
        The codes that two coders gave a unit; either may be empty.

    Examples
    --------
    The example of NLTK's documentation:

    >>> round(masi_distance({1, 2}, {1, 2, 3, 4}), 3)
    0.667
    """
    own, other = frozenset(first), frozenset(second)
    if own == other:
        return 0.0
    if not own & other:
        return 1.0
    kind = 2 / 3 if own < other or other < own else 1 / 3
    return 1 - (1 - jaccard_distance(own, other)) * kind


# The distances between all sets form a matrix; 4,000 sets make one of 128 MB.
MOST_SETS = 4000
DISTANCES: dict[str, Callable[[Collection[Any], Collection[Any]], float]] = {
    "masi": masi_distance,
    "jaccard": jaccard_distance,
}


def alpha_sets(
    ratings: Sequence[Sequence[Iterable[Any] | None]] | pd.DataFrame | Ratings,
    distance: SetDistance = "masi",
    **options: Unpack[IntervalOptions],
) -> Coefficient:
    """Return Krippendorff's alpha where each rating is a set of codes.

    Source: Passonneau (2006, LREC) for alpha with MASI; the interval is that of `krippendorff_alpha`.

    Parameters
    ----------
    ratings : (n_units, n_coders) of sets, lists or tuples of codes
        An empty set is a rating: coded, and no code applies. None or NaN is missing.
    distance : {"masi", "jaccard"}
        How far two sets of codes lie apart (see `masi_distance`, `jaccard_distance`).
    **options
        The interval: see `IntervalOptions`.

    Returns
    -------
    Coefficient
        `categories` are the sets that occur, as tuples. Undefined where all ratings are the same set.

    Raises
    ------
    InvalidArgument
        For a rating that is a string or number instead of a set, an unknown distance, or more than 4,000 different
        sets.

    Examples
    --------
    With one code in each set it is nominal alpha:

    >>> from medtw_qual.agreement import krippendorff_alpha
    >>> plain = [["a", "a"], ["b", "a"], ["b", "b"], ["a", "a"]]
    >>> sets = [[{one} for one in row] for row in plain]
    >>> alpha_sets(sets).estimate == krippendorff_alpha(plain).estimate
    True
    """
    if distance not in DISTANCES:
        raise InvalidArgument(
            f"There is no distance {distance!r}.{did_you_mean(str(distance), DISTANCES)}",
            f"Use one of: {', '.join(get_args(SetDistance))}.",
        )
    numbered = ratings if isinstance(ratings, Ratings) else _number_sets(ratings)
    if len(numbered.categories) > MOST_SETS:
        raise InvalidArgument(
            f"There are {len(numbered.categories)} different sets of codes; the distances between all of them would"
            " not fit into memory.",
            "Measure code by code, or pool the codes with pooled_kappa.",
        )

    def kernel(_: Ratings) -> Kernel:
        return MatrixKernel(1 - _distance_matrix(numbered.categories, distance))

    return measure(RECIPE, numbered, None, distance, options, kernel)


def _number_sets(ratings: Sequence[Sequence[Iterable[Any] | None]] | pd.DataFrame) -> Ratings:
    rows = ratings.to_numpy(dtype=object).tolist() if isinstance(ratings, pd.DataFrame) else [list(r) for r in ratings]
    width = len(rows[0]) if rows else 0
    if any(len(row) != width for row in rows):
        raise InvalidArgument("Ratings have rows of different lengths.", "Put None where a coder did not rate a unit.")
    place: dict[tuple[Any, ...], int] = {}
    codes = np.full((len(rows), width), MISSING, dtype=np.int64)
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            members = _as_set(cell)
            if members is not None:
                codes[i, j] = place.setdefault(members, len(place))
    names = ratings.columns if isinstance(ratings, pd.DataFrame) else [f"coder {i + 1}" for i in range(width)]
    return Ratings(codes, tuple(place), tuple(map(str, names)))


def _as_set(cell: Any) -> tuple[Any, ...] | None:  # noqa: ANN401 - a cell of the researcher's table
    if cell is None or (isinstance(cell, float) and cell != cell) or cell is pd.NA:
        return None
    if isinstance(cell, str | bytes) or not isinstance(cell, Iterable):
        raise InvalidArgument(
            f"{cell!r} is not a set of codes.", "Give a list or set per unit and coder, such as ['isolation'] or []."
        )
    return tuple(sorted(set(cell), key=lambda code: (str(type(code)), str(code))))


def _distance_matrix(sets: tuple[tuple[Any, ...], ...], distance: SetDistance) -> Floats:
    """Distances between all pairs of sets at once; equal to `jaccard_distance` and `masi_distance` pair by pair."""
    place = {code: i for i, code in enumerate(dict.fromkeys(code for cell in sets for code in cell))}
    members = np.zeros((len(sets), max(len(place), 1)))
    for i, cell in enumerate(sets):
        members[i, [place[code] for code in cell]] = 1
    size = members.sum(axis=1)
    common = members @ members.T
    union = size[:, None] + size[None, :] - common
    shared = np.divide(common, union, out=np.ones_like(union), where=union > 0)
    if distance == "jaccard":
        return np.asarray(1 - shared)
    smaller, larger = np.minimum(size[:, None], size[None, :]), np.maximum(size[:, None], size[None, :])
    kind = np.where(common == smaller, 2 / 3, 1 / 3)
    kind[common == 0] = 0.0
    kind[common == larger] = 1.0
    return np.asarray(1 - shared * kind)
