"""Seals of a log's lines: each holds the hash of its content and the seal of the line before it.

A seal shows accidents and changes by hand. It is no signature: who rewrites every line after a change can hide it,
unless another file (a later sitting, the consensus, the manifest of a run) knows the seal of the last line.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from medtw_qual._base.hashing import hash_json

Record = dict[str, Any]

FORMAT = 1  # of the lines; a line of a later format is refused, an older one does not exist
LENGTH = 32  # hexadecimal digits of a seal: 128 bits, so that no two lines of a study ever share one
_SHORTEST = 16

# What is wrong with a line. The first group stops the reading of a log, the second is reported.
EDITED, MISSING, MOVED, INSERTED, NO_RECORD, OTHER_KIND, NEWER = (
    "edited", "missing", "moved", "inserted", "no record", "other kind", "newer",
)  # fmt: skip
TORN, ZEROS, TWICE = "torn", "zeros", "twice"
REPAIR = "repair"  # the field of a record that says what was mended and what is missing for good
FATAL = frozenset({EDITED, MISSING, MOVED, INSERTED, NO_RECORD, OTHER_KIND, NEWER})


@dataclass(frozen=True)
class LogFault:
    """One thing that is wrong with a log.

    Attributes
    ----------
    kind : str
        See the constants of this module.
    line : int
        The line of the file, from 1.
    content : str
        What stands on the line, shortened.
    """

    kind: str
    line: int
    content: str = ""


@dataclass
class Walk:
    """A log's lines, gone through from the first to the last.

    Attributes
    ----------
    records : list of dict
    lines : list of int
        The line of each record.
    seals : list of str
        The seal of each record; of a line without one, the hash of everything down to it.
    faults : list of LogFault
    last, number
        The seal of the last sound line, and how many sound lines there are.
    torn : str
        What stands on the last line, when it was cut off.
    repairs : list of dict
        What `medtw-qual repair` noted about earlier damage; they are no decisions.
    raw : list of bytes
        The line of each record, as it stands in the file.
    """

    records: list[Record] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    seals: list[str] = field(default_factory=list)
    faults: list[LogFault] = field(default_factory=list)
    torn: str = ""
    repairs: list[Record] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    last: str = ""
    number: int = 0

    def take(self, record: Record, line: bytes, number: int, check: str) -> None:
        """Take in a sound line."""
        self.last, self.number = check, self.number + 1
        if isinstance(record.get(REPAIR), dict):
            self.repairs.append(record)
            return
        self.records.append(record)
        self.lines.append(number)
        self.seals.append(check)
        self.raw.append(line)


def seal_record(content: Mapping[str, Any]) -> tuple[bytes, Record]:
    """Return the line of a record, its seal at the end, and the record with its seal.

    Raises
    ------
    orjson.JSONEncodeError
        When the record holds what JSON cannot hold.
    """
    plain = {key: value for key, value in content.items() if key != "check"}
    body = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    check = hashlib.sha256(body).hexdigest()[:LENGTH]
    return body[:-1] + b',"check":"' + check.encode() + b'"}\n', {**plain, "check": check}


def fits(line: bytes, record: Mapping[str, Any]) -> bool:
    """Say whether a line's seal fits its content.

    The bytes are looked at first, which is quick; a line that another program wrote anew (other blanks, another order
    of keys) still says the same, and fits too.
    """
    stated = record["check"]
    if not isinstance(stated, str) or len(stated) < _SHORTEST:
        return False
    end = b',"check":"' + stated.encode("utf-8", "replace") + b'"}'
    if line.endswith(end) and hashlib.sha256(line[: -len(end)] + b"}").hexdigest().startswith(stated):
        return True
    return hash_json({key: value for key, value in record.items() if key != "check"}).startswith(stated)


def walk(content: bytes, kind: str = "", known: frozenset[str] = frozenset()) -> Walk:
    """Go through the lines of a log and note what is wrong with them.

    Parameters
    ----------
    content : bytes
        The whole file.
    kind : str
        What its records must be; empty: anything.
    known : frozenset of str
        Seals of lines that stand in another copy of the log: a line may follow one of them.
    """
    found = Walk()
    seen = set(known)
    after: list[tuple[int, str]] = []  # lines that follow a line which has not come yet
    chained = False
    for number, line, last in _numbered(content):
        record = _parse(line)
        if record is None:
            found.faults.append(_no_record(line, number, last))
            found.torn = _text(line) if last else ""
            continue
        fault = _fault(line, record, kind, chained)
        if fault:
            found.faults.append(LogFault(fault, number, _text(line)))
        check = str(record["check"]) if "check" in record else _running(found.last, record)
        before = record.get("before")
        if before is not None:
            chained = True
            if before and before != found.last and str(before) not in seen:
                after.append((number, str(before)))
        if check in seen and check not in known:
            found.faults.append(LogFault(TWICE, number))
            continue
        seen.add(check)
        if fault not in (EDITED, INSERTED, OTHER_KIND):
            found.take(record, line, number, check)
    _place_faults(found, seen, after)
    return found


def _place_faults(found: Walk, seen: set[str], after: list[tuple[int, str]]) -> None:
    """Name the lines that follow one which stands below them, or which is not there."""
    repairs = [record[REPAIR] for record in found.repairs]
    accounted = {check for noted in repairs for name in ("missing", "replaced") for check in noted.get(name, ())}
    torn = {fault.line: place for place, fault in enumerate(found.faults) if fault.kind == TORN}
    for number, before in after:
        if before in seen:
            found.faults.append(LogFault(MOVED, number))
        elif number - 1 in torn:  # what was cut off had been confirmed: the next line follows it
            place = torn[number - 1]
            found.faults[place] = replace(found.faults[place], kind=EDITED)
        elif before not in accounted:
            found.faults.append(LogFault(MISSING, number))


def _numbered(content: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Give number, content and "cut off at its end" of every line on which something stands."""
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    end = len(lines)  # the last of them has no line feed
    for number, line in enumerate(lines, 1):
        whole = line[:1] == b"{" and line[-1:] == b"}"
        bare = line if whole else line.strip(b" \t\r\0")
        if bare or b"\0" in line:
            yield number, bare, number == end


