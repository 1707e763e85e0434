"""Where coders differ, and in which direction: who sees more of a code, unit by unit and in sum."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from medtw_qual._base.binomial import clopper_pearson, wilson
from medtw_qual.agreement.coder_decisions import Decisions, gather_decisions, of_code, unit_codes
from medtw_qual.agreement.coefficient import Ints
from medtw_qual.errors import InvalidArgument, did_you_mean
from medtw_qual.schemas import HasUnits


@dataclass(frozen=True, eq=False)
class Disagreements:
    """The units on which coders differ, and the direction of their differences.

    Attributes
    ----------
    units : DataFrame
        One row per unit and code on which coders differ: unit_id, code, present (who saw it), absent (who did not),
        memos, and text where a corpus was given.
    frequencies : DataFrame
        One row per code and coder: code, coder, n (units decided), present, share, low, high (Wilson's interval).
    direction : DataFrame
        One row per code and pair of coders: code, first, second, n (units both decided), both, only_first,
        only_second, neither, adds (the coder with more additional codes, or empty where the interval of share_first
        holds one half: as many either way cannot be excluded), share_first (of the units on which
        they differ, the share in which the first coder has the code), low, high (exact interval of that share), and
        mcnemar_p where p-values were asked for.
    """

    units: pd.DataFrame
    frequencies: pd.DataFrame
    direction: pd.DataFrame

    def __len__(self) -> int:
        """How many unit-code decisions differ."""
        return len(self.units)

    def __str__(self) -> str:
        """Say in a few lines who sees more."""
        n_units = self.units["unit_id"].nunique()
        lines = [f"{_count(len(self.units), 'decision')} to discuss on {_count(n_units, 'unit')}."]
        for row in self.direction.itertuples():
            differing = row.only_first + row.only_second
            if differing:
                lines.append(
                    f"{row.code}: {row.first} and {row.second} differ on {differing} of {row.n} units;"
                    f" {row.first} alone {row.only_first}, {row.second} alone {row.only_second}"
                    + (f": {row.adds} adds." if row.adds else ".")
                )
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Show the sentences; no unit's text."""
        return str(self)


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def disagreements(
    codings: pd.DataFrame,
    corpus: HasUnits | None = None,
    *,
    p_values: bool = False,
    confidence: float = 0.95,
    mix_rounds: bool = False,
    mix_codebooks: bool = False,
) -> Disagreements:
    """List the decisions on which coders differ, and who adds codes.

    Parameters
    ----------
    codings : DataFrame
        As `schemas.CODINGS`, of one round and one codebook version.
    corpus : object with `.units`, optional
        A corpus or sample; adds the units' text.
    p_values : bool
        Add McNemar's exact p (McNemar 1947, Psychometrika 12:153-157): exploratory, off by default.
    confidence : float
        Of the intervals.
    mix_rounds, mix_codebooks : bool
        Allow several rounds, several codebook versions.

    Returns
    -------
    Disagreements

    Raises
    ------
    InvalidArgument, MissingColumn, InvalidTable

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("u1", "A", "present"), ("u1", "B", "absent"), ("u2", "A", "absent"), ("u2", "B", "absent")]
    >>> codings = pd.DataFrame(rows, columns=["unit_id", "coder", "status"]).assign(
    ...     code="isolation", round="1", codebook_hash="h")
    >>> print(disagreements(codings))
    1 decision to discuss on 1 unit.
    isolation: A and B differ on 1 of 2 units; A alone 1, B alone 0.
    """
    found = gather_decisions(codings, mix_rounds=mix_rounds, mix_codebooks=mix_codebooks)
    units = _differing(found, codings)
    if corpus is not None:
        known = corpus.units[["unit_id", "text"]]
        units = units.merge(known, on="unit_id", how="left", validate="many_to_one")
    return Disagreements(
        units,
        pd.DataFrame(_frequencies(found, confidence)),
        pd.DataFrame(_directions(found, confidence, p_values), columns=_direction_columns(p_values)),
    )


def _differing(found: Decisions, codings: pd.DataFrame) -> pd.DataFrame:
    key = found.unit.astype(np.int64) * len(found.codes) + found.code
    clear = found.present >= 0
    number, inverse = np.unique(key, return_inverse=True)
    seen = np.bincount(inverse, weights=found.present == 1, minlength=len(number))
    unseen = np.bincount(inverse, weights=found.present == 0, minlength=len(number))
    chosen = ((seen > 0) & (unseen > 0))[inverse] & clear
    table = pd.DataFrame(
        {
            "unit_id": np.asarray(found.units, dtype=object)[found.unit[chosen]],
            "code": np.asarray(found.codes, dtype=object)[found.code[chosen]],
            "coder": np.asarray(found.coders, dtype=object)[found.coder[chosen]],
            "seen": found.present[chosen] == 1,
        }
    )
    table = table.sort_values("unit_id", kind="stable")
    memos = _memos(codings)
    rows = []
    for (unit, code), group in table.groupby(["unit_id", "code"], sort=False):
        said = [f"{coder}: {memos[unit, coder]}" for coder in group["coder"] if memos.get((unit, coder))]
        rows.append(
            {
                "unit_id": unit,
                "code": code,
                "present": ", ".join(group.loc[group["seen"], "coder"]),
                "absent": ", ".join(group.loc[~group["seen"], "coder"]),
                "memos": " | ".join(said),
            }
        )
    return pd.DataFrame(rows, columns=["unit_id", "code", "present", "absent", "memos"])


def _memos(codings: pd.DataFrame) -> dict[tuple[str, str], str]:
    if "memo" not in codings:
        return {}
    written = codings.loc[codings["memo"].fillna("") != "", ["unit_id", "coder", "memo"]]
    return {(unit, coder): memo for unit, coder, memo in written.itertuples(index=False)}


def _frequencies(found: Decisions, confidence: float) -> Iterator[dict[str, Any]]:
    for place, code in enumerate(found.codes):
        for who, coder in enumerate(found.coders):
            ours = (found.code == place) & (found.coder == who) & (found.present >= 0)
            n, present = int(ours.sum()), int((found.present[ours] == 1).sum())
            share = present / n if n else float("nan")
            low, high = wilson(share, n, confidence)
            yield {"code": code, "coder": coder, "n": n, "present": present, "share": share, "low": low, "high": high}


def _direction_columns(p_values: bool) -> list[str]:
    return [
        "code", "first", "second", "n", "both", "only_first", "only_second", "neither", "adds", "share_first", "low",
        "high", *(["mcnemar_p"] if p_values else []),
    ]  # fmt: skip


def _directions(found: Decisions, confidence: float, p_values: bool) -> Iterator[dict[str, Any]]:
    for place, code in enumerate(found.codes):
        ratings, _ = of_code(found, place).matrix(np.arange(len(found.coders)))
        for first, second in combinations(range(len(found.coders)), 2):
            cells = two_by_two(ratings.codes[:, first], ratings.codes[:, second])
            both, only_first, only_second, neither = cells
            low, high = clopper_pearson(only_first, only_first + only_second, confidence)
            row = {
                "code": code, "first": found.coders[first], "second": found.coders[second], "n": sum(cells),
                "both": both, "only_first": only_first, "only_second": only_second, "neither": neither,
                "adds": found.coders[first] if low > 0.5 else found.coders[second] if high < 0.5 else "",
                "share_first": only_first / (only_first + only_second) if only_first + only_second else float("nan"),
                "low": low, "high": high,
            }  # fmt: skip
            if p_values:
                row["mcnemar_p"] = mcnemar(only_first, only_second)
            yield row


def two_by_two(first: Ints, second: Ints) -> tuple[int, int, int, int]:
    """Count units that both, only the first, only the second, and neither coder saw (1), among those both decided."""
    decided = (first >= 0) & (second >= 0)
    own, other = first[decided] == 1, second[decided] == 1
    return int((own & other).sum()), int((own & ~other).sum()), int((~own & other).sum()), int((~own & ~other).sum())


def mcnemar(only_first: int, only_second: int) -> float:
    """Return McNemar's exact two-sided p: the binomial probability of so uneven a split, doubled, at most 1.

    Examples
    --------
    All eight of eight on one side: 2 x 0.5^8.

    >>> mcnemar(8, 0)
    0.0078125
    """
    from scipy.special import bdtr

    n = only_first + only_second
    return min(1.0, 2 * float(bdtr(min(only_first, only_second), n, 0.5))) if n else 1.0


def confusion(
    codings: pd.DataFrame,
    first: str | None = None,
    second: str | None = None,
    *,
    mix_rounds: bool = False,
    mix_codebooks: bool = False,
) -> pd.DataFrame:
    """Count which codes one coder gave where another gave which.

    The diagonal counts units to which both gave the code. Elsewhere: units to which the first coder gave the row's
    code and the second did not, while the second gave the column's code and the first did not. "(none)" stands for
    having nothing instead. A unit with several such codes counts in several cells.

    Parameters
    ----------
    codings : DataFrame
        As `schemas.CODINGS`.
    first, second : str, optional
        The two coders; may be left out where there are exactly two.
    mix_rounds, mix_codebooks : bool
        Whether decisions of several rounds, or taken with several versions of the codebook, may be counted together;
        by default they are refused.

    Returns
    -------
    DataFrame
        Codes and "(none)" as index (first coder) and columns (second coder); whole numbers.

    Raises
    ------
    InvalidArgument

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("u1", "A", "x", "present"), ("u1", "A", "y", "absent"),
    ...         ("u1", "B", "x", "absent"), ("u1", "B", "y", "present")]
    >>> codings = pd.DataFrame(rows, columns=["unit_id", "coder", "code", "status"]).assign(
    ...     round="1", codebook_hash="h")
    >>> int(confusion(codings).loc["x", "y"])
    1
    """
    found = gather_decisions(codings, mix_rounds=mix_rounds, mix_codebooks=mix_codebooks)
    pair = _pair(found, first, second)
    table_of = unit_codes(found, found, np.array(pair))
    own, other = table_of[:, 0], table_of[:, 1]
    both_decided = (own >= 0) & (other >= 0)
    common = ((own == 1) & (other == 1) & both_decided).sum(axis=0)
    only_one = (own == 1) & (other == 0)
    only_other = (own == 0) & (other == 1)
    left = np.column_stack([only_one, ~only_one.any(axis=1)]).astype(np.int64)
    right = np.column_stack([only_other, ~only_other.any(axis=1)]).astype(np.int64)
    counts = left.T @ right
    agreed_none = both_decided.any(axis=1) & ~((own == 1) | (other == 1)).any(axis=1)
    counts[range(len(common)), range(len(common))] = common
    counts[-1, -1] = int(agreed_none.sum())
    names = [*found.codes, "(none)"]
    table = pd.DataFrame(counts, index=names, columns=names)
    table.index.name, table.columns.name = found.coders[pair[0]], found.coders[pair[1]]
    return table


def _pair(found: Decisions, first: str | None, second: str | None) -> tuple[int, int]:
    if first is None and second is None and len(found.coders) == 2:
        return 0, 1
    for coder in (first, second):
        if coder not in found.coders:
            raise InvalidArgument(
                f"There is no coder {coder!r} in these codings.{did_you_mean(str(coder), found.coders)}",
                f"Name two of: {', '.join(found.coders)}.",
            )
    return found.coders.index(str(first)), found.coders.index(str(second))
