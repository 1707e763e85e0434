"""Guards that workbooks and zips are written in one place: text stays text, bytes are the same, lists are offered."""

import re
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import medtw_qual
from medtw_qual._base.workbook import CUT, MOST_CHARACTERS, Sheet, write_workbook
from medtw_qual._base.zip_archive import ZipLimits, open_zip, write_zip
from medtw_qual.errors import UnreadableFile

PACKAGE = Path(medtw_qual.__file__).parent
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"))


@given(
    cells=st.lists(st.sampled_from(["=1+1", "+49 30", "-", "@anna", "#N/A", "TRUE", "1-2", "007"]) | TEXTS, max_size=5)
)
def test_a_text_comes_back_as_the_text_that_it_was(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("book") / "s.xlsx"
    write_workbook(path, [Sheet("s", ["text"], [[cell] for cell in cells])])
    sheet = openpyxl.load_workbook(path)["s"]
    found = [sheet.cell(row, 1) for row in range(2, len(cells) + 2)]
    assert [cell.value or "" for cell in found] == cells
    assert {cell.data_type for cell in found if cell.value} <= {"s"}
    assert all(cell.quotePrefix for cell in found if cell.value and cell.value[0] in "=+-@")


def test_two_saves_are_the_same_bytes_and_hold_no_time(tmp_path):
    sheets = [Sheet("s", ["a", "n"], [["x", 1.5]], choices={"a": ["x", "y"]}, locked=True, free=["a"])]
    first, second = (write_workbook(tmp_path / name, sheets).read_bytes() for name in ("1.xlsx", "2.xlsx"))
    assert first == second


def test_what_is_too_long_for_a_cell_says_that_it_was_cut(tmp_path):
    path = write_workbook(tmp_path / "s.xlsx", [Sheet("s", ["text"], [["x" * 40_000]])])
    value = openpyxl.load_workbook(path)["s"]["A2"].value
    assert (len(value), value[-len(CUT) :]) == (MOST_CHARACTERS, CUT)


def test_a_list_of_choices_that_a_spreadsheet_would_call_damage_is_left_out(tmp_path):
    sheets = [Sheet("s", ["a", "b"], [["", ""]], choices={"a": ["yes", "no"], "b": ["one, or two", "three"]})]
    sheet = openpyxl.load_workbook(write_workbook(tmp_path / "s.xlsx", sheets))["s"]
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == ['"yes,no"']


@pytest.mark.parametrize(
    ("pattern", "place"),
    [(r"\bimport zipfile\b|zipfile\.", "_base/zip_archive.py"), (r"\bWorkbook\(", "_base/workbook.py")],
)
def test_zips_and_workbooks_are_made_in_one_place(pattern, place):
    found = [path.relative_to(PACKAGE).as_posix() for path in sorted(PACKAGE.rglob("*.py"))
             if re.search(pattern, path.read_text(encoding="utf-8"))]  # fmt: skip
    assert set(found) <= {place, "_base/workbook_guards.py"}  # the last one looks into workbooks before they are opened


def test_an_archive_is_refused_by_what_comes_out_of_it(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"big.txt": b"a" * 5_000_000, "small.txt": b"b"})
    with pytest.raises(UnreadableFile, match="zip bomb"):
        open_zip(path, ZipLimits(small=1_000_000))
    archive = open_zip(path, ZipLimits(member=1_000_000))
    assert archive.read("small.txt") == b"b"
    with pytest.raises(UnreadableFile, match="more than any study"):
        archive.read("big.txt")
    archive.close()


def test_names_that_lead_out_of_an_archive_are_listed_and_never_opened(tmp_path):
    path = write_zip(tmp_path / "a.zip", {"../out.txt": b"x", "C:\\out.txt": b"x", "in/side.txt": b"y"})
    archive = open_zip(path)
    assert list(archive.members) == ["in/side.txt"]
    assert [reason for _, reason in archive.refused] == ["its name leads out of the archive"] * 2
    archive.close()
