"""Figures of the crosswalk that print in grey."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from medtw_qual._base.figure_style import GREY_MAP, figure_style, printed_name
from medtw_qual.reconciliation.coded_units import Flags

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from medtw_qual.reconciliation.crosswalk import Crosswalk

_SIGNS = {"same": "=", "part": "⊂", "unrelated": "≠", "new code": "+"}


def draw_heatmap(table: pd.DataFrame, confidence: float = 0.95, names: Mapping[str, str] | None = None) -> "Figure":
    """Draw clusters x codes: shade and figure are the share of the cluster's coded units with the code.

    A frame marks cells whose odds ratio lies above 1 with its whole interval; a sign in the corner is the decision
    (= same, ⊂ part, ≠ unrelated, + new code).

    Returns
    -------
    matplotlib Figure
    """
    from matplotlib.figure import Figure

    cells = table[table["n"].notna()]
    codes, clusters = list(dict.fromkeys(cells["code"])), list(dict.fromkeys(cells["cluster"]))
    share = cells.pivot_table(index="cluster", columns="code", values="share_of_cluster", dropna=False)
    share = share.loc[clusters, codes]
    with figure_style():
        size = (1.8 + 0.95 * len(codes), 1.6 + 0.34 * len(clusters))
        figure = Figure(figsize=(max(size[0], 4.5), max(size[1], 2.4)), layout="constrained")
        axes = figure.add_subplot()
        top = max(float(np.nanmax(share.to_numpy(dtype=float), initial=0.0)), 0.1)
        image = axes.imshow(share.to_numpy(dtype=float), cmap=GREY_MAP, vmin=0, vmax=top, aspect="auto")
        _label_cells(axes, cells, clusters, codes, top)
        axes.set_xticks(range(len(codes)), [printed_name(code, names, 11) for code in codes])
        axes.set_yticks(range(len(clusters)), _cluster_labels(cells, clusters))
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_title("Share of each cluster's coded units that have the code")
        bar = figure.colorbar(image, ax=axes, shrink=0.8, pad=0.02)
        bar.ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        bar.outline.set_visible(False)
        signs = [word for word in _SIGNS if word in set(cells["decision"])]
        legend = "".join(f"   {_SIGNS[word]} {word}" for word in signs)
        figure.supxlabel(f"framed: odds ratio above 1 ({confidence:.0%} interval){legend}", fontsize=8)
    return figure


def _cluster_labels(cells: pd.DataFrame, clusters: list[int]) -> list[str]:
    coded = cells.groupby("cluster")["n_cluster"].max()
    return [f"{_cluster_name(number)} (n={coded[number]})" for number in clusters]


def _cluster_name(number: int) -> str:
    return "unclustered" if number == -1 else f"cluster {number}"


def _label_cells(axes: "Axes", cells: pd.DataFrame, clusters: list[int], codes: list[str], top: float) -> None:
    from matplotlib.patches import Rectangle

    for row in cells.itertuples():
        x, y = codes.index(row.code), clusters.index(row.cluster)
        if np.isnan(row.share_of_cluster):
            axes.text(x, y, "–", ha="center", va="center", color="0.5")
            continue
        dark = row.share_of_cluster > 0.55 * top
        colour = "white" if dark else "black"
        axes.text(x, y, f"{row.share_of_cluster:.0%}", ha="center", va="center", color=colour)
        if row.low > 1:
            axes.add_patch(
                Rectangle((x - 0.46, y - 0.42), 0.92, 0.84, fill=False, lw=1.4, ec="white" if dark else "black")
            )
        if row.decision in _SIGNS:
            axes.text(x + 0.4, y - 0.1, _SIGNS[row.decision], ha="right", va="center", color=colour, fontweight="bold")


def draw_alluvial(crosswalk: "Crosswalk", names: Mapping[str, str] | None = None) -> "Figure":
    """Draw how the coded units flow from clusters (left) to codes (right); a unit with several codes flows to each.

    Streams are as wide as their number of units. Dark streams are cells whose odds ratio lies above 1 with its whole
    interval; the rest is light. Units without any code flow to "no code".

    Returns
    -------
    matplotlib Figure
    """
    from matplotlib.figure import Figure

    flows, dark = _flows(crosswalk, names)
    with figure_style():
        figure = Figure(figsize=(6.5, max(3.2, 0.34 * len(flows.index) + 1.2)), layout="constrained")
        axes = figure.add_subplot()
        gap = 0.02 * flows.to_numpy().sum()
        left, right = _stack(flows.sum(axis=1), gap), _stack(flows.sum(axis=0), gap)
        _draw_streams(axes, flows, dark, left, right)
        counts = pd.Series(crosswalk.unit_clusters).value_counts().rename(index=_cluster_name).to_dict()
        for side, places, align in ((0.0, left, "right"), (1.0, right, "left")):
            for name, (start, size) in places.items():
                axes.bar(side, size, 0.03, bottom=start, color="black")
                offset = -0.03 if side == 0 else 0.03
                label = f"{name} ({counts.get(name, round(size))})"
                axes.text(side + offset, start + size / 2, label, ha=align, va="center", fontsize=8)
        axes.set_xlim(-0.4, 1.4)
        axes.invert_yaxis()
        axes.set_axis_off()
        axes.set_title("From clusters to codes: coded units; a unit with several codes flows to each")
    return figure


def _flows(crosswalk: "Crosswalk", printed: Mapping[str, str] | None) -> tuple[pd.DataFrame, set[tuple[str, str]]]:
    """Units per stream, clusters x codes, and the streams to draw dark."""
    units, own = crosswalk.units, crosswalk.unit_clusters
    numbers = [int(number) for number in np.unique(own)]
    names = {number: _cluster_name(number) for number in numbers}
    columns: dict[str, Flags] = {
        printed_name(code, printed, 30): units.present[:, i] & units.coded[:, i] for i, code in enumerate(units.codes)
    }
    columns["no code"] = np.asarray(~units.present.any(axis=1))
    flows = pd.DataFrame(columns).groupby(own).sum().rename(index=names)
    flows = flows.loc[:, flows.sum() > 0]
    cells = crosswalk.table[crosswalk.table["low"] > 1]
    return flows, {
        (names[int(k)], printed_name(code, printed, 30))
        for k, code in zip(cells["cluster"], cells["code"], strict=True)
    }


def _stack(sizes: pd.Series, gap: float) -> dict[str, tuple[float, float]]:
    starts = np.concatenate([[0.0], np.cumsum(sizes.to_numpy(dtype=float) + gap)[:-1]])
    return {str(name): (start, float(size)) for name, start, size in zip(sizes.index, starts, sizes, strict=True)}


def _draw_streams(
    axes: "Axes", flows: pd.DataFrame, dark: set[tuple[str, str]],
    left: dict[str, tuple[float, float]], right: dict[str, tuple[float, float]],
) -> None:  # fmt: skip
    along = np.linspace(0, 1, 40)
    bend = 3 * along**2 - 2 * along**3
    from_left = {name: start for name, (start, _) in left.items()}
    from_right = {name: start for name, (start, _) in right.items()}
    for cluster in flows.index:
        for code in flows.columns:
            size = float(flows.loc[cluster, code])
            if not size:
                continue
            top = from_left[cluster] + (from_right[code] - from_left[cluster]) * bend
            strong = (cluster, code) in dark
            axes.fill_between(
                0.015 + 0.97 * along, top, top + size, color="0.25" if strong else "0.8",
                alpha=0.85 if strong else 0.6, lw=0, zorder=2 if strong else 1,
            )  # fmt: skip
            from_left[cluster] += size
            from_right[code] += size
