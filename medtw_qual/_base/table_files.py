"""The one reader and writer of tables: explicit types, nothing guessed, nothing lost on the way to disk and back."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import orjson
import pandas as pd

from medtw_qual._base.files import atomic_path, require_file
from medtw_qual.errors import InvalidTable, MedtwQualError, MissingColumn, UnreadableFile, did_you_mean

Kind = Literal["id", "text", "list", "time", "whole", "number", "flag"]

_DTYPES = {
    "id": "str",
    "text": "str",
    "list": "object",
    "time": "datetime64[us, UTC]",
    "whole": "Int64",
    "number": "float64",
    "flag": "boolean",
}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
        The heading of the column.
    kind : {"id", "text", "list", "time", "whole", "number", "flag"}
        id: a string that is never empty and never a number. text: a string; nothing known is the empty string.
        list: strings (JSON on disk). time: UTC. whole, number, flag: may be missing.
    meaning : str
        What the column holds, for documentation.
    required : bool
        False: a table may lack the column; it is then not added.
    allowed : tuple of str
        The values a text column may take; empty: any.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = True
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableSchema:
    """The columns and the key of one table.

    Attributes
    ----------
    name : str
        What the researcher calls the table, for messages.
    columns : tuple of Column
    key : tuple of str
        The columns that together name a row; no two rows may agree in all of them. Empty: no key.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def column(self, name: str) -> Column | None:
        """Return the column of that name, or None for one that the schema does not know."""
        return next((column for column in self.columns if column.name == name), None)


def empty_table(schema: TableSchema) -> pd.DataFrame:
    """Return a table with the required columns and no rows."""
    return pd.DataFrame(
        {column.name: pd.Series(dtype=_DTYPES[column.kind]) for column in schema.columns if column.required}
    )


def validate_table(table: pd.DataFrame, schema: TableSchema, source: str = "") -> pd.DataFrame:
    """Return a copy of `table` with the schema's types, its columns first and any others after them.

    Parameters
    ----------
    table : DataFrame
    schema : TableSchema
    source : str
        Where the table came from (a file's name), for messages.

    Raises
    ------
    MissingColumn
        When a required column is not there.
    InvalidTable
        When a value does not fit its column, or a key occurs twice.
    """
    where = f" in {source}" if source else ""
    _require_columns(table, schema, where)
    table = table.reset_index(drop=True)  # a filtered table's own row labels would misplace the checked columns
    known = {
        column.name: _coerce(table[column.name], column, schema, where)
        for column in schema.columns
        if column.name in table
    }
    others = {str(name): table[name] for name in table.columns if name not in known}
    result = pd.DataFrame({**known, **others}, index=table.index)
    _require_unique(result, schema, where)
    return result


def _require_columns(table: pd.DataFrame, schema: TableSchema, where: str) -> None:
    for column in schema.columns:
        if column.required and column.name not in table.columns:
            raise MissingColumn(
                f"The {schema.name} table{where} has no column {column.name!r}"
                f" (it has: {', '.join(map(str, table.columns)) or 'none'}).",
                f"Add the column: {column.meaning}." + did_you_mean(column.name, map(str, table.columns)),
            )


def _coerce(values: pd.Series, column: Column, schema: TableSchema, where: str) -> pd.Series:
    values = values.reset_index(drop=True)
    try:
        result = _CONVERTERS[column.kind](values)
    except MedtwQualError:  # said in words already
        raise
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidTable(
            f"Column {column.name!r} of the {schema.name} table{where} holds something else than"
            f" {_KINDS[column.kind]}: {error}.",
            "Correct the values and read the table again.",
        ) from error
    if column.kind == "id":
        _require_ids(result, column, schema, where)
    if column.allowed:
        odd = result[~result.isin(column.allowed)]
        if len(odd):
            raise InvalidTable(
                f"{odd.iloc[0]!r} in row {odd.index[0] + 1} of column {column.name!r} of the"
                f" {schema.name} table{where} is not allowed.",
                f"Use one of: {', '.join(column.allowed)}.",
            )
    result.index = pd.RangeIndex(len(result))
    return result


