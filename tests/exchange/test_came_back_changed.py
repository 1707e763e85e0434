"""Guards projects that come back changed: codes added, renamed, copied; ids, notes, files and cases that clash."""

import unicodedata
import zipfile

import pandas as pd
import pytest

import medtw_qual as mq

from .projects import C1, C3, S1, S2, TRICKY, U1, U2, book, codings, corpus_of, guid, project_xml, selection, zipped

ROWS = [
    ("1", "A", "1", "thanks", "present", "", None, None),
    ("1", "A", "1", "grief", "absent", "", None, None),
    ("1", "A", "1", "loud_thanks", "absent", "", None, None),
    ("1", "B", "1", "thanks", "absent", "", None, None),
    ("1", "B", "1", "grief", "present", "", None, None),
    ("1", "B", "1", "loud_thanks", "absent", "", None, None),
]


def sent(tmp_path):
    return mq.exchange.write_refi_qda(tmp_path / "sent.qdpx", corpus_of(TRICKY), book(), codings(ROWS))


def changed(path, *pairs):
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    xml = files.pop("project.qde").decode()
    for old, new in pairs:
        assert old in xml
        xml = xml.replace(old, new)
    return mq.exchange.read_refi_qda(zipped(path.with_name("back.qdpx"), xml, files), quiet=True)


def listed(project, what):
    return project.skipped.loc[project.skipped["what"] == what, "name"].tolist()


def plain(tmp_path, inside, files=None, attributes='origin="Nobody\'s 1"'):
    path = zipped(tmp_path / "t.qdpx", project_xml(inside, attributes), files)
    return mq.exchange.read_refi_qda(path, quiet=True)


def text_source(inside="", text="abc def", own=S1, name="one", path=""):
    content = "" if path else f"<PlainTextContent>{text}</PlainTextContent>"
    where = f' plainTextPath="{path}"' if path else ""
    return f'<TextSource guid="{own}" name="{name}"{where}>{content}{inside}</TextSource>'


def test_a_code_that_was_added_is_not_coded_by_those_who_never_saw_it(tmp_path):
    new = f'<Code guid="{guid(9)}" name="Joy" isCodable="true"/></Codes>'
    back = changed(sent(tmp_path), ("</Codes>", new))
    assert "joy" in back.codebook
    assert "joy" not in set(back.codings["code"])
    assert listed(back, "new code") == ["Joy"]
    needed = mq.coding.recode_needed(back.codings, back.codebook)
    assert needed[["unit_id", "coder", "code"]].to_numpy().tolist() == [["1", "A", "joy"], ["1", "B", "joy"]]
    assert set(back.codings["codebook_hash"]) == {book().hash}, "they were judged by the codebook that was sent out"


def test_a_renamed_code_is_the_same_code_by_its_guid_and_by_its_id_line(tmp_path):
    path = sent(tmp_path)
    by_guid = changed(path, ('name="Grief &amp; loss"', 'name="Mourning"'))
    own = mq.exchange.read_refi_qda(path, quiet=True)
    other_guid = next(code for code in _guids(path) if code)
    by_line = changed(path, ('name="Grief &amp; loss"', 'name="Mourning"'), (other_guid, guid(8)))
    for back in (by_guid, by_line):
        assert back.codebook.ids == book().ids
        assert back.codebook["grief"].name == "Mourning"
        assert listed(back, "renamed code") == ["Mourning"]
        pd.testing.assert_frame_equal(back.codings, own.codings)


def _guids(path):
    from xml.etree import ElementTree

    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("project.qde"))
    return [one.get("guid") for one in root.iter() if one.tag.endswith("}Code") and "Grief" in one.get("name")]


def test_a_code_that_did_not_come_back_is_listed(tmp_path):
    path = sent(tmp_path)
    xml_guid = _guids(path)[0]
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("project.qde").decode()
    start = xml.index(f'<Code guid="{xml_guid}"')
    back = changed(path, (xml[start : xml.index("</Code>", start) + 7], ""))
    assert listed(back, "code") == ["grief"]
    assert "grief" not in set(back.codings["code"])


