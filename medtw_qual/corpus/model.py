"""What a corpus is: posts, authors, units of analysis, and the account of every exclusion."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd


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
