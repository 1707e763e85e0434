"""Posts become units of analysis."""

from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.table_files import validate_table
from medtw_qual.schemas import POSTS, UNITS

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

OWN_COLUMNS = (*(column.name for column in POSTS.columns), "reply_to_author_id", "quoted_id", "repost_of_id")


def units_of_posts(posts: pd.DataFrame) -> pd.DataFrame:
    """Return one unit per post, in the order of the ids, with any further columns the researcher's table had."""
    columns = ["post_id", "text", "context", "created_at", "author_id", *further_columns(posts)]
    units = (
        posts[columns].rename(columns={"post_id": "unit_id"}).sort_values("unit_id", kind="stable", ignore_index=True)
    )
    units.insert(5, "n_posts", pd.Series(1, index=units.index, dtype="Int64"))
    units.insert(
        6, "post_ids", pd.Series([[unit_id] for unit_id in units["unit_id"]], index=units.index, dtype="object")
    )
    return validate_table(units, UNITS) if units.empty else units


def by_authors(corpus: "Corpus") -> str:
    """Say by how many authors the units are; authors who are not known are not one author.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> by_authors(SimpleNamespace(units=pd.DataFrame({"author_id": ["a", "b", "", ""]})))
    '2 authors (2 units by authors who are not known)'
    >>> by_authors(SimpleNamespace(units=pd.DataFrame({"author_id": [""]})))
    'authors who are not known'
    """
    authors = corpus.units["author_id"]
    number, unknown = authors[authors != ""].nunique(), int((authors == "").sum())
    if not number:
        return "authors who are not known"
    known = f"{number:,} author{'' if number == 1 else 's'}"
    units = f"{unknown:,} unit{'' if unknown == 1 else 's'}"
    return f"{known} ({units} by authors who are not known)" if unknown else known


def count_authors(author_ids: pd.Series) -> int:
    """Return how many authors these are; "" is an author who is not known, and no author more.

    Examples
    --------
    >>> count_authors(pd.Series(["a", "b", "", "a", ""]))
    2
    """
    return int(author_ids[author_ids != ""].nunique())


def further_columns(posts: pd.DataFrame) -> list[str]:
    """Name the columns that came from the researcher's own table."""
    return [name for name in posts.columns if name not in OWN_COLUMNS]
