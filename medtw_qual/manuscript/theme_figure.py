"""The map of themes: the one figure of the manuscript that no other room draws.

The flow chart belongs to the corpus, the forest plot to agreement; heat map, network and shares over time to
reconciliation.
"""

from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.figure_style import PALETTE, figure_style
from medtw_qual.codebook import Codebook
from medtw_qual.coding.coders import require_known_units
from medtw_qual.corpus import Corpus
from medtw_qual.errors import InvalidArgument
from medtw_qual.manuscript.code_counts import count_codes, count_in_words
from medtw_qual.manuscript.theme_rows import Entry, theme_entries

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW = 0.44  # inches a code takes
_LARGEST = 420.0  # area of the largest circle, in square points


def theme_map(consensus: pd.DataFrame, corpus: Corpus, codebook: Codebook) -> "Figure":
    """Draw themes and their codes as a tree; a circle's area is the number of units.

    Parameters
    ----------
    consensus : DataFrame
        `schemas.CONSENSUS`.
    corpus : Corpus
        The corpus, after the steps that select its units.
    codebook : Codebook
        The codebook in the version that applies.

    Returns
    -------
    matplotlib Figure
        Readable in grey: nothing is said by colour alone.
    """
    from matplotlib.figure import Figure  # not pyplot: it would show every figure twice in a notebook

    require_known_units(consensus["unit_id"], corpus.units["unit_id"], "the consensus")
    entries = theme_entries(codebook)
    if not entries:
        raise InvalidArgument("The codebook has no codes.", "Draw the map when there are some.")
    counts = [count_codes(consensus, corpus, entry.codes) for entry in entries]
    top = max(max(count.n_units for count in counts), 1)
    deepest = max(entry.depth for entry in entries)
    with figure_style():
        figure = Figure(figsize=(6.8, 0.5 + _ROW * len(entries)))
        axes = figure.subplots()
        axes.set_axis_off()
        for row, (entry, count) in enumerate(zip(entries, counts, strict=True)):
            size = _LARGEST * count.n_units / top
            face = "white" if entry.is_theme else PALETTE[3]
            axes.scatter(entry.depth, -row, s=max(size, 8), color=face, edgecolor="black", linewidth=0.8, zorder=3)
            text = f"{entry.name}  ({count_in_words(count, ', ')})"
            weight = "bold" if entry.is_theme else "normal"
            axes.text(entry.depth + 0.28, -row, text, va="center", ha="left", fontweight=weight, fontsize=9)
        _draw_branches(axes, entries)
        axes.set_xlim(-0.5, deepest + 4.6)
        axes.set_ylim(-len(entries) + 0.4, 0.6)
    return figure


def _draw_branches(axes: "Axes", entries: list[Entry]) -> None:
    """From each entry a line up to the entry it stands below."""
    last_at: dict[int, int] = {}
    for row, entry in enumerate(entries):
        if entry.depth > 0:
            above = last_at[entry.depth - 1]
            axes.plot(
                [entry.depth - 1, entry.depth - 1, entry.depth], [-above, -row, -row], color="0.45", lw=0.9, zorder=1
            )
        last_at[entry.depth] = row
