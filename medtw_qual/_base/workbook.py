"""The one writer of workbooks: text stays text whatever it begins with, and two saves are equal byte for byte."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medtw_qual._base.files import atomic_path
from medtw_qual._base.office import freeze_package, starts_formula, xml_safe

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MOST_CHARACTERS = 32_767  # what one cell of a workbook holds; Excel's own limit
CUT = " [... cut: see the corpus]"
_LONGEST_LIST = 255  # characters of a list of choices that stands in the cell's own rule


@dataclass(frozen=True)
class Sheet:
    """A sheet: a header, rows below it, and how people are to work in it.

    Attributes
    ----------
    name : str
    columns : sequence of str
        The header; it is set in bold and stays in view.
    rows : iterable of sequences
        The cells in the order of the columns. Numbers stay numbers, anything else is text; None leaves a cell empty.
    widths : mapping
        Column -> width in characters.
    width : float
        Of the other columns.
    frozen : str
        The first cell that scrolls; empty: all do.
    hidden : sequence of str
        Columns that are not shown.
    choices : mapping
        Column -> the words to choose from, or the range of cells that holds them (``codes!$A$2:$A$9``).
    message : str
        What is said when something else is typed into a column with choices; empty: it is let through.
    locked : bool
        Whether cells are locked against slips (without a password).
    free : sequence of str
        Columns that may be written in though the sheet is locked.
    """

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Mapping[str, float] = field(default_factory=dict)
    width: float = 26
    frozen: str = "A2"
    hidden: Sequence[str] = ()
    choices: Mapping[str, Sequence[str] | str] = field(default_factory=dict)
    message: str = ""
    locked: bool = False
    free: Sequence[str] = ()


def write_workbook(path: str | Path, sheets: Sequence[Sheet]) -> Path:
    """Write a workbook of plain sheets, atomically.

    Parameters
    ----------
    path : str or Path
        Ends in .xlsx.
    sheets : sequence of Sheet

    Returns
    -------
    Path

    Examples
    --------
    >>> import tempfile
    >>> from openpyxl import load_workbook
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_workbook(Path(folder) / "s.xlsx", [Sheet("posts", ["unit_id", "text"], [["007", "=1+1"]])])
    ...     [[cell.value for cell in row] for row in load_workbook(path)["posts"]]
    [['unit_id', 'text'], ['007', '=1+1']]
    """
    book = new_workbook()
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    return save_workbook(book, path)


def new_workbook() -> "Workbook":
    """Return a workbook without sheets, to be filled by hand where a plain `Sheet` is not enough."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "medtw_qual"
    return book


def save_workbook(book: "Workbook", path: str | Path) -> Path:
    """Write a workbook atomically, without any time of writing in it."""
    with atomic_path(path) as temporary:
        book.save(temporary)
        freeze_package(temporary)
    return Path(path)


def put_value(cell: Any, value: Any) -> None:  # noqa: ANN401 - a cell of openpyxl, any value
    """Store a number as a number, anything else as text; what is missing leaves the cell empty."""
    if hasattr(value, "item"):  # a scalar of numpy
        value = value.item()
    if value is None or value != value:
        return
    if isinstance(value, int | float) and isfinite(value):
        cell.value = value
    else:
        put_text(cell, value.isoformat() if isinstance(value, date | datetime) else str(value))


def put_text(cell: Any, text: str) -> None:  # noqa: ANN401 - a cell of openpyxl
    """Store a text as text: no formula, no number, no date, no error; what is too long says that it was cut.

    The cell gets the format "text" and, where a spreadsheet would take its content for a formula when somebody edits
    it, the sign that it is none.
    """
    cell.value = cut_text(xml_safe(text)) or None
    if text:
        cell.data_type = "s"
    cell.number_format = "@"
    if starts_formula(text):
        cell.quotePrefix = True


def cut_text(text: str) -> str:
    """Return a text as a cell can hold it.

    Examples
    --------
    >>> len(cut_text("x" * 40_000)), cut_text("x" * 40_000)[-12:], cut_text("short")
    (32767, ' the corpus]', 'short')
    """
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - len(CUT)] + CUT


def _fill(sheet: "Worksheet", wanted: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, Protection

    top, bold, open_to_all = Alignment(wrap_text=True, vertical="top"), Font(bold=True), Protection(locked=False)
    free = {place for place, name in enumerate(wanted.columns, 1) if name in wanted.free}
    for place, name in enumerate(wanted.columns, 1):
        cell: Any = sheet.cell(1, place)
        put_text(cell, str(name))
        cell.font = bold
        dimension = sheet.column_dimensions[cell.column_letter]
        dimension.width = wanted.widths.get(name, wanted.width)
        dimension.hidden = name in wanted.hidden
    last = 1
    for last, row in enumerate(wanted.rows, 2):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(last, place)
            put_value(cell, value)
            cell.alignment = top
            if place in free:
                cell.protection = open_to_all
                cell.number_format = "@"
    if wanted.frozen:
        sheet.freeze_panes = wanted.frozen
    _offer_choices(sheet, wanted, max(last, 2))
    _lock(sheet, wanted.locked)


def _offer_choices(sheet: "Worksheet", wanted: Sheet, last: int) -> None:
    """Columns with the same choices share a rule."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    rules: dict[str, Any] = {}
    for place, name in enumerate(wanted.columns, 1):
        if name not in wanted.choices:
            continue
        choices = wanted.choices[name]
        formula = choices if isinstance(choices, str) else '"' + ",".join(choices) + '"'
        if not isinstance(choices, str) and (len(formula) > _LONGEST_LIST or any("," in word for word in choices)):
            continue  # Excel would call the whole file damaged
        if formula not in rules:
            rules[formula] = DataValidation(type="list", formula1=formula, allow_blank=True)
            if wanted.message:
                rules[formula].error, rules[formula].errorTitle = wanted.message, "Not on the list"
                rules[formula].showErrorMessage = True
            sheet.add_data_validation(rules[formula])
        letter = get_column_letter(place)
        rules[formula].add(f"{letter}2:{letter}{last}")


def _lock(sheet: "Worksheet", locked: bool) -> None:
    if locked:
        sheet.protection.sheet = True
        for allowed in ("formatColumns", "formatRows", "formatCells"):
            setattr(sheet.protection, allowed, False)  # False: not forbidden
