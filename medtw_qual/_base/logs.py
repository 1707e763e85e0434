"""Append-only logs of decisions, one JSON object a line: a record counts once it is on the disk."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from medtw_qual._base.errors import UnreadableFile


@dataclass(frozen=True)
class LogContent:
    """What a log file holds.

    Attributes
    ----------
    records : list of dict
        The whole records in the order in which they were written.
    torn : str
        What stood on a last line that was cut off (power loss, full disk); empty when the log is whole.
    """

    records: list[dict[str, Any]] = field(default_factory=list)
    torn: str = ""


def append_record(path: str | Path, record: Mapping[str, Any]) -> None:
    """Append one record to a log; when this returns, the record is on the disk.

    A line that an earlier crash left torn is closed first, so that the new record stands on its own line.

    Raises
    ------
    OSError
        When the disk is full or the folder cannot be written to; then the record does not count.
    """
    log = Path(path)
    log.parent.mkdir(parents=True, exist_ok=True)
    line = orjson.dumps(record, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
    descriptor = os.open(log, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line
        _write_whole(descriptor, line, size)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_whole(descriptor: int, line: bytes, size_before: int) -> None:
    """Write the whole line or, when the disk is full, take back what was written of it."""
    try:
        while line:
            line = line[os.write(descriptor, line) :]
    except OSError:
        os.ftruncate(descriptor, size_before)
        raise


def read_log(path: str | Path) -> LogContent:
    """Read a log; a last line that was cut off is reported, not fatal.

    Raises
    ------
    UnreadableFile
        When a line before the last is not a JSON object: somebody edited the log by hand.
    """
    log = Path(path)
    if not log.exists():
        return LogContent()
    lines = log.read_bytes().split(b"\n")
    ended = lines[-1] == b""
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    records: list[dict[str, Any]] = []
    torn = ""
    for position, (number, line) in enumerate(numbered):
        record = _parse(line)
        if record is not None:
            records.append(record)
        elif position == len(numbered) - 1 and not ended:
            torn = line.decode("utf-8", "replace")
        elif not _was_torn(line):
            raise UnreadableFile(
                f"Line {number} of {log} is not a decision: {line[:60].decode('utf-8', 'replace')!r}.",
                "Logs are written by the program only; restore this file from your backup or remove the line.",
            )
    return LogContent(records, torn)


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _was_torn(line: bytes) -> bool:
    """A line torn by a crash begins as a record does and lacks its closing brace; an edited one does not."""
    return line.startswith(b"{") and not line.rstrip().endswith(b"}")
