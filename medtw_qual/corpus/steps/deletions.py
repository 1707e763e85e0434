"""Posts that must go: deleted by their authors, protected, or named by an ethics board."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from medtw_qual._base.errors import InvalidArgument
from medtw_qual.corpus.flow import Left
from medtw_qual.corpus.steps.common import keep_units

if TYPE_CHECKING:
    from medtw_qual.corpus.model import Corpus


def drop_posts(corpus: Corpus, posts: Iterable[str] | str | Path, reason: str = "") -> Corpus:
    """Return the corpus without these posts; a thread that holds one of them leaves as a whole.

    What people coded was the whole unit: after a deletion inside a thread its words are no longer those that were
    coded, so nothing of it is kept.

    Parameters
    ----------
    corpus : Corpus
    posts : iterable of str, or path
        Ids of posts.
    reason : str
        Why, for the flow table.
    """
    if isinstance(posts, str | Path):
        raise InvalidArgument("drop_posts was given a path.", "Give a list of ids.")
    wanted = set(posts)
    hit = corpus.units["post_ids"].map(lambda ids: not wanted.isdisjoint(ids)).astype(bool)
    return keep_units(corpus, ~hit, "drop_posts", [Left(reason or "deleted or withdrawn", int(hit.sum()))])
