"""Random keys that stand for posts and accounts; a file holds them, and nothing else leads back."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.table_files import Column, TableSchema, read_table, write_table
from medtw_qual.corpus.text_entities import as_list
from medtw_qual.errors import InvalidTable

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

# No vowels and nothing that looks like another sign: no words come about, and a key can be read out loud.
_ALPHABET = "BCDFGHJKMNPQRSTVWXYZ23456789"
_PREFIX = {"post": "P", "author": "A", "handle": "H", "unit": "U"}
KEYS = TableSchema(
    "keys",
    (
        Column("kind", "text", "what the id is of", allowed=tuple(_PREFIX)),
        Column("id", "id", "the platform's id or handle"),
        Column("key", "id", "the random key that stands for it"),
    ),
    ("kind", "id"),
)
_UNIT_KEYS = TableSchema(
    "unit keys", (Column("unit_id", "id", "the unit"), Column("key", "id", "its random key")), ("unit_id",)
)


def random_key(kind: str, length: int = 6) -> str:
    """Return a new key from the operating system's source of randomness.

    Examples
    --------
    >>> key = random_key("author")
    >>> key[:2], len(key)
    ('A-', 8)
    """
    return f"{_PREFIX[kind]}-" + "".join(secrets.choice(_ALPHABET) for _ in range(length))


class KeyBook:
    """The keys drawn so far; asks for a new one only for what has none yet.

    A key is random and never a hash: whoever holds a list of ids can hash them all and so undo a hash.
    """

    def __init__(self, table: pd.DataFrame | None = None) -> None:
        self._keys: dict[tuple[str, str], str] = {}
        if table is not None:
            self._keys = {(kind, id_): key for kind, id_, key in table[["kind", "id", "key"]].itertuples(index=False)}
        self._used = set(self._keys.values())
        if len(self._used) < len(self._keys):
            raise InvalidTable("Two ids of the key file share a key.", "Restore the file from your backup.")

    def key(self, kind: str, id_: str) -> str:
        """Return the key of an id, drawing one when it has none; "" stays ""."""
        if not id_:
            return ""
        found = self._keys.get((kind, id_))
        if found is None:
            found = random_key(kind)
            while found in self._used:
                found = random_key(kind)
            self._keys[kind, id_] = found
            self._used.add(found)
        return found

    def table(self) -> pd.DataFrame:
        """Return all keys, in the order of the ids."""
        rows = [(kind, id_, key) for (kind, id_), key in sorted(self._keys.items())]
        return pd.DataFrame(rows, columns=["kind", "id", "key"])

    @classmethod
    def read(cls, path: str | Path) -> KeyBook:
        """Read a key file; one that does not exist yet holds no keys."""
        return cls(read_table(path, KEYS)) if Path(path).exists() else cls()

    def write(self, path: str | Path) -> Path:
        """Write the key file, for its owner's eyes only: an input of the study that is never published."""
        return write_table(self.table(), path, KEYS, private=True)


def draw_unit_keys(units: Corpus | Iterable[str], path: str | Path) -> pd.DataFrame:
    """Give every unit a random key for publications and write the key file; keys drawn before stay as they are.

    Parameters
    ----------
    units : Corpus or iterable of str
        The corpus, or ids of units.
    path : path
        A CSV file with the columns unit_id and key; it is read first when it exists. It leads from the publication back
        to the posts: keep it with the data and never publish it. A new file can be read by its owner only (mode 600,
        where the system has modes); a file that is there keeps its mode.

    Returns
    -------
    DataFrame
        unit_id, key.
    """
    ids = as_list(units) if not hasattr(units, "units") else list(units.units["unit_id"])
    held = read_table(path, _UNIT_KEYS) if Path(path).exists() else pd.DataFrame(columns=["unit_id", "key"])
    book = KeyBook(held.rename(columns={"unit_id": "id"}).assign(kind="unit"))
    for unit_id in sorted(ids):
        book.key("unit", unit_id)
    table = book.table().rename(columns={"id": "unit_id"})[["unit_id", "key"]]
    write_table(table, path, _UNIT_KEYS, private=True)
    return table
