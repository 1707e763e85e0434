"""Objects of the rooms below, made by hand, and the illustrative study for tests that read ../shared."""

import json
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from medtw_qual.corpus import Corpus


@dataclass(frozen=True, eq=False)
class HandMadeClusters:
    """A clustering as the clusters room makes it, without the work."""

    assignments: pd.DataFrame
    assignments_hash: str = "assignments-1"
    texts: dict = field(default_factory=dict)
    others: tuple = ()
    guided_by: str = ""

    @property
    def units(self):
        ids = self.assignments["unit_id"]
        return pd.DataFrame({"unit_id": ids, "text": [self.texts.get(unit, f"text of {unit}") for unit in ids]})

    def summary(self):
        sizes = self.assignments["cluster"].value_counts().sort_index()
        words = [["thanks", "friends", "rounds"] for _ in sizes]
        return pd.DataFrame({"cluster": sizes.index, "n_units": sizes.to_numpy(), "key_words": words})

    def resampled(self, n, seed):
        rng = np.random.default_rng(seed)
        series = self.assignments.set_index("unit_id")["cluster"]
        return [series[np.sort(rng.choice(len(series), len(series) // 2, replace=False))] for _ in range(n)]


def make_clusters(labels, **more):
    ids = sorted(labels)
    table = pd.DataFrame({"unit_id": ids, "cluster": [labels[unit] for unit in ids], "strength": 1.0})
    return HandMadeClusters(table, **more)


def make_consensus(sets, codes, codebook_hash="codebook-1", impossible=()):
    """Return a consensus from {unit_id: codes present}."""
    rows = [
        {
            "unit_id": unit, "code": code, "basis": "agreed", "reason": "", "decided_by": "", "decided_at": None,
            "status": "impossible" if unit in impossible else ("present" if code in present else "absent"),
            "codebook_hash": codebook_hash,
        }
        for unit, present in sets.items()
        for code in codes
    ]  # fmt: skip
    return pd.DataFrame(rows)


def make_sample(ids, population, probability=None, strata=None):
    chance = len(ids) / population if probability is None and population > 0 else probability
    table = pd.DataFrame({"unit_id": ids, "stratum": strata or "", "inclusion_probability": chance, "round": "1"})
    return SimpleNamespace(table=table, population=population, units=table[["unit_id"]], round="1", hash="sample-1")


def make_corpus(texts):
    """Return a corpus of {unit_id: text}."""
    ids = sorted(texts)
    units = pd.DataFrame({"unit_id": ids, "text": [texts[unit] for unit in ids], "context": ""})
    units["created_at"] = pd.date_range("2020-11-15", periods=len(ids), freq="h", tz="UTC")
    units["author_id"] = [f"a{i % 7}" for i in range(len(ids))]
    authors = pd.DataFrame({"author_id": sorted(set(units["author_id"])), "handle": "", "name": "", "profile": ""})
    return Corpus(units, authors, units, pd.DataFrame())


@pytest.fixture(scope="session")
def illustrative(shared):
    """The invented corpus with its three model coders: units, codings, consensus, sample, and a crude clustering."""
    folder = shared / "illustrative"

    def lines(name):
        return [json.loads(line) for line in (folder / name).read_text().splitlines()]

    posts = {post["id"]: post for post in lines("posts.jsonl")}
    texts = {}
    for post in posts.values():
        root = post
        while root["reply_to"] in posts and posts[root["reply_to"]]["author"] == post["author"]:
            root = posts[root["reply_to"]]
        texts.setdefault(root["id"], []).append((post["created_at"], post["text"]))
    corpus = make_corpus({unit: "\n\n".join(text for _, text in sorted(parts)) for unit, parts in texts.items()})
    codes = ["finding_family", "true_selves", "isolation", "culture_change"]
    coders = {name: {r["unit_id"]: set(r["codes"]) for r in lines(f"coder_{name}.jsonl")} for name in "ABC"}
    settled = {unit: own for unit, own in coders["A"].items() if coders["B"][unit] == own}
    settled |= {record["unit_id"]: set(record["codes"]) for record in lines("consensus.jsonl")}
    codings = pd.concat(
        [make_consensus(sets, codes).assign(coder=f"coder_{name}", round="1", memo="") for name, sets in coders.items()]
    )
    drawn = json.loads((folder / "sample.json").read_text())["unit_ids"]
    return SimpleNamespace(
        corpus=corpus, codes=codes, codings=codings, consensus=make_consensus(settled, codes),
        sample=make_sample(drawn, len(corpus.units)), settled=settled, coders=coders,
        vectors=_word_vectors(corpus.units),
    )  # fmt: skip


def _word_vectors(units):
    """Vectors without a model: the leading directions of the words. Good enough to test the plumbing on real text."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(sublinear_tf=True, min_df=2).fit_transform(units["text"])
    array = TruncatedSVD(50, random_state=0).fit_transform(words)
    array /= np.maximum(np.linalg.norm(array, axis=1, keepdims=True), 1e-12)
    return SimpleNamespace(unit_ids=list(units["unit_id"]), array=array.astype("float32"), encoder={})
