"""A study: each part of it read or computed once, when it is first asked for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medtw_qual._base.errors import MissingFile
from medtw_qual.study.config import StudyConfig, read_config

if TYPE_CHECKING:
    from medtw_qual.codebook import Codebook
    from medtw_qual.corpus import Corpus


def open_study(folder: str | Path = ".") -> "Study":
    """Open a study folder.

    Parameters
    ----------
    folder : str or Path
        A folder with a study.toml; the current one by default.

    Returns
    -------
    Study
        Its parts are read and computed when they are first asked for.

    Raises
    ------
    MissingFile
        When the folder has no study.toml.
    StudyFault
        When study.toml has an unknown key or a wrong value.
    """
    path = Path(folder).resolve()
    return Study(path, read_config(path))


@dataclass(frozen=True, eq=False)
class Study:
    """The parts of a study in the order in which they come about; a part that is not there yet is None.

    Attributes
    ----------
    folder : Path
    config : StudyConfig
        What study.toml says.
    corpus : Corpus
    codebook : Codebook or None
    sample : Sample or None
        The sample that was coded. None before one was drawn.
    coders : DataFrame or None
        The coders register.
    codings : DataFrame or None
        Every coder's own decisions.
    agreement : DataFrame or None
        `measure_agreement` by code; None before two coders coded.
    consensus : DataFrame or None
    vectors : Vectors
    clusters : Clusters
    crosswalk : Crosswalk or None
    predicted : DataFrame or None
    prevalence : DataFrame or None
    """

    folder: Path
    config: StudyConfig

    def __repr__(self) -> str:
        return f"Study({self.config.title!r})"

    def path(self, name: str) -> Path:
        """Return the path of a file that study.toml names."""
        return self.folder / name

    def existing(self, name: str, key: str) -> Path | None:
        """Return the path of a file that study.toml names; None when it names none.

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
                f"study.toml names {name} ({key}), and {self.folder} does not hold it.",
                "Put the file there, or correct the name in study.toml.",
            )
        return found

    @property
    def notice(self) -> str:
        """What every output of a study on invented data says; empty for real ones."""
        if not self.config.invented:
            return ""
        return "Invented data: no real person's post is shown, and nothing about a real community follows from this."

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Everything study.toml declares, with the defaults filled in."""
        return asdict(self.config)

    @cached_property
    def corpus(self) -> "Corpus":
        """The posts after every step that study.toml declares."""
        from medtw_qual.study.corpus_steps import build_corpus

        return build_corpus(self)

    @cached_property
    def codebook(self) -> "Codebook | None":
        """The codebook."""
        from medtw_qual.codebook import read_codebook

        found = self.existing(self.config.codebook.file, "[codebook] file")
        return None if found is None else read_codebook(found)
