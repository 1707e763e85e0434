"""Tables of known exports, read by a layout: which of our columns is which of theirs, what their cells look like."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson

from medtw_qual.corpus.glimpse import Glimpse
from medtw_qual.corpus.ids import IdCheck
from medtw_qual.corpus.intake import AuthorRow, Intake, PostRow
from medtw_qual.corpus.readers.protocol import Mapped, Reader
from medtw_qual.corpus.sources import Source
from medtw_qual.corpus.tablestream import table_rows
from medtw_qual.corpus.times import to_utc
from medtw_qual.corpus.words import find_hashtags, find_mentions, find_urls, is_cut, unescape_once

Row = Mapping[str, str]
_REPOST = re.compile(r"RT\s+@\s?\w+\s?:\s?", re.IGNORECASE)
_STATUS = re.compile(r"/status(?:es)?/(\d+)")
_AUTHOR = ("handle", "name", "profile", "followers", "location")
_LISTS = ("hashtags", "mentions", "urls", "media", "alt_text")
_FALSE = ("", "0", "false", "no", "none", "null", "nan")


@dataclass(frozen=True)
class Layout:
    """How one export's table is laid out.

    Attributes
    ----------
    name, label : str
        Of the format.
    marks : tuple of tuple of str
        Header columns that tell the format; one of these sets must be there as a whole.
    columns : mapping
        From our columns (of posts and authors) to theirs.
    separator : str
        Between the members of a list in one cell; "json": the cell is a JSON list.
    escaped : bool
        The texts still carry &amp; and its like.
    repost_prefix : bool
        A text that begins with "RT @somebody:" is a repost.
    repost_flag : str
        Their column that says (yes / true / 1) that a row is a repost.
    id_from_url : str
        Their column with the post's address, for tables without an id column or with empty ids.
    time_zone : str
        The zone of their times, where they carry none; "": what the researcher declared.
    prepare : callable, optional
        Changes a row before it is read.
    """

    name: str
    label: str
    marks: tuple[tuple[str, ...], ...]
    columns: Mapping[str, str]
    separator: str = ","
    escaped: bool = False
    repost_prefix: bool = False
    repost_flag: str = ""
    id_from_url: str = ""
    time_zone: str = "UTC"
    prepare: Callable[[dict[str, str]], dict[str, str]] | None = None


def reader_of(layout: Layout) -> Reader:
    """Return the reader of a layout."""

    def recognises(source: Source, glimpse: Glimpse) -> str:
        for marks in layout.marks:
            if glimpse.kind in ("table", "workbook") and glimpse.has(*marks):
                return f"its header is that of {layout.label} ({', '.join(marks)})"
        return ""

    def read(source: Source, glimpse: Glimpse, mapped: Mapped, intake: Intake) -> None:
        read_rows(layout, source, glimpse, intake, mapped.time_zone)

    return Reader(layout.name, layout.label, recognises, read)


def read_rows(layout: Layout, source: Source, glimpse: Glimpse, intake: Intake, time_zone: str = "UTC") -> None:
    """Hand in every row of a table."""
    check = IdCheck(source.name, layout.columns.get("post_id", "id"))
    for row in table_rows(source, glimpse, intake):
        take_row(row, layout, check, intake, time_zone)
    check.finish()


def take_row(row: dict[str, str], layout: Layout, check: IdCheck, intake: Intake, time_zone: str) -> None:
    """Hand in one row."""
    row = layout.prepare(row) if layout.prepare else row
    cells = {ours: row.get(theirs, "") for ours, theirs in layout.columns.items()}
    cells["post_id"] = check.one(_post_id(cells, row, layout))
    cells["created_at"] = to_utc(cells.get("created_at", ""), layout.time_zone or time_zone)
    _take(cells, row, layout, intake)


def _post_id(cells: Row, row: Row, layout: Layout) -> str:
    given = cells.get("post_id", "").strip().strip("\"'")
    if given or not layout.id_from_url:
        return given
    found = _STATUS.search(row.get(layout.id_from_url, ""))
    return found.group(1) if found else row.get(layout.id_from_url, "")


def _take(cells: Row, row: Row, layout: Layout, intake: Intake) -> None:
    text = unescape_once(cells.get("text", "")) if layout.escaped else cells.get("text", "")
    context = cells.get("context", "")
    repost_of = cells.get("repost_of_id", "")
    is_repost = bool(repost_of) or row.get(layout.repost_flag, "").lower() not in _FALSE
    is_repost = is_repost or (layout.repost_prefix and _REPOST.match(text) is not None)
    complete = not is_cut(text)
    lists = {name: _list(cells.get(name, ""), layout.separator) for name in _LISTS}
    if is_repost:
        text, context = "", _REPOST.sub("", text, count=1)
    author = cells.get("author_id", "") or cells.get("handle", "")
    answers, quotes = cells.get("reply_to_id", ""), cells.get("quoted_id", "")
    intake.post(
        PostRow(
            cells["post_id"],
            author,
            cells["created_at"],
            text,
            context,
            bool(answers or cells.get("reply_to_author_id", "")),
            bool(quotes) and not is_repost,
            is_repost,
            cells.get("conversation_id", ""),
            answers,
            cells.get("lang", ""),
            lists["hashtags"] if "hashtags" in layout.columns else find_hashtags(text or context),
            lists["mentions"] if "mentions" in layout.columns else find_mentions(text or context),
            lists["urls"] if "urls" in layout.columns else find_urls(text or context),
            lists["media"],
            lists["alt_text"],
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
        intake.author(AuthorRow(author, handle.lstrip("@"), name, profile, whole_number(followers), location))


def _list(cell: str, separator: str) -> list[str]:
    if not cell or cell == "[]":
        return []
    if separator == "json" or cell.startswith("["):
        try:
            value = orjson.loads(cell)
        except orjson.JSONDecodeError:
            return [cell]
        return [_member(one) for one in value] if isinstance(value, list) else [cell]
    return [part.strip().lstrip("#@") for part in cell.split(separator) if part.strip()]


def _member(value: object) -> str:
    if isinstance(value, dict):
        for key in ("tag", "username", "unwound_url", "expanded_url", "original", "url", "type"):
            if value.get(key):
                return str(value[key])
    return str(value)


def json_list(cell: str) -> list[str]:
    """Return the texts of a cell that holds a JSON list; any other content is one text."""
    return _list(cell, "json")


def whole_number(cell: str) -> int | None:
    """Return a count from a cell ("12", "12.0", "1,204"), or None."""
    try:
        return int(float(cell.replace(",", ""))) if cell else None
    except (ValueError, OverflowError):
        return None
