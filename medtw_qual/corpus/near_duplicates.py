"""Near duplicates by MinHash: candidates by locality-sensitive hashing, each pair then compared exactly."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from medtw_qual._base.progress import track
from medtw_qual.corpus.text_entities import bare_words

_LETTERS = 5
_PERMUTATIONS = 64
_SEED = 1


def shingles(text: str) -> np.ndarray:
    """Return the sequences of five letters in a text's bare words as sorted 32-bit numbers; a shorter text is one.

    Two different sequences share a number (CRC-32) once in four thousand million pairs.
    """
    words = bare_words(text)
    if len(words) <= _LETTERS:
        return np.array([crc32(words.encode())] if words else [], dtype=np.uint32)
    parts = {words[start : start + _LETTERS] for start in range(len(words) - _LETTERS + 1)}
    return np.unique(np.fromiter((crc32(part.encode()) for part in parts), dtype=np.uint32, count=len(parts)))


def find_near_duplicates(texts: Sequence[str], threshold: float = 0.8) -> list[int]:
    """Return, for every text, the place of the first text of its group (its own place when it is the first).

    Two texts are near duplicates when the Jaccard similarity of their five-letter sequences reaches `threshold`; the
    groups are the connected components. Candidates come from MinHash signatures of 64 permutations (Broder 1997,
    "On the resemblance and containment of documents"), and every candidate pair is compared exactly, so that no pair
    below the threshold is ever joined; a pair above it is missed only with the small probability that hashing leaves.
    Texts without words belong to no group.

    Examples
    --------
    >>> thanks = "Thank you to everyone on #MedTwitter for this year"
    >>> find_near_duplicates([thanks, "a dog", thanks + "!", "a cat"])
    [0, 1, 0, 3]
    """
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=max(0.1, threshold - 0.1), num_perm=_PERMUTATIONS)
    shared = MinHash(num_perm=_PERMUTATIONS, seed=_SEED, hashfunc=int)
    first_with: dict[bytes, int] = {}
    held: dict[int, np.ndarray] = {}
    group = list(range(len(texts)))
    for place, text in enumerate(track(texts, "Comparing texts", total=len(texts), unit=" texts")):
        letters = shingles(text)
        if not len(letters):
            continue
        same = first_with.setdefault(letters.tobytes(), place)
        if same != place:
            _join(group, same, place)
            continue
        signature = shared.copy()
        signature.update_batch(letters.tolist())
        for other in sorted(index.query(signature)):
            if _similarity(letters, held[other]) >= threshold:
                _join(group, other, place)
        index.insert(place, signature, check_duplication=False)
        held[place] = letters
    return [_first(group, place) for place in range(len(texts))]


def _similarity(letters: np.ndarray, other: np.ndarray) -> float:
    common = len(np.intersect1d(letters, other, assume_unique=True))
    return common / (len(letters) + len(other) - common)


def _first(group: list[int], place: int) -> int:
    while group[place] != place:
        group[place] = group[group[place]]
        place = group[place]
    return place


def _join(group: list[int], place: int, other: int) -> None:
    first, second = sorted((_first(group, place), _first(group, other)))
    group[second] = first
