r"""How a delimited text is written: its delimiter, the line of its header, and how it writes quotation marks."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
# Excel reads a first line such as sep=; as the delimiter of the file, and programs write it for Excel.
_SEPARATOR_LINE = re.compile(r'\A\ufeff?"?sep=(.)"?[ ]*\r?\n?\Z', re.IGNORECASE)
_LOOKED_AT = 60
_HEAD = 1 << 20  # characters; the first rows stand in them
_HIGHEST = 10  # how many rows may stand above a header that is known by its names


_Rows = dict[str, list[tuple[int, list[str]]]]
_Found = tuple[str, int, list[str]]


@dataclass(frozen=True)
class TableDialect:
    r"""How a delimited text is written.

    Attributes
    ----------
    delimiter : str
        Between the cells: "," ";" "\t" "|", or what a line sep= names.
    header : tuple of str
        The names of the columns, as they stand there.
    header_row : int
        How many lines stand above the header, a line sep= and the blank lines at the very top not counted.
    escape : str
        A backslash where quotation marks within a cell are written ``\"``; empty where they are doubled (RFC 4180).
    separator_line : bool
        Whether the file begins with a line such as ``sep=;``.
    """

    delimiter: str = ","
    header: tuple[str, ...] = ()
    header_row: int = 0
    escape: str = ""
    separator_line: bool = False


def separator_of(line: str) -> str:
    r"""Return the delimiter that a line such as ``sep=;`` names, or "" for any other line.

    Examples
    --------
    >>> separator_of("sep=;\r\n"), separator_of("sep,text")
    (';', '')
    """
    found = _SEPARATOR_LINE.match(line)
    return found.group(1) if found else ""


def find_dialect(text: str, known: Callable[[str], bool] | None = None, delimiters: str = "") -> TableDialect:
    r"""Find out how a delimited text is written, from its header rather than from the signs in its texts.

    Where the first row is a header under some delimiter - names, and rows of as many cells below - that delimiter is
    taken. Otherwise the table may begin further down, below rows about the query: the header is the first row of those
    with the most cells together.

    Parameters
    ----------
    text : str
        The beginning of the file.
    known : function, optional
        Whether a cell is the name of a column that is expected: the row and the delimiter with the most of them win.
    delimiters : str
        The characters that may stand between the cells; default: comma, semicolon, tabulator, bar.

    Returns
    -------
    TableDialect

    Examples
    --------
    >>> find_dialect("id,text\n1,thanks; all; of; you\n2,hello; to; the; ward\n").header
    ('id', 'text')
    >>> find_dialect("Report;made today\n\nid;text;lang\n1;thanks;en\n2;hello;en\n").header_row
    2
    >>> find_dialect("sep=;\nid;text\n1;thanks\n").separator_line
    True
    """
    text = text[len(text) - len(text.lstrip("\ufeff")) :]
    start = _blank_lines(text)
    first = text[start:].split("\n", 1)[0]
    named = separator_of(first)
    if named:
        start += len(first) + 1
        start += _blank_lines(text[start:])
    body = text[start:]
    rows = {mark: _parsed(body, mark) for mark in (named or delimiters or DELIMITERS)}
    mark, line, cells = _by_names(rows, known) or _by_first_row(rows) or _by_size(rows)
    header = tuple(cell.strip().lstrip("\ufeff") for cell in cells)
    return TableDialect(mark, header, line, _escape(body, mark), bool(named))


def place_of_header(rows: list[list[str]], known: Callable[[str], bool] | None = None) -> int:
    """Return which row of a sheet is its header, from 0.

    Examples
    --------
    >>> place_of_header([["Codings of the pilot", ""], ["", ""], ["unit_id", "code"], ["u1", "thanks"]])
    2
    """
    numbered = {"": [(place, row) for place, row in enumerate(rows) if any(cell.strip() for cell in row)]}
    if not numbered[""]:
        return 0
    _, line, _ = _by_names(numbered, known) or _by_first_row(numbered) or _widest(numbered[""])
    return line


def _widest(rows: list[tuple[int, list[str]]]) -> _Found:
    """Return the first row that is as wide as most; of rows of one width, the first."""
    widths = Counter(filled_width(row) for _, row in rows)
    usual = max(widths, key=lambda width: (widths[width] * width, width))
    line, cells = rows[0] if usual == 1 else next((line, row) for line, row in rows if 2 * filled_width(row) > usual)
    return "", line, cells


def _blank_lines(text: str) -> int:
    """Return where the first line begins that is not blank."""
    found = re.match(r"(?:[ \t]*\r?\n)*", text)
    return found.end() if found else 0


def _parsed(text: str, delimiter: str, escape: str = "") -> list[tuple[int, list[str]]]:
    """Return the first rows, each with the number of lines above it."""
    reader = csv.reader(io.StringIO(text[:_HEAD], newline=""), delimiter=delimiter, escapechar=escape or None)
    rows: list[tuple[int, list[str]]] = []
    started = 0
    try:
        for row in reader:
            if row:
                rows.append((started, row))
            started = reader.line_num
            if len(rows) >= _LOOKED_AT:
                break
    except csv.Error:
        pass
    return rows


def filled_width(cells: list[str]) -> int:
    """Return the number of cells without the empty ones at the end."""
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    return width


def _by_names(rows: _Rows, known: Callable[[str], bool] | None) -> _Found | None:
    if known is None:
        return None
    best: tuple[tuple[int, int], _Found] | None = None
    for mark, found in rows.items():
        for line, cells in found[:_HIGHEST]:
            score = (sum(known(cell.strip()) for cell in cells), -line)
            if score[0] and (best is None or score > best[0]):
                best = (score, (mark, line, cells))
    return best[1] if best else None


def _by_first_row(rows: _Rows) -> _Found | None:
    best: tuple[tuple[int, int], _Found] | None = None
    for mark, found in rows.items():
        if not found or not are_names(found[0][1]):
            continue
        line, cells = found[0]
        width, below = filled_width(cells), [row for _, row in found[1:]]
        equal = sum(filled_width(row) <= width <= len(row) for row in below)
        fitting = sum(len(row) > 1 and filled_width(row) <= width for row in below)
        if 2 * fitting < len(below) or _begins_below(below, width):
            continue
        score = (equal, width)
        if best is None or score > best[0]:
            best = (score, (mark, line, cells))
    return best[1] if best else None


def _begins_below(rows: list[list[str]], width: int) -> bool:
    """Say whether a wider table with a header of its own begins in these rows, and goes on to their end."""
    for place, row in enumerate(rows[:-1]):
        if filled_width(row) > width and are_names(row):
            return all(len(below) == len(row) for below in rows[place + 1 :])
    return False


def are_names(cells: list[str]) -> bool:
    """Say whether a row may be a header of several columns: different words, none of which begins with a digit."""
    names = [cell.strip().lstrip("\ufeff") for cell in cells[: filled_width(cells)]]
    given = [name for name in names if name]
    return (
        len(names) > 1
        and len(given) >= len(names) - 1
        and len(set(given)) == len(given)
        and not any(name[:1].isdigit() for name in given)
    )


def _by_size(rows: _Rows) -> _Found:
    best: tuple[int, _Found] = (0, (next(iter(rows)), 0, []))
    for mark, found in rows.items():
        if not found:
            continue
        number = Counter(len(row) for _, row in found)
        width = max(number, key=lambda wide: (wide * number[wide], number[wide]))
        line, cells = next((line, row) for line, row in found if len(row) == width)
        if len(found[0][1]) > width and are_names(found[0][1]):  # rows that leave out their last cells
            line, cells = found[0]
        size = width * number[width] if width > 1 else 1
        if size > best[0]:
            best = (size, (mark, line, cells))
    mark, line, cells = best[1]
    return (mark, line, cells) if len(cells) > 1 else (mark, 0, cells)


def _escape(text: str, delimiter: str) -> str:
    r"""Return a backslash where quotation marks are written \" (as MySQL does), judged by which reading gives rows."""
    if not re.search(rf'\\"(?!["\r\n{re.escape(delimiter)}]|\Z)', text):
        return ""
    plain, escaped = _regular_rows(text, delimiter, ""), _regular_rows(text, delimiter, "\\")
    return "\\" if escaped > plain else ""


def _regular_rows(text: str, delimiter: str, escape: str) -> int:
    """Count the rows that keep the rules of quotation and have as many cells as most."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, escapechar=escape or None, strict=True)
    widths: Counter[int] = Counter()
    try:
        for row in reader:
            widths[len(row)] += 1
    except csv.Error:
        pass
    return max(widths.values(), default=0)
