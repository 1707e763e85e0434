"""Where posts lie on the disk: plain files, .gz, .zip and folders, opened without trusting what is inside."""

import bz2
import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from medtw_qual._base.files import require_file
from medtw_qual._base.zip_archive import ZipLimits, leads_out, open_zip
from medtw_qual.errors import InvalidArgument, MedtwQualError, MissingFile, UnreadableFile

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_BZIP2 = b"BZh"
_ZSTD = b"\x28\xb5\x2f\xfd"
# A text of posts packs about 10:1, repetitive logs up to 50:1. What unpacks more than 200:1 and beyond 100 MB was made
# to fill a disk.
_MAX_RATIO = 200
_MAX_SMALL = 100 * 1024 * 1024
_MAX_MEMBERS = 100_000
_LIMITS = ZipLimits(members=_MAX_MEMBERS, small=_MAX_SMALL, ratio=_MAX_RATIO)
_MAX_LINE = 64 * 1024 * 1024


_PACKED_ALONE = ("gz", "bz2", "zst")


@contextmanager
def _unpacked(path: Path, packing: str) -> Iterator[BinaryIO]:
    """Open a file that is packed by itself.

    Research archives of Reddit are packed with a window of 2 GB (``zstd --long=31``), which only the library zstandard
    opens; pyarrow, which is always there, opens the others.
    """
    if packing == "gz":
        with gzip.open(path, "rb") as packed:
            yield cast("BinaryIO", packed)
        return
    try:
        with bz2.open(path, "rb") if packing == "bz2" else _zstandard(path) as packed:
            yield cast("BinaryIO", packed)
    except MedtwQualError:  # some are OSErrors, too
        raise
    except (OSError, ValueError) as error:
        more = " An archive with a larger window needs: pip install zstandard." if packing == "zst" else ""
        raise UnreadableFile(
            f"{path.name} could not be unpacked: {error}.", f"Copy it again, or unpack it and name the file.{more}"
        ) from error


def _zstandard(path: Path) -> Any:  # noqa: ANN401 - a stream of whichever library is there
    if find_spec("zstandard") is None:
        import pyarrow as pa

        return pa.input_stream(str(path), compression="zstd")
    zstandard = import_module("zstandard")
    return zstandard.open(path, "rb", dctx=zstandard.ZstdDecompressor(max_window_size=2**31))


