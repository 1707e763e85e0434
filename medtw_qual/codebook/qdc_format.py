"""Codebooks as .qdc, the REFI-QDA exchange format that ATLAS.ti, MAXQDA, NVivo, QualCoder and others read and write."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5
from warnings import warn

from medtw_qual._base.files import write_text
from medtw_qual._base.office import xml_safe
from medtw_qual._base.xml import parse_xml
from medtw_qual.codebook.code_names import one_line
from medtw_qual.codebook.codebook import Code, Codebook, Theme
from medtw_qual.codebook.refi_repairs import Note, local, mend_codes, mend_ids
from medtw_qual.codebook.refi_text import (
    code_description,
    ids_from,
    parsed_description,
    settled_ids,
    theme_description,
)
from medtw_qual.codebook.taguette_tags import codes_of_tags
from medtw_qual.errors import CodebookFault, InvalidArgument, UnreadableFile

if TYPE_CHECKING:
    from lxml.etree import _Element
    from pyrefiqda.models.codebook import CodeType

NAMESPACE = "urn:QDA-XML:codebook:1.0"
# Older exports say 0:4, NVivo for Mac 1:0.
_ANY_CODEBOOK = re.compile(r"\{urn:QDA-XML:codebook:[^}]*\}")
_PARENTS = {
    "Codes": "CodeBook", "Sets": "CodeBook", "Code": "Codes Code", "Set": "Sets", "Description": "Code Set",
    "MemberCode": "Set",
}  # fmt: skip
ORIGIN = "medtw_qual"
_UNWRAPPED = "Nodes"  # NVivo puts all codes below a folder of that name


def guid(*names: str) -> str:
    """A GUID that is the same every time for the same names (RFC 4122, version 5)."""
    return str(uuid5(NAMESPACE_URL, "/".join((ORIGIN, *names)))).upper()


def write_qdc(book: Codebook, path: Path) -> None:
    """Write codes (with their hierarchy) and themes (as sets); rules go into the codes' descriptions.

    The format has no place for the codebook's title, unit of coding and switches: they are not written. Name and
    version stand in ``origin``.
    """
    from pyrefiqda.models import codebook as refi
    from xsdata.formats.dataclass.serializers.config import SerializerConfig
    from xsdata_pydantic.bindings import XmlSerializer

    if not book.codes:
        raise InvalidArgument(f"{book.label} has no codes, and a .qdc needs one.", "Add a code and save it again.")
    sets = [
        refi.SetType(
            guid=guid(book.name, "theme", theme.id),
            name=xml_safe(theme.name),
            description=xml_safe(theme_description(theme)) or None,
            member_code=[refi.MemberCodeType(guid=guid(book.name, "code", code)) for code in theme.codes],
        )
        for theme in book.themes
    ]
    content = refi.CodeBook(
        codes=refi.CodesType(code=_nested(book, "", refi.CodeType)),
        sets=refi.SetsType(set=sets) if sets else None,
        origin=xml_safe(f"{ORIGIN} {book.label}"),
    )
    config = SerializerConfig(xml_declaration=True, encoding="UTF-8", indent="  ")
    write_text(path, XmlSerializer(config=config).render(content, ns_map={None: NAMESPACE}))


def _nested(book: Codebook, parent: str, kind: "type[CodeType]") -> "list[CodeType]":
    return [
        kind(
            guid=guid(book.name, "code", code.id),
            name=xml_safe(code.name),
            is_codable=True,
            description=xml_safe(code_description(code, with_id=True)) or None,
            code=_nested(book, code.id, kind),
        )
        for code in book.codes
        if code.parent == parent
    ]


def read_qdc(path: Path) -> Codebook:
    """Read a .qdc of any program; folders that cannot be coded with become themes, as sets do."""
    content = parse_refi(path.read_bytes(), path.name)
    name, version = _named(content.origin, path.stem)
    sets = content.sets.set if content.sets else []
    codes, themes, _ = codes_and_themes(
        content.codes.code if content.codes else [],
        sets,
        "guid",
        path.name,
        note=lambda what, name, reason: warn(f"{path.name}: {what} {name!r}: {reason}.", stacklevel=3),
    )
    if (content.origin or "").startswith("Taguette"):
        codes = list(codes_of_tags([(code.name, code_description(code)) for code in codes]))
    if not codes:
        raise CodebookFault(f"{path.name} holds no code.", "Export the codebook again from the other program.")
    return Codebook(name, version, codes=tuple(codes), themes=tuple(themes), source_file=path.name)


def parse_refi(content: bytes, name: str) -> Any:  # noqa: ANN401 - a generated model
    """Parse the XML of a .qdc into pyrefiqda's model.

    Raises
    ------
    UnreadableFile
    """
    from pyrefiqda.models.codebook import CodeBook
    from xsdata.exceptions import ParserError
    from xsdata.formats.dataclass.parsers.config import ParserConfig
    from xsdata_pydantic.bindings import XmlParser

    root = parse_xml(content, name)
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = _ANY_CODEBOOK.sub(f"{{{NAMESPACE}}}", element.tag)
    if root.tag != f"{{{NAMESPACE}}}CodeBook":
        raise UnreadableFile(
            f"{name} is no REFI-QDA codebook: its outermost element is {root.tag!r}.",
            "Export the codebook as .qdc, or read a project with read_refi_qda.",
        )
    for remark in _mended(root):
        warn(f"{name}: {remark}", stacklevel=3)
    parser = XmlParser(config=ParserConfig(fail_on_unknown_properties=False, fail_on_converter_warnings=True))
    try:
        return parser.parse(root, CodeBook)
    except (ParserError, ValueError, TypeError) as error:
        raise UnreadableFile(
            f"{name} breaks the REFI-QDA format in a way that could not be mended ({broken_part(error)}).",
            "Export it again from the other program.",
        ) from error


def broken_part(error: Exception) -> str:
    """Where a file breaks the format, without a validator's own words."""
    found = re.search(r"errors? for (\w+?)(?:Type)?\b\W+(\w+)", str(error))
    return f"element {found[1]}, {found[2].replace('_', ' ')}" if found else "an element or a value of the wrong kind"


