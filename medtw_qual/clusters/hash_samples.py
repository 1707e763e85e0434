"""Samples by hash: the same whatever the order of the rows and however they are spread over machines."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

DIGEST_BYTES = 16


def hash_rank(key: str, seed: int) -> int:
    """Return a number from 0 to 2**64 - 1 that depends on key and seed only: sorted by it, keys are shuffled."""
    return int.from_bytes(
        hashlib.blake2b(f"{seed}:{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"
    )


def digest(text: str, more: bytes = b"") -> bytes:
    """Return what stands for a text (and, with `more`, for a text and its vector): the same on every machine."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass") + more, digest_size=DIGEST_BYTES).digest()


def rank_texts(texts: Sequence[str], seed: int) -> np.ndarray:
    """Return a rank per text; where the same words stand twice, the second has a rank of its own.

    Examples
    --------
    >>> len(set(rank_texts(["a", "b", "a"], 2020).tolist()))
    3
    """
    again = pd.Series(list(texts), dtype="object").groupby(list(texts)).cumcount()
    ranks = (hash_rank(f"{text}\x1f{n}" if n else text, seed) for text, n in zip(texts, again, strict=True))
    return np.fromiter(ranks, dtype=np.uint64, count=len(texts))


def hashed_sample(keys: Sequence[str], size: int, seed: int) -> np.ndarray:
    """Return the positions, ascending, of the `size` keys of lowest rank (all of them when there are not more).

    Examples
    --------
    >>> hashed_sample(["a", "b", "c"], 5, 2020)
    array([0, 1, 2])
    >>> len(hashed_sample([str(n) for n in range(1000)], 10, 2020))
    10
    """
    if len(keys) <= size:
        return np.arange(len(keys))
    ranks = np.fromiter((hash_rank(key, seed) for key in keys), dtype=np.uint64, count=len(keys))
    return np.asarray(np.sort(np.argsort(ranks, kind="stable")[:size]))
