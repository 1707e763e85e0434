"""Draws the clusters' pictures: `python docs/draw_clusters.py` (the map of the invented corpus; cost against size)."""

from pathlib import Path

import pandas as pd

import medtw_qual as mq
from medtw_qual._base.figure_style import figure_style, save_figure

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
GROWTH = IMAGES / "clusters_growth.csv"
LINES = {
    "given": ("cluster and describe, vectors given", "o-"),
    "static": ("from text to themes, static vectors", "s--"),
}


def draw_map():
    clusters = mq.open_study(ROOT).clusters
    alt = (
        f"Map of the invented corpus: {len(clusters)} discs, one per cluster, labelled with number and key words; each"
        f" holds a dot for each of its units, {len(clusters.labels)} in all."
    )
    save_figure(clusters.plot.map(), IMAGES / "clusters_map.png", alt)


def draw_growth():
    from matplotlib.figure import Figure

    table = pd.read_csv(GROWTH)
    with figure_style():
        figure = Figure(figsize=(7.2, 3.0))
        seconds, memory = figure.subplots(1, 2)
        for how, (label, style) in LINES.items():
            part = table[table["how"] == how]
            seconds.plot(part["posts"], part["total_s"], style, color="black", markersize=4, label=label)
            memory.plot(part["posts"], part["peak_mb"] / 1000, style, color="black", markersize=4)
        for axes, title, ticks in (
            (seconds, "seconds, 2 cores", (3, 10, 30, 100, 300)),
            (memory, "peak memory, GB", (0.2, 0.5, 1, 2, 5)),
        ):
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.set_xticks([1e3, 1e4, 1e5, 1e6], ["1,000", "10,000", "100,000", "1,000,000"])
            axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
            axes.minorticks_off()
            axes.set_xlabel("posts")
            axes.set_title(title)
        seconds.legend(frameon=False, fontsize=7.5)
    rows = "; ".join(
        f"{row.posts:,} posts ({row.how}): {row.total_s} s" for row in table[table["posts"] > 0].itertuples()
    )
    save_figure(figure, IMAGES / "clusters_growth.png", f"Cost against the number of posts. {rows}.")


if __name__ == "__main__":
    draw_map()
    if GROWTH.is_file():
        draw_growth()