def test_a_copied_code_gets_an_id_of_its_own_and_the_first_keeps_its(tmp_path):
    """The copy comes first in the file; the GUID tells which of the two was sent out."""
    copy = f'<Codes><Code guid="{guid(7)}" name="Copy" isCodable="true"><Description>Id: grief</Description></Code>'
    back = changed(sent(tmp_path), ("<Codes>", copy))
    assert back.codebook["grief"].name == "Grief & loss"
    assert back.codebook["copy"].name == "Copy"
    assert listed(back, "code id") == ["Copy"]


def test_a_case_of_somebody_else_never_cuts_a_text(tmp_path):
    inside = (
        f'<Cases><Case guid="{guid(1)}" name="Ada"><SelectionRef targetGUID="{guid(2)}"/></Case></Cases><Sources>'
        + text_source(selection(0, 3, number=2) + selection(4, 7, C1, number=3))
        + "</Sources>"
    )
    project = plain(tmp_path, inside)
    assert project.corpus.units[["text", "cases"]].to_numpy().tolist() == [["abc def", "Ada (0-3)"]]
    assert project.corpus.authors["author_id"].tolist() == ["Ada"]
    assert len(project.codings) == 1
    assert project.skipped.empty


@pytest.mark.parametrize("whole", [True, False])
def test_a_case_that_is_written_as_a_code_too_is_a_person(tmp_path, whole):
    inside = (
        f'<Variables><Variable guid="{guid(5)}" name="ward" typeOfVariable="Text"/></Variables>'
        f'<Cases><Case guid="{C3}" name="Ada"><VariableValue><VariableRef targetGUID="{guid(5)}"/>'
        "<TextValue>5 West</TextValue></VariableValue></Case></Cases><Sources>"
        + text_source(selection(0, 7 if whole else 3, C3, number=2) + selection(4, 7, C1, number=3))
        + "</Sources>"
    )
    project = plain(tmp_path, inside)
    assert project.codebook.ids == ("bond",)
    assert project.codebook.themes == (), "the folder held nothing but cases"
    assert project.codings["code"].tolist() == ["bond"]
    assert project.corpus.authors.to_numpy().tolist() == [["Ada", "5 West"]]
    unit = project.corpus.units.iloc[0]
    assert unit["author_id"] == ("Ada" if whole else "")
    assert listed(project, "coding") == ["Ada"]


def test_texts_of_other_media_are_read_with_the_codes_on_them(tmp_path):
    coded = selection(0, 3, C1, number=2)
    sync = "".join(f'<SyncPoint guid="{guid(20 + n)}" timeStamp="{n}" position="{p}"/>' for n, p in enumerate((4, 7)))
    inside = (
        f'<Sources><PDFSource guid="{S1}" name="r.pdf" path="internal://r.pdf">'
        f'<PDFSelection guid="{guid(30)}" page="0" firstX="0" firstY="0" secondX="1" secondY="1" creatingUser="{U2}">'
        f'<Coding guid="{guid(31)}"><CodeRef targetGUID="{C3}"/></Coding></PDFSelection>'
        f'<Representation guid="{guid(32)}"><PlainTextContent>abc def</PlainTextContent>{coded}</Representation>'
        "</PDFSource>"
        f'<AudioSource guid="{S2}" name="talk.mp3"><Transcript guid="{guid(33)}"><PlainTextContent>abc def'
        f'</PlainTextContent>{sync}<TranscriptSelection guid="{guid(34)}" fromSyncPoint="{guid(20)}"'
        f' toSyncPoint="{guid(21)}" creatingUser="{U1}"><Coding guid="{guid(35)}"><CodeRef targetGUID="{C3}"/></Coding>'
        f'</TranscriptSelection></Transcript></AudioSource><VideoSource guid="{guid(36)}" name="film">'
        f'<Coding guid="{guid(37)}"><CodeRef targetGUID="{C1}"/></Coding></VideoSource></Sources>'
    )
    project = plain(tmp_path, inside, {"sources/r.pdf": b"%PDF"})
    table = project.codings.astype({"start": "object"})
    rows = [(r.unit_id, r.coder, r.code, None if pd.isna(r.start) else (r.start, r.end)) for r in table.itertuples()]
    assert rows == [
        ("r.pdf", "Ada", "bond", (0, 3)),
        ("r.pdf", "Ben", "loss", None),
        ("talk.mp3", "Ada", "loss", (4, 7)),
    ]
    assert listed(project, "coding") == ["Bond on film"]
    assert listed(project, "place") == ["Loss on r.pdf"]
    assert listed(project, "source") == ["r.pdf", "talk.mp3", "film"]


