"""Pages and flattened posts of API v2: every record becomes a post or an exclusion with its reason."""

from pathlib import Path
from typing import Any

import pytest

import medtw_qual as mq
from medtw_qual._base.table_files import validate_table
from medtw_qual.corpus.flow import require_sound_flow
from medtw_qual.errors import EmptyFile, MissingFile, UnreadableFile
from medtw_qual.schemas import AUTHORS, POSTS, UNITS


def dropped(corpus: mq.Corpus) -> dict[str, int]:
    rows = corpus.flow[corpus.flow["dropped"] > 0]
    return dict(zip(rows["reason"], rows["dropped"].astype(int), strict=True))


def test_every_kind_of_exclusion_is_counted_with_its_reason(tmp_path: Path, inv: Any) -> None:
    quoted = inv.post(90, "somebody else's words", author="12")
    first = inv.page(
        [
            inv.post(1, "Thank you &amp; good night &lt;3 #MedTwitter"),
            inv.post(2, "RT @dr_imagined: cut…", referenced_tweets=[{"type": "retweeted", "id": inv.post_id(90)}]),
            inv.post(3, "look at this", referenced_tweets=[{"type": "quoted", "id": inv.post_id(90)}]),
            inv.post(4, "hidden", withheld={"country_codes": ["DE"]}),
            inv.post(5, "first wording", edit_history_tweet_ids=[inv.post_id(5), inv.post_id(6)]),
            inv.post(6, "second wording", edit_history_tweet_ids=[inv.post_id(5), inv.post_id(6)]),
            inv.post(7, "a long post th…", note_tweet={"text": "a long post that says &gt; 280 characters"}),
        ],
        errors=[{"title": "Not Found Error", "resource_type": "tweet", "resource_id": "1"}],
    )
    first["includes"]["tweets"] = [quoted]
    path = inv.write_lines(tmp_path / "posts.jsonl", [first, first])
    with path.open("ab") as stream:
        stream.write(b'{"data": [{"id": "13333')
    corpus = mq.read_corpus(path)

    assert dropped(corpus) == {
        "delivered twice (the same post id again)": 7,
        "earlier version of an edited post": 1,
        "withheld by the platform": 1,
        "error object of the platform (no post in it)": 2,
        "line that is not JSON": 1,
    }
    require_sound_flow(corpus.flow)
    assert corpus.flow["before"].iloc[0] == 17
    posts = corpus.posts.set_index("post_id")
    assert list(posts.index) == [inv.post_id(n) for n in (1, 2, 3, 6, 7)]
    assert posts.loc[inv.post_id(1), "text"] == "Thank you & good night <3 #MedTwitter"
    assert posts.loc[inv.post_id(1), "hashtags"] == ["MedTwitter"]
    assert (posts.loc[inv.post_id(2), "text"], posts.loc[inv.post_id(2), "context"]) == ("", "somebody else's words")
    assert bool(posts.loc[inv.post_id(2), "is_repost"])
    assert posts.loc[inv.post_id(3), "context"] == "somebody else's words"
    assert posts.loc[inv.post_id(6), "text"] == "second wording"
    assert posts.loc[inv.post_id(7), "text"] == "a long post that says > 280 characters"
    assert posts["text_complete"].all()
    assert list(corpus.authors["profile"]) == ["night nurse & gardener"]
    assert len(corpus.drop_reposts().units) == 4


def test_the_tables_hold_to_their_schemas(tmp_path: Path, inv: Any) -> None:
    corpus = mq.read_corpus(inv.write_lines(tmp_path / "p.jsonl", [inv.page([inv.post(1, "a"), inv.post(2, "b")])]))
    for table, schema in ((corpus.posts, POSTS), (corpus.authors, AUTHORS), (corpus.units, UNITS)):
        checked = validate_table(table, schema)
        assert checked.equals(table)
        assert dict(checked.dtypes) == dict(table.dtypes)


def test_a_flattened_file_gives_the_posts_of_its_pages(tmp_path: Path, inv: Any) -> None:
    quoted = inv.post(90, "somebody else's words", author="12")
    source = inv.post(3, "look", referenced_tweets=[{"type": "quoted", "id": inv.post_id(90)}])
    paged = inv.page([source])
    paged["includes"]["tweets"] = [quoted]
    flat = source | {"author": inv.USERS["11"], "referenced_tweets": [{"type": "quoted"} | quoted], "__twarc": {}}
    one = mq.read_corpus(inv.write_lines(tmp_path / "a.jsonl", [paged]))
    two = mq.read_corpus(inv.write_lines(tmp_path / "b.jsonl", [flat]))
    columns = [name for name in one.posts.columns if not name.startswith("source")]
    assert one.posts[columns].equals(two.posts[columns])
    assert two.provenance["sources"][0]["format"] == "twarc_flat"


def test_files_that_hold_no_posts_are_refused_in_words(tmp_path: Path, inv: Any) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"")
    (tmp_path / "page.csv").write_text("<!DOCTYPE html><html><body>Log in</body></html>")
    with pytest.raises(MissingFile, match="There is no file"):
        mq.read_corpus(tmp_path / "nowhere.jsonl")
    with pytest.raises(EmptyFile, match="is empty"):
        mq.read_corpus(tmp_path / "empty.jsonl")
    with pytest.raises(UnreadableFile, match=r"web page \(HTML\), whatever its name says"):
        mq.read_corpus(tmp_path / "page.csv")


@pytest.mark.extra
@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "posts", "others"),
    [
        ("noflat", 100, 1),
        ("flat", 100, 0),
        ("2sets", 200, 1),
        ("streaming_output_with_error", 7, 1),
        ("two_tweets", 1, 0),
    ],
)
def test_real_files_have_the_right_number_of_posts(shared: Path, name: str, posts: int, others: int) -> None:
    corpus = mq.read_corpus(shared / "fixtures" / "twarc" / f"{name}.jsonl")
    assert (len(corpus.posts), sum(dropped(corpus).values())) == (posts, others)
    require_sound_flow(corpus.flow)


@pytest.mark.extra
@pytest.mark.shared
def test_pages_and_their_flattened_form_agree_on_real_posts(shared: Path) -> None:
    """flat.jsonl is what another tool made of noflat.jsonl."""
    paged = mq.read_corpus(shared / "fixtures" / "twarc" / "noflat.jsonl")
    flat = mq.read_corpus(shared / "fixtures" / "twarc" / "flat.jsonl")
    columns = [name for name in paged.posts.columns if not name.startswith("source_")]
    assert paged.posts[columns].equals(flat.posts[columns])


@pytest.mark.extra
@pytest.mark.shared
def test_two_versions_of_an_edited_post_leave_the_later(shared: Path) -> None:
    folder = shared / "fixtures" / "twarc"
    for order in (["edited_before.jsonl", "edited_after.jsonl"], ["edited_after.jsonl", "edited_before.jsonl"]):
        corpus = mq.read_corpus([folder / name for name in order])
        assert list(corpus.posts["post_id"]) == ["1576994789110992896"]
        assert dropped(corpus) == {"earlier version of an edited post": 1}
        assert corpus.posts["source_file"].tolist() == ["edited_after.jsonl"]
