"""Threads become units: same author, every ancestor the same author, in time order, every post still traceable."""

from pathlib import Path

import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.corpus.flow import require_sound_flow
from medtw_qual.errors import InvalidArgument

ROWS = [
    # id, author, time, text, reply_to
    ("1", "ann", "2020-12-01T08:00:00Z", "one #MedTwitter", ""),
    ("2", "ann", "2020-12-01T08:01:00Z", "two", "1"),
    ("3", "bob", "2020-12-01T08:02:00Z", "how true", "2"),
    ("4", "ann", "2020-12-01T08:04:00Z", "four", "2"),
    ("5", "ann", "2020-12-01T08:03:00Z", "three", "2"),
    ("6", "ann", "2020-12-01T08:05:00Z", "thanks Bob", "3"),
    ("7", "ann", "2020-12-01T08:06:00Z", "and more to Bob", "6"),
    ("8", "cat", "2020-12-01T09:00:00Z", "part two of something", "999"),
    ("9", "cat", "2020-12-01T09:01:00Z", "part three", "8"),
]
NAMES = ["id", "who", "when", "text", "answers"]


def read(folder: Path, rows: list[tuple[str, ...]]) -> mq.Corpus:
    path = folder / "posts.csv"
    pd.DataFrame(rows, columns=NAMES).to_csv(path, index=False)
    return mq.read_corpus(
        path, text="text", id="id", author="who", created_at="when", columns={"reply_to_id": "answers"}
    )


def test_chains_of_one_author_become_one_unit_in_time_order(tmp_path: Path) -> None:
    units = read(tmp_path, ROWS).merge_threads().units.set_index("unit_id")
    assert units["post_ids"].to_dict() == {
        "1": ["1", "2", "5", "4"],
        "3": ["3"],
        "6": ["6", "7"],
        "8": ["8", "9"],
    }
    assert units.loc["1", "text"] == "one #MedTwitter\n\ntwo\n\nthree\n\nfour"
    assert units.loc["1", "context"] == ""
    assert units.loc["6", "context"] == "how true"
    assert units["n_posts"].tolist() == [4, 1, 2, 2]


def test_nothing_is_lost_by_merging(tmp_path: Path) -> None:
    corpus = read(tmp_path, ROWS)
    merged = corpus.merge_threads()
    assert sorted(one for ids in merged.units["post_ids"] for one in ids) == sorted(corpus.posts["post_id"])
    require_sound_flow(merged.flow)
    assert merged.flow[["before", "merged", "kept"]].values.tolist()[1:] == [[9, 5, 4]]
    with pytest.raises(InvalidArgument, match="merged already"):
        merged.merge_threads()


def test_a_post_that_answers_itself_or_a_circle_does_not_hang(tmp_path: Path) -> None:
    circle = [("1", "ann", "", "a", "2"), ("2", "ann", "", "b", "1"), ("3", "ann", "", "c", "3")]
    units = read(tmp_path, circle).merge_threads().units
    assert units["post_ids"].tolist() == [["1", "2"], ["3"]]


@pytest.mark.extra
@pytest.mark.shared
def test_the_invented_corpus_has_552_units(shared: Path) -> None:
    """610 posts, 58 of them continue a thread (the count stands in that collection's own description)."""
    corpus = mq.read_corpus(
        shared / "illustrative" / "posts.jsonl",
        text="text",
        id="id",
        author="author",
        created_at="created_at",
        columns={"reply_to_id": "reply_to", "quoted_id": "quotes"},
        author_columns=["role"],
    )
    assert (len(corpus.posts), len(corpus.authors), len(corpus.merge_threads().units)) == (610, 177, 552)
    assert (corpus.authors["role"] != "").all()
