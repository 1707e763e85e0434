"""Exports that are tables, as CSV, Excel or JSON objects, read by a layout: which of our columns is which of theirs."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from medtw_qual._base.table_reader import NOTHING_WORDS
from medtw_qual.corpus.ids import IdCheck, clean_id
from medtw_qual.corpus.json_records import json_values
from medtw_qual.corpus.post_collector import NOT_A_POST, AuthorRow, PostCollector, PostRow
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview
from medtw_qual.corpus.tablestream import table_rows
from medtw_qual.corpus.text_entities import find_hashtags, find_mentions, find_urls, is_cut, unescape_once
from medtw_qual.corpus.times import to_utc

Row = Mapping[str, str]
Unwrap = Callable[[dict[str, Any]], dict[str, Any]]
_REPOST = re.compile(r"RT\s+@\s?\w+\s?:\s?", re.IGNORECASE)
_REPOST_HEAD = re.compile(
    r"\A\s*RT\s+@\s?\w+\s?:?\s?", re.IGNORECASE
)  # where a column says so, the colon may be missing
_STATUS = re.compile(r"/status(?:es)?/(\d+)")
_AUTHOR = ("handle", "name", "profile", "followers", "location")
_LISTS = ("hashtags", "mentions", "urls", "media", "alt_text")
_IDS = ("reply_to_id", "quoted_id", "repost_of_id", "conversation_id", "reply_to_author_id")
_WORDS = ("text", "context")  # here NA may be what somebody wrote
_FALSE = ("", "0", "0.0", "false", "f", "no", "n", "none", "null", "nan", "na", "n/a", "#n/a", "<na>", "\\n")
_THOUSANDS = re.compile(r"\d{1,3}(?:([,.  \u202f'’])\d{3})(?:\1\d{3}){0,4}")
_DIGITS, _MOST = 16, 10**15  # no post has more likes
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
    escaped_line_ends : bool
        The tables (not the JSON) have the two signs backslash and n where a text has a line end.
    further : tuple of str
        Their columns that are read by `prepare` or `passed_over`.
    other_texts : tuple of str
        Further columns that hold words, in which NA may be what somebody wrote.
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
    escaped_line_ends: bool = False
    further: tuple[str, ...] = ()
    other_texts: tuple[str, ...] = ()
    id_from_url: str = ""
    time_zone: str = "UTC"
    prepare: Callable[[dict[str, str]], dict[str, str]] | None = None
    passed_over: Callable[[Row], str] | None = None

    def all_columns(self) -> list[str]:
        """Return the names of all columns that are read."""
        named = [entry for theirs in self.columns.values() for entry in _names(theirs)]
        flags = [self.repost_flag, self.quote_flag, self.reply_flag, self.id_from_url]
        return [*named, *(entry for entry in flags if entry), *self.further]

    def texts(self) -> list[str]:
        """Return the names of the columns that hold words."""
        return [*self.other_texts, *(entry for ours in _WORDS for entry in _names(self.columns.get(ours, ())))]


def reader_of(layout: TableLayout, unwrap: Unwrap | None = None) -> SourceReader:
    """Return the reader of a layout.

    Parameters
    ----------
    layout : TableLayout
    unwrap : callable, optional
        Takes a JSON object of the file and returns the one that has the layout's columns (a database's dump wraps it).
    """

    def read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
        check = IdCheck(source.name, str(layout.columns.get("post_id", "id")))
        seen: set[str] = set()
        for row in _rows(source, preview, layout, unwrap, collector):
            if not seen.issuperset(row):
                seen.update(row)
                collector.columns(layout.all_columns(), row)
            collector.attempt(_take_row, row, layout, check, collector, mapped)
        check.finish()

    return SourceReader(layout.name, layout.label, _recogniser(layout, unwrap), read)


def _rows(
    source: Source, preview: SourcePreview, layout: TableLayout, unwrap: Unwrap | None, collector: PostCollector
) -> Iterator[dict[str, str]]:
    """Yield the rows of a table, or the objects of a JSON file as rows."""
    if preview.kind in ("table", "workbook"):
        for row in table_rows(source, preview, collector):
            yield with_line_ends(row, layout.texts()) if layout.escaped_line_ends else row
        return
    for value in _objects(json_values(source, preview, collector), collector):
        yield {key: _cell(entry) for key, entry in (unwrap(value) if unwrap else value).items()}


def _recogniser(layout: TableLayout, unwrap: Unwrap | None) -> Callable[[Source, SourcePreview], str]:
    def recognises(source: Source, preview: SourcePreview) -> str:
        objects = [unwrap(record) if unwrap else record for record in map(dict, preview.objects)]
        for marks in layout.marks:
            if preview.kind in ("table", "workbook") and preview.has(*marks):
                return f"its header is that of {layout.label} ({', '.join(marks)})"
            if any(set(marks) <= set(record) for record in objects):
                return f"its objects are those of {layout.label} ({', '.join(marks)})"
        return ""

    return recognises


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
    nothing = _nothing(row, layout)
    if nothing:
        used = layout.all_columns()
        for name in nothing.intersection(used):
            collector.took_for_nothing(row[name])
        row = row | dict.fromkeys(nothing, "")
    row = layout.prepare(row) if layout.prepare else row
    if not any(name in row for name in _names(layout.columns["text"])):
        collector.drop(NOT_A_POST)
        return
    cells = {ours: _first(row, theirs) for ours, theirs in layout.columns.items()}
    cells["post_id"] = check.check(_post_id(cells, row, layout))
    cells["author_id"] = clean_id(cells.get("author_id", ""))
    cells["created_at"] = to_utc(cells.get("created_at", ""), layout.time_zone or mapped.time_zone, mapped.day_first)
    for name in _IDS:
        cells[name] = _id_in(clean_id(cells.get(name, "")))
    reason = layout.passed_over(row) if layout.passed_over else ""
    if reason:
        collector.pass_over(cells["post_id"], reason, cells["text"])
    else:
        _take(cells, row, layout, collector, nothing)


def _names(theirs: str | tuple[str, ...]) -> tuple[str, ...]:
    return (theirs,) if isinstance(theirs, str) else theirs


def _first(row: Row, theirs: str | tuple[str, ...]) -> str:
    return next((row[name] for name in _names(theirs) if row.get(name)), "")


def _nothing(row: Row, layout: TableLayout) -> set[str]:
    """Return the columns, but those with words, in which a word stands for an empty cell (NA, null)."""
    nothing = {name for name, cell in row.items() if cell in NOTHING_WORDS}
    return nothing.difference(layout.texts()) if nothing else nothing


def with_line_ends(row: dict[str, str], texts: Iterable[str]) -> dict[str, str]:
    r"""Give texts their line ends back, which an export writes as two signs.

    A cell with real line ends was not escaped and stays as it is.

    Examples
    --------
    >>> with_line_ends({"full_text": r"one\n#two"}, ["full_text"])
    {'full_text': 'one\n#two'}
    """
    changed = {
        name: row[name].replace("\\r\\n", "\n").replace("\\n", "\n")
        for name in texts
        if "\\n" in row.get(name, "") and "\n" not in row[name]
    }
    return row | changed if changed else row


def _id_in(cell: str) -> str:
    """Return a post's id; some services write its address instead."""
    found = _STATUS.search(cell) if "/" in cell else None
    return found.group(1) if found else cell


