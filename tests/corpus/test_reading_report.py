"""The reading report: a row a file, also of files not read; nothing guessed or left without a word."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

import medtw_qual as mq
from medtw_qual.corpus.times import to_utc
from medtw_qual.errors import InvalidArgument, MissingColumn, RoundedIds, UnreadableFile
from medtw_qual.schemas import READING


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_every_file_has_a_row_and_what_was_not_read_is_named(tmp_path: Path, inv: Any) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    inv.write_lines(folder / "posts.jsonl", [inv.page([inv.post(1, "one"), inv.post(2, "two", created_at="soon")])])
    _write(folder / "notes.json", '{"something": "else", "of": "another program"}')
    corpus = mq.read_corpus(folder)
    assert [column.name for column in READING.columns] == list(corpus.reading.columns)
    rows = corpus.reading.set_index("file")
    read, left = rows.loc["export: posts.jsonl"], rows.loc["export: notes.json"]
    assert (read["format"], read["records"], read["posts"], read["times_unread"]) == ("twarc_pages", 2, 2, 1)
    assert (left["format"], left["why"], left["posts"]) == ("", "in no format that is known here", 0)
    assert "export: notes.json" in corpus.flow_text()
    assert any("1 time could not be read" in said for said in corpus.reading_remarks())
    assert "notes.json" in corpus._repr_html_()


def test_the_report_goes_through_every_step_and_a_folder(tmp_path: Path, inv: Any) -> None:
    corpus = mq.read_corpus(inv.write_lines(tmp_path / "p.jsonl", [inv.page([inv.post(1, "Thanks to all of you")])]))
    later = corpus.drop_reposts().merge_threads().drop_duplicates().between("2020-01-01", None)
    later.save(tmp_path / "saved")
    assert later.reading.equals(corpus.reading)
    assert mq.load_corpus(tmp_path / "saved").reading.equals(corpus.reading)


def test_words_for_nothing_are_counted_and_columns_nobody_reads_are_named(tmp_path: Path) -> None:
    table = _write(tmp_path / "t.csv", "n,words,answers,ward\n1,NA,NA,7\n2,thanks,1,NA\n")
    corpus = mq.read_corpus(table, text="words", id="n", columns={"reply_to_id": "answers"})
    assert corpus.posts["text"].tolist() == ["NA", "thanks"]
    assert corpus.posts["is_reply"].tolist() == [False, True]
    assert corpus.units["ward"].tolist() == ["7", ""]
    assert corpus.reading["nothing_words"][0] == ["NA (1)"]


def test_ids_of_every_column_lose_what_surrounds_them_and_rounded_ones_are_not_used(tmp_path: Path) -> None:
    rows = '1331967234567890123,a,"=""55""",one\n1331967734567890321,b,\'55,two\n1331967734567890777,c,55.0,three\n'
    table = _write(tmp_path / "t.csv", "id,words,who,x\n" + rows)
    assert mq.read_corpus(table, text="words", id="id", author="who").posts["author_id"].tolist() == ["55"] * 3
    floats = _write(
        tmp_path / "f.csv", "id,words,re\n1331967234567890123,a,\n1331967734567890321,b,1.3319672345678902e+18\n"
    )
    corpus = mq.read_corpus(floats, text="words", id="id", columns={"reply_to_id": "re"})
    assert corpus.posts["reply_to_id"].tolist() == ["", ""]
    assert corpus.posts["is_reply"].tolist() == [False, True]
    assert "lost digits" in corpus.reading["rounded_ids"][0][0]
    with pytest.raises(RoundedIds, match="author_id"):
        mq.read_corpus(floats, text="words", id="id", author="re")


def test_json_that_only_resembles_a_known_form_is_refused(tmp_path: Path) -> None:
    other = {"data": [{"id": "1", "text": "hello", "from": "somebody", "when": "today"}], "paging": {}}
    with pytest.raises(UnreadableFile):
        mq.read_corpus(_write(tmp_path / "a.json", json.dumps(other)))
    spelt = {"uri": "at://did:x:y/app.bsky.feed.post/1", "cid": "c", "record": {"words": "hello", "madeAt": "2024"}}
    bare = [{"id": "1", "text": "hi", "edit_history_tweet_ids": ["1"]}]
    with pytest.raises(UnreadableFile, match="none of its 1 posts has an author or a time"):
        mq.read_corpus(_write(tmp_path / "b.json", json.dumps({"data": bare, "meta": {"result_count": 1}})))
    assert len(mq.read_corpus(tmp_path / "b.json", format="twarc_pages").posts) == 1
    spelt["record"].pop("words")


