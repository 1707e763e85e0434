"""The community's numbers: zeros count, definitions hold, a ratio to nothing is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.errors import InvalidArgument

ROWS = [
    # who, when, text
    ("ann", "2020-12-01T23:30:00Z", "one #MedTwitter #Nurses"),
    ("ann", "2020-12-02T08:00:00Z", "two #medtwitter"),
    ("bob", "2020-12-02T09:00:00Z", "three #MedTwitter #nurses"),
    ("cat", "2020-12-06T08:00:00Z", "four"),
    ("cat", "2020-12-07T08:00:00Z", "five #IMG #IMG"),
]


@pytest.fixture
def corpus(tmp_path: Path) -> mq.Corpus:
    rows = [(str(number), *row) for number, row in enumerate(ROWS, 1)]
    path = tmp_path / "p.csv"
    pd.DataFrame(rows, columns=["id", "who", "when", "text"]).to_csv(path, index=False)
    return mq.read_corpus(path, text="text", id="id", author="who", created_at="when")


def test_days_without_posts_are_zeros(corpus: mq.Corpus) -> None:
    table = mq.activity.posts_over_time(corpus)
    assert table["posts"].tolist() == [1, 2, 0, 0, 0, 1, 1]
    assert table["participants"].tolist() == [1, 2, 0, 0, 0, 1, 1]
    assert mq.activity.posts_over_time(corpus, time_zone="Europe/Berlin")["posts"].tolist() == [3, 0, 0, 0, 1, 1]
    assert mq.activity.posts_over_time(corpus, "week")["posts"].tolist() == [
        4,
        1,
    ]  # the 7th of December 2020 was a Monday
    assert mq.activity.posts_over_time(corpus, "month")["posts"].tolist() == [5]
    assert mq.activity.posts_over_time(corpus, hashtags=["MedTwitter", "nurses"])["posts"].tolist() == [1, 2]
    assert mq.activity.posts_over_time(corpus, hashtags=["nothing"]).empty
    with pytest.raises(InvalidArgument, match="is no period"):
        mq.activity.posts_over_time(corpus, "fortnight")


def test_hashtags_are_counted_once_a_post_whatever_their_case(corpus: mq.Corpus) -> None:
    table = mq.activity.count_hashtags(corpus).set_index("hashtag")
    assert table["posts"].to_dict() == {"MedTwitter": 3, "Nurses": 2, "IMG": 1}
    assert table["participants"].to_dict() == {"MedTwitter": 2, "Nurses": 2, "IMG": 1}
    assert table.loc["MedTwitter", "spellings"] == 2
    assert str(table.loc["MedTwitter", "first_used"]) == "2020-12-01 23:30:00+00:00"


def test_pairs_and_their_measures(corpus: mq.Corpus) -> None:
    pairs = mq.activity.hashtag_pairs(corpus)
    assert pairs[["first", "second", "posts"]].values.tolist() == [["medtwitter", "nurses", 2]]
    assert pairs["jaccard"].iloc[0] == pytest.approx(2 / 3)
    assert pairs["lift"].iloc[0] == pytest.approx(2 * 5 / (3 * 2))


def test_reposts_are_neither_posts_nor_hashtags(tmp_path: Path, inv: Any) -> None:
    repost = inv.post(2, "RT @x: #MedTwitter …", referenced_tweets=[{"type": "retweeted", "id": "1"}])
    corpus = mq.read_corpus(inv.write_lines(tmp_path / "p.jsonl", [inv.page([inv.post(1, "own #IMG"), repost])]))
    assert mq.activity.count_hashtags(corpus)["hashtag"].tolist() == ["IMG"]
    assert mq.activity.posts_over_time(corpus)[["posts", "reposts", "participants"]].values.tolist() == [[1, 1, 1]]


def test_inequality_of_a_known_distribution(tmp_path: Path) -> None:
    """Ten people, nine post once and one eleven times: the top tenth holds 11 of 20."""
    who = [f"p{n}" for n in range(9)] + ["q"] * 11
    path = tmp_path / "p.csv"
    pd.DataFrame({"id": range(20), "who": who, "text": "x"}).to_csv(path, index=False)
    row = mq.activity.participation(mq.read_corpus(path, text="text", id="id", author="who")).iloc[0]
    assert (row["posts"], row["participants"], row["share_of_top_10_percent"]) == (20, 10, 11 / 20)
    pairs = np.abs(np.subtract.outer([1] * 9 + [11], [1] * 9 + [11]))
    assert row["gini"] == pytest.approx(pairs.sum() / (2 * 10**2 * 2))  # mean absolute difference over twice the mean


def test_gaps_are_listed_longest_first(corpus: mq.Corpus) -> None:
    gaps = mq.activity.collection_gaps(corpus)
    assert gaps["periods"].tolist() == [3]
    assert str(gaps["begin"].iloc[0]) == "2020-12-03 00:00:00+00:00"
    assert str(gaps["end"].iloc[0]) == "2020-12-06 00:00:00+00:00"
    assert gaps["expected"].iloc[0] == pytest.approx(5 / 4 * 3)
    assert gaps["probability"].iloc[0] == pytest.approx(np.exp(-3.75))


def test_fold_change_shows_its_counts_and_refuses_an_empty_baseline(corpus: mq.Corpus) -> None:
    change = mq.activity.fold_change(corpus, "2020-12-06", "2020-12-07")
    assert (change.posts, change.baseline_posts, change.days) == (2, 0, 2.0)
    assert np.isnan(change.ratio)
    assert "holds no posts" in str(change.undefined)
    change = mq.activity.fold_change(corpus, "2020-12-02", "2020-12-02")
    assert (change.posts, change.baseline_posts, change.ratio) == (2, 1, 2.0)
    assert "not complete" in str(mq.activity.fold_change(corpus, "2020-12-02", "2020-12-05").undefined)
    with pytest.raises(InvalidArgument, match="'12/05/2020' is no date"):
        mq.activity.fold_change(corpus, "12/05/2020", "12/07/2020")
    with pytest.raises(InvalidArgument, match="ends before it begins"):
        mq.activity.fold_change(corpus, "2020-12-05", "2020-12-01")


def test_rate_ratio_interval_against_the_binomial_test() -> None:
    """The limits are where the exact binomial test of the share turns: an independent route through scipy."""
    from scipy.stats import binomtest

    for a, b in ((10, 4), (3, 9), (120, 100)):
        limits = binomtest(a, a + b).proportion_ci(0.95, method="exact")
        ratio, low, high = mq.activity.rate_ratio(a, b)
        assert ratio == a / b
        assert low == pytest.approx(limits.low / (1 - limits.low))
        assert high == pytest.approx(limits.high / (1 - limits.high))
    with pytest.raises(InvalidArgument, match="not defined"):
        mq.activity.rate_ratio(10, 0)


def test_every_table_has_its_figure(corpus: mq.Corpus) -> None:
    activity, tags = mq.activity.posts_over_time(corpus), mq.activity.count_hashtags(corpus)
    figures = [
        mq.plot.activity(activity),
        mq.plot.hashtags(tags),
        mq.plot.first_use(tags),
        mq.plot.hashtag_pairs(mq.activity.hashtag_pairs(corpus)),
        mq.plot.participation(corpus),
        mq.plot.collection_gaps(activity, mq.activity.collection_gaps(corpus)),
        mq.plot.fold_change(activity, mq.activity.fold_change(corpus, "2020-12-02", "2020-12-02")),
        corpus.flow_chart(),
    ]
    assert all(figure.axes for figure in figures)
    assert mq.plot.hashtags(tags).axes[0].get_yticklabels()[-1].get_text() == "#MedTwitter"
    with pytest.raises(InvalidArgument, match="nothing to draw"):
        mq.plot.hashtags(tags.head(0))
