"""Other tools' own test files: the right number of posts, and the fields those tools expect from them."""

import json
from pathlib import Path

import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.corpus.flow import require_sound_flow
from medtw_qual.corpus.text_entities import bare_words
from medtw_qual.errors import UnreadableFile

pytestmark = [pytest.mark.extra, pytest.mark.shared]


def test_v2_payload_agrees_with_the_expected_output(shared: Path) -> None:
    """Ids, times, counts, hashtags and languages as twitwi expects them."""
    folder = shared / "fixtures" / "twitwi"
    expected = {one["id"]: one for one in json.loads((folder / "normalized-tweets-v2.json").read_text())}
    for name, number in (("payload-v2.json", 10), ("payload-v2-singletweet.json", 1)):
        corpus = mq.read_corpus(folder / name)
        assert len(corpus.posts) == number
        handles = corpus.authors.set_index("author_id")["handle"]
        for row in corpus.posts.itertuples():
            theirs = expected[row.post_id]
            assert row.created_at == pd.Timestamp(theirs["timestamp_utc"], unit="s", tz="UTC")
            assert handles[row.author_id] == theirs["user_screen_name"]
            assert (row.lang, row.repost_of_id) == (theirs["lang"], theirs.get("retweeted_id") or "")
            assert row.likes == theirs["like_count"] or row.is_repost
            if not row.is_repost:
                assert {tag.lower() for tag in row.hashtags} == set(theirs["hashtags"])


def test_v1_posts_agree_with_the_expected_output(shared: Path, tmp_path: Path) -> None:
    pairs = json.loads((shared / "fixtures" / "twitwi" / "normalization.json").read_text())
    path = tmp_path / "v1.jsonl"
    path.write_text("".join(json.dumps(one["source"]) + "\n" for one in pairs))
    corpus = mq.read_corpus(path)
    sources = {one["source"]["id_str"] for one in pairs}
    assert set(corpus.posts["post_id"]) == sources
    require_sound_flow(corpus.flow)
    theirs = {}
    for one in pairs:
        listed = one["normalized"] if isinstance(one["normalized"], list) else [one["normalized"]]
        theirs |= {each["id"]: each for each in listed if each["id"] == one["source"]["id_str"]}
    for row in corpus.posts.itertuples():
        each = theirs[row.post_id]
        assert row.created_at == pd.Timestamp(each["timestamp_utc"], unit="s", tz="UTC")
        assert (row.quoted_id or None, row.repost_of_id or None) in (
            (each["quoted_id"], each["retweeted_id"]),
            (each["quoted_id"] or row.quoted_id, each["retweeted_id"]),
        )
        assert row.likes == each["like_count"]
        if row.is_repost:
            assert row.text == ""
            assert row.context
        else:
            assert {tag.lower() for tag in row.hashtags} <= set(each["hashtags"])
            assert set(row.alt_text) <= set(each["media_alt_texts"])


def test_stream_and_search_give_the_same_repost(shared: Path) -> None:
    """One post as the stream and as the search delivered it: the same original words, whole in both."""
    folder = shared / "fixtures" / "twitwi"
    one = mq.read_corpus(folder / "normalization-payload-search.json").posts.iloc[0]
    two = mq.read_corpus(folder / "normalization-payload-stream.json").posts.iloc[0]
    assert one["is_repost"]
    assert [bool(row["text_complete"]) for row in (one, two)] == [True, True]
    for name in ("post_id", "created_at", "author_id", "repost_of_id"):
        assert one[name] == two[name]
    assert bare_words(one["context"]) == bare_words(two["context"])  # one of them ends in the quoted post's address


def test_minet_table_parts_own_words_from_the_quoted(shared: Path) -> None:
    corpus = mq.read_corpus(shared / "fixtures" / "twitwi" / "tweet-export.csv")
    assert (len(corpus.posts), corpus.provenance["sources"][0]["format"]) == (4, "minet")
    assert corpus.posts["is_repost"].tolist() == [False, False, False, True]
    assert str(corpus.posts["created_at"].iloc[0]) == "2021-01-07 07:41:13+00:00"  # 08:41:13 in Paris
    assert len(corpus.drop_reposts().units) == 3


def test_bluesky_posts_agree_with_the_expected_output(shared: Path) -> None:
    folder = shared / "fixtures" / "twitwi"
    raw = json.loads((folder / "bluesky-posts.json").read_text())
    listed = json.loads((folder / "bluesky-normalized-posts.json").read_text())
    theirs: dict[str, list[dict]] = {}
    for one in listed:
        for each in one if isinstance(one, list) else [one]:
            theirs.setdefault(each["uri"], []).append(each)
    corpus = mq.read_corpus(folder / "bluesky-posts.json")
    assert corpus.flow["before"].iloc[0] == len(raw)
    require_sound_flow(corpus.flow)
    views = [each.get("post", each) for each in raw]
    records = {one["uri"]: one["record"] for one in views}
    bridged = {one["uri"] for one in views if "bridgyOriginalText" in one["record"]}
    for row in corpus.posts[~corpus.posts["is_repost"]].itertuples():
        if row.post_id in bridged and row.text not in {each["original_text"] for each in theirs[row.post_id]}:
            assert "[…]" not in row.text  # they print the cut text; the whole one lies beside it
            continue
        same = [each for each in theirs[row.post_id] if each["original_text"] == row.text]
        assert same
        ours, expected = {tag.lower() for tag in row.hashtags}, set(same[0]["hashtags"])
        assert ours >= expected
        # ours count those written without the platform's mark-up, and those beside the text
        beside = {tag.lower() for tag in records[row.post_id].get("tags") or ()}
        assert all(f"#{tag}" in row.text.lower() or tag in beside for tag in ours - expected)
        assert row.author_id == same[0]["user_did"]
        # four posts were delivered twice, at different times
        assert (row.likes, row.reposts) in {(each["like_count"], each["repost_count"]) for each in same}
    assert not corpus.posts["text_complete"].eq(False).any()


