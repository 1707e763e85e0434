"""The network of codes that lie on the same units."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from medtw_qual._base.figure_style import figure_style, printed_name
from medtw_qual.coding import co_occurrence
from medtw_qual.corpus import Corpus
from medtw_qual.errors import InvalidArgument

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def co_occurrence_network(
    consensus: pd.DataFrame, corpus: Corpus, *, min_units: int = 1, names: Mapping[str, str] | None = None
) -> "Figure":
    """Draw which codes lie on the same units: discs as large as the code is frequent, lines as wide as the pair is.

    The codes stand on a circle in the order of the codebook: places mean nothing, and the picture is the same every
    time.

    Parameters
    ----------
    consensus, corpus
        As for `co_occurrence`, whose counts are drawn.
    min_units : int
        Pairs on fewer units are left out.
    names : mapping, optional
        Printed names of the codes, such as ``codebook.names``.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    InvalidArgument
        When there are fewer than two codes.
    """
    from matplotlib.figure import Figure

    pairs = co_occurrence(consensus, corpus)
    if pairs.empty:
        raise InvalidArgument("A network needs two codes.", "Use a consensus with two codes or more.")
    sizes = dict(zip(pairs["code"], pairs["n_code"], strict=True)) | dict(
        zip(pairs["other"], pairs["n_other"], strict=True)
    )
    codes = list(dict.fromkeys(consensus["code"]))
    turn = np.pi / 2 - 2 * np.pi * np.arange(len(codes)) / len(codes)
    places = dict(zip(codes, np.column_stack([np.cos(turn), np.sin(turn)]), strict=True))
    with figure_style():
        figure = Figure(figsize=(6.2, 4.6), layout="constrained")
        axes = figure.add_subplot()
        _draw_pairs(axes, pairs[pairs["n_units"] >= max(min_units, 1)], places)
        most = max(max(sizes.values()), 1)
        for code, place in places.items():
            axes.scatter(
                place[0], place[1], s=80 + 1500 * sizes[code] / most, color="white", edgecolor="black", lw=1.2, zorder=3
            )
            axes.text(place[0], place[1], str(sizes[code]), ha="center", va="center", zorder=4, fontsize=8)
            _write_beside(axes, place, printed_name(code, names, 16))
        axes.set_xlim(-2.2, 2.2)
        axes.set_ylim(-1.65, 1.65)
        axes.set_aspect("equal")
        axes.set_axis_off()
        axes.set_title("Codes on the same units (numbers: units)")
    return figure


def _write_beside(axes: "Axes", place: np.ndarray, label: str) -> None:
    """Write a name outside the circle, so that it grows away from its disc."""
    x, y = place
    beside = "left" if x > 0.3 else "right" if x < -0.3 else "center"
    above = "center" if beside != "center" else "bottom" if y > 0 else "top"
    axes.text(1.26 * x, 1.26 * y, label, ha=beside, va=above, fontsize=9)


def _draw_pairs(axes: "Axes", pairs: pd.DataFrame, places: dict[str, np.ndarray]) -> None:
    most = max(int(pairs["n_units"].max()), 1) if len(pairs) else 1
    for row in pairs.sort_values("n_units").to_dict("records"):
        a, b = places[row["code"]], places[row["other"]]
        width = 0.8 + 7 * row["n_units"] / most
        axes.plot([a[0], b[0]], [a[1], b[1]], color="0.7", lw=width, solid_capstyle="butt", zorder=1)
        # A little off the middle, or the figures of crossing lines would fall on one spot.
        x, y = a + 0.42 * (b - a)
        label = {"fc": "white", "ec": "none", "pad": 0.8}
        axes.text(x, y, str(row["n_units"]), ha="center", va="center", fontsize=8, zorder=2, bbox=label)
