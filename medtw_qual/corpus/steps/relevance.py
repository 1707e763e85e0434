"""Units that speak of the study's matter: by hashtag, keyword or lexicon."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from medtw_qual._base.progress import busy
from medtw_qual.corpus.flow import Exclusion
from medtw_qual.corpus.lexicon import fold_text, read_lexicon, terms_pattern
from medtw_qual.corpus.steps.common import keep_units
from medtw_qual.corpus.text_entities import as_list, comparable
from medtw_qual.errors import InvalidArgument

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus


@busy("Looking for words")
def keep_matching(
    corpus: Corpus,
    hashtags: str | Sequence[str] | None = None,
    keywords: str | Sequence[str] | None = None,
    lexicon: str | Path | pd.DataFrame | None = None,
    require: str = "any",
) -> Corpus:
    """Return the corpus with the units that match.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    hashtags : str or sequence of str, optional
        With or without #, whatever their case; a thread matches when any of its posts carries one.
    keywords : str or sequence of str, optional
        Whole words or phrases; ``*`` at the end for any ending.
    lexicon : str, path or DataFrame, optional
        A packaged lexicon, or your own (see `read_lexicon`).
    require : {"any", "all"}
        Whether one of the criteria given suffices, or each of them must be met (by at least one of its members).

    Raises
    ------
    InvalidArgument
        When no criterion is given.
    """
    if require not in ("any", "all"):
        raise InvalidArgument(f"require={require!r} is neither 'any' nor 'all'.", "Choose one of the two.")
    hashtags, keywords = as_list(hashtags or ()), as_list(keywords or ())
    found: dict[str, np.ndarray] = {}
    if hashtags:
        shown = ", ".join("#" + tag.lstrip("#＃") for tag in hashtags)
        found[f"hashtag {shown}"] = _with_hashtag(corpus, hashtags)
    texts = [fold_text(text) for text in corpus.units["text"]]
    if keywords:
        pattern = terms_pattern(list(keywords))
        found["keyword " + ", ".join(keywords)] = np.array([bool(pattern.search(text)) for text in texts], dtype=bool)
    if lexicon is not None:
        words = read_lexicon(lexicon)
        pattern = words.pattern()
        found[f"lexicon {words.name}"] = np.array([bool(pattern.search(text)) for text in texts], dtype=bool)
    if not found:
        raise InvalidArgument("keep_matching was given nothing to match.", "Name hashtags, keywords or a lexicon.")
    together = np.logical_or if require == "any" else np.logical_and
    keep = pd.Series(together.reduce(list(found.values())), index=corpus.units.index)
    reason = (" and no " if require == "any" else " or no ").join(found)
    return keep_units(corpus, keep, "keep_matching", [Exclusion(f"no {reason}", int((~keep).sum()))])


def _with_hashtag(corpus: Corpus, hashtags: Sequence[str]) -> np.ndarray:
    wanted = {comparable(tag.lstrip("#＃")) for tag in hashtags}
    tagged = {
        post_id
        for post_id, tags in zip(corpus.posts["post_id"], corpus.posts["hashtags"], strict=True)
        if any(comparable(tag) in wanted for tag in tags)
    }
    return np.array([not tagged.isdisjoint(ids) for ids in corpus.units["post_ids"]], dtype=bool)
