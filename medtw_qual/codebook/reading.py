"""Reading a codebook file; the format goes by the file's ending."""

from collections.abc import Callable
from pathlib import Path

from medtw_qual._base.errors import UnreadableFile
from medtw_qual._base.files import require_file
from medtw_qual.codebook.model import Codebook
from medtw_qual.codebook.yaml_format import read_yaml

_READERS: dict[str, Callable[[Path], Codebook]] = {".yaml": read_yaml, ".yml": read_yaml}


def read_codebook(path: str | Path) -> Codebook:
    """Read and check a codebook.

    Parameters
    ----------
    path : str or Path
        A .yaml file (one mapping: name, version, title, codes, themes).

    Returns
    -------
    Codebook

    Raises
    ------
    MissingFile, EmptyFile
    UnreadableFile
        When the ending or the content is not a codebook's.
    CodebookFault
        With file, code and field, when the codebook breaks its own rules.
    """
    source = require_file(path, "Name the codebook file, for example codebooks/gratitude_2020.yaml.")
    reader = _READERS.get(source.suffix.lower())
    if reader is None:
        raise UnreadableFile(
            f"{source.name} does not end like a codebook.", f"A codebook ends in one of: {', '.join(_READERS)}."
        )
    return reader(source)
