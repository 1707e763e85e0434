"""The reading report: what was understood of every file, what was guessed, what was not used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from medtw_qual._base.table_files import empty_table, validate_table
from medtw_qual.schemas import READING

UNKNOWN_FORM = "in no format that is known here"
# What is as it should be: it stands in the reading report, and nobody needs to look at it.
CONTEXT_ONLY = "referenced post that came along as context only"
_NAMED = 8


@dataclass
class FileAccount:
    """What is learnt of one file while it is read.

    Attributes
    ----------
    file, format, why : str
        Name, reader ("" where it was not read) and why this reader; of a file that was not read: why not.
    records, posts, without_author, without_time, times_unread : int
        Records seen; posts that stay; posts without author; posts without a time; times that could not be read.
    columns_used, columns_unused : dict
        Names of columns, in their order (the values mean nothing).
    nothing_words : Counter
        Words that were taken for an empty cell.
    encoding : str
        Of a text.
    sheets, sheets_unread : list of str
        Of a workbook.
    rounded : list of str
        What was said about rounded ids.
    remarks : Counter
        Everything else that was noticed.
    """

    file: str
    format: str = ""
    why: str = ""
    records: int = 0
    posts: int = 0
    without_author: int = 0
    without_time: int = 0
    times_unread: int = 0
    columns_used: dict[str, None] = field(default_factory=dict)
    columns_unused: dict[str, None] = field(default_factory=dict)
    nothing_words: Counter[str] = field(default_factory=Counter)
    encoding: str = ""
    sheets: list[str] = field(default_factory=list)
    sheets_unread: list[str] = field(default_factory=list)
    rounded: list[str] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)

    def row(self) -> dict[str, Any]:
        """Return the file's row of the reading report."""
        return {
            "file": self.file,
            "format": self.format,
            "why": self.why,
            "records": self.records,
            "posts": self.posts,
            "without_author": self.without_author,
            "without_time": self.without_time,
            "times_unread": self.times_unread,
            "columns_used": list(self.columns_used),
            "columns_unused": [name for name in self.columns_unused if name not in self.columns_used],
            "nothing_words": [f"{word} ({count:,})" for word, count in self.nothing_words.most_common()],
            "encoding": self.encoding,
            "sheets": self.sheets,
            "sheets_unread": self.sheets_unread,
            "rounded_ids": self.rounded,
            "remarks": [what if count == 1 else f"{what} ({count:,})" for what, count in self.remarks.most_common()],
        }


def table_of_files(accounts: Iterable[FileAccount]) -> pd.DataFrame:
    """Return the reading report (`schemas.READING`), one row per file."""
    rows = [account.row() for account in accounts]
    return validate_table(pd.DataFrame(rows), READING) if rows else empty_table(READING)


def reading_remarks(reading: pd.DataFrame) -> list[str]:
    """Return what a researcher should look at, a sentence a file and matter; nothing for files without oddities.

    Examples
    --------
    >>> account = FileAccount("posts.csv", "table", records=9, posts=9, without_author=2, times_unread=1)
    >>> reading_remarks(table_of_files([account]))
    ['posts.csv: 2 of 9 posts name no author.', 'posts.csv: 1 time could not be read and is left empty.']
    """
    return [f"{row['file']}: {said}." for row in reading.to_dict("records") for said in remarks_of_file(row)]


def remarks_of_file(row: Mapping[str, Any]) -> Iterable[str]:
    """Yield what to look at in one file, a phrase a matter."""
    if not row["format"]:
        if row["why"] == UNKNOWN_FORM:
            yield f"not read ({row['why']})"
        return
    posts = int(row["posts"])
    if row["without_author"]:
        yield f"{row['without_author']:,} of {posts:,} posts name no author"
    if row["without_time"] and not row["times_unread"]:
        yield f"{row['without_time']:,} of {posts:,} posts have no time"
    if row["times_unread"]:
        unread = int(row["times_unread"])
        yield f"{unread:,} {'time' if unread == 1 else 'times'} could not be read and {'is' if unread == 1 else 'are'} left empty"  # noqa: E501
    yield from row["rounded_ids"]
    if row["nothing_words"]:
        yield f"taken for an empty cell: {', '.join(row['nothing_words'])}"
    if len(row["columns_unused"]):
        yield f"columns not used: {_listed(row['columns_unused'])}"
    if len(row["sheets_unread"]):
        yield f"sheets not read: {_listed(row['sheets_unread'])}"
    yield from (remark for remark in row["remarks"] if not remark.startswith(CONTEXT_ONLY))


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def reading_sentences(reading: pd.DataFrame) -> list[str]:
    """Return what of the reading belongs into a methods section, a sentence each.

    Examples
    --------
    >>> skipped = FileAccount("likes.json", why=UNKNOWN_FORM)
    >>> reading_sentences(table_of_files([FileAccount("a.csv", "table", posts=4, times_unread=3), skipped]))
    ['The times of 3 posts could not be read.', 'One file beside the posts was not read (likes.json).']
    """
    said = []
    unread = int(reading["times_unread"].sum())
    if unread:
        said.append(f"The times of {_posts(unread)} could not be read.")
    nobody = int(reading["without_author"].sum())
    if nobody:
        said.append(f"The author of {_posts(nobody)} is not known.")
    skipped = list(reading.loc[reading["why"] == UNKNOWN_FORM, "file"])
    if skipped:
        number = "One file" if len(skipped) == 1 else f"{len(skipped):,} files"
        were = "was" if len(skipped) == 1 else "were"
        said.append(f"{number} beside the posts {were} not read ({_listed(skipped)}).")
    rounded = [file for file, found in zip(reading["file"], reading["rounded_ids"], strict=True) if len(found)]
    if rounded:
        said.append(f"Ids of other posts had lost digits and were not used (in {_listed(rounded)}).")
    return said


def _posts(number: int) -> str:
    return f"{number:,} post{'' if number == 1 else 's'}"
