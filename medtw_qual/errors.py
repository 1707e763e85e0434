"""The errors of the toolkit: each says what is wrong and where, and ends with what to do.

All of them are a `MedtwQualError`; most are also the built-in error that fits (`ValueError`, `LookupError`,
`FileNotFoundError`, `ImportError`), so that code that knows only those catches them too.
"""

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "CodebookFault",
    "EmptyFile",
    "InvalidArgument",
    "InvalidTable",
    "MedtwQualError",
    "MissingColumn",
    "MissingDependency",
    "MissingExtra",
    "MissingFile",
    "RoundedIds",
    "ServerFault",
    "StaleDecision",
    "StudyFault",
    "UndecidedWords",
    "UnknownCode",
    "UnknownUnit",
    "UnreadableFile",
]


class MedtwQualError(Exception):
    """What every error of this package is; the command line prints its words and exits with code 2.

    Parameters
    ----------
    problem : str
        What is wrong and where, one sentence with its full stop.
    remedy : str
        What the researcher does next, one sentence with its full stop.

    Examples
    --------
    >>> str(EmptyFile("posts.jsonl is empty.", "Export the posts again."))
    'posts.jsonl is empty. Export the posts again.'
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy

    def __reduce__(self) -> tuple[type["MedtwQualError"], tuple[str, str]]:
        """Keep both parts when a worker process hands the error back."""
        return type(self), (self.problem, self.remedy)


class MissingFile(MedtwQualError, FileNotFoundError):
    """A file or folder that was named is not there."""


class EmptyFile(MedtwQualError, ValueError):
    """A file holds nothing to read."""


class UnreadableFile(MedtwQualError, ValueError):
    """A file is damaged, unsafe or in a format that is not known."""


class MissingColumn(MedtwQualError, LookupError):
    """A table lacks a column that is needed."""


class InvalidTable(MedtwQualError, ValueError):
    """A table breaks its schema: a wrong type, a repeated key, a value that is not allowed."""


class RoundedIds(MedtwQualError, ValueError):
    """Ids went through a number or a spreadsheet and lost digits; they are refused, never repaired."""


class CodebookFault(MedtwQualError, ValueError):
    """A codebook breaks its own rules."""


class UnknownCode(MedtwQualError, LookupError):
    """A coding names a code that the codebook does not have."""


class UnknownUnit(MedtwQualError, LookupError):
    """A coding or decision is about a unit that the corpus does not have."""


class ServerFault(MedtwQualError, ValueError):
    """A server that was asked does not answer, or refuses every question."""


class StaleDecision(MedtwQualError, ValueError):
    """A decision was made about something that has changed since."""


class InvalidArgument(MedtwQualError, ValueError):
    """A function was asked for something that it cannot do."""


class StudyFault(MedtwQualError, ValueError):
    """A study folder or its study.toml is not in order."""


class UndecidedWords(MedtwQualError, ValueError):
    """A publication output carries somebody's words or an id that nobody decided to print."""


class MissingDependency(MedtwQualError, ImportError):
    """An optional package or a model is not installed."""


class MissingExtra(MissingDependency):
    """An optional part of this package is not installed; the message ends with the one command that brings it."""


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the closest option, or an empty string.

    Examples
    --------
    >>> did_you_mean("isolaton", ["isolation", "culture_change"])
    " Did you mean 'isolation'?"
    """
    near = get_close_matches(word, list(options), n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
