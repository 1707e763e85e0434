"""The cells of other people's spreadsheets, CSV or Excel, every one as the text it is."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from medtw_qual._base.files import require_file
from medtw_qual._base.office import formula_restored
from medtw_qual.errors import UnreadableFile

if TYPE_CHECKING:
    from openpyxl import Workbook

DELIMITERS = (",", ";", "\t", "|")
_LONGEST_CELL = 10_000_000


def csv_cells(path: Path, is_known: Callable[[str], bool]) -> list[list[str]]:
    """Read a CSV with whichever delimiter its header shows.

    A cell that was shielded against running as a formula loses its apostrophe.

    Parameters
    ----------
    path : Path
    is_known : function
        Whether a text is the name of a column that is expected: the delimiter under which the header has the most of
        them is taken.

    Raises
    ------
    UnreadableFile
        When it is neither UTF-8 nor UTF-16, or its quotes do not close.
    """
    text = _decoded(path)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, is_known), strict=True)
        return [[formula_restored(cell) for cell in line] for line in lines]
    except csv.Error as error:
        raise UnreadableFile(
            f"{path.name} is not a regular CSV: {error}.", "Save it as CSV UTF-8 from your spreadsheet."
        ) from error


def xlsx_cells(path: Path) -> dict[str, list[list[str]]]:
    """Read every sheet of a workbook, by its name in small letters; the first one comes first.

    Raises
    ------
    UnreadableFile
        When it is no workbook.
    """
    with _workbook(path) as workbook:
        return {
            sheet.title.lower(): [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
            for sheet in workbook.worksheets
        }


def xlsx_slips(path: Path) -> list[tuple[str, str, str, bool]]:
    """Cells in which Excel has an error or a date: sheet in small letters, cell, text, whether it is a date.

    Raises
    ------
    UnreadableFile
        When it is no workbook.
    """
    with _workbook(path) as workbook:
        return [
            (sheet.title.lower(), cell.coordinate, str(cell.value), cell.data_type == "d")
            for sheet in workbook.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type in ("d", "e")
        ]


@contextmanager
def _workbook(path: Path) -> "Iterator[Workbook]":
    workbook = open_workbook(path, read_only=True, data_only=True)
    try:
        yield workbook
    finally:
        workbook.close()


def open_workbook(path: Path, *, read_only: bool = False, data_only: bool = False) -> "Workbook":
    """Open a workbook that somebody sent back.

    Parameters
    ----------
    path : Path
    read_only, data_only : bool
        As openpyxl takes them: rows one by one; the values that formulas had, not the formulas.

    Raises
    ------
    MissingFile, EmptyFile
    UnreadableFile
        When it is no workbook.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    require_file(path)
    try:
        return load_workbook(path, read_only=read_only, data_only=data_only)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise UnreadableFile(f"{path.name} is not an Excel workbook.", "Save it as .xlsx and read it again.") from error


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{path.name} is not UTF-8 text.", "Save it as 'CSV UTF-8' in your spreadsheet and read it again."
        ) from error


def _delimiter(text: str, is_known: Callable[[str], bool]) -> str:
    # Excel may write its delimiter into a line of its own first: sep=;
    line = next((one for one in text.splitlines() if one.strip() and not one.startswith("sep=")), "")

    def known(delimiter: str) -> int:
        header = next(csv.reader([line], delimiter=delimiter), [])
        return sum(is_known(cell) for cell in header)

    return max(DELIMITERS, key=known)


def _text(cell: object) -> str:
    """A cell as text; Excel keeps a version such as 2 as 2.0."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
