"""A project's XML made fit for the standard's model.

What programs write beside the standard is mended where nothing is lost by it, and otherwise taken out and listed.
"""

import re
from collections import Counter
from html import escape
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from medtw_qual._base.office import xml_safe
from medtw_qual._base.xml import parse_xml, take_out
from medtw_qual.codebook.refi_repairs import label, local, mend_codes, mend_ids
from medtw_qual.errors import UnreadableFile
from medtw_qual.exchange.case_codes import turn_case_codes_into_cases
from medtw_qual.exchange.media_texts import take_texts_of_media
from medtw_qual.exchange.project_writer import NAMESPACE
from medtw_qual.exchange.refi_project import Skipped
from medtw_qual.exchange.variable_values import Facts, take_facts

if TYPE_CHECKING:
    from lxml.etree import _Element

_ANY_PROJECT = re.compile(r"\{urn:QDA-XML:project:[^}]*\}")
# Where the standard has each element; elsewhere its model would pass over it without a word.
_PARENTS = {
    "Users": "Project", "User": "Users", "CodeBook": "Project", "Codes": "CodeBook", "Code": "Codes Code",
    "Variables": "Project", "Variable": "Variables", "Cases": "Project", "Case": "Cases", "Sources": "Project",
    "TextSource": "Sources", "PlainTextContent": "TextSource Note", "PlainTextSelection": "TextSource Note",
    "Coding": "TextSource PlainTextSelection", "CodeRef": "Coding Case", "VariableValue": "Case TextSource",
    "VariableRef": "VariableValue", "TextValue": "VariableValue", "BooleanValue": "VariableValue",
    "IntegerValue": "VariableValue", "FloatValue": "VariableValue", "DateValue": "VariableValue",
    "DateTimeValue": "VariableValue", "SourceRef": "Case", "SelectionRef": "Case", "Sets": "Project", "Set": "Sets",
    "MemberCode": "Set", "MemberSource": "Set", "MemberNote": "Set", "Notes": "Project", "Note": "Notes",
    "NoteRef": "Project Code TextSource PlainTextSelection Coding Note",
    "Description": "Project Code Variable Case Set TextSource PlainTextSelection Note",
}  # fmt: skip
_ATTRIBUTES = frozenset(
    (
        "name", "origin", "creatingUserGUID", "creationDateTime", "modifyingUserGUID", "modifiedDateTime", "basePath",
        "guid", "id", "isCodable", "color", "typeOfVariable", "targetGUID", "richTextPath", "plainTextPath",
        "creatingUser", "modifyingUser", "startPosition", "endPosition",
    )
)  # fmt: skip
_WITH_GUID = ("User", "Code", "Variable", "Case", "Set", "TextSource", "PlainTextSelection", "Coding", "Note")
# A note's words up to the end of them; never past the next note, so that no file makes the search long.
_ANNOTATION = re.compile(
    r"(<Note [^<>]*>\s*<PlainTextContent>)((?:(?!<Note ).)*?)(</PlainTextContent>\s*<PlainTextSelection )", re.DOTALL
)
_TIMES = ("creationDateTime", "modifiedDateTime")
_VARIABLE_TYPES = ("Text", "Boolean", "Integer", "Float", "Date", "DateTime")


def prepared(content: bytes, name: str, skipped: Skipped) -> "tuple[_Element, Facts]":
    """Parse a project; return it in the standard's namespace with what the model can hold, and the variables' values.

    Raises
    ------
    UnreadableFile
        When it is no REFI-QDA project, or its XML is damaged or unsafe.
    """
    root = _parsed(content, name, skipped)
    if not _ANY_PROJECT.match(str(root.tag)) or local(root) != "Project":
        raise UnreadableFile(
            f"{name} is no REFI-QDA project: its outermost element is {root.tag!r}.",
            "Export it again as REFI-QDA project (.qdpx); a .qdc is read with read_codebook.",
        )
    _default(root, "name", "")
    for element in list(root.iter()):
        if isinstance(element.tag, str):
            element.tag = _ANY_PROJECT.sub(f"{{{NAMESPACE}}}", element.tag)
    take_texts_of_media(root, skipped)
    _leave_out_drawings(root, skipped)
    _leave_out_strangers(root, skipped)
    _leave_out_passages_of_notes(root, skipped)
    mend_ids(root, _WITH_GUID, skipped.add)
    mend_codes(root, skipped.add)
    for step in (_mend_names, _mend_codings, _mend_selections, _mend_times, turn_case_codes_into_cases):
        step(root, skipped)
    facts = take_facts(root, NAMESPACE, skipped)
    for variable in _named(root, "Variable"):
        if variable.get("typeOfVariable") not in _VARIABLE_TYPES:
            variable.set("typeOfVariable", "Text")
    return root, facts


def _parsed(content: bytes, name: str, skipped: Skipped) -> "_Element":
    """Parse; at a second try with what QualCoder 4 leaves unescaped (annotations, control characters) mended."""
    try:
        return parse_xml(content, name)
    except UnreadableFile:
        text = _ANNOTATION.sub(lambda found: found[1] + escape(found[2]) + found[3], content.decode("utf-8", "replace"))
        root = parse_xml(xml_safe(text).encode("utf-8"), name)
        skipped.add("XML", name, "it was not valid; unescaped annotations and forbidden characters were mended")
        return root


def _named(root: "_Element", name: str) -> "list[_Element]":
    return list(root.iter(f"{{{NAMESPACE}}}{name}"))


def _default(element: "_Element", name: str, value: str) -> None:
    if element.get(name) is None:
        element.set(name, value)


