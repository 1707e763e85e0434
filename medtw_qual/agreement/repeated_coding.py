"""The same coder twice (intra-coder agreement), and which units and coders move a figure most."""

from collections.abc import Iterator
from typing import Any, Unpack

import numpy as np
import pandas as pd

from medtw_qual.agreement.code_agreement import check_coefficients
from medtw_qual.agreement.coder_decisions import PRESENCE, Decisions, gather_decisions, of_code
from medtw_qual.agreement.coefficient import IntervalOptions
from medtw_qual.agreement.coefficient_registry import COEFFICIENTS
from medtw_qual.agreement.measurement import RatingsLike
from medtw_qual.agreement.ratings import MISSING, Ratings, read_ratings
from medtw_qual.errors import InvalidArgument, did_you_mean


def intra_coder(
    codings: pd.DataFrame,
    coefficient: str = "krippendorff_alpha",
    *,
    mix_codebooks: bool = False,
    **options: Unpack[IntervalOptions],
) -> pd.DataFrame:
    """Measure how well each coder agrees with themselves, on units that they coded in more than one round.

    Parameters
    ----------
    codings : DataFrame
        As `schemas.CODINGS`, with several rounds.
    coefficient : str
        Name of a coefficient in `medtw_qual.agreement`.
    mix_codebooks : bool
        Allow several codebook versions.
    **options
        The interval: see `agreement.IntervalOptions`.

    Returns
    -------
    DataFrame
        One row per coder and code: coder, code, coefficient, estimate, low, high, se, n_units (coded more than once),
        n_rounds, interval, undefined, note.

    Raises
    ------
    InvalidArgument
        For an unknown coefficient.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(f"u{i}", turn, "present" if mark == "p" else "absent")
    ...         for i, pair in enumerate(["pp", "aa", "pa", "aa"]) for turn, mark in zip("12", pair)]
    >>> codings = pd.DataFrame(rows, columns=["unit_id", "round", "status"]).assign(
    ...     coder="A", code="thanks", codebook_hash="h")
    >>> intra_coder(codings)[["coder", "code", "estimate", "n_units"]].round(3)
      coder    code  estimate  n_units
    0     A  thanks     0.533        4
    """
    check_coefficients([coefficient])
    found = gather_decisions(codings, mix_rounds=True, mix_codebooks=mix_codebooks, repeated=True)
    return pd.DataFrame(_repeats(found, coefficient, options))


def _repeats(found: Decisions, coefficient: str, options: IntervalOptions) -> Iterator[dict[str, Any]]:
    _, function = COEFFICIENTS[coefficient]
    for who, coder in enumerate(found.coders):
        for place, code in enumerate(found.codes):
            ours = found.where((found.coder == who) & (found.code == place))
            rounds = np.unique(ours.round)
            table = np.full((len(found.units), len(found.rounds)), MISSING, dtype=np.int64)
            table[ours.unit, ours.round] = ours.present
            names = tuple(f"round {found.rounds[i]}" for i in rounds)
            value = function(Ratings(table[:, rounds], PRESENCE, names), **options)
            reason = value.undefined or ""
            if value.undefined and value.n_units < 2:
                reason = f"{coder} coded {value.n_units or 'no'} unit{'' if value.n_units == 1 else 's'} in two rounds"
            yield {
                "coder": coder, "code": code, "coefficient": coefficient, "estimate": value.estimate,
                "low": value.low, "high": value.high, "se": value.se, "n_units": value.n_units,
                "n_rounds": len(rounds), "interval": value.interval, "undefined": reason, "note": value.note,
            }  # fmt: skip


