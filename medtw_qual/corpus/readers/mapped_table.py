"""Any table with named columns: CSV, TSV, Excel, or JSON whose objects have them, also deeper down (user.username)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from medtw_qual._base.table_reader import NOTHING_WORDS
from medtw_qual.corpus.ids import IdCheck, clean_id
from medtw_qual.corpus.json_records import json_values
from medtw_qual.corpus.post_collector import NOT_A_POST, AuthorRow, PostCollector, PostRow
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.readers.survey_exports import Survey, answer_id, personal_columns, survey_of
from medtw_qual.corpus.readers.table_layout import says_yes, whole_number
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview
from medtw_qual.corpus.tablestream import FURTHER_HEADER, table_rows
from medtw_qual.corpus.text_entities import find_hashtags, find_mentions, find_urls
from medtw_qual.corpus.times import to_utc
from medtw_qual.errors import InvalidArgument, MissingColumn, did_you_mean

_NEEDED = ("text", "post_id")
NO_TEXT = "no text in the text column"
_FLAGS = ("is_repost", "is_reply", "is_quote")
TARGETS = (
    "text", "post_id", "author_id", "created_at", "reply_to_id", "quoted_id", "conversation_id", "lang", "context",
    "likes", "reposts", "repost_of_id", "reply_to_author_id", *_FLAGS,
)  # fmt: skip
_WORDS = ("text", "context")  # here NA may be what somebody wrote
_IDS = {"post_id", "author_id", "reply_to_id", "quoted_id", "conversation_id", "repost_of_id", "reply_to_author_id"}
# In columns of the researcher's own "None" and "n/a" may be answers.
_PROGRAM_WORDS = NOTHING_WORDS - {"None", "N/A", "n/a", "Null"}


@dataclass
class _Named:
    """Which column of a table is which, as far as its rows have shown it."""

    columns: dict[str, str]
    survey: Survey | None
    mapped: ColumnMapping
    check: IdCheck
    seen: set[str] = field(default_factory=set)
    number: int = 0

    def learn(self, row: Mapping[str, str], collector: PostCollector) -> None:
        """Take in columns that a row shows for the first time."""
        self.seen.update(row)
        named = set(self.columns.values())
        own = {name: name for name in TARGETS if name in row and name not in named and name not in self.columns}
        self.columns |= own
        used = [*self.columns.values(), *self.mapped.author_columns]
        collector.columns([*used, *(name for name in self.seen if name not in used)], row)


def _recognises(source: Source, preview: SourcePreview) -> str:
    """Only by name: the researcher says which column is which, or calls them as this package does."""
    if preview.kind in ("table", "workbook") and preview.has(*_NEEDED):
        return "its columns are called post_id and text"
    return ""


def _read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
    named = _named(source, preview, mapped, collector)
    is_table = preview.kind in ("table", "workbook", "ids")
    for row in _rows(source, preview, [*named.columns.values(), *mapped.author_columns], collector):
        if is_table and not named.seen:
            _require(named.columns, mapped.author_columns, row, source)
        if not named.seen.issuperset(row):
            named.learn(row, collector)
        named.number += 1
        collector.attempt(_take, row, named, collector)
    if named.seen:  # an optional key of JSON may come late
        _require(named.columns, mapped.author_columns, named.seen, source)
    named.check.finish()


def _named(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> _Named:
    """Return what the researcher named, and of the export of a survey the columns with id and time."""
    columns = {name: name for name in _NEEDED if preview.has(name)} | dict(mapped.columns)
    survey = survey_of(preview.header) if "post_id" not in columns and preview.header else None
    if survey is not None:
        collector.note(f"read as answers to a survey ({survey.name}): ids and times found")
        when = next((name for name in survey.times if preview.has(name)), "")
        columns = {**({"created_at": when} if when else {}), **columns, "post_id": survey.ident}
        personal = personal_columns(preview.header)
        if personal:
            collector.note(f"columns that lead to people, kept as further columns: {', '.join(personal)}")
    for needed in _NEEDED:
        if needed not in columns:
            short = "id" if needed == "post_id" else needed
            raise InvalidArgument(
                f"{source.name} is a table, and nobody said which column holds the {short}.",
                f'Name it: read_corpus("{source.name}", text="...", id="...").',
            )
    return _Named(
        {key: name for key, name in columns.items() if name}, survey, mapped, IdCheck(source.name, columns["post_id"])
    )


def _rows(
    source: Source, preview: SourcePreview, wanted: list[str], collector: PostCollector
) -> Iterator[Mapping[str, str]]:
    if preview.kind in ("table", "workbook", "ids"):
        yield from table_rows(source, preview, collector)
        return
    deeper = [name for name in wanted if "." in name]
    for value in json_values(source, preview, collector):
        for record in value if isinstance(value, list) else [value]:
            if isinstance(record, dict):
                yield _flat(record, deeper)
            else:
                collector.drop(NOT_A_POST)


def _flat(value: dict[str, Any], deeper: list[str]) -> dict[str, str]:
    """Return an object as a row; fields that lie deeper are reached by their path.

    Examples
    --------
    >>> _flat({"id": 7, "user": {"username": "ward"}}, ["user.username"])
    {'id': '7', 'user': '{"username":"ward"}', 'user.username': 'ward'}
    """
    row = {str(key): _plain(cell) for key, cell in value.items()}
    for path in deeper:
        held: Any = value
        for key in path.split("."):
            held = held.get(key) if isinstance(held, dict) else None
        if path not in row and held is not None:
            row[path] = _plain(held)
    return row


def _plain(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return orjson.dumps(cell).decode() if isinstance(cell, list | dict) else str(cell)


def _require(
    columns: Mapping[str, str], more: tuple[str, ...], found: Mapping[str, str] | set[str], source: Source
) -> None:
    for name in (*columns.values(), *more):
        if name not in found:
            shown = list(found) if isinstance(found, Mapping) else sorted(found)
            raise MissingColumn(
                f"{source.name} has no column {name!r} (it has: {', '.join(shown)}).{did_you_mean(name, shown)}",
                "Name a column that is there.",
            )


def _cells(row: Mapping[str, str], named: _Named, collector: PostCollector) -> dict[str, str]:
    """Return the row under our names; words that stand for nothing are counted, ids freed from what surrounds them."""
    cells: dict[str, str] = {}
    for target, name in named.columns.items():
        cell = row.get(name, "")
        if cell in NOTHING_WORDS and target not in _WORDS:
            collector.took_for_nothing(cell)
            cell = ""
        cells[target] = clean_id(cell) if target in _IDS else cell
    if named.survey is not None:
        cells["post_id"] = answer_id(named.survey, row, named.number)
    return cells


def _take(row: Mapping[str, str], named: _Named, collector: PostCollector) -> None:
    cell, mapped = _cells(row, named, collector), named.mapped
    text, post_id = cell["text"], cell["post_id"]
    if not text.strip():
        collector.pass_over(post_id, NO_TEXT)
        return
    if named.survey is not None and not post_id:
        collector.drop(FURTHER_HEADER)
        return
    named.check.check(post_id)
    author = cell.get("author_id", "").lstrip("@")
    answers, quotes, reposted = (cell.get(name, "") for name in ("reply_to_id", "quoted_id", "repost_of_id"))
    taken = collector.post(
        PostRow(
            post_id=post_id,
            author_id=author,
            created_at=to_utc(cell.get("created_at", ""), mapped.time_zone, mapped.day_first),
            text=text,
            context=cell.get("context", ""),
            is_reply=bool(answers) or says_yes(cell.get("is_reply", "")),
            is_quote=bool(quotes) or says_yes(cell.get("is_quote", "")),
            is_repost=bool(reposted) or says_yes(cell.get("is_repost", "")),
            conversation_id=cell.get("conversation_id", ""),
            reply_to_id=answers,
            lang=cell.get("lang", ""),
            hashtags=find_hashtags(text),
            mentions=find_mentions(text),
            urls=find_urls(text),
            likes=whole_number(cell.get("likes", "")),
            reposts=whole_number(cell.get("reposts", "")),
            quoted_id=quotes,
            repost_of_id=reposted,
            reply_to_author_id=cell.get("reply_to_author_id", "").lstrip("@"),
        )
    )
    if taken:
        _take_further(row, named, author, post_id, collector)


def _take_further(row: Mapping[str, str], named: _Named, author: str, post_id: str, collector: PostCollector) -> None:
    """Keep the researcher's other columns, those that describe authors with the author."""
    of_authors, known = named.mapped.author_columns, set(named.columns.values())
    cells = {name: "" if cell in _PROGRAM_WORDS else cell for name, cell in row.items()}
    if author:
        collector.author(AuthorRow(author, author))
        collector.author_attributes[author] = {name: cells.get(name, "") for name in of_authors}
    further = {name: cell for name, cell in cells.items() if name not in known and name not in of_authors}
    if further:
        collector.attributes[post_id] = further


READER = SourceReader("table", "a table with columns the researcher named", _recognises, _read)
