"""Every version of a codebook that somebody coded against, kept beside the codings and found by its hash."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from medtw_qual._base.files import write_text
from medtw_qual.codebook.codebook import Code, Codebook, Theme
from medtw_qual.errors import MissingFile, UnreadableFile

_FOLDER = "codebook_versions"


def snapshot_path(codebook: Codebook, folder: str | Path) -> Path:
    """Return where the snapshot of this version lies: named for people, found by the first 12 digits of its hash."""
    readable = "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in codebook.label)
    return Path(folder) / _FOLDER / f"{readable}--{codebook.hash[:12]}.json"


def save_snapshot(codebook: Codebook, folder: str | Path) -> Path:
    """Keep this version of a codebook beside the codings; a version that is there already is left as it is."""
    path = snapshot_path(codebook, folder)
    if not path.exists():
        content = asdict(codebook)
        content.pop("source_file")
        write_text(path, orjson.dumps(content, option=orjson.OPT_INDENT_2).decode() + "\n")
    return path


def snapshot_names(folder: str | Path) -> set[str]:
    """Return the file names of the versions that are kept in a folder of codings."""
    return {path.name for path in (Path(folder) / _FOLDER).glob("*--*.json")}


def read_snapshot(codebook_hash: str, folder: str | Path) -> Codebook:
    """Return the version with this hash from a folder of codings.

    Raises
    ------
    MissingFile
        When no desk kept it.
    UnreadableFile
        When the file was changed: its content no longer has the hash in its name.
    """
    found = sorted((Path(folder) / _FOLDER).glob(f"*--{codebook_hash[:12]}.json"))
    if not found:
        raise MissingFile(
            f"There is no codebook with the hash {codebook_hash[:12]}... in {Path(folder) / _FOLDER}.",
            "Copy the file from the computer on which that version was used.",
        )
    try:
        codebook = _from_json(orjson.loads(found[0].read_bytes()), found[0].name)
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise UnreadableFile(f"{found[0]} is not a codebook: {error}.", "Restore it from your backup.") from error
    if codebook.hash != codebook_hash:
        raise UnreadableFile(
            f"{found[0]} was changed: it is not the version that was coded with.", "Restore it from your backup."
        )
    return codebook


def _from_json(content: dict[str, Any], name: str) -> Codebook:
    codes = tuple(Code(**code) for code in content.pop("codes"))
    themes = tuple(Theme(**{**theme, "codes": tuple(theme["codes"])}) for theme in content.pop("themes"))
    return Codebook(**content, codes=codes, themes=themes, source_file=name)
