"""Consensus clustering: what many runs of k-means on parts of the texts have in common."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from medtw_qual.clusters.consensus_runs import (
    RUNS,
    agree_on_coordinates,
    divide_coordinates,
    memberships_of,
    repeat_kmeans,
    run_sizes,
    share_of_groups,
    smooth_points,
)
from medtw_qual.clusters.hash_samples import hashed_sample
from medtw_qual.clusters.methods.centres import FEWEST_TEXTS, fit_kmeans, one_cluster
from medtw_qual.clusters.methods.method_protocol import Partition, Points, Votes
from medtw_qual.clusters.projection import centres_of
from medtw_qual.clusters.stable_number import SAMPLE, choose_stable_number

# Beyond, the matrix of the runs' groups grows too large, and nobody reads so many clusters.
MOST = 200
# Below this share of its companions in its own cluster, a text belongs nowhere firmly: the majority is elsewhere.
FIRM = 0.5


def fit_consensus(points: Points, n_clusters: int | None, seed: int, options: Mapping[str, Any]) -> Partition:
    """Divide the texts by the consensus of many k-means runs (Fred & Jain 2005; Strehl & Ghosh 2002; Wu et al. 2015).

    Each of 60 runs sees four fifths of the texts, moved two thirds of the way to the mean of their nearest ones, and
    has half to twice the number of clusters. Texts that the runs put together are close in the singular vectors of the
    runs' indicator matrix, and k-means divides these. The number, where it is not given, is the finest that returns
    (`choose_stable_number`). Option: ``runs`` (default 60).
    """
    texts = len(points.keys)
    curve, notes, used = None, tuple[str, ...](), dict[str, Any]()
    if n_clusters is None:
        if texts < FEWEST_TEXTS:
            return one_cluster(points)
        few = hashed_sample(points.keys, SAMPLE, seed)
        choice = choose_stable_number(points.reduced[few], seed, points.total)
        n_clusters, curve = choice.n_clusters, choice.curve
        what = "One cluster" if n_clusters == 1 else f"{n_clusters} clusters"
        notes, used = (f"{what}: {choice.reason}.",), {"n_chosen": n_clusters}
    if n_clusters > MOST:
        found = fit_kmeans(points, n_clusters, seed, {})
        words = f"More than {MOST} clusters were asked for: plain k-means, without a consensus."
        return Partition(found.labels, found.centres, notes=(words,))
    if n_clusters in (1, texts):
        labels = np.zeros(texts, np.int64) if n_clusters == 1 else np.arange(texts)
        return Partition(labels, centres_of(points.reduced, labels), None, curve, notes, used)
    return _agree(points, n_clusters, seed, int(options.get("runs") or RUNS), (curve, notes, used))


def _agree(points: Points, n_clusters: int, seed: int, count: int, told: tuple[Any, tuple[str, ...], Any]) -> Partition:
    curve, notes, used = told
    texts = len(points.keys)
    smooth = smooth_points(points.reduced)
    runs = repeat_kmeans(smooth, run_sizes(n_clusters, n_clusters, texts, count), seed)
    labels = divide_coordinates(agree_on_coordinates(runs, n_clusters), n_clusters, seed)
    shares = share_of_groups(runs, labels)
    memberships = memberships_of(runs.groups, shares)
    strength = memberships[np.arange(texts), labels]
    loose = int((strength < FIRM).sum())
    if loose:
        notes += (
            f"{loose} of {texts} different texts ({loose / texts:.0%}) belong nowhere firmly: most of the texts that"
            f" the runs put them together with are in other clusters (strength below {FIRM}).",
        )
    sums = runs.indicator().T @ points.reduced
    group_centres = sums / np.maximum(runs.sizes, 1)[:, None]
    votes = Votes(group_centres, runs_of(runs.sizes, runs.groups), shares)
    return Partition(
        labels, centres_of(points.reduced, labels), strength, curve, notes, {**used, "runs": count},
        memberships=memberships, votes=votes,
    )  # fmt: skip


def runs_of(sizes: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the run of each group; -1 for a group that no text joined."""
    runs = np.full(len(sizes), -1, dtype=np.int64)
    for run, row in enumerate(groups):
        runs[np.unique(row)] = run
    return runs
