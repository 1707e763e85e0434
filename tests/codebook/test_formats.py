"""Guards codebook files: every format gives back the codebook it was given, and other people's files are understood."""

import csv
import dataclasses
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import medtw_qual as mq
from medtw_qual.errors import CodebookFault, UnknownCode, UnreadableFile

WHOLE = (".yaml", ".csv", ".xlsx")

# Everything but what XML forbids, which .xlsx and .qdc show as U+FFFD.
readable = st.characters(
    codec="utf-8",
    exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs"),
    exclude_characters="\ufffe\uffff",
    include_characters=" =+-@'\";,#:|\n",
)
words = st.text(readable, max_size=30).map(lambda text: " ".join(text.split()))
some_words = words.filter(bool)
ids = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


@st.composite
def codebooks(draw: st.DrawFn) -> mq.Codebook:
    own = draw(st.lists(ids, min_size=1, max_size=5, unique=True))
    codes = []
    for place, one in enumerate(own):
        parent = draw(st.sampled_from(["", *own[:place]]))
        texts = {name: draw(words) for name in ("brief", "include_when", "exclude_when", "typical", "source")}
        codes.append(mq.Code(one, draw(some_words), parent=parent, definition=draw(some_words), **texts))
    labels = draw(st.lists(ids, max_size=3, unique=True))
    themes = [
        mq.Theme(label, draw(some_words), draw(words), tuple(draw(st.lists(st.sampled_from(own), unique=True))))
        for label in labels
    ]
    return mq.Codebook(
        "book", "1.0.0", draw(words), tuple(codes), tuple(themes), draw(words), draw(st.booleans()), draw(st.booleans())
    )


@pytest.mark.parametrize("suffix", WHOLE)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(book=codebooks())
def test_a_saved_codebook_reads_back_equal(tmp_path, suffix, book):
    again = mq.read_codebook(book.save(tmp_path / f"book{suffix}"))
    assert again == book
    assert again.hash == book.hash


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(book=codebooks())
def test_a_qdc_keeps_codes_rules_hierarchy_and_themes(tmp_path, book):
    again = mq.read_codebook(book.save(tmp_path / "book.qdc"))
    assert {code.id: code for code in again.codes} == {code.id: code for code in book.codes}
    assert [(one.id, one.name, one.central_idea, set(one.codes)) for one in again.themes] == [
        (one.id, one.name, one.central_idea, set(one.codes)) for one in book.themes
    ]
    assert (again.name, again.version) == (book.name, book.version)


@pytest.mark.parametrize("suffix", [*WHOLE, ".qdc"])
def test_two_saves_are_equal_byte_for_byte(root, tmp_path, suffix):
    book = mq.read_codebook(root / "codebooks" / "gratitude_2020.yaml")
    one, two = book.save(tmp_path / f"a{suffix}"), book.save(tmp_path / f"b{suffix}")
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_sheet_of_names_and_categories_is_understood_whatever_the_delimiter(tmp_path, delimiter, encoding):
    rows = [
        ("category", "code", "definition", "examples"),
        ("Staff", "Staff manner ", '"How staff behave; or seem"', "Kind"),
        ("Staff", "Training & skill", "What staff can do", ""),
        ("Place", "Parking", "Cars", "No space"),
    ]
    path = tmp_path / "care.csv"
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    book = mq.read_codebook(path)
    assert book.name == "care"
    assert book.ids == ("staff_manner", "training_skill", "parking")
    assert book.by_name("training &  SKILL").id == "training_skill"
    assert book["staff_manner"].definition == "How staff behave; or seem"
    assert [(theme.id, theme.name, theme.codes) for theme in book.themes] == [
        ("staff", "Staff", ("staff_manner", "training_skill")),
        ("place", "Place", ("parking",)),
    ]


def test_a_name_nobody_has_is_answered_with_the_nearest(tmp_path):
    book = mq.Codebook("b", "1", codes=(mq.Code("a", "Pain"), mq.Code("b", "Trust"), mq.Code("c", "trust")))
    with pytest.raises(UnknownCode, match="no code named 'Pian'. Did you mean 'Pain'"):
        book.by_name("Pian")
    with pytest.raises(UnknownCode, match="2 codes named"):
        book.by_name("TRUST")


