"""The coding log: one append-only file per coder and sitting, merged on replay.

Shared drives do not honour locks, so no two programs ever write one file: the name holds coder and sitting. A decision
counts when its record is on the disk; an undo is another record; the last decision on a unit holds.
"""

import gc
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from medtw_qual._base.decision_log import append_record, read_log
from medtw_qual._base.hashing import hash_json
from medtw_qual.coding.coders import require_coder_name
from medtw_qual.errors import InvalidTable, UnreadableFile

Record = Mapping[str, Any]
Key = tuple[str, str, str]  # coder, round, unit_id

_FILE = re.compile(r"(?P<coder>.+?)--(?P<sitting>.+)\.jsonl")
_ACTIONS = ("decide", "undo")


def now() -> str:
    """Return the present time, UTC, ISO 8601 with milliseconds: ``2026-11-23T09:15:02.120Z``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id() -> str:
    """Return a new record's id, 16 hexadecimal digits that nobody else has."""
    return secrets.token_hex(8)


def log_path(folder: str | Path, coder: str, sitting: str) -> Path:
    """Return the file that a coder's sitting is written to."""
    return Path(folder) / f"{require_coder_name(coder)}--{sitting}.jsonl"


def seal(record: Record) -> dict[str, Any]:
    """Return the record with its check sum; a record that somebody edited later no longer fits it.

    Examples
    --------
    >>> sealed = seal({"id": "1", "codes": []})
    >>> broken({**sealed, "codes": ["isolation"]}), broken(sealed)
    (True, False)
    """
    content = {key: value for key, value in record.items() if key != "check"}
    return {**content, "check": hash_json(content)[:16]}


def broken(record: Record) -> bool:
    """Say whether a record carries a check sum that does not fit it."""
    content = dict(record)
    stated = content.pop("check", None)
    return stated is not None and hash_json(content)[:16] != stated


def decision_record(
    *,
    coder: str,
    round_: str,
    unit_id: str,
    codes: Sequence[str],
    codes_seen: Sequence[str],
    codebook_hash: str,
    seq: int = 0,
    record_id: str = "",
    impossible: bool = False,
    passages: Sequence[Mapping[str, Any]] = (),
    memo: str = "",
    new_code: str = "",
    shown_at: str | None = None,
    decided_at: str | None = None,
) -> dict[str, Any]:
    """Return one decision in the shape of the log.

    Parameters
    ----------
    coder, round_, unit_id : str
    codes : sequence of str
        The codes that the coder gave; empty: none of those seen.
    codes_seen : sequence of str
        All codes that were before the coder. Another code was not judged, which is not the same as absent.
    codebook_hash : str
    seq : int
        Number within the sitting, from 1.
    record_id : str
        Empty: a new one.
    impossible : bool
        The unit cannot be coded (unreadable, another language).
    passages : sequence of mapping
        ``{"code", "start", "end"}``, code points of the unit's text, half open.
    memo, new_code : str
        The coder's note; a proposed new code.
    shown_at, decided_at : str, optional
        ISO 8601, UTC; None where the source has no times.
    """
    return {
        "id": record_id or new_id(),
        "seq": seq,
        "action": "decide",
        "coder": coder,
        "round": round_,
        "unit_id": unit_id,
        "codes": list(codes),
        "codes_seen": list(codes_seen),
        "impossible": impossible,
        "passages": [dict(passage) for passage in passages],
        "memo": memo,
        "new_code": new_code,
        "codebook_hash": codebook_hash,
        "shown_at": shown_at,
        "decided_at": decided_at,
    }


@dataclass(frozen=True)
class LogFolder:
    """All decisions in a folder.

    Attributes
    ----------
    held : dict
        (coder, round, unit_id) -> the record that holds after undos and later decisions.
    where : dict
        Record id -> "line 14 of KA--x.jsonl", for messages.
    torn : dict
        File name -> what stood on its cut-off last line. That decision was never acknowledged.
    overlapping : list of (str, str)
        Sittings of one coder that overlap in time: two people may have chosen one name.
    """

    held: dict[Key, Record] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    torn: dict[str, str] = field(default_factory=dict)
    overlapping: list[tuple[str, str]] = field(default_factory=list)


def read_logs(paths: Iterable[Path]) -> LogFolder:
    """Read log files and replay them.

    Raises
    ------
    UnreadableFile
        When a log was edited by hand.
    InvalidTable
        When a record lacks what a decision needs.
    """
    records: list[tuple[str, Record]] = []
    where: dict[str, str] = {}
    torn: dict[str, str] = {}
    with _no_garbage_collection():
        for path in sorted(paths):
            content, file = read_log(path), path.name
            if content.torn:
                torn[file] = content.torn
            named = _FILE.fullmatch(file)
            owner = named["coder"] if named else ""
            before = 0
            for record, line in zip(content.records, content.lines, strict=True):
                place = f"line {line} of {file}"
                _require_record(record, place, file, owner)
                before = _require_next(record, place, before)
                if record["id"] not in where:  # a record that was sent twice counts once
                    where[record["id"]] = place
                    records.append((file, record))
        return LogFolder(replay(records), where, torn, overlapping_sittings(records))


