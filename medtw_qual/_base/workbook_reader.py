"""Workbooks that people hand in (.xlsx, .xlsm, .xls, .ods): every cell as the text it is, or as the value it was."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO

from medtw_qual._base.files import require_file
from medtw_qual._base.workbook_guards import SheetFacts, inspect_workbook
from medtw_qual.errors import RoundedIds, UnreadableFile

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# A spreadsheet keeps 15 significant digits (IEEE 754 doubles, 2^53 = 9.0e15): a longer number has lost its end.
EXACT = 10**15


@dataclass(frozen=True, eq=False)
class WorkbookSheet:
    """One sheet of a workbook.

    Attributes
    ----------
    file, name : str
    hidden : bool
    facts : SheetFacts
        What stands in it and a reader does not hand over: errors and formulas that were never computed.
    merged : tuple of (int, int, int, int)
        Merged cells: first row, first column, last row, last column, from 0.
    """

    file: str
    name: str
    hidden: bool
    facts: SheetFacts
    merged: tuple[tuple[int, int, int, int], ...]
    _sheet: Any = field(repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether no cell of it holds anything."""
        return self._sheet.start is None and not self.facts.errors and not self.facts.formulas

    @property
    def label(self) -> str:
        """The name, and that the sheet is hidden, for messages."""
        return f"{self.name} (hidden)" if self.hidden else self.name

    def values(self) -> Iterator[list[Any]]:
        """Yield the rows from the first one on: text, numbers, True, dates; None in empty cells.

        An error is its sign ("#NAME?"); a formula that was never computed is its own text ("=A1+1").
        """
        start = self._sheet.start
        left = [None] * (start[1] if start else 0)
        slips = {**self.facts.formulas, **self.facts.errors}
        last = max((row for row, _ in slips), default=-1)
        number = -1
        for number, cells in enumerate(self._sheet.iter_rows() if start else ()):
            row = left + [None if cell == "" else cell for cell in cells]
            yield _with_slips(row, number, slips) if number <= last else row
        for missing in range(number + 1, last + 1):
            yield _with_slips([], missing, slips)

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows as text, from the first one on.

        Raises
        ------
        RoundedIds
            When a whole number is longer than a spreadsheet can hold: its last digits are lost.
        """
        for number, values in enumerate(self.values(), 1):
            yield [
                value if type(value) is str else self._text(value, number, place) for place, value in enumerate(values)
            ]

    def _text(self, value: Any, row: int, column: int) -> str:  # noqa: ANN401 - a cell may hold anything
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= EXACT:
            raise RoundedIds(
                f"{cell_name(row - 1, column)} of {self.file} (row {row}) holds the number {value:.15g}: a spreadsheet"
                " keeps 15 digits, so the end of this id is lost.",
                "Go back to the original export and import its id column as text.",
            )
        return cell_text(value)


def _with_slips(row: list[Any], number: int, slips: dict[tuple[int, int], str]) -> list[Any]:
    for (line, column), text in slips.items():
        if line == number:
            row = row + [None] * (column + 1 - len(row))
            row[column] = text
    return row


def cell_text(value: Any) -> str:  # noqa: ANN401 - a cell may hold anything
    """Return a cell's value as text: 2.0 is "2", a date is ISO 8601, True is "true".

    Examples
    --------
    >>> cell_text(2.0), cell_text(True), cell_text(None), cell_text(date(2020, 1, 2))
    ('2', 'true', '', '2020-01-02')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell by its place, from 0.

    Examples
    --------
    >>> cell_name(0, 0), cell_name(13, 27)
    ('A1', 'AB14')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def range_name(merged: tuple[int, int, int, int]) -> str:
    """Return the name of merged cells: "D2:D5"."""
    return f"{cell_name(*merged[:2])}:{cell_name(*merged[2:])}"


def is_workbook(head: bytes) -> bool:
    """Say whether a file's first bytes are those of a workbook (or of another zip archive)."""
    return head.startswith((ZIP, OLE))


def is_workbook_file(path: Path) -> bool:
    """Say the same of a file on the disk."""
    with path.open("rb") as stream:
        return is_workbook(stream.read(8))


@contextmanager
def _panics_in_words(name: str) -> Iterator[None]:
    """Turn what the reader's Rust code raises at a damaged .xls into a refusal; its class cannot be imported."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableFile(f"{name} is a damaged workbook.", "Copy it again, or save it as .xlsx.") from None


def open_workbook(source: str | Path | BinaryIO, name: str = "") -> tuple[WorkbookSheet, ...]:
    """Open a workbook and return its sheets, charts and macros left out.

    Parameters
    ----------
    source : path, or a stream of its bytes
    name : str
        For messages; of a path, its name.

    Raises
    ------
    MissingFile, EmptyFile
    UnreadableFile
        When it is no workbook, damaged, locked, or would take all memory.
    """
    if isinstance(source, str | Path):
        path = require_file(source)
        return open_workbook(io.BytesIO(path.read_bytes()), path.name)
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    content = source if isinstance(source, io.BytesIO) else io.BytesIO(source.read())
    head = content.getvalue()[:8]
    if not is_workbook(head):
        raise UnreadableFile(f"{name} is not an Excel workbook.", "Save it as .xlsx and read it again.")
    facts = inspect_workbook(content, name) if head.startswith(ZIP) else []
    content.seek(0)
    try:
        with _panics_in_words(name):
            book = CalamineWorkbook.from_filelike(content)
            sheets = []
            for place, about in enumerate(book.sheets_metadata):
                if about.typ != SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_index(place)
                known = facts[place] if place < len(facts) else SheetFacts()
                spans = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()] + known.merged
                hidden = about.visible != SheetVisibleEnum.Visible
                sheets.append(WorkbookSheet(name, about.name, hidden, known, tuple(spans), sheet))
    except PasswordError as error:
        raise UnreadableFile(f"{name} is locked with a password.", "Save it without one.") from error
    except (CalamineError, ValueError, OSError) as error:
        raise UnreadableFile(
            f"{name} is not an Excel workbook, or a damaged one: {error}.", "Save it as .xlsx and read it again."
        ) from error
    return tuple(sheets)
