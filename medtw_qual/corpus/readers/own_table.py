"""The table of posts that this package writes for spreadsheets, read back: ids, texts and times as they were."""

from medtw_qual._base.office import formula_restored
from medtw_qual._base.table_reader import NOTHING_WORDS
from medtw_qual.corpus.ids import IdCheck, clean_id
from medtw_qual.corpus.post_collector import PostCollector, PostRow
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.readers.table_layout import json_or_parts, whole_number
from medtw_qual.corpus.rounded_ids import ID_COLUMNS
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview
from medtw_qual.corpus.tablestream import table_rows
from medtw_qual.schemas import POSTS

_MARKS = ("post_id", "author_id", "is_repost", "text_complete", "source_format", "alt_text")
_KNOWN = {*PostRow._fields, "source_format", "source_file"}
_LISTS = {column.name for column in POSTS.columns if column.kind == "list"}
_WORDS = ("text", "context")  # here NA may be what somebody wrote
_FLAGS = {column.name for column in POSTS.columns if column.kind == "flag"}


def _recognises(source: Source, preview: SourcePreview) -> str:
    if preview.kind in ("table", "workbook") and preview.has(*_MARKS):
        return "it is a table of posts written by this package"
    return ""


def _read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
    check = IdCheck(source.name, "post_id")
    for raw in table_rows(source, preview, collector):
        row = raw if preview.kind == "workbook" else {name: formula_restored(cell) for name, cell in raw.items()}
        _take(row, check, collector)
    check.finish()


def _take(row: dict[str, str], check: IdCheck, collector: PostCollector) -> None:
    values: dict[str, object] = {name: row[name] for name in PostRow._fields if name in row}
    nothing = [name for name, cell in values.items() if cell in NOTHING_WORDS and name not in _WORDS]
    for name in nothing:
        collector.took_for_nothing(row[name])
    row = row | dict.fromkeys(nothing, "")
    values |= dict.fromkeys(nothing, "")
    values |= {name: clean_id(row[name]) for name in ID_COLUMNS if name in values}
    for name in _LISTS & set(values):
        values[name] = json_or_parts(row[name], "json")
    for name in _FLAGS & set(values):
        values[name] = row[name].strip().lower() in ("true", "1", "1.0", "yes")
    for name in ("likes", "reposts"):
        values[name] = whole_number(row.get(name, ""))
    check.check(str(values.get("post_id", "")))
    collector.columns(PostRow._fields, row)
    taken = collector.post(PostRow(**values))  # type: ignore[arg-type]
    further = {name: cell for name, cell in row.items() if name not in _KNOWN}
    if taken and further:
        collector.attributes[str(values["post_id"])] = further


READER = SourceReader("own_table", "a table of posts written by this package", _recognises, _read)
