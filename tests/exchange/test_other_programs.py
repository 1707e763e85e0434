"""Guards the reading of other programs' projects: their habits and their faults, mended or listed."""

import zipfile

import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.errors import InvalidArgument

from .projects import C1, C2, C3, S1, S2, U1, U2, guid, project_xml, selection, source, zipped

TEXT = "My people 👩🏽‍⚕️ are here.\r\nAlone, and then not."


def read(tmp_path, inside, files=None, **options):
    path = zipped(
        tmp_path / "theirs.qdpx", project_xml(inside, options.pop("attributes", 'origin="Invented 1"')), files
    )
    return mq.exchange.read_refi_qda(path, quiet=True, **options)


def reasons(project):
    return {(row.what, row.reason) for row in project.skipped.itertuples()}


@pytest.mark.extra
@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "users", "codes", "units", "codings", "coding_skipped"),
    [
        ("atlas_ti_23_blank", 2, 0, 0, 0, 0),
        ("atlas_ti_23_three_codes", 2, 3, 0, 0, 0),
        ("atlas_ti_8_standard_project", 3, 14, 11, 11, 5),
    ],
)
def test_real_projects_of_atlas_ti(shared, name, users, codes, units, codings, coding_skipped, capsys):
    project = mq.exchange.read_refi_qda(shared / "refi_qda" / f"{name}.qdpx")
    assert (len(project.coders), len(project.codebook), len(project.corpus.units)) == (users, codes, units)
    assert len(project.codings) == codings
    assert (project.skipped["what"] == "coding").sum() == coding_skipped
    printed = capsys.readouterr().out
    assert ("skipped" in printed) == (len(project.skipped) > 0)
    if name == "atlas_ti_23_three_codes":
        assert [code.parent for code in project.codebook.codes] == ["", "commits", "commits"]


@pytest.mark.extra
@pytest.mark.shared
def test_every_coding_of_the_standard_project_is_taken_or_listed(shared):
    """16 codings, counted in the XML by the standard library: 9 on texts and transcripts, 7 elsewhere."""
    from xml.etree import ElementTree

    path = shared / "refi_qda" / "atlas_ti_8_standard_project.qdpx"
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("Project.qde"))
    namespace = "{urn:QDA-XML:project:1.0}"
    project = mq.exchange.read_refi_qda(path, quiet=True)
    assert len(list(root.iter(f"{namespace}Coding"))) == 16
    assert len(project.codings) + (project.skipped["what"] == "coding").sum() == 16
    points = {one.get("guid"): one.get("position") for one in root.iter(f"{namespace}SyncPoint")}
    edges = {"PlainTextSelection": ("startPosition", "endPosition"), "TranscriptSelection": ("from", "to")}
    on_text = [
        tuple(one.get(name) or points[one.get(f"{name}SyncPoint")] for name in names)
        for kind, names in edges.items()
        for one in root.iter(f"{namespace}{kind}")
        for _ in one.iter(f"{namespace}Coding")
    ]
    read_ = [(str(row.start), str(row.end)) for row in project.codings.dropna(subset=["start"]).itertuples()]
    assert sorted(read_) == sorted(on_text)
    assert (project.skipped["what"] == "place").sum() == project.codings["start"].isna().sum() == 16 - 5 - len(on_text)
    assert set(project.skipped["what"]) >= {"link", "drawing", "set", "source", "text", "colour"}
    assert {theme.name: len(theme.codes) for theme in project.codebook.themes}["Feelings"] == 6


def test_a_plain_project(tmp_path):
    text = TEXT.replace("\r\n", "\n")
    inside = source(
        text,
        selection(0, 9, C1, C3, number=1)
        + selection(text.index("Alone"), len(text), C3, user=U2, number=2)
        + f'<Coding guid="{guid(9)}" creatingUser="{{{U2}}}"><CodeRef targetGUID="{{{C1.upper()}}}"/></Coding>',
    )
    project = read(tmp_path, inside)
    assert project.codebook.ids == ("bond", "loss")
    assert project.codebook.themes[0].codes == ("loss",), "a folder that cannot be coded with is a theme"
    table = project.codings.astype({"start": "object", "end": "object"})
    rows = {(r.coder, r.code, r.status): (r.start, r.end) for r in table.itertuples()}
    assert rows == {
        ("Ada", "bond", "present"): (0, 9),
        ("Ada", "loss", "present"): (0, 9),
        ("Ben", "loss", "present"): (text.index("Alone"), len(text)),
        ("Ben", "bond", "present"): (pd.NA, pd.NA),
    }
    assert project.skipped.empty


