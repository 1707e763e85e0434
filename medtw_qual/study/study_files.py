"""The files of a study: where they lie, which of them study.toml names, and the log of changes of its codebook."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from medtw_qual.errors import MissingFile
from medtw_qual.study.config import StudyConfig
from medtw_qual.study.input_files import coding_files, states_of

DEFAULT_CHANGES = "codebooks/changes.jsonl"  # where `merge_codes` and `split_code` write


@dataclass(frozen=True, eq=False)
class StudyFiles:
    """A study folder and what study.toml says.

    Attributes
    ----------
    folder : Path
    config : StudyConfig
    """

    folder: Path
    config: StudyConfig

    def path(self, name: str) -> Path:
        """Return the path of a file that study.toml names.

        Parameters
        ----------
        name : str
            A path as study.toml gives it, from the study folder.
        """
        return self.folder / name

    def existing(self, name: str, key: str) -> Path | None:
        """Return the path of a file that study.toml names; None when it names none.

        Parameters
        ----------
        name : str
            A path as study.toml gives it; empty: none is named.
        key : str
            The key of study.toml, for the message.

        Raises
        ------
        MissingFile
            When study.toml names a file that is not there.
        """
        if not name:
            return None
        found = self.path(name)
        if not found.exists():
            raise MissingFile(
                f"study.toml names {name} ({key}), and {self.folder} does not hold it.", self._where_instead(found.name)
            )
        return found

    def _where_instead(self, name: str) -> str:
        """Say where a file of that name lies now, if it was only moved."""
        moved = next((path for path in sorted(self.folder.rglob(name)) if "results" not in path.parts), None)
        if moved is None:
            return "Put the file there, or correct the name in study.toml."
        return f'There is one in another place: write "{moved.relative_to(self.folder).as_posix()}" in study.toml.'

    @property
    def keys(self) -> Path | None:
        """The file of random keys that stand for unit ids in publication outputs; None: rows are numbered instead."""
        found = self.path(self.config.manuscript.keys)
        return found if self.config.manuscript.keys and found.is_file() else None

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Everything study.toml declares, with the defaults filled in."""
        return asdict(self.config)

    @property
    def changes(self) -> Path | None:
        """The log of changes of the codebook: the one that study.toml names, or the one in its usual place."""
        named = self.existing(self.config.codebook.changes, "[codebook] changes")
        usual = self.path(DEFAULT_CHANGES)
        return named or (usual if usual.is_file() else None)

    @property
    def codebook_changes(self) -> list[dict[str, Any]]:
        """The recorded merges, splits and renamings of codes, in their order."""
        from medtw_qual.codebook.revision import read_changes

        return [] if self.changes is None else read_changes(self.changes)

    def coding_states(self) -> dict[str, tuple[int, int]]:
        """Return size and time of change of every file of the coding, by its path in the study."""
        return states_of(self.folder, coding_files(self.folder, self.config))
