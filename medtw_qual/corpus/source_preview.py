"""A first look into a source: what kind of file it is, told from its bytes and never from its name."""

import codecs
import csv
import io
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from medtw_qual.corpus.source_files import Source

_LINES = 5
_SHOWN = 8_192  # the head of an outbox names its vocabularies for 1,500 characters before it says what it is
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class SourcePreview:
    """What the head of a source shows.

    Attributes
    ----------
    kind : str
        "json lines", "json document", "script" (window.YTD...), "table", "workbook", "ids", "html", "binary", "empty"
        or "other".
    records : tuple
        The first JSON values: of a file of JSON lines, or of the list that one JSON document holds.
    preamble : str
        The first characters as text.
    header : tuple of str
        The column names of a table, and its preamble rows skipped.
    header_row : int
        The line on which the header stands, from 0.
    delimiter : str
    encoding : str
    """

    kind: str
    records: tuple[Any, ...] = ()
    preamble: str = ""
    header: tuple[str, ...] = ()
    header_row: int = 0
    delimiter: str = ","
    encoding: str = "utf-8"

    @property
    def objects(self) -> list[Mapping[str, Any]]:
        """The JSON objects among the first records."""
        return [record for record in self.records if isinstance(record, dict)]

    @property
    def cut_document(self) -> bool:
        """Say whether it is one JSON document whose first value is longer than the head that was looked at."""
        return self.kind == "json document" and not self.records

    def has(self, *names: str) -> bool:
        """Say whether the table's header holds all these columns."""
        return set(names) <= set(self.header)


def preview_source(source: Source) -> SourcePreview:
    r"""Look into the head of a source (256 kB).

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "anything.txt")
    ...     _ = file.write_text('{"id": "1", "text": "thank you"}\n')
    ...     preview_source(Source(file)).kind
    'json lines'
    """
    head = source.head()
    if head.startswith(b"PK\x03\x04"):
        return SourcePreview("workbook", header=_workbook_header(source))
    if not head.strip():
        return SourcePreview("empty")
    encoding = next((name for mark, name in _BOMS if head.startswith(mark)), "")
    encoding = encoding or ("utf-16-le" if _looks_utf16(head) else "utf-8")
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    preview = _glimpse_of_text(text, encoding)
    if preview.kind == "table" and encoding == "utf-8" and not _is_utf8(head):
        return _glimpse_of_text(head.decode("cp1252", "replace"), "cp1252")  # what older spreadsheets on Windows write
    return preview


def _workbook_header(source: Source) -> tuple[str, ...]:
    from medtw_qual.corpus.tablestream import workbook_rows

    return tuple(cell.strip() for cell in next(iter(workbook_rows(source)), []))


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _looks_utf16(head: bytes) -> bool:
    """UTF-16 without its mark: every second byte of Latin text is zero."""
    return len(head) > 8 and head[1:200:2].count(0) > 0.8 * len(head[1:200:2])


def _glimpse_of_text(text: str, encoding: str) -> SourcePreview:
    start = text.lstrip("\ufeff \t\r\n")
    shown = start[:_SHOWN]
    if re.match(r"window\.YTD\.", start):
        return SourcePreview("script", preamble=shown, encoding=encoding)
    if re.match(r"<(!doctype|html|\?xml|head|body)", start, re.IGNORECASE):
        return SourcePreview("html", preamble=shown, encoding=encoding)
    if start[:1] in ("{", "["):
        records = _first_values(start)
        if any(isinstance(record, dict) for record in records) and not isinstance(records[0], list):
            return SourcePreview("json lines", records, shown, encoding=encoding)
        return SourcePreview("json document", _first_of_document(start), shown, encoding=encoding)
    if len(_CONTROLS.findall(shown)) > len(shown) // 20:
        return SourcePreview("binary", encoding=encoding)
    lines = start.splitlines()
    if lines and all(re.fullmatch(r'"?\d{1,20}"?', line.strip()) for line in lines[:_LINES] if line.strip()):
        return SourcePreview("ids", preamble=shown, encoding=encoding)
    return _glimpse_of_table(start, encoding)


def _first_values(text: str) -> tuple[Any, ...]:
    """Return the values of the first lines when each line is a JSON value; a torn last one does not count."""
    values = []
    for line in text.split("\n")[:_LINES]:
        if not line.strip():
            continue
        try:
            values.append(orjson.loads(line))
        except orjson.JSONDecodeError:
            continue
    return tuple(values)


def _first_of_document(text: str) -> tuple[Any, ...]:
    """Return the first values of a list (or of a list of lists), or the one object; what the head cuts off is left."""
    decode = json.JSONDecoder().raw_decode
    values: list[Any] = []
    place = _next_value(text, 0)
    while len(values) < _LINES and text[place : place + 1] == "{":
        try:
            value, end = decode(text, place)
        except (ValueError, RecursionError):
            break
        values.append(value)
        place = _next_value(text, end)
    return tuple(values)


def _next_value(text: str, place: int) -> int:
    while place < len(text) and text[place] in "[], \t\r\n":
        place += 1
    return place


def _glimpse_of_table(text: str, encoding: str) -> SourcePreview:
    header, row, delimiter = find_header(text)
    kind = "table" if header else "other"
    return SourcePreview(kind, (), text[:_SHOWN], header, row, delimiter, encoding)


def find_header(text: str) -> tuple[tuple[str, ...], int, str]:
    r"""Find the header row of a delimited text: the first row of those with the most cells together.

    Some exports begin with rows about the query, and some rows have a comma too many: both are few or narrow beside the
    table itself. The delimiter is the one under which the table is largest.

    Examples
    --------
    >>> find_header("Report;made today\n\nid;text;lang\n1;thanks;en\n2;hello;en\n")
    (('id', 'text', 'lang'), 2, ';')
    >>> find_header("id,text\n1,thanks\n2,hello, all\n3,yes\n")
    (('id', 'text'), 0, ',')
    >>> find_header("id,text,lang\n1,a\n2,b\n3,c\n")
    (('id', 'text', 'lang'), 0, ',')
    """
    best: tuple[int, tuple[str, ...], int, str] = (0, (), 0, ",")
    for delimiter in _DELIMITERS:
        rows = _parse_rows(text, delimiter)
        if not rows:
            continue
        number = Counter(len(row) for _, row in rows)
        width = max(number, key=lambda width: (width * number[width], number[width]))
        line, cells = next((line, row) for line, row in rows if len(row) == width)
        if len(rows[0][1]) > width and _are_names(rows[0][1]):  # rows that leave out their last cells
            line, cells = rows[0]
        size = width * number[width] if width > 1 else 1
        if size > best[0]:
            best = (size, tuple(cell.strip().lstrip("\ufeff") for cell in cells), line, delimiter)
    _, header, line, delimiter = best
    return (header, line, delimiter) if len(header) > 1 else (header, 0, ",")


def _are_names(cells: list[str]) -> bool:
    names = [cell.strip() for cell in cells]
    return all(names) and len(set(names)) == len(names) and not any(name[:1].isdigit() for name in names)


def _parse_rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    started = 0
    try:
        for row in reader:
            if row:
                rows.append((started, row))
            started = reader.line_num
            if len(rows) >= 60:
                break
    except csv.Error:
        pass
    return rows


def shared_keys(objects: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the keys that all these objects have."""
    return set.intersection(*(set(record) for record in objects)) if objects else set()
