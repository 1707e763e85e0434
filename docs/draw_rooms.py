"""Draws the picture of the rooms and of the tables that travel between them: `python docs/draw_rooms.py`."""

from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from medtw_qual._base.figure_style import figure_style, save_figure

TARGET = Path(__file__).parent / "images" / "rooms.svg"
ALT = (
    "The rooms of the package and the tables between them. The corpus room takes posts in and gives units to two "
    "sides that never meet: coding, where people code a sample against the codebook, and the machine's, where "
    "clusters embeds and groups all units and llm asks a language model as one more coder. Codings go to "
    "agreement; consensus, clusters and the model's answers meet in reconciliation; agreement and crosswalk go to "
    "the manuscript room, which writes tables, figures, methods and report. Exchange hands corpus, codes and "
    "codings to other programs. The study and the command line run all of it; schemas and the ground floor carry "
    "it."
)
# room: (x, y, width, height, what it does)
BOXES = {
    "codebook": (0.02, 0.69, 0.17, 0.15, "codes, themes,\nversions"),
    "corpus": (0.02, 0.36, 0.17, 0.15, "posts in, every\nexclusion counted"),
    "coding": (0.29, 0.68, 0.18, 0.15, "people's view: sample,\ndesk, log, consensus"),
    "clusters": (0.29, 0.415, 0.18, 0.15, "machine's view: embed,\ncluster, describe"),
    "llm": (0.29, 0.205, 0.18, 0.15, "a language model as\none more coder"),
    "agreement": (0.57, 0.535, 0.17, 0.15, "coefficients with\nintervals"),
    "reconciliation": (0.57, 0.24, 0.17, 0.15, "crosswalk, predicted\ncodes, prevalence"),
    "exchange": (0.835, 0.725, 0.15, 0.15, "projects for other\nprograms"),
    "manuscript": (0.835, 0.37, 0.15, 0.15, "tables, figures,\nmethods, report"),
}
BANDS = {
    "cli  ·  study": (0.945, "a study folder, run from raw posts to results, and verified"),
    "distributed": (0.135, "corpus and clusters on Dask, for millions of posts"),
    "schemas  ·  _base": (0.045, "what each table holds; files, logs, hashes, errors, figure style"),
}
# from, where on it (0-1 from its left and bottom), to, where on it, the table that travels, how far along it is named
ARROWS = (
    ("codebook", (1, 0.5), "coding", (0, 0.75), "codes", 0.5),
    ("corpus", (1, 0.75), "coding", (0, 0.3), "units", 0.5),
    ("corpus", (1, 0.5), "clusters", (0, 0.5), "units", 0.5),
    ("corpus", (1, 0.2), "llm", (0, 0.6), "units", 0.5),
    ("coding", (1, 0.75), "exchange", (0, 0.5), "corpus, codes, codings", 0.5),
    ("coding", (1, 0.45), "agreement", (0, 0.6), "codings", 0.5),
    ("coding", (1, 0.15), "reconciliation", (0.2, 1), "consensus", 0.5),
    ("clusters", (1, 0.4), "reconciliation", (0, 0.65), "clusters", 0.45),
    ("llm", (1, 0.5), "reconciliation", (0, 0.25), "answers", 0.5),
    ("agreement", (1, 0.45), "manuscript", (0, 0.8), "agreement", 0.5),
    ("reconciliation", (1, 0.5), "manuscript", (0, 0.3), "crosswalk", 0.45),
)


def draw() -> Figure:
    """Return the picture."""
    with figure_style():
        figure = plt.figure(figsize=(8.6, 5.2), layout="none")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.axis("off")
        for name, (y, words) in BANDS.items():
            _box(axes, (0.02, y - 0.035, 0.965, 0.07), "#EDEDED")
            axes.text(0.035, y, name, va="center", weight="bold", family="DejaVu Sans Mono", fontsize=9)
            axes.text(0.235, y, words, va="center", fontsize=8.5, color="#333333")
        axes.plot([0.26, 0.5], [0.625, 0.625], color="#555555", linewidth=1.1, linestyle=(0, (5, 3)))
        axes.text(
            0.38, 0.598, "a coder stays blind to the machine", ha="center", va="center", fontsize=7.8, style="italic"
        )
        for name, (x, y, width, height, words) in BOXES.items():
            _box(axes, (x, y, width, height), "#FFFFFF")
            axes.text(x + width / 2, y + height - 0.035, name, ha="center", va="center", weight="bold", fontsize=10)
            axes.text(
                x + width / 2, y + (height - 0.045) / 2, words, ha="center", va="center", fontsize=7.8, color="#333333"
            )
        for arrow in ARROWS:
            _arrow(axes, *arrow)
    return figure


def _box(axes: Axes, place: tuple[float, float, float, float], colour: str) -> None:
    x, y, width, height = place
    axes.add_patch(
        FancyBboxPatch(
            (x, y),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.012",
            facecolor=colour,
            edgecolor="#333333",
            linewidth=0.9,
        )
    )


def _point(name: str, place: tuple[float, float]) -> tuple[float, float]:
    x, y, width, height, _ = BOXES[name]
    return x + width * place[0], y + height * place[1]


def _arrow(
    axes: Axes, start: str, out: tuple[float, float], end: str, into: tuple[float, float], word: str, along: float
) -> None:
    first, last = _point(start, out), _point(end, into)
    look = {"arrowstyle": "-|>", "mutation_scale": 11, "color": "#0072B2", "linewidth": 1.3, "shrinkA": 1, "shrinkB": 2}
    axes.add_patch(FancyArrowPatch(first, last, **look))
    x, y = (a + (b - a) * along for a, b in zip(first, last, strict=True))
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.2}
    axes.text(x, y, word, fontsize=8, ha="center", va="center", color="#00406A", bbox=ground)


if __name__ == "__main__":
    save_figure(draw(), TARGET, ALT)
