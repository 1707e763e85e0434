"""Guards coded segments as MAXQDA, ATLAS.ti, NVivo and Dedoose export them: codes by path, coders, memos, places."""

import pandas as pd
import pytest

import medtw_qual as mq

from .projects import book, corpus_of
from .test_spreadsheets import saved

TEXTS = {"1": "thanks to you and thanks to all", "2": "we lost her, we lost so much"}
NESTED = mq.Codebook(
    "n",
    "",
    codes=(
        mq.Code("fruit", "Fruit"),
        mq.Code("fruit_other", "Other", "fruit"),
        mq.Code("veg", "Veg"),
        mq.Code("veg_other", "Other", "veg"),
        mq.Code("loss", "Loss, grief"),
    ),
)


def read(path, codebook=None, **options):
    return mq.exchange.read_coded_passages(path, corpus_of(TEXTS), codebook, quiet=True, **options)


def rows(project):
    texts = dict(TEXTS)
    return [
        (r.unit_id, r.coder, r.code, "" if pd.isna(r.start) else texts[r.unit_id][r.start : r.end], r.memo)
        for r in project.codings.itertuples()
    ]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_maxqda(tmp_path, suffix):
    table = [
        (
            "Color",
            "Document group",
            "Document name",
            "Code",
            "Begin",
            "End",
            "Weight score",
            "Segment",
            "Created by",
            "Comment",
        ),
        ("●", "G", "1", "Veg > Other", "1", "1", "0", "thanks to all", "Ada", "why"),
        ("●", "G", "2", "Fruit > Other", "1", "1", "0", "we lost her", "Ben", ""),
        ("●", "G", "2", "Feelings > Loss, grief", "1", "1", "0", "we lost so much", "Ben", ""),
        ("●", "G", "2", "Other", "1", "1", "0", "so much", "Ben", ""),
    ]
    project = read(saved(tmp_path, table, suffix), NESTED)
    assert rows(project) == [
        ("1", "Ada", "veg_other", "thanks to all", "why"),
        ("2", "Ben", "fruit_other", "we lost her", ""),
        ("2", "Ben", "loss", "we lost so much", ""),
    ]
    assert project.skipped["reason"].tolist() == ["several codes are named so"]
    own = read(saved(tmp_path, table[:3], suffix))
    assert [(code.name, code.parent) for code in own.codebook.codes] == [
        ("Veg", ""), ("Other", "veg"), ("Fruit", ""), ("Other", "fruit"),
    ]  # fmt: skip


def test_maxqda_in_german(tmp_path):
    table = [
        ("Dokumentname", "Code", "Anfang", "Segment", "Erstellt von"),
        ("1", "Thanks", "1", "thanks to all", "Ada"),
    ]
    assert rows(read(saved(tmp_path, table, ".csv"), book())) == [("1", "Ada", "thanks", "thanks to all", "")]


def test_atlas_ti_has_several_codes_in_a_cell(tmp_path):
    table = [
        ("ID", "Document", "Quotation Name", "Quotation Content", "Codes", "Comment", "Created by"),
        ("1:1", "1", "", "thanks to all", "Thanks\nLoud thanks", "so many", "Ada"),
        ("2:1", "2", "", "we lost her", "", "", "Ada"),
    ]
    project = read(saved(tmp_path, table, ".xlsx"), book())
    assert rows(project) == [
        ("1", "Ada", "thanks", "thanks to all", "so many"),
        ("1", "Ada", "loud_thanks", "thanks to all", "so many"),
    ]
    assert project.skipped["reason"].tolist() == ["it carries no code"]


def test_dedoose_says_where_and_a_code_may_hold_a_comma(tmp_path):
    """The words stand twice; the range tells which, and the column of each code is read, not the joined cell."""
    table = [
        (
            "Media Title", "Excerpt Range", "Excerpt Creator", "Excerpt Copy", "Codes Applied Combined",
            "Code: Loss, grief Applied", "Code: Veg\\Other Applied",
        ),
        ("1", "18-27", "ada", "thanks to", "Other", "False", "True"),
        ("2", "0-11", "ada", "we lost her", "Loss, grief", "True", "False"),
    ]  # fmt: skip
    project = read(saved(tmp_path, table, ".csv"), NESTED)
    table_ = project.codings.set_index("unit_id")
    assert (table_.loc["1", "code"], int(table_.loc["1", "start"])) == ("veg_other", 18)
    assert (table_.loc["2", "code"], int(table_.loc["2", "start"])) == ("loss", 0)


def test_nvivo(tmp_path):
    table = [
        ("File Name", "Hierarchical Name", "Coverage", "Coded Text", "Coded By"),
        ("1", "Codes\\Veg\\Other", "3%", "thanks to all", "AB"),
    ]
    assert rows(read(saved(tmp_path, table, ".xlsx"), NESTED)) == [("1", "AB", "veg_other", "thanks to all", "")]


def test_a_column_that_nobody_reads_is_named(tmp_path):
    table = [("Document name", "Code", "Segment", "Second rater"), ("1", "Thanks", "thanks to all", "yes")]
    with pytest.warns(UserWarning, match="not read: second rater"):
        read(saved(tmp_path, table, ".csv"), book())
