"""Samples by hash: the same whatever the order of the rows and however they are spread over machines."""

import hashlib
from collections.abc import Sequence

import numpy as np


def hash_rank(key: str, seed: int) -> int:
    """Return a number from 0 to 2**64 - 1 that depends on key and seed only: sorted by it, keys are shuffled."""
    return int.from_bytes(
        hashlib.blake2b(f"{seed}:{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"
    )


def rank_of_digests(digests: np.ndarray, seed: int) -> np.ndarray:
    """Return a rank (0 to 2**64 - 1) per digest of a text's vector: the same on every machine that has the text."""
    salt = str(seed).encode()
    ranks = (hashlib.blake2b(bytes(one) + salt, digest_size=8).digest() for one in digests)
    return np.frombuffer(b"".join(ranks), dtype=">u8").astype(np.uint64)


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
