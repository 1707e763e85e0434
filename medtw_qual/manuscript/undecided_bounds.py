"""Undecided and single-coded units beside the counts of a table: what shares can be, and how many nobody checked."""

from collections.abc import Sequence

import pandas as pd

from medtw_qual.reconciliation.undecided_units import undecided_units


def undecided_bounds(
    consensus: pd.DataFrame, codings: pd.DataFrame | None, groups: Sequence[Sequence[str]]
) -> pd.DataFrame | None:
    """Return what shares of the coded units can be, whatever is decided about the units that nobody settled.

    Coders do not differ by chance: units on which they differ are often those with a code, so that a share of the
    settled units alone is too low or too high. The bounds hold whatever is decided (Manski 2003, Partial
    Identification of Probability Distributions, chapter 1).

    Parameters
    ----------
    consensus : DataFrame
        `schemas.CONSENSUS`.
    codings : DataFrame or None
        `schemas.CODINGS`; without it nobody knows which units are undecided.
    groups : sequence of sequences of str
        Codes that are counted together: one code, or the codes of a theme.

    Returns
    -------
    DataFrame or None
        One row per group: least and most (share of the units judged, 0 to 1, with all undecided ones absent and all
        present), undecided (units on which the group depends). None where every unit is settled.

    Examples
    --------
    Four settled units, one with the code, and one on which two coders differ: 1 of 5 to 2 of 5.

    >>> consensus = pd.DataFrame({"unit_id": list("abcd"), "code": "thanks", "basis": "agreed", "reason": "",
    ...     "status": ["present", "absent", "absent", "absent"], "decided_by": "", "codebook_hash": "h",
    ...     "decided_at": pd.NaT})
    >>> codings = pd.DataFrame({"unit_id": ["e", "e"], "coder": ["A", "B"], "round": "1", "code": "thanks",
    ...     "status": ["present", "absent"], "codebook_hash": "h"})
    >>> undecided_bounds(consensus, codings, [["thanks"]])
       least  most  undecided
    0    0.2   0.4          1
    """
    found = undecided_units(consensus, codings)
    if found.share.empty:
        return None
    rows = []
    open_rows = found.share.reset_index()
    for codes in groups:
        own = found.absent[found.absent["code"].isin(list(codes))]
        judged = set(own.loc[own["status"].isin(("present", "absent")), "unit_id"])
        present = set(own.loc[own["status"] == "present", "unit_id"])
        open_ones = set(open_rows.loc[open_rows["code"].isin(list(codes)), "unit_id"]) - present
        n = len(judged)
        least, most = (len(present) / n, (len(present) + len(open_ones)) / n) if n else (float("nan"), float("nan"))
        rows.append({"least": least, "most": most, "undecided": len(open_ones)})
    return pd.DataFrame(rows)


def undecided_note(bounds: pd.DataFrame) -> str:
    """Say what the bounds are, for the note of a table.

    Parameters
    ----------
    bounds : DataFrame
        From `undecided_bounds`.
    """
    top = int(bounds["undecided"].max())
    return (
        f"% with undecided units: units that several people coded and nobody settled (up to {top:,} for a line) are in"
        " no count; counted as well, the share lies between the figure with all of them absent and the figure with all"
        " of them present."
    )


def single_coded_note(consensus: pd.DataFrame) -> str:
    """Say how many units one coder alone coded; empty where there is none.

    Parameters
    ----------
    consensus : DataFrame
        `schemas.CONSENSUS`.
    """
    if "basis" not in consensus:
        return ""
    n = consensus.loc[consensus["basis"] == "single coded", "unit_id"].nunique()
    if not n:
        return ""
    who = "One unit was" if n == 1 else f"{n:,} units were"
    return f"{who} coded by one coder alone, whose errors nobody could see."
