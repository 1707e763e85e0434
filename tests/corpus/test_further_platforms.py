"""Formats of the places where the community went: own words, author, time and id come out; the rest is counted."""

import json
from pathlib import Path
from typing import Any

import pytest

import medtw_qual as mq
from tests.corpus.invented_platforms import JSON_WRITERS, SECONDS

POSTS = [("7132096800000000001", "Thank you #NightShift team"), ("7132096800000000002", "and to the porters")]


@pytest.mark.parametrize("name", JSON_WRITERS)
def test_words_author_time_and_id_of_every_form(tmp_path: Path, name: str) -> None:
    corpus = mq.read_corpus(JSON_WRITERS[name](tmp_path / "posts.json", POSTS))
    assert corpus.posts["text"].tolist() == [text for _, text in POSTS]
    assert [ident[-2:] for ident in corpus.posts["post_id"]] == ["01", "02"]
    assert corpus.posts["author_id"].nunique() == 1
    assert (corpus.posts["author_id"] != "").all()
    assert corpus.posts["created_at"].notna().all()
    assert corpus.reading["format"].tolist() == [corpus.posts["source_format"][0]]
    assert corpus.flow["before"].iloc[0] == 2


def _json(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_a_context_of_mastodon_keeps_boosts_and_polls_apart_from_own_words(tmp_path: Path) -> None:
    account = {"id": "7", "acct": "w7", "display_name": "W"}
    fixed = {"account": account, "visibility": "public", "spoiler_text": "", "created_at": "2024-11-20T10:00:00Z"}
    other = {**fixed, "id": "90", "content": "<p>their words</p>", "account": {"id": "8", "acct": "x"}}
    page = {
        "ancestors": [
            {**fixed, "id": "1", "content": "<p>Which?</p>", "poll": {"options": [{"title": "tea"}, {"title": "rest"}]}}
        ],
        "descendants": [
            {**fixed, "id": "2", "content": "", "reblog": other},
            {
                **fixed,
                "id": "3",
                "content": "<p>own</p>",
                "quote": {"state": "accepted", "quoted_status": other},
                "in_reply_to_id": "1",
            },
            {**fixed, "id": "4", "content": "<p>secret</p>", "visibility": "private"},
        ],
    }
    posts = mq.read_corpus(_json(tmp_path / "c.json", page)).posts.set_index("post_id")
    assert posts.loc["1", "text"] == "Which?\n\ntea\nrest"
    assert posts.loc["2", ["text", "context", "is_repost"]].tolist() == ["", "their words", True]
    assert posts.loc["3", ["text", "is_quote", "quoted_id", "reply_to_id"]].tolist() == ["own", True, "90", "1"]
    assert "4" not in posts.index


def test_a_thread_of_bluesky_is_read_with_its_branches(tmp_path: Path) -> None:
    def view(key: str, text: str) -> dict[str, Any]:
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2024-11-20T10:00:00Z"}
        author = {"did": "did:plc:k", "handle": "k.example"}
        return {"uri": f"at://did:plc:k/app.bsky.feed.post/{key}", "cid": "c", "author": author, "record": record}

    gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": "at://did:plc:z/app.bsky.feed.post/9", "notFound": True}
    thread = {"post": view("2", "middle"), "parent": {"post": view("1", "top")},
              "replies": [{"post": view("3", "below"), "replies": [{"post": view("4", "deep")}]}, gone]}  # fmt: skip
    corpus = mq.read_corpus(_json(tmp_path / "t.json", {"thread": thread}))
    assert sorted(corpus.posts["text"]) == ["below", "deep", "middle", "top"]
    assert "does not show" in " ".join(corpus.flow["reason"])


def test_reddit_removed_words_and_persons_who_left_are_nobodys(tmp_path: Path) -> None:
    fixed = {"subreddit": "invented", "created_utc": float(SECONDS), "score": 1}
    submission = {
        **fixed,
        "id": "a",
        "title": "Thank you",
        "selftext": "to all &amp; sundry",
        "author": "kit",
        "is_self": True,
    }
    comments = [
        {**fixed, "id": "b", "body": "[removed]", "author": "[deleted]", "link_id": "t3_a", "parent_id": "t3_a"},
        {**fixed, "id": "c", "body": "still here", "author": "[deleted]", "link_id": "t3_a", "parent_id": "t1_b"},
        {**fixed, "id": "d", "body": "me too", "author": "[deleted]", "link_id": "t3_a", "parent_id": "t3_a"},
    ]
    path = tmp_path / "r.ndjson"
    path.write_text("".join(json.dumps(value) + "\n" for value in [submission, *comments]))
    corpus = mq.read_corpus(path)
    posts = corpus.posts.set_index("post_id")
    assert posts.loc["t3_a", "text"] == "Thank you\n\nto all & sundry"
    assert posts.loc["t1_c", ["author_id", "reply_to_id", "conversation_id"]].tolist() == ["", "t1_b", "t3_a"]
    assert corpus.authors["author_id"].tolist() == ["kit"]
    assert len(corpus.merge_threads().units) == 3
    children = [{"kind": "t3", "data": submission}, {"kind": "more", "data": {"count": 3}}]
    listing = mq.read_corpus(_json(tmp_path / "l.json", {"kind": "Listing", "data": {"children": children}}))
    assert listing.posts["post_id"].tolist() == ["t3_a"]


@pytest.mark.parametrize("packing", ["gz", "bz2", "zst"])
def test_packed_lines_are_read_by_their_content(tmp_path: Path, packing: str) -> None:
    import bz2
    import gzip

    import pyarrow as pa

    plain = JSON_WRITERS["reddit"](tmp_path / "plain.json", POSTS).read_bytes()
    pack = {"gz": gzip.compress, "bz2": bz2.compress, "zst": lambda raw: pa.Codec("zstd").compress(raw, asbytes=True)}
    path = tmp_path / "whatever.bin"
    path.write_bytes(pack[packing](plain))
    assert len(mq.read_corpus(path).posts) == 2
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(mq.errors.UnreadableFile):
        mq.read_corpus(path)


def test_platforms_that_are_not_read_are_named(tmp_path: Path) -> None:
    path = JSON_WRITERS["zeeschuimer_tiktok"](tmp_path / "z.ndjson", POSTS)
    with path.open("a") as more:
        more.write(json.dumps({"source_platform": "pinterest.com", "data": {"id": "1"}, "item_id": "1"}) + "\n")
    assert "item of pinterest.com, which is not read here" in set(mq.read_corpus(path).flow["reason"])


@pytest.mark.parametrize(
    ("name", "table", "text", "ids"),
    [
        ("Qualtrics", "StartDate,ResponseId,IPAddress,Q5\n2020-11-26 09:00:00,R_1,10.0.0.1,My team\n", "Q5", ["R_1"]),
        (
            "REDCap",
            "record_id,redcap_repeat_instance,thanks,form_complete\n1,,My team,2\n1,2,Again,2\n",
            "thanks",
            ["1", "1-2"],
        ),
        ("LimeSurvey", "id,submitdate,lastpage,thanks\n4,2020-11-26 09:00:00,3,My team\n", "thanks", ["4"]),
        ("Google Forms", "Timestamp,Thanks?\n2020/11/26 2:10:07 PM GMT+1,My team\n", "Thanks?", ["answer 1"]),
        (
            "SurveyMonkey",
            "Respondent ID,Collector ID,Start Date,Thanks?\n,,,Open-Ended Response\n99,1,11/26/2020 2:10 PM,My team\n",
            "Thanks?",
            ["99"],
        ),
    ],
)
def test_of_a_survey_only_the_question_is_named(
    tmp_path: Path, name: str, table: str, text: str, ids: list[str]
) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(table, encoding="utf-8")
    corpus = mq.read_corpus(path, text=text)
    assert corpus.posts["post_id"].tolist() == ids
    assert corpus.posts["text"][0] == "My team"
    assert any(name in said for said in corpus.reading_remarks())
