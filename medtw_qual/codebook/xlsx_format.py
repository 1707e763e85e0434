"""Codebooks as an Excel workbook: a sheet of codes, one of themes, one that says what the codebook is."""

from pathlib import Path

from medtw_qual._base.cells import xlsx_cells, xlsx_slips
from medtw_qual._base.workbook import Sheet, write_workbook
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.codebook.spreadsheet_rows import (
    CODE_COLUMNS,
    HEAD_COLUMNS,
    THEME_COLUMNS,
    Row,
    as_sheet,
    book_from_rows,
    head_of,
    rows_of,
    theme_rows_of,
)
from medtw_qual.codebook.taguette_tags import are_tags, book_from_tags
from medtw_qual.errors import CodebookFault

_CODE_COLUMNS = (*CODE_COLUMNS, "theme")
_THEME_COLUMNS = ("theme", "name", "definition", "members")
_WIDTHS = {"code": 18, "name": 28, "parent": 16, "brief": 34, "theme": 18, "members": 40}


def read_xlsx(path: Path) -> Codebook:
    """Read a codebook from a workbook: its sheet ``codes``, or else the first one, in the columns of a CSV."""
    _require_texts(path)
    cells = xlsx_cells(path)
    first = cells.get("codes") or next(iter(cells.values()))
    if are_tags(first):
        return book_from_tags(first, path.name, path.stem)
    sheet = as_sheet(first, path.name, (*CODE_COLUMNS, *THEME_COLUMNS, *HEAD_COLUMNS))
    themes = as_sheet(cells["themes"], path.name, _THEME_COLUMNS) if "themes" in cells else None
    head = {row[0]: row[1] for row in cells.get("codebook", [])[1:] if len(row) > 1}
    return book_from_rows(sheet, themes, head, path.stem)


def _require_texts(path: Path) -> None:
    """Excel makes an error of text that begins with = or -, and a date of 1-2: words that would be lost unseen."""
    for sheet, place, text, is_date in xlsx_slips(path):
        if is_date and sheet == "codebook":
            continue  # a version may be a date
        raise CodebookFault(
            f"{path.name}: cell {place} of sheet {sheet!r} holds {'a date' if is_date else 'an Excel error'} ({text}).",
            "Format the cell as Text and write its words again.",
        )


def write_xlsx(book: Codebook, path: Path) -> None:
    """Write a workbook that opens with its header fixed and its text wrapped; two saves are equal byte for byte."""
    head = [{"field": key, "value": value} for key, value in head_of(book).items()]
    sheets = [
        _sheet("codes", _CODE_COLUMNS, rows_of(book)),
        _sheet("themes", _THEME_COLUMNS, theme_rows_of(book)),
        _sheet("codebook", ("field", "value"), head),
    ]
    write_workbook(path, sheets)


def _sheet(name: str, columns: tuple[str, ...], rows: list[Row]) -> Sheet:
    cells = [[row.get(column, "") for column in columns] for row in rows]
    return Sheet(name, columns, cells, widths=_WIDTHS, width=50, frozen="B2")
