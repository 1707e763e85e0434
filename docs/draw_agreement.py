"""Draws the forest plot of the example study and the coverage of intervals: `python docs/draw_agreement.py`."""

from pathlib import Path

import medtw_qual as mq
from medtw_qual._base.figure_style import figure_style, save_figure
from medtw_qual.agreement import forest_in_words

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "images" / "agreement_forest.png"
COVERAGE = ROOT / "docs" / "images" / "agreement_coverage.png"
TITLE = "Consistency between model coders (invented data)"


def draw():
    codebook = mq.read_codebook(ROOT / "codebooks" / "gratitude_2020.yaml")
    codings = mq.read_codings(ROOT / "data" / "codings", codebook)
    measured = mq.measure_agreement(codings, by="code")
    figure = mq.plot.agreement(measured, names=codebook.names, title=TITLE)
    return figure, f"{TITLE}. {forest_in_words(measured, names=codebook.names)}"


def draw_coverage():
    """Coverage of the intervals before and now: a dot a cell, from what benchmarks/agreement_coverage.py wrote."""
    import matplotlib.pyplot as plt
    import pandas as pd

    table = pd.read_csv(COVERAGE.with_suffix(".csv"))
    sizes = sorted(table["n"].unique())
    with figure_style():
        figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), sharey=True, layout="constrained")
    said = []
    for axis, name in zip(axes, ("alpha", "AC1"), strict=True):
        for shift, version, colour in ((-0.16, "before", "#8a8a8a"), (0.16, "now", "#1b5e8a")):
            if f"{name}, {version}" not in table:
                continue
            column = table[f"{name}, {version}"]
            places = [sizes.index(n) + shift for n in table["n"]]
            axis.scatter(places, column, s=7, alpha=0.45, color=colour, label=version, linewidths=0)
            by_size = column.groupby(table["n"])
            figures = ", ".join(f"n {n}: {by_size.mean()[n]:.3f} (least {by_size.min()[n]:.2f})" for n in sizes)
            said.append(f"{name} {version}: {figures}")
        axis.axhline(0.95, color="black", linewidth=0.8, linestyle=":")
        axis.set_xticks(range(len(sizes)), [str(n) for n in sizes])
        axis.set_xlabel("units coded")
        axis.set_title(name)
        axis.set_ylim(0.2, 1.01)
    axes[0].set_ylabel("coverage of the 95% interval")
    axes[0].legend(loc="lower right", frameon=False)
    return figure, "Coverage of 95% intervals where codes are rare, mean and least over all cells. " + "; ".join(
        said
    ) + "."


if __name__ == "__main__":
    figure, alt = draw()
    save_figure(figure, TARGET, alt)
    figure, alt = draw_coverage()
    save_figure(figure, COVERAGE, alt)
