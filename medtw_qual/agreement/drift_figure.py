"""The figure of drift: agreement, and each coder's share of each code, from the first units to the last."""

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

_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
_LINES = ("-", "--", ":", "-.")


def drift_plot(drift: pd.DataFrame, names: Mapping[str, str] | None = None) -> "Figure":
    """Draw whether coders changed while they coded: one row of panels per code.

    Parameters
    ----------
    drift : DataFrame
        From `coding_drift`.
    names : mapping, optional
        Printed names of the codes, such as ``codebook.names``.

    Returns
    -------
    matplotlib Figure
        Left: each coder's share of the units, part by part, with its interval; right: agreement of all coders on the
        same parts. Rounds follow each other, with a thin line between them. Coders differ in mark and line, not in
        colour alone. An undefined figure is a gap.

    Raises
    ------
    InvalidArgument
        When the table is empty.
    """
    from matplotlib.figure import Figure

    require_columns(drift, ("round", "part", "code", "coder", "figure", "estimate", "low", "high"), "drift")
    if drift.empty:
        raise InvalidArgument("The table of drift has no rows.", "Make it with mq.agreement.coding_drift(codings).")
    codes = list(dict.fromkeys(drift["code"]))
    steps = list(drift[["round", "part"]].drop_duplicates().sort_values(["round", "part"]).itertuples(index=False))
    place = {(step.round, step.part): number for number, step in enumerate(steps)}
    breaks = [n - 0.5 for n in range(1, len(steps)) if steps[n].round != steps[n - 1].round]
    with figure_style():
        figure = Figure(figsize=(6.8, 0.9 + 1.5 * len(codes)), layout="constrained")
        panels = figure.subplots(len(codes), 2, sharex=True, squeeze=False)
        for row, code in enumerate(codes):
            own = drift[drift["code"] == code]
            shares = own["figure"] == "share"
            for axes, lines, by in ((panels[row, 0], own[shares], "coder"), (panels[row, 1], own[~shares], "figure")):
                _lines(axes, lines, by, place)
                for at in breaks:
                    axes.axvline(at, color="0.7", lw=0.6)
            panels[row, 0].set_title(printed_name(code, names, 34))
            panels[row, 0].set_ylim(bottom=0)
            panels[row, 0].yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        _finish(figure, panels, [(str(step.round), int(step.part)) for step in steps])
    return figure


def _lines(axes: "Axes", rows: pd.DataFrame, by: str, place: Mapping[tuple[str, int], int]) -> None:
    """Draw one line per coder or coefficient, a little apart so that intervals can be told from each other."""
    kinds = list(dict.fromkeys(rows[by]))
    for number, kind in enumerate(kinds):
        own = rows[rows[by] == kind]
        y, low, high = np.full((3, len(place)), np.nan)
        at = [place[key] for key in zip(own["round"], own["part"], strict=True)]
        y[at], low[at], high[at] = (own[name].to_numpy(dtype=float) for name in ("estimate", "low", "high"))
        x = np.arange(len(place)) + (number - (len(kinds) - 1) / 2) * 0.12
        grey = f"{0.55 * number / max(len(kinds) - 1, 1):.2f}"
        axes.errorbar(
            x, y, yerr=np.abs(np.array([low, high]) - y), fmt=_MARKS[number % len(_MARKS)],
            ls=_LINES[number % len(_LINES)], ms=4, lw=0.9, color=grey, elinewidth=0.6,
            label=kind.replace("_", " ") if by == "figure" else kind,
        )  # fmt: skip


def _finish(figure: "Figure", panels: np.ndarray, steps: list[tuple[str, int]]) -> None:
    rounds = len({name for name, _ in steps}) > 1
    labels = [f"{name}: {part}" if rounds else str(part) for name, part in steps]
    for column, words in enumerate(("share of each coder’s units", "agreement")):
        panels[-1, column].set_xticks(range(len(steps)), labels, fontsize=7)
        panels[-1, column].set_xlabel(f"{words}, part of the coding" + (" (round: part)" if rounds else ""))
        handles, names = panels[0, column].get_legend_handles_labels()
        if handles:
            panels[0, column].legend(handles, names, frameon=False, fontsize=7)
    figure.suptitle("From the first units to the last", fontsize=9, x=0.02, ha="left")
