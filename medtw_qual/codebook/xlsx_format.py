"""Codebooks as an Excel workbook: a sheet of codes, one of themes, one that says what the codebook is."""

from datetime import date, time
from pathlib import Path
from warnings import warn

from medtw_qual._base.merged_cells import filled_rows, merged_across
from medtw_qual._base.workbook import Sheet, write_workbook
from medtw_qual._base.workbook_reader import WorkbookSheet, cell_name, open_workbook, range_name
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.codebook.spreadsheet_rows import (
    CODE_COLUMNS,
    HEAD_COLUMNS,
    THEME_COLUMNS,
    Row,
    as_sheet,
    book_from_rows,
    canonical,
    head_of,
    header_row,
    rows_of,
    theme_rows_of,
)
from medtw_qual.codebook.taguette_tags import are_tags, book_from_tags
from medtw_qual.errors import CodebookFault, EmptyFile

_CODE_COLUMNS = (*CODE_COLUMNS, "theme")
_THEME_COLUMNS = ("theme", "name", "definition", "members")
_SHEETS = ("codes", "themes", "codebook")
_WIDTHS = {"code": 18, "name": 28, "parent": 16, "brief": 34, "theme": 18, "members": 40}


def read_xlsx(path: Path) -> Codebook:
    """Read a codebook from a workbook: its sheet ``codes``, or else the first one, in the columns of a CSV."""
    sheets = [sheet for sheet in open_workbook(path) if not sheet.is_empty]
    if not sheets:
        raise EmptyFile(f"{path.name} holds no rows.", "Put the codes on a sheet called codes.")
    cells = {sheet.name.lower(): filled_rows(sheet) for sheet in sheets}
    for filled in sheets:
        _require_texts(filled)
    chosen = _sheets_of_codes(cells)
    first = _joined(cells, chosen)
    read = [name for name in cells if name in _SHEETS or name in chosen]
    if len(chosen) > 1:
        warn(f"Sheets of {path.name} that were read as one codebook: {', '.join(chosen)}.", stacklevel=2)
    unread = [sheet.label for sheet in sheets if sheet.name.lower() not in read]
    if unread:
        warn(f"Sheets of {path.name} that were not read: {', '.join(unread)}.", stacklevel=2)
    if are_tags(first):
        return book_from_tags(first, path.name, path.stem)
    sheet = as_sheet(first, path.name, (*CODE_COLUMNS, *THEME_COLUMNS, *HEAD_COLUMNS))
    themes = as_sheet(cells["themes"], path.name, _THEME_COLUMNS) if "themes" in cells else None
    head = {row[0]: row[1] for row in cells.get("codebook", [])[1:] if len(row) > 1}
    return book_from_rows(sheet, themes, head, path.stem)


def _sheets_of_codes(cells: dict[str, list[list[str]]]) -> list[str]:
    """The sheet ``codes``; or the first with a column for codes, with all others that have the same header."""
    if "codes" in cells:
        return ["codes"]
    headers = {name: [canonical(cell) for cell in rows[header_row(rows)]] for name, rows in cells.items() if rows}
    fitting = [
        name
        for name, header in headers.items()
        if {"code", "name"} & set(header) and name not in ("themes", "codebook")
    ]
    if not fitting:
        return [next(iter(cells))]
    return [name for name in fitting if headers[name] == headers[fitting[0]]]


def _joined(cells: dict[str, list[list[str]]], names: list[str]) -> list[list[str]]:
    """The rows of these sheets below the header of the first."""
    first, *others = (cells[name] for name in names)
    return first + [row for rows in others for row in rows[header_row(rows) + 1 :]]


def _require_texts(sheet: WorkbookSheet) -> None:
    """Excel makes an error of text that begins with = or -, and a date of 1-2: words that would be lost unseen."""
    slips = [(place, sign, "an Excel error") for place, sign in sheet.facts.errors.items()]
    slips += [(place, text, "a formula without its value") for place, text in sheet.facts.formulas.items()]
    if sheet.name.lower() != "codebook":  # a version may be a date
        slips += [
            ((row, column), str(value), "a date")
            for row, values in enumerate(sheet.values())
            for column, value in enumerate(values)
            if isinstance(value, date | time)
        ]
    for place, text, what in slips:
        raise CodebookFault(
            f"{sheet.file}: cell {cell_name(*place)} of sheet {sheet.name.lower()!r} holds {what} ({text}).",
            "Format the cell as Text and write its words again.",
        )
    header = header_row(list(sheet.rows()))
    merged = [range_name(span) for span in merged_across(sheet, header - 1)]
    if merged:
        raise CodebookFault(
            f"{sheet.file}: the sheet {sheet.name.lower()!r} has cells that are merged across columns"
            f" ({', '.join(merged[:5])}): of which column their words are, nobody can know.",
            "Unmerge them and write the words into the column that they are meant for.",
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
