"""A first look into a source: what kind of file it is, told from its bytes and never from its name."""

import codecs
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from medtw_qual._base.sheet_choice import sheet_header
from medtw_qual._base.table_dialects import TableDialect, find_dialect
from medtw_qual._base.text_encodings import find_encoding
from medtw_qual._base.workbook_reader import is_workbook
from medtw_qual.corpus.source_files import Source

_LINES = 5
_SHOWN = 8_192  # the head of an outbox names its vocabularies for 1,500 characters before it says what it is
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")


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
    dialect : TableDialect
        How a table is written.
    encoding : str
    """

    kind: str
    records: tuple[Any, ...] = ()
    preamble: str = ""
    header: tuple[str, ...] = ()
    dialect: TableDialect = field(default_factory=TableDialect)
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
    if is_workbook(head):
        return SourcePreview("workbook", header=_workbook_header(source))
    if not head.strip():
        return SourcePreview("empty")
    encoding = find_encoding(head)
    text = codecs.getincrementaldecoder("utf-8" if encoding == "cp1252" else encoding)("replace").decode(head)
    preview = _glimpse_of_text(text, "utf-8" if encoding == "cp1252" else encoding)
    if preview.kind == "table" and encoding == "cp1252":
        return _glimpse_of_text(head.decode("cp1252", "replace"), encoding)
    return preview


def _workbook_header(source: Source) -> tuple[str, ...]:
    from medtw_qual.corpus.tablestream import filled_sheets

    return tuple(sheet_header(filled_sheets(source)[0]))


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
    return _glimpse_of_table(text, encoding)


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
    dialect = find_dialect(text)
    kind = "table" if dialect.header else "other"
    return SourcePreview(kind, (), text[:_SHOWN], dialect.header, dialect, encoding)


def shared_keys(objects: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the keys that all these objects have."""
    return set.intersection(*(set(record) for record in objects)) if objects else set()
