"""The optional parts of the package: what each of them is for, and the one command that brings it."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Literal

from medtw_qual.errors import MissingExtra

Extra = Literal["desk", "clusters", "bertopic", "static", "distributed", "llm", "privacy"]

# As in pyproject.toml, whose lists of packages a test compares with what the code imports.
EXTRAS: dict[Extra, str] = {
    "desk": "JupyterLab and the desks in it",
    "clusters": "turning texts into vectors",
    "bertopic": "BERTopic, UMAP and models run by sentence-transformers",
    "static": "vectors for millions of posts (model2vec)",
    "distributed": "spreading work over many computers (Dask)",
    "llm": "asking a language model as one more coder",
    "privacy": "Presidio's search for personal data",
}


@contextmanager
def needs_extra(extra: Extra) -> Iterator[None]:
    """Import what belongs to an optional part; where it is not installed, say what brings it.

    Parameters
    ----------
    extra : str
        The name of the part in pyproject.toml.

    Raises
    ------
    MissingExtra
        When a package that the block imports is not installed.

    Examples
    --------
    >>> with needs_extra("static"):
    ...     import no_such_package
    Traceback (most recent call last):
        ...
    medtw_qual.errors.MissingExtra: ... (no_such_package). Run: pip install "medtw-qual[static]"
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise missing_extra(extra, error.name or "") from error


def missing_extra(extra: Extra, package: str) -> MissingExtra:
    """Return the error that names an optional part, the package that is not there, and the command that brings it."""
    return MissingExtra(
        f"This needs an optional part of medtw_qual that is not installed: {EXTRAS[extra]} ({package}).",
        f"Run: {install_command(extra)}",
    )


def install_command(extra: Extra) -> str:
    """Return the command that brings an optional part; double quotes are understood by every shell, Windows' too."""
    return f'pip install "medtw-qual[{extra}]"'


def is_installed(*modules: str) -> bool:
    """Say whether all of these top-level modules are installed, without importing them."""
    return all(find_spec(module) is not None for module in modules)
