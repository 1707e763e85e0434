"""Pictures of clusters, in print: a map, the hierarchy, numbers over time, the criterion's curve."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from medtw_qual._base.figure_style import PALETTE, figure_style
from medtw_qual.clusters.clusters import Clusters
from medtw_qual.clusters.theme_words import theme_words
from medtw_qual.errors import InvalidArgument

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_GOLDEN = np.pi * (3 - np.sqrt(5))
WIDTH = 7.2  # inches: the text width of a page
_TALLEST = 9.6
_LABEL = 8  # points
_MOST_DOTS = 5_000


def short_names(clusters: Clusters, n_words: int = 3) -> list[str]:
    """Return a name per cluster: the one that people gave it or its code, else its first key words."""
    given = clusters.parameters.get("names") or [""] * len(clusters)
    if given and all(given):
        return list(given)
    words = theme_words(clusters.units["text"].tolist(), clusters.labels, n_words, clusters.ignored_words)
    return [name or ", ".join(words[number]) or "(no words)" for number, name in enumerate(given)]


def draw_map(clusters: Clusters) -> "Figure":
    """Draw every unit as a dot in its cluster's disc; see `ClusterPlots.map`."""
    from matplotlib.figure import Figure  # not pyplot: it would show every figure twice in a notebook
    from matplotlib.patches import Circle

    _require_clusters(clusters, 1)
    sizes = np.bincount(clusters.labels[clusters.labels >= 0], minlength=len(clusters))
    names = [shortened(f"{number}: {name}", 30) for number, name in enumerate(short_names(clusters, 2))]
    per_dot = max(1, -(-int(sizes.sum()) // _MOST_DOTS))
    strength = clusters.assignments["strength"].to_numpy()
    firm = max(float(np.quantile(strength[clusters.labels >= 0], 0.98)), 1e-9)
    with figure_style():
        places, radii = lay_out(_plane(clusters.model.centres), sizes, np.array([_width_of(name) for name in names]))
        width, height = places.max(axis=0)
        figure = Figure(figsize=(width, height + 0.45))
        figure.set_layout_engine("none")  # places are in inches already
        axes = figure.add_axes((0, 0, 1, height / (height + 0.45)), xlim=(0, width), ylim=(0, height))
        axes.axis("off")
        dot = _dot_size(radii.max(), sizes.max() / per_dot)
        for number, (x, y) in enumerate(places[:-1]):
            shade = -np.sort(-strength[clusters.labels == number])[::per_dot]
            dots = np.add(_sunflower(len(shade), radii[number]), (x, y))
            axes.add_patch(Circle((x, y), radii[number], facecolor="#f7f7f7", edgecolor="#888888", linewidth=0.6))
            axes.scatter(
                dots[:, 0], dots[:, 1], s=dot, c=shade, cmap="cividis_r", vmin=-0.25 * firm, vmax=firm, linewidths=0
            )
            axes.text(x, y - radii[number] - 0.04, names[number], ha="center", va="top", fontsize=_LABEL)
        outside = int((clusters.labels < 0).sum())
        none = f"\n{outside} units in no cluster are not shown" if outside else ""
        unit = "a unit" if per_dot == 1 else f"for {per_dot} units"
        what = "One cluster" if len(clusters) == 1 else f"{len(clusters)} clusters"
        words = f"{what} of {len(clusters.labels)} units: one dot {unit}, dark where it belongs firmly"
        figure.suptitle(
            words + none, x=0.02, y=0.995, ha="left", va="top", fontsize=10 if width > 6 else 8, wrap=True,
        )  # fmt: skip
    return figure


def shortened(name: str, most: int) -> str:
    """Return the name, cut with an ellipsis where it has more than `most` characters.

    Examples
    --------
    >>> shortened("disabledinmedicine, attended", 20)
    'disabledinmedicine,…'
    """
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _width_of(name: str) -> float:
    """Width in inches of a label as it is printed."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    return float(
        TextPath((0, 0), name, size=_LABEL, prop=FontProperties(family="DejaVu Sans")).get_extents().width / 72
    )


def lay_out(plane: np.ndarray, sizes: np.ndarray, label_widths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Place discs with their labels so that nothing overlaps on a page of print, all in inches.

    Discs are as large as a page allows (7.2 by 9 inches); where small ones do not fit, the picture grows downwards.

    Parameters
    ----------
    plane : ndarray, shape (clusters, 2)
        Where the discs would lie, each coordinate between -.5 and .5.
    sizes : ndarray of int
        Units per cluster: the area of its disc.
    label_widths : ndarray
        Width of the label below each disc.

    Returns
    -------
    places : ndarray, shape (clusters + 1, 2)
        Centres of the discs from the lower left corner, and in the last row the upper right corner of the picture.
    radii : ndarray
    """
    for largest in (1.0, 0.8, 0.65, 0.5, 0.4, 0.32, 0.25, 0.2):
        radii = np.maximum(largest * np.sqrt(sizes / sizes.max()), 0.06)
        half = np.column_stack([np.maximum(radii, label_widths / 2) + 0.06, radii + 0.13])
        room = np.array([WIDTH, min(5.0, 1.5 + 0.3 * len(sizes))]) - 2 * half.max(axis=0)
        boxes = spread_apart(plane * np.maximum(room, 0), half[:, 0], half[:, 1], WIDTH)
        low, high = (boxes - half).min(axis=0), (boxes + half).max(axis=0)
        if (high - low <= [WIDTH + 1e-9, 9.0]).all():
            break
    centres = boxes - low + [0, 0.09]  # the label hangs below its disc
    return np.vstack([centres, high - low]), radii


def _dot_size(radius: float, dots: float) -> float:
    """Points squared per dot, so that dots of the fullest disc do not run together."""
    apart = 72 * 0.93 * radius * np.sqrt(np.pi / max(dots, 1))
    return float(np.clip((0.5 * apart) ** 2, 0.3, 14))


def _sunflower(n: int, radius: float) -> np.ndarray:
    """Places of n dots in a disc, from the middle outwards, evenly spread (Vogel 1979)."""
    rank = np.arange(n)
    distance = 0.93 * radius * np.sqrt((rank + 0.5) / n)
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
    kept = min(2, int((singular > singular[0] * 1e-9).sum()))  # two centres lie on a line
    places[:, :kept] = (left * singular)[:, :kept]
    signs = np.sign(places[np.abs(places).argmax(axis=0), [0, 1]])
    places *= np.where(signs == 0, 1.0, signs)
    ranks = np.argsort(np.argsort(np.round(places, 9), axis=0, kind="stable"), axis=0)
    spread = ranks / (len(centres) - 1) - 0.5
    spread[:, kept:] = 0.0
    return np.asarray(spread)


def spread_apart(
    places: np.ndarray, half_width: np.ndarray, half_height: np.ndarray, width: float = np.inf
) -> np.ndarray:
    """Move boxes apart until none overlap, each pair along the axis where they overlap less; no random number is drawn.

    Parameters
    ----------
    places : ndarray, shape (boxes, 2)
        Centres to begin with.
    half_width, half_height : ndarray, shape (boxes,)
    width : float
        Boxes stay between -width / 2 and width / 2; crowded ones go up and down instead.

    Returns
    -------
    ndarray, shape (boxes, 2)
    """
    moved = np.array(places, dtype=np.float64)
    extent = np.column_stack([half_width, half_height])
    reach = np.maximum(width / 2 - extent[:, 0], 0.0)
    before = np.where(np.tri(len(moved), dtype=bool), -1.0, 1.0)  # which way two boxes in one place part
    for step in range(1, 6000):
        moved[:, 0] = np.clip(moved[:, 0], -reach, reach)
        apart = moved[None] - moved[:, None]
        overlap = extent[None] + extent[:, None] - np.abs(apart)
        hit = (overlap > 1e-9).all(axis=2) & ~np.eye(len(moved), dtype=bool)
        if not hit.any():
            break
        along_x = hit & (overlap[..., 0] < overlap[..., 1])
        for axis, which in ((0, along_x), (1, hit & ~along_x)):
            way = np.where(apart[..., axis] == 0, before, np.sign(apart[..., axis]))
            push = np.where(which, (overlap[..., axis] + 0.004) / 2 * way, 0.0)
            moved[:, axis] -= push.sum(axis=1) / np.maximum(which.sum(axis=1), 1)
        if step % 80 == 0:  # no room between the others: a little more for all
            moved[:, 1] *= 1.1
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
        (left, n, leaves), (right, m, more) = alive.pop(a), alive.pop(b)
        alive[len(centres) + len(merges)] = ((n * left + m * right) / (n + m), n + m, leaves + more)
        merges.append([a, b, height, leaves + more])
    return np.array(merges, dtype=np.float64).reshape(-1, 4)


def _ward_height(left: tuple[np.ndarray, float, int], right: tuple[np.ndarray, float, int]) -> float:
    weight = 2 * left[1] * right[1] / (left[1] + right[1])
    return float(np.sqrt(weight * ((left[0] - right[0]) ** 2).sum()))


def draw_dendrogram(clusters: Clusters) -> "Figure":
    """Draw which clusters lie near each other; see `ClusterPlots.dendrogram`."""
    from matplotlib.figure import Figure  # not pyplot: it would show every figure twice in a notebook
    from scipy.cluster.hierarchy import dendrogram

    _require_clusters(clusters, 2)
    sizes = np.bincount(clusters.labels[clusters.labels >= 0], minlength=len(clusters))
    tree = merge_centres(clusters.model.centres, sizes)
    tree[:, 2] = np.maximum.accumulate(tree[:, 2])
    names = [f"{shortened(f'{at}: {name}', 40)}  ({sizes[at]})" for at, name in enumerate(short_names(clusters))]
    with figure_style():
        figure = Figure(figsize=(WIDTH, min(0.9 + 0.22 * len(names), _TALLEST)))
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
    """Draw each cluster's units per period as small multiples; see `ClusterPlots.over_time`."""
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
        figure = Figure(figsize=(WIDTH, min(0.6 + 1.15 * rows, _TALLEST)))
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for number, axes in enumerate(panels.flat):
            if number >= len(clusters):
                axes.axis("off")
                continue
            _bars(axes, grid, counts[number].to_numpy())
            axes.tick_params(labelbottom=number + columns >= len(clusters))  # the lowest of each column has the dates
        for number, name in enumerate(short_names(clusters, 2)):
            panels.flat[number].set_title(shortened(f"{number}: {name}", 25), fontsize=7.5)
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
    """Draw the criterion over the numbers of clusters tried; see `ClusterPlots.number_curve`."""
    from matplotlib.figure import Figure  # not pyplot: it would show every figure twice in a notebook

    curve = clusters.curve
    if curve.empty:
        raise InvalidArgument(
            "The number of clusters was given or found otherwise: there is no curve.", "Leave n_clusters out for one."
        )
    criterion = "stability" if "stability" in curve else "silhouette"
    words = {"stability": "mean Jaccard similarity in other samples", "silhouette": "average silhouette"}[criterion]
    chosen = curve[curve["n_clusters"] == clusters.parameters["n_chosen"]]
    with figure_style():
        figure = Figure(figsize=(WIDTH * 0.75, 2.8))
        axes = figure.subplots()
        low, high = curve[criterion] - curve["se"], curve[criterion] + curve["se"]
        axes.fill_between(curve["n_clusters"], low, high, color="#d9d9d9", linewidth=0, label="one standard error")
        axes.plot(curve["n_clusters"], curve[criterion], color="black", marker="o", markersize=3, label=words)
        if "share" in curve:
            axes.plot(
                curve["n_clusters"], curve["share"], color="#777777", linestyle="--", marker="s", markersize=3,
                label="share of texts in clusters that return",
            )  # fmt: skip
        axes.plot(chosen["n_clusters"], chosen[criterion], "o", color=PALETTE[4], markersize=8, label="chosen")
        axes.set_xlabel("number of clusters")
        axes.set_ylabel("stability, 0 to 1" if criterion == "stability" else words)
        axes.set_ylim(bottom=min(0.0, float(low.min())))  # from zero: small differences must look small
        axes.set_title("How many clusters: the criterion over the numbers tried")
        axes.legend(frameon=False, fontsize=7.5, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def _require_clusters(clusters: Clusters, n: int) -> None:
    if len(clusters) < n:
        raise InvalidArgument(
            f"There are {len(clusters)} clusters; this picture needs {n}.", "Cluster with another method or number."
        )
