"""Guards the Word tables in a word processor: LibreOffice opens them, repeats the head, keeps cells and page."""

import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from medtw_qual.manuscript import Footnote, ManuscriptTable, Spanner, TableColumn

pytestmark = [pytest.mark.extra, pytest.mark.office]


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """A long, a wide and an empty table as PDF, in one start of LibreOffice."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None or shutil.which("pdftotext") is None:
        pytest.skip("needs LibreOffice and poppler-utils")
    folder: Path = tmp_path_factory.mktemp("office")
    long = ManuscriptTable(
        "1",
        "A long table",
        pd.DataFrame({"unit": [f"K{n:03d}" for n in range(90)], "share": 0.25, "low": 0.2, "high": 0.3}),
        columns=(
            TableColumn(("unit",), "Unit name"),
            TableColumn(("share",), "Percent", "percent"),
            TableColumn(("low", "high"), "Limits", "percent interval"),
        ),
        spanners=(Spanner("Estimated share", 1, 2),),
        notes=("The long note.",),
        footnotes=(Footnote(89, 1, "The last cell."),),
    )
    wide = ManuscriptTable("2", "A wide table", pd.DataFrame([[f"w{n}" for n in range(30)]] * 3).rename(columns=str))
    lettered = ManuscriptTable(
        "4",
        "Letters behind figures",
        pd.DataFrame({"code": [f"a code with a long name, number {n}" for n in range(12)], "share": 0.313}),
        columns=(TableColumn(("code",), "Code", width=22), TableColumn(("share",), "%", "percent")),
        footnotes=tuple(Footnote(row, 1, f"Note {row}.") for row in range(12)),
    )
    empty = ManuscriptTable("3", "An empty table", pd.DataFrame({"code": pd.Series(dtype="str")}))
    tables = {"long": long, "wide": wide, "empty": empty, "lettered": lettered}
    documents = [str(table.save(folder / f"{name}.docx")) for name, table in tables.items()]
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [soffice, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder), *documents]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return folder


def text_of(pdf: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True).stdout


def test_a_long_table_repeats_its_head_and_keeps_every_row(converted):
    pages = text_of(converted / "long.pdf").rstrip("\f").split("\f")
    assert len(pages) >= 2
    for page in pages:
        assert "Estimated share" in page
        assert "Unit name" in page
    whole = "\n".join(pages)
    assert all(f"K{n:03d}" in whole for n in range(90))
    assert whole.count("[20.0, 30.0]") == 90
    assert "Table 1" in pages[0]
    assert "Note. The long note." in pages[-1]
    assert "The last cell." in pages[-1]


def test_the_last_page_never_begins_with_a_row_alone(converted):
    last = text_of(converted / "long.pdf").rstrip("\f").split("\f")[-1]
    assert last.count("[20.0, 30.0]") >= 3


def test_a_note_s_letter_breaks_no_figure(converted):
    words = text_of(converted / "lettered.pdf").split()
    assert [f"31.3{letter}" for letter in "abcdefghijkl"] == [word for word in words if word.startswith("31")]


def test_a_wide_table_lies_on_its_side_and_breaks_no_word(converted):
    facts = subprocess.run(["pdfinfo", str(converted / "wide.pdf")], check=True, capture_output=True, text=True).stdout
    width, height = (float(one) for one in facts.split("Page size:")[1].split("pts")[0].split(" x "))
    assert width > height
    lines = [line.split() for line in text_of(converted / "wide.pdf").splitlines()]
    assert [f"w{n}" for n in range(30)] in lines


def test_an_empty_table_opens(converted):
    assert "An empty table" in text_of(converted / "empty.pdf")


def test_pictures_of_the_pages_are_not_blank(converted):
    picture = converted / "long"
    subprocess.run(
        [
            "pdftoppm",
            "-r",
            "40",
            "-gray",
            "-f",
            "1",
            "-l",
            "1",
            "-singlefile",
            str(converted / "long.pdf"),
            str(picture),
        ],
        check=True,
    )
    content = (converted / "long.pgm").read_bytes()
    assert sum(byte < 128 for byte in content[20:]) > 300
