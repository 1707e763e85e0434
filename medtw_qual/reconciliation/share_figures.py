"""Figures of shares: every method and coder side by side, and a code's course over time."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from medtw_qual._base.figure_style import figure_style, printed_name
from medtw_qual._base.table_files import require_columns
from medtw_qual.errors import InvalidArgument

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MARKS = {"people": ("o", "black"), "PPI++": ("D", "black"), "DSL": ("s", "white")}


def prevalence_plot(table: pd.DataFrame, names: Mapping[str, str] | None = None) -> "Figure":
    """Draw the prevalence table of the whole corpus: each code's share by every method, each coder's own beside it.

    Parameters
    ----------
    table : DataFrame
        From `prevalence`; groups are not drawn.
    names : mapping, optional
        Printed names of the codes, such as ``codebook.names``.

    Returns
    -------
    matplotlib Figure
        Shares in per cent with their intervals; refused ones are missing. Coders are small grey marks above: what the
        interval does not cover is how far they lie apart. Where units are undecided a broad grey bar reaches from the
        share with all of them absent to the share with all of them present.
    """
    from matplotlib.figure import Figure

    require_columns(table, ("code", "method", "group", "estimate", "low", "high"), "prevalence")
    whole = table[(table["group"] == "") & table["estimate"].notna()]
    if whole.empty:
        raise InvalidArgument("The prevalence table has no share of the whole corpus.", "Estimate it first.")
    codes, methods = list(dict.fromkeys(whole["code"])), list(dict.fromkeys(whole["method"]))
    step = 0.72 / max(len(methods), 1)
    with figure_style():
        figure = Figure(figsize=(6.2, 0.8 + 0.16 * len(codes) * max(len(methods), 3)), layout="constrained")
        axes = figure.add_subplot()
        for place, method in enumerate(methods):
            own = whole[whole["method"] == method]
            y = np.array([codes.index(code) for code in own["code"]]) + (place - (len(methods) - 1) / 2) * step
            _bounds(axes, own, y)
            _bars(axes, own, y, method)
        axes.set_yticks(range(len(codes)), [printed_name(code, names) for code in codes])
        axes.set_ylim(len(codes) - 0.5, -0.5)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.set_xlabel(f"share of the corpus' units ({_confidence(whole)} intervals, conditional on who decided)")
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8)
        for line in range(1, len(codes)):
            axes.axhline(line - 0.5, color="0.85", lw=0.6)
        axes.set_title("How common each code is")
    return figure


def _confidence(table: pd.DataFrame) -> str:
    return f"{100 * float(table['confidence'].iloc[0]):g}%" if "confidence" in table else "95%"


def _bars(axes: "Axes", own: pd.DataFrame, y: np.ndarray, method: str) -> None:
    mark, face = _MARKS.get(method, ("|", "0.5"))
    colour = "0.55" if method.startswith("coder") else "black"
    estimate = own["estimate"].to_numpy(dtype=float)
    reach = np.abs(own[["low", "high"]].to_numpy(dtype=float).T - estimate)
    axes.errorbar(
        estimate, y, xerr=reach, fmt=mark, ms=6 if mark == "|" else 4.5, mfc=face, mec=colour, ecolor=colour,
        elinewidth=1, capsize=0, label=method,
    )  # fmt: skip


def _bounds(axes: "Axes", own: pd.DataFrame, y: np.ndarray) -> None:
    """Draw what a share can be whatever is decided about the undecided units."""
    if "least" not in own or own["least"].isna().all():
        return
    least, most = (own[name].to_numpy(dtype=float) for name in ("least", "most"))
    known = np.isfinite(least)
    label = "undecided units: all absent to all present"
    axes.hlines(y[known], least[known], most[known], color="0.8", lw=7, label=label, zorder=1)


def over_time_plot(table: pd.DataFrame, method: str = "people", *, names: Mapping[str, str] | None = None) -> "Figure":
    """Draw the course of each code: one small panel per code, the same scales in all.

    Parameters
    ----------
    table : DataFrame
        From `code_over_time`.
    method : str
        Which rows to draw: "people", "PPI++" or "DSL". Where a period has too few units with the code for the machine's
        help, the people's share is drawn instead, with a white mark: to leave the period out would show the high ones
        only.
    names : mapping, optional
        Printed names of the codes, such as ``codebook.names``.

    Returns
    -------
    matplotlib Figure
        Shares with intervals per period; below them the number of coded units. An empty period shows a gap.
    """
    from matplotlib.figure import Figure

    require_columns(table, ("code", "method", "group", "estimate", "low", "high", "n"), "prevalence")
    shown = table[table["method"] == method]
    people = table[table["method"] == "people"].drop_duplicates(["code", "group"])
    if shown.empty:
        known = ", ".join(dict.fromkeys(table["method"])) or "none"
        raise InvalidArgument(f"The table has no rows of {method!r}.", f"Its methods are: {known}.")
    codes, periods = list(dict.fromkeys(shown["code"])), list(dict.fromkeys(shown["group"]))
    columns = 2 if len(codes) in (2, 4) else min(3, len(codes))
    rows = -(-len(codes) // columns)
    with figure_style():
        figure = Figure(figsize=(2.7 * columns + 0.6, 1.9 * rows + 0.4), layout="constrained")
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, code in zip(panels, codes, strict=False):
            own = shown[shown["code"] == code].set_index("group").reindex(periods)
            _course(axes, own, people[people["code"] == code].set_index("group").reindex(periods), periods)
            axes.set_title(printed_name(code, names, 34))
        for axes in panels[len(codes) :]:
            axes.set_visible(False)
        words = f"{_confidence(shown)} intervals; n: coded units" + (
            "" if method == "people" else "; white: people alone"
        )
        figure.suptitle(f"Share of units by period ({method}; {words})", fontsize=9, x=0.02, ha="left")
    return figure


def _course(axes: "Axes", own: pd.DataFrame, people: pd.DataFrame, periods: list[str]) -> None:
    x = np.arange(len(periods))
    refused = own["estimate"].isna().to_numpy()
    limits = ["estimate", "low", "high"]
    own = own.assign(**own[limits].fillna(people[limits]))
    estimate = own["estimate"].to_numpy(dtype=float)
    reach = np.abs(own[["low", "high"]].to_numpy(dtype=float).T - estimate)
    axes.plot(x, estimate, color="0.6", lw=0.8)
    for chosen, face in ((~refused, "black"), (refused, "white")):
        axes.errorbar(
            x[chosen],
            estimate[chosen],
            yerr=reach[:, chosen],
            fmt="o",
            ms=4,
            mfc=face,
            mec="black",
            ecolor="black",
            lw=1,
        )
    every = -(-len(periods) // 4)
    ticks = x[::every]
    labels = [f"{periods[i]}\nn={own['n'].iloc[i]}" for i in ticks]
    axes.set_xticks(ticks, labels, fontsize=7)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.tick_params(labelbottom=True)