def test_archives_of_two_owners_keep_their_owners(tmp_path: Path) -> None:
    def script(kind: str, values: list[Any]) -> str:
        return f"window.YTD.{kind}.part0 = " + json.dumps(values)

    with zipfile.ZipFile(tmp_path / "both.zip", "w") as packed:
        for who, number in (("kit", "31"), ("lou", "32")):
            post = {"id_str": f"13319672345678901{number}", "full_text": f"{who} writes",
                    "created_at": "Thu Nov 26 14:10:07 +0000 2020"}  # fmt: skip
            packed.writestr(f"{who}/data/tweets.js", script("tweets", [{"tweet": post}]))
            account = {"accountId": number, "username": who, "accountDisplayName": who}
            packed.writestr(f"{who}/data/account.js", script("account", [{"account": account}]))
    corpus = mq.read_corpus(tmp_path / "both.zip")
    assert corpus.posts.set_index("text")["author_id"].to_dict() == {"kit writes": "31", "lou writes": "32"}
    assert corpus.authors["handle"].tolist() == ["kit", "lou"]


def _event(number: int, operation: str, key: str, **record: str) -> dict[str, Any]:
    commit = {"operation": operation, "collection": "app.bsky.feed.post", "rkey": key}
    made = {"createdAt": "2024-11-20T10:00:00Z", **record}
    return {
        "did": "did:plc:k",
        "time_us": number,
        "kind": "commit",
        "commit": commit | ({"record": made} if record else {}),
    }


def _account(number: int, *, active: bool) -> dict[str, Any]:
    said = {"did": "did:plc:k", "active": active, "status": "deleted"}
    return {"did": "did:plc:k", "time_us": number, "kind": "account", "account": said}


@pytest.mark.parametrize("turned", [False, True])
def test_what_the_stream_says_last_counts_whatever_is_read_first(tmp_path: Path, inv: Any, *, turned: bool) -> None:
    events = [_event(1, "create", "a", text="first wording"), _event(2, "create", "b", text="goes"),
              _event(3, "update", "a", text="second wording"), _event(4, "delete", "b")]  # fmt: skip
    corpus = mq.read_corpus(inv.write_lines(tmp_path / "j.jsonl", events[::-1] if turned else events))
    assert corpus.posts["text"].tolist() == ["second wording"]
    assert corpus.flow["kept"].iloc[-1] == 1
    gone = [*events, {**_event(1, "create", "c", text="stays"), "did": "did:plc:other"}, _account(5, active=False)]
    corpus = mq.read_corpus(inv.write_lines(tmp_path / "g.jsonl", gone[::-1] if turned else gone))
    assert corpus.posts["text"].tolist() == ["stays"]
    back = mq.read_corpus(inv.write_lines(tmp_path / "b.jsonl", [*gone, _account(6, active=True)]))
    assert sorted(back.posts["text"]) == ["second wording", "stays"]


def test_json_columns_may_lie_deeper_and_come_late(tmp_path: Path, inv: Any) -> None:
    lines = [
        {"n": "1", "body": "one", "user": {"name": "kit"}},
        {"n": "2", "body": "two", "user": {"name": "lou"}, "re": "1"},
    ]
    file = inv.write_lines(tmp_path / "o.jsonl", lines)
    corpus = mq.read_corpus(file, text="body", id="n", author="user.name", columns={"reply_to_id": "re"})
    assert corpus.posts[["author_id", "is_reply"]].values.tolist() == [["kit", False], ["lou", True]]
    with pytest.raises(MissingColumn, match="'nowhere'"):
        mq.read_corpus(file, text="body", id="n", author="nowhere")


def test_a_step_returns_tables_of_its_own(tmp_path: Path, inv: Any) -> None:
    corpus = mq.read_corpus(inv.write_lines(tmp_path / "p.jsonl", [inv.page([inv.post(1, "a")])]))
    for later in (corpus.drop_duplicates(), corpus.drop_reposts(), corpus.merge_threads()):
        for name in ("posts", "authors", "units", "flow", "reading"):
            getattr(later, name)["mark"] = 1
            assert "mark" not in getattr(corpus, name).columns


def test_one_string_is_one_hashtag_and_letters_may_be_composed_or_not(tmp_path: Path, inv: Any) -> None:
    posts = [inv.post(1, "#Muñoz thanks"), inv.post(2, "#Mun\u0303oz thanks"), inv.post(3, "#Munoz thanks")]
    for post, tag in zip(posts, ("Muñoz", "Mun\u0303oz", "Munoz"), strict=True):
        post["entities"] = {"hashtags": [{"tag": tag}]}
    corpus = mq.read_corpus(inv.write_lines(tmp_path / "p.jsonl", [inv.page(posts)]))
    assert len(corpus.keep_matching(hashtags="Muñoz").units) == 2
    assert len(corpus.keep_matching(keywords="muñoz").units) == 2
    assert mq.activity.count_hashtags(corpus)["posts"].tolist() == [2, 1]


def test_unknown_authors_are_not_one_author(tmp_path: Path) -> None:
    table = _write(tmp_path / "t.csv", "id,words,who\n1,same words,\n2,same words,\n3,other,kit\n")
    corpus = mq.read_corpus(table, text="words", id="id", author="who").drop_duplicates()
    assert len(corpus.units) == 3
    assert "by 1 author (2 units by authors who are not known)" in corpus.flow_text()
    assert corpus.reading["without_author"].tolist() == [2]


