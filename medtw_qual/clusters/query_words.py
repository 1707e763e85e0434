"""The words by which a collection was made: in nearly every post, and so no theme of any."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from medtw_qual.clusters.cluster_words import function_words, plain_words, split_words

# A collection's query: a word, or words that stand for each other, in nine of ten texts.
_COVERED = 0.9
_RAREST = 0.03
_BESIDE = 0.1
_MOST = 12
_TRIED = 40
# Smaller clusters may be of one spelling by chance.
_SMALLEST = 15


def propose_ignored_words(texts: Sequence[str]) -> list[str]:
    """Propose the words by which a collection was made, for ``ignore_words``: a guess, to be looked at.

    Words are taken, the most frequent first, that stand in at least three of a hundred texts and hardly ever (in one of
    ten of their texts at most) beside a word taken before; when together they are in nine of ten texts, these are the
    query's words in their several spellings.

    Parameters
    ----------
    texts : sequence of str
        The texts of the units, as they are clustered.

    Returns
    -------
    list of str
        In lower case, the most frequent first; empty where no such words are found.

    Examples
    --------
    >>> propose_ignored_words(["corona again", "no coronavirus here", "corona at last", "my coronavirus test"])
    ['corona', 'coronavirus']
    """
    common = set(function_words())
    found = [set(split_words(plain_words(text))) - common for text in texts]
    counts = pd.Series([word for words in found for word in words], dtype="object").value_counts()
    frequent = counts[counts >= max(2, _RAREST * len(found))]
    ranked = sorted(frequent.index, key=lambda word: (-int(frequent[word]), word))
    has = {word: np.array([word in words for words in found]) for word in ranked[:_TRIED]}
    for first in list(has)[:_MOST]:  # a frequent word that is no query word must not stand in the way
        chosen, covered = [first], has[first].copy()
        for word, texts_with in has.items():
            if covered.mean() >= _COVERED or len(chosen) == _MOST:
                break
            if (texts_with & covered).sum() <= _BESIDE * texts_with.sum():
                chosen.append(word)
                covered |= texts_with
        if covered.mean() >= _COVERED:
            return sorted(chosen, key=ranked.index)
    return []


def warn_of_spellings(texts: Sequence[str], labels: np.ndarray) -> str:
    """Say which clusters are spellings of one query word; empty where none is."""
    words = propose_ignored_words(texts)
    if len(words) < 2:
        return ""
    found = [set(split_words(plain_words(text))) for text in texts]
    met: dict[int, str] = {}
    for number in range(int(labels.max(initial=-1)) + 1):
        members = np.flatnonzero(labels == number)
        for word in words:
            if len(members) >= _SMALLEST and np.mean([word in found[at] for at in members]) >= _COVERED:
                met[number] = word
    if not met:
        return ""
    which = ", ".join(f"{number} ({word})" for number, word in met.items())
    return (
        f"Clusters that hold one spelling of the collection's query words: {which}. How such a word is spelled says"
        " nothing of what a post is about: read these clusters together, or embed the posts without these words. Key"
        f" words leave them out with ignore_words={words}."
    )
