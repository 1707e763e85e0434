"""Whether coders changed while they coded: their shares of a code, and agreement, along the coding and by round."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from medtw_qual._base.binomial import wilson
from medtw_qual._base.table_files import require_columns
from medtw_qual.agreement.code_agreement import measure_agreement
from medtw_qual.errors import InvalidArgument


def coding_drift(
    codings: pd.DataFrame,
    parts: int = 4,
    coefficients: Sequence[str] = ("percent_agreement", "krippendorff_alpha"),
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Follow each coder's share of every code, and agreement, from the first decisions to the last.

    Every round is cut into parts of equal size in the order of decisions (`decided_at`): a coder's own order for the
    shares, the mean place of a unit in its coders' orders for agreement. A coder who meets units in a random order
    should find a code equally often in every part; a share that falls or rises is a change of the coder. Intervals
    (Wilson's for shares) tell it from chance only roughly: many parts and codes are looked at.

    Parameters
    ----------
    codings : DataFrame
        As `schemas.CODINGS`, with decided_at.
    parts : int
        At least 2.
    coefficients : sequence of str
        Of agreement, as in `measure_agreement`.
    confidence : float
        Between 0 and 1: the level of the intervals; default: .95.

    Returns
    -------
    DataFrame
        One row per round, part, code and coder (figure "share"), and per round, part, code and coefficient (coder
        "", figure the coefficient's name): round, part (from 1), code, coder, figure, estimate, low, high, n (units).

    Raises
    ------
    InvalidArgument
        When fewer than two parts are asked for, or no decision has a time.

    Examples
    --------
    A coder who gives the code to each of the first four units and to none of the last four:

    >>> codings = pd.DataFrame({"unit_id": list("abcdefgh"), "coder": "A", "round": "1", "code": "thanks",
    ...     "status": ["present"] * 4 + ["absent"] * 4, "codebook_hash": "h",
    ...     "decided_at": pd.date_range("2021-01-04 09:00", periods=8, freq="min", tz="UTC")})
    >>> coding_drift(codings, parts=2)[["part", "coder", "figure", "estimate", "n"]]
       part coder figure  estimate  n
    0     1     A  share       1.0  4
    1     2     A  share       0.0  4
    """
    require_columns(codings, ("unit_id", "coder", "round", "code", "status", "decided_at"), "codings")
    timed = codings[codings["decided_at"].notna()]
    if parts < 2 or timed.empty:
        raise InvalidArgument(
            f"{parts} part(s) of {len(timed)} decisions with a time show no change.",
            "Ask for two parts or more, of codings that say when they were decided.",
        )
    rounds = [(str(name), ours) for name, ours in timed.groupby("round", sort=True)]
    tables = [pd.DataFrame([row for name, ours in rounds for row in _shares(name, ours, parts, confidence)])]
    for name, ours in rounds:
        if len(ours["coder"].unique()) > 1:
            tables.append(_agreement(name, ours, parts, coefficients, confidence))
    return pd.concat(tables, ignore_index=True)


def _places(ours: pd.DataFrame) -> pd.DataFrame:
    """Each unit's place in its coder's order, 0 to below 1."""
    first = ours.groupby(["coder", "unit_id"], sort=True)["decided_at"].min().reset_index()
    first = first.sort_values(["coder", "decided_at", "unit_id"], kind="stable")
    first["place"] = first.groupby("coder").cumcount() / first.groupby("coder")["unit_id"].transform("size")
    return first


def _shares(name: str, ours: pd.DataFrame, parts: int, confidence: float) -> list[dict[str, object]]:
    placed = ours.merge(_places(ours)[["coder", "unit_id", "place"]], on=["coder", "unit_id"])
    placed = placed[placed["status"] != "impossible"].assign(part=lambda t: (t["place"] * parts).astype(int) + 1)
    rows: list[dict[str, object]] = []
    once = placed.drop_duplicates(["unit_id", "coder", "code"])
    for (code, coder, part), group in once.groupby(["code", "coder", "part"], sort=True):
        share = float(group["status"].eq("present").mean())
        low, high = wilson(share, len(group), confidence)
        rows.append({"round": name, "part": part, "code": code, "coder": coder, "figure": "share",
                     "estimate": share, "low": low, "high": high, "n": len(group)})  # fmt: skip
    return rows


def _agreement(
    name: str, ours: pd.DataFrame, parts: int, coefficients: Sequence[str], confidence: float
) -> pd.DataFrame:
    order = _places(ours).groupby("unit_id")["place"].mean().sort_values(kind="stable").index
    part_of = pd.Series(np.arange(len(order)) * parts // max(len(order), 1) + 1, index=order)
    found = []
    for part in range(1, parts + 1):
        chosen = ours[ours["unit_id"].map(part_of) == part]
        if chosen.empty or len(chosen["coder"].unique()) < 2:
            continue
        table = measure_agreement(chosen, coefficients=list(coefficients), mix_codebooks=True, confidence=confidence)
        found.append(
            pd.DataFrame(
                {
                    "round": name, "part": part, "code": table["level"], "coder": "", "figure": table["coefficient"],
                    "estimate": table["estimate"], "low": table["low"], "high": table["high"], "n": table["n_units"],
                }
            )
        )  # fmt: skip
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()
