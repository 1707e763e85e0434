"""Codebooks as CSV: one row per code, then one per theme; columns at the end say what the codebook is."""

import csv
import io
from pathlib import Path

from medtw_qual._base.files import write_text
from medtw_qual._base.office import formula_safe
from medtw_qual._base.table_reader import read_cells
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.codebook.spreadsheet_rows import (
    CODE_COLUMNS,
    HEAD_COLUMNS,
    THEME_COLUMNS,
    Sheet,
    as_sheet,
    book_from_rows,
    canonical,
    head_of,
    rows_of,
    theme_rows_of,
)
from medtw_qual.codebook.taguette_tags import are_tags, book_from_tags
from medtw_qual.errors import CodebookFault

COLUMNS = (*CODE_COLUMNS, *THEME_COLUMNS, *HEAD_COLUMNS)


def read_csv(path: Path) -> Codebook:
    """Read a codebook from a CSV; comma, semicolon, tab or bar, whichever the header shows.

    The columns may be those of `write_csv` or another program's or researcher's: see `rows.ALIASES`. A cell that was
    shielded against running as a formula loses its apostrophe.
    """
    cells = read_cells(path, lambda header: canonical(header) in COLUMNS)
    if are_tags(cells):
        return book_from_tags(cells, path.name, path.stem)
    sheet = as_sheet(cells, path.name, COLUMNS)
    return book_from_rows(sheet, None, _head(sheet), path.stem)


def write_csv(book: Codebook, path: Path) -> None:
    """Write every field of every code and theme; what would run as a formula in a spreadsheet gets an apostrophe."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in (*rows_of(book), *theme_rows_of(book)):
        writer.writerow({key: formula_safe(value) for key, value in {**row, **head_of(book)}.items()})
    write_text(path, stream.getvalue())


def _head(sheet: Sheet) -> dict[str, str]:
    """The codebook's own fields: repeated in every row, so one row that differs is a slip."""
    head = {}
    for name in HEAD_COLUMNS:
        values = {row[name] for _, row in sheet.rows if row.get(name)}
        if len(values) > 1:
            raise CodebookFault(
                f"{sheet.file}: column {name!r} says both {min(values)!r} and {max(values)!r}.",
                "A file holds one codebook; write the same in every row.",
            )
        head[name] = values.pop() if values else ""
    return head
