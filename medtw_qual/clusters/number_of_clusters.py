"""How many clusters: average silhouettes over a Ward tree, their curve, and a rule said in words."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

# Kaufman & Rousseeuw (1990), Finding Groups in Data, table 4 of chapter 2: below .25 "no substantial structure".
CLEAR = 0.25
# A hundredth of the silhouette's range, -1 to 1: differences below it are nothing that a reader of clusters would see.
NEAR = 0.02
FEWEST = 5
MOST = 50
# The criterion compares every pair of texts; beyond this many it is computed on a sample of them.
SAMPLE = 5_000


@dataclass(frozen=True, eq=False)
class Choice:
    """A number of clusters and why.

    Attributes
    ----------
    n_clusters : int
    curve : DataFrame
        One row per number tried: n_clusters, silhouette (mean over texts, -1 to 1), se (its standard error).
    reason : str
    """

    n_clusters: int
    curve: pd.DataFrame
    reason: str


def ward_tree(points: np.ndarray) -> np.ndarray:
    """Return Ward's hierarchy (Ward 1963) as scipy's linkage matrix, shape (points - 1, 4)."""
    from scipy.cluster.hierarchy import linkage

    if len(points) < 2:
        return np.empty((0, 4))
    return np.asarray(linkage(points, method="ward"))


def cut_tree(tree: np.ndarray, n_clusters: int) -> np.ndarray:
    """Return labels 0..n_clusters-1 after undoing the last merges of a hierarchy; exact also where heights tie."""
    n = len(tree) + 1
    parent = np.arange(2 * n - 1)
    for merge in range(n - n_clusters):
        parent[tree[merge, :2].astype(np.int64)] = n + merge
    for node in range(2 * n - 2, -1, -1):  # parents have higher numbers: one pass from the top finds every root
        parent[node] = parent[parent[node]]
    return np.asarray(np.unique(parent[:n], return_inverse=True)[1])


def silhouette_curve(points: np.ndarray, tree: np.ndarray, most: int) -> pd.DataFrame:
    """Average silhouettes (Rousseeuw 1987) of the cuts of a hierarchy into 2 to `most` clusters.

    The sums of distances from every text to every cluster are computed once, for the finest cut; each coarser cut
    merges two of their columns, so that the whole curve costs little more than one point of it.

    Parameters
    ----------
    points : ndarray, shape (texts, coordinates)
    tree : ndarray
        Their hierarchy (`ward_tree`).
    most : int
        The finest cut, below the number of texts.

    Returns
    -------
    DataFrame
        n_clusters, silhouette (-1 to 1), se (standard error over texts).
    """
    from scipy.spatial.distance import pdist, squareform

    n = len(points)
    labels = cut_tree(tree, most)
    members = np.zeros((n, most))
    members[np.arange(n), labels] = 1.0
    sums = squareform(pdist(points)) @ members
    rows = []
    for count in range(most, 1, -1):
        values = _silhouettes(sums, labels, np.bincount(labels, minlength=count))
        rows.append((count, float(values.mean()), float(values.std(ddof=1) / np.sqrt(n))))
        coarser = cut_tree(tree, count - 1)
        into = np.empty(count, dtype=np.int64)
        into[labels] = coarser
        merged = np.zeros((n, count - 1))
        np.add.at(merged.T, into, sums.T)
        sums, labels = merged, coarser
    return pd.DataFrame(rows[::-1], columns=["n_clusters", "silhouette", "se"])


def _silhouettes(sums: np.ndarray, labels: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Silhouette of each text; 0 for one alone in its cluster, as Rousseeuw sets it."""
    rows = np.arange(len(labels))
    own = sizes[labels]
    within = np.divide(sums[rows, labels], own - 1, out=np.zeros(len(rows)), where=own > 1)
    means = sums / sizes
    means[rows, labels] = np.inf
    between = means.min(axis=1)
    widest = np.maximum(within, between)
    values = np.divide(between - within, widest, out=np.zeros(len(rows)), where=widest > 0)
    return np.asarray(np.where(own > 1, values, 0.0))


def choose_number(points: np.ndarray, tree: np.ndarray, total: int | None = None) -> Choice:
    """Choose the number of clusters of a hierarchy.

    From 2 to sqrt(n / 2) clusters (at most 50) the average silhouette is computed. Where the best reaches .25 it
    decides. Where it does not, no number stands out, which is usual for short texts: then the finest of those within
    .02 of the best is taken, or within three standard errors where these are wider (the idea of Breiman et al. 1984,
    section 3.4.3: what cannot be told from the best is as good; turned to the finer side, since people merge two
    clusters that belong together more easily than they see two that were lumped), among 5 and more where there are 100
    texts or more. (Standard errors alone shrink with the number of texts, down to differences that mean nothing.) The
    reason is kept in words, and the curve belongs beside the result.

    Parameters
    ----------
    points : ndarray, shape (texts, coordinates)
    tree : ndarray
        Their hierarchy.
    total : int, optional
        How many texts there are in all, when `points` is a sample of them.

    Returns
    -------
    Choice
    """
    n = len(points)
    most = min(MOST, int(np.sqrt((total or n) / 2)), n - 1)
    if most < 2:
        return Choice(1, no_curve(), f"{n} different texts are too few to divide")
    curve = silhouette_curve(points, tree, most)
    best = curve.loc[curve["silhouette"].idxmax()]
    if best["silhouette"] >= CLEAR:
        chosen = int(best["n_clusters"])
        return Choice(chosen, curve, f"the average silhouette is highest there ({best['silhouette']:.2f})")
    fine = curve[curve["n_clusters"] >= FEWEST] if n >= 100 and most >= FEWEST else curve
    best = fine.loc[fine["silhouette"].idxmax()]
    near = fine[fine["silhouette"] >= best["silhouette"] - max(NEAR, 3 * best["se"])]
    chosen = int(near["n_clusters"].max())
    return Choice(
        chosen,
        curve,
        f"no number stands out (the best average silhouette is {curve['silhouette'].max():.2f}, below {CLEAR});"
        f" {chosen} is the finest of those about as good as the best; look at other numbers too",
    )


def no_curve(criterion: str = "silhouette") -> pd.DataFrame:
    """Return the curve of a number that was given: no rows."""
    columns: dict[str, list[float]] = {criterion: [], "se": []}
    return pd.DataFrame({"n_clusters": pd.Series(dtype="int64"), **columns})