_KINDS = {
    "id": "ids written as text",
    "text": "text",
    "list": "lists of text",
    "time": "dates and times",
    "whole": "whole numbers",
    "number": "numbers",
    "flag": "true or false",
}


def _to_text(values: pd.Series) -> pd.Series:
    # A million strings need not be looked at one by one to find that they are strings.
    if pd.api.types.infer_dtype(values, skipna=True) == "string":
        return values.astype("str").fillna("")
    return values.astype("object").where(values.notna(), "").map(str).astype("str")


def _to_ids(values: pd.Series) -> pd.Series:
    if pd.api.types.is_float_dtype(values.dtype) and values.notna().any():
        raise ValueError("these ids went through a number format that keeps 15 digits only")
    return _to_text(values)


def _to_list(values: pd.Series) -> pd.Series:
    return pd.Series([_one_list(value) for value in values], dtype="object")


def _one_list(value: Any) -> list[str]:  # noqa: ANN401 - a cell may hold anything before this line
    if isinstance(value, str):
        value = orjson.loads(value) if value else []
    if value is None or (isinstance(value, float) and value != value):
        return []
    if isinstance(value, dict) or not hasattr(value, "__iter__"):
        raise TypeError(f"{value!r} is not a list")
    return [str(item) for item in value]


def _to_time(values: pd.Series) -> pd.Series:
    cleaned = values.mask(values == "") if values.dtype != _DTYPES["time"] else values
    return pd.to_datetime(cleaned, utc=True, format="ISO8601").astype(_DTYPES["time"])


def _to_number(values: pd.Series) -> pd.Series:
    cleaned = values.mask(values == "") if not pd.api.types.is_numeric_dtype(values.dtype) else values
    return pd.to_numeric(cleaned).astype("float64")


def _to_whole(values: pd.Series) -> pd.Series:
    if pd.api.types.is_integer_dtype(values.dtype):
        return values.astype("Int64")
    cleaned = values.astype("object").where(values.notna() & (values != ""), None)
    whole = [None if value is None else int(str(value).removesuffix(".0")) for value in cleaned]
    return pd.Series(whole, dtype="Int64")


_FLAGS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False, "": None}


