"""Guards pseudonyms: handles and addresses go wherever they stand, and hostile texts take time as long as they are."""

import csv

import pytest

import medtw_qual as mq
from medtw_qual.corpus.htmltext import html_to_text
from medtw_qual.corpus.privacy.flag_rules import PATTERNS, find_passages
from medtw_qual.corpus.readers.minet import part_quotation
from medtw_qual.corpus.text_entities import find_urls

# Invented people.
PEOPLE = [("11", "lio_ward4", "Liora Quill-Hansen"), ("12", "paz.ko.example", "Paz Tern")]


def _cleaned(tmp_path, text):
    path = tmp_path / "posts.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = [(f"{n}", author, handle, name, text) for n, (author, handle, name) in enumerate(PEOPLE, 1)]
        csv.writer(stream).writerows([("post_id", "author_id", "handle", "name", "text"), *rows])
    named = {"text": "text", "id": "post_id", "author": "author_id"}
    corpus = mq.read_corpus(path, **named, author_columns=["handle", "name"])
    return mq.privacy.pseudonymise(corpus, tmp_path / "keys.csv").posts["text"].iloc[0]


@pytest.mark.parametrize(
    "written",
    [
        ".@lio_ward4 thanks", "RT@lio_ward4: so", "rt @LIO_WARD4", "감사합니다@lio_ward4님",
        "谢谢@lio_ward4！", "﹫lio_ward4",
        "__@lio_ward4__", "#lio_ward4", "(lio_ward4)", "ขอบคุณlio_ward4ครับ", "@lio_ward4@ward.example", "x@lio_ward4",
        "lio_ward4@ward.example", "lio_ward4＠ward.example", "x.com/lio_ward4/status/1222222222222222222",
        "hi @paz.ko.example!", "謝@paz.ko.exampleさん", "at://paz.ko.example/x", "t.me/lio_ward4",
    ],
)  # fmt: skip
def test_no_form_of_a_handle_stays(tmp_path, written):
    got = _cleaned(tmp_path, written).casefold()
    assert "lio_" not in got
    assert "paz.ko" not in got
    assert "1222222222222222222" not in got


@pytest.mark.parametrize("written", ["hi LIORA QUILL-HANSEN", "liora quill-hansen", "Liora  Quill-Hansen’s"])
def test_no_spelling_of_a_name_stays(tmp_path, written):
    assert "quill" not in _cleaned(tmp_path, written).casefold()


def test_what_names_nobody_stays(tmp_path):
    assert _cleaned(tmp_path, "6 of 7 at 5.30, and/or e.g. this") == "6 of 7 at 5.30, and/or e.g. this"


def test_passages_are_found_wherever_they_stand_in_a_long_text():
    for before in (0, 790, 799, 800, 801, 1190, 1195, 1199, 1200, 5_000):
        text = "x " * (before // 2) + "y" * (before % 2) + " ring +44 7700 900456 now"
        end = text.index("+44") + len("+44 7700 900456")
        assert [passage[1] for passage in find_passages("contact", text)] == [end], before


def test_hostile_texts_end():
    for shape in ("a.", "1-", "case ", "   ", "@a.", "A", "(", "9", "’s ", "is a "):
        text = shape * (60_000 // len(shape))
        for kind in PATTERNS:
            find_passages(kind, text)
        find_urls("http://a.bc/" + text)
        html_to_text("<" + text)
        html_to_text(("<![" + shape) * 5_000 + ">")
    row = {"text": "so « kio: " + "— " * 30_000, "quoted_id": "1", "quoted_user": "kio"}
    assert part_quotation(row) == row


def test_brackets_and_signs_behind_an_address_are_not_its_own():
    assert find_urls("(https://a.example/b_(c)))!!)") == ["https://a.example/b_(c)"]


def test_an_open_tag_at_the_end_is_kept_as_words():
    assert html_to_text("<p>so <3 tired</p> a &lt; b <i") == "so <3 tired\n\n a < b <i"
    assert html_to_text("<p>a</p><![CDATA[ b ]]>") == "a"
