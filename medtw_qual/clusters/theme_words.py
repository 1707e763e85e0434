"""Words that name a theme: phrases, and words that also set a cluster apart from its nearest neighbour."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from medtw_qual.clusters.cluster_words import key_words, plain_words, split_words

CANDIDATES = 60
# Two neighbouring words are one phrase when at least half of the texts with the rarer one, and a third of those with
# the commoner one, have both: otherwise the phrase would hide the word.
_TOGETHER = 0.5
_OFTEN = 1 / 3
# Words; the gate before publication looks for the whole of a post so short.
_SHORT = (3, 5)
_MARKS = ".,;:!?()[]{}<>\"'“”‘’«»…*/-"


def theme_words(
    texts: Sequence[str], labels: np.ndarray, n_words: int = 10, ignore: Iterable[str] = ()
) -> dict[int, list[str]]:
    """Return the words and phrases that name each cluster.

    Candidates are the sixty heaviest words by class-based TF-IDF (`key_words`). A word is passed over when it is in no
    larger share of the cluster's texts than of its nearest neighbour's (the cluster whose candidates' weights are most
    alike): it tells the two from the rest, but not from each other. Two words that stand side by side in three texts
    or more, in half of those with the rarer of them and a third of those with the other, become one phrase.

    Parameters
    ----------
    texts : sequence of str
    labels : ndarray of int, shape (texts,)
        -1: in no cluster.
    n_words : int
    ignore : iterable of str
        Words that must not be among them: the collection's query words, names.

    Returns
    -------
    dict
        Cluster to its words, the heaviest first; where neighbours would be a whole short post, one of them comes later.
        Where all were passed over, the candidates stand as they are.
    """
    texts = _without_ignored(texts, {plain_words(word).strip() for word in ignore})
    found = key_words(texts, labels, CANDIDATES)
    tokens = [split_words(plain_words(text)) for text in texts]
    posts = {" ".join(words) for words in tokens if _SHORT[0] <= len(words) <= _SHORT[1]}
    shares = {number: _shares(tokens, np.flatnonzero(labels == number)) for number in found}
    chosen: dict[int, list[str]] = {}
    for number, pairs in found.items():
        words = [word for word, _ in pairs]
        near = _nearest(number, found)
        if near is not None:
            apart = [word for word in words if shares[number][word] > shares[near].get(word, 0.0)]
            words = apart or words
        named = _join_phrases(words, tokens, np.flatnonzero(labels == number))
        chosen[number] = _apart_from_posts(named, posts)[:n_words]
    return chosen


def _apart_from_posts(words: list[str], posts: set[str]) -> list[str]:
    """Return the words in an order in which no neighbours together are a whole short post; else without the last.

    Examples
    --------
    >>> _apart_from_posts(["friendly", "caring staff", "ward"], {"friendly caring staff"})
    ['friendly', 'ward', 'caring staff']
    >>> _apart_from_posts(["friendly", "caring staff"], {"friendly caring staff"})
    ['friendly']
    """
    kept: list[str] = []
    waiting = list(words)
    while waiting:
        fitting = next((word for word in waiting if not _ends_as_post([*kept, word], posts)), None)
        if fitting is None:
            break
        waiting.remove(fitting)
        kept.append(fitting)
    return kept


def _ends_as_post(words: list[str], posts: set[str]) -> bool:
    return any(" ".join(words[start:]) in posts for start in range(len(words)))


def _without_ignored(texts: Sequence[str], ignored: set[str]) -> list[str]:
    """Return the texts without these words, whole words between white space with or without marks around them."""
    if not ignored:
        return list(texts)
    return [" ".join(word for word in plain_words(text).split() if word.strip(_MARKS) not in ignored) for text in texts]


def _shares(tokens: list[list[str]], members: np.ndarray) -> dict[str, float]:
    counts = Counter(word for at in members for word in set(tokens[at]))
    return {word: count / len(members) for word, count in counts.items()}


def _nearest(number: int, found: dict[int, list[tuple[str, float]]]) -> int | None:
    """Return the cluster whose candidates' weights have the greatest cosine with this one's; None: none shares any."""
    own = dict(found[number])
    best, nearest = 0.0, None
    for other, pairs in found.items():
        if other in (number, -1) or number == -1 or not pairs or not own:
            continue
        product = sum(weight * own.get(word, 0.0) for word, weight in pairs)
        length = np.sqrt(sum(w**2 for _, w in pairs) * sum(w**2 for w in own.values()))
        cosine = round(product / float(length), 9)
        if cosine > best:
            best, nearest = cosine, other
    return nearest


def _join_phrases(words: list[str], tokens: list[list[str]], members: np.ndarray) -> list[str]:
    """Put a phrase in the place of the first of its two words, and leave out the other."""
    wanted = set(words)
    alone = Counter(word for at in members for word in set(tokens[at]) & wanted)
    pairs = Counter(
        pair
        for at in members
        for pair in {(a, b) for a, b in zip(tokens[at], tokens[at][1:], strict=False) if {a, b} <= wanted and a != b}
    )
    taken: dict[str, str] = {}
    for (a, b), count in sorted(pairs.items(), key=lambda entry: (-entry[1], entry[0])):
        rarer, commoner = sorted((alone[a], alone[b]))
        enough = count >= max(3, _TOGETHER * rarer, _OFTEN * commoner)
        if enough and a not in taken and b not in taken:
            taken[a] = taken[b] = f"{a} {b}"
    return list(dict.fromkeys(taken.get(word, word) for word in words))
