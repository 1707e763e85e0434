"""Files that are damaged, disguised or dangerous: a clear error or a counted exclusion, and nothing written."""

import gzip
import io
import json
import tarfile
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import medtw_qual as mq
from medtw_qual._base.zip_archive import ZipLimits
from medtw_qual.corpus import source_files
from medtw_qual.corpus.flow import require_sound_flow
from medtw_qual.corpus.tablestream import MISFIT, TORN
from medtw_qual.errors import (
    EmptyFile,
    InvalidArgument,
    MedtwQualError,
    MissingColumn,
    RoundedIds,
    UnreadableFile,
)

POSTS = [("1333333333333300001", "Thank you all"), ("1333333333333300002", "and good night 🌙")]


def texts(corpus: mq.Corpus) -> list[str]:
    return list(corpus.posts["text"])


def test_packed_files_are_read_like_plain_ones(tmp_path: Path, formats: Any) -> None:
    plain = formats.twarc_flat(tmp_path / "posts.jsonl", POSTS)
    outbox = formats.mastodon(tmp_path / "outbox.json", POSTS)
    for packed in (
        formats.gz(plain, tmp_path / "p"),
        formats.zipped(plain, tmp_path / "z"),
        formats.tarred(outbox, tmp_path / "t"),
    ):
        corpus = mq.read_corpus(packed)
        assert texts(corpus) == [text for _, text in POSTS]
    assert mq.read_corpus(tmp_path / "z").posts["source_file"].iloc[0] == "z: inner/posts.bin"


def test_a_folder_of_an_archive_is_read_and_the_rest_passed_over(tmp_path: Path, formats: Any) -> None:
    archive = formats.x_archive(tmp_path / "archive.zip", POSTS)
    zipped = mq.read_corpus(archive)
    with zipfile.ZipFile(archive) as held:
        held.extractall(tmp_path / "archive")
    opened = mq.read_corpus(tmp_path / "archive")
    assert texts(zipped) == texts(opened) == [text for _, text in POSTS]
    assert zipped.authors["handle"].tolist() == ["ward_seven"]
    assert zipped.provenance["notes"] == {
        "file in an archive or folder that was not read (named in the reading report)": 2
    }


def test_members_that_point_outside_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    for name in ("../outside.jsonl", "/etc/outside.jsonl", "C:\\outside.jsonl", "a/../../outside.jsonl"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, "{}")
        with pytest.raises(UnreadableFile, match="points outside the archive"):
            mq.read_corpus(path)
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("../outside.jsonl")
        member.size = 2
        archive.addfile(member, io.BytesIO(b"{}"))
    with pytest.raises(UnreadableFile, match="points outside the archive"):
        mq.read_corpus(tmp_path / "evil.tar.gz")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["evil.tar.gz", "evil.zip"]


def test_bombs_are_refused_before_they_unpack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_files, "_MAX_SMALL", 1_000_000)
    monkeypatch.setattr(source_files, "_LIMITS", ZipLimits(small=1_000_000))
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("posts.jsonl", b"0" * 20_000_000)
    with pytest.raises(UnreadableFile, match="zip bomb"):
        mq.read_corpus(tmp_path / "bomb.zip")
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(b'{"id": "1", "text": "' + b"0" * 20_000_000 + b'"}'))
    with pytest.raises(UnreadableFile, match="unpacks into more than 200 times"):
        mq.read_corpus(tmp_path / "bomb.gz")


