"""A table of ratings from anywhere (units x coders), measured and printed for a terminal."""

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import pandas as pd

from medtw_qual.agreement.code_agreement import DEFAULT, about_ratings, check_coefficients, coefficient_row
from medtw_qual.agreement.coefficient import IntervalOptions
from medtw_qual.agreement.coefficient_registry import COEFFICIENTS
from medtw_qual.agreement.coefficients.krippendorff import Level, require_level
from medtw_qual.agreement.forest import short
from medtw_qual.agreement.ratings import Ratings, read_ratings, refuse_near_categories

# Gwet's weights that stand beside each level of measurement for the coefficients that take weights.
_WEIGHTS = {"nominal": "identity", "ordinal": "ordinal", "interval": "quadratic", "ratio": "ratio"}


def measure_ratings(
    ratings: pd.DataFrame,
    coefficients: Sequence[str] | None = None,
    *,
    categories: Sequence[Any] | None = None,
    level: Level = "nominal",
    name: str = "all units",
    **options: Unpack[IntervalOptions],
) -> pd.DataFrame:
    """Measure agreement on any table of ratings, one row per unit and one column per coder.

    Parameters
    ----------
    ratings : DataFrame
        Coders as columns; empty cells, None and NaN are missing. Text that holds numbers is taken as numbers.
    coefficients : sequence of str, optional
        Names in `medtw_qual.agreement`; default as `measure_agreement`.
    categories : sequence, optional
        All categories that could be used, in order.
    level : {"nominal", "ordinal", "interval", "ratio"}
        Level of measurement: alpha takes it as it is; the other coefficients take Gwet's weights for it (ordinal,
        quadratic, ratio), AC1 then being AC2.
    name : str
        What the rows are called in the column `level`.
    **options
        The interval: see `IntervalOptions`.

    Returns
    -------
    DataFrame
        Rows as of `measure_agreement`.

    Raises
    ------
    InvalidArgument
        Also when two categories differ in capitals or blanks only and `categories` does not declare both.

    Examples
    --------
    >>> table = pd.DataFrame({"A": ["yes", "no", "yes", "no"], "B": ["yes", "no", "no", ""]})
    >>> measure_ratings(table)[["coefficient", "estimate", "n_units"]].round(3)
              coefficient  estimate  n_units
    0   percent_agreement     0.667        3
    1  krippendorff_alpha     0.444        3
    2            gwet_ac1     0.373        3
    3         cohen_kappa     0.400        3
    """
    check_coefficients(coefficients or ())
    require_level(level)
    matrix = read_ratings(_cells(ratings), categories)
    if categories is None:
        refuse_near_categories(matrix.categories)
    about = _about(matrix)
    kappa = "cohen_kappa" if matrix.codes.shape[1] == 2 else "fleiss_kappa"
    chosen = coefficients or (*DEFAULT, kappa)
    rows = []
    for coefficient in chosen:
        function_name = "gwet_ac2" if coefficient == "gwet_ac1" and level != "nominal" else coefficient
        title, function = COEFFICIENTS[function_name]
        keywords: dict[str, Any] = dict(options)
        if function_name == "krippendorff_alpha":
            keywords["level"] = level
        elif function_name not in ("gwet_ac1", "pabak"):
            keywords["weights"] = _WEIGHTS[level]
        rows.append(coefficient_row(name, function_name, title, function(matrix, **keywords), about))
    return pd.DataFrame(rows)


def _cells(ratings: pd.DataFrame) -> pd.DataFrame:
    """Empty cells to None, and text that is numbers throughout to numbers: a CSV read as text knows neither."""
    cells = ratings.astype(object).map(lambda cell: cell.strip() if isinstance(cell, str) else cell)
    cells = cells.where(cells.notna() & (cells != ""), None)
    filled = [cell for cell in cells.to_numpy().ravel() if cell is not None]
    if filled and all(_is_number(cell) for cell in filled):
        return cells.map(lambda cell: None if cell is None else float(cell))
    return cells


