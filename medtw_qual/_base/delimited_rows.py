"""The rows of a delimited text, one by one: sep= lines, rows above the header, quotation marks left open."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from medtw_qual._base.table_account import TableAccount
from medtw_qual._base.table_dialects import TableDialect, separator_of

LONGEST_CELL = 1 << 20  # characters; the longest posts have 25,000


def delimited_rows(lines: Iterator[str], dialect: TableDialect, account: TableAccount) -> Iterator[list[str]]:
    r"""Yield the rows of a text from its header on; torn rows are left out and named in the account.

    A quotation mark that is not closed takes its own row with it and not those that follow.

    Parameters
    ----------
    lines : iterator of str
        The lines with their ends as they are.
    dialect : TableDialect
    account : TableAccount

    Examples
    --------
    >>> from medtw_qual._base.table_dialects import find_dialect
    >>> text = 'id,text\n1,"half of\n2,all of it\n'
    >>> account = TableAccount("a.csv")
    >>> list(delimited_rows(iter(text.splitlines(keepends=True)), find_dialect(text), account))
    [['id', 'text'], ['2', 'all of it']]
    >>> account.torn_rows
    [2]
    """
    given = _Lines(_table_lines(lines, dialect, account))
    if dialect.escape:
        given = _Lines(_without_nulls(given, dialect.delimiter))
    reader = _reader(given, dialect)
    width = 0
    while True:
        taken = given.begin()
        try:
            row = next(reader, None)
        except csv.Error:
            row = _long_row(given, taken, dialect)
            reader = _reader(given, dialect)
        if row is None:
            return
        account.row += 1
        if taken and _is_torn(row, taken, width, dialect):
            account.torn_rows.append(account.row)
            given.push_back(taken[1:])
            reader = _reader(given, dialect)
        else:
            width = width or len(row)
            yield row


def _reader(lines: Iterator[str], dialect: TableDialect, strict: bool = False) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=dialect.delimiter, escapechar=dialect.escape or None, strict=strict)


def _table_lines(lines: Iterator[str], dialect: TableDialect, account: TableAccount) -> Iterator[str]:
    """Yield the lines from the header on."""
    above = dialect.header_row
    begun = False
    for line in lines:
        if not begun:
            if not line.strip():
                account.row += 1
                continue
            begun = True
            if dialect.separator_line and separator_of(line):
                begun = False
                continue
        if above:
            above -= 1
            account.row += 1
            continue
        yield line
        break
    yield from lines


def _without_nulls(lines: Iterator[str], delimiter: str) -> Iterator[str]:
    r"""Yield the lines with MySQL's sign for nothing, \N as a whole cell, left out."""
    sign = re.escape(delimiter)
    null = re.compile(rf"(?:(?<=\A)|(?<={sign}))\\N(?={sign}|\r?\n?\Z)")
    for line in lines:
        yield null.sub("", line) if "\\N" in line else line


class _Lines:
    """Lines that remember what the current row took of them, and take lines back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self._taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines)
        self._taken.append(line)
        return line

    def begin(self) -> list[str]:
        """Begin a row; the list that is returned grows with the lines it takes."""
        self._taken = []
        return self._taken

    def push_back(self, lines: list[str]) -> None:
        """Give lines back, to be read again."""
        self._back.extendleft(reversed(lines))


def _long_row(given: _Lines, taken: list[str], dialect: TableDialect) -> list[str]:
    """Read a row again whose cell is longer than Python's csv reads without being asked; too long, it is empty.

    The limit is a setting of the whole interpreter: it is raised for this one row and put back at once.
    """
    given.push_back(list(taken))
    taken.clear()
    with _longer_cells():
        try:
            return next(_reader(given, dialect), [])
        except csv.Error:  # longer than any text: the quotation mark was never closed
            return []


@contextmanager
def _longer_cells() -> Iterator[None]:
    limit = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def _is_torn(row: list[str], taken: list[str], width: int, dialect: TableDialect) -> bool:
    """Say whether a row swallowed others: it breaks the rules of quotation, and what follows its first line is a row.

    A row that breaks off where the file ends is torn, too.
    """
    if len(taken) == 1 and row and taken[0][-1:] in "\r\n":
        return False
    with _longer_cells():
        try:
            strict = next(_reader(iter(taken), dialect, strict=True), [])
        except csv.Error as error:
            if not row or "unexpected end of data" in str(error):
                return True
        else:
            if len(strict) == width or not width or len(taken) == 1:
                return False
        try:
            return len(next(_reader(iter(taken[1:]), dialect), [])) == width
        except csv.Error:
            return False
