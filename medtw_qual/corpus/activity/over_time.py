"""Posts over time, with explicit zeros, and the gaps in a collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from medtw_qual.corpus.text_entities import as_list, comparable
from medtw_qual.corpus.times import zone
from medtw_qual.errors import InvalidArgument

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

Period = Literal["hour", "day", "week", "month"]
_RULES = {"hour": "h", "day": "D", "week": "W-SUN", "month": "M"}  # a week runs from Monday to Sunday (ISO 8601)


def posts_over_time(
    corpus: Corpus, per: Period = "day", hashtags: Sequence[str] | None = None, time_zone: str = "UTC"
) -> pd.DataFrame:
    """Count posts per period, zeros included, from the first post to the last.

    A post with several of the hashtags counts once; a participant is an account that posted at least once (these are
    Symplur's definitions). Reposts are counted apart and never as posts; posts without a time are left out.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    per : {"hour", "day", "week", "month"}
        Weeks begin on Monday.
    hashtags : sequence of str, optional
        Only posts with one of these, whatever their case.
    time_zone : str
        In which days begin.

    Returns
    -------
    DataFrame
        period (its first moment, in that zone), posts, reposts, participants, impressions (followers summed over
        posts: a theoretical maximum; missing where followers are not known).

    Raises
    ------
    InvalidArgument
    """
    if per not in _RULES:
        raise InvalidArgument(f"per={per!r} is no period.", f"Use one of: {', '.join(_RULES)}.")
    posts = tagged_posts(corpus, hashtags)
    posts = posts[posts["created_at"].notna()]
    columns = ["period", "posts", "reposts", "participants", "impressions"]
    if posts.empty:
        return pd.DataFrame(columns=columns)
    local = posts["created_at"].dt.tz_convert(zone(time_zone)).dt.tz_localize(None)
    periods = local.dt.to_period(_RULES[per])
    own = ~posts["is_repost"].fillna(False).astype(bool)
    followers = posts["author_id"].map(_followers(corpus)).astype("Float64")
    table = pd.DataFrame(
        {
            "period": periods,
            "own": own,
            "author": _known(posts["author_id"]).where(own),
            "followers": followers.where(own),
        }
    )
    grouped = table.groupby("period")
    whole = pd.period_range(periods.min(), periods.max(), freq=_RULES[per])
    counts = pd.DataFrame(
        {
            "posts": grouped["own"].sum(),
            "reposts": grouped["own"].apply(lambda is_own: int((~is_own).sum())),
            "participants": grouped["author"].nunique(),
            "impressions": grouped["followers"].sum(min_count=1),
        }
    ).reindex(whole)
    for name in ("posts", "reposts", "participants"):
        counts[name] = counts[name].fillna(0).astype("Int64")
    starts = counts.index.to_timestamp().tz_localize(zone(time_zone), nonexistent="shift_forward", ambiguous=True)
    return counts.assign(period=starts)[columns].reset_index(drop=True)


def _known(authors: pd.Series) -> pd.Series:
    """Take out unknown authors: nobody knows whether they are one or many."""
    return authors.where(authors != "")


def tagged_posts(corpus: Corpus, hashtags: Sequence[str] | None) -> pd.DataFrame:
    """Return the posts that carry one of the hashtags; all of them where none is named."""
    if not hashtags:
        return corpus.posts
    wanted = {fold(tag) for tag in as_list(hashtags)}
    has = [not wanted.isdisjoint(map(fold, tags)) for tags in corpus.posts["hashtags"]]
    return corpus.posts[np.array(has, dtype=bool)]


def fold(tag: str) -> str:
    """Make a hashtag comparable: without #, whatever its case, its letters composed.

    Examples
    --------
    >>> fold("#MedTwitter") == fold("medtwitter")
    True
    """
    return comparable(tag.lstrip("#＃"))


def _followers(corpus: Corpus) -> pd.Series:
    authors = corpus.authors
    if "followers" not in authors.columns:
        return pd.Series(dtype="Int64")
    return authors.set_index("author_id")["followers"]


def collection_gaps(
    corpus: Corpus,
    per: Period = "day",
    hashtags: Sequence[str] | None = None,
    time_zone: str = "UTC",
    at_least: int = 1,
) -> pd.DataFrame:
    """List the stretches without any post: quiet times, or holes in the collection.

    Parameters
    ----------
    corpus, per, hashtags, time_zone
        As in `posts_over_time`.
    at_least : int
        The shortest stretch that is listed, in periods.

    Returns
    -------
    DataFrame
        begin (first empty period), end (first moment after the last), periods, expected (posts that the mean of the
        other periods lets one expect), probability of none at all if posts came evenly (Poisson): a small one says
        that something was wrong with the collection, or that posts came in bursts. Longest first.
    """
    counts = posts_over_time(corpus, per, hashtags, time_zone)
    columns = ["begin", "end", "periods", "expected", "probability"]
    if counts.empty:
        return pd.DataFrame(columns=columns)
    number = (counts["posts"] + counts["reposts"]).to_numpy(dtype=int)
    rows = []
    for start, length in _runs(number == 0):
        if length >= at_least:
            end = counts["period"].iloc[start + length]
            expected = number.sum() / (len(number) - length) * length
            rows.append((counts["period"].iloc[start], end, length, expected, float(np.exp(-expected))))
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["periods", "begin"], ascending=[False, True], ignore_index=True)


def _runs(flags: np.ndarray) -> list[tuple[int, int]]:
    """Return start and length of every stretch of true values.

    Examples
    --------
    >>> _runs(np.array([True, False, True, True]))
    [(0, 1), (2, 2)]
    """
    edges = np.diff(np.concatenate([[0], flags.astype(int), [0]]))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [(int(start), int(end - start)) for start, end in zip(starts, ends, strict=True)]
