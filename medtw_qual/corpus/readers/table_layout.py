"""Exports that are tables, as CSV, Excel or JSON objects, read by a layout: which of our columns is which of theirs."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from medtw_qual.corpus.ids import IdCheck
from medtw_qual.corpus.json_records import json_values
from medtw_qual.corpus.post_collector import NOT_A_POST, AuthorRow, PostCollector, PostRow
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview
from medtw_qual.corpus.tablestream import table_rows
from medtw_qual.corpus.text_entities import find_hashtags, find_mentions, find_urls, is_cut, unescape_once
from medtw_qual.corpus.times import to_utc

Row = Mapping[str, str]
_REPOST = re.compile(r"RT\s+@\s?\w+\s?:\s?", re.IGNORECASE)
_REPOST_HEAD = re.compile(
    r"\A\s*RT\s+@\s?\w+\s?:?\s?", re.IGNORECASE
)  # where a column says so, the colon may be missing
_STATUS = re.compile(r"/status(?:es)?/(\d+)")
_AUTHOR = ("handle", "name", "profile", "followers", "location")
_LISTS = ("hashtags", "mentions", "urls", "media", "alt_text")
_IDS = ("reply_to_id", "quoted_id", "repost_of_id")
_FALSE = ("", "0", "false", "no", "none", "null", "nan")
_LABELS = ("tag", "username", "unwound_url", "expanded_url", "original", "url", "preview_image_url", "type")
_DESCRIPTIONS = ("alt_text", "ext_alt_text")


@dataclass(frozen=True)
class TableLayout:
    """How one export's table is laid out.

    Attributes
    ----------
    name, label : str
        Of the format.
    marks : tuple of tuple of str
        Columns that tell the format; one of these sets must be there as a whole.
    columns : mapping
        From our columns (of posts and authors) to theirs; of several names the first that holds something counts.
    separator : str
        Between the members of a list in one cell; "json": the cell is a JSON list.
    escaped : bool
        The texts still carry &amp; and its like.
    repost_prefix : bool
        A text that begins with "RT @somebody:" is a repost.
    repost_flag, quote_flag, reply_flag : str
        Their column that says (yes / true / 1) that a row is a repost, a quote, an answer.
    id_from_url : str
        Their column with the post's address, for tables without an id column or with empty ids.
    time_zone : str
        The zone of their times, where they carry none; "": what the researcher declared.
    prepare : callable, optional
        Changes a row before it is read.
    passed_over : callable, optional
        Says why a row is no record of the collection itself, in words; "": it is one.
    """

    name: str
    label: str
    marks: tuple[tuple[str, ...], ...]
    columns: Mapping[str, str | tuple[str, ...]]
    separator: str = ","
    escaped: bool = False
    repost_prefix: bool = False
    repost_flag: str = ""
    quote_flag: str = ""
    reply_flag: str = ""
    id_from_url: str = ""
    time_zone: str = "UTC"
    prepare: Callable[[dict[str, str]], dict[str, str]] | None = None
    passed_over: Callable[[Row], str] | None = None


def reader_of(layout: TableLayout, unwrap: Callable[[dict[str, Any]], dict[str, Any]] | None = None) -> SourceReader:
    """Return the reader of a layout.

    Parameters
    ----------
    layout : TableLayout
    unwrap : callable, optional
        Takes a JSON object of the file and returns the one that has the layout's columns (a database's dump wraps it).
    """

    def recognises(source: Source, preview: SourcePreview) -> str:
        objects = [unwrap(record) if unwrap else record for record in map(dict, preview.objects)]
        for marks in layout.marks:
            if preview.kind in ("table", "workbook") and preview.has(*marks):
                return f"its header is that of {layout.label} ({', '.join(marks)})"
            if any(set(marks) <= set(record) for record in objects):
                return f"its objects are those of {layout.label} ({', '.join(marks)})"
        return ""

    def read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
        check = IdCheck(source.name, str(layout.columns.get("post_id", "id")))
        if preview.kind in ("table", "workbook"):
            for row in table_rows(source, preview, collector):
                collector.attempt(_take_row, row, layout, check, collector, mapped)
        else:
            for value in _objects(json_values(source, preview, collector), collector):
                row = {key: _cell(cell) for key, cell in (unwrap(value) if unwrap else value).items()}
                collector.attempt(_take_row, row, layout, check, collector, mapped)
        check.finish()

    return SourceReader(layout.name, layout.label, recognises, read)


def _objects(values: Iterator[Any], collector: PostCollector) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects, also those in lists (a post and those it refers to); anything else is no post."""
    for value in values:
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield item
            else:
                collector.drop(NOT_A_POST)


def _cell(value: Any) -> str:  # noqa: ANN401 - JSON of any shape
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return orjson.dumps(value).decode() if isinstance(value, list | Mapping) else str(value)