def test_text_that_would_run_as_a_formula_does_not_run(tmp_path):
    import openpyxl

    book = mq.Codebook("b", "1", codes=(mq.Code("a", "=1+1", definition="@SUM(A1)", typical="-2"),))
    text = book.save(tmp_path / "b.csv").read_text()
    assert "'=1+1" in text
    assert "'@SUM" in text
    sheet = openpyxl.load_workbook(book.save(tmp_path / "b.xlsx"))["codes"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet["B2"].value == "=1+1"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("code,definition\na,x\na,y\n", "two codes have the id 'a'"),
        ("code,definitoin\na,x\n", "column 'definitoin'.*Did you mean 'definition'"),
        ("code,definition\n,x\n", "row 2, field 'code' is missing"),
        ("code,definition\n", "holds no code"),
        ("definition,theme\nx,y\n", "no column 'code'"),
        ("code,parent,definition\na,b,x\n", "'a', field 'parent': there is no other code 'b'"),
        ("code,definition\na,x,y\n", "row 2 has more cells"),
        ("code,version\na,1\nb,2\n", "says both '1' and '2'"),
        ("code,multiple_codes\na,perhaps\n", "field 'multiple_codes' is 'perhaps'"),
        ("code,theme,members\na,t,\n,t,b\n", "theme 't'"),
    ],
)
def test_a_fault_names_file_place_and_field(tmp_path, content, said):
    path = tmp_path / "book.csv"
    path.write_text(content)
    with pytest.raises(CodebookFault, match=said) as caught:
        mq.read_codebook(path)
    assert "book.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("book.xlsx", b"PK\x03\x04 no workbook"),
        ("book.xlsx", b"<html></html>"),
        ("book.csv", b'code,definition\na,"never closed'),
        ("book.qdc", b"<CodeBook>"),
        ("book.qdc", b"<Project xmlns='urn:QDA-XML:project:1.0'/>"),
        ("book.qdc", b"<CodeBook xmlns='urn:QDA-XML:code:1.0'><Codes><Code name='x'/></Codes></CodeBook>"),
        ("book.doc", b"code"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_codebook_is_refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFile):
        mq.read_codebook(path)


@pytest.mark.parametrize(
    "subset",
    [
        '<!DOCTYPE CodeBook [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE CodeBook [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE CodeBook SYSTEM "http://invented.example/a.dtd">',
    ],
)
def test_a_qdc_that_would_read_other_files_is_refused(tmp_path, subset):
    path = tmp_path / "book.qdc"
    path.write_text(f'{subset}<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes/></CodeBook>')
    with pytest.raises(UnreadableFile, match="document type"):
        mq.read_codebook(path)


NVIVO = """<?xml version="1.0" encoding="utf-8"?>
<CodeBook xmlns="urn:QDA-XML:codebook:0:4" origin="Invented 1">
 <Codes><Code guid="{a0000000-0000-4000-8000-000000000001}" name="Nodes" isCodable="false">
  <Code guid="a0000000-0000-4000-8000-000000000002" name="Support" isCodable="false">
   <Description>Being held.</Description>
   <Code guid="a0000000-0000-4000-8000-000000000003" name="Peers" isCodable="true" color="#F00">
    <Code guid="a0000000-0000-4000-8000-000000000004" name="Peers" isCodable="true"/></Code></Code>
  <Code guid="A0000000-0000-4000-8000-000000000003" name="Peers again" isCodable="true"/>
 </Code></Codes>
 <Sets><Set guid="a0000000-0000-4000-8000-000000000009" name="Support">
  <MemberCode guid="{A0000000-0000-4000-8000-000000000004}"/></Set></Sets>
</CodeBook>"""


def test_other_programs_habits_in_qdc_files(tmp_path: Path):
    """A folder 'Nodes' around all, folders nobody codes with, one GUID twice, braces, the older namespace."""
    path = tmp_path / "nvivo.qdc"
    path.write_text(NVIVO)
    with pytest.warns(UserWarning, match="'Peers again': its GUID is also that of 'Peers'"):
        book = mq.read_codebook(path)
    assert [(code.id, code.name, code.parent) for code in book.codes] == [
        ("peers", "Peers", ""),
        ("peers_2", "Peers", "peers"),
        ("peers_again", "Peers again", ""),
    ]
    assert [(theme.name, theme.central_idea, theme.codes) for theme in book.themes] == [
        ("Support", "Being held.", ("peers", "peers_2")),
        ("Support", "", ("peers_2",)),
    ]


@pytest.mark.extra
@pytest.mark.shared
@pytest.mark.parametrize(("name", "codes", "themes"), [("v7_2023-10", 33, 11), ("2023-05", 49, 11)])
def test_the_real_codebooks_of_patient_comments_are_read(shared, tmp_path, name, codes, themes):
    """Published as category, code, definition, examples; counted with `csv` from the standard library."""
    import csv

    path = shared / "data" / "nhs_px_qdc" / f"codebook_{name}_parsed.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    book = mq.read_codebook(path)
    assert len(book) == len(rows) == codes
    assert len(book.themes) == len({row["category"] for row in rows})
    for row in rows:
        code = book.by_name(row["code"])
        assert code.definition == " ".join(row["definition"].split())
        assert code.typical == " ".join(row["examples"].split())
        assert code.id in next(theme for theme in book.themes if theme.name == row["category"]).codes
    for suffix in WHOLE:
        if all(code.definition for code in book.codes):
            assert mq.read_codebook(book.save(tmp_path / f"{book.name}{suffix}")) == book


