"""What a file must have shown before it counts as understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medtw_qual.errors import UnreadableFile

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

# The researcher's own tables may hold words and ids only; ids, hashes and labels are the researcher's word for them.
_MAY_BE_BARE = ("table", "own_table")


def require_understood(corpus: Corpus) -> None:
    """Refuse a file of a known format of which no post has an author or a time: its fields are spelt in another way.

    Raises
    ------
    UnreadableFile
    """
    bare = corpus.reading["without_author"].eq(corpus.reading["posts"]) & corpus.reading["without_time"].eq(
        corpus.reading["posts"]
    )
    for row in corpus.reading[bare & (corpus.reading["posts"] > 0)].to_dict("records"):
        # A table that has every column of an export and empty cells in them is that export.
        if row["format"] in ("", *_MAY_BE_BARE) or len(row["columns_used"]):
            continue
        raise UnreadableFile(
            f"{row['file']} looks like {row['format']} ({row['why']}), and none of its {row['posts']:,} posts has an"
            " author or a time that can be read: it is written in another form.",
            f'Name the columns: read_corpus(..., text="...", id="..."); or, if posts without both are what you have,'
            f' say so: format="{row["format"]}".',
        )
