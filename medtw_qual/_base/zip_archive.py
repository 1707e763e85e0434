"""Zip archives: written the same byte for byte every time, and opened under guard, in memory only.

Workbooks, Word files, REFI-QDA projects, stored vectors and packed exports are all zips. Nothing is ever unpacked to
the disk, so nothing can land anywhere.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from medtw_qual._base.files import atomic_path, require_file
from medtw_qual.errors import UnreadableFile

MOMENT = (2020, 1, 1, 0, 0, 0)
_LINK = 0o120000
_KIND = 0o170000
_CHUNK = 2**20
_DAMAGED = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError)
_PACKED = 0x1  # the flag of a member that is locked with a password


@dataclass(frozen=True)
class ZipLimits:
    """What an archive may hold at most: what grows beyond it was made to fill the memory.

    Attributes
    ----------
    members : int
        Files in the archive.
    small : int
        Bytes that an archive may unpack to whatever its own size is.
    ratio : float
        Beyond `small`: how many times its own size.
    member, total : int
        Bytes that one member, and all that are read, may unpack to; 0: no further limit.
    """

    members: int = 200_000
    small: int = 100 * 2**20
    ratio: float = 200.0
    member: int = 0
    total: int = 0


def write_zip(path: str | Path, members: Mapping[str, bytes], *, compressed: bool = True) -> Path:
    """Write a zip whose bytes depend on its content only; half of it is never seen under its name.

    Parameters
    ----------
    path : str or Path
    members : mapping
        Name -> content, in the order in which they are to lie in the archive.
    compressed : bool
        Whether members are deflated; arrays hardly shrink and are stored as they are.

    Returns
    -------
    Path

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first, second = (write_zip(Path(folder) / name, {"a.txt": b"thanks"}) for name in ("1.zip", "2.zip"))
    ...     first.read_bytes() == second.read_bytes()
    True
    """
    target = Path(path)
    with atomic_path(target) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
            info.external_attr = 0o644 << 16
            info.create_system = 3  # Windows would write another number, and other bytes
            archive.writestr(info, content)
    return target


@dataclass(eq=False)
class ZipArchive:
    """The members of an archive, opened one by one when asked for.

    Attributes
    ----------
    path : Path
    members : dict
        Name, with forward slashes -> the archive's entry; in the order of the archive.
    refused : list of (str, str)
        Members that are never opened, with the reason.
    locked : list of str
        Members that are locked with a password.
    """

    path: Path
    zip: zipfile.ZipFile
    limits: ZipLimits
    members: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)
    _read: int = 0

    def close(self) -> None:
        """Close the file."""
        self.zip.close()

    def read(self, name: str) -> bytes:
        """Read a member whole, counting what really comes out of it: the size that the archive states may lie.

        Raises
        ------
        UnreadableFile
            When it is larger than the limits, damaged or encrypted.
        """
        with self.open(name) as stream:
            return stream.readall()

    @contextmanager
    def open(self, name: str) -> Iterator[io.RawIOBase]:
        """Open a member to be read in pieces; the limits are counted while it is read.

        Raises
        ------
        UnreadableFile
            As for `read`.
        """
        try:
            stream = self.zip.open(self.members[name])
        except _DAMAGED as error:
            raise self._damaged(name, error) from error
        counted = _Counted(stream, self, name)
        try:
            yield counted
        finally:
            self._read += counted.size
            stream.close()

    def _damaged(self, name: str, error: Exception) -> UnreadableFile:
        return UnreadableFile(
            f"{name} in {self.path.name} is damaged and cannot be unpacked: {error}.",
            "Export or copy it again, without a password.",
        )

    def _allow(self, size: int, name: str) -> None:
        limits = self.limits
        most = max(limits.small, limits.ratio * self.path.stat().st_size)
        if (
            size + self._read > most
            or (limits.member and size > limits.member)
            or (limits.total and size + self._read > limits.total)
        ):
            raise UnreadableFile(
                f"{name} in {self.path.name} unpacks to more than any study holds.",
                "Do not open the file; ask its sender what it is.",
            )


class _Counted(io.RawIOBase):
    """A stream of a member that is refused once it has grown beyond what any study holds."""

    def __init__(self, stream: IO[bytes], archive: ZipArchive, name: str) -> None:
        self._stream, self._archive, self._name = stream, archive, name
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        try:
            piece = self._stream.read(min(len(buffer), _CHUNK))
        except _DAMAGED as error:
            raise self._archive._damaged(self._name, error) from error
        self.size += len(piece)
        self._archive._allow(self.size, self._name)
        buffer[: len(piece)] = piece
        return len(piece)

    def readall(self) -> bytes:
        return b"".join(iter(lambda: self.read(_CHUNK) or b"", b""))


def open_zip(path: str | Path, limits: ZipLimits | None = None, remedy: str = "Copy or export it again.") -> ZipArchive:
    """Open an archive; members with unsafe names, links and second copies are refused and listed.

    Parameters
    ----------
    path : str or Path
    limits : ZipLimits, optional
    remedy : str
        What to do when it is no zip.

    Raises
    ------
    MissingFile, EmptyFile
    UnreadableFile
        When it is no zip archive, has more members than any study, or states that it unpacks into many times its size.
    """
    source, allowed = require_file(path), limits or ZipLimits()
    try:
        opened = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableFile(f"{source.name} is damaged, or no zip archive: {error}.", remedy) from error
    archive = ZipArchive(source, opened, allowed)
    try:
        _require_size(archive)
    except UnreadableFile:
        opened.close()
        raise
    for info in opened.infolist():
        _take(info, archive)
    return archive


def _require_size(archive: ZipArchive) -> None:
    entries, limits = archive.zip.infolist(), archive.limits
    if len(entries) > limits.members:
        raise UnreadableFile(
            f"{archive.path.name} holds {len(entries):,} files, more than any study.", "Ask its sender what it is."
        )
    unpacked, packed = sum(info.file_size for info in entries), max(archive.path.stat().st_size, 1)
    if unpacked > limits.small and unpacked / packed > limits.ratio:
        raise UnreadableFile(
            f"{archive.path} unpacks {packed:,} bytes into {unpacked:,}: no export does that (a zip bomb?).",
            "Do not open it; if you trust it, unpack it yourself and name the files in it.",
        )


def leads_out(name: str) -> bool:
    """Say whether the name of a member points outside its archive.

    Examples
    --------
    >>> leads_out("../posts.csv"), leads_out("C:/posts.csv"), leads_out("data/posts.csv")
    (True, True, False)
    """
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or (bool(path.parts) and ":" in path.parts[0])


def _take(info: zipfile.ZipInfo, archive: ZipArchive) -> None:
    if info.is_dir():
        return
    name = info.filename.replace("\\", "/")
    if leads_out(name):
        archive.refused.append((info.filename, "its name leads out of the archive"))
    elif (info.external_attr >> 16) & _KIND == _LINK:
        archive.refused.append((info.filename, "it is a link to another file"))
    elif name in archive.members:
        archive.refused.append((info.filename, "another file in the archive has the same name"))
    else:
        archive.members[name] = info
        if info.flag_bits & _PACKED:
            archive.locked.append(info.filename)
