"""Counting units and authors by code: the one place where a table's numerators and denominators come from."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.codebook import Codebook
from medtw_qual.corpus import Corpus


@dataclass(frozen=True)
class CodeCount:
    """How often something is coded.

    Attributes
    ----------
    n_units : int
        Units in which it is present.
    n_authors : int
        Authors of these units.
    judged : int
        Units that were judged for it (present or absent): the denominator. Units where coding was impossible or
        that were never coded for it do not count.
    """

    n_units: int
    n_authors: int
    judged: int

    @property
    def share(self) -> float:
        """n_units over judged; NaN where nothing was judged."""
        return self.n_units / self.judged if self.judged else float("nan")


def descendants(codebook: Codebook, code: str) -> tuple[str, ...]:
    """Return a code and every code below it, in the codebook's order."""
    found = {code}
    while True:
        more = {code.id for code in codebook.codes if code.parent in found} - found
        if not more:
            return tuple(code for code in codebook.ids if code in found)
        found |= more


def count_codes(consensus: pd.DataFrame, corpus: Corpus, codes: Iterable[str]) -> CodeCount:
    """Count the units with at least one of some codes.

    Parameters
    ----------
    consensus : DataFrame
        `schemas.CONSENSUS`, one row per unit and code.
    corpus : Corpus
        Gives the units' authors.
    codes : iterable of str
        One code, a code with its sub-codes, or a theme's members.

    Returns
    -------
    CodeCount
        A unit counts once, however many of the codes it carries. It is judged when any of them was.
    """
    require_columns(consensus, ("unit_id", "code", "status"), "consensus")
    rows = consensus[consensus["code"].isin(list(codes))]
    judged = set(rows.loc[rows["status"].isin(("present", "absent")), "unit_id"])
    present = set(rows.loc[rows["status"] == "present", "unit_id"])
    units = corpus.units
    authors = units.loc[units["unit_id"].isin(present), "author_id"]
    return CodeCount(len(present), int(authors.nunique()), len(judged))


def multiple_codes_note(consensus: pd.DataFrame) -> str:
    """Say how many units carry several codes, where any do: then counts of codes add up to more than the units."""
    present = consensus[consensus["status"] == "present"]
    per_unit = present.groupby("unit_id")["code"].nunique()
    several = int((per_unit > 1).sum())
    if not several:
        return ""
    n_units = consensus["unit_id"].nunique()
    none = n_units - len(per_unit)
    verb = "carries" if several == 1 else "carry"
    return (
        f"Multiple codes possible: {several:,} of {n_units:,} units {verb} more than one code and {none:,} none, so"
        " counts do not add up to the number of units nor percentages to 100."
    )
