"""Posts that must go: deleted by their authors, protected, or named by an ethics board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.files import require_file
from medtw_qual._base.progress import busy
from medtw_qual._base.table_account import TableAccount, listed
from medtw_qual._base.table_reader import read_text_table, text_lines
from medtw_qual.corpus.flow import Exclusion
from medtw_qual.corpus.ids import require_whole_ids
from medtw_qual.corpus.json_records import json_values
from medtw_qual.corpus.post_collector import PostCollector
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import preview_source
from medtw_qual.corpus.steps.common import keep_units
from medtw_qual.errors import InvalidArgument, InvalidTable, MissingColumn

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

_ID_NAMES = ("post_id", "id", "tweet_id", "unit_id", "id_str")
DEFAULT_REASON = "deleted or withdrawn"


@busy("Removing posts")
def drop_posts(corpus: Corpus, posts: Iterable[str] | str | Path, reason: str = "") -> Corpus:
    """Return the corpus without these posts; a thread that holds one of them leaves as a whole.

    What people coded was the whole unit: after a deletion inside a thread its words are no longer those that were
    coded, so nothing of it is kept. Contexts that repeat the words of a post that leaves are emptied.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    posts : iterable of str, or path
        Ids of posts; or a file: the platform's compliance results (JSON lines), a table with a column ``post_id`` or
        ``id`` and perhaps ``reason``, or plain lines of ids.
    reason : str
        Why, for the flow table; a compliance file gives its own reasons. The flow table also says how many of the
        ids were found.

    Raises
    ------
    MissingFile, EmptyFile, MissingColumn, RoundedIds, InvalidArgument
    """
    named = read_deletions(posts) if isinstance(posts, str | Path) else dict.fromkeys(map(str, posts), "")
    why: list[str] = []
    for ids in corpus.units["post_ids"]:
        given = [named[post_id] for post_id in ids if post_id in named]
        why.append(_reason(given, reason) if given else "")
    keep = pd.Series([not text for text in why], index=corpus.units.index, dtype=bool)
    counts = Counter(text for text in why if text)
    reasons = [Exclusion(text, counts[text]) for text in sorted(counts)] or [Exclusion(reason or DEFAULT_REASON)]
    known = set(corpus.posts["post_id"])
    noted = {"named": len(named), "in_corpus": sum(post_id in known for post_id in named)}
    reasons.append(Exclusion(found_words(noted)))
    left = keep_units(corpus, keep, "drop_posts", reasons)
    provenance = {**left.provenance, "drop_posts": [*left.provenance.get("drop_posts", ()), noted]}
    return _without_contexts(replace(left, provenance=provenance), named)


def found_words(noted: Mapping[str, int]) -> str:
    """Say how many of the ids that a list of deletions names are in the corpus.

    Examples
    --------
    >>> found_words({"named": 3, "in_corpus": 3}), found_words({"named": 12, "in_corpus": 3})[:42]
    ('3 of 3 ids of the list found in the corpus', '3 of 12 ids of the list found in the corpu')
    """
    found, named = noted["in_corpus"], noted["named"]
    words = f"{found:,} of {named:,} ids of the list found in the corpus"
    return words if found == named else f"{words} (the others were not collected, or left in an earlier step)"


def _reason(given: list[str], reason: str) -> str:
    specific = next((text for text in given if text), "")
    return f"{reason or DEFAULT_REASON} ({specific})" if specific else reason or DEFAULT_REASON


def _without_contexts(corpus: Corpus, named: Iterable[str]) -> Corpus:
    """Empty the contexts of posts that quote, answer or repost a deleted post, and of the units that hold them."""
    gone = set(named)
    refers = corpus.posts[["quoted_id", "reply_to_id", "repost_of_id"]].isin(gone).any(axis=1)
    if not refers.any():
        return corpus
    holders = set(corpus.posts.loc[refers, "post_id"])
    holds = corpus.units["post_ids"].map(lambda ids: not holders.isdisjoint(ids)).astype(bool)
    posts = corpus.posts.assign(context=corpus.posts["context"].mask(refers, ""))
    units = corpus.units.assign(context=corpus.units["context"].mask(holds, ""))
    return replace(corpus, posts=posts, units=units)


def read_deletions(path: str | Path) -> dict[str, str]:
    """Return the ids that a file names, each with its reason ("" where none is given).

    Raises
    ------
    MissingFile, EmptyFile, MissingColumn, RoundedIds, InvalidArgument
    """
    file = require_file(path)
    source = Source(file)
    preview, collector = preview_source(source), PostCollector()
    if preview.kind in ("json lines", "json document"):
        found: dict[str, str] = {}
        for value in json_values(source, preview, collector):
            record = value if isinstance(value, dict) else {"id": value}
            if record.get("id") and record.get("action", "delete") == "delete":
                found[str(record["id"])] = str(record.get("reason") or "")
    elif preview.kind == "ids":
        lines = _lines_of(source, preview.encoding)
        found = dict.fromkeys((line for line in lines if line.lower() not in _ID_NAMES), "")
    else:
        found = _from_table(file)
    if not found:
        raise InvalidArgument(f"{file} names no post.", "Give one id a line, or a compliance file.")
    require_whole_ids(found, file.name)
    return found


def _lines_of(source: Source, encoding: str) -> list[str]:
    """Return the ids of a file that holds one a line, without blanks, quotation marks and commas around them."""
    with source.open() as stream, text_lines(stream, encoding, TableAccount(source.name)) as lines:
        return [word for line in lines if (word := line.strip().strip("\"',; \t\ufeff"))]


def _from_table(file: Path) -> dict[str, str]:
    """Return the ids in a table, each with its reason; a table of one column needs no name for it."""
    read = read_text_table(file, known=(*_ID_NAMES, "reason"))
    read.warn()
    columns = {name.strip().casefold(): name for name in read.frame.columns}
    key = next((columns[name] for name in _ID_NAMES if name in columns), "")
    if not key and len(columns) == 1:
        key = read.frame.columns[0]
        if key.strip("\"' ").isdigit():  # a list without a header: its first id is no name
            return dict.fromkeys([key.strip("\"' "), *map(_plain_id, read.frame[key])], "")
    if not key:
        raise MissingColumn(
            f"{file.name} has no column 'post_id' or 'id' (it has: {', '.join(read.frame.columns)}).",
            "Name the column 'post_id'.",
        )
    reasons = read.frame[columns["reason"]] if "reason" in columns else [""] * len(read.frame)
    ids = [_plain_id(cell) for cell in read.frame[key]]
    empty = [row for row, post_id in zip(read.rows, ids, strict=True) if not post_id]
    if empty:
        raise InvalidTable(f"{file.name} has no post id in {listed(empty)}.", "Complete the row or delete it.")
    return dict(zip(ids, reasons, strict=True))


def _plain_id(cell: str) -> str:
    return cell.strip().strip("\"'\u2018\u2019\u201c\u201d ")
