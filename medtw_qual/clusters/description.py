"""What is in a cluster: size, key words, the units that speak for it."""

import numpy as np
import pandas as pd

from medtw_qual.clusters.model import Clusters
from medtw_qual.clusters.words import key_words


def summarise(clusters: Clusters, n_words: int, n_central: int) -> pd.DataFrame:
    """Describe each cluster; see `Clusters.summary`."""
    labels = clusters.labels
    texts = clusters.units["text"].tolist()
    words = key_words(texts, labels, n_words)
    rows = []
    for number in cluster_numbers(labels):
        members = np.flatnonzero(labels == number)
        central = most_central(clusters, members, n_central)
        rows.append(
            {
                "cluster": number,
                "size": len(members),
                "share": len(members) / len(labels),
                "key_words": [word for word, _ in words[number]],
                "central_units": clusters.units["unit_id"].iloc[central].tolist(),
                "central_texts": [texts[row] for row in central],
            }
        )
    return pd.DataFrame(rows)


def cluster_numbers(labels: np.ndarray) -> list[int]:
    """Return the clusters that occur, ascending, with -1 last."""
    found = sorted({int(one) for one in labels})
    return [one for one in found if one >= 0] + [one for one in found if one < 0]


def most_central(clusters: Clusters, members: np.ndarray, n: int) -> np.ndarray:
    """Return the rows of the `n` members nearest in angle to the members' mean vector; the same text once only."""
    array = clusters.vectors.rows_of(clusters.units["unit_id"].iloc[members]).astype(np.float64)
    nearness = np.round(array @ array.mean(axis=0), 9)
    ranked = members[np.argsort(-nearness, kind="stable")]
    texts = clusters.units["text"].iloc[ranked]
    return np.asarray(ranked[~texts.duplicated().to_numpy()][:n])
