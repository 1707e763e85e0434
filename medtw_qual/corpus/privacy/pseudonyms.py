"""A corpus under pseudonyms: ids and handles become random keys, links and names leave the texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd

from medtw_qual._base.hashing import hash_file
from medtw_qual._base.progress import busy
from medtw_qual.corpus.privacy.cleaned_text import Clean, cleaner
from medtw_qual.corpus.privacy.random_keys import KeyBook
from medtw_qual.corpus.steps.common import MARK
from medtw_qual.corpus.text_entities import as_list
from medtw_qual.corpus.units import OWN_COLUMNS
from medtw_qual.errors import InvalidArgument, did_you_mean
from medtw_qual.schemas import AUTHORS, UNITS

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

_POST_IDS = ("post_id", "conversation_id", "reply_to_id", "quoted_id", "repost_of_id")
_AUTHOR_IDS = ("author_id", "reply_to_author_id")
# Columns that steps of this package add to the units, and that say nothing of a person.
_OF_STEPS = ("language", MARK)


@busy("Replacing names and ids")
def pseudonymise(
    corpus: Corpus,
    keys: str | Path,
    unit_keys: str | Path | None = None,
    dates: Literal["keep", "day", "month", "year"] = "keep",
    keep_columns: str | Sequence[str] = (),
) -> Corpus:
    """Return the corpus under pseudonyms and write the key file that alone leads back.

    Ids of posts and accounts become random keys, the same in every table; handles in the texts (``@name``,
    ``@name@server``, ``u/name``) become the key of their account; links become ``[link]``, mail addresses ``[mail]``,
    long numbers ``[number]``, display names of accounts in the corpus ``[name]`` (also without titles, degrees and
    pronouns); profiles, places, follower counts, links and addresses of media are emptied. Columns that are none of
    this package's own leave all tables unless they are allowed by name. What people tell about themselves and others
    stays: screen it with `privacy_flags`. This lowers the risk of recognition and does not make the posts anonymous:
    whoever searches the words on the platform may find them, and so does who knows the exact time.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    keys : path
        The key file (CSV: kind, id, key). Keys in it are used again, new ones are added.
    unit_keys : path, optional
        A file of `draw_unit_keys`: its keys then stand for the units, as in the publication.
    dates : {"keep", "day", "month", "year"}
        To what times are cut (UTC).
    keep_columns : str or sequence of str
        Further columns of posts, units or authors that may stay, such as ``"role"``; links, handles and names leave
        their cells as they leave the texts.

    Raises
    ------
    InvalidArgument, InvalidTable
    """
    if dates not in ("keep", "day", "month", "year"):
        raise InvalidArgument(f"dates={dates!r} is not known.", 'Use "keep", "day", "month" or "year".')
    allowed = _allowed(corpus, as_list(keep_columns))
    book = KeyBook.read(keys)
    unit_book = _unit_book(unit_keys)
    clean = cleaner(corpus, book)
    posts = _posts(corpus.posts, book, clean)
    units = _units(corpus.units, book, unit_book, clean)
    authors = _authors(corpus.authors, book)
    for table in (posts, units):
        table["created_at"] = _cut(table["created_at"], dates)
    posts = _further(posts, OWN_COLUMNS, allowed, clean)
    units = _further(units, (*(column.name for column in UNITS.columns), *_OF_STEPS), allowed, clean)
    authors = _further(authors, (*(column.name for column in AUTHORS.columns), "location"), allowed, clean)
    book.write(keys)
    provenance = {
        "sources": [
            {k: v for k, v in source.items() if k in ("format", "posts")}
            for source in corpus.provenance.get("sources", ())
        ],
        "pseudonymised": {"key_file": Path(keys).name, "sha256": hash_file(keys), "dates": dates},
    }
    return replace(
        corpus,
        posts=posts.sort_values("post_id", ignore_index=True),
        units=units.sort_values("unit_id", ignore_index=True),
        authors=authors.sort_values("author_id", ignore_index=True),
        provenance=provenance,
        reading=_reading(corpus.reading),
    )


def _allowed(corpus: Corpus, names: Sequence[str]) -> set[str]:
    known = {name for table in (corpus.posts, corpus.units, corpus.authors) for name in table.columns}
    for name in names:
        if name not in known:
            raise InvalidArgument(
                f"keep_columns names {name!r}, which no table has.{did_you_mean(name, known)}", "Correct the name."
            )
    return set(names)


def _further(table: pd.DataFrame, own: Sequence[str], allowed: set[str], clean: Clean) -> pd.DataFrame:
    """Leave out the columns that are neither the package's own nor allowed; clean the cells of those that stay."""
    table = table[[name for name in table.columns if name in own or name in allowed]].copy()
    for name in allowed & set(table.columns) - set(own):
        table[name] = [clean(cell) if isinstance(cell, str) else cell for cell in table[name]]
    return table


