"""The append-only log of decisions: a JSON object a line, on the disk before it counts, sealed to the line before.

Coders' decisions, consensus, crosswalk, quotations, memos, changes of a codebook, decisions about clusters and a
model's answers are all kept in this form. There are no locks, since shared drives do not honour them: a line names the
line that it follows, so two programs that write at once are seen to have done so and nothing is lost.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from medtw_qual._base.log_content import Heads, LogContent, heads_followed, read_log
from medtw_qual._base.log_seals import FORMAT, Record, Walk, seal_record, walk
from medtw_qual.errors import InvalidArgument

__all__ = ["OWN_NAMES", "Heads", "LogContent", "OpenLog", "append_record", "heads_followed", "read_log", "said"]

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would turn the line feed into two characters
_BLOCK = 65_536  # bytes at the end of a log that are searched for its last line
OWN_NAMES = ("kind", "format", "seq", "before", "follows", "check")  # what the log itself adds to a record


def said(record: Mapping[str, Any]) -> Record:
    """Return what a record says, without what the log added to it.

    Examples
    --------
    >>> said({"unit_id": "1", "kind": "consensus", "format": 1, "seq": 3, "before": "", "check": "0"})
    {'unit_id': '1'}
    """
    return {key: value for key, value in record.items() if key not in OWN_NAMES}


def append_record(path: str | Path, record: Mapping[str, Any], kind: str = "", follows: Heads | None = None) -> Record:
    """Append one record to a log; when this returns, the record is on the disk.

    A line that an earlier crash left torn is closed first, so that the new record stands on its own line.

    Parameters
    ----------
    path : str or Path
        The log; it and its folder are made when missing.
    record : mapping
        What was decided: anything that JSON can hold. The names kind, format, seq, before, follows and check are the
        log's own and are set here.
    kind : str
        What it is a record of: "coding", "consensus", "crosswalk", "quotation", "memo" ...; a log that is read as
        another kind is refused.
    follows : mapping, optional
        Other logs that this decision was made from: file name -> (number of records, seal of the last), as
        `LogContent.head` has them. Lines that go missing at the end of one of them are then noticed.

    Returns
    -------
    dict
        The record with number, seal, and the seal of the record before it.

    Raises
    ------
    OSError
        When the disk is full or the folder cannot be written to; then the record does not count.
    InvalidArgument
        When the record holds what JSON cannot hold, or a name that is the log's own (a record that a log returned may
        be handed on to another).
    """
    _require_own_names_free(record)
    return _append(Path(path), record, kind, follows, 0)[0]


def _append(
    log: Path, record: Mapping[str, Any], kind: str, follows: Heads | None, least: int
) -> tuple[Record, bytes, tuple[int, ...]]:
    """Append a record numbered above `least`; return it, its line, and (size before, size after, time of change)."""
    descriptor = _opened(log)
    try:
        size = os.fstat(descriptor).st_size
        number, before = _head(descriptor, size)
        line, sealed = _sealed_line(record, kind, max(number, least) + 1, before, follows)
        _write_lines(descriptor, line, size)
        after = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if not size:
        _sync_folder(log.parent)
    return sealed, line, (size, after.st_size, after.st_mtime_ns)


def _opened(log: Path) -> int:
    log.parent.mkdir(parents=True, exist_ok=True)
    return os.open(log, os.O_RDWR | os.O_CREAT | os.O_APPEND | _BINARY, 0o666)


def _require_own_names_free(record: Mapping[str, Any]) -> None:
    taken = [] if "check" in record and "before" in record else [name for name in OWN_NAMES if name in record]
    if taken:
        raise InvalidArgument(f"{taken[0]!r} in a record is a name that the log itself gives.", "Call it otherwise.")


def _sealed_line(
    record: Mapping[str, Any], kind: str, number: int, before: str, follows: Heads | None
) -> tuple[bytes, Record]:
    extra = {"follows": {name: list(head) for name, head in sorted(follows.items())}} if follows else {}
    content = {**said(record), **({"kind": kind} if kind else {}), **extra}
    content |= {"format": FORMAT, "seq": number, "before": before}
    try:
        return seal_record(content)
    except (orjson.JSONEncodeError, UnicodeError):
        try:  # half an emoji: browsers' texts can hold it, UTF-8 cannot
            return seal_record(_without_half_characters(content))
        except orjson.JSONEncodeError as error:
            raise InvalidArgument(f"The decision cannot be written down: {error}.", "Use plain text.") from error


def _without_half_characters(value: Any) -> Any:  # noqa: ANN401 - any value of JSON
    """Put the sign for an unreadable character where a text holds half of one."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {_without_half_characters(key): _without_half_characters(part) for key, part in value.items()}
    return [_without_half_characters(part) for part in value] if isinstance(value, list | tuple) else value


