"""Slips in the ids and codes of REFI-QDA files, mended in the same way in codebooks (.qdc) and projects (.qdpx)."""

import re
from collections import Counter
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from lxml.etree import _Element

# What was mended: the kind of thing, its name, and what was done.
Note = Callable[[str, str, str], None]

GUID = re.compile(r"\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?")
_REFERENCES = (
    "guid", "targetGUID", "creatingUser", "modifyingUser", "creatingUserGUID", "modifyingUserGUID",
    "fromSyncPoint", "toSyncPoint",
)  # fmt: skip
_COLOUR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_BARE_COLOUR = re.compile(r"(?:#|0x)?([0-9a-fA-F]{6})(?:[0-9a-fA-F]{2})?")
_RGB = re.compile(r"(?:rgba?\s*\()?\s*(\d{1,3})\s*[,; ]\s*(\d{1,3})\s*[,; ]\s*(\d{1,3})\s*(?:[,; ]\s*[\d.]+\s*)?\)?")
_YES, _NO = ("true", "1", "yes"), ("false", "0", "no")
UNNAMED = "unnamed code"


def local(element: "_Element") -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def label(element: "_Element") -> str:
    """What an element is called in messages: its name, or else its id."""
    return str(element.get("name") or element.get("guid") or "")


def mend_ids(root: "_Element", kinds: Collection[str], note: Note) -> None:
    """Give every element of these kinds a GUID of its own.

    Ids that are no GUIDs keep their meaning: the same id becomes the same GUID, where it is given and where it is
    referred to. An element without an id gets one that nothing refers to. Where two elements of a kind have one GUID,
    the second gets another, and what refers to the GUID is taken to mean the first; two codes of one GUID and one name
    are left, since they are one code that is written twice.

    Parameters
    ----------
    root : lxml element
        Changed in place.
    kinds : collection of str
        Names of elements.
    note : callable
        Takes what, name and reason of everything that a reader of the file should know.
    """
    _replace_ids_that_are_no_guids(root, note)
    counts: Counter[str] = Counter()
    met: dict[tuple[str, str], _Element] = {}
    for element in root.iter():
        kind = local(element)
        if kind not in kinds:
            continue
        own = (element.get("guid") or "").strip()
        if not own:
            element.set("guid", str(uuid5(NAMESPACE_URL, f"{kind}/{counts[kind]}")))
        elif (kind, own.strip("{}").upper()) in met:
            _renumber(element, met[kind, own.strip("{}").upper()], counts[kind], note)
        else:
            met[kind, own.strip("{}").upper()] = element
        counts[kind] += 1


def _replace_ids_that_are_no_guids(root: "_Element", note: Note) -> None:
    strange: dict[str, str] = {}
    for element in root.iter():
        for name in _REFERENCES:
            value = (element.get(name) or "").strip()
            if value and not GUID.fullmatch(value):
                strange.setdefault(value, str(uuid5(NAMESPACE_URL, f"id/{value}")))
                element.set(name, strange[value])
    if strange:
        shown = ", ".join(list(strange)[:3]) + (", …" if len(strange) > 3 else "")
        note("id", shown, "it is no GUID; what it refers to was found by it all the same")


def _renumber(element: "_Element", first: "_Element", place: int, note: Note) -> None:
    kind = local(element)
    if kind == "Code" and label(element) == label(first):
        return
    element.set("guid", str(uuid5(NAMESPACE_URL, f"{kind}/{element.get('guid')}/{place}")))
    if kind not in ("PlainTextSelection", "Coding"):  # nothing but a note or a case refers to those
        note(
            kind.lower().removeprefix("plaintext").removesuffix("source") or "source",
            label(element),
            f"its GUID is also that of {label(first)!r}: it was kept, and what refers to the GUID is taken to mean"
            f" {label(first)!r}",
        )


def mend_codes(root: "_Element", note: Note) -> None:
    """Give every code what the format demands: a name, whether it can be coded with, a colour of the form #RRGGBB.

    A code can be coded with unless the file says otherwise.
    """
    for code in (element for element in root.iter() if local(element) == "Code"):
        if not (code.get("name") or "").strip():
            note("code", code.get("guid") or "", "it has no name")
            code.set("name", UNNAMED)
        stated = (code.get("isCodable") or "").strip().lower()
        code.set("isCodable", "false" if stated in _NO else "true")
        if stated not in (*_YES, *_NO, ""):
            note("code", label(code), f"isCodable is {stated!r}; it was taken for a code that can be given")
    for element in (element for element in root.iter() if element.get("color") is not None):
        colour = hex_colour(element.get("color") or "")
        if colour:
            element.set("color", colour)
            continue
        note("colour", label(element), f"{element.get('color')!r} is no colour")
        del element.attrib["color"]


def hex_colour(text: str) -> str:
    """Return a colour as #RRGGBB, or an empty string for what is none.

    Examples
    --------
    >>> hex_colour("#0f0"), hex_colour("rgb(0, 128, 255)"), hex_colour("0,128,255"), hex_colour("blue?")
    ('#0f0', '#0080FF', '#0080FF', '')
    """
    word = text.strip()
    if _COLOUR.fullmatch(word):
        return word
    parts = _RGB.fullmatch(word)
    if parts and max(map(int, parts.groups())) <= 255:
        return "#" + "".join(f"{int(part):02X}" for part in parts.groups())
    bare = _BARE_COLOUR.fullmatch(word)
    return f"#{bare[1]}" if bare else ""
