"""The one reader of tables that people hand in, text or workbook: every cell as the text it is, nothing shifted."""

import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from warnings import warn

import pandas as pd

from medtw_qual._base.delimited_rows import delimited_rows
from medtw_qual._base.files import require_file
from medtw_qual._base.office import formula_restored
from medtw_qual._base.sheet_choice import choose_sheet, header_place, require_plain_cells
from medtw_qual._base.table_account import TableAccount, listed
from medtw_qual._base.table_dialects import find_dialect
from medtw_qual._base.table_rows import fitted_rows
from medtw_qual._base.text_encodings import find_encoding, open_text
from medtw_qual._base.workbook_reader import is_workbook, open_workbook
from medtw_qual.errors import EmptyFile, InvalidTable, UnreadableFile

Known = Callable[[str], bool]
# What R, pandas, SQL and spreadsheets write into empty cells. "none" in small letters is a word of people's own.
NOTHING_WORDS = frozenset({
    "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "Null", "None", "<NA>", "\\N",
})  # fmt: skip
_UNNAMED = re.compile(r"column \d+")


@dataclass(frozen=True, eq=False)
class TextTable:
    """A table as it was read.

    Attributes
    ----------
    frame : DataFrame
        Every cell as text; an empty one is the empty string.
    rows : tuple of int
        The number of each row in its file, as a spreadsheet counts (the header is mostly 1).
    account : TableAccount
        What was guessed and met.
    """

    frame: pd.DataFrame
    rows: tuple[int, ...]
    account: TableAccount

    def warn(self) -> None:
        """Warn of what a researcher should know about the file."""
        for remark in self.account.remarks:
            warn(remark, stacklevel=3)


def read_text_table(
    path: str | Path,
    *,
    sheet: str | None = None,
    known: Known | Collection[str] | None = None,
    repeated: bool = False,
    shielded: bool = True,
    drop_headers: bool = True,
) -> TextTable:
    r"""Read a table from .csv, .tsv, .txt, .xlsx, .xlsm, .xls or .ods, whatever its name ends in.

    What kind of file it is, its encoding, its delimiter and its header are found by looking into it. A cell that was
    shielded against running as a formula loses its apostrophe.

    Parameters
    ----------
    path : str or Path
    sheet : str, optional
        The sheet of a workbook; default: the one that has the expected columns, or else the first that holds anything.
    known : function or collection of str, optional
        Whether a cell is the name of an expected column (capitals and outer blanks do not count in a collection).
    repeated : bool
        Whether two columns may have one name (the second is numbered then).
    shielded : bool
        Whether an apostrophe that keeps a cell of a text from running as a formula is taken off.
    drop_headers : bool
        Whether rows equal to the header (of tables joined by hand) are left out.

    Returns
    -------
    TextTable

    Raises
    ------
    MissingFile, EmptyFile
    UnreadableFile
        When the file is damaged or of no known kind; when a row has more cells than the header, or a quotation mark is
        never closed; when a sheet has merged cells, errors, or formulas without their values.
    InvalidTable
        When two columns have one name, or a workbook has several sheets and nothing says which.
    RoundedIds
        When a number in a workbook has more digits than a spreadsheet keeps.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "a.csv")
    ...     _ = file.write_bytes("sep=;\r\nid;words\r\n1;\"so; so\"\r\n".encode("utf-16"))
    ...     table = read_text_table(file)
    >>> table.frame.to_dict("records"), table.account.encoding, table.account.delimiter
    ([{'id': '1', 'words': 'so; so'}], 'utf-16', ';')
    """
    file = require_file(path)
    expected = known_names(known)
    content = file.read_bytes()
    account = TableAccount(file.name)
    if is_workbook(content):
        sheets = open_workbook(io.BytesIO(content), file.name)
        chosen = choose_sheet(sheets, sheet, expected, account)
        require_plain_cells(chosen, expected)
        raw = _from_header(chosen.rows(), expected, account)
        table = _gathered(raw, account, drop_headers)
    else:
        raw = _text_rows(content, expected, account)
        cells = map(_unshielded, raw) if shielded else raw
        table = _gathered(cells, account, drop_headers)
    _require_sound(table, account, repeated)
    return table


def read_cells(path: str | Path, known: Known | Collection[str] | None = None) -> list[list[str]]:
    """Read a text, or a workbook's sheet with the expected columns, as rows of cells, those above the header empty.

    For files whose rows mean something else than one record each; `read_text_table` is for all others.

    Parameters
    ----------
    path : str or Path
    known : function or collection of str, optional
        Whether a cell is the name of an expected column.

    Raises
    ------
    MissingFile, EmptyFile, UnreadableFile, InvalidTable, RoundedIds
    """
    file = require_file(path)
    content = file.read_bytes()
    account = TableAccount(file.name)
    if is_workbook(content):
        chosen = choose_sheet(open_workbook(io.BytesIO(content), file.name), None, known_names(known), account)
        require_plain_cells(chosen, known_names(known))
        rows = list(chosen.rows())
    else:
        rows = []
        for row in _text_rows(content, known_names(known), account):
            rows += [[]] * (account.row - 1 - len(rows))
            rows.append(_unshielded(row))
    for remark in account.remarks:
        warn(remark, stacklevel=3)
    _refuse_torn(account)
    return rows


