"""Guards the one reader of tables: any dialect, encoding and kind of file reads equal; what cannot be read is named."""

import contextlib
import csv
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medtw_qual._base import workbook_guards
from medtw_qual._base.table_reader import read_text_table, without_nothing_words
from medtw_qual.errors import EmptyFile, InvalidArgument, InvalidTable, MedtwQualError, RoundedIds, UnreadableFile

# Words as people write them, with every sign that is a delimiter or a quotation mark somewhere.
WORDS = st.text("abz ,;|\t\"'é€\n\\0", max_size=12).filter(lambda text: not text.startswith("'"))
ROWS = st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6)
HEADER = ["unit_id", "text", "note"]


def table_of(rows: list[tuple[str, str]]) -> list[list[str]]:
    return [[f"u{number}", *row] for number, row in enumerate(rows, 1)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]),
    ends=st.sampled_from(["\n", "\r\n"]),
    named=st.booleans(),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_a_table_saved_in_any_way_reads_equal(
    tmp_path: Path, rows: list[tuple[str, str]], delimiter: str, encoding: str, ends: str, named: bool, quoting: int
) -> None:
    expected = table_of(rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ends, quoting=quoting)
    writer.writerows([HEADER, *expected])
    content = (f"sep={delimiter}{ends}" if named else "") + text.getvalue()
    path = tmp_path / "t.csv"
    path.write_bytes(content.encode(encoding))
    read = read_text_table(path, known=HEADER)
    assert [list(read.frame.columns), *read.frame.to_numpy().tolist()] == [HEADER, *expected]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_a_workbook_reads_as_what_was_written_into_it(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    book = openpyxl.Workbook()
    expected = table_of(rows)
    for place, row in enumerate([HEADER, *expected], 1):
        for column, text in enumerate(row, 1):
            cell = book.active.cell(place, column)
            cell.value, cell.data_type = (text, "s") if text else (None, "n")
    book.save(tmp_path / "t.xlsx")
    read = read_text_table(tmp_path / "t.xlsx")
    assert read.frame.to_numpy().tolist() == expected


@pytest.mark.extra
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("suffix", ["xls", "ods", "xlsx"])
def test_what_a_real_spreadsheet_saved_reads_equal(tmp_path: Path, suffix: str) -> None:
    expected = [["u1", 'so; so, "said" Zoë', "007"], ["u2", "two\nlines", ""], ["u3", "", "1337565537327930001"]]
    book = openpyxl.Workbook()
    for row in [HEADER, *expected]:
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    command = ["soffice", "--headless", "--convert-to", suffix, "--outdir", tmp_path / "out", tmp_path / "t.xlsx"]
    subprocess.run([*map(str, command), f"-env:UserInstallation=file://{tmp_path}/profile"], check=True, timeout=120)
    read = read_text_table(tmp_path / "out" / f"t.{suffix}")
    assert read.frame.to_numpy().tolist() == expected


def written(tmp_path: Path, text: str, name: str = "t.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id,text\n1,a; b; c; d\n2,e; f; g; h\n", [["1", "a; b; c; d"], ["2", "e; f; g; h"]]),
        ("id,a\n1,x,\n2,y,\n", [["1", "x"], ["2", "y"]]),  # a comma at the end of each row shifts nothing
        ("id,a,\n1,x,\n2,y,\n", [["1", "x"], ["2", "y"]]),
        ("id,a,b\n1,x\n2,y,z\n", [["1", "x", ""], ["2", "y", "z"]]),  # Excel leaves out empty cells at the end
        ("id,a\n1,x\nid,a\n2,y\n", [["1", "x"], ["2", "y"]]),
        ('id,a\n1,"a \\"b\\" c"\n2,"d, \\"e\\""\n', [["1", 'a "b" c'], ["2", 'd, "e"']]),
        ('id,a\n1,"C:\\"\n2,x\n', [["1", "C:\\"], ["2", "x"]]),  # a backslash before a closing mark is a backslash
        ('id|a\n1|"x|y"\n', [["1", "x|y"]]),
        ("\tA\tB\nu1\t1\t0\n", [["u1", "1", "0"]]),
        ('Q1,Q2\nHow?,Why?\n"{""ImportId"":""a""}","{""ImportId"":""b""}"\nwell,so\n', [["well", "so"]]),
    ],
)
def test_rows_are_what_the_header_says(tmp_path: Path, text: str, expected: list[list[str]]) -> None:
    assert read_text_table(written(tmp_path, text)).frame.to_numpy().tolist() == expected


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("id,a\n1,x,y\n2,z\n", UnreadableFile, "more cells than columns in row 2"),
        ('id,a\n1,x\n2,"half of', UnreadableFile, "never closed in row 3"),
        ("id,a,a\n1,x,y\n", InvalidTable, "two columns called 'a'"),
        ("\r\n\r\n", EmptyFile, "holds no rows"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, text: str, kind: type[MedtwQualError], words: str) -> None:
    with pytest.raises(kind, match=words):
        read_text_table(written(tmp_path, text))


def test_a_row_is_counted_as_a_spreadsheet_counts(tmp_path: Path) -> None:
    read = read_text_table(written(tmp_path, 'id,a\n\n1,"two\nlines"\n,\n2,x\n'))
    assert read.rows == (3, 5)


