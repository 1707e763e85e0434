"""How far clusters return when the corpus is drawn again (Hennig 2007)."""

from collections.abc import Iterator
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from medtw_qual._base.progress import track
from medtw_qual.clusters.clustering import distinct_texts, make_points
from medtw_qual.clusters.clusters import Centres, Clusters
from medtw_qual.clusters.jaccard import best_jaccard, jaccard_table
from medtw_qual.clusters.methods.method_protocol import Points
from medtw_qual.clusters.methods.method_registry import FINDS_NUMBER, METHODS
from medtw_qual.clusters.projection import one_thread
from medtw_qual.errors import InvalidArgument

# Resamples of large corpora draw this many distinct texts each: the stability of the procedure at that size.
LIMIT = 5_000

# Hennig (2007), Computational Statistics & Data Analysis 52:258-271, and the help of R's fpc::clusterboot.
_VERDICTS = (
    (0.85, "highly stable: it returns nearly whole"),
    (0.75, "stable: it returns"),
    (0.6, "a pattern, but which units belong to it is doubtful"),
    (0.5, "doubtful: do not rest a finding on it"),
    (0.0, "dissolved: it does not return"),
)


def verdict(jaccard: float) -> str:
    """Say in words what a clusterwise Jaccard similarity means.

    Examples
    --------
    >>> verdict(0.8)
    'stable: it returns'
    """
    return next(words for bound, words in _VERDICTS if jaccard >= bound)


def measure_stability(clusters: Clusters, n_resamples: int, seed: int) -> pd.DataFrame:
    """Measure clusterwise stability by the bootstrap; see `Clusters.stability`.

    A sample in which no text of a cluster was drawn counts 0 for that cluster, as in R's fpc::clusterboot: the cluster
    did not return in it. So a cluster of one text has .63 on average, the chance of being drawn, and not 1.
    """
    _require_resamples(n_resamples, 2)
    first, _ = _texts(clusters)
    original = clusters.labels[first]
    found = np.array(
        [
            best_jaccard(original[drawn], labels, len(clusters))
            for drawn, labels, _ in _redraw(clusters, n_resamples, seed)
        ]
    )
    sizes = np.bincount(clusters.labels[clusters.labels >= 0], minlength=len(clusters))
    mean = found.mean(axis=0)
    return pd.DataFrame(
        {
            "cluster": np.arange(len(clusters)),
            "size": sizes,
            "jaccard": mean,
            "low": np.percentile(found, 5, axis=0),
            "high": np.percentile(found, 95, axis=0),
            "dissolved": (found <= 0.5).mean(axis=0),
            "reordered": _reordered(clusters, seed),
            "verdict": [verdict(similarity) for similarity in mean],
        }
    )


def resample_clusters(clusters: Clusters, n: int, seed: int) -> list[pd.Series]:
    """Cluster bootstrap samples and number their clusters as here; see `Clusters.resampled`."""
    first, text_of = _texts(clusters)
    original = clusters.labels[first]
    index = pd.Index(clusters.assignments["unit_id"], name="unit_id")
    array = clusters.vectors.rows_of(index)
    results = []
    for drawn, labels, centres in _redraw(clusters, n, seed):
        numbers = match_numbers(original[drawn], labels, len(clusters))
        assigned, _ = centres.assign(array[first])
        per_text = numbers[assigned]
        results.append(pd.Series(np.where(text_of >= 0, per_text[text_of], -1), index=index, name="cluster"))
    return results


def _texts(clusters: Clusters) -> tuple[np.ndarray, np.ndarray]:
    return distinct_texts(clusters.units["text"], clusters.vectors.rows_of(clusters.units["unit_id"]))


def _points(clusters: Clusters, rows: np.ndarray, limit: int, seed: int) -> Points:
    """Return these units' texts as the methods take them, in this order."""
    units = clusters.units.iloc[rows]
    return make_points(
        units["unit_id"].tolist(), units["text"].tolist(), clusters.vectors.rows_of(units["unit_id"]), limit, seed
    )


Redrawn = tuple[np.ndarray, np.ndarray, Centres]
# Both questions, how stable a cluster and how stable a cell of the crosswalk is, are asked of the same resamples.
_KEPT: WeakKeyDictionary[Clusters, dict[tuple[int, int], list[Redrawn]]] = WeakKeyDictionary()


def _redraw(clusters: Clusters, n: int, seed: int) -> list[Redrawn]:
    """Return for each bootstrap sample the texts drawn (ascending), their new labels, and the new centres.

    They are computed once for these clusters, number and seed, and kept as long as the clusters are.
    """
    _require_resamples(n, 1)
    kept = _KEPT.setdefault(clusters, {})
    if (n, seed) not in kept:
        kept[n, seed] = list(_draw_again(clusters, n, seed))
    return kept[n, seed]


def _require_resamples(n: int, least: int) -> None:
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < least:
        raise InvalidArgument(f"{n} resamples say nothing of how much samples differ.", "Ask for 20 or more.")


def _draw_again(clusters: Clusters, n: int, seed: int) -> Iterator[Redrawn]:
    """Cluster one bootstrap sample after the other.

    A text drawn twice counts once, as it does in `cluster`: a sample holds about 63% of the distinct texts. Space and
    clusters are found anew each time, by the same method with the same number asked for.
    """
    method = METHODS[clusters.method]
    first, _ = _texts(clusters)
    random = np.random.default_rng(seed)
    for _ in track(range(n), "resampling clusters", total=n):
        drawn = np.unique(random.integers(0, len(first), min(len(first), LIMIT)))
        with one_thread():
            points = _points(clusters, first[drawn], method.limit, seed)
            partition = method.fit(points, _number(clusters, len(drawn)), seed, clusters.options)
        yield drawn, partition.labels, Centres.of(points.space, partition)


def _reordered(clusters: Clusters, seed: int, n: int = 5) -> np.ndarray:
    """Return each cluster's mean Jaccard over runs of the method on the same texts in another order.

    `cluster` itself takes texts in the order of unit ids; here that order is broken on purpose, to see how far the
    result hangs on ties and on the sequence of additions.
    """
    method = METHODS[clusters.method]
    first, _ = _texts(clusters)
    ids = pd.Index(clusters.units["unit_id"].iloc[first])
    random = np.random.default_rng(seed)
    found = []
    for _ in range(n):
        order = random.permutation(len(first))[: method.limit]
        with one_thread():
            points = _points(clusters, first[order], LIMIT, seed)
            partition = method.fit(points, _number(clusters, len(points.keys)), seed, clusters.options)
        at = ids.get_indexer(points.keys)
        found.append(best_jaccard(clusters.labels[first][at], partition.labels, len(clusters)))
    return np.asarray(np.mean(found, axis=0))


def _number(clusters: Clusters, n_texts: int) -> int | None:
    """The number to ask for: as many as the machine found, or none where the method finds the number itself."""
    return None if clusters.method in FINDS_NUMBER else min(len(clusters.found or clusters), n_texts)


def match_numbers(original: np.ndarray, labels: np.ndarray, n: int) -> np.ndarray:
    """Return for each new label the original number it is matched with, -1 for none; the last entry serves label -1.

    One to one, with the largest sum of Jaccard similarities (the assignment of Kuhn 1955).
    """
    from scipy.optimize import linear_sum_assignment

    similarity = jaccard_table(original, labels, n)
    rows, columns = linear_sum_assignment(-similarity)
    numbers = np.full(similarity.shape[1] + 1, -1, dtype=np.int64)
    met = similarity[rows, columns] > 0
    numbers[columns[met]] = rows[met]
    return numbers
