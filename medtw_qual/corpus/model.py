"""What a corpus is: posts, authors, units of analysis, and the account of every exclusion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from medtw_qual.corpus import saving
from medtw_qual.corpus.steps import (
    account,
    attributes,
    deletions,
    drawing,
    duplicates,
    languages,
    matching,
    periods,
    reposts,
    screening,
    threads,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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

    def drop_reposts(self) -> Corpus:
        """Return the corpus without native reposts; quotes with own words stay. See `steps.reposts`."""
        return reposts.drop_reposts(self)

    def merge_threads(self) -> Corpus:
        """Return the corpus with every author's self-reply chain joined into one unit. See `steps.threads`."""
        return threads.merge_threads(self)

    def drop_duplicates(self, near: float | None = None) -> Corpus:
        """Return the corpus with the first of an author's identical units. See `steps.duplicates`."""
        return duplicates.drop_duplicates(self, near)

    def mark_near_duplicates(self, threshold: float = 0.8) -> Corpus:
        """Return the corpus with near duplicates marked in `units`. See `steps.duplicates`."""
        return duplicates.mark_near_duplicates(self, threshold)

    def collapse_near_duplicates(self) -> Corpus:
        """Return the corpus with one unit per group of near duplicates, for clustering only. See `steps.duplicates`."""
        return duplicates.collapse_near_duplicates(self)

    def keep_language(self, *codes: str, keep_undetermined: bool = True) -> Corpus:
        """Return the corpus with the units in these languages (ISO 639-1). See `steps.languages`."""
        return languages.keep_language(self, *codes, keep_undetermined=keep_undetermined)

    def detect_languages(self) -> pd.DataFrame:
        """Return each unit's detected language beside the platform's tag. See `steps.languages`."""
        return languages.detect_languages(self)

    def keep_matching(
        self,
        hashtags: Sequence[str] | None = None,
        keywords: Sequence[str] | None = None,
        lexicon: str | Path | pd.DataFrame | None = None,
        require: str = "any",
    ) -> Corpus:
        """Return the corpus with the units that match hashtags, keywords or a lexicon. See `steps.matching`."""
        return matching.keep_matching(self, hashtags, keywords, lexicon, require)

    def between(self, begin: str | date | None, end: str | date | None, time_zone: str = "UTC") -> Corpus:
        """Return the corpus with the units posted from `begin` to `end`, both included. See `steps.periods`."""
        return periods.between(self, begin, end, time_zone)

    def sample_by(self, by: str, n: int, seed: int) -> Corpus:
        """Return the corpus with at most `n` units drawn at random from each group. See `steps.drawing`."""
        return drawing.sample_by(self, by, n, seed)

    def apply_screening(
        self,
        sheet: str | Path | pd.DataFrame,
        unsure: Literal["keep", "drop"] = "keep",
        unscreened: Literal["error", "keep", "drop"] = "error",
    ) -> Corpus:
        """Return the corpus with the units that people found eligible. See `steps.screening`."""
        return screening.apply_screening(self, sheet, unsure, unscreened)

    def drop_posts(self, posts: Iterable[str] | str | Path, reason: str = "") -> Corpus:
        """Return the corpus without posts that were deleted or withdrawn. See `steps.deletions`."""
        return deletions.drop_posts(self, posts, reason)

    def with_attributes(self, table: str | Path | pd.DataFrame) -> Corpus:
        """Return the corpus with the researcher's columns (role, country ...) in `authors`. See `steps.attributes`."""
        return attributes.with_attributes(self, table)

    def flow_text(self) -> str:
        """Return the paragraph of the methods section that accounts for every record. See `steps.account`."""
        return account.flow_text(self)

    def flow_chart(self) -> Figure:
        """Draw the flow of records after PRISMA. See `steps.account`."""
        return account.flow_chart(self)

    def save(self, folder: str | Path, format: Literal["parquet", "csv"] = "parquet") -> Path:
        """Write the corpus into a folder; `load_corpus` reads it again. See `saving`."""
        return saving.save_corpus(self, folder, format)

    def export_posts(self, path: str | Path) -> Path:
        """Write the posts as a table for a spreadsheet (.xlsx, .csv); `read_corpus` reads it back. See `saving`."""
        return saving.export_posts(self, path)
