"""Codebook files in every format; the format goes by the file's ending."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from medtw_qual._base.files import require_file
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.codebook.csv_format import read_csv, write_csv
from medtw_qual.codebook.qdc_format import read_qdc, write_qdc
from medtw_qual.codebook.xlsx_format import read_xlsx, write_xlsx
from medtw_qual.codebook.yaml_format import read_yaml, write_yaml
from medtw_qual.errors import UnreadableFile


class _Format(NamedTuple):
    read: Callable[[Path], Codebook]
    write: Callable[[Codebook, Path], None]


# A new format is one file beside this one and one line here.
_FORMATS: dict[str, _Format] = {
    ".yaml": _Format(read_yaml, write_yaml),
    ".yml": _Format(read_yaml, write_yaml),
    ".csv": _Format(read_csv, write_csv),
    ".xlsx": _Format(read_xlsx, write_xlsx),
    ".qdc": _Format(read_qdc, write_qdc),
}
# Read by what is in them; written only as the two above.
_FURTHER = {".tsv": read_csv, ".txt": read_csv, ".xlsm": read_xlsx, ".xls": read_xlsx, ".ods": read_xlsx}


def read_codebook(path: str | Path) -> Codebook:
    r"""Read and check a codebook.

    Parameters
    ----------
    path : str or Path
        A .yaml file (one mapping: name, version, title, codes, themes); a .csv, .tsv, .txt, .xlsx, .xlsm, .xls or
        .ods (one row per code; columns as in `schemas.CODEBOOK` or called as researchers call them: category,
        definition, examples ...); or a .qdc (REFI-QDA) of another program. Where a file gives codes by name only, ids
        are made from the names, and `Codebook.by_name` finds the code again.

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

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "care.csv"
    ...     _ = file.write_text("category;code;definition\nStaff;Staff manner;How staff behave.\n")
    ...     book = read_codebook(file)
    >>> book.ids, book.by_name("Staff manner").id, book.themes[0].name
    (('staff_manner',), 'staff_manner', 'Staff')
    """
    source = require_file(path, "Name the codebook file, for example codebooks/gratitude_2020.yaml.")
    further = _FURTHER.get(source.suffix.lower())
    return further(source) if further else _format(source).read(source)


def save_codebook(book: Codebook, path: str | Path) -> Path:
    """Write a codebook in the format that the file's ending names; see `Codebook.save`."""
    target = Path(path)
    _format(target).write(book, target)
    return target


def _format(path: Path) -> _Format:
    found = _FORMATS.get(path.suffix.lower())
    if found is None:
        raise UnreadableFile(
            f"{path.name} does not end like a codebook.", f"A codebook ends in one of: {', '.join(_FORMATS)}."
        )
    return found