def _is_number(cell: object) -> bool:
    if isinstance(cell, int | float | np.number):
        return True
    text = str(cell)
    return text.replace(".", "", 1).removeprefix("-").isascii() and text.replace(".", "", 1).removeprefix("-").isdigit()


def _about(matrix: Ratings) -> dict[str, Any]:
    about = about_ratings(matrix, [""])
    if set(matrix.categories) <= {"absent", "present"}:
        return about
    # Prevalence and specific agreement belong to present and absent; other categories have none of their own here.
    return {key: value for key, value in about.items() if key in ("n_decisions", "coders", "coder_kind", "missing")}


def agreement_text(table: pd.DataFrame, digits: int = 3) -> str:
    """Print an agreement table for a terminal: one line per level and coefficient, reasons and notes below.

    Parameters
    ----------
    table : DataFrame
        As `measure_agreement` or `measure_ratings` returns it.
    digits : int
        Decimal places of the printed figures.

    Returns
    -------
    str
        Lines of at most about 100 characters, no colour codes.

    Examples
    --------
    >>> table = measure_ratings(pd.DataFrame({"A": list("yynn"), "B": list("yynn")}), ["krippendorff_alpha"])
    >>> print(agreement_text(table))
                  coefficient           estimate  interval (95%)  observed  units  coders
    all units     Krippendorff's alpha     1.000  −.024 to 1.000     1.000      4       2
    <BLANKLINE>
    Interval: agreement not rejected by the counts, common correlation model, mid-p over all possible counts.
    Note: fewer than 20 units: the interval is a rough guide; only 2 units carry 'n': 5 would take about 10 units.
    """
    confidence = f"{float(table['confidence'].iloc[0]):.0%}" if len(table) else ""
    head = ("", "coefficient", "estimate", f"interval ({confidence})", "observed", "units", "coders")
    body = [
        (
            row.level, row.title, "undefined" if np.isnan(row.estimate) else short(row.estimate, digits),
            _interval(row.low, row.high, digits), short(row.observed, digits), f"{row.n_units}", f"{row.n_coders}",
        )
        for row in table.itertuples()
    ]  # fmt: skip
    body = [line if i == 0 or line[0] != body[i - 1][0] else ("", *line[1:]) for i, line in enumerate(body)]
    width = [max(len(line[i]) for line in (head, *body)) for i in range(len(head))]
    width[0] = max(width[0], 12)
    lines = [_line(line, width) for line in (head, *body)]
    return "\n".join([*lines, *_below(table)])


def _interval(low: float, high: float, digits: int) -> str:
    return "" if np.isnan(low) else f"{short(low, digits)} to {short(high, digits)}"


def _line(cells: Sequence[str], width: Sequence[int]) -> str:
    left = [cell.ljust(size) for cell, size in zip(cells[:2], width[:2], strict=True)]
    right = [cell.rjust(size) for cell, size in zip(cells[2:], width[2:], strict=True)]
    return "  ".join(left + right).rstrip()


def _below(table: pd.DataFrame) -> list[str]:
    words = {"Undefined": "undefined", "Interval": "interval", "Note": "note"}
    lines = []
    for label, column in words.items():
        for text in dict.fromkeys(table[column]):
            if text and text != "none":
                where = table.loc[table[column] == text]
                about = "" if len(where) == len(table) else f" ({'; '.join(_named(where, table))})"
                lines.append(f"{label}{about}: {text}.")
    return ["", *lines] if lines else []


def _named(rows: pd.DataFrame, table: pd.DataFrame) -> list[str]:
    """Name rows shortly: by coefficient where it holds at every level, else by level and coefficient."""
    everywhere = [
        title
        for title in dict.fromkeys(rows["title"])
        if (rows["title"] == title).sum() == (table["title"] == title).sum()
    ]
    rest = [f"{row.level}, {row.title}" for row in rows.itertuples() if row.title not in everywhere]
    return [*everywhere, *(rest if len(rest) <= 3 else [*rest[:3], f"and {len(rest) - 3} more"])]
