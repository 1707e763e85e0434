"""Figures of the manuscript that no other room draws: the map of themes, and shares over time.

The flow chart belongs to the corpus, the forest plot to agreement, heat map and network to reconciliation.
"""

from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.errors import InvalidArgument
from medtw_qual._base.figures import PALETTE, figure_style
from medtw_qual._base.tables import require_columns
from medtw_qual.codebook import Codebook
from medtw_qual.corpus import Corpus
from medtw_qual.manuscript.counts import count_codes, require_known_units
from medtw_qual.manuscript.formatting import rounded
from medtw_qual.manuscript.shares import chosen_method
from medtw_qual.manuscript.themes import Entry, theme_entries

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
    codebook : Codebook

    Returns
    -------
    matplotlib Figure
        Readable in grey: nothing is said by colour alone.
    """
    from matplotlib.figure import Figure  # not pyplot: it would show every figure twice in a notebook

    require_known_units(consensus, corpus, "consensus")
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
            text = f"{entry.name}  ({rounded(count.n_units, 0)} units, {rounded(count.n_authors, 0)} authors)"
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


def prevalence_over_time(
    shares: pd.DataFrame, codebook: Codebook | None = None, *, method: str = "", columns: int = 2
) -> "Figure":
    """Draw each code's share of the corpus period by period, with intervals.

    Parameters
    ----------
    shares : DataFrame
        What `code_over_time` returned: `schemas.PREVALENCE` with the period as its group.
    codebook : Codebook, optional
        Gives the codes' names and their order.
    method : str
        Which method; by default the one that uses most of the evidence.
    columns : int
        Panels side by side.

    Returns
    -------
    matplotlib Figure
        One panel per code, all on one scale; a period without an estimate is a gap, never a zero.

    Raises
    ------
    InvalidArgument
        When the table has no periods.
    """
    from matplotlib.figure import Figure  # not pyplot: it would show every figure twice in a notebook

    require_columns(shares, ("code", "method", "group", "estimate", "low", "high"), "prevalence")
    name = method or chosen_method(shares)
    table = shares[(shares["method"] == name) & (shares["group"] != "")]
    if table.empty:
        raise InvalidArgument(
            f"The table has no periods for the method {name!r}.", "Make it with mq.code_over_time(...)."
        )
    known = [code for code in (codebook.ids if codebook is not None else ()) if code in set(table["code"])]
    codes = known + [code for code in dict.fromkeys(table["code"]) if code not in known]
    periods = list(dict.fromkeys(table["group"]))
    across = min(columns, len(codes))
    down = -(-len(codes) // across)
    with figure_style():
        figure = Figure(figsize=(3.4 * across, 2.0 * down + 0.4))
        panels = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
        for place, axes in enumerate(panels.flat):
            if place >= len(codes):
                axes.set_axis_off()
                continue
            code = codes[place]
            _draw_course(axes, table[table["code"] == code].set_index("group").reindex(periods))
            axes.set_title(codebook[code].name if code in known and codebook is not None else code)
        for axes in panels[:, 0]:
            axes.set_ylabel("% of units")
        slanted = len(periods) > 4
        for axes in panels[-1, :]:
            axes.set_xticks(
                range(len(periods)), periods, rotation=45 if slanted else 0, ha="right" if slanted else "center"
            )
        panels[0, 0].set_ylim(bottom=0)
    return figure


def _draw_course(axes: "Axes", course: pd.DataFrame) -> None:
    estimate, low, high = (100 * course[part].to_numpy(dtype="float64") for part in ("estimate", "low", "high"))
    places = range(len(course))
    axes.vlines(list(places), low, high, color="0.55", lw=2.2)
    axes.plot(list(places), estimate, color="black", marker="o", ms=4, lw=0.9, clip_on=False)
    axes.set_xlim(-0.5, len(course) - 0.5)
