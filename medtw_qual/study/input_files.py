"""The files that a study's results rest on: which they are, their hashes, and which of them changed since."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from medtw_qual._base.hashing import hash_file
from medtw_qual._base.log_copies import copies_of
from medtw_qual.study.changed_words import confirmation_log
from medtw_qual.study.config_values import FILE_NAME

if TYPE_CHECKING:
    from medtw_qual.study.config import StudyConfig
    from medtw_qual.study.study import Study


class StudyChanged(UserWarning):
    """A file of the study changed after the study was opened: what was read before does not know of it."""


def input_files(folder: Path, config: "StudyConfig") -> list[Path]:
    """Return every file that the study's results rest on, study.toml included, in order."""
    sample = config.sample.file
    drawn = Path(sample).with_suffix(".json").as_posix() if sample else ""  # how the sample was drawn
    named = [
        FILE_NAME, *config.corpus.sources, config.corpus.attributes, config.corpus.screening, config.corpus.deleted,
        config.corpus.lexicon, config.codebook.file, *_named_by_coding(config), config.sample.file, drawn,
        confirmation_log(config),
        config.llm.log if config.llm.coder else "", config.llm.instructions, config.llm.keep_back,
        config.clusters.vectors, config.reconciliation.decisions, config.manuscript.quotations,
        config.manuscript.published, config.manuscript.keys,
    ]  # fmt: skip
    return _files_of(folder, named)


def coding_files(folder: Path, config: "StudyConfig") -> list[Path]:
    """Return the files that hold what people decided, and who they are, in order."""
    return _files_of(folder, _named_by_coding(config))


def _named_by_coding(config: "StudyConfig") -> list[str]:
    declared = config.coding
    changes = config.codebook.changes or "codebooks/changes.jsonl"
    return [changes, declared.source, declared.coders, declared.decisions]


def _files_of(folder: Path, named: list[str]) -> list[Path]:
    """Return the files of those names, those in folders of those names, and the conflict copies of logs."""
    found: set[Path] = set()
    for name in named:
        path = folder / name
        if name and path.is_dir():
            found.update(inside for inside in path.rglob("*") if inside.is_file())
        elif name and path.is_file():
            found.add(path)
        if path.suffix == ".jsonl":
            found.update(copies_of(path))  # conflict copies of a log of decisions are read with it
    return sorted(found)


def input_hashes(study: "Study") -> dict[str, str]:
    """Return the SHA-256 of every file that the study's results rest on, by its path in the study."""
    files = input_files(study.folder, study.config)
    return {file.relative_to(study.folder).as_posix(): hash_file(file) for file in files}


def file_states(folder: Path, config: "StudyConfig") -> dict[str, tuple[int, int]]:
    """Return size and time of change of every input file, by its path in the study: cheap, unlike a hash."""
    return states_of(folder, input_files(folder, config))


def states_of(folder: Path, files: list[Path]) -> dict[str, tuple[int, int]]:
    """Return size and time of change of some files, by their paths in the study."""
    states = {}
    for file in files:
        found = file.stat()
        states[file.relative_to(folder).as_posix()] = (found.st_size, found.st_mtime_ns)
    return states


def changed_files(before: Mapping[str, tuple[int, int]], now: Mapping[str, tuple[int, int]]) -> list[str]:
    """Return the files that are new, gone, or of another size or time of change, in order.

    Examples
    --------
    >>> changed_files({"study.toml": (10, 1), "gone.csv": (5, 1)}, {"study.toml": (11, 2), "new.csv": (1, 1)})
    ['gone.csv', 'new.csv', 'study.toml']
    """
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))


def warn_of_changes(changed: list[str]) -> None:
    """Say which files changed since the study was opened."""
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        named = ", ".join(changed[:3]) + more
        warnings.warn(
            f"Changed since the study was opened: {named}. Read it again: study = study.refresh().",
            StudyChanged,
            stacklevel=3,
        )