def _take_row(
    row: dict[str, str], layout: TableLayout, check: IdCheck, collector: PostCollector, mapped: ColumnMapping
) -> None:
    row = layout.prepare(row) if layout.prepare else row
    if not any(name in row for name in _names(layout.columns["text"])):
        collector.drop(NOT_A_POST)
        return
    cells = {ours: _first(row, theirs) for ours, theirs in layout.columns.items()}
    cells["post_id"] = check.check(_post_id(cells, row, layout))
    cells["created_at"] = to_utc(cells.get("created_at", ""), layout.time_zone or mapped.time_zone, mapped.day_first)
    for name in _IDS:
        cells[name] = _id_in(cells.get(name, ""))
    reason = layout.passed_over(row) if layout.passed_over else ""
    if reason:
        collector.pass_over(cells["post_id"], reason, cells["text"])
    else:
        _take(cells, row, layout, collector)


def _names(theirs: str | tuple[str, ...]) -> tuple[str, ...]:
    return (theirs,) if isinstance(theirs, str) else theirs


def _first(row: Row, theirs: str | tuple[str, ...]) -> str:
    return next((row[name] for name in _names(theirs) if row.get(name)), "")


def _id_in(cell: str) -> str:
    """Return a post's id; some services write its address instead."""
    found = _STATUS.search(cell) if "/" in cell else None
    return found.group(1) if found else cell


def _post_id(cells: Row, row: Row, layout: TableLayout) -> str:
    given = cells.get("post_id", "").strip().strip("\"'")
    return given or _id_in(row.get(layout.id_from_url, ""))


def _yes(row: Row, column: str) -> bool:
    return row.get(column, "").lower() not in _FALSE


def _take(cells: Row, row: Row, layout: TableLayout, collector: PostCollector) -> None:
    text, context = cells.get("text", ""), cells.get("context", "")
    if layout.escaped:
        text, context = unescape_once(text), unescape_once(context)
    repost_of = cells["repost_of_id"]
    is_repost = bool(repost_of) or _yes(row, layout.repost_flag)
    is_repost = is_repost or (layout.repost_prefix and _REPOST.match(text) is not None)
    complete = not is_cut(text)
    lists = {name: json_or_parts(cells.get(name, ""), layout.separator) for name in _LISTS}
    for name in ("hashtags", "mentions"):
        lists[name] = [item.lstrip("#＃@") for item in lists[name]]
    if is_repost:
        text, context = "", _REPOST_HEAD.sub("", text, count=1)
    author = cells.get("author_id", "") or cells.get("handle", "").lstrip("@")
    answers, quotes = cells["reply_to_id"], cells["quoted_id"]
    collector.post(
        PostRow(
            cells["post_id"],
            author,
            cells["created_at"],
            text,
            context,
            bool(answers or cells.get("reply_to_author_id", "")) or _yes(row, layout.reply_flag),
            (bool(quotes) or _yes(row, layout.quote_flag)) and not is_repost,
            is_repost,
            cells.get("conversation_id", ""),
            answers,
            cells.get("lang", ""),
            lists["hashtags"] if "hashtags" in layout.columns else find_hashtags(text or context),
            lists["mentions"] if "mentions" in layout.columns else find_mentions(text or context),
            lists["urls"] if "urls" in layout.columns else find_urls(text or context),
            lists["media"],
            lists["alt_text"] or descriptions(cells.get("media", "")),
            whole_number(cells.get("likes", "")),
            whole_number(cells.get("reposts", "")),
            complete,
            cells.get("reply_to_author_id", ""),
            quotes,
            repost_of,
        )
    )
    if author:
        handle, name, profile, followers, location = (cells.get(key, "") for key in _AUTHOR)
        collector.author(AuthorRow(author, handle.lstrip("@"), name, profile, whole_number(followers), location))


def json_or_parts(cell: str, separator: str) -> list[str]:
    """Return the members of a list in one cell, a JSON list or joined by a separator.

    Examples
    --------
    >>> json_or_parts('["MedTwitter"]', ","), json_or_parts("a|b", "|"), json_or_parts("no list", "json")
    (['MedTwitter'], ['a', 'b'], ['no list'])
    """
    if not cell or cell == "[]":
        return []
    value = _json_list(cell)
    if value is not None:
        return [_member(member) for member in value]
    return [cell] if separator == "json" else [part.strip() for part in cell.split(separator) if part.strip()]


def _json_list(cell: str) -> list[Any] | None:
    if not cell.startswith("["):
        return None
    try:
        value = orjson.loads(cell)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, list) else None


def _member(value: object) -> str:
    if isinstance(value, dict):
        return str(next((value[key] for key in _LABELS if value.get(key)), "unknown"))
    return str(value)


def descriptions(cell: str) -> list[str]:
    """Return the descriptions of pictures in a cell that holds a JSON list of them."""
    pictures = [picture for picture in _json_list(cell) or () if isinstance(picture, dict)]
    return [str(picture[key]) for picture in pictures for key in _DESCRIPTIONS if picture.get(key)]


def whole_number(cell: str) -> int | None:
    """Return a count from a cell ("12", "12.0", "1,204"), or None."""
    try:
        return int(float(cell.replace(",", ""))) if cell else None
    except (ValueError, OverflowError):
        return None
