"""How much more was posted in a campaign than in the time before it, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.binomial import clopper_pearson
from medtw_qual.corpus.activity.over_time import tagged_posts
from medtw_qual.corpus.times import local_moment, read_date
from medtw_qual.errors import InvalidArgument

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus


@dataclass(frozen=True)
class FoldChange:
    """Posts in a window against an equally long window before it.

    Attributes
    ----------
    begin, end : Timestamp
        The window, `end` not included; the baseline ends where it begins.
    days : float
        The length of each window, by the calendar.
    posts, baseline_posts : int
        Numerator and denominator.
    rate, baseline_rate : float
        Posts per day.
    ratio, low, high : float
        Rate ratio with its interval; NaN where undefined.
    undefined : str or None
        Why there is no ratio.
    """

    begin: pd.Timestamp
    end: pd.Timestamp
    days: float
    posts: int
    baseline_posts: int
    rate: float
    baseline_rate: float
    ratio: float
    low: float
    high: float
    undefined: str | None = None


def fold_change(
    corpus: Corpus,
    begin: str,
    end: str,
    hashtags: str | Sequence[str] | None = None,
    time_zone: str = "UTC",
    confidence: float = 0.95,
) -> FoldChange:
    """Compare a campaign window with an equally long window just before it.

    Parameters
    ----------
    corpus : Corpus
        It must reach back far enough: the baseline is as long as the window.
    begin, end : str
        First and last day of the campaign, both included.
    hashtags : sequence of str, optional
        Only posts with one of these.
    time_zone : str
        In which days begin.
    confidence : float
        0.95 by default.

    Returns
    -------
    FoldChange
        See `rate_ratio` for the interval. Undefined, with the reason, where the baseline holds no posts or begins
        before the corpus does.

    Raises
    ------
    InvalidArgument
        When the campaign ends before it begins, or a day is written in another way than 2020-12-31.
    """
    first_day, last_day = pd.Timestamp(read_date(begin)), pd.Timestamp(read_date(end)) + pd.Timedelta(days=1)
    if last_day <= first_day:
        raise InvalidArgument(f"The campaign from {begin} to {end} ends before it begins.", "Swap the two.")
    length = last_day - first_day
    # Days by the calendar of the zone: one of them may have 23 or 25 hours.
    early, first, last = (local_moment(day, time_zone) for day in (first_day - length, first_day, last_day))
    posts = tagged_posts(corpus, hashtags)
    times = posts.loc[~posts["is_repost"].fillna(False).astype(bool), "created_at"].dropna()
    inside = int(((times >= first) & (times < last)).sum())
    before = int(((times >= early) & (times < first)).sum())
    days = length / pd.Timedelta(days=1)
    reason = None
    earliest = corpus.posts["created_at"].min()
    if before == 0:
        reason = "the window before the campaign holds no posts: a ratio to nothing has no meaning"
    elif earliest > local_moment(first_day - length + pd.Timedelta(days=1), time_zone):
        reason = "the corpus begins inside the window before the campaign: the baseline is not complete"
    ratio = rate_ratio(inside, before, confidence) if reason is None else (float("nan"),) * 3
    return FoldChange(first, last, days, inside, before, inside / days, before / days, *ratio, reason)


def rate_ratio(count: int, baseline: int, confidence: float = 0.95) -> tuple[float, float, float]:
    """Return the ratio of two Poisson rates over windows of equal length, with its exact conditional interval.

    Given their sum, the first count is binomial with p = ratio / (1 + ratio) (Przyborowski and Wilenski 1940,
    Biometrika 31:313-323); the Clopper-Pearson limits of p give those of the ratio. Posts come in bursts, so that the
    true uncertainty is larger: read the interval as the least there is.

    Parameters
    ----------
    count : int
        Posts in the window of interest.
    baseline : int
        Posts in a window of equal length before it.
    confidence : float
        Confidence level of the interval, over 0 and below 1.

    Examples
    --------
    >>> ratio, low, high = rate_ratio(10655, 4819)  # 481.9 and 1065.5 posts a day, JMIR 2021;23(7):e28615
    >>> round(ratio, 2)
    2.21
    >>> low < ratio < high
    True
    """
    if count < 0 or baseline <= 0:
        raise InvalidArgument(
            f"A ratio of {count} to {baseline} posts is not defined.", "Choose a baseline that holds posts."
        )
    low, high = clopper_pearson(count, count + baseline, confidence)
    return count / baseline, low / (1 - low), high / (1 - high)
