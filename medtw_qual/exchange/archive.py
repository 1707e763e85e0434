"""Archives from other people's computers, read in memory only: nothing is unpacked, so nothing can land anywhere."""

import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from medtw_qual._base.files import atomic_path, require_file
from medtw_qual.errors import UnreadableFile

# A study of a million words is a few megabytes; what grows beyond these sizes was made to fill the memory.
LARGEST_MEMBER = 256 * 2**20
LARGEST_TOTAL = 1024 * 2**20
MOST_MEMBERS = 200_000
_CHUNK = 2**20
_MOMENT = (2020, 1, 1, 0, 0, 0)
_SYMLINK = 0o120000


@dataclass(eq=False)
class Archive:
    """The members of a project archive, opened one by one when asked for.

    Attributes
    ----------
    path : Path
    members : dict
        The zip entry for each member's name in small letters with forward slashes.
    refused : list of (str, str)
        Members that are never opened, with the reason.
    """

    path: Path
    zip: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    _read: int = 0
    _by_last: dict[str, str] = field(default_factory=dict)

    def close(self) -> None:
        """Close the file."""
        self.zip.close()

    def named(self, suffix: str) -> list[str]:
        """Names of the members that end in `suffix`, without the copies that macOS adds."""
        return [name for name in self.members if name.endswith(suffix) and not name.startswith("__macosx/")]

    def source(self, path: str) -> str | None:
        """The member that a path such as ``internal://NAME.txt`` means, first one in ``sources/``; None: there is none.

        Only the path's last part counts, looked for among the members: it cannot lead anywhere else.
        """
        if not self._by_last:
            for name in sorted(self.members, key=lambda member: not member.startswith("sources/")):
                self._by_last.setdefault(name.rpartition("/")[2], name)
        return self._by_last.get(path.replace("\\", "/").rpartition("/")[2].lower())

    def read(self, name: str) -> bytes:
        """Read a member whole, counting what really comes out of it: the size that the archive states may lie.

        Raises
        ------
        UnreadableFile
            When it is larger than any study, damaged or encrypted.
        """
        info = self.members[name]
        pieces: list[bytes] = []
        size = 0
        try:
            with self.zip.open(info) as stream:
                while piece := stream.read(_CHUNK):
                    size += len(piece)
                    if size > LARGEST_MEMBER or self._read + size > LARGEST_TOTAL:
                        raise UnreadableFile(
                            f"{info.filename} in {self.path.name} unpacks to more than any study holds.",
                            "Do not open the file; ask its sender what it is.",
                        )
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
            raise UnreadableFile(
                f"{info.filename} in {self.path.name} cannot be unpacked: {error}.",
                "Export the project again, without a password.",
            ) from error
        self._read += size
        return b"".join(pieces)


def open_archive(path: str | Path) -> Archive:
    """Open a .qdpx; members with unsafe names, links and second copies are refused and listed.

    Raises
    ------
    MissingFile, EmptyFile
    UnreadableFile
        When it is no zip archive, or has more members than any study.
    """
    source = require_file(path, "Name the .qdpx file that the other program exported.")
    try:
        opened = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableFile(
            f"{source.name} is not a .qdpx: {error}.", "Export the project again as REFI-QDA project (.qdpx)."
        ) from error
    archive = Archive(source, opened)
    entries = opened.infolist()
    if len(entries) > MOST_MEMBERS:
        opened.close()
        raise UnreadableFile(
            f"{source.name} holds {len(entries):,} files, more than any study.", "Ask its sender what it is."
        )
    for info in entries:
        _take(info, archive)
    return archive


def _take(info: zipfile.ZipInfo, archive: Archive) -> None:
    if info.is_dir():
        return
    name = info.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or ":" in parts[0]:
        archive.refused.append((info.filename, "its name leads out of the archive"))
    elif (info.external_attr >> 16) & 0o170000 == _SYMLINK:
        archive.refused.append((info.filename, "it is a link to another file"))
    elif name.lower() in archive.members:
        archive.refused.append((info.filename, "another file in the archive has the same name"))
    else:
        archive.members[name.lower()] = info


def write_archive(path: str | Path, members: dict[str, bytes]) -> Path:
    """Write a zip whose bytes depend on its content only; half of it is never seen under its name."""
    target = Path(path)
    with atomic_path(target) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return target
