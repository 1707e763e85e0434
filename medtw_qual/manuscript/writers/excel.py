"""A table as a workbook: numbers stay numbers in the printed format, raw values and notes have sheets of their own."""

from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medtw_qual._base.office import xml_safe
from medtw_qual._base.workbook import MOST_CHARACTERS, new_workbook, put_value, save_workbook
from medtw_qual.manuscript.manuscript_table import ManuscriptTable
from medtw_qual.manuscript.number_format import Format, is_missing
from medtw_qual.manuscript.page_layout import lines_at

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_EM_PER_CHARACTER = 0.56  # of a column's width, which counts digits
_POINTS_PER_LINE, _HIGHEST_ROW = 15.0, 409.0


def write_xlsx(table: ManuscriptTable, path: Path) -> None:
    """Write three sheets: *Table* as printed, *Values* with the raw body, *Notes*.

    A text is always stored as text: what begins with ``=`` is shown, never computed.
    """
    book = new_workbook()
    _fill_table(book.create_sheet("Table"), table)
    _fill_values(book.create_sheet("Values"), table)
    _fill_notes(book.create_sheet("Notes"), table)
    book.properties.title = xml_safe(f"{table.heading} {table.title}".strip())
    save_workbook(book, path)


def _put(cell: "Cell | MergedCell", value: Any) -> None:  # noqa: ANN401 - a table holds anything
    """Store a value; a text goes in as text whatever it begins with."""
    if not is_missing(value):
        put_value(cell, value)


def _fill_table(sheet: "Worksheet", table: ManuscriptTable) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    line = Side(style="thin")
    first = 1
    for text, font in ((table.heading, Font(bold=True)), (table.title, Font(italic=True))):
        if text:
            _put(sheet.cell(first, 1), text)
            sheet.cell(first, 1).font = font
            first += 1
    head = first + bool(table.spanners)
    for position in range(len(table.columns) if table.spanners else 0):
        sheet.cell(first, position + 1).border = Border(top=line)
    for spanner in table.spanners:
        _put(sheet.cell(first, spanner.first + 1), spanner.label)
        sheet.merge_cells(start_row=first, end_row=first, start_column=spanner.first + 1, end_column=spanner.last + 1)
        for position in range(spanner.first, spanner.last + 1):
            sheet.cell(first, position + 1).border = Border(top=line, bottom=line)
        sheet.cell(first, spanner.first + 1).alignment = Alignment(horizontal="center", wrap_text=True)
    for position, column in enumerate(table.columns):
        headed = sheet.cell(head, position + 1)
        _put(headed, column.label)
        headed.border = Border(top=None if table.spanners else line, bottom=line)
        headed.alignment = Alignment(
            horizontal=column.style.align, vertical="bottom", wrap_text=True, indent=_gap(table, position)
        )
        letter = get_column_letter(position + 1)
        sheet.column_dimensions[letter].width = _characters(table, position)
        _fill_column(sheet, table, position, head)
    sheet.freeze_panes = f"{get_column_letter(table.stub + 1)}{head + 1}"
    sheet.print_title_rows = f"{first}:{head}"
    _set_heights(sheet, table, head)
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if table.landscape else "portrait"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _gap(table: ManuscriptTable, position: int) -> int:
    """Set words in where figures end at their left, so that the two do not run together."""
    here, before = (table.columns[place].style.align for place in (position, position - 1))
    return int(position > 0 and here == "left" and before != "left")


def _characters(table: ManuscriptTable, position: int) -> float:
    return max(8.0, min(60.0, table.widths[position] * 1.2 + 2))


def _set_heights(sheet: "Worksheet", table: ManuscriptTable, head: int) -> None:
    """Give rows of prose room for all their lines: not every program makes it when it opens the file."""
    prose = [place for place, column in enumerate(table.columns) if column.style.align == "left"]
    ems = {place: _EM_PER_CHARACTER * (_characters(table, place) - 1) for place in prose}
    for row, texts in enumerate(table.cells):
        lines = max((lines_at(texts[place], ems[place]) for place in prose), default=1)
        if lines > 1:
            sheet.row_dimensions[head + 1 + row].height = min(_POINTS_PER_LINE * lines, _HIGHEST_ROW)


def _fill_column(sheet: "Worksheet", table: ManuscriptTable, position: int, head: int) -> None:
    """Write one column. The look of a cell is made once per kind of row and copied: making it anew costs most."""
    column = table.columns[position]
    raw: list[Any] = list(table.body[column.sources[0]])
    gap = _gap(table, position)
    looks: dict[tuple[bool, int, bool, bool, bool], Any] = {}
    for row, texts in enumerate(table.cells):
        cell: Any = sheet.cell(head + 1 + row, position + 1)
        numeric = bool(column.style.excel) and not is_missing(raw[row])
        _put(cell, raw[row] if numeric else texts[position])
        indent = table.indent_of(row) if position == 0 else gap
        kind = (numeric, indent, row in table.strong, row == len(table.body) - 1, bool(cell.quotePrefix))
        if kind not in looks:
            _dress(cell, column.style, *kind[:4])
            looks[kind] = cell._style
        else:
            cell._style = copy(looks[kind])


def _dress(cell: "Cell | MergedCell", style: Format, numeric: bool, indent: int, strong: bool, last: bool) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side

    if numeric:
        cell.number_format = style.excel
    cell.alignment = Alignment(horizontal=style.align, vertical="top", wrap_text=style.align == "left", indent=indent)
    if strong:
        cell.font = Font(bold=True)
    if last:
        cell.border = Border(bottom=Side(style="thin"))


def _fill_values(sheet: "Worksheet", table: ManuscriptTable) -> None:
    from openpyxl.utils import get_column_letter

    for position, name in enumerate(table.body.columns, 1):
        _put(sheet.cell(1, position), str(name))
        sheet.column_dimensions[get_column_letter(position)].width = max(10, min(30, len(str(name)) + 2))
        for row, value in enumerate(table.body[name], 2):
            _put(sheet.cell(row, position), value)
    sheet.freeze_panes = "A2"


def _fill_notes(sheet: "Worksheet", table: ManuscriptTable) -> None:
    from openpyxl.styles import Alignment

    lines = [("Table", f"{table.heading} {table.title}".strip()), *(("Note", text) for text in table.notes if text)]
    for (row, position), letter in sorted(table.letters.items()):
        where = f"row {row + 1}" if row >= 0 else "heading"
        lines.append(
            (f"Note {letter}", f"{dict(table.lettered_notes)[letter]} ({where}, {table.columns[position].label})")
        )
    if any(len(text) > MOST_CHARACTERS for row in table.cells for text in row):
        cut = f"Texts of more than {MOST_CHARACTERS:,} characters are cut here; the CSV has them whole."
        lines.append(("Note", cut))
    for number, (name, text) in enumerate(lines, 1):
        _put(sheet.cell(number, 1), name)
        _put(sheet.cell(number, 2), text)
        sheet.cell(number, 2).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = 12
    sheet.column_dimensions["B"].width = 100
