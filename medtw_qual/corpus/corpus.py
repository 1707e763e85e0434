"""What a corpus is: posts, authors, units of analysis, and the account of every exclusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pandas as pd

from medtw_qual._base.table_files import empty_table
from medtw_qual.corpus import corpus_folder
from medtw_qual.corpus.reading_report import reading_remarks
from medtw_qual.corpus.steps import (
    attributes,
    date_range,
    deletions,
    duplicates,
    flow_report,
    languages,
    random_share,
    relevance,
    reposts,
    screening,
    threads,
)
from medtw_qual.schemas import READING


@dataclass(frozen=True, eq=False)
class Corpus:
    """A corpus at one step of its making; every step returns a new one and adds rows to `flow`.

    Attributes
    ----------
    posts : DataFrame
        One row per post (`schemas.POSTS`).
    authors : DataFrame
        One row per account (`schemas.AUTHORS`), with any attributes the researcher adds.
    units : DataFrame
        One row per unit of analysis (`schemas.UNITS`), in the order of their ids.
    flow : DataFrame
        One row per step and reason (`schemas.FLOW`).
    provenance : mapping
        The sources: files, hashes, formats, what the detection saw.
    reading : DataFrame
        One row per file (`schemas.READING`), also of files that were not read: what was understood, guessed, not used.
    """

    posts: pd.DataFrame
    authors: pd.DataFrame
    units: pd.DataFrame
    flow: pd.DataFrame
    provenance: Mapping[str, Any] = field(default_factory=dict)
    reading: pd.DataFrame = field(default_factory=partial(empty_table, READING))

    def __post_init__(self) -> None:
        # Every corpus has tables of its own: what is added to one does not appear in the one that it was made from.
        for name in ("posts", "authors", "units", "flow", "reading"):
            object.__setattr__(self, name, getattr(self, name).copy(deep=False))

    def __repr__(self) -> str:
        return f"Corpus({len(self.units)} units, {len(self.posts)} posts, {len(self.authors)} authors)"

    def _repr_html_(self) -> str:
        from medtw_qual.corpus.reading_view import corpus_as_html

        return corpus_as_html(self)

    def reading_remarks(self) -> list[str]:
        """Return what to look at in the reading, a sentence a file and matter; empty where nothing was odd."""
        return reading_remarks(self.reading)

    # Each method is the function of its step, so that help() shows the step's own signature and parameters.
    drop_reposts = reposts.drop_reposts
    merge_threads = threads.merge_threads
    drop_duplicates = duplicates.drop_duplicates
    mark_near_duplicates = duplicates.mark_near_duplicates
    collapse_near_duplicates = duplicates.collapse_near_duplicates
    keep_language = languages.keep_language
    detect_languages = languages.detect_languages
    keep_matching = relevance.keep_matching
    between = date_range.between
    sample_by = random_share.sample_by
    apply_screening = screening.apply_screening
    drop_posts = deletions.drop_posts
    with_attributes = attributes.with_attributes
    flow_text = flow_report.flow_text
    flow_chart = flow_report.flow_chart
    save = corpus_folder.save_corpus
    export_posts = corpus_folder.export_posts
