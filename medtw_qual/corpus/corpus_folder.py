"""A corpus as a folder that a person can read: five tables and an account of where they come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import orjson
import pandas as pd

from medtw_qual._base.files import require_file, write_text
from medtw_qual._base.hashing import hash_file
from medtw_qual._base.progress import busy
from medtw_qual._base.table_files import read_table, write_table
from medtw_qual.corpus.spreadsheet_text import write_sheet
from medtw_qual.errors import InvalidArgument, MissingFile, UnreadableFile
from medtw_qual.schemas import AUTHORS, FLOW, POSTS, READING, UNITS

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

_TABLES = {"posts": POSTS, "authors": AUTHORS, "units": UNITS, "flow": FLOW, "reading": READING}
_ALWAYS_CSV = ("flow", "reading")
_ACCOUNT = "provenance.json"


@busy("Saving the corpus")
def save_corpus(corpus: Corpus, folder: str | Path, format: Literal["parquet", "csv"] = "parquet") -> Path:
    """Write a corpus into a folder: posts, authors, units (.parquet or .csv), flow.csv, reading.csv and
    provenance.json.

    Flow and reading report are always CSV. `load_corpus` reads the folder again and says when a file was changed since.

    Parameters
    ----------
    corpus : Corpus
        The corpus.
    folder : str or Path
        Where the files go; made when it is not there.
    format : {"parquet", "csv"}
        Of posts, authors and units; Parquet by default: smaller, and its types are kept.

    Raises
    ------
    InvalidArgument
        When the format is another.
    """
    if format not in ("parquet", "csv"):
        raise InvalidArgument(f"A corpus cannot be saved as {format!r}.", 'Use "parquet" or "csv".')
    target = Path(folder)
    hashes = {}
    for name, schema in _TABLES.items():
        path = target / f"{name}.{'csv' if name in _ALWAYS_CSV else format}"
        write_table(getattr(corpus, name), path, schema)
        other = path.with_suffix(".csv" if path.suffix == ".parquet" else ".parquet")
        if other.exists():
            other.unlink()
        hashes[path.name] = hash_file(path)
    account = {"medtw_qual_corpus": 1, "files": hashes, "provenance": dict(corpus.provenance)}
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY
    write_text(target / _ACCOUNT, orjson.dumps(account, option=options).decode() + "\n")
    return target


@busy("Writing the table")
def export_posts(corpus: Corpus, path: str | Path) -> Path:
    """Write the posts as a table for a spreadsheet (.xlsx or .csv) that `read_corpus` reads back without loss.

    No cell runs as a formula: in a workbook every cell is text; in a CSV an apostrophe stands before texts that begin
    like a formula, and reading takes it away again. A spreadsheet that saves the CSV anew may still round the ids;
    reading then refuses them.

    Parameters
    ----------
    corpus : Corpus
        The corpus.
    path : str or Path
        The file to write; its ending says the format.
    """
    table = corpus.posts.copy()
    for column in POSTS.columns:
        if column.kind == "list":
            table[column.name] = [orjson.dumps(cell).decode() for cell in table[column.name]]
        elif column.kind == "time":
            table[column.name] = ["" if pd.isna(value) else value.isoformat() for value in table[column.name]]
        elif column.kind == "flag":
            table[column.name] = ["" if pd.isna(value) else str(bool(value)).lower() for value in table[column.name]]
    return write_sheet(table, path)


@busy("Loading the corpus")
def load_corpus(folder: str | Path) -> Corpus:
    """Read a corpus that `Corpus.save` wrote.

    Parameters
    ----------
    folder : str or Path
        The folder that `Corpus.save` wrote.

    Raises
    ------
    MissingFile, UnreadableFile
        When a file is missing, damaged or was changed since.
    """
    from medtw_qual.corpus.corpus import Corpus

    source = Path(folder)
    account = _account(source)
    tables = {}
    for file, expected in account["files"].items():
        path = require_file(source / file, "Copy the whole folder.")
        if hash_file(path) != expected:
            raise UnreadableFile(
                f"{path} was changed since the corpus was saved.", "Build the corpus again, or restore the file."
            )
        name = Path(file).stem
        if name in _TABLES:
            tables[name] = _with_text(read_table(path, _TABLES[name]))
    missing = set(_TABLES) - set(tables)
    if missing:
        raise MissingFile(f"{source} lacks the table {sorted(missing)[0]}.", "Copy the whole folder.")
    return Corpus(**tables, provenance=account["provenance"])


def _account(source: Path) -> dict[str, dict[str, str]]:
    path = require_file(source / _ACCOUNT, "Name the folder that corpus.save() wrote.")
    try:
        account = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise UnreadableFile(f"{path} is damaged: {error}.", "Build the corpus again.") from error
    if not isinstance(account, dict) or "files" not in account or "provenance" not in account:
        raise UnreadableFile(f"{path} is no account of a corpus.", "Name the folder that corpus.save() wrote.")
    return account


def _with_text(table: pd.DataFrame) -> pd.DataFrame:
    """Give further columns the type text, which is what they had."""
    further = [name for name in table.columns if table[name].dtype == "object" and not _holds_lists(table[name])]
    return table.astype(dict.fromkeys(further, "str"))


def _holds_lists(column: pd.Series) -> bool:
    return len(column) > 0 and isinstance(column.iloc[0], list)
