"""The log of what people did to clusters: one line an act, tied to the assignments it was taken on."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from medtw_qual._base.decision_log import append_record, read_log
from medtw_qual._base.hashing import hash_json
from medtw_qual._base.utc_times import utc_now
from medtw_qual.errors import InvalidArgument

Record = dict[str, Any]

CLUSTER_ACT = "cluster act"  # the kind of record that this log holds
# What makes two acts the same; who repeats an act in a notebook that is run again adds nothing.
_SAME = ("act", "clusters", "units", "parts", "name", "reason", "decided_by", "assignments_hash", "undoes")


def make_act(act: str, assignments_hash: str, reason: str, decided_by: str, **details: Any) -> Record:  # noqa: ANN401 - plain values of JSON
    """Return the record of an act.

    Raises
    ------
    InvalidArgument
        When reason or person is missing.
    """
    for words, what in ((reason, "reason"), (decided_by, "name of who decides")):
        if not str(words).strip():
            raise InvalidArgument(f"An act on clusters needs a {what}.", "Give it in words: it stands in the log.")
    record: Record = {"clusters": [], "units": [], "parts": 0, "name": "", "undoes": "", **details, "act": act}
    record |= {"reason": reason, "decided_by": decided_by, "assignments_hash": assignments_hash}
    record["decided_at"] = utc_now()
    return {**record, "id": hash_json(record)[:16]}


def log_act(log: str | Path, record: Record) -> Record:
    """Append an act unless the very same one is in the log, undone or not; return what stands in the log."""
    for earlier in read_acts(log):
        if all(earlier.get(name) == record[name] for name in _SAME):
            return earlier
    append_record(log, record, CLUSTER_ACT)
    return record


def read_acts(log: str | Path) -> list[Record]:
    """Return every act in the order in which they were taken; none where there is no log."""
    return [dict(record) for record in read_log(log, CLUSTER_ACT).records]


def standing_acts(acts: Sequence[Record]) -> list[Record]:
    """Return the acts that were not undone."""
    undone = {record["undoes"] for record in acts if record["act"] == "undo"}
    return [record for record in acts if record["act"] != "undo" and record["id"] not in undone]
