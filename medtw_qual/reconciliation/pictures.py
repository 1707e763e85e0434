"""Figures of the crosswalk that print in grey."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from medtw_qual._base.figures import GREY_MAP, figure_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIGNS = {"same": "=", "part": "⊂", "unrelated": "≠", "new code": "+"}


def draw_heatmap(table: pd.DataFrame, confidence: float = 0.95) -> "Figure":
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
        axes.set_xticks(range(len(codes)), [code.replace("_", "\n") for code in codes])
        axes.set_yticks(range(len(clusters)), _cluster_labels(cells, clusters))
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_title("Share of each cluster's coded units that have the code")
        bar = figure.colorbar(image, ax=axes, shrink=0.8, pad=0.02)
        bar.ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        bar.outline.set_visible(False)
        signs = [word for word in _SIGNS if word in set(table["decision"])]
        legend = "".join(f"   {_SIGNS[word]} {word}" for word in signs)
        figure.supxlabel(f"framed: odds ratio above 1 ({confidence:.0%} interval){legend}", fontsize=8)
    return figure


def _cluster_labels(cells: pd.DataFrame, clusters: list[int]) -> list[str]:
    coded = cells.groupby("cluster")["n_cluster"].max()
    return [f"{'unclustered' if number == -1 else f'cluster {number}'} (n={coded[number]})" for number in clusters]


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
