"""From the coding logs of a folder to the decisions that hold: merged, put in order, undos followed."""

import gc
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from medtw_qual._base.decision_log import LogContent, heads_followed
from medtw_qual._base.log_content import read_copies, record_time, shortened_logs, words_of_shortened
from medtw_qual._base.log_copies import group_copies
from medtw_qual.coding.coding_log import CODING, Record
from medtw_qual.errors import InvalidTable, UnreadableFile

Key = tuple[str, str, str]  # coder, round, unit_id

_FILE = re.compile(r"(?P<coder>.+?)--(?P<sitting>.+)\.jsonl")
_ACTIONS = ("decide", "undo")
_NAMED = ("id", "action", "coder", "unit_id")


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
        File name -> what stood on its cut-off last line.
    overlapping : list of (str, str)
        Sittings of one coder that overlap in time: two people may have chosen one name.
    notes : list of str
        What is odd and stops nothing, in sentences.
    heads : dict
        Log -> (number of its records, seal of the last): what another file notes, to miss them if they go.
    order : list of str
        The ids of all records, the earliest first.
    unsealed : list of str
        Logs whose lines do not name the one before them: written by hand or by another program.
    """

    held: dict[Key, Record] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    torn: dict[str, str] = field(default_factory=dict)
    overlapping: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    unsealed: list[str] = field(default_factory=list)


def read_logs(paths: Iterable[Path]) -> LogFolder:
    """Read log files and replay them; copies that a synchronising program made count once.

    Raises
    ------
    UnreadableFile
        When a log was edited by hand.
    InvalidTable
        When a record lacks what a decision needs.
    """
    with _no_garbage_collection():
        logs = _read_by_name(paths)
        where: dict[str, str] = {}
        sittings: dict[str, list[Record]] = {}
        for name, log in logs.items():
            sittings[name] = _new_records(name, log, where)
        order = _Order(logs, sittings)
        records = order.records()
        return LogFolder(
            replay(records),
            where,
            {name: log.torn for name, log in logs.items() if log.torn},
            overlapping_sittings(sittings),
            [*(note for log in logs.values() for note in log.notes), *_gone(logs), *order.notes],
            {name: log.head for name, log in logs.items() if log.records},
            [record["id"] for _, record in records],
            [name for name, log in logs.items() if not log.sealed],
        )


def _read_by_name(paths: Iterable[Path]) -> dict[str, LogContent]:
    """Return what each log holds; a copy of another belongs to that one."""
    return {
        unicodedata.normalize("NFC", log.name): read_copies([log] if log.is_file() else [], copies, CODING)
        for log, copies in group_copies(paths).items()
    }


def _new_records(name: str, log: LogContent, where: dict[str, str]) -> list[Record]:
    """Return the records of a log that no log before it holds, checked."""
    named = _FILE.fullmatch(name)
    owner = named["coder"].casefold() if named else ""
    records: list[Record] = []
    before = 0
    for record, place in zip(log.records, log.places, strict=True):
        _require_record(record, place, name, owner)
        if "before" not in record:
            before = _require_next(record, place, before)
        if record["id"] not in where:  # a record that was sent twice counts once
            where[record["id"]] = place
            records.append(_composed(record))
    if log.sealed:  # what an open desk wrote again after a synchronising program took it away stands below later lines
        records.sort(key=lambda record: int(record["seq"]))
    return records


def _composed(record: Record) -> Record:
    """Return the record with its coder's name in composed letters: both spellings of an accent are one name."""
    coder = record["coder"]
    return record if coder.isascii() else {**record, "coder": unicodedata.normalize("NFC", coder)}


def _require_record(record: Record, place: str, file: str, owner: str) -> None:
    for name in _NAMED:
        value = record.get(name)
        if not isinstance(value, str) or not value:
            raise InvalidTable(
                f"The decision in {place} has no {name!r}.", "Restore the file from your backup; logs are not edited."
            )
    if record["action"] not in _ACTIONS or not isinstance(record.get("codes", []), list):
        raise InvalidTable(
            f"The decision in {place} is neither a decision nor an undo.", "Restore the file from your backup."
        )
    coder = record["coder"]
    if owner and owner != coder.casefold() and owner != unicodedata.normalize("NFC", coder).casefold():
        raise InvalidTable(
            f"{file} is named for {file.split('--', maxsplit=1)[0]!r} and {place} is {coder!r}'s decision.",
            "Two coders have one name, or a file was renamed: one file holds one coder's sitting.",
        )


