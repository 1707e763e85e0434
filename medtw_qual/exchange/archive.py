"""Project archives of other programs: the members by their names in small letters, and those that a path means."""

import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

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
        The member's name in the archive, by its name in small letters and composed characters (macOS writes "é" as
        two characters).
    mentioned : str
        The project file's text: a file that it names is none that was passed over unseen.
    is_utf8 : bool
        Whether this package wrote the texts, which are UTF-8 then.
    refused : list of (str, str)
        Members that are never opened, with the reason.
    """

    path: Path
    zip: ZipArchive
    members: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    mentioned: str = ""
    is_utf8: bool = False
    _used: set[str] = field(default_factory=set)
    _exact: set[str] = field(default_factory=set)
    _by_end: dict[str, list[str]] = field(default_factory=dict)

    def close(self) -> None:
        """Close the file."""
        self.zip.close()

    def named(self, suffix: str) -> list[str]:
        """Names of the members that end in `suffix`, without the copies that macOS adds."""
        return [name for name in self.members if name.endswith(suffix) and not name.startswith("__macosx/")]

    def source(self, path: str) -> str | None:
        """The member that a path such as ``internal://folder/NAME.txt`` means; None: there is none.

        The whole path is looked for, first in ``sources/``; then, where a single member bears it, its last part. It
        may be written in capitals, with percent signs (``%20``) or with decomposed letters. Only members are looked
        at: a path cannot lead anywhere else.
        """
        plain = path.partition("://")[2] or path
        for written in dict.fromkeys((plain, unquote(plain))):
            inside = written.replace("\\", "/").lstrip("/")
            for whole in (f"sources/{inside}", f"Sources/{inside}", inside):
                if whole in self._exact:
                    return whole
            for key in (_key(f"sources/{inside}"), _key(inside)):
                if key in self.members:
                    return self.members[key]
        return self._ending(_key(unquote(plain).replace("\\", "/")))

    def unread(self) -> list[str]:
        """Files that were not read and whose names the text `mentioned` (that of the project file) does not hold."""
        words = _key(self.mentioned)
        used = self._used | {self.members.get(name, name) for name in self._used}
        return [
            name
            for name in sorted(self._exact)
            if name not in used
            and not name.endswith("/")
            and not _key(name).startswith("__macosx/")
            and _key(name).rpartition("/")[2] not in words
        ]

    def _ending(self, key: str) -> str | None:
        """The only member whose path ends like this one, or else the only one with its last part."""
        last = key.rpartition("/")[2]
        if not self._by_end:
            for known, name in self.members.items():
                if not known.startswith("__macosx/"):
                    self._by_end.setdefault(known.rpartition("/")[2], []).append(name)
        found = self._by_end.get(last, [])
        longer = [name for name in found if _key(name).endswith("/" + key.lstrip("/"))]
        chosen = longer or found or []
        in_sources = [name for name in chosen if _key(name).startswith("sources/")]
        return next((only[0] for only in (chosen, in_sources) if len(only) == 1), None)

    def read(self, name: str) -> bytes:
        """Read a member whole.

        Raises
        ------
        UnreadableFile
            When it is larger than any study, damaged or encrypted.
        """
        self._used.add(name)
        return self.zip.read(name if name in self._exact else self.members[name])


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
    for name in opened.members:
        archive._exact.add(name)
        archive.members.setdefault(_key(name), name)
    return archive


def _key(name: str) -> str:
    """A name as it is compared."""
    return unicodedata.normalize("NFC", name).lower()
