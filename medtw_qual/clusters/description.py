"""What is in a cluster: size, key words, the units that speak for it and those on its border, months, hashtags."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from medtw_qual.clusters.clusters import Clusters
from medtw_qual.clusters.encoders import load_known_encoder
from medtw_qual.clusters.theme_words import theme_words
from medtw_qual.clusters.vectors import to_unit_length
from medtw_qual.corpus.text_entities import find_hashtags
from medtw_qual.errors import InvalidArgument, did_you_mean

# KeyBERT-inspired and MMR choose among this many words that class-based TF-IDF puts first.
CANDIDATES = 50
_DIVERSITY = 0.3


@dataclass(frozen=True)
class SummaryOptions:
    """What `Clusters.summary` shows; see there."""

    n_words: int
    n_central: int
    n_borderline: int
    words_by: str


def summarise(clusters: Clusters, options: SummaryOptions) -> pd.DataFrame:
    """Describe each cluster; see `Clusters.summary`."""
    labels = clusters.labels
    words = describing_words(clusters, options.n_words, options.words_by)
    names = clusters.parameters.get("names")
    rows = []
    for number in cluster_numbers(labels):
        members = np.flatnonzero(labels == number)
        units = clusters.units.iloc[members]
        central = most_central(clusters, members, options.n_central)
        border = most_borderline(clusters, members, options.n_borderline) if number >= 0 else members[:0]
        row = {
            "cluster": number,
            "size": len(members),
            "share": len(members) / len(labels),
            "key_words": words[number],
            "central_units": clusters.units["unit_id"].iloc[central].tolist(),
            "central_texts": clusters.units["text"].iloc[central].tolist(),
            "borderline_units": clusters.units["unit_id"].iloc[border].tolist(),
            "borderline_texts": clusters.units["text"].iloc[border].tolist(),
            "months": _months(units["created_at"]),
            "hashtags": _hashtags(units["text"]),
        }
        rows.append({**row, "name": names[number] if number >= 0 else ""} if names else row)
    return pd.DataFrame(rows)


def cluster_numbers(labels: np.ndarray) -> list[int]:
    """Return the clusters that occur, ascending, with -1 last."""
    found = sorted({int(label) for label in labels})
    return [label for label in found if label >= 0] + [label for label in found if label < 0]


def most_central(clusters: Clusters, members: np.ndarray, n: int) -> np.ndarray:
    """Return the rows of the `n` members nearest in angle to the members' mean vector; the same text once only."""
    array = _array(clusters, members)
    return _first_distinct(clusters, members, -np.round(array @ array.mean(axis=0), 9), n)


def most_borderline(clusters: Clusters, members: np.ndarray, n: int) -> np.ndarray:
    """Return the rows of the `n` members that belong least firmly; the same text once only."""
    array = _array(clusters, members)
    near = np.round(array @ array.mean(axis=0), 9)  # where the strength is equal, those farthest from the mean
    rank = np.argsort(np.lexsort((near, clusters.assignments["strength"].to_numpy()[members])))
    return _first_distinct(clusters, members, rank, n)


def _first_distinct(clusters: Clusters, members: np.ndarray, rank: np.ndarray, n: int) -> np.ndarray:
    ranked = members[np.argsort(rank, kind="stable")]
    texts = clusters.units["text"].iloc[ranked]
    return np.asarray(ranked[~texts.duplicated().to_numpy()][:n])


def _array(clusters: Clusters, members: np.ndarray) -> np.ndarray:
    return clusters.vectors.rows_of(clusters.units["unit_id"].iloc[members]).astype(np.float64)


def _months(times: pd.Series, n: int = 3) -> list[str]:
    """The months with most of the cluster's units, as "2020-12 (14)"; ties in the order of time."""
    counts = Counter(times.dropna().dt.strftime("%Y-%m"))
    return [
        f"{month} ({count})" for month, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:n]
    ]


def _hashtags(texts: pd.Series, n: int = 5) -> list[str]:
    """The hashtags in most units, without regard to capitals, as "#medtwitter (9)"."""
    counts = Counter(tag for text in texts for tag in {found.lower() for found in find_hashtags(text)})
    return [f"#{tag} ({count})" for tag, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:n]]


def describing_words(clusters: Clusters, n_words: int, words_by: str) -> dict[int, list[str]]:
    """Return the key words of each cluster, chosen by "ctfidf", "keybert" or "mmr".

    A key word occurs in two different texts of its cluster at least, where the cluster has three or more.

    Raises
    ------
    InvalidArgument
        When there is no such way.
    MissingDependency
        When words must be embedded and the vectors' encoder is not known.
    """
    if words_by not in {"ctfidf", *_CHOOSERS}:
        raise InvalidArgument(
            f"Key words cannot be chosen by {words_by!r}.{did_you_mean(words_by, ['ctfidf', *_CHOOSERS])}",
            "Use 'ctfidf', 'keybert' or 'mmr'.",
        )
    texts, labels = clusters.units["text"].tolist(), clusters.labels
    wanted = n_words if words_by == "ctfidf" else max(CANDIDATES, n_words)
    found = theme_words(texts, labels, wanted, clusters.ignored_words)
    if words_by == "ctfidf":
        return found
    vocabulary = sorted({word for words in found.values() for word in words})
    rows = to_unit_length(load_known_encoder(clusters.vectors.encoder)(vocabulary)) if vocabulary else np.empty((0, 1))
    embedded = dict(zip(vocabulary, rows, strict=True))
    chosen = {}
    for number, words in found.items():
        topic = to_unit_length(_array(clusters, np.flatnonzero(labels == number)).mean(axis=0, keepdims=True))[0]
        chosen[number] = _CHOOSERS[words_by](words, topic, embedded, n_words)
    return chosen


def nearest_words(words: Sequence[str], topic: np.ndarray, embedded: Mapping[str, np.ndarray], n: int) -> list[str]:
    """Return the words nearest to the cluster's mean vector, after KeyBERT (Grootendorst 2020)."""
    return sorted(words, key=lambda word: (-round(float(embedded[word] @ topic), 9), word))[:n]


def diverse_words(words: Sequence[str], topic: np.ndarray, embedded: Mapping[str, np.ndarray], n: int) -> list[str]:
    """Return words near the cluster's mean and unlike each other (Carbonell & Goldstein 1998).

    Maximal marginal relevance: each next word has the largest (1 - d) * nearness - d * (nearness to the nearest word
    chosen), with d = .3.
    """
    chosen: list[str] = []
    rest = sorted(words)
    while rest and len(chosen) < n:
        scores = [
            (1 - _DIVERSITY) * float(embedded[word] @ topic)
            - _DIVERSITY * max((float(embedded[word] @ embedded[other]) for other in chosen), default=0.0)
            for word in rest
        ]
        chosen.append(rest.pop(int(np.argmax(np.round(scores, 9)))))
    return chosen


_CHOOSERS: dict[str, Callable[[Sequence[str], np.ndarray, Mapping[str, np.ndarray], int], list[str]]] = {
    "keybert": nearest_words,
    "mmr": diverse_words,
}
