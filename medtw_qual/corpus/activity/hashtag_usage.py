"""Which hashtags are used, since when, by how many, and in what company."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from medtw_qual.corpus.activity.over_time import fold, tagged_posts

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus


def count_hashtags(corpus: Corpus) -> pd.DataFrame:
    """Count posts and participants of every hashtag; reposts lend nothing, since their words are somebody else's.

    Parameters
    ----------
    corpus : Corpus
        The corpus.

    Returns
    -------
    DataFrame
        hashtag (in the spelling used most), posts, participants, spellings, first_used and last_used (UTC, in this
        corpus: an earlier use outside it is not known), most used first.
    """
    posts = corpus.posts[~corpus.posts["is_repost"].fillna(False).astype(bool)]
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    users: dict[str, set[str]] = defaultdict(set)
    number: Counter[str] = Counter()
    times: dict[str, list[pd.Timestamp]] = defaultdict(list)
    rows = zip(posts["author_id"], posts["created_at"], posts["hashtags"], strict=True)
    for author, moment, tags in rows:
        for tag in {fold(spelling): spelling for spelling in tags}.values():
            key = fold(tag)
            spellings[key][tag] += 1
            number[key] += 1
            users[key].add(author)
            if not pd.isna(moment):
                times[key].append(moment)
    table = pd.DataFrame(
        [
            (
                min(spellings[key], key=lambda spelling: (-spellings[key][spelling], spelling)),
                count,
                len(users[key] - {""}),
                len(spellings[key]),
                min(times[key], default=pd.NaT),
                max(times[key], default=pd.NaT),
            )
            for key, count in number.items()
        ],
        columns=["hashtag", "posts", "participants", "spellings", "first_used", "last_used"],
    )
    return table.sort_values(["posts", "hashtag"], ascending=[False, True], ignore_index=True)


def hashtag_pairs(corpus: Corpus, min_posts: int = 1) -> pd.DataFrame:
    """Count which hashtags stand in the same post.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    min_posts : int
        Pairs in fewer posts are left out.

    Returns
    -------
    DataFrame
        first, second (folded, in alphabetical order), posts (with both), jaccard (of the posts with either, the share
        with both, 0 to 1), lift (posts with both over those expected if the two were used independently).
    """
    posts = corpus.posts[~corpus.posts["is_repost"].fillna(False).astype(bool)]
    sets = [sorted({fold(tag) for tag in tags}) for tags in posts["hashtags"]]
    single: Counter[str] = Counter(tag for tags in sets for tag in tags)
    pairs: Counter[tuple[str, str]] = Counter(pair for tags in sets for pair in combinations(tags, 2))
    rows = [
        (a, b, both, both / (single[a] + single[b] - both), both * len(sets) / (single[a] * single[b]))
        for (a, b), both in pairs.items()
        if both >= min_posts
    ]
    table = pd.DataFrame(rows, columns=["first", "second", "posts", "jaccard", "lift"])
    return table.sort_values(["posts", "first", "second"], ascending=[False, True, True], ignore_index=True)


def participation(corpus: Corpus, hashtags: Sequence[str] | None = None) -> pd.DataFrame:
    """Tell how unequally the posts are spread over the participants.

    Parameters
    ----------
    corpus : Corpus
        The corpus.
    hashtags : sequence of str, optional
        Count only posts with one of these; by default all posts.

    Returns
    -------
    DataFrame
        One row: posts, participants, posts_per_participant, share_of_top_10_percent (of the posts, by the most active
        tenth of participants, rounded up to whole people), gini (0: all post the same; Gini coefficient of a finite
        population, sum of (2i - n - 1) x_i / (n sum of x)), share_posting_once.

    Examples
    --------
    >>> from medtw_qual.corpus.activity.hashtag_usage import gini
    >>> round(gini(np.array([1, 1, 1, 1])), 3), round(gini(np.array([0, 0, 0, 4])), 3)  # equal; one has all: (n-1)/n
    (0.0, 0.75)
    """
    posts = tagged_posts(corpus, hashtags)
    posts = posts[~posts["is_repost"].fillna(False).astype(bool) & (posts["author_id"] != "")]
    counts = np.sort(posts["author_id"].value_counts().to_numpy(dtype=float))
    n = len(counts)
    top = int(np.ceil(n / 10))
    row = {
        "posts": len(posts),
        "participants": n,
        "posts_per_participant": counts.mean() if n else float("nan"),
        "share_of_top_10_percent": counts[n - top :].sum() / counts.sum() if n else float("nan"),
        "gini": gini(counts),
        "share_posting_once": float((counts == 1).mean()) if n else float("nan"),
    }
    return pd.DataFrame([row])


def gini(counts: np.ndarray) -> float:
    """Return the Gini coefficient of a set of counts; NaN for none."""
    ordered = np.sort(np.asarray(counts, dtype=float))
    n = len(ordered)
    if n == 0 or ordered.sum() == 0:
        return float("nan")
    ranks = np.arange(1, n + 1)
    return float(((2 * ranks - n - 1) * ordered).sum() / (n * ordered.sum()))
