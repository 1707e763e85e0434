"""The community seen through its posts: how much is posted when, with which hashtags, by how many, and what changed."""

from medtw_qual.corpus.activity.hashtag_usage import count_hashtags, hashtag_pairs, participation
from medtw_qual.corpus.activity.over_time import collection_gaps, posts_over_time
from medtw_qual.corpus.activity.rate_change import FoldChange, fold_change, rate_ratio

__all__ = [
    "FoldChange",
    "collection_gaps",
    "count_hashtags",
    "fold_change",
    "hashtag_pairs",
    "participation",
    "posts_over_time",
    "rate_ratio",
]


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