@pytest.mark.parametrize(("seen", "absent"), [("stated", 0), ("coded units", 1), ("all units", 5)])
def test_absence_is_said_only_where_it_is_known(tmp_path, seen, absent):
    two = f'<TextSource guid="{S2}" name="two"><PlainTextContent>b</PlainTextContent></TextSource></Sources>'
    inside = source("abc", selection(0, 2, C1, number=1) + selection(0, 1, C1, C3, user=U2, number=2))
    project = read(tmp_path, inside.replace("</Sources>", two), seen=seen)
    assert (project.codings["status"] == "absent").sum() == absent
    assert (project.codings["status"] == "present").sum() == 3
    with pytest.raises(InvalidArgument, match="seen"):
        read(tmp_path, inside, seen="guessed")


@pytest.mark.parametrize("origin", ["ATLAS.ti for Windows 23", "Invented 1"])
@pytest.mark.parametrize("utf16", [False, True])
@pytest.mark.parametrize("joined", [False, True])
def test_positions_are_found_however_the_program_counts(tmp_path, origin, utf16, joined):
    """Made by counting: the passages are known, so are their places under each way of counting."""

    def counted(text: str) -> int:
        text = text.replace("\r\n", "\n") if joined else text
        return len(text.encode("utf-16-le")) // 2 if utf16 else len(text)

    wanted = ["My people", "👩🏽‍⚕️ are", "Alone, and", "not."]
    marks = "".join(
        selection(counted(TEXT[: TEXT.index(one)]), counted(TEXT[: TEXT.index(one) + len(one)]), C1, name=one, number=n)
        for n, one in enumerate(wanted, 1)
    )
    path = f'plainTextPath="internal://{S1}.TXT"'
    inside = f'<Sources><TextSource guid="{S1}" name="t" {path}>{marks}</TextSource></Sources>'
    files = {f"Sources/{S1}.txt": b"\xef\xbb\xbf" + TEXT.encode()}
    project = read(tmp_path, inside, files, attributes=f'origin="{origin}"')
    text = project.corpus.units["text"].iloc[0]
    assert text == TEXT.replace("\r\n", "\n")
    assert [text[row.start : row.end] for row in project.codings.sort_values("start").itertuples()] == wanted
    assert project.positions["certainty"].tolist() == ["certain"], "the project quotes its passages"
    named = project.positions["counting"].iloc[0]
    assert named.startswith("UTF-16" if utf16 else "code points")
    assert ("as one" in named) == joined


def test_what_cannot_be_placed_is_listed(tmp_path):
    gone = guid(77)
    inside = source(
        "short text",
        selection(5, 2, C1, number=1)
        + selection(0, 99, C1, number=2)
        + selection(-3, 2, C1, number=3)
        + selection("x", 2, C1, C3, number=4)
        + selection(0, 5, gone, number=5)
        + selection(0, 5, C2, number=6)
        + selection(0, 5, C1, user=gone, number=7)
        + selection(1, 5, number=8)
        + selection(0, 3, C3, number=9)
        + selection(0, 3, C3, number=10)
        + f'<Coding guid="{guid(11)}"/><Coding guid="{guid(12)}"><CodeRef/></Coding>'
        + f'<NoteRef targetGUID="{gone}"/>'
        + f'<VariableValue><VariableRef targetGUID="{gone}"/><TextValue>kept</TextValue></VariableValue>'
        + "<VariableValue><TextValue>lost</TextValue></VariableValue>",
    )
    project = read(tmp_path, inside)
    assert len(project.codings) == 4, "a code whose passage has no place is kept for the text"
    assert set(project.codings["coder"]) == {"Ada", "unknown"}
    without_place = project.codings[project.codings["start"].isna()]
    assert sorted(without_place["code"]) == ["bond", "loss"]
    listed = project.skipped
    assert (listed["what"] == "place").sum() == 5
    assert (listed["what"] == "coding").sum() == 8, "three of the five say the same of the whole text"
    assert {reason for what, reason in reasons(project) if what == "passage"} == {
        "it ends before it starts",
        "it reaches beyond the text",
        "start or end is missing or not a number",
        "it carries neither a code nor a comment",
    }
    assert project.corpus.units[gone.upper()].tolist() == ["kept"]
    assert ("variable value", "it names no variable") in reasons(project)
    assert ("reference", "it points to a note that is not there") in reasons(project)