def _mended(root: "_Element") -> list[str]:
    """Mend what can be mended, and return what a researcher should know of it."""
    said: list[str] = []
    for element in [one for one in root.iter() if one is not root and isinstance(one.tag, str)]:
        parent = element.getparent()
        if parent is None or local(element) in [
            place for place in _PARENTS if local(parent) in _PARENTS[place].split()
        ]:
            continue
        if local(parent) in ("CodeBook", *_PARENTS):
            words = one_line(" ".join(map(str, element.itertext())))
            where = parent.get("name") or local(parent)
            said.append(f"{local(element)} in {where} was not read{': ' + words if words else ''}.")
            parent.remove(element)
    notes: list[tuple[str, str, str]] = []
    mend_ids(root, ("Code", "Set"), lambda *words: notes.append(words))
    mend_codes(root, lambda *words: notes.append(words))
    for element in root.iter():
        if local(element) == "Set" and not element.get("name"):
            element.set("name", "unnamed")
        if local(element) == "MemberCode" and element.get("guid") is None and element.get("targetGUID"):
            element.set("guid", element.get("targetGUID") or "")
    return said + [f"{what} {name!r}: {reason}." for what, name, reason in notes]


def _named(origin: str | None, stem: str) -> tuple[str, str]:
    words = (origin or "").split()
    return (words[1], " ".join(words[2:])) if len(words) > 1 and words[0] == ORIGIN else (stem, "")