def known_names(known: Known | Collection[str] | None) -> Known | None:
    """Return a function that says whether a cell is an expected name, capitals and outer blanks not counting."""
    if known is None or callable(known):
        return known
    names = {name.casefold() for name in known}
    return lambda cell: cell.strip().casefold() in names


def _text_rows(content: bytes, known: Known | None, account: TableAccount) -> Iterator[list[str]]:
    account.encoding = find_encoding(content, whole=True)
    with open_text(io.BytesIO(content), account.encoding, account.count_replaced) as lines:
        text = lines.read()
    if "\x00" in text[:8192]:
        raise UnreadableFile(f"{account.file} is no text and no workbook.", "Save the table as .csv or .xlsx.")
    dialect = find_dialect(text, known)
    account.delimiter, account.escape = dialect.delimiter, dialect.escape
    yield from delimited_rows(iter(io.StringIO(text, newline="")), dialect, account)


def _from_header(rows: Iterable[list[str]], known: Known | None, account: TableAccount) -> Iterator[list[str]]:
    """Yield a sheet's rows from its header on."""
    given = iter(rows)
    first = [row for _, row in zip(range(60), given, strict=False)]
    top = header_place(first, known)
    for number, row in enumerate(first[top:], top + 1):
        account.row = number
        yield row
    for row in given:
        account.row += 1
        yield row


def _unshielded(row: list[str]) -> list[str]:
    """Return a row without the apostrophes that keep cells from running as formulas; most rows have none."""
    return [formula_restored(cell) if cell[:1] == "'" else cell for cell in row]


def _gathered(raw: Iterable[list[str]], account: TableAccount, drop_headers: bool) -> TextTable:
    fitted = fitted_rows(raw, account, drop_headers=drop_headers)
    header = next(fitted, None)
    if header is None:
        raise EmptyFile(f"{account.file} holds no rows.", "Export or save the table again.")
    cells, numbers = [], []
    for row in fitted:
        cells.append(row)
        numbers.append(account.row)
    columns = zip(*cells, strict=True) if cells else [()] * len(header)
    frame = pd.DataFrame({name: pd.Series(column, dtype="str") for name, column in zip(header, columns, strict=True)})
    unnamed = [name for name in frame if _UNNAMED.fullmatch(name) and (frame[name] == "").all()]
    return TextTable(frame.drop(columns=unnamed), tuple(numbers), account)


def _refuse_torn(account: TableAccount) -> None:
    if account.torn_rows:
        raise UnreadableFile(
            f"{account.file} has a quotation mark that is never closed in {listed(account.torn_rows)}.",
            "A download may have broken off; export the table again, or mend the row in a text editor.",
        )


def _require_sound(table: TextTable, account: TableAccount, repeated: bool) -> None:
    _refuse_torn(account)
    if account.long_rows:
        raise UnreadableFile(
            f"{account.file} has more cells than columns in {listed(account.long_rows)}: which of them has moved,"
            " nobody knows.",
            "Put text that holds the delimiter between double quotes, and give every column a name.",
        )
    if account.repeated_names and not repeated:
        raise InvalidTable(
            f"{account.file} has two columns called {account.repeated_names[0]!r}.", "Give each a name of its own."
        )


def without_nothing_words(
    frame: pd.DataFrame, free_text: Collection[str] = (), words: Collection[str] = NOTHING_WORDS
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return a table in which the words that stand for an empty cell are empty cells, and how often each stood there.

    Parameters
    ----------
    frame : DataFrame
        As `read_text_table` returns it.
    free_text : collection of str
        Columns in which people write: there a word is a word.
    words : collection of str

    Examples
    --------
    >>> table = pd.DataFrame({"reply_to": ["NA", "7"], "text": ["NA", "hello"]})
    >>> cleaned, counted = without_nothing_words(table, free_text=["text"])
    >>> cleaned["reply_to"].tolist(), cleaned["text"].tolist(), counted
    (['', '7'], ['NA', 'hello'], {'NA': 1})
    """
    counted: dict[str, int] = {}
    columns = {}
    for name in frame.columns:
        stands = frame[name].isin(list(words)) if name not in free_text else None
        if stands is None or not stands.any():
            columns[name] = frame[name]
            continue
        for word, times in frame.loc[stands, name].value_counts().items():
            counted[str(word)] = counted.get(str(word), 0) + int(times)
        columns[name] = frame[name].mask(stands, "")
    return pd.DataFrame(columns, index=frame.index), counted


@contextmanager
def text_lines(stream: BinaryIO, encoding: str, account: TableAccount) -> Iterator[Iterator[str]]:
    """Give the lines of a stream, decoded; what could not be read is counted in the account."""
    text = open_text(stream, encoding, account.count_replaced)
    try:
        yield text
    finally:
        if not text.closed:  # where reading was stopped, the file may be closed already
            text.detach()
