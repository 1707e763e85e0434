"""A corpus of a few invented posts, for the examples in this room's documentation."""

import pandas as pd

from medtw_qual._base.table_files import empty_table, validate_table
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.schemas import AUTHORS, FLOW, POSTS, UNITS

_TEXTS = ("night shift again", "night shift is over", "my cat sleeps on the desk")


def small_corpus(texts: tuple[str, ...] = _TEXTS) -> Corpus:
    """Return a corpus with one invented unit per text, ids u1, u2 ...

    Examples
    --------
    >>> small_corpus()
    Corpus(3 units, 0 posts, 0 authors)
    """
    width = len(str(len(texts)))
    ids = [f"u{number:0{width}}" for number in range(1, len(texts) + 1)]
    units = pd.DataFrame(
        {
            "unit_id": ids,
            "text": list(texts),
            "context": "",
            "created_at": "2020-12-01T00:00:00Z",
            "author_id": "a1",
            "n_posts": 1,
            "post_ids": [[post_id] for post_id in ids],
        }
    )
    return Corpus(empty_table(POSTS), empty_table(AUTHORS), validate_table(units, UNITS), empty_table(FLOW))
