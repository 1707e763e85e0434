"""Guards coding sheets: out and back without loss, nothing that runs, every oddity named by its cell."""

import openpyxl
import pytest

from medtw_qual.coding import draw_sample, read_codings, read_memos, write_coding_sheet
from medtw_qual.coding.coding_log import CodingLog
from medtw_qual.coding.coding_sheets import IMPOSSIBLE, NONE
from medtw_qual.errors import InvalidTable, RoundedIds, UnknownCode, UnreadableFile


@pytest.fixture
def sample(corpus):
    return draw_sample(corpus, 12, seed=1)


@pytest.fixture
def path(sample, codebook, tmp_path):
    return write_coding_sheet(sample, codebook, "KA", tmp_path / "KA.xlsx")


def fill(path, cells):
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book["coding"][place] = value
    book.save(path)


def test_a_sheet_goes_out_and_comes_back(path, sample, codebook):
    book = openpyxl.load_workbook(path)
    sheet = book["coding"]
    assert [cell.value for cell in sheet[1]][3:6] == ["code 1", "code 2", "code 3"]
    units = [sheet.cell(row, 1).value for row in range(2, 14)]
    assert units == sample.order_for("KA")
    texts = sample.units.set_index("unit_id")["text"]
    assert [sheet.cell(row, 2).value for row in range(2, 14)] == [texts[unit] for unit in units]
    fill(path, {"D2": "Finding family", "E2": "isolation", "D3": NONE, "D4": IMPOSSIBLE, "G2": "=warm"})
    codings = read_codings(path, codebook)
    status = codings.set_index(["unit_id", "code"])["status"]
    assert status[units[0]].to_dict() == {"isolation": "present", "family": "present", "voice": "absent"}
    assert set(status[units[1]]) == {"absent"}
    assert set(status[units[2]]) == {"impossible"}
    assert codings["unit_id"].nunique() == 3  # a row with nothing chosen is not coded
    assert set(codings["coder"]) == {"KA"}
    assert set(codings["codebook_hash"]) == {codebook.hash}
    assert "=warm" in set(codings["memo"])


def test_no_cell_is_a_formula_and_only_choices_are_open(path):
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert any(cell.value.startswith("=HYPERLINK") for cell in cells if isinstance(cell.value, str))
    sheet = book["coding"]
    assert sheet.protection.sheet
    assert sheet["A2"].protection.locked
    assert not sheet["D2"].protection.locked
    offer = sheet.data_validations.dataValidation[0]
    assert (str(offer.sqref).split(), offer.formula1) == (["D2:D13", "E2:E13", "F2:F13"], "codes!$A$2:$A$6")
    assert [book["codes"].cell(row, 1).value for row in range(2, 7)] == [
        "Isolation", "Finding family", "Finding a voice", NONE, IMPOSSIBLE,
    ]  # fmt: skip


def test_two_sheets_of_one_sample_are_equal_byte_for_byte(path, sample, codebook, tmp_path):
    again = write_coding_sheet(sample, codebook, "KA", tmp_path / "again.xlsx")
    assert again.read_bytes() == path.read_bytes()


def test_every_oddity_is_named_by_its_cell(path, codebook):
    book = openpyxl.load_workbook(path)
    moved = book["coding"]["A7"].value
    fill(path, {"D2": "isolaton", "D5": NONE, "E5": "isolation", "A6": 1.2e18, "A7": book["coding"]["A8"].value})
    with pytest.raises(UnknownCode) as error:
        read_codings(path, codebook)
    words = str(error.value)
    assert "'isolaton' in D2 is not in small 1.0.0. Did you mean 'isolation'?" in words
    assert "D5 says '(none of these)' and another cell" in words
    assert "A6 holds 1.2e+18 as a number" in words
    assert "A7: the id" in words
    assert "does not belong to the text beside it" in words
    assert "stands in two rows" in words
    assert moved not in words