def test_extras_and_faults_of_the_xml_are_mended_or_listed(tmp_path):
    inside = (
        '<Sources><TextSource name="no guid" creationDateTime="yesterday" vendor="x">'
        "<PlainTextContent>abc</PlainTextContent>"
        f'<PlainTextSelection guid="{guid(1)}" startPosition="0" endPosition="2"><Sparkle/>'
        f'<Coding guid="{guid(2)}" modifyingUser="{U1}"><CodeRef targetGUID="{C1}"/>'
        f'<CodeRef targetGUID="{C3}"/></Coding>'
        "</PlainTextSelection></TextSource></Sources><Sets/>"
        '<Extension xmlns="urn:other"><Deep/></Extension>'
    )
    project = read(tmp_path, inside)
    assert sorted(project.codings["code"]) == ["bond", "loss"], "a coding with two codes is two codings"
    assert set(project.codings["coder"]) == {"unknown"}
    names = dict(zip(project.skipped["name"], project.skipped["what"], strict=True))
    assert names["Sparkle in PlainTextSelection (1)"] == "element"
    assert names["TextSource/@vendor (1)"] == "attribute"
    assert any(name.startswith("Extension") for name in names)
    assert any(what == "time" for what in names.values())


def test_second_codes_empty_folders_and_descriptions_are_listed(tmp_path):
    """Two codes of one GUID stay two; a code that is written twice stays one."""
    xml = project_xml(
        f'<Variables><Variable guid="{guid(1)}" name="age" typeOfVariable="Text"><Description>years</Description>'
        "</Variable></Variables><Description>What we did.</Description>"
    ).replace(
        "</Codes>",
        f'<Code guid="{C1.upper()}" name="Bond again" isCodable="true"/>'
        f'<Code guid="{C3}" name="Loss" isCodable="true"/>'
        f'<Code guid="{guid(5)}" name="Empty" isCodable="false"/></Codes>',
    )
    project = mq.exchange.read_refi_qda(zipped(tmp_path / "t.qdpx", xml), quiet=True)
    assert project.codebook.ids == ("bond", "loss", "bond_again")
    assert project.memos[["about", "text"]].to_numpy().tolist() == [["study", "What we did."]]
    assert list(project.skipped.itertuples(index=False, name=None)) == [
        (
            "code",
            "Bond again",
            "its GUID is also that of 'Bond': it was kept, and what refers to the GUID is taken to mean 'Bond'",
        ),
        ("code", "Loss", "the same code, by GUID and name, is written twice"),
        ("code", "Empty", "it is a folder without a code in it"),
        ("description", "variable age", "variables have no description here"),
    ]