def test_minet_json_agrees_with_the_raw_posts_it_was_made_of(shared: Path, tmp_path: Path) -> None:
    """The expected outputs of that tool are files its users have, too: the same posts, read either way."""
    folder = shared / "fixtures" / "twitwi"
    made = mq.read_corpus(folder / "normalized-tweets-v2.json")
    assert (len(made.posts), made.flow["dropped"].sum()) == (20, 0)
    raw = mq.read_corpus([folder / "payload-v2.json", folder / "payload-v2-singletweet.json"]).posts
    both = raw.merge(made.posts, on="post_id", suffixes=("", "_made"))
    assert len(both) == len(raw) == 11
    for name in ("author_id", "created_at", "lang", "is_repost", "repost_of_id"):
        assert both[name].equals(both[f"{name}_made"].rename(name)), name
    own = both[~both["is_repost"]]
    assert (
        own["reposts"].tolist() == own["reposts_made"].tolist()
    )  # of a repost they print 0, the platform the original's
    assert [bare_words(one)[:60] for one in own["text"]] == [bare_words(one)[:60] for one in own["text_made"]]

    pairs = json.loads((folder / "normalization.json").read_text())
    path = tmp_path / "made.json"
    path.write_text(json.dumps([one["normalized"] for one in pairs]))
    corpus = mq.read_corpus(path)
    require_sound_flow(corpus.flow)
    assert corpus.flow["before"].iloc[0] == 13
    flat = [
        each
        for one in pairs
        for each in (one["normalized"] if isinstance(one["normalized"], list) else [one["normalized"]])
    ]
    assert set(corpus.posts["post_id"]) == {one["id"] for one in flat if one["match_query"]}
    dumped = tmp_path / "dump.jsonl"
    dumped.write_text("".join(json.dumps({"_id": one["id"], "_source": one}) + "\n" for one in flat))
    assert mq.read_corpus(dumped).posts["text"].tolist() == corpus.posts["text"].tolist()


def test_bluesky_json_of_minet_agrees_with_the_raw_posts(shared: Path) -> None:
    """157 rows: 123 as delivered (4 of them twice), and 34 that came along as quoted or answered."""
    folder = shared / "fixtures" / "twitwi"
    made, raw = (mq.read_corpus(folder / name) for name in ("bluesky-normalized-posts.json", "bluesky-posts.json"))
    assert made.flow[["before", "dropped", "kept"]].values.tolist() == [[157, 0, 157], [157, 34, 123], [123, 4, 119]]
    both = raw.posts.merge(made.posts, on="post_id", suffixes=("", "_made"))
    assert len(both) == len(raw.posts) == 119
    for name in ("author_id", "reply_to_id", "quoted_id", "conversation_id"):
        assert both[name].equals(both[f"{name}_made"].rename(name)), name
    own = both[~both["is_repost"]]
    assert own[["likes", "reposts"]].values.tolist() == own[["likes_made", "reposts_made"]].values.tolist()
    differing = both[both["text"] != both["text_made"]]
    assert differing["text_made"].str.contains("[…]", regex=False).all()  # bridged posts, whose whole text ours reads
    seconds = (both["created_at"] - both["created_at_made"]).dt.total_seconds().abs()
    assert (seconds.dropna() < 1).all()


def test_a_compliance_file_says_what_it_is_and_can_be_followed(shared: Path, tmp_path: Path, inv) -> None:
    path = shared / "fixtures" / "twarc" / "tweets_compliance.jsonl"
    with pytest.raises(UnreadableFile, match="says which posts must be deleted"):
        mq.read_corpus(path)
    posts = [inv.post(1, "stays"), inv.post(2, "goes") | {"id": "1170025343920402432"}]
    corpus = mq.read_corpus(inv.write_lines(tmp_path / "p.jsonl", [inv.page(posts)])).drop_posts(path)
    assert corpus.units["text"].tolist() == ["stays"]
    assert corpus.flow["reason"].iloc[-2:].tolist() == [
        "deleted or withdrawn (protected)",
        "1 of 2 ids of the list found in the corpus (the others were not collected, or left in an earlier step)",
    ]


def test_real_comments_by_named_columns(shared: Path) -> None:
    path = shared / "data" / "nhs_px_qdc" / "comments_codes.csv"
    corpus = mq.read_corpus(path, text="text", id="comment_id")
    theirs = pd.read_csv(path, dtype="str", keep_default_na=False)
    assert corpus.flow["before"].iloc[0] == len(theirs) == 7908
    merged = corpus.posts.merge(theirs.drop_duplicates("comment_id"), left_on="post_id", right_on="comment_id")
    assert (merged["text_x"] == merged["text_y"]).all()
    require_sound_flow(corpus.flow)
    assert {"trust", "service", "codes"} <= set(corpus.units.columns)
