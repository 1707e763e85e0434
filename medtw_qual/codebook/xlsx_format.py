"""Codebooks as an Excel workbook: a sheet of codes, one of themes, one that says what the codebook is."""

from pathlib import Path
from typing import TYPE_CHECKING

from medtw_qual._base.cells import xlsx_cells, xlsx_slips
from medtw_qual._base.files import atomic_path
from medtw_qual._base.office import freeze_package, xml_safe
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

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

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
    from openpyxl import Workbook

    workbook = Workbook()
    codes = workbook.active or workbook.create_sheet()
    codes.title = "codes"
    _fill(codes, _CODE_COLUMNS, rows_of(book))
    _fill(workbook.create_sheet("themes"), _THEME_COLUMNS, theme_rows_of(book))
    head = [{"field": key, "value": value} for key, value in head_of(book).items()]
    _fill(workbook.create_sheet("codebook"), ("field", "value"), head)
    with atomic_path(path) as temporary:
        workbook.save(temporary)
        freeze_package(temporary)


def _fill(sheet: "Worksheet", columns: tuple[str, ...], rows: list[Row]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    wrapped = Alignment(vertical="top", wrap_text=True)
    for number, row in enumerate([{name: name for name in columns}, *rows], 1):
        for place, name in enumerate(columns, 1):
            cell = sheet.cell(number, place)
            cell.value = xml_safe(row.get(name, "")) or None
            if cell.data_type in ("f", "e"):  # text is text, also where it begins with = or reads #N/A
                cell.data_type = "s"
            cell.alignment = wrapped
            if number == 1:
                cell.font = Font(bold=True)
    for place, name in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(name, 50)
    sheet.freeze_panes = "B2"
