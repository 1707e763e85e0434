"""How many clusters: the finest number at which clusters return on other samples better than at numbers near it."""

import numpy as np
import pandas as pd

from medtw_qual.clusters.consensus_runs import (
    agree_on_coordinates,
    divide_coordinates,
    repeat_kmeans,
    run_sizes,
    smooth_points,
)
from medtw_qual.clusters.jaccard import best_jaccard
from medtw_qual.clusters.number_of_clusters import MOST, Choice, no_curve

# Hennig's bound (2007; help of R's fpc::clusterboot): from .6 on a cluster is a pattern in the data.
RETURNS = 0.6
# The mean similarity that a number must reach, one standard error allowed: between Hennig's bounds for a pattern (.6)
# and for a stable cluster (.75). On four public corpora it gave the same number whatever the last bits of the vectors
# were, which a share of texts in clusters above .6 did not.
BOUND = 0.70
# At this mean similarity the corpus itself has a number of clusters; texts of people hardly ever do.
CLEAR = 0.95
RESAMPLES = 8
RUNS = 20
# The number is chosen on this many texts at most.
SAMPLE = 5_000
_GRID = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 21, 24, 27, 31, 36, 42, 50)
# Numbers tried on the same runs; the runs of a band have half of its least to twice its largest number of clusters.
_BANDS = ((2, 6), (7, 16), (18, 50))


def choose_stable_number(points: np.ndarray, seed: int, total: int | None = None) -> Choice:
    """Choose the number of clusters by their stability.

    For each number from 2 to sqrt(n / 2) (at most 50; not every number above 10), the clusters of all texts are looked
    for again in eight bootstrap samples, and each cluster's similarity with the one most like it is averaged (Hennig
    2007). Taken is the finest number that is a peak - the clusters return at least as well as at the numbers tried next
    to it (the least unstable number is Lange et al.'s choice, 2004, Neural Computation 16:1299-1323) - and whose mean
    similarity reaches .70, one standard error allowed. Prediction strength, too, takes the finest number above a bound
    (Tibshirani & Walther 2005, Journal of Computational and Graphical Statistics 14:511-528), since stability alone
    favours the coarsest (Ben-David, von Luxburg & Pal 2006).
    Where a number from three on reaches a mean similarity of .95, the corpus has that number of clusters, and it is
    taken. Where none qualifies, the most stable one is taken and the reason says so.

    Parameters
    ----------
    points : ndarray, shape (texts, components)
        At most some thousands; a sample of larger collections.
    seed : int
    total : int, optional
        How many texts there are in all, when `points` is a sample.

    Returns
    -------
    Choice
        Its curve has one row per number tried: n_clusters, stability (mean Jaccard similarity, clusters weighted by
        size, 0 to 1), se (its standard error over samples), share (of texts in clusters with .6 or more).
    """
    most = min(MOST, int(np.sqrt((total or len(points)) / 2)), len(points) // 2)
    numbers = [number for number in _GRID if number <= most]
    if not numbers:
        return Choice(1, no_curve("stability"), f"{len(points)} different texts are too few to divide")
    curve = stability_curve(points, numbers, seed)
    clear = curve[(curve["n_clusters"] >= 3) & (curve["stability"] >= CLEAR)]
    if len(clear):
        best = clear[clear["stability"] >= clear["stability"].max() - 1e-9].iloc[-1]
        words = f"these return nearly whole in other samples of the texts (mean Jaccard {best['stability']:.2f})"
        return Choice(int(best["n_clusters"]), curve, words)
    firm = curve[_peaks(curve["stability"]) & (curve["stability"] + curve["se"] >= BOUND)]
    if len(firm):
        best = firm.iloc[-1]
        words = (
            f"the finest number tried at which clusters return in other samples better than at the numbers next to it"
            f" (mean Jaccard {best['stability']:.2f}; {best['share']:.0%} of the texts lie in clusters with"
            f" {RETURNS} or more)"
        )
        return Choice(int(best["n_clusters"]), curve, words)
    best = curve.loc[curve["stability"].idxmax()]
    words = (
        f"at no number do clusters return in other samples with a mean Jaccard of {BOUND:.2f}; this one is the most"
        f" stable ({best['stability']:.2f})"
    )
    return Choice(int(best["n_clusters"]), curve, words)


def _peaks(values: pd.Series) -> pd.Series:
    """Say of each value whether none next to it is greater.

    Examples
    --------
    >>> _peaks(pd.Series([0.5, 0.8, 0.7, 0.75])).tolist()
    [False, True, False, True]
    """
    return (values >= values.shift(fill_value=-np.inf)) & (values >= values.shift(-1, fill_value=-np.inf))


def stability_curve(points: np.ndarray, numbers: list[int], seed: int) -> pd.DataFrame:
    """Measure how well clusters return at each number; see `choose_stable_number`."""
    texts = len(points)
    whole = _divide(points, numbers, seed)
    random = np.random.default_rng(seed)
    found: dict[int, list[np.ndarray]] = {number: [] for number in numbers}
    for _ in range(RESAMPLES):
        drawn = np.unique(random.integers(0, texts, texts))
        again = _divide(points[drawn], numbers, seed)
        for number in numbers:
            found[number].append(best_jaccard(whole[number][drawn], again[number], int(whole[number].max()) + 1))
    rows = []
    for number in numbers:
        weights = np.bincount(whole[number]) / texts
        similarity = np.array(found[number])
        means = similarity @ weights
        share = float(weights[similarity.mean(axis=0) >= RETURNS].sum())
        rows.append((number, float(means.mean()), float(means.std(ddof=1) / np.sqrt(RESAMPLES)), share))
    return pd.DataFrame(rows, columns=["n_clusters", "stability", "se", "share"]).round(9)


def _divide(points: np.ndarray, numbers: list[int], seed: int) -> dict[int, np.ndarray]:
    smooth = smooth_points(points)
    found: dict[int, np.ndarray] = {}
    for low, high in _BANDS:
        band = [number for number in numbers if low <= number <= high]
        if band:
            runs = repeat_kmeans(smooth, run_sizes(band[0], band[-1], len(points), RUNS), seed)
            coordinates = agree_on_coordinates(runs, band[-1])
            found |= {n: divide_coordinates(coordinates[:, :n], min(n, len(points)), seed, starts=3) for n in band}
    return found
