"""Guards the way through QualCoder 4.0 beta, as it was seen to work: what it drops is known again."""

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.errors import UnreadableFile

from .projects import S1, TRICKY, U1, book, codings, corpus_of, guid, project_xml, source, zipped
from .test_round_trips import all_kinds_of_memos

NS = "{urn:QDA-XML:project:1.0}"
DROPPED = {f"{NS}{name}" for name in ("Sets", "NoteRef", "SelectionRef")}
ROWS = [
    ("1", "A", "1", "thanks", "present", "sure & <certain>", None, None),
    ("1", "A", "1", "grief", "absent", "sure & <certain>", None, None),
    ("1", "A", "1", "loud_thanks", "absent", "sure & <certain>", None, None),
    ("2", "A", "1", "thanks", "present", "", 4, 19),
    ("2", "A", "1", "grief", "impossible", "", None, None),
    ("3", "M", "2", "thanks", "impossible", "unreadable 🤷", None, None),
    ("3", "M", "2", "grief", "impossible", "unreadable 🤷", None, None),
    ("3", "M", "2", "loud_thanks", "impossible", "unreadable 🤷", None, None),
]


def written(tmp_path, collated=False):
    table = codings(ROWS)
    table["coder_kind"] = ["model" if coder == "M" else "person" for coder in table["coder"]]
    path = tmp_path / "sent.qdpx"
    return table, mq.exchange.write_refi_qda(
        path, corpus_of(TRICKY), book(), table, memos=all_kinds_of_memos(), collated=collated
    )


def is_bare(element: ElementTree.Element) -> bool:
    """Whether it is a passage without a code."""
    return element.tag == f"{NS}PlainTextSelection" and element.find(f"{NS}Coding") is None


def make_text_of_variables(root: ElementTree.Element) -> None:
    """Turn every variable into text."""
    for one in root.iter(f"{NS}Variable"):
        one.set("typeOfVariable", "Text")
    for value in root.iter(f"{NS}VariableValue"):
        for one in list(value):
            if one.tag != f"{NS}VariableRef":
                one.tag = f"{NS}TextValue"


def handed_on(path: Path) -> Path:
    """The project as QualCoder gives it back: what its export was seen to leave out is left out here."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    ElementTree.register_namespace("", NS.strip("{}"))
    root = ElementTree.fromstring(files.pop("project.qde"))
    root.set("origin", "QualCoder 4.0 Beta")
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in DROPPED or is_bare(child) or (child.get("name") or "").startswith("M, round"):
                parent.remove(child)
    for coding in root.iter(f"{NS}Coding"):
        coding.attrib.pop("creationDateTime", None)
    for note in root.iter(f"{NS}Note"):
        for description in note.findall(f"{NS}Description"):
            note.remove(description)
    make_text_of_variables(root)
    return zipped(path.with_name("back.qdpx"), ElementTree.tostring(root, encoding="unicode"), files)


@pytest.mark.parametrize("collated", [False, True])
def test_decisions_memos_and_codebook_survive(tmp_path, collated):
    table, path = written(tmp_path, collated)
    again = mq.exchange.read_refi_qda(handed_on(path), quiet=True)
    assert again.codebook.hash == book().hash
    assert again.corpus.units["unit_id"].tolist() == list(TRICKY)
    assert again.corpus.units["context"].tolist() == corpus_of(TRICKY).units["context"].tolist()
    keys = ["unit_id", "coder", "round", "code"]
    known, read = (one.sort_values(keys).reset_index(drop=True) for one in (table, again.codings))
    pd.testing.assert_frame_equal(read[known.columns], known)
    assert again.coders.set_index("coder")["kind"].to_dict() == {"A": "person", "M": "model"}
    columns = ["about", "key", "text", "date"]
    memos = all_kinds_of_memos()
    assert sorted(map(str, again.memos[columns].to_numpy())) == sorted(map(str, memos[columns].to_numpy()))
    assert ("set", "Bonds") in set(zip(again.skipped["what"], again.skipped["name"], strict=True))


@pytest.mark.parametrize("collated", [False, True])
def test_every_note_is_one_that_qualcoder_keeps(tmp_path, collated):
    """It ends its import half-way at a note without a date or with another's name, and keeps none without a file."""
    _, path = written(tmp_path, collated)
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("project.qde"))
        notes = list(root.iter(f"{NS}Note"))
        assert len(notes) == 8
        assert all(one.get("creationDateTime") for one in notes)
        assert len({one.get("name") for one in notes}) == len(notes)
        for one in notes:
            assert archive.read(f"sources/{one.get('plainTextPath').removeprefix('internal://')}")
    on_sources = [ref for one in root.iter(f"{NS}TextSource") for ref in one.findall(f"{NS}NoteRef")]
    assert on_sources == [], "it takes those for annotations and drops their words"


