"""A forest plot: every code's coefficients with their intervals, readable in grey."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from medtw_qual._base.figure_style import PALETTE, figure_style, printed_name
from medtw_qual._base.table_files import require_columns
from medtw_qual.errors import InvalidArgument

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Shape and fill tell the coefficients apart where colour does not.
_MARKS = ("o", "s", "D", "^", "v", "P")


def forest_plot(
    table: pd.DataFrame,
    coefficient: str | Sequence[str] | None = None,
    names: Mapping[str, str] | None = None,
    title: str = "",
) -> "Figure":
    """Draw coefficients with their intervals, one line per code (or pair, or round).

    Parameters
    ----------
    table : DataFrame
        As `measure_agreement` returns it.
    coefficient : str or sequence of str, optional
        Which to draw, in order; default: all in the table.
    names : mapping, optional
        Printed names of the levels, such as ``codebook.names``.
    title : str
        The heading; by default one that says what is shown.

    Returns
    -------
    matplotlib Figure
        Save it with `save_figure`, which also writes the alternative text of `forest_in_words`.

    Raises
    ------
    InvalidArgument
        For an empty table, or a coefficient that is not in it.
    """
    from matplotlib.figure import Figure

    chosen = _chosen(table, [coefficient] if isinstance(coefficient, str) else coefficient)
    levels = list(dict.fromkeys(table["level"]))
    with figure_style():
        figure = Figure(figsize=(6.3, 0.9 + (0.2 * len(chosen) + 0.16) * len(levels)))
        axes = figure.add_subplot()
        for place, name in enumerate(chosen):
            _draw(axes, table[table["coefficient"] == name], levels, place, len(chosen))
        _dress(axes, [printed_name(level, names) for level in levels], title)
        confidence = f"{table['confidence'].iloc[0]:.0%} " if "confidence" in table else ""
        handles, labels = axes.get_legend_handles_labels()
        if len(labels) > 1:
            figure.legend(handles, labels, loc="outside lower center", ncols=min(len(chosen), 4), frameon=False)
        axes.set_xlabel(f"{labels[0] if len(labels) == 1 else 'Coefficient'} with {confidence}interval")
        figure.draw_without_rendering()  # lays the figure out in this style, whatever is set when it is saved
    return figure


def _chosen(table: pd.DataFrame, coefficients: Sequence[str] | None) -> list[str]:
    require_columns(table, ("level", "coefficient", "title", "estimate", "low", "high", "undefined"), "agreement")
    if not len(table):
        raise InvalidArgument("The agreement table is empty.", "Measure agreement first.")
    present = list(dict.fromkeys(table["coefficient"]))
    for name in coefficients or ():
        if name not in present:
            raise InvalidArgument(f"{name!r} is not in this table.", f"It has: {', '.join(present)}.")
    return list(coefficients or present)


def _draw(axes: "Axes", rows: pd.DataFrame, levels: list[str], place: int, n: int) -> None:
    step = 0.2 if n <= 4 else 0.8 / n
    colour, mark = PALETTE[place % len(PALETTE)], _MARKS[place % len(_MARKS)]
    filled = colour if place % 2 == 0 else "white"
    label = rows["title"].iloc[0]
    for row in rows.itertuples():
        y = levels.index(row.level) + (place - (n - 1) / 2) * step
        if np.isnan(row.estimate):
            axes.annotate(
                "undefined", (0.0, y), xytext=(3, 0), textcoords="offset points", va="center", fontsize=7,
                color=colour, style="italic",
            )  # fmt: skip
            continue
        if np.isfinite(row.low):
            axes.plot([row.low, row.high], [y, y], color=colour, linewidth=1.2, solid_capstyle="butt", zorder=2)
        axes.plot([row.estimate], [y], mark, color=colour, markerfacecolor=filled, markersize=5, zorder=3, label=label)
        label = "_same"


def _dress(axes: "Axes", levels: list[str], title: str) -> None:
    low = min(0.0, axes.get_xlim()[0])
    axes.set_xlim(max(-1.0, np.floor(low * 5) / 5), 1.02)
    axes.set_ylim(len(levels) - 0.5, -0.5)
    axes.set_yticks(range(len(levels)), levels)
    axes.tick_params(axis="y", length=0)
    for place in range(1, len(levels)):
        axes.axhline(place - 0.5, color="0.85", linewidth=0.6, zorder=0)
    axes.axvline(0, color="0.4", linewidth=0.8, zorder=1)
    axes.grid(axis="x", color="0.92", linewidth=0.6)
    if title:
        axes.set_title(title)


def forest_in_words(
    table: pd.DataFrame, coefficient: str = "krippendorff_alpha", names: Mapping[str, str] | None = None
) -> str:
    """Describe a forest plot in words, for readers who cannot see it.

    Examples
    --------
    >>> table = pd.DataFrame({"level": ["isolation"], "coefficient": ["krippendorff_alpha"], "estimate": [0.71],
    ...     "title": ["Krippendorff's alpha"], "low": [0.6], "high": [0.79], "undefined": [""]})
    >>> forest_in_words(table)
    "Forest plot. Krippendorff's alpha: isolation .71 (.60 to .79)."
    """
    chosen = coefficient if coefficient in set(table["coefficient"]) else str(table["coefficient"].iloc[0])
    rows = table[table["coefficient"] == chosen]
    parts = [
        (names or {}).get(row.level, row.level)
        + (
            f" undefined ({row.undefined})"
            if np.isnan(row.estimate)
            else f" {short(row.estimate)} ({short(row.low)} to {short(row.high)})"
        )
        for row in rows.itertuples()
    ]
    return f"Forest plot. {rows['title'].iloc[0]}: {'; '.join(parts)}."


def short(value: float, digits: int = 2) -> str:
    """Print a coefficient as APA does: no zero before the point, a true minus sign, an empty string for NaN.

    Examples
    --------
    >>> short(0.714), short(-0.05), short(1.0)
    ('.71', '−.05', '1.00')
    """
    if np.isnan(value):
        return ""
    text = f"{abs(value):.{digits}f}"
    text = text[1:] if text.startswith("0.") else text
    return ("−" if value < 0 and float(f"{value:.{digits}f}") != 0 else "") + text
