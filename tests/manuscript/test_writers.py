"""Guards the writers: each format reads back with equal cells, twice with equal bytes, and runs no cell."""

import csv
import io
import re
import time
import zipfile

import docx
import openpyxl
import pandas as pd
import pytest
from lxml import html as lxml_html

from medtw_qual._base.office import formula_restored, xml_safe
from medtw_qual.errors import InvalidArgument
from medtw_qual.manuscript import Footnote, ManuscriptTable, Spanner, TableColumn
from medtw_qual.manuscript.writers import WRITERS

HOSTILE = (
    '=HYPERLINK("http://x.invalid","click")',
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\tcmd",
    "<script>alert(1)</script> & <b>bold</b>",
    "null\x00 bell\x07 lone\ud800 end",
    "\\input{/etc/passwd} $x_1^2$ 100% #tag {a} ~b",
    "pipe | star *a* `code` [link](http://x.invalid)",
    "[.12, .34]",
    "two\nlines",
    "👩🏽‍⚕️ مرحبا שלום",
    "NA",
)


@pytest.fixture
def hostile() -> ManuscriptTable:
    body = pd.DataFrame(
        {"words": pd.Series(HOSTILE, dtype=object), "n": range(len(HOSTILE)), "low": 0.125, "high": [None, *[0.5] * 12]}
    )
    return ManuscriptTable(
        "7",
        "Hostile <i>cells</i> & =formulas",
        body.astype({"high": "float64"}),
        columns=(
            TableColumn(("words",), "=Words"),
            TableColumn(("n",), "n", "whole"),
            TableColumn(("low",), "Share", "proportion"),
            TableColumn(("low", "high"), "95% CI", "percent interval"),
        ),
        spanners=(Spanner("Shares & <limits>", 2, 3),),
        notes=("A note with <markup> & 5%.",),
        footnotes=(Footnote(0, 3, "Too few."), Footnote(2, 3, "Too few."), Footnote(-1, 1, "Units.")),
        strong=(0,),
        indents=(0, *[1] * 12),
    )


def expected(table: ManuscriptTable) -> list[list[str]]:
    return [[xml_safe(text) for text in row] for row in table.cells]


@pytest.mark.parametrize("suffix", list(WRITERS))
def test_two_saves_are_equal_bytes(hostile, tmp_path, suffix, monkeypatch):
    first = hostile.save(tmp_path / f"a{suffix}").read_bytes()
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert hostile.save(tmp_path / f"b{suffix}").read_bytes() == first


def test_word_holds_every_cell_three_rules_and_a_repeated_head(hostile, tmp_path):
    document = docx.Document(str(hostile.save(tmp_path / "t.docx")))
    paragraphs = [one.text for one in document.paragraphs]
    assert paragraphs[:2] == ["Table 7", "Hostile <i>cells</i> & =formulas"]
    assert paragraphs[2:] == ["Note. A note with <markup> & 5%.", "a Units.", "b Too few."]
    table = document.tables[0]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    # python-docx gives a tab for \t and a line break for \n; a footnote's letter stands behind its cell
    want = expected(hostile)
    want[0][3] += "b"
    want[2][3] += "b"
    assert rows[2:] == want
    assert rows[1] == ["=Words", "na", "Share", "95% CI"]
    assert rows[0][2] == rows[0][3] == "Shares & <limits>"
    xml = zipfile.ZipFile(tmp_path / "t.docx").read("word/document.xml").decode()
    assert xml.count("<w:tblHeader") == 2
    assert xml.count("<w:cantSplit") == len(table.rows)
    assert "w:instrText" not in xml  # no field that Word would compute
    assert "<w:hyperlink" not in xml


def test_word_turns_the_page_for_a_wide_table(tmp_path):
    wide = ManuscriptTable("1", "Wide", pd.DataFrame([[*range(30)]], columns=[f"c{n}" for n in range(30)]))
    section = docx.Document(str(wide.save(tmp_path / "w.docx"))).sections[0]
    assert section.page_width > section.page_height
    table = docx.Document(str(tmp_path / "w.docx")).tables[0]
    assert [cell.text for cell in table.rows[1].cells] == [str(n) for n in range(30)]
    inside = section.page_width - section.left_margin - section.right_margin
    assert sum(column.width for column in table.columns) <= inside


def test_excel_keeps_numbers_and_never_a_formula(hostile, tmp_path):
    book = openpyxl.load_workbook(hostile.save(tmp_path / "t.xlsx"))
    assert book.sheetnames == ["Table", "Values", "Notes"]
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert "f" not in kinds
    sheet = book["Table"]
    top = next(row for row in range(1, 9) if sheet.cell(row, 1).value == "=Words")
    for offset, text in enumerate(HOSTILE, 1):
        assert sheet.cell(top + offset, 1).value == xml_safe(text)
        assert sheet.cell(top + offset, 2).value == offset - 1
        assert sheet.cell(top + offset, 3).value == 0.125
        assert sheet.cell(top + offset, 3).number_format == "0.00"
    values = book["Values"]
    assert [cell.value for cell in values[1]] == ["words", "n", "low", "high"]
    assert [row[2].value for row in values.iter_rows(min_row=2)] == [0.125] * len(HOSTILE)
    notes = {row[0].value: row[1].value for row in book["Notes"].iter_rows()}
    assert notes["Note"] == "A note with <markup> & 5%."


