"""Reposts pass on somebody else's words; they are nobody's own and leave the corpus first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medtw_qual.corpus.flow import Exclusion
from medtw_qual.corpus.steps.common import keep_units

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus


def drop_reposts(corpus: Corpus) -> Corpus:
    """Return the corpus without native reposts (quotes with own words stay)."""
    reposts = set(corpus.posts.loc[corpus.posts["is_repost"].fillna(False), "post_id"])
    is_repost = corpus.units["unit_id"].isin(reposts)
    return keep_units(corpus, ~is_repost, "drop_reposts", [Exclusion("repost without own words", int(is_repost.sum()))])
