"""What changed between two versions of a codebook."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from medtw_qual.codebook.codebook import Code, Codebook, Theme

    Parts = Mapping[str, Code] | Mapping[str, Theme]
    Row = tuple[str, str, str, str, str, str]

_COLUMNS = ["kind", "id", "field", "change", "before", "after"]
_HEAD = ("name", "version", "title", "unit_of_coding", "multiple_codes", "inductive")


def compare_codebooks(old: "Codebook", new: "Codebook") -> pd.DataFrame:
    """Return every difference between two versions, one row each.

    Parameters
    ----------
    old, new : Codebook

    Returns
    -------
    DataFrame
        kind (codebook, code, theme), id, field (empty where the whole is added or removed), change (added, removed,
        changed), before, after (as text). Codes first in the order of the new version, then those removed, then themes.
    """
    rows = [
        ("codebook", new.name, name, "changed", str(getattr(old, name)), str(getattr(new, name)))
        for name in _HEAD
        if getattr(old, name) != getattr(new, name)
    ]
    rows += _changes("code", {c.id: c for c in old.codes}, {c.id: c for c in new.codes})
    rows += _changes("theme", {t.id: t for t in old.themes}, {t.id: t for t in new.themes})
    return pd.DataFrame(rows, columns=_COLUMNS, dtype="str")


def _changes(kind: str, old: "Parts", new: "Parts") -> "list[Row]":
    rows: list[Row] = []
    for id_, after in new.items():
        before = old.get(id_)
        if before is None:
            rows.append((kind, id_, "", "added", "", after.name))
            continue
        for part in fields(after):
            was, now = getattr(before, part.name), getattr(after, part.name)
            if was != now:
                rows.append((kind, id_, part.name, "changed", _text(was), _text(now)))
    return rows + [(kind, id_, "", "removed", before.name, "") for id_, before in old.items() if id_ not in new]


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
