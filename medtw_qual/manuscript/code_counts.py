"""Counting units and authors by code: the one place where a table's numerators and denominators come from."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.coding.subcodes import joined_codes
from medtw_qual.corpus import Corpus
from medtw_qual.manuscript.number_format import rounded


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
        A unit counts once, however many of the codes it carries. It is judged where one of them is present, or all of
        them that somebody judged in this consensus were judged here.
    """
    require_columns(consensus, ("unit_id", "code", "status"), "consensus")
    wanted = set(codes) & set(consensus["code"])
    rows = joined_codes(consensus[consensus["code"].isin(wanted)], sorted(wanted), "", ["unit_id"])
    judged = set(rows.loc[rows["status"].isin(("present", "absent")), "unit_id"])
    present = set(rows.loc[rows["status"] == "present", "unit_id"])
    units = corpus.units
    authors = units.loc[units["unit_id"].isin(present), "author_id"]
    return CodeCount(len(present), int(authors.nunique()), len(judged))


def count_in_words(count: CodeCount, between: str = " by ") -> str:
    """Return a count for a figure or a text; a code that nobody judged has none.

    Examples
    --------
    >>> count_in_words(CodeCount(12, 9, 300)), count_in_words(CodeCount(0, 0, 0))
    ('12 units by 9 authors', 'not judged')
    """
    if not count.judged:
        return "not judged"
    return f"{rounded(count.n_units, 0)} units{between}{rounded(count.n_authors, 0)} authors"


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