@pytest.mark.parametrize(
    ("cells", "error", "words"),
    [
        ({"A3": 1337565537327933000.0, "D3": NONE}, RoundedIds, "A3 holds 1.337565537327933e"),
        ({"A3": None, "D3": NONE}, InvalidTable, "A3 has no unit_id"),
        ({"B3": "another text", "D3": NONE}, InvalidTable, "A3: the id"),
        ({"A3": "1.33757E+18"}, RoundedIds, "A3 holds '1.33757E\\+18': a spreadsheet has rounded the id"),
        ({"A3": "1337565537327930000"}, RoundedIds, "A3 holds '1337565537327930000': a spreadsheet has rounded"),
        ({"E1": "second code", "E3": "voice"}, InvalidTable, r"column 'second code' \(E1\) is none of the sheet's"),
        ({"K3": "a note beside"}, InvalidTable, r"column 'K' \(K1\) is none of the sheet's"),
        ({"A1": "id"}, InvalidTable, "first row no longer names the columns unit_id"),
        ({"D3": "Isolation; Finding family"}, UnknownCode, "'Isolation; Finding family' in D3"),
    ],
)
def test_one_oddity_is_enough(path, codebook, cells, error, words):
    fill(path, {"D2": NONE, **cells})
    with pytest.raises(error, match=words):
        read_codings(path, codebook)


def test_capitals_and_blanks_are_no_misspelling(path, codebook):
    fill(path, {"D2": " ISOLATION ", "D3": "finding Family"})
    given = read_codings(path, codebook).query("status == 'present'")
    assert sorted(given["code"]) == ["family", "isolation"]


def test_a_sheet_without_its_codes_is_named(path, codebook):
    book = openpyxl.load_workbook(path)
    del book["codes"]
    book.save(path)
    with pytest.raises(InvalidTable, match="no sheet 'codes' any more"):
        read_codings(path, codebook)


def test_memos_and_new_codes_come_back_also_beside_an_empty_row(path, sample):
    units = sample.order_for("KA")
    fill(path, {"D2": "isolation", "G2": "sure", "G3": "cannot decide", "H3": "gallows humour", "H4": "kin"})
    memos = read_memos(path.parent / "none", path.parent)
    assert set(memos["author"]) == {"KA"}
    assert memos["date"].isna().all()
    rows = {(row.about, row.key): row.text for row in memos.itertuples()}
    assert rows == {
        ("unit", units[0]): "sure",
        ("unit", units[1]): "cannot decide",
        ("new code", "gallows humour"): f"Proposed at unit {units[1]}. cannot decide",
        ("new code", "kin"): f"Proposed at unit {units[2]}.",
    }


def test_two_files_under_one_name_are_one_copy_or_a_contradiction(path, codebook, sample):
    fill(path, {"D2": "isolation"})
    copy = path.with_name("KA (1).xlsx")
    copy.write_bytes(path.read_bytes())
    assert len(read_codings(path.parent, codebook)) == 3  # said twice, counted once
    fill(copy, {"D2": "voice"})
    with pytest.raises(
        InvalidTable, match=r"KA coded 'isolation' on unit .* twice, differently.*KA \(1\)\.xlsx.*KA\.xlsx"
    ):
        read_codings(path.parent, codebook)
    copy.unlink()
    CodingLog(path.parent, "KA").decide(
        round_="1", unit_id=sample.order_for("KA")[0], codes=[], codes_seen=codebook.ids, codebook_hash=codebook.hash
    )
    with pytest.raises(InvalidTable, match=r"absent in the logs, present in KA\.xlsx"):
        read_codings(path.parent, codebook)


def test_a_missing_row_is_noticed(path, codebook):
    book = openpyxl.load_workbook(path)
    book["coding"].delete_rows(5)
    book.save(path)
    with pytest.raises(InvalidTable, match="1 of its 12 rows are missing"):
        read_codings(path, codebook)


