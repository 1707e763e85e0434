"""The manuscript table: raw values and printed text side by side, frozen, saved in every format an editor asks for."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual._base.office import xml_safe
from medtw_qual.errors import InvalidArgument, did_you_mean
from medtw_qual.manuscript.number_format import Format, format_named


@dataclass(frozen=True)
class TableColumn:
    """One printed column.

    Attributes
    ----------
    sources : tuple of str
        The raw columns of the body that it prints: one, or two for an interval.
    label : str
        What stands above it.
    format : str
        How its values are printed, see `medtw_qual.manuscript.number_format.FORMATS`.
    width : float
        Its share of the page in relation to the others; 0: by its content.
    """

    sources: tuple[str, ...]
    label: str
    format: str = "text"
    width: float = 0.0

    @property
    def style(self) -> Format:
        """How the column is printed and aligned."""
        return format_named(self.format)


@dataclass(frozen=True)
class Spanner:
    """A heading above several neighbouring columns.

    Attributes
    ----------
    label : str
        The words of the heading.
    first, last : int
        Positions of its first and last printed column, from 0.
    """

    label: str
    first: int
    last: int


@dataclass(frozen=True)
class Footnote:
    """A note to one cell; cells with the same note share a letter.

    Attributes
    ----------
    row, column : int
        Position of the cell among the printed ones, from 0; row -1 is the heading of the column.
    text : str
        The note in print.
    """

    row: int
    column: int
    text: str


@dataclass(frozen=True, eq=False)
class ManuscriptTable:
    """A table as it goes into a manuscript.

    Attributes
    ----------
    number : str
        "1", or "A1" in an appendix; empty: no number yet.
    title : str
        What the table shows, in title case.
    body : DataFrame
        Raw values: one row per row in print, as exact as they were computed.
    stub : int
        How many of the first columns name the rows; printed to the left, repeated when a table is cut.
    spanners : tuple of Spanner
        Headings above several columns.
    notes : tuple of str
        What the reader must know: sources, denominators, rounding; printed below as one note.
    columns : tuple of TableColumn
        How the body is printed; left out, every column is printed by its type under its own name.
    footnotes : tuple of Footnote
        Notes to single cells.
    indents : tuple of int
        How far each row's first cell is set in (0, 1, 2 ...); left out: none.
    strong : tuple of int
        Rows in bold, such as themes above their codes.

    Examples
    --------
    >>> import pandas as pd
    >>> table = ManuscriptTable("1", "Posts coded", pd.DataFrame({"code": ["thanks"], "share": [0.155]}))
    >>> table
    ManuscriptTable 1: Posts coded (1 row x 2 columns)
    >>> print(table.text.to_string(index=False))
      code share
    thanks  0.16
    """

    number: str
    title: str
    body: pd.DataFrame
    stub: int = 1
    spanners: tuple[Spanner, ...] = ()
    notes: tuple[str, ...] = ()
    columns: tuple[TableColumn, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    indents: tuple[int, ...] = ()
    strong: tuple[int, ...] = field(default=())

    def __post_init__(self) -> None:
        if not self.columns:
            object.__setattr__(self, "columns", tuple(_column_by_type(self.body, name) for name in self.body.columns))
        object.__setattr__(self, "number", str(self.number))
        _require_sound(self)

    def __repr__(self) -> str:
        name = f"ManuscriptTable {self.number}".strip()
        rows = f"{len(self.body)} row{'' if len(self.body) == 1 else 's'}"
        return f"{name}: {self.title} ({rows} x {len(self.columns)} columns)"

    def _repr_html_(self) -> str:
        from medtw_qual.manuscript.writers.web import table_html

        return table_html(self)

    @cached_property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """The printed text, row by row, without the letters of the notes."""
        printed = [
            [column.style.print(*values) for values in zip(*(self.body[name] for name in column.sources), strict=True)]
            for column in self.columns
        ]
        return tuple(zip(*printed, strict=True))

    @property
    def text(self) -> pd.DataFrame:
        """The printed text as a DataFrame, its columns named as in print."""
        shown = [[xml_safe(text) for text in row] for row in self.cells]
        return pd.DataFrame(shown, columns=[column.label for column in self.columns], dtype="str")

    @property
    def heading(self) -> str:
        """``Table 1``, or nothing while the table has no number."""
        return f"Table {self.number}" if self.number else ""

    @property
    def html_id(self) -> str:
        """The id of the table in a page: made from number and title, so it is the same every time."""
        words = "".join(c if c.isascii() and c.isalnum() else " " for c in f"table {self.number} {self.title}".lower())
        return "-".join(words.split())[:60].rstrip("-")

    @cached_property
    def letters(self) -> dict[tuple[int, int], str]:
        """Letter of the note for each cell that has one: a, b, c in reading order, one letter per text."""
        known: dict[str, str] = {}
        found: dict[tuple[int, int], str] = {}
        for note in sorted(self.footnotes, key=lambda footnote: (footnote.row, footnote.column)):
            known.setdefault(note.text, _letter(len(known)))
            found[note.row, note.column] = known[note.text]
        return found

    @cached_property
    def lettered_notes(self) -> tuple[tuple[str, str], ...]:
        """Each letter with its note, in order."""
        texts: dict[str, str] = {}
        for note in sorted(self.footnotes, key=lambda footnote: (footnote.row, footnote.column)):
            texts.setdefault(self.letters[note.row, note.column], note.text)
        return tuple(texts.items())

    @property
    def note(self) -> str:
        """The general note in one piece."""
        return " ".join(text.strip() for text in self.notes if text.strip())

    @property
    def landscape(self) -> bool:
        """Whether the table needs a page on its side."""
        from medtw_qual.manuscript.page_layout import plan_layout

        return plan_layout(self).landscape

    @cached_property
    def widths(self) -> tuple[float, ...]:
        """What each column asks for in characters: its longest word at least, its longest cell up to 36."""
        return tuple(
            column.width or _wanted_width([column.label, *(row[position] for row in self.cells)])
            for position, column in enumerate(self.columns)
        )

    def indent_of(self, row: int) -> int:
        """How far the first cell of a row is set in.

        Parameters
        ----------
        row : int
            Position of the row, from 0.
        """
        return self.indents[row] if self.indents else 0

    def replace(self, **changes: Any) -> "ManuscriptTable":  # noqa: ANN401 - handed on to the fields
        """Return the table with some fields changed: ``table.replace(number="3")``.

        Parameters
        ----------
        **changes : any field of the table
            Its new value.
        """
        return replace(self, **changes)

    def save(self, path: str | Path) -> Path:
        """Write the table; the format goes by the ending.

        Parameters
        ----------
        path : str or Path
            .docx: a Word table that an editor can edit; landscape when wide. .xlsx: numbers as numbers in the
            printed format, raw values and notes on sheets of their own. .tex: a booktabs fragment to
            be input. .html: a page. .csv: the raw values. .md: a pipe table.

        Returns
        -------
        Path
            The file; two saves of one table are equal byte for byte.

        Raises
        ------
        InvalidArgument
            When no writer knows the ending.
        """
        from medtw_qual.manuscript.writers import writer_for

        target = Path(path)
        writer_for(target.suffix)(self, target)
        return target


def _letter(position: int) -> str:
    """Return a, b ... z, aa, ab ..."""
    letters = ""
    rest = position + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        letters = chr(97 + last) + letters
    return letters


def _column_by_type(body: pd.DataFrame, name: str) -> TableColumn:
    values = body[name]
    if pd.api.types.is_bool_dtype(values.dtype) or not pd.api.types.is_numeric_dtype(values.dtype):
        return TableColumn((name,), str(name))
    whole = pd.api.types.is_integer_dtype(values.dtype)
    return TableColumn((name,), str(name), "whole" if whole else "decimal")


def _wanted_width(texts: list[str]) -> float:
    longest_word = max((len(word) for text in texts for word in text.split()), default=1)
    longest_text = max((len(line) for text in texts for line in text.splitlines()), default=1)
    return float(max(3, min(longest_word, 24), min(longest_text, 36)))


def _require_sound(table: ManuscriptTable) -> None:
    if table.body.columns.has_duplicates:
        raise InvalidArgument("Two columns of the table's body have one name.", "Give each column its own name.")
    for column in table.columns:
        wanted = column.style.sources
        if len(column.sources) != wanted:
            raise InvalidArgument(
                f"Column {column.label!r} is made from {len(column.sources)} raw columns, but its format"
                f" {column.format!r} takes {wanted}.",
                "Name as many sources as the format takes.",
            )
        for name in column.sources:
            if name not in table.body.columns:
                raise InvalidArgument(
                    f"Column {column.label!r} is to print {name!r}, which the body does not have."
                    f"{did_you_mean(name, map(str, table.body.columns))}",
                    f"The body has: {', '.join(map(str, table.body.columns))}.",
                )
    if table.indents and len(table.indents) != len(table.body):
        raise InvalidArgument("There are not as many indents as rows.", "Give one indent per row, or none.")
    if not 0 <= table.stub <= len(table.columns):
        raise InvalidArgument("The stub is wider than the table.", "Say how many of the first columns name the rows.")
    _require_sound_spanners(table)


def _require_sound_spanners(table: ManuscriptTable) -> None:
    taken: set[int] = set()
    for spanner in table.spanners:
        covered = set(range(spanner.first, spanner.last + 1))
        if not covered or min(covered) < 0 or max(covered) >= len(table.columns) or covered & taken:
            raise InvalidArgument(
                f"The heading {spanner.label!r} spans columns that are not there or already below another heading.",
                "Give the positions of its first and last column, counted from 0.",
            )
        taken |= covered
