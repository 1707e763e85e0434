"""Append-only logs of decisions, one JSON object a line: a record counts once it is on the disk."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from medtw_qual.errors import UnreadableFile

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would turn the line feed into two characters


@dataclass(frozen=True)
class LogContent:
    """What a log file holds.

    Attributes
    ----------
    records : list of dict
        The whole records in the order in which they were written.
    torn : str
        What stood on a last line that was cut off (power loss, full disk); empty when the log is whole.
    lines : list of int
        The line of the file on which each record stands, from 1.
    """

    records: list[dict[str, Any]] = field(default_factory=list)
    torn: str = ""
    lines: list[int] = field(default_factory=list, compare=False)


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
    descriptor = os.open(log, os.O_RDWR | os.O_CREAT | os.O_APPEND | _BINARY, 0o666)
    try:
        size = os.fstat(descriptor).st_size
        if size and _last_byte(descriptor) != b"\n":
            line = b"\n" + line
        _write_whole(descriptor, line, size)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if not size:
        _sync_folder(log.parent)


def _last_byte(descriptor: int) -> bytes:
    os.lseek(descriptor, -1, os.SEEK_END)
    return os.read(descriptor, 1)


def _write_whole(descriptor: int, line: bytes, size_before: int) -> None:
    """Write the whole line or, when the disk is full, take back what was written of it."""
    try:
        while line:
            line = line[os.write(descriptor, line) :]
    except OSError:
        os.ftruncate(descriptor, size_before)
        raise


def _sync_folder(folder: Path) -> None:
    """Put a new file's name on the disk too; Windows and some network drives know no such call, and need none."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


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
    found = LogContent()
    torn = ""
    for position, (number, line) in enumerate(numbered):
        record = _parse(line)
        if record is not None:
            found.records.append(record)
            found.lines.append(number)
        elif position == len(numbered) - 1 and not ended:
            torn = line.decode("utf-8", "replace")
        elif not _was_torn(line):
            raise UnreadableFile(
                f"Line {number} of {log} is not a decision: {line[:60].decode('utf-8', 'replace')!r}.",
                "Logs are written by the program only; restore this file from your backup or remove the line.",
            )
    return LogContent(found.records, torn, found.lines)


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


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
