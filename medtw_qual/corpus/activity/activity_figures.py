"""A figure for each of the community's tables."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import pandas as pd

from medtw_qual._base.figure_style import PALETTE, figure_style
from medtw_qual.corpus.activity.hashtag_usage import gini
from medtw_qual.corpus.activity.over_time import tagged_posts
from medtw_qual.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from medtw_qual.corpus.activity.rate_change import FoldChange
    from medtw_qual.corpus.corpus import Corpus

_BLUE, _ORANGE = PALETTE[0], PALETTE[1]
Drawing = TypeVar("Drawing", bound="Callable[..., Figure]")


def _in_style(draw: Drawing) -> Drawing:
    """Draw in the package's style."""

    @wraps(draw)
    def styled(*given: Any, **named: Any) -> Figure:  # noqa: ANN401 - hands on what it gets
        with figure_style():
            return draw(*given, **named)

    return cast("Drawing", styled)


def _panel(width: float = 7.2, height: float = 3.0) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


@_in_style
def activity_figure(table: pd.DataFrame, title: str = "", participants: bool = True) -> Figure:
    """Draw posts over time (the table of `posts_over_time`): bars for posts, a line for participants.

    Parameters
    ----------
    table : DataFrame
        As `posts_over_time` returns it.
    title : str
        The heading; by default one that says what is shown.
    participants : bool
        Whether the number of participants is drawn too; by default it is.
    """
    _require(table, "posts_over_time")
    figure, axes = _panel()
    times = table["period"].dt.tz_localize(None)
    step = times.diff().min() if len(times) > 1 else pd.Timedelta(days=1)
    axes.bar(times, table["posts"].astype(int), width=step * 0.9, align="edge", color=_BLUE, label="posts")
    if participants:
        number = table["participants"].astype(int)
        axes.plot(times + step / 2, number, color=_ORANGE, linewidth=1.4, label="participants")
        axes.legend(frameon=False, ncols=2, loc="lower right", bbox_to_anchor=(1, 0.98), borderaxespad=0)
    _date_axis(axes, table["period"].min(), table["period"].max())
    axes.set_ylabel("number" if participants else "posts")
    axes.set_title(title or f"Posts and participants, {_period_name(step)}")
    axes.margins(x=0.01)
    return figure


def _period_name(step: pd.Timedelta) -> str:
    days = step / pd.Timedelta(days=1)
    names = ((0.5, "per hour"), (3, "per day"), (14, "per week"))
    return next((name for limit, name in names if days < limit), "per month")


def _date_axis(axes: Axes, first: pd.Timestamp, last: pd.Timestamp) -> None:
    """Write days with their month, and below the axis the months and years it spans and the zone its days begin in."""
    from matplotlib import dates

    library: Any = dates  # matplotlib.dates carries no types
    locator = library.AutoDateLocator(minticks=4, maxticks=9)
    formats = {
        "formats": ["%Y", "%b %Y", "%d %b", "%H:%M", "%H:%M", "%H:%M:%S"],
        "zero_formats": ["", "%b %Y", "%d %b", "%d %b", "%H:%M", "%H:%M"],
    }
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(library.ConciseDateFormatter(locator, show_offset=False, **formats))
    months = list(dict.fromkeys((f"{first:%B %Y}", f"{last:%B %Y}")))
    axes.set_xlabel(f"{' to '.join(months)} ({first.tz})")


@_in_style
def hashtags_figure(table: pd.DataFrame, most: int = 15) -> Figure:
    """Draw the hashtags used most (the table of `count_hashtags`): posts as bars, participants as dots.

    Parameters
    ----------
    table : DataFrame
        As `count_hashtags` returns it.
    most : int
        How many hashtags are shown, the most used first.
    """
    _require(table, "count_hashtags")
    shown = table.head(most)[::-1]
    figure, axes = _panel(6.0, 0.27 * len(shown) + 0.9)
    places = np.arange(len(shown))
    axes.barh(places, shown["posts"], color=_BLUE, height=0.7, label="posts")
    axes.plot(shown["participants"], places, "o", color="white", markeredgecolor="black", label="participants")
    axes.set_yticks(places, ["#" + tag for tag in shown["hashtag"]])
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("number")
    axes.set_title("Hashtags used most")
    axes.legend(frameon=False, loc="lower right")
    return figure


@_in_style
def first_use_figure(table: pd.DataFrame, most: int = 15) -> Figure:
    """Draw since when the most used hashtags occur in this corpus (the table of `count_hashtags`).

    Parameters
    ----------
    table : DataFrame
        As `count_hashtags` returns it.
    most : int
        How many hashtags are shown, the most used first.
    """
    _require(table, "count_hashtags")
    shown = table.head(most).sort_values("first_used", ascending=False)
    figure, axes = _panel(6.4, 0.27 * len(shown) + 0.9)
    places = np.arange(len(shown))
    begin, end = shown["first_used"].dt.tz_localize(None), shown["last_used"].dt.tz_localize(None)
    axes.hlines(places, begin, end, color="0.7", linewidth=2.5)
    axes.plot(begin, places, "o", color=_BLUE, label="first use in this corpus")
    axes.plot(end, places, "|", color="0.3", markersize=9, label="last use")
    axes.set_yticks(places, ["#" + tag for tag in shown["hashtag"]])
    axes.tick_params(axis="y", length=0)
    _date_axis(axes, shown["first_used"].min(), shown["last_used"].max())
    axes.set_title("First and last use in this corpus")
    figure.legend(frameon=False, ncols=2, loc="outside lower center")
    return figure


