"""Shared by the tests of this room: the invented corpus, the NHS comments, and synthetic vectors with known groups."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from medtw_qual._base.table_files import empty_table, validate_table
from medtw_qual.clusters.vectors import Vectors
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.schemas import AUTHORS, FLOW, POSTS, UNITS


def make_corpus(units: pd.DataFrame) -> Corpus:
    defaults = {"context": "", "created_at": "2020-12-01T00:00:00Z", "author_id": "a", "n_posts": 1}
    units = units.reset_index(drop=True)
    full = units.assign(**{name: value for name, value in defaults.items() if name not in units})
    if "post_ids" not in full:
        full["post_ids"] = [[one] for one in full["unit_id"]]
    ordered = full.sort_values("unit_id")
    return Corpus(empty_table(POSTS), empty_table(AUTHORS), validate_table(ordered, UNITS), empty_table(FLOW))


def threads(path: Path) -> pd.DataFrame:
    """The invented posts as units: an author's chain of replies to themselves is one unit."""
    posts = {post["id"]: post for post in map(json.loads, path.read_text(encoding="utf-8").splitlines())}

    def root(post: dict) -> str:
        while post["reply_to"] in posts and posts[post["reply_to"]]["author"] == post["author"]:
            post = posts[post["reply_to"]]
        return post["id"]

    chains: dict[str, list[dict]] = {}
    for post in sorted(posts.values(), key=lambda one: (one["created_at"], one["id"])):
        chains.setdefault(root(post), []).append(post)
    return pd.DataFrame(
        {
            "unit_id": list(chains),
            "text": ["\n\n".join(post["text"] for post in chain) for chain in chains.values()],
            "created_at": [chain[0]["created_at"] for chain in chains.values()],
            "author_id": [chain[0]["author"] for chain in chains.values()],
            "n_posts": [len(chain) for chain in chains.values()],
            "post_ids": [[post["id"] for post in chain] for chain in chains.values()],
        }
    )


@pytest.fixture(scope="session")
def invented(shared) -> Corpus:
    return make_corpus(threads(shared / "illustrative" / "posts.jsonl"))


def make_blobs(
    n: int, groups: int, dimensions: int = 64, spread: float = 0.1, seed: int = 1
) -> tuple[Corpus, Vectors, np.ndarray]:
    """Units around known centres on the sphere, with their true groups."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(groups, dimensions))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    truth = np.arange(n) % groups
    array = centres[truth] + spread * random.normal(size=(n, dimensions)) / np.sqrt(dimensions)
    array /= np.linalg.norm(array, axis=1, keepdims=True)
    ids = [f"{number:07}" for number in range(n)]
    words = [f"group{group} word{number % 13}" for number, group in enumerate(truth)]
    return (
        make_corpus(pd.DataFrame({"unit_id": ids, "text": words})),
        Vectors(ids, array, {"model": "synthetic"}),
        truth,
    )


@pytest.fixture(scope="session")
def corpus_of() -> Callable[..., Corpus]:
    """A corpus from a table with at least unit_id and text."""
    return make_corpus


@pytest.fixture(scope="session")
def blobs() -> Callable[..., tuple[Corpus, Vectors, np.ndarray]]:
    """Units, vectors and true groups; arguments as `make_blobs`."""
    return make_blobs
