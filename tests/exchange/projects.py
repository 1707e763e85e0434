"""Small studies and projects for the tests of this folder; all of it is invented."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd

import medtw_qual as mq
from medtw_qual import schemas
from medtw_qual._base.table_files import empty_table, validate_table

TRICKY = {
    "1": "plain words, nothing else",
    "2": "two 👩🏽‍⚕️👨‍👩‍👧‍👦 families, one 🏳️‍🌈 flag and 🇨🇦",
    "3": "first line\r\nsecond line\r\n\r\nlast 🙏 line",
    "4": "שלום לכולם, תודה 💙 and back again \u200fمرحبا\u200e",
    "5": "cafe\u0301 and café, a \u200b zero width, a\u00a0hard space, \ufb01ne",
    "6": "\ufeffmark first, \x85 next line, \u2028 separator, tab\tend",
    "7": '=HYPERLINK("x") <b>& "quotes" ]]> &amp; NA',
    "8": "\U0001f9ec\U0001f9ea𝔾𝕣𝕖𝕖𝕜 𐍈 end",
    "9": " leading and trailing spaces  \n",
}


def corpus_of(texts: Mapping[str, str], attributes: bool = True) -> mq.Corpus:
    """A corpus with one unit per text."""
    units = validate_table(
        pd.DataFrame(
            {
                "unit_id": list(texts),
                "text": list(texts.values()),
                "context": ["" if int(one) % 2 else f"answers {one} 💬" for one in texts],
                "created_at": ["2020-11-15T01:12:44Z"] * len(texts),
                "author_id": [f"a{int(one) % 3}" for one in texts],
                "n_posts": 1,
                "post_ids": [[one] for one in texts],
            }
        ),
        schemas.UNITS,
    )
    authors = pd.DataFrame(
        {
            "author_id": ["a0", "a1", "a2"],
            "role": ["nurse", "médecin 👩‍⚕️", ""],
            "followers": pd.array([1, None, 3], dtype="Int64"),
        }
    )
    if not attributes:
        authors = authors[["author_id"]]
    return mq.Corpus(
        empty_table(schemas.POSTS), validate_table(authors, schemas.AUTHORS), units, empty_table(schemas.FLOW)
    )


def book() -> mq.Codebook:
    """Three codes, one below another, and a theme."""
    return mq.Codebook(
        "small",
        "1.2.0",
        "A title: with a colon",
        (
            mq.Code("thanks", "Thanks", brief="b", definition="Saying thanks.", include_when="said", typical="ta! 🙏"),
            mq.Code("grief", "Grief & loss", definition="Source: looks like a label.", source="nobody"),
            mq.Code("loud_thanks", "Loud thanks", parent="thanks", definition="Shouted."),
        ),
        (mq.Theme("bonds", "Bonds", "What holds.", ("grief", "thanks")),),
        "one post",
    )


def codings(rows: list[tuple]) -> pd.DataFrame:
    """Codings from (unit, coder, round, code, status, memo, start, end)."""
    columns = ["unit_id", "coder", "round", "code", "status", "memo", "start", "end"]
    table = pd.DataFrame(rows, columns=columns).assign(codebook_hash=book().hash, decided_at="2021-02-03T04:05:06Z")
    return validate_table(table, schemas.CODINGS)


def zipped(path: Path, project: str, files: Mapping[str, bytes] | None = None, name: str = "project.qde") -> Path:
    """An archive with a project file and others."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, project)
        for member, content in (files or {}).items():
            archive.writestr(member, content)
    return path


def project_xml(inside: str, attributes: str = 'origin="Invented 1"') -> str:
    """A project around `inside`, with two users and three codes."""
    return f"""<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" name="invented" {attributes}>
 <Users><User guid="{U1}" name="Ada"/><User guid="{{{U2.upper()}}}" name="Ben"/></Users>
 <CodeBook><Codes><Code guid="{C1}" name="Bond" isCodable="true"/>
  <Code guid="{C2}" name="Folder" isCodable="false"><Code guid="{C3}" name="Loss" isCodable="true"/></Code></Codes>
 </CodeBook>
 {inside}
</Project>"""


U1, U2 = "10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-00000000000a"
C1, C2, C3 = (f"20000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
S1, S2 = (f"30000000-0000-4000-8000-00000000000{n}" for n in (1, 2))


def guid(number: int) -> str:
    """Some GUID."""
    return f"40000000-0000-4000-8000-{number:012d}"


def selection(start: object, end: object, *codes: str, user: str = U1, name: str = "", number: int = 1) -> str:
    """A passage with codings."""
    inner = "".join(
        f'<Coding guid="{guid(number * 100 + n)}" creatingUser="{user}"><CodeRef targetGUID="{code}"/></Coding>'
        for n, code in enumerate(codes)
    )
    quoted = name.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return (
        f'<PlainTextSelection guid="{guid(number)}" startPosition="{start}" endPosition="{end}" name="{quoted}"'
        f' creatingUser="{user}">{inner}</PlainTextSelection>'
    )


def source(text: str, inside: str = "", number: str = S1, name: str = "one.txt") -> str:
    """Sources with one text."""
    content = text.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;")
    return (
        f'<Sources><TextSource guid="{number}" name="{name}"><PlainTextContent>{content}</PlainTextContent>{inside}'
        "</TextSource></Sources>"
    )


def dangling(path: Path) -> set[str]:
    """GUIDs that are referred to and not there."""
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("project.qde"))
    there = {one.get("guid") for one in root.iter() if one.get("guid")}
    names = ("targetGUID", "creatingUser")
    return {one.get(name) for one in root.iter() for name in names if one.get(name)} - there


def lf(text: str) -> str:
    """A text as it is exchanged."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
