"""Guards the reader against any damage: it answers with a project or with words, and no coding goes unaccounted for."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import medtw_qual as mq
from medtw_qual.errors import MedtwQualError

from .projects import C1, C3, S1, U2, guid, project_xml, selection, source, zipped

WHOLE = project_xml(
    f'<Variables><Variable guid="{guid(1)}" name="age" typeOfVariable="Integer"/></Variables>'
    f'<Cases><Case guid="{guid(3)}" name="Nurse 7"><VariableValue><VariableRef targetGUID="{guid(1)}"/>'
    f'<IntegerValue>40</IntegerValue></VariableValue><SourceRef targetGUID="{S1}"/></Case></Cases>'
    + source(
        "abc def 🙏 ghi",
        selection(0, 3, C1, C3, name="abc", number=5)
        + selection(4, 9, C3, user=U2, name="def", number=6)
        + f'<Coding guid="{guid(60)}"><CodeRef targetGUID="{C1}"/></Coding><NoteRef targetGUID="{guid(7)}"/>',
    )
    + f'<Notes><Note guid="{guid(7)}" name="n" creatingUser="{U2}"><PlainTextContent>why</PlainTextContent></Note>'
    "</Notes>"
    f'<Sets><Set guid="{guid(8)}" name="set"><MemberCode targetGUID="{C1}"/></Set></Sets>'
)
ATTRIBUTES = [match.span() for match in re.finditer(r'(?<= )\w+="[^"]*"', WHOLE)]
ELEMENTS = [match.span() for match in re.finditer(r"<[A-Z]\w*(?= |>|/)", WHOLE)]
VALUES = [
    "",
    "0",
    "-1",
    "99999999999999999999",
    "x",
    "true",
    "2020-99-99T00:00:00Z",
    S1,
    C1,
    "&#10;",
    "🙏",
    "NaN",
    "1e5",
]


def damaged(data: st.DataObject) -> str:
    """The project with some attributes emptied, changed, moved or dropped, and some elements renamed."""
    text = WHOLE
    places = data.draw(st.lists(st.sampled_from(ATTRIBUTES + ELEMENTS), min_size=1, max_size=4, unique=True))
    for start, end in sorted(places, reverse=True):
        part = text[start:end]
        if part.startswith("<"):
            continue
        name = part.partition("=")[0]
        kind = data.draw(st.sampled_from(["drop", "change", "rename"]))
        value = data.draw(st.sampled_from(VALUES))
        new = {"drop": "", "change": f'{name}="{value}"', "rename": part.replace(name, name + "X", 1)}[kind]
        text = text[:start] + new + text[end:]
    for start, end in data.draw(st.lists(st.sampled_from(ELEMENTS), max_size=1)):
        name = WHOLE[start + 1 : end]
        other = data.draw(st.sampled_from(["Unknown", "Code", "Description", "TextSource", "Set", "Note"]))
        text = re.sub(rf"(</?){name}\b", rf"\g<1>{other}", text)
    return text


# The same damage every time; to search longer, raise the number and drop `derandomize`.
@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_is_answered_in_words(tmp_path, data):
    text = damaged(data)
    path = zipped(tmp_path / "t.qdpx", text)
    try:
        project = mq.exchange.read_refi_qda(path, quiet=True)
    except MedtwQualError:
        return  # any other error fails the test
    assert set(project.codings["code"]) <= set(project.codebook.ids)
    assert set(project.codings["unit_id"]) <= set(project.corpus.units["unit_id"])
    accounted = len(project.codings) + (project.skipped["what"] == "coding").sum()
    assert accounted >= len(re.findall(r"<Coding\b", text)), project.skipped.to_string()