def test_a_guess_is_said(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("id;name\n1;Zoë\n2;x".encode("cp1252"))
    read = read_text_table(tmp_path / "t.csv")
    assert read.frame["name"].tolist() == ["Zoë", "x"]
    with pytest.warns(UserWarning, match="Windows-1252"):
        read.warn()


def test_no_setting_of_the_interpreter_is_changed(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    long = "x" * 500_000
    read = read_text_table(written(tmp_path, f"id,a\n1,{long}\n2,y\n"))
    assert read.frame["a"].tolist() == [long, "y"]
    assert csv.field_size_limit() == limit


def saved(tmp_path: Path, *rows: list[object]) -> tuple[openpyxl.Workbook, Path]:
    book = openpyxl.Workbook()
    book.active.title = "first"
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    return book, tmp_path / "t.xlsx"


def test_cells_that_do_not_hold_what_they_show_are_refused(tmp_path: Path) -> None:
    book, path = saved(tmp_path, ["id", "a"], ["1", "x"], ["2", None])
    book.active.merge_cells("B2:B3")
    book.save(path)
    with pytest.raises(UnreadableFile, match=r"merged cells \(B2:B3\)"):
        read_text_table(path)
    book, path = saved(tmp_path, ["id", "a"], ["1", "=A1&A2"])
    with pytest.raises(UnreadableFile, match=r"not in the file \(B2\)"):
        read_text_table(path)
    book, path = saved(tmp_path, ["id", "a"], ["1", "#NAME?"])
    book.active["B2"].data_type = "e"
    book.save(path)
    with pytest.raises(UnreadableFile, match=r"B2 #NAME\?"):
        read_text_table(path)
    _, path = saved(tmp_path, ["id", "a"], [1337565537327930001, "x"])
    with pytest.raises(RoundedIds, match="A2"):
        read_text_table(path)


def test_sheets_are_chosen_by_their_columns_and_named(tmp_path: Path) -> None:
    book, path = saved(tmp_path, ["about"], ["made for the pilot"])
    other = book.create_sheet("ratings")
    other.append(["unit_id", "A"])
    other.append(["u1", "yes"])
    book.save(path)
    read = read_text_table(path, known=["unit_id"])
    assert (read.account.sheet, read.account.other_sheets) == ("ratings", ("first",))
    assert "not read: first" in read.account.remarks[0]
    assert read_text_table(path, sheet="First").frame.columns.tolist() == ["about"]
    with pytest.raises(InvalidArgument, match="no sheet 'rating'. Did you mean 'ratings'"):
        read_text_table(path, sheet="rating")
    copy = book.copy_worksheet(other)
    copy.title = "ratings (2)"
    book.save(path)
    with pytest.raises(InvalidTable, match=r"ratings, ratings \(2\)"):
        read_text_table(path, known=["unit_id"])


def test_a_stray_cell_takes_no_memory(tmp_path: Path) -> None:
    book, path = saved(tmp_path, ["id", "a"], ["1", "x"])
    book.active["XFD1048576"] = " "
    book.save(path)
    with pytest.raises(UnreadableFile, match="reaches to row 1,048,576"):
        read_text_table(path)


def test_bombs_and_damage_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, path = saved(tmp_path, ["id", "a"], ["1", "x"])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableFile, match="damaged"):
        read_text_table(path)
    path.write_bytes(whole)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/picture.bin", b"0" * 20_000_000)
    monkeypatch.setattr(workbook_guards, "MAX_SMALL", 1_000_000)
    with pytest.raises(UnreadableFile, match="zip bomb"):
        read_text_table(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.floats(0.001, 0.999), place=st.floats(0, 0.999), value=st.integers(0, 255))
def test_a_damaged_workbook_is_refused_or_read_and_never_a_traceback(
    tmp_path: Path, cut: float, place: float, value: int
) -> None:
    _, path = saved(tmp_path, ["id", "a"], ["1", "x"])
    whole = bytearray(path.read_bytes())
    whole[int(place * len(whole))] = value
    for content in (bytes(whole), bytes(whole[: int(cut * len(whole))]), b"\xd0\xcf\x11\xe0" + bytes(whole)):
        path.write_bytes(content or b"x")
        with contextlib.suppress(MedtwQualError):
            read_text_table(path)


def test_one_long_text_in_very_many_cells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, path = saved(tmp_path, ["id", "a"])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relations = "xl/_rels/workbook.xml.rels"
    shared = f'<Relationship Type="{kinds}" Target="sharedStrings.xml" Id="rId9"/></Relationships>'
    parts[relations] = parts[relations].replace("</Relationships>", shared)
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    parts["xl/sharedStrings.xml"] = f"<sst {space}><si><t>{'x' * 30_000}</t></si></sst>"
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 101))
    parts["xl/worksheets/sheet1.xml"] = f"<worksheet {space}><sheetData>{rows}</sheetData></worksheet>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert read_text_table(path, drop_headers=False).frame.shape == (99, 1)
    monkeypatch.setattr(workbook_guards, "MAX_CHARACTERS", 1_000_000)
    with pytest.raises(UnreadableFile, match="very many cells"):
        read_text_table(path)


def test_a_text_that_is_called_a_workbook_is_read_as_the_text_it_is(tmp_path: Path) -> None:
    assert read_text_table(written(tmp_path, "id,a\n1,x\n", "t.xlsx")).frame.to_numpy().tolist() == [["1", "x"]]


def test_words_for_nothing_stay_words_where_people_write() -> None:
    frame = pd.DataFrame({"score": ["NA", "1"], "memo": ["NA", "null"]})
    cleaned, counted = without_nothing_words(frame, free_text=["memo"])
    assert cleaned.to_numpy().tolist() == [["", "NA"], ["1", "null"]]
    assert counted == {"NA": 1}