@pytest.mark.extra
@pytest.mark.shared
@pytest.mark.parametrize(
    "book", ["gratitude_2020", "avenues_of_engagement", "mentorship", "open_source_community", "why_tweet"]
)
def test_every_qdc_is_valid_against_the_official_schema(root, shared, tmp_path, book):
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(shared / "refi_qda" / "Codebook.xsd"))
    path = mq.read_codebook(root / "codebooks" / f"{book}.yaml").save(tmp_path / "book.qdc")
    schema.assertValid(etree.parse(path))


def test_a_codebook_that_changed_has_another_hash(root):
    book = mq.read_codebook(root / "codebooks" / "gratitude_2020.yaml")
    changed = dataclasses.replace(book, codes=(dataclasses.replace(book.codes[0], brief="other"), *book.codes[1:]))
    assert changed.hash != book.hash


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".yaml"])
def test_a_code_below_itself_is_refused(tmp_path, suffix):
    """Every format would drop such codes: they hang on nothing."""
    rows = [("code", "name", "definition", "parent"), ("a", "A", "x", "b"), ("b", "B", "y", "c"), ("c", "C", "z", "b")]
    path = tmp_path / f"circle{suffix}"
    if suffix == ".yaml":
        items = [dict(zip(("id", *rows[0][1:]), row, strict=True)) for row in rows[1:]]
        path.write_text(yaml.safe_dump({"codes": items}))
    else:
        saved_rows(path, rows)
    with pytest.raises(CodebookFault, match="code 'b', field 'parent': it lies below itself, by way of 'c'"):
        mq.read_codebook(path)


def saved_rows(path, rows):
    """Rows as a file of a spreadsheet."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
        return path
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_lines_above_the_header_are_passed_over(tmp_path, suffix):
    rows = [("Our codebook, spring",), (), ("code", "name", "definition"), ("a", "A", "x"), (), ("", "B", "y")]
    with pytest.raises(CodebookFault, match="row 6, field 'code' is missing"):
        mq.read_codebook(saved_rows(tmp_path / f"b{suffix}", rows))
    assert mq.read_codebook(saved_rows(tmp_path / f"b{suffix}", rows[:-1])).ids == ("a",)


def test_excels_own_line_about_the_delimiter_is_passed_over(tmp_path):
    path = tmp_path / "b.csv"
    path.write_text("sep=;\ncode;name;definition\na;A, first;x\n")
    assert mq.read_codebook(path)["a"].name == "A, first"


@pytest.mark.parametrize(
    ("cell", "said"),
    [("#REF!", r"cell B2 of sheet 'sheet' holds an Excel error"), (datetime(2020, 3, 1), "cell B2 .* holds a date")],
)
def test_what_excel_made_of_a_cell_is_said_with_its_place(tmp_path, cell, said):
    with pytest.raises(CodebookFault, match=said):
        mq.read_codebook(saved_rows(tmp_path / "b.xlsx", [("code", "name", "definition"), ("a", cell, "x")]))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_text_below_no_header_is_not_dropped_unseen(tmp_path, suffix):
    rows = [("code", "", "definition"), ("a", "A", "x")]
    with pytest.raises(CodebookFault, match="row 2 holds 'A' in column 2, which has no name"):
        mq.read_codebook(saved_rows(tmp_path / f"b{suffix}", rows))
    index = [("", "code", "name", "definition"), ("0", "a", "A", "x")]
    assert mq.read_codebook(saved_rows(tmp_path / f"b{suffix}", index)).ids == ("a",), "pandas writes its index so"


def test_a_draft_whose_definitions_are_still_to_be_written_comes_back_from_yaml(tmp_path):
    draft = mq.Codebook("draft", "0.1", codes=(mq.Code("vaccination", "Vaccination"),))
    assert mq.read_codebook(draft.save(tmp_path / "draft.yaml")).hash == draft.hash


def test_several_themes_in_a_cell_may_stand_with_semicolons(tmp_path):
    (tmp_path / "b.csv").write_text(
        'code,definition,theme\na,x,"Strain; Change"\nb,y,Strain | Change\n', encoding="utf-8"
    )
    book = mq.read_codebook(tmp_path / "b.csv")
    assert {theme.name: theme.codes for theme in book.themes} == {"Strain": ("a", "b"), "Change": ("a", "b")}


def test_a_dot_before_a_blank_is_no_step_in_a_tags_path(tmp_path):
    (tmp_path / "codebook.csv").write_text("tag,description\nDr,\nDr. Smith,\nCare,\nCare.Home,\n", encoding="utf-8")
    book = mq.read_codebook(tmp_path / "codebook.csv")
    assert {code.name: code.parent for code in book.codes} == {"Dr": "", "Dr. Smith": "", "Care": "", "Home": "care"}
