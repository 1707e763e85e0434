"""Many k-means runs on parts of the texts, and what they have in common: the material of consensus clustering."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, diags_array

RUNS = 60
# Each run sees four fifths of the texts and has half to twice the clusters asked for: runs that differ in both show
# what does not depend on either (Fred & Jain 2005, IEEE TPAMI 27:835-850, section 3).
SHARE = 0.8
NEIGHBOURS = 10
# How far each text moves to the mean of its neighbours. All the way, small groups melt into their surroundings.
PULL = 2 / 3
# Ten steps of k-means do: a single run need not have settled, since only what most runs share counts.
STEPS = 10


@dataclass(frozen=True, eq=False)
class Runs:
    """Several partitions of the same texts.

    Attributes
    ----------
    groups : ndarray of int, shape (runs, texts)
        The group of each text in each run; groups are numbered through over all runs.
    sizes : ndarray of int, shape (groups,)
        How many texts each group holds; 0: a group that nobody joined.
    """

    groups: np.ndarray
    sizes: np.ndarray

    def indicator(self) -> "csr_matrix":
        """Return texts x groups: 1 where a text is in a group."""
        runs, texts = self.groups.shape
        ones = np.ones(runs * texts)
        return csr_matrix(
            (ones, self.groups.T.ravel(), np.arange(0, runs * texts + 1, runs)), shape=(texts, len(self.sizes))
        )


def smooth_points(points: np.ndarray, neighbours: int = NEIGHBOURS) -> np.ndarray:
    """Move each text two thirds of the way to the mean of its nearest texts, itself among them.

    A short text's vector is a noisy reading of what the text is about; its neighbours' mean is a steadier one (the
    first step of mean shift: Fukunaga & Hostetler 1975, IEEE Transactions on Information Theory 21:32-40).

    Parameters
    ----------
    points : ndarray, shape (texts, components)
    neighbours : int
        Default 10.

    Returns
    -------
    ndarray, shape (texts, components)

    Examples
    --------
    >>> smooth_points(np.array([[0.0], [1.0], [9.0], [10.0]]), 2).ravel().round(2).tolist()
    [0.33, 0.67, 9.33, 9.67]
    """
    from sklearn.neighbors import NearestNeighbors

    found = NearestNeighbors(n_neighbors=min(neighbours, len(points)), algorithm="brute", n_jobs=1).fit(points)
    nearest = np.sort(found.kneighbors(points, return_distance=False), axis=1)  # sorted: one order of additions
    return np.asarray(points + PULL * (points[nearest].mean(axis=1) - points))


def run_sizes(low: float, high: float, texts: int, runs: int = RUNS) -> np.ndarray:
    """Return the number of clusters of each run, evenly from half of `low` to twice `high`, 2 or more."""
    most = max(2, min(int(2 * high), texts // 3))
    return np.round(np.linspace(max(2, min(low / 2, most)), most, runs)).astype(np.int64)


def repeat_kmeans(points: np.ndarray, sizes: Sequence[int] | np.ndarray, seed: int) -> Runs:
    """Run k-means once per entry of `sizes`, each on another part of the points, and put every point into every result.

    Parameters
    ----------
    points : ndarray, shape (texts, components)
    sizes : sequence of int
        Clusters of each run.
    seed : int

    Returns
    -------
    Runs
    """
    from sklearn.cluster import KMeans

    random = np.random.default_rng(seed)
    texts = len(points)
    groups = np.empty((len(sizes), texts), dtype=np.int64)
    offset = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of runs that stopped before they settled, which is meant
        for run, size in enumerate(sizes):
            part = np.sort(random.permutation(texts)[: max(int(texts * SHARE), int(size))])
            start = int(random.integers(2**31))
            fitted = KMeans(
                int(size), init="random", n_init=1, max_iter=STEPS, tol=0.0, random_state=start, algorithm="lloyd"
            ).fit(points[part])
            groups[run] = offset + _nearest(points, fitted.cluster_centers_)
            offset += int(size)
    return Runs(groups, np.bincount(groups.ravel(), minlength=offset))


def _nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the nearest centre; `distances_to` without what is the same for all centres of a point."""
    return np.asarray((np.einsum("ij,ij->i", centres, centres)[None, :] - 2.0 * points @ centres.T).argmin(axis=1))


def agree_on_coordinates(runs: Runs, dimensions: int) -> np.ndarray:
    """Return coordinates in which texts that the runs put together lie together.

    They are the left singular vectors, times the singular values, of the indicator matrix whose columns are divided by
    the square root of their sizes (the consensus of cluster ensembles as a spectral problem: Strehl & Ghosh 2002,
    Journal of Machine Learning Research 3:583-617; k-means on it is the k-means-based consensus of Wu et al. 2015, IEEE
    TKDE 27:155-169). The matrix that is decomposed counts shared texts, so it is the same to the last bit wherever the
    runs are.

    Returns
    -------
    ndarray, shape (texts, at most `dimensions`)
        Rounded to nine decimals.
    """
    from scipy.linalg import eigh

    used = np.flatnonzero(runs.sizes)
    weighted = runs.indicator()[:, used] @ diags_array(1 / np.sqrt(runs.sizes[used]))
    shared = (weighted.T @ weighted).toarray()
    count = min(dimensions, len(used))
    _, axes = eigh(shared, subset_by_index=[len(used) - count, len(used) - 1])
    return np.asarray(np.round(weighted @ axes[:, ::-1], 9))


def divide_coordinates(coordinates: np.ndarray, n_clusters: int, seed: int, starts: int = 5) -> np.ndarray:
    """Return labels 0..n-1 of k-means (best of some starts by k-means++) on the runs' coordinates."""
    from sklearn.cluster import KMeans

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of texts that every run treats alike: fewer different points than clusters
        fitted = KMeans(n_clusters, n_init=starts, random_state=seed, tol=0.0, max_iter=100, algorithm="lloyd").fit(
            coordinates
        )
    return np.asarray(np.unique(fitted.labels_, return_inverse=True)[1])


def share_of_groups(runs: Runs, labels: np.ndarray) -> np.ndarray:
    """Return groups x clusters: which share of each group's texts is in each cluster; rows add up to 1 (or 0)."""
    one_hot = pd.get_dummies(labels).to_numpy(dtype=np.float64)
    counts = np.asarray(runs.indicator().T @ one_hot)
    return np.asarray(np.divide(counts, runs.sizes[:, None], out=np.zeros_like(counts), where=runs.sizes[:, None] > 0))


def memberships_of(groups: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return texts x clusters: of the texts that a text lies together with, which share is in each cluster.

    The mean over runs; each row adds up to 1. This is the row of the consensus (co-association) matrix, summed by
    cluster and with every run weighing the same.

    Examples
    --------
    >>> groups = np.array([[0, 0, 1], [2, 3, 3]])  # two runs of three texts
    >>> shares = share_of_groups(Runs(groups, np.bincount(groups.ravel())), np.array([0, 0, 1]))
    >>> memberships_of(groups, shares).tolist()
    [[1.0, 0.0], [0.75, 0.25], [0.25, 0.75]]
    """
    total = np.zeros((groups.shape[1], shares.shape[1]))
    for run in groups:
        total += shares[run]
    return np.asarray(np.round(total / len(groups), 9))
