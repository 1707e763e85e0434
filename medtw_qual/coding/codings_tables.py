"""Codings that come as a table: long, wide, or with several codes in one cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from warnings import warn

import pandas as pd

from medtw_qual._base.table_reader import NOTHING_WORDS, read_text_table, without_nothing_words
from medtw_qual._base.workbook_reader import is_workbook_file
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.coding.sheet_reader import read_coding_sheet
from medtw_qual.errors import InvalidTable, MissingColumn, UnknownCode, did_you_mean

_STATUS = {
    "1": "present", "true": "present", "yes": "present", "x": "present", "present": "present",
    "0": "absent", "false": "absent", "no": "absent", "absent": "absent", "-": "absent",
    "impossible": "impossible",
}  # fmt: skip
_META = ("unit_id", "coder", "round", "memo", "decided_at")
# Columns that are known by their names; a table may carry the unit's words (text, context), which are not read.
_FIELDS = (
    *_META, "codes", "code", "status", "start", "end", "codebook_hash", "coder_kind", "text", "context",
)  # fmt: skip
_FREE_TEXT = ("unit_id", "coder", "memo", "text", "context")


@dataclass(frozen=True)
class TableShape:
    """How a table of codings is to be read; the fields are the options of `read_codings`."""

    columns: Mapping[str, str] = field(default_factory=dict)
    coder: str | None = None
    round: str | None = None
    delimiter: str = ";"
    code_names: Mapping[str, str | None] = field(default_factory=dict)
    impossible: Sequence[str] = ()
    blank: str = "not coded"
    sheet: str | None = None
    ignore: Sequence[str] = ()


def read_tabular(path: Path, codebook: Codebook, shape: TableShape) -> pd.DataFrame:
    """Read one table of codings, whatever its shape, as rows of `schemas.CODINGS`.

    Raises
    ------
    MissingColumn
        When no column holds the units, or a column that was named is not there.
    InvalidTable
        When a column is used for nothing, or a cell says nothing that is known.
    UnknownCode
    """
    if is_workbook_file(path):
        sheet = read_coding_sheet(path, codebook)
        if sheet is not None:
            return sheet
    read = read_text_table(path, sheet=shape.sheet, known=[*_FIELDS, *shape.columns.values()])
    read.warn()
    table = _with_our_names(read.frame, shape, path.name)
    if "unit_id" not in table:
        raise MissingColumn(
            f"{path.name} has no column 'unit_id' (it has: {', '.join(table.columns)}).",
            'Say which column holds the units: columns={"unit_id": "comment_id"}.',
        )
    table = _without_words_for_nothing(table, codebook, path.name)
    for name in ("unit_id", "coder", "round"):
        if name in table:
            table[name] = table[name].str.strip()
    _require_ids(table["unit_id"], read.rows, path.name)
    table["coder"] = table.get("coder", shape.coder or path.stem)
    table["round"] = table.get("round", shape.round or "1")
    for name in ("memo", "decided_at"):
        table[name] = table.get(name, "")
    reader = TabularReader(path.name, codebook, shape, read.rows)
    _require_one_meaning(set(table.columns), path.name)
    _require_used(table, shape, path.name)
    _warn_of_near_names(table["coder"], path.name)
    if "codes" in table:
        return reader.delimited(table)
    return reader.long(table) if "code" in table else reader.wide(table)


def folded(name: str) -> str:
    """Return a column's name as it is compared: capitals, outer blanks, and blanks or hyphens within do not count.

    Examples
    --------
    >>> folded(" Unit ID "), folded("decided-at")
    ('unit_id', 'decided_at')
    """
    return name.strip().casefold().replace(" ", "_").replace("-", "_")


def _with_our_names(table: pd.DataFrame, shape: TableShape, file: str) -> pd.DataFrame:
    """Name the columns as `schemas.CODINGS` does, by what the researcher said and then by the names themselves."""
    given = {folded(name): name for name in table.columns}
    ours: dict[str, str] = {}
    for name, theirs in shape.columns.items():
        found = theirs if theirs in table.columns else given.get(folded(theirs))
        if found is None:
            raise MissingColumn(
                f"{file} has no column {theirs!r}, named for {name!r}.{did_you_mean(theirs, table.columns)}",
                f"It has: {', '.join(table.columns)}.",
            )
        ours[found] = name
    for name in table.columns:
        if name not in ours and folded(name) in _FIELDS and folded(name) not in ours.values():
            ours[name] = folded(name)
    twice = [name for name in ours.values() if list(ours.values()).count(name) > 1]
    if twice:
        raise InvalidTable(f"{file} has two columns for {twice[0]!r}.", "Rename or delete one of them.")
    return table.rename(columns=ours)


def _require_used(table: pd.DataFrame, shape: TableShape, file: str) -> None:
    """No column passes unread: what a coder wrote there would be lost.

    In a wide table every further column is a code.
    """
    if "codes" not in table and "code" not in table:
        return
    ignored = {folded(name) for name in shape.ignore}
    unused = [name for name in table.columns if name not in _FIELDS and folded(name) not in ignored]
    filled = [name for name in unused if (table[name].str.strip() != "").any()]
    if filled:
        raise InvalidTable(
            f"{file} has the column {filled[0]!r}, which is used for nothing."
            + did_you_mean(folded(filled[0]), _FIELDS),
            f'Say what it holds, e.g. columns={{"status": "{filled[0]}"}}, or that it is not needed:'
            f' ignore=["{filled[0]}"].',
        )


def _without_words_for_nothing(table: pd.DataFrame, codebook: Codebook, file: str) -> pd.DataFrame:
    """Empty the cells that hold a word for nothing (NA, null), unless the codebook has a code of that name."""
    names = {name for code in codebook.codes for name in (code.id.casefold(), code.name.casefold())}
    words = [word for word in NOTHING_WORDS if word.casefold() not in names]
    cleaned, counted = without_nothing_words(table, _FREE_TEXT, words)
    if counted:
        shown = ", ".join(f"{word!r} {times} times" for word, times in counted.items())
        warn(f"Words for nothing in {file} were read as empty cells: {shown}.", stacklevel=4)
    return cleaned


def _warn_of_near_names(coders: pd.Series, file: str) -> None:
    written: dict[str, str] = {}
    for name in coders.unique():
        other = written.setdefault(str(name).casefold(), str(name))
        if other != name:
            warn(f"{file} has the coders {other!r} and {name!r}: are they two people?", stacklevel=4)


def _require_one_meaning(columns: set[str], name: str) -> None:
    """A status or a passage belongs to one code: beside several in a cell, nobody knows to which."""
    beside = sorted(columns & {"status", "start", "end"})
    if "codes" in columns and beside:
        raise InvalidTable(
            f"{name} has several codes in a cell and beside them {', '.join(beside)}.",
            "Write one row per unit and code, with the columns code, status, start and end.",
        )
    if "status" not in columns and columns & {"start", "end"}:
        raise InvalidTable(
            f"{name} marks passages (start, end) and has no column status.",
            "Add it: present, absent or impossible in every row.",
        )


def _require_ids(ids: pd.Series, rows: Sequence[int], name: str) -> None:
    empty = ids[ids == ""]
    if len(empty):
        raise InvalidTable(f"Row {rows[empty.index[0]]} of {name} has no unit_id.", "Complete it and read it again.")


def _split(cell: str, delimiter: str) -> list[str]:
    return [label.strip() for label in cell.split(delimiter) if label.strip()]


@dataclass(frozen=True)
class TabularReader:
    """Reads the three shapes of one file; `rows` are the numbers of its rows as a spreadsheet shows them."""

    file: str
    codebook: Codebook
    shape: TableShape
    rows: Sequence[int]

    def code(self, label: str, where: str) -> str | None:
        """Return the id of the code that a table calls `label`, or None for a label that is not carried over."""
        label = label.strip()
        if label in self.shape.code_names:
            target = self.shape.code_names[label]
            if target is not None:
                self.codebook.require(target, "code_names")
            return target
        found = self._names.get(label.casefold())
        meant = self._namesakes.get(label.casefold(), ())
        if len(meant) > 1 and label.casefold() not in self._ids:
            raise UnknownCode(
                f"{label!r} in {where} of {self.file} is the name of {len(meant)} codes: {', '.join(meant)}.",
                f'Write the id, or say which is meant: code_names={{"{label}": "{meant[0]}"}}.',
            )
        if found is None:
            known = [*self.codebook.ids, *(code.name for code in self.codebook.codes)]
            raise UnknownCode(
                f"{label!r} in {where} of {self.file} is not in {self.codebook.label}.{did_you_mean(label, known)}",
                self._what_it_may_be(label),
            )
        return found

    def _what_it_may_be(self, label: str) -> str:
        """Say what to do with a label that is no code; themes are what newcomers most often put in its place."""
        for theme in self.codebook.themes:
            if label.casefold() in (theme.id.casefold(), theme.name.casefold()):
                return f"It is a theme, and units carry codes: write one or more of {', '.join(theme.codes)} instead."
        return f'Correct it, or say what it means: code_names={{"{label}": "its_id"}} (None: not carried over).'

    @cached_property
    def _names(self) -> dict[str, str]:
        return {name: ids[0] for name, ids in self._namesakes.items()} | self._ids

    @cached_property
    def _ids(self) -> dict[str, str]:
        return {code.casefold(): code for code in self.codebook.ids}

    @cached_property
    def _namesakes(self) -> dict[str, list[str]]:
        """The ids of the codes of each name."""
        found: dict[str, list[str]] = {}
        for code in self.codebook.codes:
            found.setdefault(code.name.casefold(), []).append(code.id)
        return found

    def delimited(self, table: pd.DataFrame) -> pd.DataFrame:
        """One row per unit and coder, several codes in the column ``codes``; an empty cell is "none of the codes"."""
        return self._gather(table, [_split(cell, self.shape.delimiter) for cell in table["codes"]])

    def long(self, table: pd.DataFrame) -> pd.DataFrame:
        """One row per unit, coder and code. Without a column ``status`` each row says present, an empty code none."""
        if "status" not in table:
            return self._gather(table, [[cell.strip()] if cell.strip() else [] for cell in table["code"]])
        codes = [self.code(label, f"row {row}") for row, label in zip(self.rows, table["code"], strict=True)]
        status = [self._status(cell, f"row {row}") for row, cell in zip(self.rows, table["status"], strict=True)]
        rows = table.assign(code=codes, status=status)
        rows = rows[rows["code"].notna() & rows["status"].notna()].reset_index(drop=True)
        if "codebook_hash" not in rows:
            rows["codebook_hash"] = self.codebook.hash
        return rows[[*_COLUMNS, *(name for name in ("start", "end") if name in rows)]]

    def _gather(self, table: pd.DataFrame, labels_of_rows: list[list[str]]) -> pd.DataFrame:
        """Bring together what one coder gave one unit, and say of every other code that it is absent."""
        given: dict[tuple[str, ...], set[str]] = {}
        ids: dict[str, str | None] = dict.fromkeys(self.shape.impossible, _IMPOSSIBLE)
        keys = table[list(_META)].itertuples(index=False, name=None)
        for row, key, labels in zip(self.rows, keys, labels_of_rows, strict=True):
            codes = given.setdefault(key, set())
            for label in labels:
                if label not in ids:
                    ids[label] = self.code(label, f"row {row}")
                if (code := ids[label]) is not None:
                    codes.add(code)
        return self._dense(given)

    def wide(self, table: pd.DataFrame) -> pd.DataFrame:
        """One row per unit and coder, one column per code."""
        ignored = {folded(name) for name in self.shape.ignore}
        labels = [name for name in table.columns if name not in _FIELDS and folded(name) not in ignored]
        codes = {label: code for label in labels if (code := self.code(label, "the header"))}
        if not codes:
            raise MissingColumn(
                f"{self.file} has neither 'codes' nor 'code' nor a column named like a code.",
                f'Name them, e.g. columns={{"codes": "..."}}. The codes are: {", ".join(self.codebook.ids)}.',
            )
        parts = []
        for label, code in codes.items():
            cells = zip(self.rows, table[label], strict=True)
            status = [self._status(cell, f"row {row}, column {label!r}") for row, cell in cells]
            parts.append(table[list(_META)].assign(code=code, status=status))
        rows = pd.concat(parts, ignore_index=True).dropna(subset="status")
        return rows.assign(codebook_hash=self.codebook.hash)[_COLUMNS]

    def _status(self, cell: str, where: str) -> str | None:
        word = cell.strip().casefold()
        if not word:
            return "absent" if self.shape.blank == "absent" else None
        if word not in _STATUS:
            raise InvalidTable(
                f"{cell!r} in {where} of {self.file} says neither that the code is there nor that it is not.",
                f"Use one of: {', '.join(_STATUS)}, or leave it empty.",
            )
        return _STATUS[word]

    def _dense(self, given: Mapping[tuple[str, ...], set[str]]) -> pd.DataFrame:
        rows = []
        for (unit, coder, round_, memo, decided_at), codes in given.items():
            for code in self.codebook.ids:
                status = "impossible" if _IMPOSSIBLE in codes else "present" if code in codes else "absent"
                rows.append((unit, coder, round_, code, status, memo, decided_at, self.codebook.hash))
        return pd.DataFrame(rows, columns=_COLUMNS, dtype="object")


_IMPOSSIBLE = "\0impossible"  # no code can have this id
_COLUMNS = ["unit_id", "coder", "round", "code", "status", "memo", "decided_at", "codebook_hash"]