def _leave_out_drawings(root: "_Element", skipped: Skipped) -> None:
    for kind, what in (("Link", "link"), ("Graph", "drawing")):
        for element in _named(root, kind):
            skipped.add(what, label(element), f"{what}s have no place here")
    for kind in ("Links", "Graphs"):
        for element in _named(root, kind):
            take_out(element)


def _leave_out_passages_of_notes(root: "_Element", skipped: Skipped) -> None:
    """Passages in notes: coded ones, which are no units here, and the places of QualCoder's annotations."""
    for note in _named(root, "Note"):
        for passage in _named(note, "PlainTextSelection"):
            codings = _named(passage, "Coding")
            for coding in codings:
                skipped.add("coding", label(coding), "it lies on a note, and notes are no units here")
            if not codings and any((content.text or "").strip() for content in _named(note, "PlainTextContent")):
                skipped.add("place", label(note), "a note has no place within a text here; its words are kept")
            take_out(passage)


def _leave_out_strangers(root: "_Element", skipped: Skipped) -> None:
    """Elements and attributes that the standard does not know, or not there, counted by name."""
    elements: Counter[str] = Counter()
    attributes: Counter[str] = Counter()

    def walk(element: "_Element") -> None:
        attributes.update(_strange_attributes(element))
        for child in list(element):
            if not isinstance(child.tag, str):
                element.remove(child)
            elif child.tag.startswith(f"{{{NAMESPACE}}}") and local(element) in _PARENTS.get(local(child), "").split():
                walk(child)
            else:
                elements[f"{local(child)} in {local(element)}"] += 1
                for coding in child.iter(f"{{{NAMESPACE}}}Coding"):
                    skipped.add("coding", label(coding), f"it stands in {local(child)} in {local(element)}")
                element.remove(child)

    walk(root)
    for names, what in ((elements, "element"), (attributes, "attribute")):
        for name, count in sorted(names.items()):
            skipped.add(what, f"{name} ({count})", "the standard does not know it")


def _strange_attributes(element: "_Element") -> list[str]:
    """Take them off; those of other namespaces say where a schema lies and the like, and are not worth a line."""
    strange = []
    for name in list(element.attrib):
        if name not in _ATTRIBUTES:
            del element.attrib[name]
            strange += [] if str(name).startswith("{") else [f"{local(element)}/@{name}"]
    return strange


def _mend_names(root: "_Element", skipped: Skipped) -> None:
    for kind in ("Set", "Variable"):
        for element in _named(root, kind):
            _default(element, "name", "unnamed")


def _mend_codings(root: "_Element", skipped: Skipped) -> None:
    """The standard has one code in a coding; one with several becomes several, one with none says nothing."""
    for coding in _named(root, "Coding"):
        references = [ref for ref in coding if local(ref) == "CodeRef"]
        for extra in references[1:]:
            twin = coding.makeelement(coding.tag, dict(coding.attrib))
            twin.set("guid", str(uuid5(NAMESPACE_URL, f"{coding.get('guid')}/{extra.get('targetGUID')}")))
            twin.append(extra)
            coding.addnext(twin)
        if not references:
            skipped.add("coding", label(coding), "it names no code")
            take_out(coding)
    for reference in [element for kind in _REFERENCES for element in _named(root, kind)]:
        if not reference.get("targetGUID"):
            parent = reference.getparent()
            of_coding = parent is not None and local(parent) == "Coding"
            skipped.add("coding" if of_coding else "reference", local(reference), "it points to nothing")
            take_out(parent if of_coding else reference)


_REFERENCES = ("CodeRef", "NoteRef", "SourceRef", "SelectionRef", "MemberCode", "MemberSource", "MemberNote")


def _mend_selections(root: "_Element", skipped: Skipped) -> None:
    """A passage without positions is none: its codings are about the whole text."""
    for selection in _named(root, "PlainTextSelection"):
        positions = [(selection.get(name) or "").strip() for name in ("startPosition", "endPosition")]
        if all(re.fullmatch(r"[+-]?\d{1,18}", position) for position in positions):
            continue
        reason = "start or end is missing or not a number"
        source = selection.getparent()
        for coding in _named(selection, "Coding"):
            skipped.add("place", label(selection), f"{reason}; the code is kept for the whole text")
            for name in ("creatingUser", "creationDateTime"):
                if coding.get(name) is None and selection.get(name):
                    coding.set(name, selection.get(name) or "")
            if source is not None:
                source.append(coding)
        if source is not None:
            for words in [one for one in selection if local(one) in ("Description", "NoteRef")]:
                _keep_words(words, selection, source, skipped)
        skipped.add("passage", label(selection), reason)
        take_out(selection)


def _keep_words(words: "_Element", selection: "_Element", source: "_Element", skipped: Skipped) -> None:
    """A note of the passage is one of its text; a comment stays in the list, word for word."""
    if local(words) == "NoteRef":
        source.append(words)
    elif (words.text or "").strip():
        skipped.add("comment", label(selection), f"its passage has no place: {(words.text or '').strip()}")


def _mend_times(root: "_Element", skipped: Skipped) -> None:
    for element in root.iter():
        for name in _TIMES:
            if element.get(name) is not None and not _is_time(element.get(name) or ""):
                skipped.add("time", f"{local(element)} {label(element)}: {element.get(name)}", "it is no date and time")
                del element.attrib[name]


def _is_time(text: str) -> bool:
    from xsdata.models.datatype import XmlDateTime

    try:
        moment = XmlDateTime.from_string(text.strip())
    except ValueError:
        return False
    return 1678 <= moment.year <= 2261  # what a table's time can hold
