"""Pictures of clusters, in print: a map, the hierarchy, numbers over time, the criterion's curve."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from medtw_qual._base.errors import InvalidArgument
from medtw_qual._base.figures import PALETTE, figure_style
from medtw_qual.clusters.model import Clusters
from medtw_qual.clusters.words import key_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_GOLDEN = np.pi * (3 - np.sqrt(5))
WIDTH = 7.2


def short_names(clusters: Clusters, n_words: int = 3) -> list[str]:
    """Return a name per cluster: its code where a codebook guided it, else its first key words."""
    if clusters.parameters.get("names"):
        return list(clusters.parameters["names"])
    words = key_words(clusters.units["text"].tolist(), clusters.labels, n_words)
    return [", ".join(word for word, _ in words[number]) or "(no words)" for number in range(len(clusters))]


def draw_map(clusters: Clusters) -> "Figure":
    """Draw every unit as a dot in its cluster's disc; see `Clusters.map`."""
    from matplotlib.figure import Figure  # not pyplot: it would show every figure twice in a notebook
    from matplotlib.patches import Circle

    _require_clusters(clusters, 1)
    sizes = np.bincount(clusters.labels[clusters.labels >= 0], minlength=len(clusters))
    radii = np.sqrt(sizes / sizes.max())
    names = [f"{number}: {name}" for number, name in enumerate(short_names(clusters, 2))]
    half_width = np.maximum(radii, [0.083 * len(name) for name in names]) + 0.12
    places = spread_apart(_plane(clusters.model.centres), half_width, radii + 0.34)
    with figure_style():
        width, height = np.ptp(places, axis=0) + 2 * np.array([half_width.max(), radii.max() + 0.5])
        figure = Figure(figsize=(WIDTH, float(np.clip(WIDTH * height / width, 3.0, 9.5))))
        axes = figure.subplots()
        for number, (x, y) in enumerate(places):
            dots = _sunflower(clusters, number, radii[number])
            axes.add_patch(Circle((x, y), radii[number], facecolor="#f2f2f2", edgecolor="#888888", linewidth=0.6))
            axes.scatter(x + dots[:, 0], y + dots[:, 1], s=_dot_size(sizes.max()), color=PALETTE[0], linewidths=0)
            axes.text(x, y - radii[number] - 0.08, names[number], ha="center", va="top", fontsize=8)
        axes.set_aspect("equal")
        axes.autoscale_view()
        axes.margins(0.03)
        axes.axis("off")
        outside = int((clusters.labels < 0).sum())
        none = f"; {outside} units in no cluster are not shown" if outside else ""
        axes.set_title(
            f"{len(clusters)} clusters of {len(clusters.labels)} units: one dot a unit, central ones inside{none}"
        )
    return figure


def _dot_size(largest: int) -> float:
    """Points squared per dot, so that dots of the fullest disc do not run together."""
    return float(np.clip(1400 / max(largest, 1), 0.6, 14))


def _sunflower(clusters: Clusters, number: int, radius: float) -> np.ndarray:
    """Places of a cluster's units in its disc: firmest in the middle, evenly spread (Vogel 1979)."""
    strength = clusters.assignments["strength"].to_numpy()[clusters.labels == number]
    rank = np.empty(len(strength))
    rank[np.argsort(-strength, kind="stable")] = np.arange(len(strength))
    distance = 0.93 * radius * np.sqrt((rank + 0.5) / len(strength))
    return np.column_stack([distance * np.cos(rank * _GOLDEN), distance * np.sin(rank * _GOLDEN)])


def _plane(centres: np.ndarray) -> np.ndarray:
    """Put the centres on a plane: the order of classical scaling (Torgerson 1952) along both axes, evenly spaced.

    Ranks rather than coordinates, since one odd cluster (another language, a news round-up) would squeeze the others
    into a heap.
    """
    if len(centres) == 1:
        return np.zeros((1, 2))
    centred = centres - centres.mean(axis=0)
    left, singular, _ = np.linalg.svd(centred, full_matrices=False)
    places = np.zeros((len(centres), 2))
    kept = min(2, len(singular))
    places[:, :kept] = (left * singular)[:, :kept]
    signs = np.sign(places[np.abs(places).argmax(axis=0), [0, 1]])
    places *= np.where(signs == 0, 1.0, signs)
    ranks = np.argsort(np.argsort(np.round(places, 9), axis=0, kind="stable"), axis=0)
    return np.asarray((ranks / (len(centres) - 1) - 0.5) * np.sqrt(len(centres)) * [3.0, 2.0])


