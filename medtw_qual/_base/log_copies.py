"""What synchronising programs and file managers do to a log's name: conflict copies, and files not yet here."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

# What is added to a name, and by whom; all of it is taken off again to find the file that was copied.
_ADDED = (
    r" ?[(\[][^()\[\]]*conflict[^()\[\]]*[)\]]",  # Dropbox, Nextcloud, Seafile: (KA's conflicted copy 2026-03-06)
    r"\.sync-conflict-[0-9A-Z-]+",  # Syncthing
    r"[_-]conflict[_-]?\d[\d_-]*",  # ownCloud
    r" ?\((?:another |\d+(?:st|nd|rd|th) )?copy(?: \d+)?\)",  # GNOME
    r" (?:- )?(?:copy|kopie|copie|copia|c\u00f3pia)(?: ?\(?\d+\)?)?",  # Windows, Finder
    r" ?\(\d+\)| \d+",  # browsers, Google Drive; Finder, iCloud: people number their files like that too
)
_END = re.compile(f"(?:{'|'.join(_ADDED)})$", re.IGNORECASE)
_PLAIN = re.compile(f"(?:{'|'.join(_ADDED[:-1])})$", re.IGNORECASE)
_START = re.compile(r"(?:copy|kopie|copie|copia) (?:\(\d+\) )?(?:of|von|de|di) ", re.IGNORECASE)
# A file that is on its way: iCloud's placeholders, downloads and synchronisations that have not ended.
_AWAITED = (
    re.compile(r"\.(?P<name>.+)\.icloud"),
    re.compile(r"(?:\.syncthing\.|~|\.)?(?P<name>.+?\.[A-Za-z]+)\.(?:part|partial|filepart|tmp|temp|crdownload|download)"),
    re.compile(r"\.?(?P<name>.+?\.[A-Za-z]+)\.~[0-9a-f]*"),
)  # fmt: skip


def original_name(name: str) -> str:
    """Return the name of a file without what a synchronising program or a file manager added to it.

    Examples
    --------
    >>> original_name("consensus (KA's conflicted copy 2026-03-06).jsonl"), original_name("Copy of KA--s1.jsonl")
    ('consensus.jsonl', 'KA--s1.jsonl')
    >>> original_name("KA--20260306T101112-ab12.sync-conflict-20260307-090000-ABCDEFG.jsonl")
    'KA--20260306T101112-ab12.jsonl'
    """
    path = Path(unicodedata.normalize("NFC", name))
    stem, before = _START.sub("", path.stem), ""
    while stem != before:
        before = stem
        stem = _END.sub("", stem) or stem
    return stem + path.suffix.lower()


def plainly_a_copy(name: str) -> bool:
    """Say whether a name can only be that of a copy; ``consensus 2.jsonl`` may be a second log.

    Examples
    --------
    >>> plainly_a_copy("KA--s1 (conflicted copy).jsonl"), plainly_a_copy("consensus 2.jsonl")
    (True, False)
    """
    stem = Path(unicodedata.normalize("NFC", name)).stem
    return bool(_START.match(stem) or _PLAIN.search(stem) or _PLAIN.search(_END.sub("", stem)))


def copies_of(path: Path) -> list[Path]:
    """Return the files beside a log that a synchronising program or a file manager made from it."""
    if not path.parent.is_dir():
        return []
    name = unicodedata.normalize("NFC", path.name)
    return sorted(
        other
        for other in path.parent.iterdir()
        if other.name != path.name
        and other.suffix.lower() == path.suffix.lower()
        and not other.name.startswith(".")
        and original_name(other.name) == name
        and other.is_file()
    )


def group_copies(paths: Iterable[Path]) -> dict[Path, list[Path]]:
    """Return each log among some files of a folder with the copies of it; the log itself need not be there.

    A file with a mere number behind its name belongs to another only when both begin with the same line.
    """
    files = {unicodedata.normalize("NFC", path.name): path for path in sorted(paths)}
    groups: dict[Path, list[Path]] = {}
    for name, path in files.items():
        original = original_name(name)
        if original != name and (plainly_a_copy(name) or _begin_alike(files.get(original), path)):
            groups.setdefault(files.get(original, path.with_name(original)), []).append(path)
        else:
            groups.setdefault(path, [])
    return groups


def _begin_alike(log: Path | None, other: Path) -> bool:
    if log is None:
        return False
    with log.open("rb") as first, other.open("rb") as second:
        line = first.readline()
        return bool(line) and line == second.readline()


def awaited_name(name: str) -> str:
    """Return the name of the file that a placeholder stands for; empty for a file that is none.

    Examples
    --------
    >>> awaited_name(".KA--s1.jsonl.icloud"), awaited_name("KA--s1.jsonl.part"), awaited_name("KA--s1.jsonl")
    ('KA--s1.jsonl', 'KA--s1.jsonl', '')
    """
    found = (pattern.fullmatch(name) for pattern in _AWAITED)
    return next((match["name"] for match in found if match), "")


def awaited_files(folder: Path, endings: Iterable[str] = (".jsonl", ".csv", ".xlsx")) -> list[tuple[str, str]]:
    """Return (file awaited, its placeholder) for every file of a folder that is not wholly here yet."""
    if not folder.is_dir():
        return []
    found = ((awaited_name(other.name), other.name) for other in sorted(folder.iterdir()) if other.is_file())
    return [(name, other) for name, other in found if Path(name).suffix.lower() in endings]