def test_damaged_archives_are_named(tmp_path: Path, formats: Any) -> None:
    plain = formats.twarc_flat(tmp_path / "posts.jsonl", POSTS * 50)
    packed = gzip.compress(plain.read_bytes())
    (tmp_path / "cut.gz").write_bytes(packed[: len(packed) // 2])
    (tmp_path / "cut.zip").write_bytes(formats.zipped(plain, tmp_path / "z").read_bytes()[:100])
    for name in ("cut.gz", "cut.zip"):
        with pytest.raises(UnreadableFile, match="damaged"):
            mq.read_corpus(tmp_path / name)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings_of_json_and_tables(encoding: str, tmp_path: Path, formats: Any) -> None:
    for write in (formats.twarc_flat, formats.TABLES["minet"]):
        path = write(tmp_path / "plain", POSTS)
        path.write_bytes(path.read_bytes().decode("utf-8").encode(encoding))
        assert texts(mq.read_corpus(path)) == [text for _, text in POSTS]


def test_a_table_from_an_older_spreadsheet(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("id;answer\r\n1;“Thank you” — café\r\n2;two\nlines? no".encode("cp1252"))
    corpus = mq.read_corpus(tmp_path / "a.csv", text="answer", id="id")
    assert texts(corpus) == ["“Thank you” — café", "two"]
    assert corpus.flow["reason"].tolist()[1:] == ["row with another number of cells than the header"]


@pytest.mark.parametrize(
    ("content", "kept", "left"),
    [
        ('1,a,x\n2,"b,x\n3,c,x\n4,d,x\n', ["a", "c", "d"], [TORN]),  # nothing closes it before the file ends
        ('1,a,x\n2,"b,x\n3,c,x\n4,"d e",x\n5,f,x\n', ["a", "c", "d e", "f"], [TORN]),  # the next quotation closes it
        ('1,a,x\n2,"b\nand the file breaks off', ["a"], [TORN, MISFIT]),
        ('1,"a\n\nb, ""c""",x\n2,"3,4,5\n6,7,8",x\n', ['a\n\nb, "c"', "3,4,5\n6,7,8"], []),  # whole, and strange
        ("1,a,x\n2,b\n3,c,x,y\n4,d,x\n", ["a", "d"], [MISFIT, MISFIT]),
    ],
)
def test_a_quotation_mark_left_open_swallows_no_other_row(
    content: str, kept: list[str], left: list[str], tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("id,text,more\n" + content, encoding="utf-8")
    corpus = mq.read_corpus(tmp_path / "a.csv", text="text", id="id")
    assert texts(corpus) == kept
    rows = corpus.flow[corpus.flow["dropped"] > 0]
    assert dict(zip(rows["reason"], rows["dropped"].astype(int), strict=True)) == dict(Counter(left))


def test_an_open_quotation_mark_before_a_long_file_costs_one_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,text\n1,"a\n' + "".join(f"{n},some words and {n}\n" for n in range(2, 60_000)))
    corpus = mq.read_corpus(tmp_path / "a.csv", text="text", id="id")
    assert (len(corpus.posts), corpus.flow["dropped"].sum()) == (59_998, 1)


@pytest.mark.parametrize("name", ["bluesky", "minet_json", "web_exporter_json", "mastodon", "x_archive"])
def test_a_document_that_breaks_off_is_named_as_such(name: str, tmp_path: Path, formats: Any) -> None:
    """Lines can be counted one by one; half a document cannot, and nothing of it is taken in."""
    whole = formats.WRITERS[name](tmp_path / "whole", POSTS * 20)
    if name == "x_archive":
        with zipfile.ZipFile(whole) as held:
            content = held.read("data/tweets.js")
    elif name == "bluesky":
        content = json.dumps([json.loads(line) for line in whole.read_text().splitlines()]).encode()
    else:
        content = whole.read_bytes()
    (tmp_path / "cut").write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(UnreadableFile, match="breaks off or is damaged"):
        mq.read_corpus(tmp_path / "cut")


def test_delimiters_preambles_and_cells_with_line_ends(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        'Report of the day\n\nkey;words;ward\n1;"two\nlines; one cell";7\n\n2;"said ""thanks""";3\n', encoding="utf-8"
    )
    corpus = mq.read_corpus(tmp_path / "a.csv", text="words", id="key")
    assert texts(corpus) == ["two\nlines; one cell", 'said "thanks"']
    assert corpus.units["ward"].tolist() == ["7", "3"]


def test_lone_surrogates_become_replacement_characters_and_are_counted(tmp_path: Path) -> None:
    fixed = '"author_id": "1", "conversation_id": "1", "public_metrics": {}'
    (tmp_path / "a.jsonl").write_text(
        '{"id": "1", "text": "half \\ud83d a heart", '
        + fixed
        + '}\n{"id": "2", "text": "ok \\ud83d\\ude00", '
        + fixed
        + "}\n"
    )
    corpus = mq.read_corpus(tmp_path / "a.jsonl")
    assert texts(corpus) == ["half \ufffd a heart", "ok 😀"]
    assert corpus.provenance["notes"] == {"lone surrogate became U+FFFD": 1}


def test_a_bad_line_in_the_middle_stops_nothing(tmp_path: Path, formats: Any) -> None:
    path = formats.twarc_flat(tmp_path / "a.jsonl", POSTS)
    entry, two = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(entry + b'{"id": "13\n' + b"\n" + b"\xff\xfe garbage\n" + b"[1, 2]\n" + b'{"errors": []}\n' + two)
    corpus = mq.read_corpus(path)
    assert texts(corpus) == [text for _, text in POSTS]
    rows = corpus.flow[corpus.flow["dropped"] > 0]
    assert dict(zip(rows["reason"], rows["dropped"].astype(int), strict=True)) == {
        "line that is not JSON": 2,
        "record that holds no post": 1,
        "error object of the platform (no post in it)": 1,
    }
    require_sound_flow(corpus.flow)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("1.27E+18,hello\n", "went through a number"),
        ("1270000000000000000.0,hello\n", "went through a number"),
        (
            "".join(f"{int(float(1270000000000000000 + n * 791912345677))},hello\n" for n in range(30)),
            "floating-point",
        ),
        ("".join(f"1270000000000{n}0000,hello\n" for n in range(10, 16)), "a spreadsheet rounded them"),
    ],
)
def test_rounded_ids_are_refused(content: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n" + content)
    with pytest.raises(RoundedIds, match=message):
        mq.read_corpus(tmp_path / "a.csv", text="text", id="id")


def test_a_number_cell_in_a_workbook_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "text"])
    book.active.append([1333333333333300001, "hello"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(RoundedIds, match="keeps 15 digits"):
        mq.read_corpus(tmp_path / "a.xlsx", text="text", id="id")


def test_what_is_not_a_file_of_posts_says_what_it_is(tmp_path: Path) -> None:
    cases: list[tuple[str, str, type[MedtwQualError], str]] = [
        ("ids.txt", "1333333333333300001\n1333333333333300002\n", UnreadableFile, "twarc2 hydrate"),
        ("one.csv", "tweet_id\n1333333333333300001\n", UnreadableFile, "ids without words"),
        ("table.csv", "row,answer\n1,hello\n", UnreadableFile, 'text="...", id="..."'),
        ("doc.json", '{"a": [1, 2', UnreadableFile, "in no format that is known"),
        ("white.csv", " \n\n", EmptyFile, "is empty"),
        (
            "counts.jsonl",
            '{"data": [{"start": "a", "end": "b", "tweet_count": 3}]}\n',
            UnreadableFile,
            "counts per hour",
        ),
    ]
    for name, content, kind, words in cases:
        (tmp_path / name).write_text(content)
        with pytest.raises(kind) as caught:
            mq.read_corpus(tmp_path / name)
        assert words in str(caught.value)


def test_wrong_calls_name_the_right_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("row_id,answer\n1,hello\n")
    with pytest.raises(MissingColumn, match="Did you mean 'answer'"):
        mq.read_corpus(path, text="anwser", id="row_id")
    with pytest.raises(InvalidArgument, match="which column holds the id"):
        mq.read_corpus(path, text="answer")
    with pytest.raises(InvalidArgument, match="Did you mean 'twarc_csv'"):
        mq.read_corpus(path, format="twarc-csv")
    with pytest.raises(InvalidArgument, match="Did you mean 'reply_to_id'"):
        mq.read_corpus(path, text="answer", id="row_id", columns={"reply_to": "x"})
    with pytest.raises(InvalidArgument, match="No file was named"):
        mq.read_corpus([])


def test_other_peoples_lists_and_messages_of_an_archive_are_never_posts(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        post = {"tweet": {"id_str": "1", "full_text": "mine", "created_at": "Tue Dec 01 08:00:00 +0000 2020"}}
        gone = {"tweet": {"id_str": "2", "full_text": "deleted", "created_at": "Tue Dec 01 08:00:00 +0000 2020"}}
        archive.writestr("data/tweets.js", "window.YTD.tweets.part0 = " + json.dumps([post]))
        archive.writestr("data/deleted-tweets.js", "window.YTD.deleted_tweets.part0 = " + json.dumps([gone]))
        archive.writestr("data/direct-messages.js", 'window.YTD.direct_messages.part0 = [{"dmConversation": {}}]')
    assert texts(mq.read_corpus(tmp_path / "a.zip")) == ["mine"]


def test_long_posts_of_an_archive_are_joined_by_time_and_beginning(tmp_path: Path) -> None:
    long = "On the last night of the year I want to write down what this ward has been. " * 6
    cut = long[:270].rstrip() + "… https://t.co/abc"
    posts = [
        {"tweet": {"id_str": "1", "full_text": cut, "created_at": "Thu Dec 31 22:00:01 +0000 2020"}},
        {"tweet": {"id_str": "2", "full_text": "short", "created_at": "Thu Dec 31 22:00:01 +0000 2020"}},
    ]
    notes = [
        {"noteTweet": {"createdAt": "2020-12-31T22:00:02.000Z", "core": {"text": long}}},
        {"noteTweet": {"createdAt": "2021-01-31T22:00:02.000Z", "core": {"text": "fits nothing"}}},
    ]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("data/tweets.js", "window.YTD.tweets.part0 = " + json.dumps(posts))
        archive.writestr("data/note-tweet.js", "window.YTD.note_tweet.part0 = " + json.dumps(notes))
    corpus = mq.read_corpus(tmp_path / "a.zip")
    assert texts(corpus) == [long, "short"]
    assert corpus.posts["text_complete"].tolist() == [True, True]
    assert corpus.provenance["notes"]["long post completed from note-tweet.js"] == 1
    assert corpus.provenance["notes"]["long text in note-tweet.js that fits no post of the archive"] == 1


def test_a_folder_of_mixed_files_packed_or_not(tmp_path: Path, formats: Any) -> None:
    folder = tmp_path / "raw"
    folder.mkdir()
    plain = formats.twarc_flat(tmp_path / "plain", POSTS[:1])
    formats.gz(plain, folder / "a.jsonl.gz")
    formats.TABLES["minet"](folder / "b.csv", POSTS[1:])
    formats.zipped(plain, folder / "c.zip")
    (folder / "readme.txt").write_text("collected in 2020")
    corpus = mq.read_corpus(folder)
    assert texts(corpus) == [text for _, text in POSTS]
    assert corpus.flow["dropped"].sum() == 1  # the zip holds the first post again
    assert corpus.provenance["notes"] == {
        "file in an archive or folder that was not read (named in the reading report)": 1
    }
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "readme.txt").write_text("nothing else")
    with pytest.raises(UnreadableFile, match="empty: readme.txt is a table"):
        mq.read_corpus([plain, tmp_path / "empty"])
    (tmp_path / "empty" / "font.eot").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(UnreadableFile, match=r"None of the 2 files in empty .*\(empty: font.eot, empty: readme.txt\)"):
        mq.read_corpus([plain, tmp_path / "empty"])
    with pytest.raises(UnreadableFile, match="holds no text"):
        mq.read_corpus(tmp_path / "empty" / "font.eot")


def test_a_record_whose_fault_shows_after_its_post_was_taken_in_is_counted_once():
    from medtw_qual.corpus.post_collector import PARTLY_READ, PostCollector, PostRow

    collector = PostCollector()

    def take(post_id: str) -> None:
        collector.post(PostRow(post_id, "a", None, "words"))
        raise TypeError("the account is a list")

    collector.attempt(take, "1")
    collector.attempt(take, "1")  # delivered twice: left out, once
    assert (collector.kept, collector.seen) == (1, 2)
    assert collector.notes[PARTLY_READ] == 2


def test_a_count_that_is_true_or_false_is_no_count(tmp_path):
    line = '{"id":"1","author_id":"a","text":"words","created_at":"2020-12-01T08:00:00.000Z","author":{"id":"a"}'
    (tmp_path / "flat.jsonl").write_text(line + ',"public_metrics":{"like_count":false,"retweet_count":3}}\n', "utf-8")
    posts = mq.read_corpus(tmp_path / "flat.jsonl", format="twarc_flat").posts
    assert posts["likes"].isna().tolist() == [True]
    assert posts["reposts"].tolist() == [3]


@pytest.mark.parametrize(
    ("content", "left"),
    [
        ("sep=;\nPost_ID;Reason\n'1333333333333300001';asked\n", 1),
        ('"1333333333333300001"\n', 1),
        ("post_id\n 1333333333333300001 \n", 1),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_deletion_list_is_followed_however_it_was_saved(
    content: str, left: int, encoding: str, tmp_path: Path, formats: Any
) -> None:
    corpus = mq.read_corpus(formats.twarc_flat(tmp_path / "p.jsonl", POSTS))
    (tmp_path / "gone.csv").write_bytes(content.encode(encoding))
    assert len(corpus.drop_posts(tmp_path / "gone.csv").units) == left


def test_a_deletion_list_that_cannot_be_followed_whole_is_refused(tmp_path: Path, formats: Any) -> None:
    corpus = mq.read_corpus(formats.twarc_flat(tmp_path / "p.jsonl", POSTS))
    (tmp_path / "gone.csv").write_text("post_id,reason\n1333333333333300001,asked, twice\n")
    with pytest.raises(UnreadableFile, match="row 2"):
        corpus.drop_posts(tmp_path / "gone.csv")


def test_sheets_of_one_header_are_read_together_and_others_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "text"])
    book.active.append(["1", "thanks"])
    second, other = book.create_sheet("more"), book.create_sheet("people")
    second.append(["id", "text"])
    second.append(["2", "to all"])
    other.append(["who", "where"])
    book.save(tmp_path / "a.xlsx")
    corpus = mq.read_corpus(tmp_path / "a.xlsx", text="text", id="id")
    assert texts(corpus) == ["thanks", "to all"]
    assert any("'people'" in note for note in corpus.provenance["notes"])
