"""Guards what real exports hold and documentation leaves out, each in the shape it had, in invented words."""

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

import medtw_qual as mq
from medtw_qual.corpus.flow import require_sound_flow
from medtw_qual.errors import EmptyFile

WHEN = "Tue Dec 01 08:00:00 +0000 2020"
FIRST, SECOND = "1333333333333300001", "1333333333333300002"


def dropped(corpus: mq.Corpus) -> dict[str, int]:
    rows = corpus.flow[corpus.flow["dropped"] > 0]
    require_sound_flow(corpus.flow)
    return dict(zip(rows["reason"], rows["dropped"].astype(int), strict=True))


def lines(path: Path, values: list[Any]) -> Path:
    path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")
    return path


def table(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def graphql(post_id: str, words: str, **more: Any) -> dict[str, Any]:
    legacy = {"full_text": words, "created_at": WHEN, "user_id_str": "1", "id_str": post_id}
    user = {"rest_id": "1", "legacy": {"screen_name": "ward_seven", "name": "W"}}
    return {"rest_id": post_id, "core": {"user_results": {"result": user}}, "legacy": legacy} | more


def zeeschuimer(path: Path, posts: list[dict[str, Any]], platform: str = "twitter.com") -> mq.Corpus:
    return mq.read_corpus(lines(path, [{"item_id": "1", "source_platform": platform, "data": one} for one in posts]))


def test_accounts_of_the_web_page_in_all_three_shapes(tmp_path: Path) -> None:
    """Beside the post until 2023, in 'legacy' until 2025, spread over several objects since."""
    older = {"legacy": graphql(FIRST, "one")["legacy"], "type": "adaptive", "id": 1}
    older["user"] = {"id_str": "1", "screen_name": "ward_seven", "name": "W", "followers_count": 5}
    newer = graphql(SECOND, "two")
    newer["legacy"]["user_id_str"] = "2"
    newer["core"]["user_results"]["result"] = {
        "rest_id": "2",
        "core": {"screen_name": "dr_imagined", "name": "Dr I."},
        "profile_bio": {"description": "anaesthetist"},
        "relationship_counts": {"followers": 7},
    }
    authors = zeeschuimer(tmp_path / "a.ndjson", [older, newer]).authors
    assert authors["handle"].tolist() == ["ward_seven", "dr_imagined"]
    assert authors["followers"].tolist() == [5, 7]
    assert authors["profile"].tolist() == ["", "anaesthetist"]


def test_advertisements_and_earlier_wordings_leave_with_their_reason(tmp_path: Path) -> None:
    edits = {"edit_tweet_ids": [FIRST, SECOND]}
    corpus = zeeschuimer(
        tmp_path / "a.ndjson",
        [
            graphql(FIRST, "first wording", edit_control=edits),
            graphql(SECOND, "second wording", edit_control={"edit_control_initial": edits}),
            graphql("1333333333333300003", "buy scrubs", promoted=True),
        ],
    )
    assert corpus.posts["text"].tolist() == ["second wording"]
    assert dropped(corpus) == {
        "earlier version of an edited post": 1,
        "advertisement that the platform put among the posts (promoted)": 1,
    }


def test_answers_that_a_fork_of_zeeschuimer_saves_are_posts_too(tmp_path: Path) -> None:
    answer = graphql(FIRST, "true", comment_id=FIRST, text="true", user={"id": "1"})
    assert len(zeeschuimer(tmp_path / "a.ndjson", [answer], "twitter-comments").posts) == 1
    other = {"caption": "no post of this platform"}
    assert dropped(zeeschuimer(tmp_path / "b.ndjson", [graphql(FIRST, "x"), other], "tiktok.com")) == {
        "item of another platform": 1
    }


def archive(path: Path, parts: dict[str, list[Any]]) -> mq.Corpus:
    with zipfile.ZipFile(path, "w") as packed:
        for name, values in parts.items():
            kind = name.removesuffix(".js").replace("-", "_").split("_part")[0]
            packed.writestr(f"data/{name}", f"window.YTD.{kind}.part0 = " + json.dumps(values))
    return mq.read_corpus(path)


def test_long_posts_are_joined_once_over_all_parts_also_where_they_answer(tmp_path: Path) -> None:
    """An answer's cut text begins with handles that its long form lacks; leftovers count once, whatever the parts."""
    words = "On the last night of the year I want to write down what this ward has been to all of us. " * 5
    cut = "@dr_imagined @nobody_here " + words[:250] + "… https://t.co/a"
    corpus = archive(
        tmp_path / "a.zip",
        {
            "tweets.js": [{"tweet": {"id_str": FIRST, "full_text": "short", "created_at": WHEN}}],
            "tweets-part1.js": [{"tweet": {"id_str": SECOND, "full_text": cut, "created_at": WHEN}}],
            "community-tweet.js": [],
            "note-tweet.js": [
                {"noteTweet": {"createdAt": "2020-12-01T08:00:00.000Z", "core": {"text": words}}},
                {"noteTweet": {"createdAt": "2019-12-01T08:00:00.000Z", "core": {"text": "fits nothing"}}},
            ],
        },
    )
    assert corpus.posts.set_index("post_id")["text"].to_dict() == {FIRST: "short", SECOND: words}
    assert corpus.provenance["notes"]["long post completed from note-tweet.js"] == 1
    assert corpus.provenance["notes"]["long text in note-tweet.js that fits no post of the archive"] == 1


def test_an_archive_without_its_account_still_has_one_author_and_threads(tmp_path: Path) -> None:
    first = {"id_str": FIRST, "full_text": "one", "created_at": WHEN}
    second = {"id_str": SECOND, "full_text": "two", "created_at": WHEN, "in_reply_to_status_id_str": FIRST}
    corpus = archive(tmp_path / "colleague.zip", {"tweets.js": [{"tweet": first}, {"tweet": second}]})
    assert corpus.authors["author_id"].tolist() == ["owner of colleague.zip"]
    assert len(corpus.merge_threads().units) == 1


def test_both_wordings_of_an_edited_post_in_an_archive(tmp_path: Path) -> None:
    edits = {"editTweetIds": [FIRST, SECOND]}
    first = {"id_str": FIRST, "full_text": "first", "created_at": WHEN, "edit_info": {"initial": edits}}
    told = {"edit": {"initialTweetId": FIRST, "editControlInitial": edits}}
    second = {"id_str": SECOND, "full_text": "second", "created_at": WHEN, "edit_info": told}
    corpus = archive(tmp_path / "a.zip", {"tweets.js": [{"tweet": first}, {"tweet": second}]})
    assert corpus.posts["text"].tolist() == ["second"]
    assert dropped(corpus) == {"earlier version of an edited post": 1}


def test_a_mastodon_folder_gives_its_owner_and_nobodys_likes(tmp_path: Path, formats: Any) -> None:
    formats.mastodon(tmp_path / "outbox.json", [("1", "thanks https://a.example/b")])
    actor = {"id": "https://a.example/users/w7", "preferredUsername": "w7", "name": "Ward", "summary": "<p>nights</p>"}
    (tmp_path / "actor.json").write_text(json.dumps(actor))
    liked = {"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection", "id": "likes.json"}
    (tmp_path / "likes.json").write_text(json.dumps(liked | {"orderedItems": ["https://a.example/users/x/1"]}))
    corpus = mq.read_corpus(tmp_path)
    assert (len(corpus.posts), dropped(corpus)) == (1, {})
    assert corpus.posts["urls"].tolist() == [["https://a.example/b"]]
    assert corpus.authors[["handle", "name", "profile"]].values.tolist() == [["w7", "Ward", "nights"]]


def test_posts_of_the_api_with_pictures_in_place_as_4cat_stores_them(tmp_path: Path, inv: Any) -> None:
    picture = {"media_key": "3_1", "type": "photo", "url": "https://p.example/1.jpg", "alt_text": "a ward at night"}
    post = inv.post(1, "look", attachments={"media_keys": [picture]}, author_user=inv.USERS["11"])
    corpus = mq.read_corpus(lines(tmp_path / "a.ndjson", [post]))
    assert corpus.posts["media"].tolist() == [["https://p.example/1.jpg"]]
    assert corpus.posts["alt_text"].tolist() == [["a ward at night"]]
    assert corpus.authors["handle"].tolist() == ["ward_seven"]


def test_4cat_says_quote_and_answer_in_columns(tmp_path: Path) -> None:
    fixed = {
        "thread_id": "1",
        "timestamp": "2020-12-01 08:00:00",
        "author": "ward_seven",
        "images": "",
        "videos": "v.mp4",
    }
    fixed |= {"is_retweet": "no", "is_quote_tweet": "yes", "is_reply": "yes", "quote_tweet_id": "7"}
    rows = [
        {"id": FIRST, "body": "so true", "quote_body": "rest &amp; care", **fixed},
        {"id": SECOND, "body": "RT @x rest is care", "quote_body": "", **fixed, "is_retweet": "yes"},
    ]
    posts = mq.read_corpus(table(tmp_path / "a.csv", rows)).posts
    assert posts[["is_quote", "is_reply", "is_repost"]].astype(bool).values.tolist() == [
        [True, True, False],
        [False, True, True],
    ]
    assert posts["context"].tolist() == ["rest & care", "rest is care"]
    assert posts["media"].tolist() == [["v.mp4"], ["v.mp4"]]


@pytest.mark.parametrize("platform", ["Twitter", "X"])
def test_brandwatch_names_answered_posts_by_their_address(platform: str, tmp_path: Path) -> None:
    address = "http://twitter.com/ward_seven/statuses/"
    fixed = {"Query Id": "1", "Query Name": "q", "Date": "2020-12-01 08:00:00.0", "Author": "ward_seven"}
    fixed |= {f"{platform} Author ID": "11", f"{platform} Followers": "5"}
    rows = [
        {**fixed, "Url": address + FIRST, "Full Text": "one", f"{platform} Reply to": ""},
        {**fixed, "Url": address + SECOND, "Full Text": "two", f"{platform} Reply to": address + FIRST},
    ]
    path = table(tmp_path / "a.csv", rows)
    about = "Report:,Bulk Mentions Download\nBrand:,Example\nFrom:,Tue Dec 01 2020\nTo:,Wed Dec 02 2020\nLabel:,\n\n"
    path.write_text(about + path.read_text(encoding="utf-8"), encoding="utf-8")
    corpus = mq.read_corpus(path).merge_threads()
    assert corpus.units["post_ids"].tolist() == [[FIRST, SECOND]]
    assert corpus.authors[["author_id", "handle", "followers"]].values.tolist() == [["11", "ward_seven", 5]]


def test_meltwater_names_the_account_in_columns_of_its_own(tmp_path: Path) -> None:
    row = {"Date": "28-Jul-2022 04:10PM", "URL": "https://twitter.com/x", "Hit Sentence": "thanks", "Influencer": "@W7"}
    row |= {"Tweet Id": f'"{FIRST}"', "Twitter Id": "11", "Twitter Screen Name": "W7", "Twitter Bio": "nights"}
    corpus = mq.read_corpus(table(tmp_path / "a.csv", [row]))
    assert corpus.posts[["post_id", "author_id"]].values.tolist() == [[FIRST, "11"]]
    assert str(corpus.posts["created_at"].iloc[0]) == "2022-07-28 16:10:00+00:00"
    assert corpus.authors[["handle", "profile"]].values.tolist() == [["W7", "nights"]]


def test_descriptions_of_pictures_in_lists_of_objects(tmp_path: Path) -> None:
    picture = [{"type": "photo", "original": "https://p.example/1.jpg", "ext_alt_text": "a ward at night"}]
    row = {
        "id": FIRST,
        "full_text": "look",
        "media": json.dumps(picture),
        "screen_name": "w",
        "created_at": "2020-12-01",
    }
    row |= {"retweeted_status": "", "quoted_status": "", "in_reply_to": "", "user_id": "1"}
    posts = mq.read_corpus(table(tmp_path / "a.csv", [row])).posts
    assert posts["media"].tolist() == [["https://p.example/1.jpg"]]
    assert posts["alt_text"].tolist() == [["a ward at night"]]


def test_twarc_csv_writes_line_ends_as_two_signs_and_a_repost_with_the_originals_likes(tmp_path: Path) -> None:
    fixed = {"author_id": "1", "created_at": "2020-12-01T08:00:00.000Z", "entities.mentions": '["@dr_imagined"]'}
    rows = [
        {"id": FIRST, "text": r"one\ntwo", "referenced_tweets.retweeted.id": "", "public_metrics.like_count": "3"},
        {"id": SECOND, "text": "theirs", "referenced_tweets.retweeted.id": "7", "public_metrics.like_count": "900"},
    ]
    posts = mq.read_corpus(table(tmp_path / "a.csv", [row | fixed for row in rows])).posts
    assert posts["text"].tolist() == ["one\ntwo", ""]
    assert posts["likes"].isna().tolist() == [False, True]
    assert posts["mentions"].iloc[0] == ["dr_imagined"]


def test_minet_parts_quotation_repost_and_what_did_not_match(tmp_path: Path) -> None:
    fixed = {"timestamp_utc": 1606809600, "user_did": "did:1", "user_handle": "w7.example", "match_query": True}
    uri = "at://did:1/app.bsky.feed.post/"
    values = [
        {**fixed, "uri": uri + "a", "original_text": "so true", "quoted_uri": uri + "q",
         "quoted_user_handle": "ko.example", "text": "so true « @ko.example: rest is care — https://bsky.app/q »",
         "media_alt_texts": ["[no] alt", "#1 ward"]},
        {**fixed, "uri": uri + "q", "original_text": "rest is care", "text": "rest is care", "match_query": False},
        {**fixed, "uri": uri + "a", "original_text": "so true", "text": "so true", "repost_by_user_did": "did:2",
         "repost_timestamp_utc": 1606896000},
        {**fixed, "uri": uri + "b", "original_text": "yes", "text": "yes", "to_post_uri": uri + "q"},
    ]  # fmt: skip
    corpus = mq.read_corpus(lines(tmp_path / "a.jsonl", values))
    posts = corpus.posts
    assert posts["text"].tolist() == ["so true", "", "yes"]
    assert posts["context"].tolist() == ["rest is care", "so true", "rest is care"]
    assert posts["is_repost"].tolist() == [False, True, False]
    assert posts["alt_text"].iloc[0] == ["[no] alt", "#1 ward"]
    assert sum(dropped(corpus).values()) == 1


def test_a_time_before_the_platforms_is_no_time(tmp_path: Path) -> None:
    record = {"text": "hello", "createdAt": "0001-01-01T00:00:00.000Z"}
    corpus = mq.read_corpus(lines(tmp_path / "a.jsonl", [{"uri": "at://did:1/app.bsky.feed.post/1", "record": record}]))
    assert corpus.posts["created_at"].isna().all()
    assert corpus.provenance["notes"] == {
        "post whose time could not be read or lies before 1990 or after 2099 (left empty)": 1
    }


def test_a_file_without_a_single_post_says_what_it_held(tmp_path: Path, inv: Any) -> None:
    path = lines(tmp_path / "a.jsonl", [inv.page([], errors=[{"title": "Not Found Error"}])])
    with pytest.raises(EmptyFile, match=r"No post was found in a\.jsonl: 1 records were seen \(1 error object"):
        mq.read_corpus(path)


def test_only_the_head_of_a_repost_is_taken_off_its_words(tmp_path):
    """An unanchored head made "suppostaff" of "support @NHS staff"."""
    header = "id,author_id,created_at,text,referenced_tweets.retweeted.id"
    row = "1330000000000000001,7,2020-12-01T08:00:00.000Z,Thanks for the support @NHS staff,1330000000000000009"
    file = tmp_path / "posts.csv"
    file.write_text(f"{header}\n{row}\n", "utf-8")
    posts = mq.read_corpus(file, format="twarc_csv").posts
    assert posts["context"].tolist() == ["Thanks for the support @NHS staff"]


def test_a_time_that_no_calendar_holds_stops_no_reading(tmp_path):
    file = tmp_path / "posts.csv"
    file.write_text("id,words,when\n1,a,9999-12-31T23:59:59\n2,b,3/14/2020\n", "utf-8")
    posts = mq.read_corpus(
        file, text="words", id="id", created_at="when", time_zone="America/New_York", day_first=True
    ).posts
    assert posts["created_at"].isna().tolist() == [True, True]