def test_a_workbook_says_where_it_had_to_cut_a_text(tmp_path):
    long = ManuscriptTable("1", "Long", pd.DataFrame({"words": ["x" * 40_000]}))
    notes = openpyxl.load_workbook(long.save(tmp_path / "t.xlsx"))["Notes"]
    assert any("32,767 characters are cut here" in str(row[1].value) for row in notes.iter_rows())
    assert "x" * 40_000 in long.save(tmp_path / "t.csv").read_text()


def test_csv_holds_the_raw_values(hostile, tmp_path):
    raw = hostile.save(tmp_path / "t.csv").read_bytes()
    assert b"\r\n" not in raw.replace(b'"\r\n"', b"")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8"))))
    assert rows[0] == ["words", "n", "low", "high"]
    for row, text in zip(rows[1:], HOSTILE, strict=True):
        assert not row[0].startswith(("=", "+", "-", "@", "\t"))
        assert formula_restored(row[0]) == text.replace("\ud800", "?")
        assert row[2] == "0.125"


def test_html_is_one_table_of_text_without_markup_from_cells(hostile, tmp_path):
    source = hostile.save(tmp_path / "t.html").read_text(encoding="utf-8")
    assert "<script" not in source
    assert "http" not in re.sub(r"http://x\.invalid", "", source)
    page = lxml_html.fromstring(source)
    table = page.get_element_by_id("table-7-hostile-i-cells-i-formulas")
    for sup in table.findall(".//sup"):
        sup.drop_tree()
    rows = [[cell.text_content() for cell in row] for row in table.findall(".//tbody/tr")]
    assert rows == expected(hostile)
    assert page.text_content().count("Note. A note with <markup> & 5%.") == 1


def test_a_notebook_shows_the_same_html_every_time(hostile):
    assert hostile._repr_html_() == hostile._repr_html_()
    assert "uuid" not in hostile._repr_html_()


def test_markdown_cells_come_back(hostile, tmp_path):
    lines = hostile.save(tmp_path / "t.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ")][2:]
    assert len(rows) == len(HOSTILE)
    for line, want in zip(rows, expected(hostile), strict=True):
        cells = [cell.strip(" ") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        first = cells[0].removeprefix("&emsp;").removeprefix("**").removesuffix("**").replace("<br>", "\n")
        assert re.sub(r"\\(.)", r"\1", first).strip() == want[0].strip()
        assert re.search(r"(?<!\\)<(?!br>|sup>|/sup>)", line) is None


def test_latex_cells_come_back_and_nothing_runs(hostile, tmp_path):
    source = hostile.save(tmp_path / "t.tex").read_text(encoding="utf-8")
    assert "\\input" not in source
    for rule in ("\\toprule", "\\midrule", "\\bottomrule", "\\cmidrule(lr){3-4}"):
        assert source.count(rule) == 1
    body = source.split("\\midrule\n")[1].split("\\bottomrule")[0].strip().splitlines()
    assert len(body) == len(HOSTILE)
    assert "\\textbackslash{}input\\{/etc/passwd\\} \\$x\\_1\\textasciicircum{}2\\$ 100\\% \\#tag" in body[7]
    assert all(line.endswith(("\\\\", "\\\\*")) and len(re.findall(r"(?<!\\)&", line)) == 3 for line in body)
    assert not any(line.startswith("[") for line in body)


@pytest.mark.parametrize("suffix", list(WRITERS))
def test_an_empty_table_is_written_with_its_head(tmp_path, suffix):
    empty = ManuscriptTable(
        "2", "Nothing yet", pd.DataFrame({"code": pd.Series(dtype="str"), "n": pd.Series(dtype=int)})
    )
    assert empty.save(tmp_path / f"e{suffix}").stat().st_size > 0
    if suffix == ".docx":
        assert [c.text for c in docx.Document(str(tmp_path / "e.docx")).tables[0].rows[0].cells] == ["code", "n"]


def test_an_unknown_ending_names_the_known_ones(hostile, tmp_path):
    with pytest.raises(InvalidArgument, match=r"\.docx, \.xlsx, \.tex"):
        hostile.save(tmp_path / "t.odt")
    assert list(tmp_path.iterdir()) == []


def test_unsound_tables_are_refused():
    body = pd.DataFrame({"code": ["a"], "n": [1]})
    with pytest.raises(InvalidArgument, match="does not have"):
        ManuscriptTable("1", "x", body, columns=(TableColumn(("cod",), "Code"),))
    with pytest.raises(InvalidArgument, match="takes 2"):
        ManuscriptTable("1", "x", body, columns=(TableColumn(("n",), "CI", "percent interval"),))
    with pytest.raises(InvalidArgument, match="spans columns"):
        ManuscriptTable("1", "x", body, spanners=(Spanner("a", 0, 1), Spanner("b", 1, 1)))


def test_note_letters_run_in_reading_order():
    body = pd.DataFrame({"n": range(30)})
    notes = tuple(Footnote(row, 0, f"note {row:02d}") for row in reversed(range(28)))
    table = ManuscriptTable("1", "x", body, footnotes=notes)
    letters = [table.letters[row, 0] for row in range(28)]
    assert letters[:3] == ["a", "b", "c"]
    assert letters[25:] == ["z", "aa", "ab"]
