"""The reading report as a notebook shows it: a row a file, and what to look at below."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual.corpus.reading_report import reading_remarks

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

_MOST_FILES, _MOST_REMARKS = 20, 20


def corpus_as_html(corpus: Corpus) -> str:
    """Return a corpus as HTML: its size, and the reading report where files were read."""
    head = f"<p>{escape(repr(corpus))}</p>"
    return head + reading_as_html(corpus.reading) if len(corpus.reading) else head


def reading_as_html(reading: pd.DataFrame) -> str:
    """Return the reading report as a table of the files and a list of what to look at.

    Examples
    --------
    >>> from medtw_qual.corpus.reading_report import FileAccount, table_of_files
    >>> html = reading_as_html(table_of_files([FileAccount("a.csv", "table", "its columns", records=3, posts=2)]))
    >>> "<td>a.csv</td><td>table: its columns</td><td>3</td><td>2</td>" in html
    True
    """
    rows = [_row(row) for row in reading.head(_MOST_FILES).to_dict("records")]
    if len(reading) > _MOST_FILES:
        rows.append(f"<tr><td>and {len(reading) - _MOST_FILES:,} more files</td></tr>")
    head = "".join(f"<th>{name}</th>" for name in ("file", "read as", "records", "posts"))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    remarks = reading_remarks(reading)
    if not remarks:
        return table
    shown = [*remarks[:_MOST_REMARKS], *(["..."] if len(remarks) > _MOST_REMARKS else [])]
    return f"{table}<p>To look at:</p><ul>{''.join(f'<li>{escape(remark)}</li>' for remark in shown)}</ul>"


def _row(row: dict[str, object]) -> str:
    read_as = f"{row['format']}: {row['why']}" if row["format"] else f"not read: {row['why']}"
    cells = (str(row["file"]), read_as, f"{row['records']:,}", f"{row['posts']:,}")
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
