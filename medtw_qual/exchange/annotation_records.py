"""What annotation tools export, brought to one form: who said what about which text, and whether at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

SUBMITTED, SKIPPED, REJECTED = "submitted", "skipped", "rejected"


@dataclass(frozen=True)
class Label:
    """A label that was given.

    Attributes
    ----------
    name : str
    start, end : int or None
        As the tool counts them; None: it is about the whole text.
    quotation : str
        The words that the tool writes beside them.
    is_absent : bool
        Whether the annotator said that the label does not apply.
    """

    name: str
    start: int | None = None
    end: int | None = None
    quotation: str = ""
    is_absent: bool = False


@dataclass(frozen=True)
class Annotation:
    """What one annotator did with one text.

    Attributes
    ----------
    ids : tuple of str
        What could be the unit's id, the likeliest first.
    text : str
    coder : str
        Empty: the export does not say.
    state : {"submitted", "skipped", "rejected"}
    labels : tuple of Label
    offered : tuple of str
        The labels that were to choose from; empty: all that the codebook has.
    decided_at : Timestamp or None
    memo : str
    is_stated : bool
        Whether the export says that it was submitted; otherwise a text without a label may never have been seen.
    is_model : bool
    unread : tuple of str
        What else stands in the record and has no place here.
    """

    ids: tuple[str, ...]
    text: str
    coder: str
    state: str = SUBMITTED
    labels: tuple[Label, ...] = ()
    offered: tuple[str, ...] = ()
    decided_at: pd.Timestamp | None = None
    memo: str = ""
    is_stated: bool = True
    is_model: bool = False
    unread: tuple[str, ...] = ()


Record = Mapping[str, Any]


def word(value: object) -> str:
    """A value as a word; nothing is the empty word."""
    return "" if value is None else str(value).strip()


def moment(value: object) -> pd.Timestamp | None:
    """A time as a time in UTC: ISO 8601, or seconds since 1970; None for what is none."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return pd.Timestamp(value, unit="s", tz="UTC")
        stamp = pd.Timestamp(word(value)) if word(value) else None
    except (ValueError, OverflowError):
        return None
    if stamp is None or stamp is pd.NaT:
        return None
    return stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")


def whole(value: object) -> int | None:
    """A position, or None for what is no whole number."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(str(value))
    except ValueError:
        return None
    return int(number) if number.is_integer() else None


def ids_of(record: Record, *names: str) -> tuple[str, ...]:
    """What stands under these names, further in under ``meta`` and ``metadata`` too, where it is a word or number."""
    found = []
    for place in (record, record.get("meta"), record.get("metadata")):
        if isinstance(place, Mapping):
            found += [word(place[name]) for name in names if isinstance(place.get(name), str | int)]
    return tuple(dict.fromkeys(filter(None, found)))