def _post_id(cells: Row, row: Row, layout: TableLayout) -> str:
    given = clean_id(cells.get("post_id", ""))
    return given or _id_in(row.get(layout.id_from_url, ""))


def _says(nothing: set[str], layout: TableLayout, ours: str) -> bool:
    """Say whether a table tells a list itself; a word that stands for nothing (NA) is no word about the post."""
    return ours in layout.columns and nothing.isdisjoint(_names(layout.columns[ours]))


def _yes(row: Row, column: str) -> bool:
    return says_yes(row.get(column, ""))


def says_yes(cell: str) -> bool:
    """Say whether a cell says yes, however a program writes that; an empty one says no.

    Examples
    --------
    >>> [says_yes(cell) for cell in ("yes", "TRUE", "1", "", "0", "False", "NA")]
    [True, True, True, False, False, False, False]
    """
    return cell.strip().lower() not in _FALSE


def _take(cells: Row, row: Row, layout: TableLayout, collector: PostCollector, nothing: set[str]) -> None:
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
            post_id=cells["post_id"],
            author_id=author,
            created_at=cells["created_at"],
            text=text,
            context=context,
            is_reply=bool(answers or cells.get("reply_to_author_id", "")) or _yes(row, layout.reply_flag),
            is_quote=(bool(quotes) or _yes(row, layout.quote_flag)) and not is_repost,
            is_repost=is_repost,
            conversation_id=cells.get("conversation_id", ""),
            reply_to_id=answers,
            lang=cells.get("lang", ""),
            hashtags=lists["hashtags"] if _says(nothing, layout, "hashtags") else find_hashtags(text or context),
            mentions=lists["mentions"] if _says(nothing, layout, "mentions") else find_mentions(text or context),
            urls=lists["urls"] if _says(nothing, layout, "urls") else find_urls(text or context),
            media=lists["media"],
            alt_text=lists["alt_text"] or descriptions(cells.get("media", "")),
            likes=whole_number(cells.get("likes", "")),
            reposts=whole_number(cells.get("reposts", "")),
            text_complete=complete,
            reply_to_author_id=cells.get("reply_to_author_id", ""),
            quoted_id=quotes,
            repost_of_id=repost_of,
        )
    )
    if author:
        collector.author(_author(author, cells))


def _author(author_id: str, cells: Row) -> AuthorRow:
    handle, name, profile, followers, location = (cells.get(key, "") for key in _AUTHOR)
    return AuthorRow(
        author_id=author_id,
        handle=handle.lstrip("@"),
        name=name,
        profile=profile,
        followers=whole_number(followers),
        location=location,
    )


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
    """Return a count from a cell, or None where it is no whole number.

    A count has no fractions: three digits after a point or comma are thousands.

    Examples
    --------
    >>> [whole_number(cell) for cell in ("12", "12.0", "1,204", "1.204", "1 204", "1.5", "NA")]
    [12, 12, 1204, 1204, 1204, None, None]
    """
    cell = cell.strip()
    if cell.isdigit() or not cell:
        return int(cell) if cell and len(cell) < _DIGITS else None
    if _THOUSANDS.fullmatch(cell):
        return int(re.sub(r"\D", "", cell))
    try:
        value = float(cell)
    except ValueError:
        return None
    return int(value) if value.is_integer() and abs(value) < _MOST else None
