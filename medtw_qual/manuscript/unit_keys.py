"""Random keys that stand for units in print: a key says nothing about the post, and only the key file leads back."""

from pathlib import Path

import pandas as pd

from medtw_qual._base.table_files import Column, TableSchema, read_table, validate_table
from medtw_qual.errors import InvalidTable, UnknownUnit

UNIT_KEYS = TableSchema(
    "unit keys",
    (
        Column("unit_id", "id", "the unit"),
        Column("key", "id", "its random key in publications"),
    ),
    ("unit_id",),
)


def read_unit_keys(keys: pd.DataFrame | str | Path) -> pd.DataFrame:
    """Check a table of unit keys or read it from its file.

    Raises
    ------
    InvalidTable
        When two units share a key, or a key gives the unit's id away.
    """
    table = validate_table(keys, UNIT_KEYS) if isinstance(keys, pd.DataFrame) else read_table(keys, UNIT_KEYS)
    if table["key"].duplicated().any():
        twice = table.loc[table["key"].duplicated(), "key"].iloc[0]
        raise InvalidTable(f"Two units have the key {twice!r}.", "Draw the keys anew; each unit needs its own.")
    telling = table[[unit in key for unit, key in zip(table["unit_id"], table["key"], strict=True)]]
    if len(telling):
        raise InvalidTable(
            f"The key {telling['key'].iloc[0]!r} holds the id of its unit.",
            "Draw random keys; a key in a publication must not lead to the post.",
        )
    return table


def keys_of(units: pd.Index, keys: pd.DataFrame | str | Path | None) -> pd.Series:
    """Return the key of each unit, indexed by unit id; without a key file, empty texts.

    Raises
    ------
    UnknownUnit
        When a unit has no key.
    """
    if keys is None:
        return pd.Series("", index=units, dtype="str")
    table = read_unit_keys(keys).set_index("unit_id")["key"]
    missing = units.difference(table.index)
    if len(missing):
        raise UnknownUnit(
            f"{len(missing)} coded unit(s) have no key, for example {missing[0]!r}.", "Complete the key file."
        )
    return table.reindex(units)
