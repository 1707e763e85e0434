"""Density: HDBSCAN, alone or after UMAP as BERTopic does it. Both leave units in no cluster, and say how many."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from medtw_qual._base.extras import needs_extra
from medtw_qual.clusters.methods.method_protocol import Partition, Points
from medtw_qual.clusters.projection import centres_of
from medtw_qual.errors import InvalidArgument

# UMAP's neighbourhood and HDBSCAN's smallest cluster as in BERTopic's defaults (Grootendorst 2022).
NEIGHBOURS = 15
FEWEST_TEXTS = 50


def fit_hdbscan(points: Points, n_clusters: int | None, seed: int, options: Mapping[str, Any]) -> Partition:
    """Find dense groups (Campello, Moulavi & Sander 2013) on the first principal components.

    Options: ``min_cluster_size`` (default 5 or one in a hundred texts), ``components`` (default 10: in more dimensions
    nothing is dense).
    """
    _refuse_number(n_clusters, "hdbscan")
    size = _smallest(options, max(5, len(points.keys) // 100))
    components = int(options.get("components") or 10)
    labels, strength = _hdbscan(points.reduced[:, :components], size)
    used = {"min_cluster_size": size, "hdbscan_components": components}
    return _partition(points, labels, strength, (), used)


def fit_umap(points: Points, n_clusters: int | None, seed: int, options: Mapping[str, Any]) -> Partition:
    """Find dense groups after UMAP (McInnes, Healy & Melville 2018) on the vectors themselves, as BERTopic does.

    Options: ``min_cluster_size`` (default 10), ``seeds`` (default 3): how many runs with other seeds are compared.
    The same seed gives the same clusters on one machine only; a warning and a note say so, with the agreement between
    seeds.
    """
    from sklearn.metrics import adjusted_rand_score

    _refuse_number(n_clusters, "umap+hdbscan")
    if len(points.keys) < FEWEST_TEXTS:
        raise InvalidArgument(
            f"{len(points.keys)} different texts are too few for UMAP (it needs {FEWEST_TEXTS} here).",
            "Leave `method` out: Ward's hierarchy takes any number.",
        )
    size = _smallest(options, 10)
    runs = max(1, int(options.get("seeds") or 3))
    warnings.warn(
        "UMAP is not reproducible across machines: save the assignments, and report the agreement between seeds that"
        " stands in clusters.notes.",
        UserWarning,
        stacklevel=4,
    )
    found = [_hdbscan(_umap(points.array, seed + run), size) for run in range(runs)]
    labels, strength = found[0]
    others = [adjusted_rand_score(labels, other) for other, _ in found[1:]]
    notes = ["UMAP: another machine may give other clusters."]
    if others:
        notes.append(f"Agreement between seeds: adjusted Rand index {np.mean(others):.2f} (mean of {len(others)}).")
    used = {
        "min_cluster_size": size,
        "seeds": runs,
        "agreement_between_seeds": [round(float(value), 4) for value in others],
    }
    return _partition(points, labels, strength, tuple(notes), used)


def _umap(array: np.ndarray, seed: int) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # umap-learn warns of one thread, which a seed makes it use
        with needs_extra("bertopic"):
            from umap import UMAP

        reducer = UMAP(
            n_neighbors=NEIGHBOURS,
            n_components=5,
            min_dist=0.0,
            metric="cosine",
            low_memory=False,
            random_state=seed,
            n_jobs=1,
        )
        return np.asarray(reducer.fit_transform(array.astype(np.float32)))


def _hdbscan(points: np.ndarray, min_cluster_size: int) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.cluster import HDBSCAN

    if len(points) < max(min_cluster_size, 2):
        return np.full(len(points), -1, dtype=np.int64), np.zeros(len(points))
    fitted = HDBSCAN(min_cluster_size=max(min_cluster_size, 2), n_jobs=1, copy=True).fit(points)
    return np.asarray(fitted.labels_, dtype=np.int64), np.asarray(fitted.probabilities_, dtype=np.float64)


def _partition(
    points: Points, labels: np.ndarray, strength: np.ndarray, notes: tuple[str, ...], used: Mapping[str, Any]
) -> Partition:
    """Put together what was found; with nothing dense there are no centres and every text is in no cluster."""
    if (labels < 0).all():
        notes += ("No group of texts is dense enough: nothing was clustered. Try a smaller min_cluster_size.",)
        return Partition(labels, np.empty((0, points.reduced.shape[1])), strength, None, notes, used)
    return Partition(labels, centres_of(points.reduced, labels), strength, None, notes, used)


def _smallest(options: Mapping[str, Any], default: int) -> int:
    size = int(options.get("min_cluster_size", default))
    if size < 2:
        raise InvalidArgument(f"min_cluster_size={size} makes no groups.", "Give 2 or more.")
    return size


def _refuse_number(n_clusters: int | None, name: str) -> None:
    if n_clusters is not None:
        raise InvalidArgument(
            f"The method {name!r} finds the number of clusters itself.",
            "Leave n_clusters out and give min_cluster_size, or use method='ward'.",
        )
