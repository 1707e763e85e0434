"""A corpus under pseudonyms: ids and handles become random keys, links and names leave the texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd
import regex

from medtw_qual._base.hashing import hash_file
from medtw_qual._base.progress import busy
from medtw_qual.corpus.privacy.random_keys import KeyBook
from medtw_qual.errors import InvalidArgument

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

_HANDLE = regex.compile(r"(?<![\w.])[@＠]([A-Za-z0-9_][A-Za-z0-9_.-]*[A-Za-z0-9_]|[A-Za-z0-9_])")
_LINK = regex.compile(r"(?:https?://|www\.)\S+", regex.IGNORECASE)
_MAIL = regex.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_POST_IDS = ("post_id", "conversation_id", "reply_to_id", "quoted_id", "repost_of_id")
_AUTHOR_IDS = ("author_id", "reply_to_author_id")


@busy("Replacing names and ids")
def pseudonymise(
    corpus: Corpus,
    keys: str | Path,
    unit_keys: str | Path | None = None,
    dates: Literal["keep", "day", "month", "year"] = "keep",
) -> Corpus:
    """Return the corpus under pseudonyms and write the key file that alone leads back.

    Ids of posts and accounts become random keys, the same in every table; handles in the texts become the key of their
    account; links become ``[link]``, mail addresses ``[mail]``, display names of accounts in the corpus ``[name]``;
    profiles, links and media addresses are emptied. What people tell about themselves and others stays: screen it with
    `privacy_flags`. This lowers the risk of recognition and does not make the posts anonymous: whoever searches the
    words on the platform may find them.

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

    Raises
    ------
    InvalidArgument, InvalidTable
    """
    if dates not in ("keep", "day", "month", "year"):
        raise InvalidArgument(f"dates={dates!r} is not known.", 'Use "keep", "day", "month" or "year".')
    book = KeyBook.read(keys)
    unit_book = _unit_book(unit_keys)
    clean = _cleaner(corpus, book)
    posts = _posts(corpus.posts, book, clean)
    units = corpus.units.copy()
    units["unit_id"] = [
        unit_book.key("unit", unit_id) if unit_book else book.key("post", unit_id) for unit_id in units["unit_id"]
    ]
    units["author_id"] = [book.key("author", author_id) for author_id in units["author_id"]]
    units["post_ids"] = pd.Series(
        [[book.key("post", post_id) for post_id in ids] for ids in units["post_ids"]], dtype="object"
    )
    for table in (posts, units):
        table["created_at"] = _cut(table["created_at"], dates)
    for name in ("text", "context"):
        units[name] = pd.Series([clean(text) for text in units[name]], dtype="str")
    authors = corpus.authors.copy()
    authors["author_id"] = [book.key("author", author_id) for author_id in authors["author_id"]]
    for name in ("handle", "name", "profile", "location"):
        if name in authors.columns:
            authors[name] = pd.Series("", index=authors.index, dtype="str")
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
    )


def _unit_book(path: str | Path | None) -> KeyBook | None:
    if path is None:
        return None
    from medtw_qual._base.table_files import read_csv_as_text, require_columns

    table = read_csv_as_text(path)
    require_columns(table, ["unit_id", "key"], "unit keys")
    return KeyBook(table.rename(columns={"unit_id": "id"}).assign(kind="unit"))


def _posts(posts: pd.DataFrame, book: KeyBook, clean: Callable[[str], str]) -> pd.DataFrame:
    posts = posts.copy()
    for kind, names in (("post", _POST_IDS), ("author", _AUTHOR_IDS)):
        for name in names:
            posts[name] = pd.Series([book.key(kind, id_) for id_ in posts[name]], index=posts.index, dtype="str")
    for name in ("text", "context"):
        posts[name] = pd.Series([clean(text) for text in posts[name]], index=posts.index, dtype="str")
    posts["alt_text"] = pd.Series([[clean(item) for item in cell] for cell in posts["alt_text"]], dtype="object")
    posts["mentions"] = pd.Series(
        [[clean("@" + handle) for handle in cell] for cell in posts["mentions"]], dtype="object"
    )
    posts["urls"] = pd.Series([["[link]"] * len(cell) for cell in posts["urls"]], dtype="object")
    posts["media"] = pd.Series([["[media]"] * len(cell) for cell in posts["media"]], dtype="object")
    posts["source_file"] = pd.Series("", index=posts.index, dtype="str")
    return posts


def _cleaner(corpus: Corpus, book: KeyBook) -> Callable[[str], str]:
    """Return the function that takes handles, links, mail addresses and known names out of a text."""
    authors = corpus.authors
    handle_of: dict[str, str] = {}
    if "handle" in authors.columns:
        pairs = zip(authors["handle"], authors["author_id"], strict=True)
        handle_of = {handle.casefold(): author for handle, author in pairs if handle}
    names = _names(authors)

    def handle(found: regex.Match[str]) -> str:
        written = found.group(1).casefold()
        key = book.key("author", handle_of[written]) if written in handle_of else book.key("handle", written)
        return "@" + key

    def clean(text: str) -> str:
        if not text:
            return text
        text = _MAIL.sub("[mail]", _LINK.sub("[link]", text))
        text = _HANDLE.sub(handle, text) if "@" in text or "＠" in text else text
        return names.sub("[name]", text) if names is not None else text

    return clean


def _names(authors: pd.DataFrame) -> regex.Pattern[str] | None:
    """A pattern of the accounts' display names; single short words would hit ordinary words and are left out."""
    if "name" not in authors.columns:
        return None
    found = {" ".join(regex.findall(r"[\p{L}\p{M}'’.-]+", name)) for name in authors["name"]}
    told = sorted((name for name in found if len(name) >= 5 and (" " in name or len(name) >= 7)), key=len, reverse=True)
    if not told:
        return None
    return regex.compile(r"(?<!\w)(?:" + "|".join(regex.escape(name) for name in told) + r")(?!\w)")


def _cut(times: pd.Series, dates: str) -> pd.Series:
    if dates == "keep":
        return times
    if dates == "day":
        return times.dt.floor("D")
    cut = times.dt.tz_localize(None).dt.to_period({"month": "M", "year": "Y"}[dates]).dt.to_timestamp()
    return cut.dt.tz_localize("UTC").astype(times.dtype)
