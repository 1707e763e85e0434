"""Tables that people open in a spreadsheet: no cell runs as a formula, and every text comes back as it went out."""

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual._base.files import atomic_path
from medtw_qual._base.office import formula_safe, starts_formula
from medtw_qual.errors import InvalidArgument

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LITERAL = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_WRITTEN = re.compile("_x([0-9A-Fa-f]{4})_")
_MAX_CELL = 32_767  # characters; Excel's own limit


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
        with atomic_path(target) as temporary:
            _workbook(table, hidden, choices or {}, target.name).save(temporary)
    else:
        raise InvalidArgument(f"{target.name} is neither .xlsx nor .csv.", "Give the sheet one of these endings.")
    return target


def _workbook(table: pd.DataFrame, hidden: Sequence[str], choices: Mapping[str, Sequence[str]], name: str) -> Any:  # noqa: ANN401
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet: Any = book.active
    for place, column in enumerate(table.columns, 1):
        head = sheet.cell(1, place, str(column))
        head.font = Font(bold=True)
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = 60 if column in ("text", "context") else 20
        sheet.column_dimensions[letter].hidden = column in hidden
        if column in choices:
            offer = DataValidation(type="list", formula1='"' + ",".join(choices[column]) + '"', allow_blank=True)
            sheet.add_data_validation(offer)
            offer.add(f"{letter}2:{letter}{len(table) + 1}")
    for row, cells in enumerate(table.itertuples(index=False, name=None), 2):
        for place, value in enumerate(cells, 1):
            cell = sheet.cell(row, place)
            _fill(cell, value, name, row)
            if isinstance(value, str):
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    return book


def _fill(cell: Any, value: Any, name: str, row: int) -> None:  # noqa: ANN401 - openpyxl's cell, any value
    if isinstance(value, str):
        written = escape_controls(value)
        if len(written) > _MAX_CELL:
            raise InvalidArgument(
                f"The text in row {row} is longer than a cell of {name} can hold ({_MAX_CELL:,} characters).",
                "Write a .csv instead.",
            )
        cell.value = written
        cell.data_type = "s"
        cell.quotePrefix = starts_formula(value)
    elif value is not None and not pd.isna(value):
        cell.value = value.item() if hasattr(value, "item") else value


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