def test_sorted_rows_are_no_oddity(path, codebook):
    fill(path, {"D2": "voice"})
    before = read_codings(path, codebook)
    book = openpyxl.load_workbook(path)
    sheet = book["coding"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for number, values in enumerate(reversed(rows), 2):
        for column, value in enumerate(values, 1):
            sheet.cell(number, column).value = value
            if isinstance(value, str):
                sheet.cell(number, column).data_type = "s"
    book.save(path)
    assert read_codings(path, codebook).equals(before)


def test_a_plain_workbook_is_read_as_a_table(tmp_path, codebook):
    book = openpyxl.Workbook()
    for row in (["unit_id", "isolation", "family", "voice"], ["u1", 1, 0, None], ["u2", True, False, "impossible"]):
        book.active.append(row)
    book.save(tmp_path / "LB.xlsx")
    codings = read_codings(tmp_path / "LB.xlsx", codebook)
    assert set(codings["coder"]) == {"LB"}
    assert codings["status"].tolist() == ["present", "absent", "present", "absent", "impossible"]
    book.active["A2"] = 1.33756553732793e18
    book.save(tmp_path / "LB.xlsx")
    with pytest.raises(RoundedIds, match=r"A2 of LB\.xlsx"):
        read_codings(tmp_path / "LB.xlsx", codebook)
    (tmp_path / "LB.xlsx").write_bytes(b"PK\x03\x04 hello")
    with pytest.raises(UnreadableFile, match="damaged"):
        read_codings(tmp_path / "LB.xlsx", codebook)


def test_a_second_column_of_one_name_takes_no_decision_away(path, codebook):
    book = openpyxl.load_workbook(path)
    sheet = book["coding"]
    sheet["D2"], sheet["D3"] = "family", "isolation"
    place = sheet.cell(1, sheet.max_column + 1)
    place.value = "code 1"
    book.save(path)
    assert set(read_codings(path, codebook).query("status == 'present'")["code"]) == {"family", "isolation"}
    sheet.cell(4, place.column).value = "family"
    book.save(path)
    with pytest.raises(InvalidTable, match="would be lost"):
        read_codings(path, codebook)


def test_a_sheet_that_lies_there_twice_says_its_memos_once(path, codebook, tmp_path):
    fill(path, {"D2": "family", "G2": "warm"})
    (tmp_path / "KA (1).XLSX").write_bytes(path.read_bytes())
    assert list(read_memos(tmp_path, codings=tmp_path)["text"]) == ["warm"]
    assert set(read_codings(tmp_path, codebook)["memo"]) == {"warm"}


def test_work_on_a_copied_sheet_or_in_merged_cells_is_not_lost_unseen(path, codebook):
    book = openpyxl.load_workbook(path)
    copy = book.copy_worksheet(book["coding"])
    copy["D2"] = "isolation"
    book.save(path)
    with pytest.raises(InvalidTable, match="the sheet 'coding Copy' is none of ours"):
        read_codings(path, codebook)
    del book["coding Copy"]
    book["coding"]["D2"] = "isolation"
    book["coding"].merge_cells("D2:D4")
    book.save(path)
    with pytest.raises(InvalidTable, match="D2:D4 are merged"):
        read_codings(path, codebook)


def test_names_exchanged_in_the_list_of_codes_are_noticed(path, codebook):
    book = openpyxl.load_workbook(path)
    codes = book["codes"]
    codes["A2"].value, codes["A3"].value = codes["A3"].value, codes["A2"].value
    book.save(path)
    with pytest.raises(InvalidTable, match="was a column sorted alone"):
        read_codings(path, codebook)


def test_two_codes_of_one_name_are_told_apart_in_a_sheet(sample, tmp_path):
    from medtw_qual.codebook.codebook import Code, Codebook

    book = Codebook("b", "1", codes=(Code("warm_mixed", "Mixed"), Code("cold_mixed", "Mixed")))
    path = write_coding_sheet(sample, book, "KA", tmp_path / "KA.xlsx")
    fill(path, {"D2": "Mixed (cold_mixed)"})
    codings = read_codings(path, book).set_index("code")["status"]
    assert codings.to_dict() == {"warm_mixed": "absent", "cold_mixed": "present"}
