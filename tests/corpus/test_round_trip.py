"""A corpus that went out to a spreadsheet and came back is the same: ids, texts to the code point, times."""

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import medtw_qual as mq
from medtw_qual.corpus.flow import require_sound_flow

NASTY = [
    "=SUM(A1:A9)", "+1", "-1", "@here", "'tis", "''", "'=1", "\tindented", "NA", "null", "1.27E+18", "007", "a\r\nb\nc",
    "👩🏽‍⚕️🏳️‍⚧️ ZWJ", "_x000D_ literal", "tab\tinside", "  spaces  ", "“quotes” \"too\"", "a;b,c|d", "الحمد لله",
    "\u2028 line",
    "bell \x07 and \x1b escape",
]  # fmt: skip
texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff"), min_size=1, max_size=40
)


def corpus_of(path: Path, inv: Any, words: list[str]) -> mq.Corpus:
    return mq.read_corpus(inv.write_lines(path, [inv.page([inv.post(n, text) for n, text in enumerate(words)])]))


def assert_same(again: mq.Corpus, first: mq.Corpus) -> None:
    columns = [name for name in first.posts.columns if not name.startswith("source_")]
    pd.testing.assert_frame_equal(again.posts[columns], first.posts[columns])
    require_sound_flow(again.flow)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_awkward_texts_come_back(ending: str, tmp_path: Path, inv: Any) -> None:
    corpus = corpus_of(tmp_path / "p.jsonl", inv, NASTY)
    path = corpus.export_posts(tmp_path / f"posts{ending}")
    again = mq.read_corpus(path)
    assert again.provenance["sources"][0]["format"] == "own_table"
    assert again.posts["text"].tolist() == NASTY
    assert_same(again, corpus)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_any_text_comes_back(ending: str, tmp_path: Path, inv: Any) -> None:
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(texts, min_size=1, max_size=4))
    def check(words: list[str]) -> None:
        corpus = corpus_of(tmp_path / "p.jsonl", inv, words)
        assert_same(mq.read_corpus(corpus.export_posts(tmp_path / f"posts{ending}")), corpus)

    check()


def test_no_cell_runs_as_a_formula(tmp_path: Path, inv: Any) -> None:
    corpus = corpus_of(tmp_path / "p.jsonl", inv, NASTY)
    with (corpus.export_posts(tmp_path / "p.csv")).open(encoding="utf-8-sig", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    sheet = openpyxl.load_workbook(corpus.export_posts(tmp_path / "p.xlsx")).active
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None} <= {
        "s",
        "n",
    }
