"""What a corpus is: posts, authors, units of analysis, and the account of every exclusion."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual.corpus.steps import attributes as _attributes
from medtw_qual.corpus.steps import deletions, duplicates, reposts, threads


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

    def drop_reposts(self) -> "Corpus":
        """Return the corpus without native reposts; quotes with own words stay. See `steps.reposts`."""
        return reposts.drop_reposts(self)

    def merge_threads(self) -> "Corpus":
        """Return the corpus with every author's self-reply chain joined into one unit. See `steps.threads`."""
        return threads.merge_threads(self)

    def drop_duplicates(self) -> "Corpus":
        """Return the corpus with the first of an author's identical units. See `steps.duplicates`."""
        return duplicates.drop_duplicates(self)

    def drop_posts(self, posts: Iterable[str] | str | Path, reason: str = "") -> "Corpus":
        """Return the corpus without posts that were deleted or withdrawn. See `steps.deletions`."""
        return deletions.drop_posts(self, posts, reason)

    def with_attributes(self, attributes: str | Path | pd.DataFrame) -> "Corpus":
        """Return the corpus with the researcher's columns (role, country ...) in `authors`. See `steps.attributes`."""
        return _attributes.with_attributes(self, attributes)
