"""An author's identical posts count once; nearly equal words by several authors are data and are only marked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.progress import busy
from medtw_qual.corpus.flow import Exclusion
from medtw_qual.corpus.near_duplicates import find_near_duplicates
from medtw_qual.corpus.steps.common import MARK, keep_units, with_units
from medtw_qual.corpus.text_entities import bare_words
from medtw_qual.errors import InvalidArgument, MissingColumn

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus


@busy("Looking for copies")
def drop_duplicates(corpus: Corpus, near: float | None = None) -> Corpus:
    """Return the corpus with the first of an author's identical units; equal means equal words, links left out.

    What is answered or quoted belongs to it: the same thanks to three people are three acts and stay, on every
    platform. An answer of which the source does not say what it answers is never a copy.

    Units without author or without words are never duplicates; the flow says how many units have no author, since
    copies among them could not be told. Formulaic thanks by many authors are data: near
    duplicates stay, marked, and `collapse_near_duplicates` joins them for clustering only.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    near : float, optional
        Share of common letter sequences from which units are marked as near duplicates in the column
        ``near_duplicate_of``, over 0 and at most 1; 0.8 is usual.

    Raises
    ------
    InvalidArgument
        When `near` is out of its range.
    """
    units = corpus.units
    posts = corpus.posts.set_index("post_id")
    first = posts.reindex(units["unit_id"])
    addressed = _addressed(first)
    table = pd.DataFrame(
        {
            "author": units["author_id"],
            "addressed": addressed.to_numpy(),
            "words": units["text"].map(bare_words),
            "time": units["created_at"],
            "id": units["unit_id"],
        }
    )
    table = table[(table["author"] != "") & (table["words"] != "")].sort_values(["time", "id"], kind="stable")
    copies = table.index[table.duplicated(["author", "words", "addressed"])]
    keep = pd.Series(~units.index.isin(copies), index=units.index)
    left = [Exclusion("the same author's copy of an earlier text", len(copies))]
    unknown = int((units["author_id"] == "").sum())
    if unknown:
        left.append(Exclusion(f"{unknown:,} units without an author, among which copies could not be told, kept"))
    corpus = keep_units(corpus, keep, "drop_duplicates", left)
    return corpus if near is None else mark_near_duplicates(corpus, near)


def _addressed(posts: pd.DataFrame) -> pd.Series:
    """Say what each post answers and quotes; an answer to something unknown is like no other."""
    answered = posts["reply_to_id"].fillna("").astype("str")
    answered = answered.mask(answered == "", posts["reply_to_author_id"].fillna("").astype("str"))
    unknown = posts["is_reply"].fillna(False).astype(bool) & (answered == "")
    answered = answered.mask(unknown, pd.Series(posts.index, index=posts.index).astype("str"))
    return answered + " " + posts["quoted_id"].fillna("").astype("str")


def mark_near_duplicates(corpus: Corpus, threshold: float = 0.8) -> Corpus:
    """Return the corpus with a column ``near_duplicate_of`` in its units: the first unit of the group, or "".

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    threshold : float
        Jaccard similarity of the units' letter sequences, over 0 and at most 1.
    """
    if not 0 < threshold <= 1:
        raise InvalidArgument(f"A similarity of {threshold} is not over 0 and at most 1.", "0.8 is usual.")
    groups = find_near_duplicates(list(corpus.units["text"]), threshold)
    ids = list(corpus.units["unit_id"])
    marks = [ids[first] if first != place else "" for place, first in enumerate(groups)]
    return replace(corpus, units=corpus.units.assign(**{MARK: pd.Series(marks, dtype="str")}))


def collapse_near_duplicates(corpus: Corpus) -> Corpus:
    """Return the corpus with one unit per group of near duplicates: for clustering only, never for coding.

    Raises
    ------
    MissingColumn
        When near duplicates were not marked before.
    """
    if MARK not in corpus.units.columns:
        raise MissingColumn("Near duplicates are not marked yet.", "Call mark_near_duplicates() first.")
    units = corpus.units
    first = units[(units[MARK] == "").to_numpy()].reset_index(drop=True)
    reason = "near duplicate of another unit, joined to it (for clustering only)"
    return with_units(corpus, first, "collapse_near_duplicates", [Exclusion(reason, merged=len(units) - len(first))])