def test_a_collated_text_says_which_unit_is_which(tmp_path):
    """A person sees it by the line above the post, the reader by the case."""
    texts = {str(10**18 + number): f"{number} 🙏🙏🙏 end" for number in range(40)}
    corpus = corpus_of({str(number): text for number, text in enumerate(texts.values())})
    corpus.units["unit_id"] = list(texts)
    path = mq.exchange.write_refi_qda(tmp_path / "s.qdpx", corpus, book(), collated=True)
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("project.qde"))
        name = next(root.iter(f"{NS}TextSource")).get("plainTextPath").removeprefix("internal://")
        text = archive.read(f"sources/{name}").decode()
    frames = {one.get("guid"): one for one in root.iter(f"{NS}PlainTextSelection")}
    for case in root.iter(f"{NS}Case"):
        frame = frames[case.find(f"{NS}SelectionRef").get("targetGUID")]
        start, end = int(frame.get("startPosition")), int(frame.get("endPosition"))
        assert text[start:end] == texts[case.get("name")]
        assert text[:start].endswith(f"[{case.get('name')}]\n")
    again = mq.exchange.read_refi_qda(path, quiet=True)
    assert dict(zip(again.corpus.units["unit_id"], again.corpus.units["text"], strict=True)) == texts
    assert again.skipped.empty


def test_words_written_beside_the_heading_are_a_memo(tmp_path):
    _, path = written(tmp_path)
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    xml = files.pop("project.qde").decode().replace("Codebook: small", "Ben: I read them all.\nCodebook: small")
    again = mq.exchange.read_refi_qda(zipped(tmp_path / "t.qdpx", xml, files), quiet=True)
    assert again.codebook == book()
    assert "Ben: I read them all." in set(again.memos["text"])


def test_a_unit_whose_line_was_deleted_over_there_is_listed(tmp_path):
    _, path = written(tmp_path, collated=True)
    with zipfile.ZipFile(handed_on(path)) as archive:
        files = {name: archive.read(name).replace(b"[8]\n", b"") for name in archive.namelist()}
    xml = files.pop("project.qde").decode()
    again = mq.exchange.read_refi_qda(zipped(tmp_path / "t.qdpx", xml, files), quiet=True)
    assert "8" not in set(again.corpus.units["unit_id"])
    listed = again.skipped[again.skipped["what"] == "case"]
    assert listed["reason"].tolist() == ["it belongs to no text that was read"]
    assert listed["name"].iloc[0].startswith("8 (unit_id: 8, author_id: a2,"), "what is known of it is listed too"


def test_a_decision_that_was_changed_by_hand_is_listed(tmp_path):
    _, path = written(tmp_path)
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    xml = files.pop("project.qde").decode().replace("<TextValue>decided</TextValue>", "<TextValue>done?</TextValue>")
    again = mq.exchange.read_refi_qda(zipped(tmp_path / "t.qdpx", xml, files), quiet=True)
    listed = again.skipped[again.skipped["what"] == "decision"]
    assert listed["name"].tolist() == ["decision of A, round 1, 1: done?"]


def test_unescaped_annotations_are_mended(tmp_path):
    """QualCoder writes an annotation's words into the XML as they are."""
    note = (
        f'<Note guid="{guid(7)}" creatingUser="{U1}" creationDateTime="2026-01-02T03:04:05Z" >\n'
        "<PlainTextContent>R&D said <so></PlainTextContent>\n"
        f'<PlainTextSelection guid="{guid(8)}" startPosition="0" endPosition="3" />\n</Note>'
    )
    inside = source("abc def", f'<NoteRef targetGUID="{guid(7)}"/>') + f"<Notes>{note}</Notes>"
    project = mq.exchange.read_refi_qda(zipped(tmp_path / "t.qdpx", project_xml(inside)), quiet=True)
    assert project.memos[["about", "key", "text", "author"]].to_numpy().tolist() == [
        ["unit", "one.txt", "R&D said <so>", "Ada"]
    ]
    assert set(project.skipped["what"]) == {"XML", "place"}
    with pytest.raises(UnreadableFile, match="not valid XML"):
        mq.exchange.read_refi_qda(
            zipped(tmp_path / "u.qdpx", project_xml(f'<Sources><TextSource guid="{S1}">')), quiet=True
        )
