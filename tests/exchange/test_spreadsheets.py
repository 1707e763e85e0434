"""Guards the spreadsheets of Taguette and QualCoder: passages find their place again, or are listed."""

import csv

import openpyxl
import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.errors import UnreadableFile

from .projects import TRICKY, book, corpus_of

TAGUETTE = [
    ("id", "document", "tag", "content"),
    ("1", "2", "Thanks", "👩🏽‍⚕️👨‍👩‍👧‍👦 families"),
    ("1", "2", "grief", "👩🏽‍⚕️👨‍👩‍👧‍👦 families"),
    ("2", "3.txt", "Thanks", "second line\n\nlast"),
    ("3", "1", "Thanks", "plain words, nothing else"),
    ("4", "1", "Thanks", "n"),
    ("5", "1", "Thanks", "never written"),
    ("6", "1", "", "words"),
    ("7", "77", "Thanks", "words"),
    ("8", "1", "Nobody's code", "words"),
]
QUALCODER = [
    ("File", "Coder", "Coded", "Id", "Codename", "Coded_Memo", "Category", "Category", "FileVar_ward"),
    ("2.txt", "ada", "one 🏳️‍🌈 flag", "ctid:1", "Bond", "why, said Ada", "Near", "All", "5"),
    ("4", "ben", "תודה 💙", "ctid:2", "Loss", "", "Far", "All", ""),
    ("4", "ben", "image", "imid:2", "Loss", "", "Far", "All", ""),
    ("7", "ben", '=HYPERLINK("x")', "ctid:3", "Alone", "", "", "", ""),
]


def saved(tmp_path, rows, suffix, delimiter=","):
    path = tmp_path / f"export{suffix}"
    if suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    else:
        workbook = openpyxl.Workbook()
        for row in rows:
            workbook.active.append([None if cell == "" else cell for cell in row])
            for cell in workbook.active[workbook.active.max_row]:
                if cell.data_type == "f":
                    cell.data_type = "s"
        workbook.save(path)
    return path


def passages(project):
    texts = dict(zip(project.corpus.units["unit_id"], project.corpus.units["text"], strict=True))
    return [
        (row.unit_id, row.coder, row.code, None if pd.isna(row.start) else texts[row.unit_id][row.start : row.end])
        for row in project.codings.itertuples()
    ]


@pytest.mark.parametrize(("suffix", "delimiter"), [(".csv", ","), (".csv", ";"), (".xlsx", ",")])
def test_taguette(tmp_path, suffix, delimiter):
    path = saved(tmp_path, TAGUETTE, suffix, delimiter)
    project = mq.exchange.read_coded_passages(path, corpus_of(TRICKY), book(), coder="KA", quiet=True)
    assert passages(project) == [
        ("1", "KA", "thanks", None),
        ("2", "KA", "thanks", "👩🏽‍⚕️👨‍👩‍👧‍👦 families"),
        ("2", "KA", "grief", "👩🏽‍⚕️👨‍👩‍👧‍👦 families"),
        ("3", "KA", "thanks", "second line\r\n\r\nlast"),
    ]
    assert sorted(zip(project.skipped["what"], project.skipped["reason"], strict=True)) == [
        ("coding", "the codebook has no such code"),
        ("coding", "the corpus has no unit of that name"),
        ("coding", "the same coder gave the same passage the code twice"),
        ("coding", "the same coder gave the same passage the code twice"),
        ("passage", "it carries no code"),
        ("place", "the words are not in the text; the code is kept for the whole unit"),
        ("place", "the words stand several times in the text; the code is kept for the whole unit"),
    ]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("by_case", [False, True])
def test_qualcoder(tmp_path, suffix, by_case):
    rows = QUALCODER
    if by_case:
        head, *rest = QUALCODER
        rows = [("Case", "Filename", *head[1:]), *[("Nurse 7", *row) for row in rest]]
    project = mq.exchange.read_coded_passages(saved(tmp_path, rows, suffix), corpus_of(TRICKY), quiet=True)
    assert passages(project) == [
        ("2", "ada", "bond", "one 🏳️‍🌈 flag"),
        ("4", "ben", "loss", "תודה 💙"),
        ("7", "ben", "alone", '=HYPERLINK("x")'),
    ]
    assert project.codings["memo"].tolist() == ["why, said Ada", "", ""]
    assert [(theme.name, theme.codes) for theme in project.codebook.themes] == [("Near", ("bond",)), ("Far", ("loss",))]
    assert project.skipped["reason"].tolist() == ["it lies on a picture or recording"]
    assert project.coders["coder"].tolist() == ["ada", "ben"]


def test_another_table_is_refused(tmp_path):
    with pytest.raises(UnreadableFile, match="none of QualCoder, Taguette"):
        mq.exchange.read_coded_passages(saved(tmp_path, [("a", "b"), ("1", "2")], ".csv"), corpus_of(TRICKY))


