"""How alike two clusters are: Jaccard similarities between the clusters of two partitions."""

import numpy as np


def overlap_counts(labels: np.ndarray, other: np.ndarray, n_clusters: int) -> np.ndarray:
    """Return how many texts each pair of clusters shares, shape (n_clusters, clusters of other); -1 counts nowhere."""
    both = (labels >= 0) & (other >= 0)
    width = int(other.max(initial=-1)) + 1
    return np.bincount(labels[both] * width + other[both], minlength=n_clusters * width).reshape(n_clusters, width)


def jaccard_table(labels: np.ndarray, other: np.ndarray, n_clusters: int) -> np.ndarray:
    """Return the Jaccard similarity of each pair of clusters; 0 in the row of a cluster without members here."""
    shared = overlap_counts(labels, other, n_clusters)
    rows = np.bincount(labels[labels >= 0], minlength=n_clusters)[:, None]
    columns = np.bincount(other[other >= 0], minlength=shared.shape[1])[None, :]
    union = rows + columns - shared
    return np.asarray(np.divide(shared, union, out=np.zeros(shared.shape), where=union > 0))


def best_jaccard(labels: np.ndarray, other: np.ndarray, n_clusters: int) -> np.ndarray:
    """Return for each cluster its similarity with the one most like it; 0 where it has no members, or nothing is alike.

    Examples
    --------
    >>> best_jaccard(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1]), 3).round(2).tolist()
    [0.67, 0.5, 0.0]
    """
    table = jaccard_table(labels, other, n_clusters)
    return np.asarray(table.max(axis=1, initial=0.0))