def _to_flag(values: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.astype("boolean")
    words = ["" if value is None or value is pd.NA else str(value).strip().lower() for value in values]
    unknown = next((word for word in words if word not in _FLAGS and word != "nan"), None)
    if unknown is not None:
        raise ValueError(f"{unknown!r} is neither true nor false")
    return pd.Series([_FLAGS.get(word) for word in words], dtype="boolean")


_CONVERTERS = {
    "id": _to_ids,
    "text": _to_text,
    "list": _to_list,
    "time": _to_time,
    "whole": _to_whole,
    "number": _to_number,
    "flag": _to_flag,
}


def _require_ids(values: pd.Series, column: Column, schema: TableSchema, where: str) -> None:
    empty = values[values == ""]
    if len(empty):
        raise InvalidTable(
            f"Row {empty.index[0] + 1} of the {schema.name} table{where} has no {column.name}.",
            "Every row needs its id; complete the table and read it again.",
        )


def _require_unique(table: pd.DataFrame, schema: TableSchema, where: str) -> None:
    key = [name for name in schema.key if name in table]
    if not key or len(table) < 2:
        return
    twice = table.duplicated(key)
    if twice.any():
        row = table.loc[twice.idxmax(), key]
        named = ", ".join(f"{name} {value!r}" for name, value in row.items())
        raise InvalidTable(
            f"The {schema.name} table{where} has two rows for {named}.", "Keep one of them and read the table again."
        )


def write_table(table: pd.DataFrame, path: str | Path, schema: TableSchema, *, private: bool = False) -> Path:
    """Write a table as .csv (UTF-8, LF, every cell as it is) or .parquet, atomically.

    Lists become JSON, times ISO 8601 with their zone, missing numbers empty cells. Reading the file back with
    `read_table` and the same schema gives an equal table. A private table can be read by its owner only.
    """
    target = Path(path)
    checked = validate_table(table, schema, target.name)
    flat = checked.copy()
    for column in schema.columns:
        if column.name in flat and column.kind == "list":
            flat[column.name] = [orjson.dumps(value).decode() for value in flat[column.name]]
        if column.name in flat and column.kind == "time" and target.suffix == ".csv":
            flat[column.name] = [_iso(value) for value in flat[column.name]]
        if column.name in flat and column.kind == "flag" and target.suffix == ".csv":
            flat[column.name] = ["" if pd.isna(value) else str(bool(value)).lower() for value in flat[column.name]]
    with atomic_path(target, private=private) as temporary:
        if target.suffix == ".parquet":
            flat.to_parquet(temporary, index=False)
        elif target.suffix == ".csv":
            quoting = csv_quoting(flat)
            flat.to_csv(
                temporary, index=False, encoding="utf-8", lineterminator="\n", errors="replace", quoting=quoting
            )
        else:
            raise _unknown_suffix(target)
    return target


def csv_quoting(table: pd.DataFrame) -> Literal[0, 1]:
    """Return how to quote a table's CSV, its header included; see `quoting_of`."""
    texts = (
        table.iloc[:, at] for at in range(table.shape[1]) if not pd.api.types.is_numeric_dtype(table.dtypes.iloc[at])
    )
    return quoting_of(chain(table.columns, chain.from_iterable(texts)))


def quoting_of(cells: Iterable[object]) -> Literal[0, 1]:
    r"""Return how to quote the cells of a CSV: every cell where one holds a lone carriage return, else what needs it.

    The writer puts no quotes around a cell for the sake of a carriage return alone, and a reader would end the row
    there (RFC 4180, section 2.6: a cell with a line end stands between quotation marks).

    Examples
    --------
    >>> quoting_of(["a", 1]) == csv.QUOTE_MINIMAL, quoting_of(["a\rb"]) == csv.QUOTE_ALL
    (True, True)
    """
    bare = any(isinstance(cell, str) and "\r" in cell for cell in cells)
    return csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL


def _iso(value: pd.Timestamp) -> str:
    return "" if pd.isna(value) else value.isoformat().replace("+00:00", "Z")


def read_table(path: str | Path, schema: TableSchema) -> pd.DataFrame:
    """Read a table that `write_table` or a person wrote and check it against its schema.

    Parameters
    ----------
    path : str or Path
        .parquet, or what `read_text_table` reads: .csv, .tsv, .txt, .xlsx, .xlsm, .xls, .ods.
    schema : TableSchema

    Raises
    ------
    MissingFile, EmptyFile, UnreadableFile, MissingColumn, InvalidTable
    """
    from medtw_qual._base.table_reader import read_text_table

    source = require_file(path)
    if source.suffix == ".parquet":
        table = pd.read_parquet(source)
    else:
        read = read_text_table(source, known=[column.name for column in schema.columns], shielded=False)
        read.warn()
        table = read.frame
    return validate_table(table, schema, source.name)


def _unknown_suffix(path: Path) -> UnreadableFile:
    return UnreadableFile(f"{path.name} is neither .csv nor .parquet.", "Give the file one of these two endings.")


def require_columns(table: pd.DataFrame, names: Sequence[str], what: str) -> None:
    """Say which of `names` a table lacks.

    Raises
    ------
    MissingColumn
    """
    for name in names:
        if name not in table.columns:
            raise MissingColumn(
                f"The {what} table has no column {name!r} (it has: {', '.join(map(str, table.columns)) or 'none'}).",
                "Name the columns as the documentation does." + did_you_mean(name, map(str, table.columns)),
            )
