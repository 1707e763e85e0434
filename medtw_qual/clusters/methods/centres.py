"""Ward's hierarchy and k-means: partitions into the neighbourhoods of centres."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from medtw_qual.clusters.hash_samples import hashed_sample
from medtw_qual.clusters.methods.method_protocol import Partition, Points
from medtw_qual.clusters.number_of_clusters import SAMPLE, choose_number, cut_tree, ward_tree
from medtw_qual.clusters.projection import centres_of

FEWEST_TEXTS = 4


def fit_ward(points: Points, n_clusters: int | None, seed: int, options: Mapping[str, Any]) -> Partition:
    """Cut Ward's tree (Ward 1963) over all points; no random number is drawn."""
    return _from_tree(points, np.arange(len(points.keys)), n_clusters, seed, consolidate=False)


def fit_kmeans(points: Points, n_clusters: int | None, seed: int, options: Mapping[str, Any]) -> Partition:
    """Run k-means (Lloyd 1982) from the centres of Ward's tree over a sample of at most 5,000 points.

    The tree gives number and start, k-means mends the merges it could not undo (Husson, Josse & Pages 2010).
    """
    rows = hashed_sample(points.keys, SAMPLE, seed)
    return _from_tree(points, rows, n_clusters, seed, consolidate=True)


def _from_tree(points: Points, rows: np.ndarray, n_clusters: int | None, seed: int, consolidate: bool) -> Partition:
    if n_clusters is None and len(rows) < FEWEST_TEXTS:
        return one_cluster(points)
    sampled = points.reduced[rows]
    tree = ward_tree(sampled)
    curve, notes, used = None, tuple[str, ...](), dict[str, Any]()
    if n_clusters is None:
        few = _positions(points, rows, seed)
        same = len(few) == len(rows)
        choice = choose_number(sampled[few], tree if same else ward_tree(sampled[few]), points.total)
        n_clusters, curve = choice.n_clusters, choice.curve
        what = "One cluster" if n_clusters == 1 else f"{n_clusters} clusters"
        notes, used = (f"{what}: {choice.reason}.",), {"n_chosen": n_clusters}
    centres = centres_of(sampled, cut_tree(tree, n_clusters))
    if not consolidate:
        return Partition(cut_tree(tree, n_clusters), centres, None, curve, notes, used)
    labels, centres = lloyd(points.reduced, centres)
    return Partition(labels, centres, None, curve, notes, used)


def one_cluster(points: Points) -> Partition:
    """Return the partition of texts that are too few to divide."""
    words = "one text" if len(points.keys) == 1 else f"{len(points.keys)} different texts"
    centre = points.reduced.mean(axis=0, keepdims=True)
    labels = np.zeros(len(points.keys), dtype=np.int64)
    return Partition(labels, centre, notes=(f"One cluster: {words} cannot be divided.",))


def _positions(points: Points, rows: np.ndarray, seed: int) -> np.ndarray:
    """Positions among `rows` of those that the criterion sees."""
    return hashed_sample([points.keys[row] for row in rows], SAMPLE, seed)


def lloyd(points: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Run k-means from these centres until nothing moves; a cluster that empties is dropped.

    Returns
    -------
    labels, centres
    """
    from sklearn.cluster import KMeans

    fitted = KMeans(len(start), init=start, n_init=1, max_iter=300, tol=0.0, algorithm="lloyd").fit(points)
    labels = np.unique(fitted.labels_, return_inverse=True)[1]
    return labels, centres_of(points, labels)