def coder_influence(
    ratings: RatingsLike, coefficient: str = "krippendorff_alpha", top: int = 10, units: list[str] | None = None
) -> pd.DataFrame:
    """Find the units and coders that move a coefficient most when they are left out.

    Parameters
    ----------
    ratings : (n_units, n_coders) array-like
        A DataFrame's index and columns name units and coders.
    coefficient : str
        Name of a coefficient in `medtw_qual.agreement`.
    top : int
        How many units to list; all coders are listed.
    units : list of str, optional
        The units' names; default: the DataFrame's index, or 1, 2 ...

    Returns
    -------
    DataFrame
        One row per unit or coder, the largest change first: left_out ("unit" or "coder"), name, estimate (without
        it), change (estimate without it minus the estimate with all), undefined.

    Raises
    ------
    InvalidArgument
        For an unknown coefficient, or names that do not match the rows.

    Examples
    --------
    Without the only unit on which they differ, two coders agree fully:

    >>> ratings = pd.DataFrame({"A": list("aabbab"), "B": list("aabbbb")}, index=["u1", "u2", "u3", "u4", "u5", "u6"])
    >>> table = coder_influence(ratings, top=2)
    >>> table.loc[table["name"] == "u5", ["left_out", "estimate"]].to_numpy().tolist()
    [['unit', 1.0]]
    """
    check_coefficients([coefficient])
    matrix = read_ratings(ratings)
    names = units or ([str(i) for i in ratings.index] if isinstance(ratings, pd.DataFrame) else None)
    names = names or [str(i + 1) for i in range(len(matrix.codes))]
    if len(names) != len(matrix.codes):
        raise InvalidArgument(
            f"{len(names)} unit names for {len(matrix.codes)} rows.", "Give one name per row of the ratings."
        )
    _, function = COEFFICIENTS[coefficient]
    whole = function(matrix, interval=None).estimate
    # Units with the same ratings have the same coder_influence: each pattern is left out once.
    _, first, pattern = np.unique(matrix.codes, axis=0, return_index=True, return_inverse=True)
    pattern = np.asarray(pattern).reshape(-1)
    kept = [
        function(Ratings(np.delete(matrix.codes, row, axis=0), matrix.categories, matrix.coders), interval=None)
        for row in first
    ]
    rows = [("unit", name, kept[pattern[i]]) for i, name in enumerate(names)]
    if len(matrix.coders) > 2:
        for i, coder in enumerate(matrix.coders):
            others = tuple(name for name in matrix.coders if name != coder)
            rest = Ratings(np.delete(matrix.codes, i, axis=1), matrix.categories, others)
            rows.append(("coder", coder, function(rest, interval=None)))
    table = pd.DataFrame(
        {
            "left_out": [kind for kind, _, _ in rows],
            "name": [name for _, name, _ in rows],
            "estimate": [value.estimate for _, _, value in rows],
            "change": [value.estimate - whole for _, _, value in rows],
            "undefined": [value.undefined or "" for _, _, value in rows],
        }
    )
    order = table["change"].abs().fillna(np.inf).sort_values(ascending=False, kind="stable").index
    table = table.loc[order]
    listed = pd.concat([table[table["left_out"] == "unit"].head(top), table[table["left_out"] == "coder"]])
    return listed.loc[[i for i in order if i in set(listed.index)]].reset_index(drop=True)


def wide_ratings(codings: pd.DataFrame, code: str, **mixing: bool) -> pd.DataFrame:
    """Return one code's ratings as a units x coders table of "present" and "absent", for `coder_influence` and others.

    Parameters
    ----------
    codings : DataFrame
        As `schemas.CODINGS`.
    code : str
        The id of the code whose ratings are wanted.
    **mixing
        ``mix_rounds`` and ``mix_codebooks``, as for `measure_agreement`.

    Returns
    -------
    DataFrame
        Index unit_id, a column per coder, None where a coder did not decide.

    Raises
    ------
    InvalidArgument
        For a code that nobody considered.
    """
    found = gather_decisions(codings, **mixing)
    if code not in found.codes:
        raise InvalidArgument(
            f"There is no code {code!r} in these codings.{did_you_mean(code, found.codes)}",
            f"Use one of: {', '.join(found.codes)}.",
        )
    ratings, unit = of_code(found, found.codes.index(code)).matrix()
    words = np.array([*PRESENCE, None], dtype=object)
    return pd.DataFrame(words[ratings.codes], index=[found.units[i] for i in unit], columns=list(ratings.coders))
