"""Guards the example data: the invented corpus keeps every code point and holds the mess of a real collection."""

import html
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import orjson
import pytest

import medtw_qual as mq
from medtw_qual import schemas
from medtw_qual._base.table_files import read_table
from medtw_qual._base.table_reader import read_text_table

BUILT = (
    "medtwitter_2020.jsonl", "sample.csv", "sample.json", "coders.csv", "unit_keys.csv", "published_quotations.csv",
    "codings/A--1.jsonl", "codings/B--1.jsonl", "codings/C--1.jsonl", "decisions/consensus.jsonl",
)  # fmt: skip


def _lines(path: Path) -> list[dict]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture(scope="module")
def pages(root: Path) -> list[dict]:
    return _lines(root / "data" / "medtwitter_2020.jsonl")


@pytest.fixture(scope="module")
def collected(pages: list[dict]) -> dict[str, dict]:
    return {tweet["id"]: tweet for page in pages for tweet in page.get("data", [])}


def _kinds(tweet: dict) -> set[str]:
    return {reference["type"] for reference in tweet.get("referenced_tweets", [])}


def _kept(collected: dict[str, dict]) -> dict[str, dict]:
    """What is left when each rule of the data sheet is applied."""
    return {
        own: tweet
        for own, tweet in collected.items()
        if "retweeted" not in _kinds(tweet) and "withheld" not in tweet and tweet["edit_history_tweet_ids"][-1] == own
    }


def test_the_file_holds_what_a_real_collection_holds_and_610_posts_remain(pages, collected):
    assert len(_kept(collected)) == 610
    assert len({tweet["author_id"] for tweet in _kept(collected).values()}) == 177
    assert sum("retweeted" in _kinds(tweet) for tweet in collected.values()) == 12
    assert sum(len(page.get("data", [])) for page in pages) - len(collected) == 100, "one page comes twice"
    assert sum("withheld" in tweet for tweet in collected.values()) == 1
    assert sum(len(tweet["edit_history_tweet_ids"]) == 2 for tweet in collected.values()) == 2, "both versions"
    assert sum("data" not in page for page in pages) == 1
    assert sum(error.get("title") == "Not Found Error" for page in pages for error in page.get("errors", [])) == 1
    assert sum("note_tweet" in tweet for tweet in collected.values()) >= 10
    assert any("&amp;" in tweet["text"] for tweet in collected.values())
    included = {tweet["id"] for page in pages for tweet in page.get("includes", {}).get("tweets", [])}
    assert len(included - set(collected)) == 1, "a post known only from its reposts"


def test_entities_stand_where_they_say(collected):
    for tweet in collected.values():
        for whole in (tweet, tweet.get("note_tweet", {})):
            places = whole.get("entities", {})
            for kind, mark, key in (("hashtags", "#", "tag"), ("mentions", "@", "username"), ("urls", "", "url")):
                for place in places.get(kind, []):
                    assert whole["text"][place["start"] : place["end"]] == mark + place[key]


def test_users_are_known_and_distinct(pages):
    users = {user["id"]: user for page in pages for user in page.get("includes", {}).get("users", [])}
    assert len({user["username"].lower() for user in users.values()}) == len(users)
    for page in pages:
        known = {user["id"] for user in page.get("includes", {}).get("users", [])}
        assert {tweet["author_id"] for tweet in page.get("data", [])} <= known


def test_sample_coders_and_keys_fit_their_schemas(root):
    sample = read_table(root / "data" / "sample.csv", schemas.SAMPLE)
    assert len(sample) == 300
    assert sample["inclusion_probability"].tolist() == [300 / 552] * 300
    assert Counter(tuple(coders) for coders in sample["coders"]) == {("A", "B", "C"): 150, ("A", "B"): 150}
    assert sorted(int(orders[0]) for orders in sample["orders"]) == list(range(1, 301))
    coders = read_table(root / "data" / "coders.csv", schemas.CODERS)
    assert coders["kind"].tolist() == ["model"] * 3
    keys = read_text_table(root / "data" / "unit_keys.csv").frame
    assert len(keys) == 552
    assert keys["unit_id"].is_unique
    assert keys["key"].is_unique
    assert set(sample["unit_id"]) <= set(keys["unit_id"])