def overlapping_sittings(records: Iterable[tuple[str, Record]]) -> list[tuple[str, str]]:
    """Return the pairs of files of one coder of which the later was begun before the earlier ended.

    Nobody decides at two desks at once: two people use one name, or one person left a desk open on another computer.
    """
    spans: dict[tuple[str, str], tuple[str, str]] = {}
    for file, record in records:
        end = record.get("decided_at") or ""
        if end:
            first, last = spans.get((record["coder"], file), (end, end))
            spans[record["coder"], file] = (min(first, end), max(last, end))
    ordered = sorted((coder, first, last, file) for (coder, file), (first, last) in spans.items())
    return [(one[3], other[3]) for one, other in pairwise(ordered) if one[0] == other[0] and other[1] < one[2]]


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Tens of thousands of records that all stay: searching them for garbage again and again doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def replay(records: Iterable[tuple[str, Record]]) -> dict[Key, Record]:
    """Return for every (coder, round, unit) the decision that holds.

    Parameters
    ----------
    records : iterable of (file name, record)
        They are put in order by time of decision, then file, then number in the sitting. An undo takes back the record
        that its field ``undoes`` names (wherever that stands: clocks differ), or else the last one; the decision before
        it holds again.
    """
    stacks: dict[Key, list[Record]] = {}
    ordered = sorted(records, key=lambda pair: (pair[1].get("decided_at") or "", pair[0], pair[1].get("seq") or 0))
    taken_back = {record["undoes"] for _, record in ordered if record.get("undoes")}
    for _, record in ordered:
        stack = stacks.setdefault((record["coder"], str(record.get("round") or ""), record["unit_id"]), [])
        if record["action"] == "decide":
            stack += [] if record["id"] in taken_back else [record]
        elif stack and not record.get("undoes"):
            stack.pop()
    return {key: stack[-1] for key, stack in stacks.items() if stack}


def _require_next(record: Record, place: str, before: int) -> int:
    """Return the record's number in its sitting; a number that is left out was a decision that somebody removed."""
    number = int(record.get("seq") or before)
    if number > before + 1:
        raise UnreadableFile(
            f"A decision is missing before {place}: it is number {number} of its sitting, the one above it {before}.",
            "Restore the file from your backup; to take a decision back, press u at the desk.",
        )
    return number


def _require_record(record: Record, place: str, file: str, owner: str) -> None:
    for name, kind in (("id", str), ("action", str), ("coder", str), ("unit_id", str)):
        if not isinstance(record.get(name), kind) or not record[name]:
            raise InvalidTable(
                f"The decision in {place} has no {name!r}.", "Restore the file from your backup; logs are not edited."
            )
    if record["action"] not in _ACTIONS or not isinstance(record.get("codes", []), list):
        raise InvalidTable(
            f"The decision in {place} is neither a decision nor an undo.", "Restore the file from your backup."
        )
    if broken(record):
        raise UnreadableFile(
            f"The decision in {place} was changed after it was made: its check sum does not fit.",
            "Restore the file from your backup; to change a decision, decide again at the desk.",
        )
    if owner and owner != record["coder"]:
        raise InvalidTable(
            f"{file} is named for {owner!r} and {place} is {record['coder']!r}'s decision.",
            "Two coders have one name, or a file was renamed: one file holds one coder's sitting.",
        )


class CodingLog:
    """One sitting of one coder, being written.

    Parameters
    ----------
    folder : str or Path
        Where the logs of all coders lie.
    coder : str
        The short name of the coder.
    sitting : str, optional
        Default: the present time and four random digits, so that two desks never write one file.
    """

    def __init__(self, folder: str | Path, coder: str, sitting: str | None = None) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        self.path = log_path(folder, coder, sitting or f"{stamp}-{secrets.token_hex(2)}")
        self.coder = coder
        content = read_log(self.path)
        self._written = {record["id"] for record in content.records}
        self._seq = len(content.records)

    def append(self, record: Record) -> dict[str, Any]:
        """Write one record; when this returns, it is on the disk. A record that was written before is not repeated.

        Raises
        ------
        OSError
            When the disk is full, or the folder is read-only or gone; nothing then counts as decided.
        """
        if record["id"] in self._written:
            return dict(record)
        sealed = seal({**record, "seq": self._seq + 1})
        append_record(self.path, sealed)
        self._seq += 1
        self._written.add(record["id"])
        return sealed

    def decide(self, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - handed on
        """Write a decision; the fields are those of `decision_record`, without coder and seq."""
        fields.setdefault("decided_at", now())
        return self.append(decision_record(coder=self.coder, **fields))

    def undo(self, decision: Record, *, record_id: str = "", decided_at: str | None = None) -> dict[str, Any]:
        """Take back a decision by another record; what was written stays written."""
        return self.append(
            {
                "id": record_id or new_id(),
                "action": "undo",
                "undoes": decision["id"],
                "coder": self.coder,
                "round": decision.get("round") or "",
                "unit_id": decision["unit_id"],
                "codebook_hash": decision.get("codebook_hash") or "",
                "decided_at": decided_at or now(),
            }
        )
