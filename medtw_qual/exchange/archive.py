"""Project archives of other programs: the members by their names in small letters, and those that a path means."""

from dataclasses import dataclass, field
from pathlib import Path

from medtw_qual._base.zip_archive import ZipArchive, ZipLimits, open_zip

# A study of a million words is a few megabytes; what grows beyond these sizes was made to fill the memory.
LIMITS = ZipLimits(member=256 * 2**20, total=1024 * 2**20)


@dataclass(eq=False)
class Archive:
    """The members of a project archive, opened one by one when asked for.

    Attributes
    ----------
    path : Path
    members : dict
        The member's name in the archive, by its name in small letters.
    refused : list of (str, str)
        Members that are never opened, with the reason.
    """

    path: Path
    zip: ZipArchive
    members: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
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
        """Read a member whole.

        Raises
        ------
        UnreadableFile
            When it is larger than any study, damaged or encrypted.
        """
        return self.zip.read(self.members[name])


def open_archive(path: str | Path) -> Archive:
    """Open a .qdpx; members with unsafe names, links and second copies are refused and listed.

    Raises
    ------
    MissingFile, EmptyFile
    UnreadableFile
        When it is no zip archive, or has more members than any study.
    """
    opened = open_zip(path, LIMITS, "Export the project again as REFI-QDA project (.qdpx).")
    archive = Archive(opened.path, opened, refused=opened.refused)
    for name, info in opened.members.items():
        if name.lower() in archive.members:
            archive.refused.append((info.filename, "another file in the archive has the same name"))
        else:
            archive.members[name.lower()] = name
    return archive
