"""Attributes the researcher adds to authors: role, country, gender as declared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.table_files import validate_table
from medtw_qual._base.table_reader import read_text_table
from medtw_qual.corpus.ids import clean_id
from medtw_qual.errors import InvalidTable, MissingColumn
from medtw_qual.schemas import AUTHORS

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

_PLATFORM = {column.name for column in AUTHORS.columns}


def _read(path: str | Path) -> pd.DataFrame:
    read = read_text_table(path, known=("author_id", "handle"))
    read.warn()
    return read.frame


def with_attributes(corpus: Corpus, attributes: str | Path | pd.DataFrame) -> Corpus:
    """Return the corpus with further columns in its authors table.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    attributes : path or DataFrame
        One row per author: a column ``author_id`` or ``handle``, and any others. Authors who are not in the table get
        empty cells; rows about nobody in the corpus are left out.

    Raises
    ------
    MissingColumn
        When neither author_id nor handle is there.
    InvalidTable
        When an author stands twice in the table.
    """
    table = attributes if isinstance(attributes, pd.DataFrame) else _read(attributes)
    key = next((name for name in ("author_id", "handle") if name in table.columns), None)
    if key is None:
        raise MissingColumn(
            f"The attributes have neither 'author_id' nor 'handle' (they have: {', '.join(map(str, table.columns))}).",
            "Add one of the two.",
        )
    further = [name for name in table.columns if name not in _PLATFORM]
    keys = table[key].astype("str").str.removeprefix("@") if key == "handle" else table[key].astype("str").map(clean_id)
    keys = keys.str.casefold() if key == "handle" else keys
    if keys.duplicated().any():
        raise InvalidTable(
            f"The attributes have two rows for {keys[keys.duplicated()].iloc[0]!r}.", "Keep one of them."
        )
    authors = corpus.authors.copy()
    own = authors[key].str.casefold() if key == "handle" else authors[key]
    for name in further:
        known = dict(zip(keys, table[name], strict=True))
        authors[name] = [known.get(author_id, "") for author_id in own]
    return replace(corpus, authors=validate_table(authors, AUTHORS))
