"""Guards against projects made to do harm, or that are none: nothing is unpacked, run or read beyond its limits."""

import struct
import zipfile
import zlib

import pytest

import medtw_qual as mq
from medtw_qual._base.zip_archive import ZipLimits
from medtw_qual.errors import EmptyFile, MissingFile, UnreadableFile
from medtw_qual.exchange import archive as archives

from .projects import S1, S2, project_xml, source, zipped


def test_names_that_lead_out_of_the_archive_are_listed_and_never_opened(tmp_path):
    inside = (
        f'<Sources><TextSource guid="{S1}" name="t" plainTextPath="internal://../../../../etc/passwd"/>'
        f'<TextSource guid="{S2}" name="u" plainTextPath="file:///etc/hostname"/></Sources>'
    )
    folder = tmp_path / "deep" / "er"
    folder.mkdir(parents=True)
    path = zipped(
        folder / "t.qdpx",
        project_xml(inside),
        {"../evil.txt": b"x", "/abs.txt": b"x", "C:/win.txt": b"x", "sources/..\\..\\up.txt": b"x"},
    )
    project = mq.exchange.read_refi_qda(path, quiet=True)
    assert project.corpus.units["text"].tolist() == ["", ""]
    assert (project.skipped["reason"] == "its name leads out of the archive").sum() == 4
    assert (project.skipped["reason"] == "the archive does not hold its text file").sum() == 2
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == [path], "nothing was unpacked"


def test_links_and_second_copies_in_the_archive_are_listed(tmp_path):
    path = zipped(tmp_path / "t.qdpx", project_xml(""), {"sources/a.txt": b"1"})
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("sources/link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("Sources/A.TXT", b"2")
    read = mq.exchange.read_refi_qda(path, quiet=True).skipped
    listed = set(read["reason"])
    assert set(read["name"]) == {"sources/a.txt", "Sources/A.TXT", "sources/link.txt"}
    assert listed == {"it is a link to another file", "nothing in the project refers to it"}


def test_a_bomb_is_refused_by_what_comes_out_of_it(tmp_path, monkeypatch):
    """The stated size is a lie: what counts is what is unpacked, and that stops at the limit."""
    monkeypatch.setattr(archives, "LIMITS", ZipLimits(member=2_000_000))
    inside = f'<Sources><TextSource guid="{S1}" name="t" plainTextPath="internal://b.txt"/></Sources>'
    path = tmp_path / "t.qdpx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", project_xml(inside))
        archive.writestr("sources/b.txt", b"a" * 50_000_000)
    with pytest.raises(UnreadableFile, match="more than any study"):
        mq.exchange.read_refi_qda(path, quiet=True)


def test_a_member_that_lies_about_its_size_is_refused(tmp_path):
    body = zlib.compress(b"a" * 10_000)[2:-4]
    name = b"project.qde"
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, zlib.crc32(b"a"), len(body), 1, len(name), 0)
    central = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, zlib.crc32(b"a"), len(body), 1, len(name), 0, 0, 0, 0, 0, 0
    )
    start = len(local) + len(name) + len(body)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(central) + len(name), start, 0)
    path = tmp_path / "t.qdpx"
    path.write_bytes(local + name + body + central + name + end)
    with pytest.raises(UnreadableFile):
        mq.exchange.read_refi_qda(path, quiet=True)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Project [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE Project PUBLIC "-//x" "http://invented.example/x.dtd">',
    ],
)
def test_entities_are_refused(tmp_path, head):
    xml = project_xml(source("&amp;x;")).replace('encoding="utf-8"?>', f'encoding="utf-8"?>{head}')
    with pytest.raises(UnreadableFile, match="document type"):
        mq.exchange.read_refi_qda(zipped(tmp_path / "t.qdpx", xml), quiet=True)


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        (None, MissingFile, "no file"),
        (b"", EmptyFile, "empty"),
        (b"PK\x05\x06" + b"\x00" * 18, UnreadableFile, "no project files"),
        (b"<Project/>", UnreadableFile, "no zip archive"),
    ],
)
def test_what_is_no_project_is_said(tmp_path, content, error, said):
    path = tmp_path / "t.qdpx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match=said):
        mq.exchange.read_refi_qda(path)


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ("<Project", "not valid XML"),
        ('<CodeBook xmlns="urn:QDA-XML:codebook:1.0"/>', "no REFI-QDA project"),
        ("<html><body/></html>", "no REFI-QDA project"),
    ],
)
def test_a_project_file_that_is_none(tmp_path, xml, said):
    with pytest.raises(UnreadableFile, match=said):
        mq.exchange.read_refi_qda(zipped(tmp_path / "t.qdpx", xml))
    path = zipped(tmp_path / "two.qdpx", project_xml(""), {"other.qde": b"x"})
    with pytest.raises(UnreadableFile, match="2 project files"):
        mq.exchange.read_refi_qda(path)


def test_an_archive_with_a_password_says_so(tmp_path):
    path = zipped(tmp_path / "t.qdpx", project_xml(""))
    content = bytearray(path.read_bytes())
    content[6] |= 1
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    path.write_bytes(bytes(content))
    with pytest.raises(UnreadableFile, match="without a password"):
        mq.exchange.read_refi_qda(path)
