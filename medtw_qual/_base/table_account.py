"""What a reader of tables guessed and met on the way, for notes, warnings and errors of those who call it."""

from dataclasses import dataclass, field

_SHOWN = 5


@dataclass
class TableAccount:
    """What was guessed about a table and met in it; it fills while the rows are read.

    Attributes
    ----------
    file : str
        Name of the file, for messages.
    encoding, delimiter, escape : str
        Of a text; empty for a workbook.
    sheet : str
        The sheet that was read; empty for a text.
    other_sheets : tuple of str
        Sheets that hold something and were not read, hidden ones marked.
    row : int
        The row being read, as a spreadsheet counts (the first is 1).
    replaced : int
        Characters that could not be read and became U+FFFD.
    empty, repeated_headers, further_headers, surplus_rows : int
        Empty rows; rows equal to the header (tables joined by hand); rows below the header that say what the columns
        are (the questions of a survey); rows with empty cells beyond the header.
    short_rows, long_rows, torn_rows : list of int
        Rows with fewer cells than the header, with more (filled) cells, and rows whose quotation mark is never closed.
    repeated_names : list of str
        Names of columns that occur twice.
    """

    file: str
    encoding: str = ""
    delimiter: str = ""
    escape: str = ""
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    row: int = 0
    replaced: int = 0
    empty: int = 0
    repeated_headers: int = 0
    further_headers: int = 0
    surplus_rows: int = 0
    short_rows: list[int] = field(default_factory=list)
    long_rows: list[int] = field(default_factory=list)
    torn_rows: list[int] = field(default_factory=list)
    repeated_names: list[str] = field(default_factory=list)

    def count_replaced(self, number: int) -> None:
        """Count characters that could not be read."""
        self.replaced += number

    @property
    def remarks(self) -> list[str]:
        """What a researcher should know, in a sentence each; nothing for a table without oddities.

        Examples
        --------
        >>> TableAccount("a.csv", encoding="cp1252").remarks
        ['a.csv is not UTF-8 and was read as Windows-1252 (Western Europe): check its accented letters.']
        """
        said = []
        if self.encoding == "cp1252":
            said.append(
                f"{self.file} is not UTF-8 and was read as Windows-1252 (Western Europe): check its accented letters."
            )
        if self.replaced:
            said.append(f"{self.replaced} characters of {self.file} could not be read and became U+FFFD.")
        if self.other_sheets:
            said.append(f"Of {self.file} the sheet {self.sheet!r} was read; not read: {', '.join(self.other_sheets)}.")
        if self.repeated_headers:
            said.append(f"{self.repeated_headers} rows of {self.file} repeat its header and were left out.")
        if self.further_headers:
            said.append(
                f"{self.further_headers} rows below the header of {self.file} say what its columns are: left out."
            )
        if self.short_rows:
            said.append(f"{self.file} has rows that end early, read as empty cells: {listed(self.short_rows)}.")
        if self.repeated_names:
            said.append(f"{self.file} has columns of the same name: {', '.join(map(repr, self.repeated_names))}.")
        return said


def listed(rows: list[int]) -> str:
    """Name rows for a message, the first five of them.

    Examples
    --------
    >>> listed([2, 7]), listed([9])
    ('rows 2, 7', 'row 9')
    """
    shown = ", ".join(map(str, rows[:_SHOWN]))
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {shown}{more}"
