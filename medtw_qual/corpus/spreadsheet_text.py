"""Tables that people open in a spreadsheet: no cell runs as a formula, and every text comes back as it went out."""

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual._base.files import atomic_path
from medtw_qual._base.office import formula_safe
from medtw_qual._base.workbook import MOST_CHARACTERS, Sheet, write_workbook
from medtw_qual.errors import InvalidArgument

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LITERAL = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_WRITTEN = re.compile("_x([0-9A-Fa-f]{4})_")


def write_sheet(
    table: pd.DataFrame,
    path: str | Path,
    hidden: Sequence[str] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
) -> Path:
    """Write a table for a spreadsheet, .xlsx or .csv, atomically.

    Parameters
    ----------
    table : DataFrame
        Every cell is written as text, but numbers, which stay numbers.
    path : path
    hidden : sequence of str
        Columns that a workbook does not show (a CSV cannot hide them).
    choices : mapping, optional
        Columns in which a workbook offers a list to choose from.

    Raises
    ------
    InvalidArgument
        When the ending is another, or a text is longer than a workbook's cell can hold.
    """
    target = Path(path)
    if target.suffix == ".csv":
        flat = table.map(lambda cell: formula_safe(cell) if isinstance(cell, str) else cell)
        with atomic_path(target) as temporary:
            flat.to_csv(
                temporary,
                index=False,
                encoding="utf-8-sig",
                lineterminator="\n",
                errors="replace",
                quoting=csv.QUOTE_ALL,
            )
    elif target.suffix == ".xlsx":
        write_workbook(target, [_sheet(table, hidden, choices or {}, target.name)])
    else:
        raise InvalidArgument(f"{target.name} is neither .xlsx nor .csv.", "Give the sheet one of these endings.")
    return target


def _sheet(table: pd.DataFrame, hidden: Sequence[str], choices: Mapping[str, Sequence[str]], name: str) -> Sheet:
    rows = [
        [_as_cell(value, name, number) for value in row]
        for number, row in enumerate(table.itertuples(index=False, name=None), 2)
    ]
    columns = [str(column) for column in table.columns]
    return Sheet("Sheet", columns, rows, {"text": 60, "context": 60}, 20, hidden=hidden, choices=choices)


def _as_cell(value: Any, name: str, row: int) -> Any:  # noqa: ANN401 - any value of a table
    if not isinstance(value, str):
        return None if pd.isna(value) else value
    written = escape_controls(value)
    if len(written) > MOST_CHARACTERS:
        raise InvalidArgument(
            f"The text in row {row} is longer than a cell of {name} can hold ({MOST_CHARACTERS:,} characters).",
            "Write a .csv instead.",
        )
    return written


def escape_controls(text: str) -> str:
    """Write characters that a workbook's XML cannot hold the way the format prescribes; `unescape_controls` undoes it.

    ECMA-376, part 1, 22.4.2.4: ``_x000D_`` for a carriage return, and ``_x005F_`` before a literal ``_x000D_``.

    Examples
    --------
    >>> escape_controls("a" + chr(13) + "b"), unescape_controls(escape_controls("_x000D_"))
    ('a_x000D_b', '_x000D_')
    """
    text = _LITERAL.sub("_x005F_", text) if "_x" in text else text
    return _CONTROL.sub(lambda found: f"_x{ord(found.group()):04X}_", text)


def unescape_controls(text: str) -> str:
    """Turn ``_x000D_`` and its like in a workbook's cell into the characters they stand for."""
    return _WRITTEN.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text
