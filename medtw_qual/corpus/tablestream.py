"""Tables row by row: CSV of any delimiter and encoding, and Excel workbooks; every cell arrives as the text it is."""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from medtw_qual._base.progress import track
from medtw_qual.corpus.post_collector import PostCollector
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview
from medtw_qual.corpus.spreadsheet_text import unescape_controls
from medtw_qual.errors import EmptyFile, RoundedIds, UnreadableFile

MISFIT = "row with another number of cells than the header"
TORN = "row with a quotation mark that is never closed"
EMPTY_ROW = "empty row"
_REPLACED = "character that could not be read became U+FFFD"
_MAX_CELL = 1 << 20  # characters; the longest posts have 25,000
# Excel keeps 15 significant digits (IEEE 754 doubles, 2^53 = 9.0e15): a number cell beyond that has lost digits.
_EXACT = 10**15


def table_rows(source: Source, preview: SourcePreview, collector: PostCollector) -> Iterator[dict[str, str]]:
    """Yield the rows of a table as dictionaries of text; rows that do not fit the header are counted as dropped."""
    raw = workbook_rows(source) if preview.kind == "workbook" else csv_rows(source, preview, collector)
    header: list[str] | None = None
    for cells in track(raw, f"Reading {source.name}", unit=" rows"):
        if header is None:
            header = _header(cells)
        elif not any(cells):
            collector.drop(EMPTY_ROW)
        elif len(cells) != len(header):
            collector.drop(MISFIT)
        else:
            yield dict(zip(header, cells, strict=True))
    if header is None:
        raise EmptyFile(f"{source.name} holds no rows.", "Export it again.")


def _header(cells: list[str]) -> list[str]:
    """Name every column; one without a name is called by its place, a repeated one numbered."""
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = cell.strip().lstrip("\ufeff") or f"column {place}"
        while name in names:
            name = f"{name} ({place})"
        names.append(name)
    return names


def csv_rows(source: Source, preview: SourcePreview, collector: PostCollector) -> Iterator[list[str]]:
    """Yield the rows of a delimited text from its header on."""
    limit = csv.field_size_limit(_MAX_CELL)
    with source.open() as stream:
        errors = codecs.lookup_error("replace")
        replaced = [0]

        def count(error: UnicodeError) -> tuple[str | bytes, int]:
            replaced[0] += 1
            return errors(error)

        codecs.register_error("medtw_qual_count", count)
        text = io.TextIOWrapper(stream, encoding=preview.encoding, errors="medtw_qual_count", newline="")
        for _ in range(preview.header_row):
            text.readline()
        try:
            yield from _rows(text, preview.delimiter, collector)
        finally:
            csv.field_size_limit(limit)
            collector.note(_REPLACED, replaced[0])
            text.detach()


def _rows(lines: Iterator[str], delimiter: str, collector: PostCollector) -> Iterator[list[str]]:
    """Yield the rows; a quotation mark that is not closed takes its own row with it and not those that follow."""
    given = _Lines(lines)
    reader = csv.reader(given, delimiter=delimiter)
    width = 0
    while True:
        taken = given.begin()
        try:
            row = next(reader, None)
        except csv.Error:  # a cell longer than any text: the quotation mark was never closed
            row = []
        if row is None:
            return
        if taken and _is_torn(row, taken, width, delimiter):
            collector.drop(TORN)
            given.push_back(taken[1:])
            reader = csv.reader(given, delimiter=delimiter)
        elif row:
            width = width or len(row)
            yield row


class _Lines:
    """Lines that remember what the current row took of them, and take lines back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self._taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines)
        self._taken.append(line)
        return line

    def begin(self) -> list[str]:
        """Begin a row; the list that is returned grows with the lines it takes."""
        self._taken = []
        return self._taken

    def push_back(self, lines: list[str]) -> None:
        """Give lines back, to be read again."""
        self._back.extendleft(reversed(lines))


def _is_torn(row: list[str], taken: list[str], width: int, delimiter: str) -> bool:
    """Say whether a row swallowed others: it breaks the rules of quotation, and what follows its first line is a row.

    A row that breaks off where the file ends is torn, too.
    """
    if len(taken) == 1 and row:
        return False
    try:
        strict = next(csv.reader(taken, delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        if not row or "unexpected end of data" in str(error):
            return True
    else:
        if len(strict) == width or not width:
            return False
    try:
        return len(next(csv.reader(taken[1:], delimiter=delimiter), [])) == width
    except csv.Error:
        return False


def workbook_rows(source: Source) -> Iterator[list[str]]:
    """Yield the rows of a workbook's first sheet that holds any.

    Raises
    ------
    RoundedIds
        When a whole number is longer than a spreadsheet can hold: its last digits are lost.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    with source.open() as stream:
        try:
            book = openpyxl.load_workbook(io.BytesIO(stream.read()), read_only=True, data_only=True)
        except (InvalidFileException, KeyError, ValueError, OSError) as error:
            raise UnreadableFile(
                f"{source.name} is no readable workbook: {error}.", "Save it again as .xlsx."
            ) from error
    for sheet in book.worksheets:
        rows = (list(row) for row in sheet.iter_rows(values_only=True))
        filled = False
        for number, row in enumerate(rows, 1):
            if filled or any(cell is not None for cell in row):
                filled = True
                yield [_cell(value, source, number) for value in row]
        if filled:
            break
    book.close()


def _cell(value: Any, source: Source, row: int) -> str:  # noqa: ANN401 - a cell may hold anything
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        if abs(value) >= _EXACT:
            raise RoundedIds(
                f"Row {row} of {source.name} holds the number {value:.15g}: a spreadsheet keeps 15 digits,"
                " so the end of this id is lost.",
                "Go back to the original export and import its id column as text.",
            )
        return str(int(value)) if float(value).is_integer() else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return unescape_controls(str(value))