def _units(units: pd.DataFrame, book: KeyBook, unit_book: KeyBook | None, clean: Clean) -> pd.DataFrame:
    units = units.copy()
    for name in ("unit_id", MARK):
        if name in units.columns:
            keyed = [unit_book.key("unit", entry) if unit_book else book.key("post", entry) for entry in units[name]]
            units[name] = pd.Series(keyed, index=units.index, dtype="str")
    units["author_id"] = [book.key("author", entry) for entry in units["author_id"]]
    units["post_ids"] = pd.Series(
        [[book.key("post", entry) for entry in ids] for ids in units["post_ids"]], dtype="object"
    )
    for name in ("text", "context"):
        units[name] = pd.Series([clean(text) for text in units[name]], dtype="str")
    return units


def _authors(authors: pd.DataFrame, book: KeyBook) -> pd.DataFrame:
    """Empty all that an account says of itself; the number of followers can be looked up, too."""
    authors = authors.copy()
    authors["author_id"] = [book.key("author", entry) for entry in authors["author_id"]]
    for name in ("handle", "name", "profile", "location"):
        if name in authors.columns:
            authors[name] = pd.Series("", index=authors.index, dtype="str")
    if "followers" in authors.columns:
        authors["followers"] = pd.Series(pd.NA, index=authors.index, dtype="Int64")
    return authors


def _reading(reading: pd.DataFrame) -> pd.DataFrame:
    """Keep the numbers of the reading report; names of files and columns and what was said of them may name people."""
    reading = reading[reading["format"] != ""].reset_index(drop=True)
    reading["file"] = [f"file {number}" for number in range(1, len(reading) + 1)]
    for name in ("columns_used", "columns_unused", "sheets", "sheets_unread", "rounded_ids", "remarks"):
        reading[name] = pd.Series([[] for _ in range(len(reading))], dtype="object")
    return reading


def _unit_book(path: str | Path | None) -> KeyBook | None:
    if path is None:
        return None
    from medtw_qual._base.table_files import require_columns
    from medtw_qual._base.table_reader import read_text_table

    read = read_text_table(path, known=("unit_id", "key"))
    read.warn()
    table = read.frame
    require_columns(table, ["unit_id", "key"], "unit keys")
    return KeyBook(table.rename(columns={"unit_id": "id"}).assign(kind="unit"))


def _posts(posts: pd.DataFrame, book: KeyBook, clean: Clean) -> pd.DataFrame:
    posts = posts.copy()
    for kind, names in (("post", _POST_IDS), ("author", _AUTHOR_IDS)):
        for name in names:
            posts[name] = pd.Series([book.key(kind, id_) for id_ in posts[name]], index=posts.index, dtype="str")
    for name in ("text", "context"):
        posts[name] = pd.Series([clean(text) for text in posts[name]], index=posts.index, dtype="str")
    posts["alt_text"] = pd.Series([[clean(entry) for entry in cell] for cell in posts["alt_text"]], dtype="object")
    posts["mentions"] = pd.Series(
        [[clean("@" + entry) for entry in cell] for cell in posts["mentions"]], dtype="object"
    )
    posts["hashtags"] = pd.Series(
        [[clean("#" + entry)[1:] for entry in cell] for cell in posts["hashtags"]], dtype="object"
    )
    posts["urls"] = pd.Series([["[link]"] * len(cell) for cell in posts["urls"]], dtype="object")
    posts["media"] = pd.Series([["[media]"] * len(cell) for cell in posts["media"]], dtype="object")
    posts["source_file"] = pd.Series("", index=posts.index, dtype="str")
    return posts


def _cut(times: pd.Series, dates: str) -> pd.Series:
    if dates == "keep":
        return times
    if dates == "day":
        return times.dt.floor("D")
    cut = times.dt.tz_localize(None).dt.to_period({"month": "M", "year": "Y"}[dates]).dt.to_timestamp()
    return cut.dt.tz_localize("UTC").astype(times.dtype)
