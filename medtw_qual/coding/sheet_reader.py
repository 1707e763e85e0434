"""Reading coding sheets that people send back: what fits is taken, and every oddity is named by its cell."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual._base.workbook_reader import WorkbookSheet, cell_name, cell_text, open_workbook, range_name
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.coding.coding_sheets import ABOUT, CODES, CODING, IMPOSSIBLE, NONE, row_check
from medtw_qual.errors import InvalidTable, MedtwQualError, RoundedIds, UnknownCode, did_you_mean

_LISTED = 20
_COLUMNS = ("unit_id", "text", "context", "memo", "new code", "check")
_CODE_COLUMN = re.compile(r"code \d+")
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+|\d{15}0+")  # 15 digits are what a spreadsheet keeps
Oddity = tuple[type[MedtwQualError], str]


@dataclass(frozen=True)
class SheetRow:
    """One row of a sheet that came back.

    Attributes
    ----------
    number : int
        As the spreadsheet counts.
    cells : mapping
        Column name -> (cell's name, what stands in it).
    """

    number: int
    cells: Mapping[str, tuple[str, Any]]

    def place(self, column: str) -> str:
        """Return the cell's name: "D14"."""
        return self.cells.get(column, (f"row {self.number}", None))[0]

    def text(self, column: str) -> str:
        """Return what stands in the cell, as text; an empty cell is empty."""
        value = self.cells.get(column, ("", None))[1]
        return cell_text(value)


@dataclass(frozen=True)
class SheetReader:
    """Reads one sheet against the codebook and gathers what is odd in it."""

    file: str
    codebook: Codebook
    about: Mapping[str, str]
    codes: Mapping[str, str]
    oddities: list[Oddity] = field(default_factory=list)
    sheet: str = CODING
    columns: Sequence[str] = _COLUMNS

    @cached_property
    def _labels(self) -> dict[str, str]:
        """What may stand in a cell, capitals not counting: the sheet's own names of the codes, and their ids."""
        ids = {code.casefold(): code for code in self.codes.values()}
        return {**ids, **{name.casefold(): code for name, code in self.codes.items()}}

    def workbook(self, book: Sequence[WorkbookSheet]) -> None:
        """Note sheets that are none of ours and hold something, merged cells, errors and formulas without values."""
        sheet = sheet_named(book, self.sheet)
        for other in book:
            if other.name not in (self.sheet, CODES, ABOUT) and not other.is_empty:
                self.odd(f"the sheet {other.name!r} is none of ours, and what stands in it would be lost")
        merged = [range_name(span) for span in sheet.merged]
        if merged:
            self.odd(f"the cells {', '.join(merged)} are merged, and only the first of them holds the value")
        for place, sign in sheet.facts.errors.items():
            self.odd(f"{cell_name(*place)} holds an Excel error ({sign}): write its words again as text")

    def names(self) -> None:
        """Note where the sheet's own list of names and ids no longer fits the codebook."""
        for name, code in self.codes.items():
            known = self.codebook[code].name if code in self.codebook else None
            others = [one.id for one in self.codebook.codes if one.id != code and one.name == name]
            if known is not None and known != name and others:
                self.odd(
                    f"the sheet 'codes' gives the name {name!r} to {code!r}, and in the codebook it is that of"
                    f" {others[0]!r} (was a column sorted alone?)"
                )

    def odd(self, words: str, kind: type[MedtwQualError] = InvalidTable) -> None:
        """Note an oddity; reading goes on, so that all are named at once."""
        self.oddities.append((kind, words))

    def decision(self, row: SheetRow) -> tuple[str, list[str], bool] | None:
        """Return the unit, its codes and whether it cannot be coded; None for a row not coded, or odd."""
        unit = self.unit(row)
        columns = [column for column in row.cells if _CODE_COLUMN.fullmatch(column)]
        labels = {column: row.text(column).strip() for column in columns if row.text(column).strip()}
        if unit is None or not labels:
            return None
        words = set(labels.values())
        if words & {NONE, IMPOSSIBLE} and len(words) > 1:
            first = next(column for column in labels if labels[column] in (NONE, IMPOSSIBLE))
            self.odd(f"{row.place(first)} says {labels[first]!r} and another cell of the row gives a code")
            return None
        codes = [self._code(row, column, label) for column, label in labels.items() if label not in (NONE, IMPOSSIBLE)]
        return unit, [code for code in codes if code], IMPOSSIBLE in words

    def head(self, names: Mapping[str, str], rows: list[SheetRow]) -> None:
        """Note columns that are gone, and columns that hold something and are none of the sheet's."""
        gone = [name for name in ("unit_id", "text", "code 1", "check") if name not in names]
        if gone:
            self.odd(f"the first row no longer names the columns {', '.join(gone)}")
            return
        for name, place in names.items():
            ours = name in self.columns or _CODE_COLUMN.fullmatch(name)
            if not ours and any(row.text(name).strip() for row in rows):
                self.odd(f"the column {name!r} ({place}) is none of the sheet's, and what stands in it would be lost")

    def unit(self, row: SheetRow) -> str | None:
        """Return the row's unit, or None where its id cannot be trusted."""
        place, value = row.cells.get("unit_id", (f"row {row.number}", None))
        if isinstance(value, (int, float)):
            self.odd(f"{place} holds {value!r} as a number: a spreadsheet has rounded the id", RoundedIds)
            return None
        unit = row.text("unit_id").strip()
        if not unit:
            self.odd(f"{place} has no unit_id")
        elif _ROUNDED.fullmatch(unit) and row.text("check") != row_check(unit, row.text("text")):
            self.odd(f"{place} holds {unit!r}: a spreadsheet has rounded the id", RoundedIds)
        elif row.text("check") != row_check(unit, row.text("text")):
            self.odd(f"{place}: the id {unit!r} does not belong to the text beside it (a cell was moved or changed)")
        else:
            return unit
        return None

    def _code(self, row: SheetRow, column: str, label: str) -> str | None:
        code = self._labels.get(label.casefold())
        if code is None or code not in self.codebook:
            known = [*self.codes, *self.codes.values()]
            words = f"{label!r} in {row.place(column)} is not in {self.codebook.label}.{did_you_mean(label, known)}"
            self.odd(words.rstrip("."), UnknownCode)
            return None
        return code

    def finish(self, seen: list[str]) -> None:
        """Raise when anything was odd.

        Raises
        ------
        UnknownCode, RoundedIds, InvalidTable
            The kind of the first oddity; all are named.
        """
        twice = [unit for unit, times in Counter(seen).items() if unit and times > 1]
        for unit in sorted(twice):
            self.odd(f"unit {unit!r} stands in two rows")
        expected = int(self.about.get("units") or 0)
        if expected and len(seen) < expected and not self.oddities:
            self.odd(f"{expected - len(seen)} of its {expected} rows are missing")
        if not self.oddities:
            return
        listed = "; ".join(words for _, words in self.oddities[:_LISTED])
        more = f"; and {len(self.oddities) - _LISTED} more" if len(self.oddities) > _LISTED else ""
        raise self.oddities[0][0](f"{self.file}: {listed}{more}.", "Correct the cells and read the sheet again.")


def read_coding_sheet(path: Path, codebook: Codebook) -> pd.DataFrame | None:
    """Return the decisions of one coding sheet as dense rows, or None for a workbook that is none.

    Raises
    ------
    UnreadableFile
        When it is no workbook.
    UnknownCode, RoundedIds, InvalidTable
        With every odd cell.
    """
    book = open_workbook(path)
    if not _is_coding_sheet(book):
        return None
    about = sheet_pairs(book, ABOUT, path.name)
    reader = SheetReader(path.name, codebook, about, sheet_pairs(book, CODES, path.name))
    reader.workbook(book)
    reader.names()
    names, lines = sheet_rows(sheet_named(book, CODING))
    reader.head(names, lines)
    rows: list[tuple[object, ...]] = []
    for row in lines if not reader.oddities else ():
        decided = reader.decision(row)
        if decided is None:
            continue
        unit, given, impossible = decided
        rest = (row.text("memo"), None, about.get("codebook_hash", ""))
        for code in reader.codes.values():
            status = "impossible" if impossible else "present" if code in given else "absent"
            rows.append((unit, about.get("coder", path.stem), about.get("round", "1"), code, status, *rest))
    reader.finish([row.text("unit_id") for row in lines])
    for code in reader.codes.values():
        codebook.require(code, f"the sheet 'codes' of {path.name}")
    columns = ["unit_id", "coder", "round", "code", "status", "memo", "decided_at", "codebook_hash"]
    return pd.DataFrame(rows, columns=columns, dtype="object")


def read_sheet_notes(path: Path) -> list[dict[str, str]]:
    """Return what was written beside the codes of a coding sheet, also where no code was chosen.

    Returns
    -------
    list of dict
        unit_id, coder, memo, new_code (one of the two may be empty); none for another workbook.

    Raises
    ------
    UnreadableFile
        When it is no workbook.
    """
    book = open_workbook(path)
    if not _is_coding_sheet(book):
        return []
    coder = sheet_pairs(book, ABOUT, path.name).get("coder", path.stem)
    _, rows = sheet_rows(sheet_named(book, CODING))
    notes = [
        {"unit_id": row.text("unit_id"), "coder": coder, "memo": row.text("memo"), "new_code": row.text("new code")}
        for row in rows
    ]
    return [note for note in notes if note["memo"].strip() or note["new_code"].strip()]


def _is_coding_sheet(book: Sequence[WorkbookSheet]) -> bool:
    return {CODING, ABOUT} <= {sheet.name for sheet in book}


def sheet_named(book: Sequence[WorkbookSheet], name: str) -> WorkbookSheet:
    """Return the sheet of this name."""
    return next(sheet for sheet in book if sheet.name == name)


def sheet_pairs(book: Sequence[WorkbookSheet], name: str, file: str) -> dict[str, str]:
    """The first two columns of a sheet, one as the key of the other.

    Raises
    ------
    InvalidTable
        When the sheet is gone, or says two things of one name.
    """
    if name not in {sheet.name for sheet in book}:
        raise InvalidTable(f"{file} has no sheet {name!r} any more.", "Copy it back from the sheet that was sent out.")
    pairs: dict[str, str] = {}
    for row in list(sheet_named(book, name).rows())[1:]:
        key, value = (row[0].strip(), row[1].strip()) if len(row) > 1 else ("", "")
        if not key or not value:
            continue
        if pairs.get(key, value) != value:
            raise InvalidTable(
                f"The sheet {name!r} of {file} says of {key!r} both {pairs[key]!r} and {value!r}.",
                "Give every code a name of its own in the codebook, and write the sheet anew.",
            )
        pairs[key] = value
    return pairs


def sheet_rows(sheet: WorkbookSheet) -> tuple[dict[str, str], list[SheetRow]]:
    """Return the columns' names with their cells, and the rows; a column without a name bears its letter.

    So does a second column of the same name: what stands in it must not take the place of what stands in the first.
    """
    lines = list(sheet.values())
    width = max((len(line) for line in lines), default=0)
    names: list[str] = []
    for place in range(width):
        letters = cell_name(0, place)[:-1]
        given = cell_text(lines[0][place]).strip() if place < len(lines[0]) else ""
        names.append(given if given and given not in names else f"{given} ({letters})" if given else letters)
    places = {name: cell_name(0, place) for place, name in enumerate(names)}
    rows = []
    for number, line in enumerate(lines[1:], 2):
        cells = [*line, *[None] * (width - len(line))]
        found = {name: (cell_name(number - 1, place), cells[place]) for place, name in enumerate(names)}
        if any(value is not None for value in line):
            rows.append(SheetRow(number, found))
    return places, rows