@pytest.mark.parametrize(("coder", "units"), [("A", 300), ("B", 300), ("C", 150)])
def test_codings_name_known_codes_and_the_codebook_of_the_repository(root, coder, units):
    book = mq.read_codebook(root / "codebooks" / "gratitude_2020.yaml")
    records = _lines(root / "data" / "codings" / f"{coder}--1.jsonl")
    assert len({record["unit_id"] for record in records}) == len(records) == units
    assert [record["seq"] for record in records] == list(range(1, units + 1))
    assert {record["codebook_hash"] for record in records} == {book.hash}, "the codebook changed: build the data again"
    assert all(set(record["codes"]) <= set(record["codes_seen"]) == set(book.ids) for record in records)
    assert {record["decided_at"] for record in records} == {None}, "no time is claimed that is not known"


def test_consensus_settles_just_the_units_whose_codes_differ(root):
    coded: dict[str, set[frozenset[str]]] = {}
    for coder in "ABC":
        for record in _lines(root / "data" / "codings" / f"{coder}--1.jsonl"):
            coded.setdefault(record["unit_id"], set()).add(frozenset(record["codes"]))
    settled = _lines(root / "data" / "decisions" / "consensus.jsonl")
    assert len(settled) == 71
    assert {record["unit_id"] for record in settled} == {unit for unit, sets in coded.items() if len(sets) > 1}
    assert {record["basis"] for record in settled} <= set(schemas.BASIS)
    assert all("model" in record["decided_by"] and record["reason"] for record in settled)


def test_published_quotations_belong_to_the_four_themes(root):
    book = mq.read_codebook(root / "codebooks" / "gratitude_2020.yaml")
    quoted = read_text_table(root / "data" / "published_quotations.csv").frame
    assert set(quoted["code"]) == set(book.ids)
    assert [book[code].name for code in quoted["code"]] == quoted["theme"].tolist()
    assert (quoted[["attribution", "source"]] != "").all(axis=None)


@pytest.mark.extra
@pytest.mark.shared
def test_published_quotations_are_printed_as_in_the_article(root, shared):
    article = next((shared / "seeds").glob("000_*.txt")).read_text(encoding="utf-8")
    article = " ".join(article.split())  # the page has no-break spaces
    for row in read_text_table(root / "data" / "published_quotations.csv").frame.itertuples():
        assert row.text in article
        assert row.attribution in article


@pytest.mark.extra
@pytest.mark.shared
def test_no_code_point_of_the_610_posts_is_lost(shared, collected):
    kept = _kept(collected)
    source = {post["id"]: post for post in _lines(shared / "illustrative" / "posts.jsonl")}
    assert set(kept) == set(source)
    for own, post in source.items():
        tweet = kept[own]
        written = tweet.get("note_tweet", tweet)["text"]
        assert html.unescape(written) == html.unescape(post["text"])
        assert tweet["created_at"] == post["created_at"].replace("Z", ".000Z")
        references = {one["type"]: one["id"] for one in tweet.get("referenced_tweets", [])}
        assert references.get("replied_to") == post["reply_to"]
        assert references.get("quoted") == post["quotes"]


@pytest.mark.extra
@pytest.mark.shared
def test_the_script_writes_the_committed_files_byte_for_byte(root, shared, tmp_path):
    for part in ("data", "codebooks"):
        shutil.copytree(root / part, tmp_path / part)
    for name in BUILT:
        (tmp_path / "data" / name).unlink()
    script = tmp_path / "data" / "build_example.py"
    subprocess.run([sys.executable, script, shared / "illustrative"], check=True, cwd=root, capture_output=True)
    for name in BUILT:
        assert (tmp_path / "data" / name).read_bytes() == (root / "data" / name).read_bytes(), name
