"""What all steps share: which units stay, what follows from that, and the line in the flow table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual.corpus.flow import Exclusion, add_step, is_note

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

NOTHING = "nothing to do"
MARK = "near_duplicate_of"


def counted(corpus: Corpus) -> str:
    """Say what the flow counts from here on: posts, or units once threads were merged."""
    return "units" if (corpus.flow["step"] == "merge_threads").any() else "posts"


def keep_units(corpus: Corpus, keep: pd.Series, step: str, reasons: Sequence[Exclusion]) -> Corpus:
    """Return the corpus with the units for which `keep` is true, their posts and their authors.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    keep : Series of bool
        In the order of `corpus.units`.
    step : str
        Its name in the flow table.
    reasons : sequence of Exclusion
        Why the others leave; their counts must sum to the number that leaves.
    """
    units = corpus.units[keep.to_numpy(dtype=bool)].reset_index(drop=True)
    return with_units(corpus, units, step, reasons)


def marks_within(units: pd.DataFrame) -> pd.Series:
    """Return the marks of near duplicates among these units: where a group's first left, the next stands for it.

    Examples
    --------
    >>> marks_within(pd.DataFrame({"unit_id": ["b", "c"], "near_duplicate_of": ["a", "a"]})).tolist()
    ['', 'b']
    """
    here = set(units["unit_id"])
    stands: dict[str, str] = {}
    marks = []
    for unit_id, first in zip(units["unit_id"], units[MARK], strict=True):
        now = first if not first or first in here else stands.setdefault(first, unit_id)
        marks.append("" if now == unit_id else now)
    return pd.Series(marks, index=units.index, dtype="str")


def with_units(corpus: Corpus, units: pd.DataFrame, step: str, reasons: Sequence[Exclusion]) -> Corpus:
    """Return the corpus with these units, their posts and authors, and a step in its flow."""
    posts, authors = corpus.posts, corpus.authors
    if len(units) != len(corpus.units):
        staying = {post_id for ids in units["post_ids"] for post_id in ids}
        posts = posts[posts["post_id"].isin(staying)].reset_index(drop=True)
        authors = authors[authors["author_id"].isin(set(posts["author_id"]))].reset_index(drop=True)
    if MARK in units.columns:
        units = units.assign(**{MARK: marks_within(units)})
    notes = [exclusion for exclusion in reasons[1:] if is_note(exclusion.reason)]
    left = [exclusion for exclusion in reasons if exclusion.dropped or exclusion.merged] or [
        Exclusion(reasons[0].reason if reasons else NOTHING)
    ]
    left += [note for note in notes if note not in left]
    flow = add_step(corpus.flow, step, counted(corpus), len(corpus.units), left)
    return replace(corpus, posts=posts, authors=authors, units=units, flow=flow)
