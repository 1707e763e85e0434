"""Codings that come as a table: long, wide, or with several codes in one cell."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from warnings import warn

import pandas as pd

from medtw_qual._base.table_reader import NOTHING_WORDS, read_text_table, without_nothing_words
from medtw_qual._base.workbook_reader import is_workbook_file
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.coding.code_labels import CodebookVersion, CodeLabels, VersionLabels
from medtw_qual.coding.codebook_changes import with_codes_of
from medtw_qual.coding.coding_sheets import IMPOSSIBLE, NONE
from medtw_qual.coding.sheet_reader import read_coding_sheet
from medtw_qual.coding.status_words import SHOWN, status_of
from medtw_qual.coding.table_decisions import TableDecision
from medtw_qual.errors import InvalidArgument, InvalidTable, MissingColumn, UnknownCode, did_you_mean

_KEY = ("unit_id", "coder", "round")
_META = ("unit_id", "coder", "round", "memo", "decided_at")
# Columns that are known by their names; a table may carry the unit's words (text, context), which are not read.
_FIELDS = (
    *_META, "codes", "code", "status", "start", "end", "codebook_hash", "coder_kind", "text", "context",
)  # fmt: skip
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u200e\u200f\u2060\ufeff]")
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
    blank: str | None = None
    sheet: str | None = None
    ignore: Sequence[str] = ()
    codes_seen: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.blank not in (None, "not coded", "absent"):
            raise InvalidArgument(f"blank is {self.blank!r}.", "Say 'not coded' or 'absent'.")


def read_tabular(path: Path, versions: Sequence[CodebookVersion], shape: TableShape) -> pd.DataFrame:
    """Read one table of codings, whatever its shape, as rows of `schemas.CODINGS`.

    Parameters
    ----------
    path : Path
    versions : sequence of CodebookVersion
        The present version of the codebook, and before it those that it may have been coded with, the latest first.
    shape : TableShape
        What the researcher said about the table.

    Raises
    ------
    MissingColumn
        When no column holds the units, or a column that was named is not there.
    InvalidTable
        When a column is used for nothing, or a cell says nothing that is known.
    UnknownCode
    """
    if is_workbook_file(path):
        sheet = read_coding_sheet(path, with_codes_of(versions))
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
    table = _without_words_for_nothing(table, with_codes_of(versions), path.name)
    for name in ("unit_id", "coder", "round"):
        if name in table:
            table[name] = table[name].map(plain_name)
    _require_ids(table["unit_id"], read.rows, path.name)
    table["coder"] = table.get("coder", shape.coder or path.stem)
    table["round"] = table.get("round", shape.round or "1")
    for name in ("memo", "decided_at"):
        table[name] = table.get(name, "")
    labels = VersionLabels([CodeLabels(path.name, version, shape.code_names) for version in versions])
    reader = TabularReader(path.name, labels, shape, read.rows)
    _require_one_meaning(set(table.columns), path.name)
    _require_used(table, shape, path.name)
    _warn_of_near_units(table["unit_id"], path.name)
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


def plain_name(name: str) -> str:
    r"""Return the name of a coder or the id of a unit without what nobody sees: outer blanks and signs of no width.

    Examples
    --------
    >>> plain_name("\u200bAnna\u00a0 ")
    'Anna'
    """
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", name)).strip()


def _warn_of_near_units(units: pd.Series, file: str) -> None:
    """Name ids that differ in capitals only; some platforms tell such ids apart, and people do not."""
    written: dict[str, str] = {}
    for name in units.unique():
        other = written.setdefault(str(name).casefold(), str(name))
        if other != name:
            warn(f"{file} has the units {other!r} and {name!r}: are they two units?", stacklevel=4)
            return


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
    labels: VersionLabels
    shape: TableShape
    rows: Sequence[int]

    def delimited(self, table: pd.DataFrame) -> pd.DataFrame:
        """One row per unit and coder, several codes in the column ``codes``; an empty cell is "none of the codes"."""
        return self._gather(table, [_split(cell, self.shape.delimiter) for cell in table["codes"]])

    def long(self, table: pd.DataFrame) -> pd.DataFrame:
        """One row per unit, coder and code. Without a column ``status`` each row says present, an empty code none."""
        if "status" not in table:
            return self._gather(table, [[cell.strip()] if cell.strip() else [] for cell in table["code"]])
        table = self._with_codes(table)
        versions = self._versions_of_rows(table)
        where = [f"row {self.rows[place]}" for place in table.index]
        codes = [one.code(label, at) for one, label, at in zip(versions, table["code"], where, strict=True)]
        status = [self._status(cell, at) for at, cell in zip(where, table["status"], strict=True)]
        rows = table.assign(code=codes, status=status)
        if "codebook_hash" not in rows:
            rows["codebook_hash"] = [one.version.hash for one in versions]
        rows = rows[rows["code"].notna() & rows["status"].notna()].reset_index(drop=True)
        return rows[[*_COLUMNS, *(name for name in ("start", "end") if name in rows)]]

    def _versions_of_rows(self, table: pd.DataFrame) -> list[CodeLabels]:
        """The version by which each row is read: that of the whole table, or of the decision, or of the row alone."""
        whole = self.labels.fitting(table["code"])
        if whole is not None:
            return [whole] * len(table)
        of_decision = table.groupby(list(_KEY), sort=False)["code"].agg(self.labels.fitting).to_dict()
        keys = table[list(_KEY)].itertuples(index=False, name=None)
        return [
            of_decision[key] or self.labels.holding(label, f"row {row}")
            for key, label, row in zip(keys, table["code"], (self.rows[place] for place in table.index), strict=True)
        ]

    def _with_codes(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows that name a code; a row without code and status says nothing.

        Raises
        ------
        InvalidTable
            When a status belongs to no code.
        """
        empty = table["code"].str.strip() == ""
        filled = empty & (table["status"].str.strip() != "")
        if filled.any():
            raise InvalidTable(
                f"Row {self.rows[table.index[filled][0]]} of {self.file} has a status and no code.",
                "Complete it, or delete the row.",
            )
        return table[~empty]

    def _gather(self, table: pd.DataFrame, labels_of_rows: list[list[str]]) -> pd.DataFrame:
        """Bring together what one coder gave one unit, and say of every other code that it is absent."""
        decisions: dict[tuple[str, ...], TableDecision] = {}
        keys = table[list(_KEY)].itertuples(index=False, name=None)
        cells = zip(self.rows, keys, labels_of_rows, table["memo"], table["decided_at"], strict=True)
        for row, key, labels, memo, decided_at in cells:
            decision = decisions.setdefault(key, TableDecision(f"row {row}"))
            given = [label for label in labels if label not in (*self.shape.impossible, NONE, IMPOSSIBLE)]
            decision.impossible |= bool(set(labels) & {*self.shape.impossible, IMPOSSIBLE})
            decision.empty += [row] if not labels else []
            decision.rows.append((given, memo, decided_at))
        self._warn_of_both(decisions)
        decisions = self._without_blanks(decisions)
        every = {label for decision in decisions.values() for label in decision.labels}
        whole = self.labels.fitting(every)
        rows: list[tuple[object, ...]] = []
        for key, decision in decisions.items():
            version = whole or self.labels.together(decision.labels, decision.where)
            rows += decision.dense(key, version, self.shape.codes_seen)
        return pd.DataFrame(rows, columns=_COLUMNS, dtype="object")

    def _without_blanks(self, decisions: dict[tuple[str, ...], TableDecision]) -> dict[tuple[str, ...], TableDecision]:
        """Treat empty cells as declared: not coded, or none of the codes (the default).

        Raises
        ------
        InvalidTable
            When a unit has an empty row, which says that there is none, and another with a code.
        """
        if self.shape.blank == "not coded":
            return {key: decision for key, decision in decisions.items() if len(decision.empty) < len(decision.rows)}
        empty = [decision for decision in decisions.values() if decision.empty]
        for decision in empty:
            if len(decision.empty) < len(decision.rows):
                raise InvalidTable(
                    f"Row {decision.empty[0]} of {self.file} gives no code, and another row of the same unit and coder"
                    " gives one.",
                    'Delete one of them, or say that an empty cell means nothing: blank="not coded".',
                )
        return decisions

    def _warn_of_both(self, decisions: Mapping[tuple[str, ...], TableDecision]) -> None:
        """Say which units carry codes and are said to be impossible to code."""
        both = [key[0] for key, decision in decisions.items() if decision.impossible and decision.labels]
        if both:
            warn(
                f"{self.file} says of {len(both)} unit(s) that they cannot be coded and gives them codes too (the first"
                f" is {both[0]!r}): they were read as impossible.",
                stacklevel=5,
            )

    def wide(self, table: pd.DataFrame) -> pd.DataFrame:
        """One row per unit and coder, one column per code."""
        ignored = {folded(name) for name in self.shape.ignore}
        labels = [name for name in table.columns if name not in _FIELDS and folded(name) not in ignored]
        whole = self.labels.fitting(labels)
        parts = []
        for label in labels:
            version = whole or self._of_header(label)
            code = version.code(label, "the header")
            if code is None:
                continue
            cells = zip(self.rows, table[label], strict=True)
            status = [self._status(cell, f"row {row}, column {label!r}") for row, cell in cells]
            parts.append(table[list(_META)].assign(code=code, status=status, codebook_hash=version.version.hash))
        if not parts:
            raise MissingColumn(
                f"{self.file} has neither 'codes' nor 'code' nor a column named like a code.",
                f'Name them, e.g. columns={{"codes": "..."}}. The codes are:'
                f" {', '.join(self.labels.versions[0].codebook.ids)}.",
            )
        return pd.concat(parts, ignore_index=True).dropna(subset="status")[_COLUMNS]

    def _of_header(self, label: str) -> CodeLabels:
        """Return the latest version that has this column's code.

        Raises
        ------
        UnknownCode
        """
        if self.labels.fitting([label]) is None:
            codes = self.labels.versions[0].codebook
            names = [*codes.ids, *codes.names.values()]
            raise UnknownCode(
                f"The column {label!r} of {self.file} is no code of {codes.label}.{did_you_mean(label, names)}",
                f'Say which code it is, code_names={{"{label}": "its_id"}}; what else it holds, e.g.'
                f' columns={{"memo": "{label}"}}; or that it is not needed: ignore=["{label}"].',
            )
        return self.labels.holding(label, "the header")

    def _status(self, cell: str, where: str) -> str | None:
        if not cell.strip():
            return "absent" if self.shape.blank == "absent" else None
        status = status_of(cell)
        if status is None:
            raise InvalidTable(
                f"{cell!r} in {where} of {self.file} says neither that the code is there nor that it is not.",
                f"Use one of: {', '.join(SHOWN)} (or yes and no in another language), or leave it empty.",
            )
        return status


_COLUMNS = ["unit_id", "coder", "round", "code", "status", "memo", "decided_at", "codebook_hash"]