@dataclass(frozen=True)
class Source:
    """One stream of bytes that may hold posts.

    Attributes
    ----------
    path : Path
        The file on the disk.
    member : str
        The name inside an archive or folder; empty for a plain file.
    packing : str
        "", "gz", "bz2", "zst", "zip" or "tar".
    within : Path or None
        The archive or folder that the researcher named and in which this lies beside other files.
    """

    path: Path
    member: str = ""
    packing: str = ""
    within: Path | None = None

    @property
    def name(self) -> str:
        """The name in messages and in the posts table: ``posts.jsonl``, ``archive.zip: data/tweets.js``."""
        return f"{self.path.name}: {self.member}" if self.member else self.path.name

    @property
    def suffix(self) -> str:
        """The ending of the innermost name, in small letters."""
        inner = self.member or (self.path.stem if self.packing in _PACKED_ALONE else self.path.name)
        return PurePosixPath(inner).suffix.lower()

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the bytes, unpacked."""
        try:
            if self.packing == "zip":
                archive = open_zip(self.path, _LIMITS)
                try:
                    with archive.open(self.member) as stream:
                        yield cast("BinaryIO", io.BufferedReader(stream, 1 << 20))
                finally:
                    archive.close()
            elif self.packing == "tar":
                with tarfile.open(self.path) as bundle:
                    yield cast("BinaryIO", bundle.extractfile(self.member))
            elif self.packing in _PACKED_ALONE:
                with _unpacked(self.path, self.packing) as packed:
                    limit = max(_MAX_SMALL, _MAX_RATIO * self.path.stat().st_size)
                    yield cast("BinaryIO", io.BufferedReader(_Bounded(packed, limit, self.name), 1 << 20))
            else:
                inner = self.path / self.member if self.member else self.path
                with inner.open("rb", buffering=1 << 20) as plain:
                    yield plain
        except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise UnreadableFile(
                f"{self.name} is a damaged archive: {error}.", "Copy or export it again; nothing of it was kept."
            ) from error

    def head(self, size: int = 1 << 18) -> bytes:
        """Return the first bytes and the whole of the first line (a page of 100 posts fills 700 kB), for detection."""
        with self.open() as stream:
            first = stream.read(size)
            return first if b"\n" in first else first + stream.readline(_MAX_LINE)


class _Bounded(io.RawIOBase):
    """A packed stream that is refused once it has grown beyond what any export does (a .gz does not say its size)."""

    def __init__(self, stream: BinaryIO, limit: int, name: str) -> None:
        self._stream, self._left, self._name = stream, limit, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        content = self._stream.read(len(buffer))
        self._left -= len(content)
        if self._left < 0:
            raise UnreadableFile(
                f"{self._name} unpacks into more than {_MAX_RATIO} times its size: no export of posts does that.",
                "Do not open it; if you trust it, unpack it yourself and name the file.",
            )
        buffer[: len(content)] = content
        return len(content)


def find_sources(given: str | Path | Sequence[str | Path]) -> list[Source]:
    """Return every stream behind what the researcher named: files, archives, folders, or a list of these.

    Raises
    ------
    MissingFile, EmptyFile, UnreadableFile, InvalidArgument
    """
    paths = [given] if isinstance(given, str | Path) else list(given)
    if not paths:
        raise InvalidArgument("No file was named.", "Give the path of at least one export.")
    found = [source for path in paths for source in _marked(Path(path))]
    if not found:
        raise MissingFile(f"There is no file to read in {paths[0]}.", "Name the file itself.")
    return found


def _marked(path: Path) -> list[Source]:
    """Return the sources behind a path, those inside an archive or folder marked as such."""
    found = _sources_of(path)
    return [replace(source, within=path) if source.member or source.path != path else source for source in found]


def _sources_of(path: Path) -> list[Source]:
    if path.is_dir():
        inner = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
        return [source for file in inner if file.stat().st_size for source in _in_folder(path, file)]
    file = require_file(path)
    with file.open("rb") as stream:
        magic = stream.read(512)
    if _is_tar(magic) or (magic.startswith(_GZIP) and _is_tar(_unpacked_head(file))):
        return _tar_members(file)
    if magic.startswith(_GZIP):
        return [Source(file, packing="gz")]
    if magic.startswith(_BZIP2) or magic.startswith(_ZSTD):
        return [Source(file, packing="bz2" if magic.startswith(_BZIP2) else "zst")]
    if magic.startswith(_ZIP):
        return _members(file)
    return [Source(file)]


def _in_folder(folder: Path, file: Path) -> list[Source]:
    packed = _sources_of(file)
    return packed if packed and packed[0].packing else [Source(folder, file.relative_to(folder).as_posix())]


def _is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def _unpacked_head(file: Path) -> bytes:
    try:
        with gzip.open(file, "rb") as packed:
            return packed.read(512)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise UnreadableFile(f"{file} is a damaged archive: {error}.", "Copy or export it again.") from error


def _tar_members(path: Path) -> list[Source]:
    """List the plain files in a tar archive, or refuse it."""
    try:
        with tarfile.open(path) as bundle:
            members = [member for member in bundle.getmembers() if not member.isdir()]
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise UnreadableFile(f"{path} is a damaged tar archive: {error}.", "Copy or download it again.") from error
    _refuse_unsafe(path, [member.name for member in members])
    _refuse_bomb(path, [member.size for member in members])
    wanted = [member.name for member in members if member.isfile() and member.size and not _is_hidden(member.name)]
    return [Source(path, name, "tar") for name in sorted(wanted)]


def _members(path: Path) -> list[Source]:
    """List what lies in a zip archive, or refuse it; a workbook (.xlsx, .ods) is a zip that stays whole."""
    archive = open_zip(path, _LIMITS, "Copy or download it again.")
    archive.close()
    if {"[Content_Types].xml", "content.xml"} & set(archive.members):
        return [Source(path)]
    _refuse_unsafe(path, [name for name, _ in archive.refused])
    if archive.locked:
        raise UnreadableFile(f"{path} is locked with a password.", "Unpack it and name the files in it.")
    wanted = [name for name, info in archive.members.items() if info.file_size and not _is_hidden(name)]
    return [Source(path, name, "zip") for name in sorted(wanted)]


def _is_hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")


def _refuse_unsafe(path: Path, names: Sequence[str]) -> None:
    for name in names:
        if leads_out(name):
            raise UnreadableFile(
                f"{path} holds a member that points outside the archive ({name!r}).",
                "Do not open it; ask where it came from.",
            )


def _refuse_bomb(path: Path, sizes: Sequence[int]) -> None:
    unpacked = sum(sizes)
    packed = max(1, path.stat().st_size)
    if len(sizes) > _MAX_MEMBERS or (unpacked > _MAX_SMALL and unpacked / packed > _MAX_RATIO):
        raise UnreadableFile(
            f"{path} unpacks {packed:,} bytes into {unpacked:,}: no export of posts does that (a zip bomb?).",
            "Do not open it; if you trust it, unpack it yourself and name the files in it.",
        )


def siblings(source: Source) -> list[Source]:
    """Return everything that lies in the same archive or folder, the source included."""
    if source.packing in ("zip", "tar"):
        return _members(source.path) if source.packing == "zip" else _tar_members(source.path)
    if source.member:
        return _sources_of(source.path)
    folder = source.path.parent
    beside = (file for file in sorted(folder.iterdir()) if file.is_file() and file.suffix in (".js", ".json"))
    return [Source(folder, file.name) for file in beside]
