"""Any table with named columns: CSV, TSV, Excel, or JSON lines of plain objects."""

from collections.abc import Iterator, Mapping

from medtw_qual._base.errors import InvalidArgument, MissingColumn, did_you_mean
from medtw_qual.corpus.glimpse import Glimpse
from medtw_qual.corpus.ids import IdCheck
from medtw_qual.corpus.intake import NOT_A_POST, AuthorRow, Intake, PostRow
from medtw_qual.corpus.jsonstream import json_values
from medtw_qual.corpus.readers.layout import whole_number
from medtw_qual.corpus.readers.protocol import Mapped, Reader
from medtw_qual.corpus.sources import Source
from medtw_qual.corpus.tablestream import table_rows
from medtw_qual.corpus.times import to_utc
from medtw_qual.corpus.words import find_hashtags, find_mentions, find_urls

_NEEDED = ("text", "post_id")
NO_TEXT = "no text in the text column"
TARGETS = (
    "text", "post_id", "author_id", "created_at", "reply_to_id", "quoted_id", "conversation_id", "lang", "context",
    "likes", "reposts", "repost_of_id", "reply_to_author_id",
)  # fmt: skip


def _recognises(source: Source, glimpse: Glimpse) -> str:
    """Only by name: the researcher says which column is which, or calls them as this package does."""
    if glimpse.kind in ("table", "workbook") and glimpse.has(*_NEEDED):
        return "its columns are called post_id and text"
    return ""


def _read(source: Source, glimpse: Glimpse, mapped: Mapped, intake: Intake) -> None:
    columns = {name: name for name in _NEEDED if glimpse.has(name)} | dict(mapped.columns)
    for needed in _NEEDED:
        if needed not in columns:
            short = "id" if needed == "post_id" else needed
            raise InvalidArgument(
                f"{source.name} is a table, and nobody said which column holds the {short}.",
                f'Name it: read_corpus("{source.name}", text="...", id="...").',
            )
    known: set[str] = set()
    check = IdCheck(source.name, columns["post_id"])
    for row in _rows(source, glimpse, intake):
        if not known:
            _require(columns, mapped.author_columns, row, source)
            columns = _own_names(row, set(columns.values())) | columns
            known = set(columns.values())
        intake.attempt(_take, row, columns, known, mapped, check, intake)
    check.finish()


def _rows(source: Source, glimpse: Glimpse, intake: Intake) -> Iterator[Mapping[str, str]]:
    if glimpse.kind in ("table", "workbook", "ids"):
        yield from table_rows(source, glimpse, intake)
        return
    for value in json_values(source, glimpse, intake):
        if isinstance(value, dict):
            yield {str(key): _plain(cell) for key, cell in value.items()}
        else:
            intake.drop(NOT_A_POST)


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
    row: Mapping[str, str], columns: Mapping[str, str], known: set[str], mapped: Mapped, check: IdCheck, intake: Intake
) -> None:
    cell = {target: row.get(name, "") for target, name in columns.items()}
    text = cell["text"]
    if not text.strip():
        intake.pass_over(cell["post_id"].strip(), NO_TEXT)
        return
    check.one(cell["post_id"])
    author = cell.get("author_id", "")
    answers, quotes = cell.get("reply_to_id", ""), cell.get("quoted_id", "")
    taken = intake.post(
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
        intake.author(AuthorRow(author, author))
        intake.author_attributes[author] = {name: row.get(name, "") for name in mapped.author_columns}
    further = {name: value for name, value in row.items() if name not in known and name not in mapped.author_columns}
    if further:
        intake.attributes[cell["post_id"].strip()] = further


READER = Reader("table", "a table with columns the researcher named", _recognises, _read)
