"""Guards against formulas that run in a spreadsheet, characters that break a document, dates that change its bytes."""

import zipfile
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from medtw_qual._base.office import formula_restored, formula_safe, freeze_package, starts_formula, xml_safe

ANY_TEXT = st.text(st.characters(), max_size=30) | st.from_regex(r"\A'{0,3}[=+\-@\t\r].{0,5}\Z")


@given(ANY_TEXT)
def test_a_shielded_cell_never_starts_a_formula_and_comes_back(text: str) -> None:
    assert not starts_formula(formula_safe(text))
    assert formula_restored(formula_safe(text)) == text


@given(ANY_TEXT)
def test_safe_text_parses_as_xml(text: str) -> None:
    safe = xml_safe(text).replace("&", "&amp;").replace("<", "&lt;")
    parsed = ElementTree.fromstring(f"<a>{safe}</a>")
    assert len(xml_safe(text)) == len(text)
    assert (parsed.text or "") == xml_safe(text).replace("\r\n", "\n").replace("\r", "\n")


def test_two_packages_of_one_content_are_equal_bytes(tmp_path: Path) -> None:
    core = '<x xmlns:dcterms="d"><dcterms:created t="w">{}</dcterms:created><dcterms:modified>{}</dcterms:modified></x>'
    for name, year in (("a.docx", 2021), ("b.docx", 2026)):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            info = zipfile.ZipInfo("docProps/core.xml", (year, 3, 4, 5, 6, 8))
            archive.writestr(info, core.format(year, year))
            archive.writestr("word/document.xml", "<w/>")
        freeze_package(tmp_path / name)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        assert archive.namelist() == ["docProps/core.xml", "word/document.xml"]
        assert b"2020-01-01T00:00:00Z" in archive.read("docProps/core.xml")