def codes_and_themes(
    roots: Sequence[Any],
    sets: Sequence[Any],
    member: str,
    file: str,
    own: Mapping[str, str] | None = None,
    note: Note | None = None,
) -> tuple[list[Code], list[Theme], dict[str, str]]:
    """Turn REFI-QDA's nested codes and sets into codes and themes.

    Parameters
    ----------
    roots, sets : sequences of pyrefiqda's CodeType and SetType
        Of a codebook or of a project.
    member : {"guid", "target_guid"}
        What the two call the reference to a set's code.
    file : str
        For messages.
    own : mapping, optional
        Ids of codes that were sent out by their GUIDs: a code that comes back under its GUID keeps its id, whatever it
        is called now.
    note : callable, optional
        Takes what, name and reason of what a reader of the file should know.

    Returns
    -------
    codes : list of Code
    themes : list of Theme
        Sets, and folders that are not codable (with every code below them).
    ids : dict
        The code's id for each GUID (capital letters, no braces). A GUID that occurs twice keeps its first place.
    """
    walked = list(_walk(roots, None, ()))
    unique: dict[str, tuple[Any, Any, tuple[Any, ...]]] = {}
    for node, parent, folders in walked:
        unique.setdefault(plain_guid(node.guid), (node, parent, folders))
    nodes = [(code, *entry) for code, entry in unique.items() if entry[0].is_codable]
    described = [parsed_description(node.description) for _, node, _, _ in nodes]
    described = settled_ids(
        described,
        [(own or {}).get(code, "") for code, *_ in nodes],
        [one_line(node.name) for _, node, *_ in nodes],
        note,
    )
    ids = dict(
        zip([code for code, *_ in nodes], ids_from([node.name for _, node, *_ in nodes], described), strict=True)
    )
    codes = [
        Code(
            id=ids[code],
            name=one_line(node.name) or ids[code],
            parent=ids.get(plain_guid(parent.guid), "") if parent else "",
            **{field: value for field, value in parts.items() if field != "id"},
        )
        for (code, node, parent, _), parts in zip(nodes, described, strict=True)
    ]
    themes = _folders(nodes, ids) + _sets(sets, ids, member)
    labels = ids_from([theme.name for theme, _ in themes], [parts for _, parts in themes], "theme")
    unique_labels = ids_from(
        [theme.name for theme, _ in themes],
        [{} if label in labels[:place] else {"id": label} for place, label in enumerate(labels)],
        "theme",
    )
    named = [
        Theme(own, theme.name, theme.central_idea, theme.codes)
        for own, (theme, _) in zip(unique_labels, themes, strict=True)
    ]
    return codes, named, ids


def plain_guid(text: str) -> str:
    """A GUID as it is compared: programs write it with and without braces, in either case."""
    return text.strip().strip("{}").upper()


def _walk(nodes: Sequence[Any], parent: Any, folders: tuple[Any, ...]) -> Iterator[tuple[Any, Any, tuple[Any, ...]]]:  # noqa: ANN401
    """Each code with the codable code above it and the folders it lies in."""
    for node in nodes:
        if not node.is_codable and node.name == _UNWRAPPED and parent is None:
            yield from _walk(node.code, None, folders)
            continue
        yield node, parent, folders
        inside = folders if node.is_codable else (*folders, node)
        yield from _walk(node.code, node if node.is_codable else parent, inside)


def _folders(
    nodes: Sequence[tuple[str, Any, Any, tuple[Any, ...]]], ids: dict[str, str]
) -> list[tuple[Theme, dict[str, str]]]:
    members: dict[str, list[str]] = {}
    folder_of: dict[str, Any] = {}
    for own, _, _, folders in nodes:
        for folder in folders:
            folder_of.setdefault(plain_guid(folder.guid), folder)
            members.setdefault(plain_guid(folder.guid), []).append(ids[own])
    return [_theme(folder, tuple(members[own])) for own, folder in folder_of.items()]


def _sets(sets: Sequence[Any], ids: dict[str, str], member: str) -> list[tuple[Theme, dict[str, str]]]:
    found = []
    for group in sets:
        codes = [ids[own] for own in (plain_guid(getattr(ref, member)) for ref in group.member_code) if own in ids]
        found.append(_theme(group, tuple(dict.fromkeys(codes))))
    return found


def _theme(node: Any, codes: tuple[str, ...]) -> tuple[Theme, dict[str, str]]:  # noqa: ANN401
    parts = parsed_description(node.description)
    return Theme("", one_line(node.name), parts.get("definition", ""), codes), parts