def test_what_has_one_guid_or_one_name_stays_two(tmp_path):
    variables = "".join(f'<Variable guid="{guid(n)}" name="age" typeOfVariable="Text"/>' for n in (1, 2))
    values = "".join(
        f'<VariableValue><VariableRef targetGUID="{guid(n)}"/><TextValue>{value}</TextValue></VariableValue>'
        for n, value in ((1, "old"), (2, "70"))
    )
    notes = "".join(
        f'<Note guid="{guid(3)}" name="{name}"><PlainTextContent>{name} words</PlainTextContent></Note>'
        for name in "ab"
    )
    inside = (
        f"<Variables>{variables}</Variables><Sources>"
        + text_source(values + f'<NoteRef targetGUID="{guid(3)}"/>')
        + text_source(text="ghi", name="two")
        + f"</Sources><Notes>{notes}</Notes>"
    )
    project = plain(tmp_path, inside)
    units = project.corpus.units.set_index("unit_id")
    assert units.loc["one", ["age", "age (2)"]].tolist() == ["old", "70"]
    assert units["text"].tolist() == ["abc def", "ghi"]
    assert units.loc["two", "age"] == "", "the second source of one GUID does not get the first one's values"
    assert sorted(project.memos["text"]) == ["a words", "b words"]
    assert {"variable", "note", "text"} <= set(project.skipped["what"])


def test_files_are_found_by_their_whole_path_however_it_is_written(tmp_path):
    paths = {
        "internal://a/x.txt": "1",
        "internal://b/x.txt": "2",
        "internal://caf%C3%A9%20one.txt": "3",
        "internal://NAÏVE.TXT": "4",
    }
    files = {
        "sources/a/x.txt": b"1",
        "sources/b/x.txt": b"2",
        unicodedata.normalize("NFD", "sources/café one.txt"): b"3",
        unicodedata.normalize("NFD", "Sources/naïve.txt"): b"4",
        "sources/left.txt": b"5",
    }
    inside = "".join(text_source(path=path, own=guid(n), name=str(n)) for n, path in enumerate(paths, 1))
    project = plain(tmp_path, f"<Sources>{inside}</Sources>", files)
    assert project.corpus.units["text"].tolist() == ["1", "2", "3", "4"]
    assert listed(project, "file") == ["sources/left.txt"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig"])
def test_texts_in_utf16_with_and_without_a_mark(tmp_path, encoding):
    text = "Dear all, thanks for every night 🙏"
    inside = f"<Sources>{text_source(path='internal://t.txt')}</Sources>"
    project = plain(tmp_path, inside, {"sources/t.txt": text.encode(encoding)})
    assert project.corpus.units["text"].tolist() == [text]
    assert (project.skipped["what"] == "encoding").any() == encoding.endswith("e")


def test_ids_that_are_no_guids_refer_to_each_other(tmp_path):
    inside = f"<Sources>{text_source(selection(0, 3, 'code-1', user='user-1', number=1))}</Sources>"
    xml = project_xml(inside).replace(C1, "code-1").replace(U1, "user-1").replace(guid(1), "s")
    project = mq.exchange.read_refi_qda(zipped(tmp_path / "t.qdpx", xml), quiet=True)
    assert project.codings[["coder", "code"]].to_numpy().tolist() == [["Ada", "bond"]]
    assert project.skipped["what"].tolist() == ["id"]


def test_agreement_on_presences_only_is_undefined_and_says_why(tmp_path):
    marks = selection(0, 3, C1, number=1) + selection(0, 3, C1, user=U2, number=2)
    second = selection(0, 3, C1, number=3) + selection(0, 3, C1, user=U2, number=4)
    inside = f"<Sources>{text_source(marks)}{text_source(second, own=S2, name='two')}</Sources>"
    project = plain(tmp_path, inside)
    table = mq.measure_agreement(project.codings)
    assert table["estimate"].isna().all()
    assert "100% by construction" in table["undefined"].iloc[0]
    assert "100% by construction" in project.report()
