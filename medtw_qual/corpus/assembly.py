"""From what the readers handed in to the four tables of a corpus."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from medtw_qual._base.progress import busy
from medtw_qual._base.table_files import empty_table, validate_table
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.corpus.flow import flow_of_reading
from medtw_qual.corpus.post_collector import AuthorRow, PostCollector
from medtw_qual.corpus.reading_report import FileAccount, table_of_files
from medtw_qual.corpus.units import units_of_posts
from medtw_qual.schemas import AUTHORS, POSTS

_ORDER = [column.name for column in POSTS.columns]


@busy("Making the tables")
def assemble(collector: PostCollector, provenance: Mapping[str, Any], skipped: Sequence[FileAccount] = ()) -> Corpus:
    """Return the corpus of all that was taken in: posts as they came, each one a unit for now."""
    posts = _with_types(collector.table())
    seen = collector.seen
    _note_capitals(collector, posts)
    posts = _with_attributes(posts, collector.attributes)
    posts = fill_context(posts, collector.beside)
    authors = _authors(collector, posts)
    flow = flow_of_reading(seen, collector.dropped)
    return Corpus(
        posts,
        authors,
        units_of_posts(posts),
        flow,
        {
            **provenance,
            "notes": {**dict(+collector.notes), **_notes_of_ids(collector)},
            "not_taken_in": collector.refused,
        },
        table_of_files([*collector.files, *skipped]),
    )


def _notes_of_ids(collector: PostCollector) -> dict[str, int]:
    """Return what was found of rounded ids, as notes."""
    return {f"{entry.file}: {said}": 1 for entry in collector.files for said in entry.rounded}


def _note_capitals(collector: PostCollector, posts: pd.DataFrame) -> None:
    """Note ids of accounts that differ in capitals only: they may be one person, and count as several."""
    ids = pd.Series(posts["author_id"].unique(), dtype="str")
    folded = ids.str.casefold()
    alike = sorted(ids[folded.duplicated(keep=False) & (ids != "")])
    if alike and collector.files:
        collector.note(
            "id of an account that differs from another in capitals only (they count as several)", len(alike)
        )


def _with_types(table: pd.DataFrame) -> pd.DataFrame:
    if table.empty:
        return empty_table(POSTS).assign(
            reply_to_author_id=pd.Series(dtype="str"),
            quoted_id=pd.Series(dtype="str"),
            repost_of_id=pd.Series(dtype="str"),
        )
    for column in POSTS.columns:
        if column.kind == "flag":
            table[column.name] = table[column.name].astype("boolean")
        elif column.kind == "whole":
            table[column.name] = table[column.name].astype("Int64")
    return table[[*_ORDER, *(name for name in table.columns if name not in _ORDER)]]


def _with_attributes(posts: pd.DataFrame, attributes: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    names = list(dict.fromkeys(name for row in attributes.values() for name in row))
    labels = [name if name not in posts.columns else f"{name} (source)" for name in names]
    return _beside(posts, dict(zip(labels, _cells(attributes, names, list(posts["post_id"])), strict=True)))


def _cells(
    attributes: Mapping[str, Mapping[str, str]], names: Iterable[str], keys: Sequence[str]
) -> Iterator[list[str]]:
    """Yield the cells of every attribute, in the order of the keys."""
    rows = [attributes.get(key, {}) for key in keys]
    for name in names:
        yield [row.get(name, "") for row in rows]


def _beside(table: pd.DataFrame, columns: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return a table with further columns, all at once: one by one, a wide table takes time with the square of them."""
    if not columns:
        return table
    added = pd.DataFrame(columns, index=table.index, dtype="str")
    return pd.concat([table.drop(columns=[name for name in columns if name in table]), added], axis=1)


def fill_context(posts: pd.DataFrame, beside: Mapping[str, str]) -> pd.DataFrame:
    """Give posts without context the words of the quoted and the answered post, where the sources hold these.

    A repost whose words the platform cut gets the whole words of the original.

    Parameters
    ----------
    posts : DataFrame
    beside : mapping
        Words of posts that lay in the sources and are none of the corpus, by id.
    """
    refers = (posts["quoted_id"] != "") | (posts["reply_to_id"] != "")
    is_repost = posts["is_repost"].fillna(False).astype(bool)
    cut = is_repost & (posts["repost_of_id"] != "") & ~posts["text_complete"].fillna(True).astype(bool)
    lacking = (posts["context"] == "") & refers & ~is_repost
    if not (lacking | cut).any():
        return posts
    wanted = {*posts.loc[lacking, "quoted_id"], *posts.loc[lacking, "reply_to_id"], *posts.loc[cut, "repost_of_id"]}
    named = posts[posts["post_id"].isin(wanted)]
    words = {**beside, **dict(zip(named["post_id"], named["text"], strict=True))}
    found = [
        "\n\n".join(words[id_] for id_ in (quoted, answered) if id_ in words)
        for quoted, answered in zip(posts.loc[lacking, "quoted_id"], posts.loc[lacking, "reply_to_id"], strict=True)
    ]
    whole = posts.loc[cut, "repost_of_id"].map(lambda entry: words.get(entry, "")).astype("str")
    whole = whole[whole != ""]
    posts = posts.copy(deep=False)
    context = posts["context"].astype("object")
    context[lacking] = found
    context[whole.index] = whole
    posts["context"] = context.astype("str")
    posts["text_complete"] = posts["text_complete"].where(~posts.index.isin(whole.index), other=True)
    return posts


def _authors(collector: PostCollector, posts: pd.DataFrame) -> pd.DataFrame:
    present = sorted(set(posts["author_id"]) - {""})
    rows = [collector.authors.get(author_id, AuthorRow(author_id)) for author_id in present]
    table = pd.DataFrame(rows, columns=list(AuthorRow._fields))
    names = list(dict.fromkeys(name for row in collector.author_attributes.values() for name in row))
    cells = _cells(collector.author_attributes, names, present)
    return validate_table(_beside(table, dict(zip(names, cells, strict=True))), AUTHORS)
