"""What a corpus is: posts, authors, units of analysis, and the account of every exclusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from medtw_qual.corpus import corpus_folder
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
    """

    posts: pd.DataFrame
    authors: pd.DataFrame
    units: pd.DataFrame
    flow: pd.DataFrame
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Corpus({len(self.units)} units, {len(self.posts)} posts, {len(self.authors)} authors)"

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
