"""Codings that come as a table: long, wide, or with several codes in one cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from medtw_qual._base.table_files import read_csv_as_text
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.coding.sheet_reader import read_coding_sheet, read_workbook_table
from medtw_qual.errors import InvalidTable, MissingColumn, UnknownCode, did_you_mean

_STATUS = {
    "1": "present", "true": "present", "yes": "present", "x": "present", "present": "present",
    "0": "absent", "false": "absent", "no": "absent", "absent": "absent", "-": "absent",
    "impossible": "impossible",
}  # fmt: skip
_META = ("unit_id", "coder", "round", "memo", "decided_at")
_WORDS = ("text", "context")  # a wide table may carry the unit's words; they are not codes


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


def read_tabular(path: Path, codebook: Codebook, shape: TableShape) -> pd.DataFrame:
    """Read one table of codings, whatever its shape, as rows of `schemas.CODINGS`."""
    workbook = path.suffix.lower() == ".xlsx"
    if workbook:
        sheet = read_coding_sheet(path, codebook)
        if sheet is not None:
            return sheet
    table = read_workbook_table(path) if workbook else read_csv_as_text(path)
    table = table.rename(columns={theirs: ours for ours, theirs in _present(shape.columns, table, path.name).items()})
    if "unit_id" not in table:
        raise MissingColumn(
            f"{path.name} has no column 'unit_id' (it has: {', '.join(table.columns)}).",
            'Say which column holds the units: columns={"unit_id": "comment_id"}.',
        )
    _require_ids(table["unit_id"], path.name)
    table["coder"] = table.get("coder", shape.coder or path.stem)
    table["round"] = table.get("round", shape.round or "1")
    for name in ("memo", "decided_at"):
        table[name] = table.get(name, "")
    reader = TabularReader(path.name, codebook, shape)
    _require_one_meaning(set(table.columns), path.name)
    if "codes" in table:
        return reader.delimited(table)
    return reader.long(table) if "code" in table else reader.wide(table)


def _present(columns: Mapping[str, str], table: pd.DataFrame, name: str) -> Mapping[str, str]:
    for ours, theirs in columns.items():
        if theirs not in table.columns:
            raise MissingColumn(
                f"{name} has no column {theirs!r}, named for {ours!r}.{did_you_mean(theirs, table.columns)}",
                f"It has: {', '.join(table.columns)}.",
            )
    return columns


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


def _require_ids(ids: pd.Series, name: str) -> None:
    empty = ids[ids == ""]
    if len(empty):
        raise InvalidTable(f"Row {empty.index[0] + 2} of {name} has no unit_id.", "Complete it and read it again.")


def _split(cell: str, delimiter: str) -> list[str]:
    return [label.strip() for label in cell.split(delimiter) if label.strip()]


@dataclass(frozen=True)
class TabularReader:
    """Reads the three shapes of one file; rows are counted as a spreadsheet shows them, the header being row 1."""

    file: str
    codebook: Codebook
    shape: TableShape

    def code(self, label: str, where: str) -> str | None:
        """Return the id of the code that a table calls `label`, or None for a label that is not carried over."""
        label = label.strip()
        if label in self.shape.code_names:
            target = self.shape.code_names[label]
            if target is not None:
                self.codebook.require(target, "code_names")
            return target
        found = self._names.get(label.casefold())
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
        names = {code.name.casefold(): code.id for code in self.codebook.codes}
        return names | {code.casefold(): code for code in self.codebook.ids}

    def delimited(self, table: pd.DataFrame) -> pd.DataFrame:
        """One row per unit and coder, several codes in the column ``codes``; an empty cell is "none of the codes"."""
        return self._gather(table, [_split(cell, self.shape.delimiter) for cell in table["codes"]])

    def long(self, table: pd.DataFrame) -> pd.DataFrame:
        """One row per unit, coder and code. Without a column ``status`` each row says present, an empty code none."""
        if "status" not in table:
            return self._gather(table, [[cell.strip()] if cell.strip() else [] for cell in table["code"]])
        codes = [self.code(label, f"row {row}") for row, label in enumerate(table["code"], 2)]
        status = [self._status(cell, f"row {row}") for row, cell in enumerate(table["status"], 2)]
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
        for row, (key, labels) in enumerate(zip(keys, labels_of_rows, strict=True), 2):
            codes = given.setdefault(key, set())
            for label in labels:
                if label not in ids:
                    ids[label] = self.code(label, f"row {row}")
                if (code := ids[label]) is not None:
                    codes.add(code)
        return self._dense(given)

    def wide(self, table: pd.DataFrame) -> pd.DataFrame:
        """One row per unit and coder, one column per code."""
        labels = [name for name in table.columns if name not in (*_META, *_WORDS)]
        codes = {label: code for label in labels if (code := self.code(label, "the header"))}
        if not codes:
            raise MissingColumn(
                f"{self.file} has neither 'codes' nor 'code' nor a column named like a code.",
                f'Name them, e.g. columns={{"codes": "..."}}. The codes are: {", ".join(self.codebook.ids)}.',
            )
        parts = []
        for label, code in codes.items():
            status = [self._status(cell, f"row {row}, column {label!r}") for row, cell in enumerate(table[label], 2)]
            parts.append(table[list(_META)].assign(code=code, status=status))
        rows = pd.concat(parts, ignore_index=True).dropna(subset="status")
        return rows.assign(codebook_hash=self.codebook.hash)[_COLUMNS]

    def _status(self, cell: str, where: str) -> str | None:
        word = cell.strip().casefold()
        if word in ("", "na"):
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