@_in_style
def pairs_figure(table: pd.DataFrame, most: int = 12) -> Figure:
    """Draw which hashtags stand together (the table of `hashtag_pairs`) as a matrix of shared posts.

    Parameters
    ----------
    table : DataFrame
        As `hashtag_pairs` returns it.
    most : int
        How many hashtags are shown, the most used first.
    """
    _require(table, "hashtag_pairs")
    weight = pd.concat([table.set_index(column)["posts"] for column in ("first", "second")]).groupby(level=0).sum()
    names = sorted(weight.sort_values(ascending=False, kind="stable").head(most).index)
    inside = table[table["first"].isin(names) & table["second"].isin(names)]
    matrix = pd.DataFrame(np.nan, index=names, columns=names)
    for first, second, posts in zip(inside["first"], inside["second"], inside["posts"], strict=True):
        matrix.loc[second, first] = posts
    matrix = matrix.dropna(how="all").dropna(how="all", axis="columns")
    figure, axes = _panel(0.42 * matrix.shape[1] + 2.2, 0.36 * matrix.shape[0] + 1.4)
    axes.imshow(np.ma.masked_invalid(matrix.to_numpy()), cmap="Blues", vmin=0, aspect="auto")
    for row in range(matrix.shape[0]):
        for column in range(matrix.shape[1]):
            value = matrix.iloc[row, column]
            if not np.isnan(value):
                colour = "white" if value > 0.6 * np.nanmax(matrix.to_numpy()) else "black"
                axes.text(column, row, f"{value:.0f}", ha="center", va="center", color=colour, fontsize=8)
    axes.set_xticks(range(matrix.shape[1]), ["#" + tag for tag in matrix.columns], rotation=45, ha="right")
    axes.set_yticks(range(matrix.shape[0]), ["#" + tag for tag in matrix.index])
    axes.tick_params(length=0)
    axes.set_title("Posts with both hashtags")
    return figure


@_in_style
def participation_figure(corpus: Corpus, hashtags: Sequence[str] | None = None) -> Figure:
    """Draw how unequally posts are spread over participants: the Lorenz curve beside the line of equality.

    Parameters
    ----------
    corpus : Corpus
        The corpus.
    hashtags : sequence of str, optional
        Count only posts with one of these; by default all posts.
    """
    posts = tagged_posts(corpus, hashtags)
    posts = posts[~posts["is_repost"].fillna(False).astype(bool) & (posts["author_id"] != "")]
    counts = np.sort(posts["author_id"].value_counts().to_numpy(dtype=float))
    _require(posts, "read_corpus with authors")
    people = np.concatenate([[0], np.arange(1, len(counts) + 1) / len(counts)])
    share = np.concatenate([[0], np.cumsum(counts) / counts.sum()])
    figure, axes = _panel(3.8, 3.6)
    axes.plot([0, 1], [0, 1], color="0.6", linestyle="--", linewidth=1, label="all post the same")
    axes.plot(people, share, color=_BLUE, linewidth=1.8, label="this corpus")
    axes.fill_between(people, share, people, color=_BLUE, alpha=0.12, linewidth=0)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="share of participants, least active first", ylabel="share of posts")
    axes.set_aspect("equal")
    top = int(np.ceil(len(counts) / 10))
    axes.set_title(f"Top tenth: {counts[-top:].sum() / counts.sum():.0%} of posts; Gini {gini(counts):.2f}")
    axes.legend(frameon=False, loc="upper left")
    return figure


@_in_style
def gaps_figure(activity: pd.DataFrame, gaps: pd.DataFrame) -> Figure:
    """Draw posts over time with the empty stretches shaded (tables of `posts_over_time` and `collection_gaps`).

    Parameters
    ----------
    activity : DataFrame
        As `posts_over_time` returns it.
    gaps : DataFrame
        As `collection_gaps` returns it.
    """
    figure = activity_figure(activity, "Posts over time; stretches without posts are shaded", participants=False)
    axes = figure.axes[0]
    for begin, end in zip(gaps["begin"], gaps["end"], strict=True):
        axes.axvspan(begin.tz_localize(None), end.tz_localize(None), color=PALETTE[4], alpha=0.25, linewidth=0)
    return figure


@_in_style
def fold_change_figure(activity: pd.DataFrame, change: FoldChange) -> Figure:
    """Draw the campaign and the window before it in the posts over time, each with its mean per day.

    Parameters
    ----------
    activity : DataFrame
        Posts per day, as `posts_over_time` returns them.
    change : FoldChange
        As `fold_change` returns it.
    """
    ratio = "undefined" if change.undefined else f"{change.ratio:.2f} ({change.low:.2f} to {change.high:.2f})"
    figure = activity_figure(
        activity, f"Rate ratio, campaign against the {change.days:.0f} days before: {ratio}", participants=False
    )
    axes = figure.axes[0]
    begin, end = change.begin.tz_localize(None), change.end.tz_localize(None)
    length = end - begin
    label: dict[str, Any] = {"fontsize": 8, "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.8}}
    for left, right, rate, colour in (
        (begin - length, begin, change.baseline_rate, "0.35"),
        (begin, end, change.rate, PALETTE[4]),
    ):
        axes.axvspan(left, right, color=colour, alpha=0.12, linewidth=0)
        axes.hlines(rate, left, right, color=colour, linewidth=1.8)
        axes.annotate(f"{rate:.1f} a day", (left, rate), xytext=(3, 4), textcoords="offset points", **label)
    return figure


def _require(table: pd.DataFrame, source: str) -> None:
    if table.empty:
        raise InvalidArgument("There is nothing to draw: the table is empty.", f"Check what {source} was given.")
