"""Guards codebooks as other programs export them: paths, memos, merged cells, several sheets, slips in a .qdc."""

import openpyxl
import pytest

import medtw_qual as mq
from medtw_qual.errors import CodebookFault

G = "50000000-0000-4000-8000-00000000000"


def workbook(path, *sheets, merged=()):
    book = openpyxl.Workbook()
    for place, (title, rows) in enumerate(sheets):
        sheet = book.active if place == 0 else book.create_sheet()
        sheet.title = title
        for row in rows:
            sheet.append(row)
    for span in merged:
        book.active.merge_cells(span)
    book.save(path)
    return path


def qdc(path, inside, namespace="urn:QDA-XML:codebook:1.0"):
    path.write_text(
        f'<?xml version="1.0"?><CodeBook xmlns="{namespace}" origin="Invented"><Codes>{inside}</Codes></CodeBook>'
    )
    return path


def in_words(book):
    return [(code.name, book[code.parent].name if code.parent else "", code.definition) for code in book.codes]


def test_paths_and_memos_of_maxqda(tmp_path):
    """Its manual: five codes come of three rows, since the levels above are codes too."""
    path = tmp_path / "codes.csv"
    path.write_text("Code;Memo\nCare;all care\nCare > Home;at home\nPain > Back > Lower;\nAge > 50;a name\n")
    assert in_words(mq.read_codebook(path)) == [
        ("Care", "", "all care"),
        ("Home", "Care", "at home"),
        ("Pain", "", ""),
        ("Back", "Pain", ""),
        ("Lower", "Back", ""),
        ("Age > 50", "", "a name"),
    ]


def test_two_codes_of_one_name_are_told_apart_by_their_paths(tmp_path):
    path = workbook(
        tmp_path / "n.xlsx",
        (
            "Codes",
            [["Name", "Description", "Files", "References"], ["Fruit\\Other", "o1", 1, 2], ["Veg\\Other", "o2", 1, 2]],
        ),
    )
    book = mq.read_codebook(path)
    assert [(code.id, code.parent) for code in book.codes if code.name == "Other"] == [
        ("other", "fruit"),
        ("other_2", "veg"),
    ]


def test_merged_categories_hold_for_every_row_that_they_span(tmp_path):
    rows = [
        ["Our codes", None, None],
        ["Category", "Code", "Definition"],
        ["Up", "Joy", "j"],
        [None, "Hope", "h"],
        ["Down", "Loss", "l"],
    ]
    path = workbook(tmp_path / "m.xlsx", ("sheet", rows), merged=["A1:C1", "A3:A4"])
    book = mq.read_codebook(path)
    assert {theme.name: theme.codes for theme in book.themes} == {"Up": ("Joy", "Hope"), "Down": ("Loss",)}


def test_cells_merged_across_columns_are_refused(tmp_path):
    rows = [["Code", "Definition", "Examples"], ["Joy", "of which column?", None]]
    with pytest.raises(CodebookFault, match=r"merged across columns \(B2:C2\)"):
        mq.read_codebook(workbook(tmp_path / "m.xlsx", ("sheet", rows), merged=["B2:C2"]))


def test_codes_on_a_second_sheet_and_on_several(tmp_path):
    head = ["Category", "Code", "Definition"]
    path = workbook(
        tmp_path / "s.xlsx",
        ("About", [["A codebook of ours"]]),
        ("One", [head, ["Up", "Joy", "j"]]),
        ("Two", [head, ["Down", "Loss", "l"]]),
    )
    with pytest.warns(UserWarning, match="Sheets of") as said:
        book = mq.read_codebook(path)
    assert book.ids == ("Joy", "Loss")
    words = [str(one.message) for one in said]
    assert words == [
        "Sheets of s.xlsx that were read as one codebook: one, two.",
        "Sheets of s.xlsx that were not read: About.",
    ]


@pytest.mark.parametrize(
    "namespace", ["urn:QDA-XML:codebook:1:0", "urn:QDA-XML:codebook:0:4", "urn:QDA-XML:codebook:1.0"]
)
@pytest.mark.parametrize("colour", ["rgb(1,2,3)", "1,2,3", "#010203", "none"])
def test_slips_in_a_qdc_are_mended(tmp_path, namespace, colour, recwarn):
    path = qdc(tmp_path / "t.qdc", f'<Code guid="{G}1" name="Trust" color="{colour}"/><Code name="Doubt"/>', namespace)
    assert [code.name for code in mq.read_codebook(path).codes] == ["Trust", "Doubt"]
    assert [str(one.message) for one in recwarn] == (
        ["t.qdc: colour 'Trust': 'none' is no colour."] if colour == "none" else []
    )


def test_one_guid_for_two_codes_and_words_out_of_place(tmp_path):
    inside = f'<Code guid="{G}1" name="Trust"/><Code guid="{G}1" name="Doubt"><Memo>own words</Memo></Code>'
    with pytest.warns(UserWarning, match="Doubt") as said:
        book = mq.read_codebook(qdc(tmp_path / "t.qdc", inside))
    assert book.ids == ("trust", "doubt")
    assert "Memo in Doubt was not read: own words" in str(said[0].message)
    assert "'Doubt': its GUID is also that of 'Trust'" in str(said[1].message)


def test_ids_that_are_no_guids_and_an_id_line_that_was_copied(tmp_path):
    inside = "".join(
        f'<Code guid="c{n}" name="{name}" isCodable="true"><Description>x\nId: up</Description></Code>'
        for n, name in enumerate(("Joy", "Joy (copy)"))
    )
    with pytest.warns(UserWarning, match=r"no GUID|another code's"):
        book = mq.read_codebook(qdc(tmp_path / "t.qdc", inside))
    assert book.ids == ("up", "joy_copy")


def test_a_code_renamed_in_another_program_keeps_its_id(tmp_path):
    sent = mq.Codebook("b", "1", codes=(mq.Code("grief", "Grief", definition="d"),))
    path = sent.save(tmp_path / "b.qdc")
    path.write_text(path.read_text().replace('name="Grief"', 'name="Loss"'))
    back = mq.read_codebook(path)
    assert (back.ids, back["grief"].name, back["grief"].definition) == (("grief",), "Loss", "d")


def test_the_code_system_of_maxqda_with_its_counts(tmp_path):
    path = tmp_path / "system.csv"
    path.write_text(
        "Color,Parent code,Code,Code memo,Cod. seg. (all documents),% Cod. seg. (all documents),Documents\n"
        "●,,Care at all,c,3,10%,1\n●,Care at all,Care at home,h,1,5%,1\n",
        encoding="utf-8",
    )
    assert in_words(mq.read_codebook(path)) == [("Care at all", "", "c"), ("Care at home", "Care at all", "h")]