def test_cases_variables_notes_and_comments(tmp_path):
    inside = (
        f'<Variables><Variable guid="{guid(1)}" name="age" typeOfVariable="Integer"/>'
        f'<Variable guid="{guid(2)}" name="ward" typeOfVariable="Text"/></Variables>'
        f'<Cases><Case guid="{guid(3)}" name="Nurse 7"><VariableValue><VariableRef targetGUID="{guid(1)}"/>'
        f'<IntegerValue>forty</IntegerValue></VariableValue><SourceRef targetGUID="{S1}"/></Case></Cases>'
        + source(
            "abc def",
            f'<PlainTextSelection guid="{guid(5)}" startPosition="0" endPosition="3" creatingUser="{U2}">'
            "<Description>a comment</Description></PlainTextSelection>"
            + selection(4, 7, C1, number=6)
            + f'<NoteRef targetGUID="{guid(7)}"/>'
            f'<VariableValue><VariableRef targetGUID="{guid(2)}"/><TextValue>5 West</TextValue></VariableValue>',
        )
        + f'<Notes><Note guid="{guid(7)}" name="n" creatingUser="{U1}"><PlainTextContent>why</PlainTextContent></Note>'
        f'<Note guid="{guid(8)}" name="diary"><PlainTextContent>a day</PlainTextContent></Note>'
        f'<Note guid="{guid(9)}" name="empty"/></Notes>'
    )
    project = read(tmp_path, inside)
    assert project.corpus.units[["author_id", "ward"]].iloc[0].tolist() == ["Nurse 7", "5 West"]
    assert project.corpus.authors[["author_id", "age"]].iloc[0].tolist() == ["Nurse 7", "forty"]
    memos = {(row.about, row.key, row.text, row.author) for row in project.memos.itertuples()}
    assert memos == {
        ("unit", "one.txt", "a comment", "Ben"),
        ("study", "diary", "a day", ""),
    }
    assert project.codings["memo"].tolist() == ["why"], "a coder's note on a unit goes with the decision"
    assert reasons(project) == {("note", "it holds no text")}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("Text", " NA ", " NA "),
        ("Boolean", "1", True),
        ("Boolean", "perhaps", "perhaps"),
        ("Integer", "-12", -12),
        ("Integer", "1e5", "1e5"),
        ("Integer", "1327781546728173500", 1327781546728173500),
        ("Integer", "99999999999999999999", "99999999999999999999"),
        ("Float", "1327781546728173500", 1327781546728173500),
        ("Float", ".5", 0.5),
        ("Float", "inf", "inf"),
        ("Date", "2020-11-15", "2020-11-15"),
        ("DateTime", "2020-11-15T01:12:44", pd.Timestamp("2020-11-15T01:12:44Z")),
        ("DateTime", "2020-13-15T01:12:44Z", "2020-13-15T01:12:44Z"),
        ("DateTime", "now", "now"),
        ("Sparkling", "x", "x"),
    ],
)
def test_values_of_variables_keep_their_type_or_stay_text(tmp_path, kind, text, value):
    element = kind if kind != "Sparkling" else "Text"
    inside = f'<Variables><Variable guid="{guid(1)}" name="v" typeOfVariable="{kind}"/></Variables>' + source(
        "abc",
        f'<VariableValue><VariableRef targetGUID="{guid(1)}"/><{element}Value>{text}</{element}Value></VariableValue>',
    )
    read_value = read(tmp_path, inside).corpus.units["v"].iloc[0]
    assert read_value == value
    assert isinstance(read_value, str) == isinstance(value, str)


def test_a_time_that_comes_back_as_text_is_a_time(tmp_path):
    for text, said in (("2020-11-15 01:12:44Z", set()), ("last Sunday", {("time", "it is no date and time")})):
        inside = (
            f'<Variables><Variable guid="{guid(1)}" name="created_at" typeOfVariable="Text"/></Variables>'
            + source(
                "abc",
                f'<VariableValue><VariableRef targetGUID="{guid(1)}"/><TextValue>{text}</TextValue></VariableValue>',
            )
        )
        project = read(tmp_path, inside)
        assert project.corpus.units["created_at"].notna().all() == (not said)
        assert reasons(project) == said


def test_two_sources_and_two_users_of_one_name_stay_two(tmp_path):
    inside = source("a", selection(0, 1, C1)).replace(
        "</Sources>",
        f'<TextSource guid="{S2}" name="one.txt"><PlainTextContent>b</PlainTextContent>'
        f"{selection(0, 1, C3, user=U2, number=2)}</TextSource></Sources>",
    )
    path = zipped(tmp_path / "t.qdpx", project_xml(inside).replace('name="Ben"', 'name="Ada"'))
    project = mq.exchange.read_refi_qda(path, quiet=True)
    assert list(project.corpus.units["unit_id"]) == ["one.txt (1)", "one.txt (2)"]
    assert sorted(zip(project.codings["unit_id"], project.codings["coder"], strict=True)) == [
        ("one.txt (1)", "Ada"),
        ("one.txt (2)", "Ada (2)"),
    ]