def test_a_thread_stands_in_the_order_of_its_answers_when_clocks_disagree(tmp_path: Path, inv: Any) -> None:
    first = inv.post(9, "first", created_at="2020-12-01T08:10:00.000Z")
    second = inv.post(2, "second", created_at="2020-12-01T08:00:00.000Z", referenced_tweets=inv.answers(9))
    third = inv.post(3, "third", created_at="2020-12-01T07:59:00.000Z", referenced_tweets=inv.answers(2))
    corpus = mq.read_corpus(inv.write_lines(tmp_path / "p.jsonl", [inv.page([third, first, second])]))
    assert corpus.merge_threads().units["text"].tolist() == ["first\n\nsecond\n\nthird"]


def test_archives_without_an_account_are_not_one_person(tmp_path: Path) -> None:
    folder = tmp_path / "colleagues"
    folder.mkdir()
    for number, who in enumerate(("kit", "lou")):
        post = {"id_str": f"133196723456789012{number}", "full_text": f"{who} writes", "created_at": ""}
        with zipfile.ZipFile(folder / f"{who}.zip", "w") as packed:
            packed.writestr("data/tweets.js", "window.YTD.tweets.part0 = " + json.dumps([{"tweet": post}]))
    assert mq.read_corpus(folder).posts["author_id"].tolist() == ["owner of kit.zip", "owner of lou.zip"]


def test_ones_own_export_comes_back_from_a_program_that_writes_na(tmp_path: Path) -> None:
    table = _write(tmp_path / "t.csv", "id,words,who\n1331967234567890123,hello,kit\n1331967734567890321,NA,lou\n")
    corpus = mq.read_corpus(table, text="words", id="id", author="who")
    written = corpus.export_posts(tmp_path / "out.csv")
    again = _write(tmp_path / "again.csv", written.read_text(encoding="utf-8-sig").replace('""', "NA"))
    back = mq.read_corpus(again)
    for name in ("post_id", "author_id", "text", "is_reply", "is_repost", "reply_to_id", "hashtags", "likes"):
        assert back.posts[name].tolist() == corpus.posts[name].tolist(), name


def test_of_near_duplicates_the_next_stands_for_its_group_when_the_first_leaves(tmp_path: Path) -> None:
    words = "Thank you to everyone on the ward tonight"
    table = _write(tmp_path / "t.csv", f"post_id,text,author_id\n1,{words},a\n2,{words}!,b\n3,{words}!!,c\n")
    left = mq.read_corpus(table).mark_near_duplicates().drop_posts(["1"])
    assert left.units["near_duplicate_of"].tolist() == ["", "2"]
    assert left.collapse_near_duplicates().units["unit_id"].tolist() == ["2"]


def test_a_status_edited_since_counts_in_its_latest_wording(tmp_path: Path, inv: Any) -> None:
    fixed = {"id": "1", "created_at": "2024-11-20T10:00:00Z", "account": {"id": "7", "acct": "kit"}, "spoiler_text": "",
             "visibility": "public"}  # fmt: skip
    new = {**fixed, "content": "<p>new</p>", "edited_at": "2024-11-20T11:00:00Z"}
    lines = [new, {**fixed, "content": "<p>old</p>"}]
    for number, order in enumerate((lines, lines[::-1])):
        corpus = mq.read_corpus(inv.write_lines(tmp_path / f"{number}.jsonl", order))
        assert corpus.posts["text"].tolist() == ["new"]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Thu, 26 Nov 2020 14:10:07 GMT", "2020-11-26T14:10:07+00:00"),
        ("November 26, 2020 at 02:10PM", "2020-11-26T14:10:00+00:00"),
        ("2020/11/26 2:10:07 PM GMT+1", "2020-11-26T13:10:07+00:00"),
        ("2020-11-26 14:10:07 EST", "2020-11-26T19:10:07+00:00"),
        ("26. November 2020 14:10", "2020-11-26T14:10:00+00:00"),
        ("2:10 PM \u00b7 Nov 26, 2020", "2020-11-26T14:10:00+00:00"),
        ("Thu Nov 26 2020 14:10:07 GMT+0100 (Central European Standard Time)", "2020-11-26T13:10:07+00:00"),
        ("2020-11-26T14:10:07Z[Europe/London]", "2020-11-26T14:10:07+00:00"),
        ("2020-11-26 14:10 Europe/Berlin", "2020-11-26T13:10:00+00:00"),
        ("1606399807000", "2020-11-26T14:10:07+00:00"),
        ("yesterday", "yesterday"),
        ("2020-11-26 14:10 QQQ", "2020-11-26 14:10 QQQ"),
        ("2020-13-26 14:10", "2020-13-26 14:10"),
    ],
)
def test_a_time_is_read_where_its_form_leaves_no_doubt(written: str, moment: str) -> None:
    assert to_utc(written) == moment


@pytest.mark.parametrize("written", ["3/4/2020", "03.04.2020 10:00", "20/11/12", "2020-06-26 14:10 IST"])
def test_a_time_with_two_meanings_is_refused_with_the_setting_to_give(written: str) -> None:
    with pytest.raises(InvalidArgument, match="day_first|time_zone"):
        to_utc(written)
    assert to_utc("2020-06-26 14:10 IST", "Asia/Kolkata") == "2020-06-26T08:40:00+00:00"