def _head(descriptor: int, size: int) -> tuple[int, str]:
    """Number and seal of the last whole record, looked for from the end."""
    start = max(size - _BLOCK, 0)
    for line in reversed(_bytes_from(descriptor, start, size).split(b"\n")[1 if start else 0 :]):
        record = _loaded(line)
        if record is not None:
            if isinstance(record.get("before"), str) and isinstance(record.get("check"), str):
                return int(record.get("seq") or 0), record["check"]
            break  # an unsealed line: its place in the chain follows from all lines before it
    found = walk(_bytes_from(descriptor, 0, size)) if size else Walk()
    return found.number, found.last


def _loaded(line: bytes) -> Record | None:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _bytes_from(descriptor: int, start: int, end: int) -> bytes:
    os.lseek(descriptor, start, os.SEEK_SET)
    parts = []
    while start < end and (part := os.read(descriptor, end - start)):
        parts.append(part)
        start += len(part)
    return b"".join(parts)


def _write_lines(descriptor: int, lines: bytes, size: int) -> None:
    """Write whole lines at the end and wait for the disk; what a full disk takes only in part is taken back."""
    if size and _bytes_from(descriptor, size - 1, size) != b"\n":
        lines = b"\n" + lines
    try:
        while lines:
            lines = lines[os.write(descriptor, lines) :]
    except OSError:
        os.ftruncate(descriptor, size)
        raise
    os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    """Put a new file's name on the disk too; Windows and some network drives know no such call, and need none."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class OpenLog:
    """A log that this program has open: what it wrote is written again when a synchronising program takes it away.

    Parameters
    ----------
    path : str or Path
        The log; it is made with its first record.
    kind : str
        What its records are of.
    follows : callable, optional
        Returns the heads of the logs that the decisions are made from (see `append_record`); asked at the first record.
    """

    def __init__(self, path: str | Path, kind: str, follows: Callable[[], Heads] | None = None) -> None:
        self.path = Path(path)
        self.kind = kind
        self._follows = follows
        self._written: list[bytes] = []
        self._number = 0
        self._state: tuple[int, int] | None = None  # size and time of the file after the last record

    def append(self, record: Mapping[str, Any]) -> Record:
        """Append one record; when this returns, it and all that this program wrote before are on the disk.

        Records of one program are numbered in the order in which they were confirmed, whatever happens to the file.

        Raises
        ------
        OSError
            When the disk is full or the folder cannot be written to; then the record does not count.
        """
        _require_own_names_free(record)
        self._restore()
        follows = self._follows() if self._follows and not self._written else None
        sealed, line, (before, size, time) = _append(self.path, record, self.kind, follows, self._number)
        self._written.append(line)
        self._number = int(sealed["seq"])
        untouched = self._state is None or before == self._state[0]
        self._state = (size, time) if untouched else (-1, -1)  # cut while the record was written: looked at next time
        return sealed

    def _restore(self) -> None:
        """Write those of this program's lines again that are gone: its decisions were acknowledged."""
        if self._state is None:
            return
        try:
            found = self.path.stat()
            if (found.st_size, found.st_mtime_ns) == self._state:
                return
            there = set(self.path.read_bytes().split(b"\n"))
        except FileNotFoundError:
            there = set()
        gone = b"".join(line for line in self._written if line[:-1] not in there)
        if gone:
            descriptor = _opened(self.path)
            try:
                _write_lines(descriptor, gone, os.fstat(descriptor).st_size)
                self._state = (os.fstat(descriptor).st_size, 0)
            finally:
                os.close(descriptor)
            _sync_folder(self.path.parent)
        elif found_size := self.path.stat().st_size:
            self._state = (found_size, 0)