def _require_next(record: Record, place: str, before: int) -> int:
    """Return the record's number in its sitting; a number that is left out was a decision that somebody removed."""
    number = int(record.get("seq") or before)
    if number > before + 1:
        raise UnreadableFile(
            f"A decision is missing before {place}: it is number {number} of its sitting, the one above it {before}.",
            "Restore the file from your backup; to take a decision back, press u at the desk.",
        )
    return number


def _gone(logs: Mapping[str, LogContent]) -> Iterator[str]:
    """Say which logs end before the decision that another sitting knows."""
    known = [heads_followed(record) for log in logs.values() for record in log.records if "follows" in record]
    yield from words_of_shortened(shortened_logs(known, {name: log.head for name, log in logs.items()}))


def _heads(record: Record) -> Iterable[tuple[int, str]]:
    return heads_followed(record).values()


class _Order:
    """The order of all records: within a sitting as they were confirmed, between sittings by what one knows of another.

    Where neither says anything, the clock does. Clocks are set back, and those of two computers differ: no clock puts a
    record before one that was confirmed earlier at the same desk, or a sitting before one that it was begun after.
    """

    def __init__(self, logs: Mapping[str, LogContent], sittings: Mapping[str, Sequence[Record]]) -> None:
        self._sittings = sittings
        wanted = {check for records in sittings.values() for record in records for _, check in _heads(record)}
        self._ends = {
            check: (name, place)
            for name, log in logs.items()
            for place, check in enumerate(log.seals if wanted else ())
            if check in wanted
        }
        self._times: dict[str, list[str]] = {}
        self.notes: list[str] = []
        for name in sittings:
            self._time(name)

    def _time(self, name: str) -> None:
        """Give every record of a sitting a time that is not before what it follows."""
        if name in self._times:
            return
        self._times[name] = times = []
        back: list[str] = []
        latest = before = ""
        for record in self._sittings[name]:
            own = record_time(record)
            if "follows" in record:
                earlier = self._known(record)
                if own and earlier > own:
                    self.notes.append(
                        f"By its clock {name} was begun before the sitting that it follows had ended: the clock of one"
                        " computer was wrong. The order in which the sittings were begun holds."
                    )
                latest = max(latest, earlier)
            if own and own < before:
                back.append(own)
            latest, before = max(latest, own), own or before
            times.append(latest)
        if back:
            self.notes.append(
                f"The times in {name} go back at {len(back)} decision(s): a clock was set back, or what waited in a"
                " browser was saved later. The order in which decisions were confirmed holds."
            )

    def _known(self, record: Record) -> str:
        """When the sittings ended that this record's sitting was begun after."""
        latest = ""
        for _, check in _heads(record):
            other, place = self._ends.get(check, ("", 0))
            if other:
                self._time(other)
                latest = max(latest, *self._times[other][: place + 1][-1:], "")
        return latest

    def records(self) -> list[tuple[str, Record]]:
        """Return (file, record), the earliest first."""
        keyed = [
            (time, name, place, record)
            for name, records in self._sittings.items()
            for place, (time, record) in enumerate(zip(self._times[name], records, strict=True))
        ]
        keyed.sort(key=lambda entry: entry[:3])
        return [(name, record) for _, name, _, record in keyed]


def replay(records: Sequence[tuple[str, Record]]) -> dict[Key, Record]:
    """Return for every (coder, round, unit) the decision that holds.

    Parameters
    ----------
    records : sequence of (file name, record)
        In order. An undo takes back the record that its field ``undoes`` names (wherever that stands), or else the last
        one; the decision before it holds again.
    """
    stacks: dict[Key, list[Record]] = {}
    taken_back = {record["undoes"] for _, record in records if record.get("undoes")}
    for _, record in records:
        stack = stacks.setdefault((record["coder"], str(record.get("round") or ""), record["unit_id"]), [])
        if record["action"] == "decide":
            stack += [] if record["id"] in taken_back else [record]
        elif stack and not record.get("undoes"):
            stack.pop()
    return {key: stack[-1] for key, stack in stacks.items() if stack}


def overlapping_sittings(sittings: Mapping[str, Sequence[Record]]) -> list[tuple[str, str]]:
    """Return the pairs of files of one coder of which the later was begun before the earlier ended.

    Nobody decides at two desks at once: two people use one name, or one person left a desk open on another computer.
    """
    spans: dict[tuple[str, str], tuple[str, str]] = {}
    for file, records in sittings.items():
        for record in records:
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
