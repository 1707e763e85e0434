"""Any table with named columns: CSV, TSV, Excel, or JSON lines of plain objects."""

from collections.abc import Iterator, Mapping

from medtw_qual.corpus.ids import IdCheck
from medtw_qual.corpus.json_records import json_values
from medtw_qual.corpus.post_collector import NOT_A_POST, AuthorRow, PostCollector, PostRow
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.readers.table_layout import whole_number
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview
from medtw_qual.corpus.tablestream import table_rows
from medtw_qual.corpus.text_entities import find_hashtags, find_mentions, find_urls
from medtw_qual.corpus.times import to_utc
from medtw_qual.errors import InvalidArgument, MissingColumn, did_you_mean

_NEEDED = ("text", "post_id")
NO_TEXT = "no text in the text column"
TARGETS = (
    "text", "post_id", "author_id", "created_at", "reply_to_id", "quoted_id", "conversation_id", "lang", "context",
    "likes", "reposts", "repost_of_id", "reply_to_author_id",
)  # fmt: skip


def _recognises(source: Source, preview: SourcePreview) -> str:
    """Only by name: the researcher says which column is which, or calls them as this package does."""
    if preview.kind in ("table", "workbook") and preview.has(*_NEEDED):
        return "its columns are called post_id and text"
    return ""


def _read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
    columns = {name: name for name in _NEEDED if preview.has(name)} | dict(mapped.columns)
    for needed in _NEEDED:
        if needed not in columns:
            short = "id" if needed == "post_id" else needed
            raise InvalidArgument(
                f"{source.name} is a table, and nobody said which column holds the {short}.",
                f'Name it: read_corpus("{source.name}", text="...", id="...").',
            )
    known: set[str] = set()
    check = IdCheck(source.name, columns["post_id"])
    for row in _rows(source, preview, collector):
        if not known:
            _require(columns, mapped.author_columns, row, source)
            columns = _own_names(row, set(columns.values())) | columns
            known = set(columns.values())
        collector.attempt(_take, row, columns, known, mapped, check, collector)
    check.finish()


def _rows(source: Source, preview: SourcePreview, collector: PostCollector) -> Iterator[Mapping[str, str]]:
    if preview.kind in ("table", "workbook", "ids"):
        yield from table_rows(source, preview, collector)
        return
    for value in json_values(source, preview, collector):
        if isinstance(value, dict):
            yield {str(key): _plain(cell) for key, cell in value.items()}
        else:
            collector.drop(NOT_A_POST)


def _plain(cell: object) -> str:
    if cell is None:
        return ""
    return ("true" if cell else "false") if isinstance(cell, bool) else str(cell)


def _require(columns: Mapping[str, str], more: tuple[str, ...], row: Mapping[str, str], source: Source) -> None:
    for name in (*columns.values(), *more):
        if name not in row:
            raise MissingColumn(
                f"{source.name} has no column {name!r} (it has: {', '.join(row)}).{did_you_mean(name, row)}",
                "Name a column that is there.",
            )


def _own_names(row: Mapping[str, str], named: set[str]) -> dict[str, str]:
    """Take the columns that bear our own names for what they say, unless the researcher named them for something."""
    return {name: name for name in TARGETS if name in row and name not in named}


def _take(
    row: Mapping[str, str],
    columns: Mapping[str, str],
    known: set[str],
    mapped: ColumnMapping,
    check: IdCheck,
    collector: PostCollector,
) -> None:
    cell = {target: row.get(name, "") for target, name in columns.items()}
    text = cell["text"]
    if not text.strip():
        collector.pass_over(cell["post_id"].strip(), NO_TEXT)
        return
    check.check(cell["post_id"])
    author = cell.get("author_id", "")
    answers, quotes = cell.get("reply_to_id", ""), cell.get("quoted_id", "")
    taken = collector.post(
        PostRow(
            cell["post_id"].strip(),
            author,
            to_utc(cell.get("created_at", ""), mapped.time_zone, mapped.day_first),
            text,
            cell.get("context", ""),
            is_reply=bool(answers),
            is_quote=bool(quotes),
            is_repost=bool(cell.get("repost_of_id")),
            conversation_id=cell.get("conversation_id", ""),
            reply_to_id=answers,
            lang=cell.get("lang", ""),
            hashtags=find_hashtags(text),
            mentions=find_mentions(text),
            urls=find_urls(text),
            likes=whole_number(cell.get("likes", "")),
            reposts=whole_number(cell.get("reposts", "")),
            quoted_id=quotes,
            repost_of_id=cell.get("repost_of_id", ""),
            reply_to_author_id=cell.get("reply_to_author_id", ""),
        )
    )
    if not taken:
        return
    if author:
        collector.author(AuthorRow(author, author))
        collector.author_attributes[author] = {name: row.get(name, "") for name in mapped.author_columns}
    further = {name: value for name, value in row.items() if name not in known and name not in mapped.author_columns}
    if further:
        collector.attributes[cell["post_id"].strip()] = further


READER = SourceReader("table", "a table with columns the researcher named", _recognises, _read)