def test_a_user_of_a_project_is_its_coder_and_round(tmp_path):
    rows = [("File", "Coder", "Coded", "Id", "Codename", "Coded_Memo")] + [
        ("2_text", name, "one 🏳️‍🌈 flag", "ctid:1", "Thanks", "") for name in ("A, round 2", "M, round 1 (model)", "ben")
    ]
    project = mq.exchange.read_coded_passages(saved(tmp_path, rows, ".csv"), corpus_of(TRICKY), book(), quiet=True)
    assert project.codings[["unit_id", "coder", "round", "coder_kind"]].to_numpy().tolist() == [
        ["2", "M", "1", "model"],
        ["2", "ben", "1", "person"],
        ["2", "A", "2", "person"],
    ]


def test_taguettes_codebook_is_read(tmp_path):
    """The columns that Taguette 1.5.2 exports."""
    rows = [
        ("tag", "description", "number of highlights", "number of documents"),
        ("care", "Caring.\nInclude when: said", "3", "1"),
        ("care.home", "", "1", "1"),
        ("care.home.own", "Own.", "1", "1"),
        ("St. Mary", "", "0", "0"),
    ]
    for suffix in (".csv", ".xlsx"):
        codebook = mq.read_codebook(saved(tmp_path, rows, suffix))
        assert [(code.id, code.name, code.parent) for code in codebook.codes] == [
            ("care", "care", ""),
            ("home", "home", "care"),
            ("own", "own", "home"),
            ("st_mary", "St. Mary", ""),
        ]
        assert codebook["care"].include_when == "said"


def test_tags_for_taguette_come_back_as_the_same_codes(tmp_path):
    path = mq.exchange.write_tags(tmp_path / "tags.csv", book())
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "without a mark it guesses the encoding, wrong at an emoji"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["tag"] for row in rows] == ["Thanks", "Grief & loss", "Thanks.Loud thanks"]
    assert set(mq.read_codebook(path).codes) == set(book().codes)


def test_passages_of_one_document_with_all_posts(tmp_path):
    page = mq.exchange.write_survey(tmp_path / "posts.html", corpus_of(TRICKY)).read_text(encoding="utf-8")
    assert all(f"<h4>[{unit}]</h4>" in page for unit in TRICKY)
    assert "&lt;b&gt;&amp; " in page.replace("&lt;b&gt; &amp;", "&lt;b&gt;&amp; ")
    assert "<b>" not in page, "a post is no HTML"
    rows = [
        ("id", "document", "tag", "content"),
        ("1", "posts", "Thanks.Loud thanks", "first line second line last"),
        ("2", "posts", "Thanks", "[8] 🧬🧪"),
        ("3", "posts", "Thanks", "[1] plain words, nothing else"),
        ("4", "posts", "Thanks", "e"),
        ("5", "posts", "Thanks", "nowhere"),
    ]
    project = mq.exchange.read_coded_passages(
        saved(tmp_path, rows, ".csv"), corpus_of(TRICKY), book(), coder="KA", document="posts", quiet=True
    )
    assert passages(project) == [
        ("1", "KA", "thanks", None),
        ("3", "KA", "loud_thanks", "first line\r\nsecond line\r\n\r\nlast"),
        ("8", "KA", "thanks", "🧬🧪"),
    ]
    assert project.skipped["reason"].tolist() == ["several units hold its words", "no unit holds its words"]


def test_a_name_that_two_codes_have_is_nobodys(tmp_path):
    twins = mq.Codebook("twins", "", codes=(mq.Code("a", "Care"), mq.Code("b", "Home"), mq.Code("c", "Care", "b")))
    rows = [("id", "document", "tag", "content"), ("1", "1", "Care", "words"), ("2", "1", "Home.Care", "plain")]
    project = mq.exchange.read_coded_passages(saved(tmp_path, rows, ".csv"), corpus_of(TRICKY), twins, quiet=True)
    assert project.codings["code"].tolist() == ["c"]
    assert project.skipped["reason"].tolist() == ["several codes are named so"]


def test_a_survey_for_qualcoder_holds_every_text_and_runs_none(tmp_path):
    corpus = corpus_of(TRICKY)
    with mq.exchange.write_survey(tmp_path / "s.csv", corpus).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["unit_id"] for row in rows] == list(TRICKY)
    assert [row["text"].removeprefix("'") for row in rows] == list(TRICKY.values())
    assert rows[6]["text"].startswith("'=")
    assert rows[0]["role"] == "médecin 👩‍⚕️"
    sheet = openpyxl.load_workbook(mq.exchange.write_survey(tmp_path / "s.xlsx", corpus)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert sheet.max_row == len(TRICKY) + 1
    first = (tmp_path / "s.xlsx").read_bytes()
    assert mq.exchange.write_survey(tmp_path / "s.xlsx", corpus).read_bytes() == first
