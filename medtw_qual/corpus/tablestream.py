"""Tables of posts row by row, through the one reader of tables; what did not become a row is counted."""

import io
from collections.abc import Iterator

from medtw_qual._base.delimited_rows import delimited_rows
from medtw_qual._base.progress import track
from medtw_qual._base.sheet_choice import header_place, require_plain_cells, sheet_header
from medtw_qual._base.table_account import TableAccount
from medtw_qual._base.table_reader import text_lines
from medtw_qual._base.table_rows import fitted_rows
from medtw_qual._base.workbook_reader import WorkbookSheet, open_workbook
from medtw_qual.corpus.post_collector import PostCollector
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview
from medtw_qual.errors import EmptyFile

MISFIT = "row with another number of cells than the header"
TORN = "row with a quotation mark that is never closed"
EMPTY_ROW = "empty row"
REPEATED_HEADER = "row that repeats the header"
FURTHER_HEADER = "row below the header that says what its columns are"
_REPLACED = "character that could not be read became U+FFFD"


def table_rows(source: Source, preview: SourcePreview, collector: PostCollector) -> Iterator[dict[str, str]]:
    """Yield the rows of a table as dictionaries of text.

    Parameters
    ----------
    source : Source
    preview : SourcePreview
        What its head shows: a table, or a workbook.
    collector : PostCollector
        Counts the rows that are left out, and takes notes of what was guessed.

    Raises
    ------
    EmptyFile, UnreadableFile, RoundedIds
    """
    account = TableAccount(source.name)
    parts = _sheets(source, account, collector) if preview.kind == "workbook" else [_text(source, preview, account)]
    try:
        for rows in parts:
            yield from _as_dictionaries(rows, source, account)
    finally:
        _count(account, collector)


def _as_dictionaries(rows: Iterator[list[str]], source: Source, account: TableAccount) -> Iterator[dict[str, str]]:
    fitted = fitted_rows(track(rows, f"Reading {source.name}", unit=" rows"), account, fill_short=False)
    header = next(fitted, None)
    if header is None:
        raise EmptyFile(f"{source.name} holds no rows.", "Export it again.")
    for cells in fitted:
        yield dict(zip(header, cells, strict=True))


def _count(account: TableAccount, collector: PostCollector) -> None:
    """Hand over what was met: rows that are no records to the flow, guesses to the notes."""
    collector.drop(EMPTY_ROW, account.empty)
    collector.drop(MISFIT, len(account.long_rows) + len(account.short_rows))
    collector.drop(TORN, len(account.torn_rows))
    collector.note(REPEATED_HEADER, account.repeated_headers)
    collector.note(FURTHER_HEADER, account.further_headers)
    collector.note(_REPLACED, account.replaced)
    collector.note("row with empty cells beyond the header (cut off)", account.surplus_rows)
    for name in dict.fromkeys(account.repeated_names):
        collector.note(f"column {name!r} stands twice in {account.file}: the second is numbered")
    if account.encoding == "cp1252":
        collector.note(f"{account.file} is not UTF-8 and was read as Windows-1252 (check its accented letters)")


def _text(source: Source, preview: SourcePreview, account: TableAccount) -> Iterator[list[str]]:
    account.encoding = preview.encoding
    with source.open() as stream, text_lines(stream, preview.encoding, account) as lines:
        yield from delimited_rows(lines, preview.dialect, account)


def _sheets(source: Source, account: TableAccount, collector: PostCollector) -> list[Iterator[list[str]]]:
    """Return the rows of a workbook's first sheet that holds any, and of those with the same header; note the rest."""
    filled = filled_sheets(source)
    chosen = filled[0]
    header = sheet_header(chosen)
    alike = [sheet for sheet in filled if not sheet.hidden and sheet_header(sheet) == header] or [chosen]
    if chosen not in alike:
        alike = [chosen]
    rest = [sheet for sheet in filled if sheet not in alike]
    if len(alike) > 1:
        collector.note(f"sheets with one header read together: {', '.join(sheet.label for sheet in alike)}")
    collector.sheets([sheet.label for sheet in alike], [sheet.label for sheet in rest])
    for sheet in rest:
        collector.note(f"sheet {sheet.label!r} of {source.name} was not read: its header is another")
    for sheet in alike:
        require_plain_cells(sheet)
    return [_sheet_rows(sheet, account) for sheet in alike]


def filled_sheets(source: Source) -> list[WorkbookSheet]:
    """Return the sheets of a workbook that hold anything, hidden ones last.

    Raises
    ------
    EmptyFile, UnreadableFile
    """
    with source.open() as stream:
        sheets = open_workbook(io.BytesIO(stream.read()), source.name)
    filled = sorted((sheet for sheet in sheets if not sheet.is_empty), key=lambda sheet: sheet.hidden)
    if not filled:
        raise EmptyFile(f"{source.name} holds no rows.", "Export it again.")
    return filled


def _sheet_rows(sheet: WorkbookSheet, account: TableAccount) -> Iterator[list[str]]:
    rows = sheet.rows()
    first = [row for _, row in zip(range(60), rows, strict=False)]
    top = header_place(first)
    for number, row in enumerate(first[top:], top + 1):
        account.row = number
        yield row
    for row in rows:
        account.row += 1
        yield row