def _parse(line: bytes) -> Record | None:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _no_record(line: bytes, number: int, last: bool) -> LogFault:
    """Name a line that holds no record: zeros of a power cut, a record that was cut off, or words of somebody's own."""
    if not line:
        return LogFault(ZEROS, number)
    return LogFault(TORN if last or _was_torn(line) else NO_RECORD, number, _text(line))


def _fault(line: bytes, record: Record, kind: str, chained: bool) -> str:
    version = record.get("format")
    if isinstance(version, int) and version > FORMAT:
        return NEWER
    if "check" in record and not fits(line, record):
        return EDITED
    if chained and ("check" not in record or "before" not in record):
        return INSERTED
    return OTHER_KIND if kind and record.get("kind", kind) != kind else ""


def _running(last: str, record: Record) -> str:
    """The hash that stands for a line without a seal: it covers all lines down to it."""
    return hash_json([last, record])[:LENGTH]


def _text(line: bytes) -> str:
    return line[:2000].decode("utf-8", "replace")


def _was_torn(line: bytes) -> bool:
    """A line torn by a crash is a record that was never closed; a line edited by hand is closed and wrong."""
    if not line.startswith(b"{"):
        return False
    depth, in_text, escaped = 0, False, False
    for byte in line:
        if in_text:
            in_text = escaped or byte != ord('"')
            escaped = byte == ord("\\") and not escaped
        elif byte == ord('"'):
            in_text = True
        else:
            depth += (byte in b"{[") - (byte in b"}]")
    return in_text or depth > 0