def spread_apart(places: np.ndarray, half_width: np.ndarray, half_height: np.ndarray) -> np.ndarray:
    """Move boxes apart until none overlap, each pair along the axis where they overlap less; no random number is drawn.

    Parameters
    ----------
    places : ndarray, shape (boxes, 2)
        Centres to begin with.
    half_width, half_height : ndarray, shape (boxes,)

    Returns
    -------
    ndarray, shape (boxes, 2)
    """
    moved = np.array(places, dtype=np.float64)
    extent = np.column_stack([half_width, half_height])
    for _ in range(500):
        still = True
        for one in range(len(moved)):
            for other in range(one + 1, len(moved)):
                apart = moved[other] - moved[one]
                overlap = extent[one] + extent[other] - np.abs(apart)
                if (overlap > 1e-9).all():
                    axis = int(np.argmin(overlap))
                    step = overlap[axis] / 2 * (1.0 if apart[axis] >= 0 else -1.0)
                    moved[one, axis] -= step
                    moved[other, axis] += step
                    still = False
        if still:
            break
    return moved


def merge_centres(centres: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Go on merging clusters as Ward does, each centre weighing as many units as it has.

    Returns
    -------
    ndarray, shape (clusters - 1, 4)
        scipy's linkage matrix; heights are sqrt(2 n m / (n + m)) times the distance of centres, as scipy's Ward has
        them.
    """
    alive = {number: (centres[number], float(sizes[number]), 1) for number in range(len(centres))}
    merges: list[list[float]] = []
    while len(alive) > 1:
        keys = sorted(alive)
        pairs = [(a, b) for at, a in enumerate(keys) for b in keys[at + 1 :]]
        heights = [_ward_height(alive[a], alive[b]) for a, b in pairs]
        best = int(np.argmin(np.round(heights, 12)))
        (a, b), height = pairs[best], heights[best]
        (one, n, leaves), (other, m, more) = alive.pop(a), alive.pop(b)
        alive[len(centres) + len(merges)] = ((n * one + m * other) / (n + m), n + m, leaves + more)
        merges.append([a, b, height, leaves + more])
    return np.array(merges, dtype=np.float64).reshape(-1, 4)


def _ward_height(one: tuple[np.ndarray, float, int], other: tuple[np.ndarray, float, int]) -> float:
    weight = 2 * one[1] * other[1] / (one[1] + other[1])
    return float(np.sqrt(weight * ((one[0] - other[0]) ** 2).sum()))


def draw_dendrogram(clusters: Clusters) -> "Figure":
    """Draw which clusters lie near each other; see `Clusters.dendrogram`."""
    from matplotlib.figure import Figure  # not pyplot: it would show every figure twice in a notebook
    from scipy.cluster.hierarchy import dendrogram

    _require_clusters(clusters, 2)
    sizes = np.bincount(clusters.labels[clusters.labels >= 0], minlength=len(clusters))
    tree = merge_centres(clusters.model.centres, sizes)
    tree[:, 2] = np.maximum.accumulate(tree[:, 2])
    names = [f"{number}: {name}  ({sizes[number]})" for number, name in enumerate(short_names(clusters))]
    with figure_style():
        figure = Figure(figsize=(WIDTH, 0.9 + 0.22 * len(names)))
        axes = figure.subplots()
        dendrogram(
            tree, orientation="left", labels=names, ax=axes, color_threshold=0, above_threshold_color="black",
            leaf_font_size=8,
        )  # fmt: skip
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("height of merging (Ward)")
        axes.set_title("Which clusters lie near each other (number: key words, units)")
    return figure


def draw_over_time(clusters: Clusters) -> "Figure":
    """Draw each cluster's units per period as small multiples; see `Clusters.over_time`."""
    from matplotlib.figure import Figure  # not pyplot: it would show every figure twice in a notebook

    _require_clusters(clusters, 1)
    times = clusters.units["created_at"].dt.tz_localize(None)
    if times.isna().all():
        raise InvalidArgument("The units have no dates.", "Read the corpus with the column that holds them.")
    period, word = _period(times.dropna())
    starts = times.dt.to_period(period).dt.start_time
    grid = pd.date_range(starts.min(), starts.max(), freq={"D": "D", "W": "W-MON", "M": "MS", "Y": "YS"}[period])
    counts = pd.crosstab(starts, clusters.labels).reindex(grid, fill_value=0)
    columns = min(4, len(clusters))
    rows = -(-len(clusters) // columns)
    with figure_style():
        figure = Figure(figsize=(WIDTH, 0.6 + 1.15 * rows))
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for number, axes in enumerate(panels.flat):
            if number >= len(clusters):
                axes.axis("off")
                continue
            _bars(axes, grid, counts[number].to_numpy())
        for number, name in enumerate(short_names(clusters, 2)):
            panels.flat[number].set_title(f"{number}: {name}", fontsize=7.5)
        figure.supylabel(f"units per {word}", fontsize=8.5)
        undated = int(times.isna().sum())
        figure.suptitle(
            f"Units per {word} in each cluster" + (f" ({undated} without date left out)" if undated else ""),
            fontsize=10, x=0.01, ha="left",
        )  # fmt: skip
    return figure


def _period(times: pd.Series) -> tuple[str, str]:
    days = (times.max() - times.min()).days
    return next(pair for limit, pair in _PERIODS if days <= limit)


_PERIODS = ((21, ("D", "day")), (200, ("W", "week")), (365 * 6, ("M", "month")), (10**9, ("Y", "year")))


def _bars(axes: "Axes", grid: pd.DatetimeIndex, counts: np.ndarray) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.bar(np.arange(len(grid)), counts, width=0.85, color="#555555")
    shown = sorted({0, len(grid) - 1})
    axes.set_xticks(shown, [grid[at].strftime("%Y-%m-%d") for at in shown], fontsize=6.5)
    for label in axes.get_xticklabels():
        label.set_horizontalalignment("left" if label.get_position()[0] == 0 else "right")
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
    axes.tick_params(axis="y", labelsize=7)


def draw_curve(clusters: Clusters) -> "Figure":
    """Draw the criterion over the numbers of clusters tried; see `Clusters.number_curve`."""
    from matplotlib.figure import Figure  # not pyplot: it would show every figure twice in a notebook

    curve = clusters.curve
    if curve.empty:
        raise InvalidArgument(
            "The number of clusters was given or found otherwise: there is no curve.", "Leave n_clusters out for one."
        )
    chosen = curve[curve["n_clusters"] == clusters.parameters["n_chosen"]]
    with figure_style():
        figure = Figure(figsize=(WIDTH * 0.75, 2.8))
        axes = figure.subplots()
        low, high = curve["silhouette"] - curve["se"], curve["silhouette"] + curve["se"]
        axes.fill_between(curve["n_clusters"], low, high, color="#d9d9d9", linewidth=0, label="one standard error")
        axes.plot(curve["n_clusters"], curve["silhouette"], color="black", marker="o", markersize=3)
        axes.plot(chosen["n_clusters"], chosen["silhouette"], "o", color=PALETTE[4], markersize=8, label="chosen")
        axes.set_xlabel("number of clusters")
        axes.set_ylabel("average silhouette")
        axes.set_title("How many clusters: the criterion over the numbers tried")
        axes.legend(frameon=False, fontsize=8)
    return figure


def _require_clusters(clusters: Clusters, n: int) -> None:
    if len(clusters) < n:
        raise InvalidArgument(
            f"There are {len(clusters)} clusters; this picture needs {n}.", "Cluster with another method or number."
        )
