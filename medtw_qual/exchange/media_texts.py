"""Texts that belong to other media: the text of a PDF, the transcript of a recording, what is written of a picture."""

from typing import TYPE_CHECKING, NamedTuple

from medtw_qual._base.xml import take_out
from medtw_qual.codebook.refi_repairs import label, local
from medtw_qual.exchange.refi_project import Skipped

if TYPE_CHECKING:
    from lxml.etree import _Element


class _Medium(NamedTuple):
    """A kind of source, its words in messages, and the element that holds its text."""

    kind: str
    words: str
    text: str


_MEDIA = (
    _Medium("PictureSource", "a picture", "TextDescription"),
    _Medium("PDFSource", "a PDF", "Representation"),
    _Medium("AudioSource", "a sound recording", "Transcript"),
    _Medium("VideoSource", "a film", "Transcript"),
)
_OF_SOURCE = ("Description", "NoteRef", "VariableValue")  # what goes with the first of its texts
_ON_TEXT = ("Description", "PlainTextContent", "PlainTextSelection", "Coding", "NoteRef", "VariableValue")


def take_texts_of_media(root: "_Element", skipped: Skipped) -> None:
    """Make a text source of every text of a medium, in its place; leave out media without one, and list them.

    A code on an area of a page, a stretch of a recording or a part of a picture has no place in the text: it is kept
    for the whole text, where the source has a single one.
    """
    names = {(one.get("guid") or "").strip("{}").upper(): label(one) for one in root.iter() if local(one) == "Code"}
    for medium in _MEDIA:
        for source in [one for one in root.iter() if local(one) == medium.kind]:
            texts = [one for one in source if local(one) == medium.text and _has_text(one)]
            for one in texts:
                source.remove(one)
            _make_sources(source, texts, medium)
            if texts:
                skipped.add("source", label(source), f"it is {medium.words}: only its text is taken")
            else:
                skipped.add("source", label(source), f"it is {medium.words}, and only texts are read")
            _keep_codings(source, medium, texts, names, skipped)
            take_out(source)


def _has_text(part: "_Element") -> bool:
    if (part.get("plainTextPath") or "").strip():
        return True
    return any(local(child) == "PlainTextContent" and (child.text or "") for child in part)


def _make_sources(source: "_Element", texts: "list[_Element]", medium: _Medium) -> None:
    namespace = str(source.tag).rpartition("}")[0] + "}"
    for place, part in enumerate(texts):
        own, name = source.get("guid"), label(source)
        if medium.text == "Transcript":
            _place_transcript_selections(part, namespace)
        part.tag = f"{namespace}TextSource"
        if place == 0 and own:
            part.set("guid", own)
        part.set("name", name if len(texts) == 1 else f"{name} ({part.get('name') or place + 1})")
        for child in list(part):
            if local(child) not in _ON_TEXT:
                part.remove(child)
        for child in [one for one in source if local(one) in _OF_SOURCE and place == 0]:
            part.append(child)
        source.addprevious(part)


def _place_transcript_selections(part: "_Element", namespace: str) -> None:
    """A stretch between two points of time is a passage between the two places that they have in the text."""
    points = {
        (one.get("guid") or "").strip("{}").upper(): one.get("position") or ""
        for one in part
        if local(one) == "SyncPoint"
    }
    for selection in [one for one in part if local(one) == "TranscriptSelection"]:
        selection.tag = f"{namespace}PlainTextSelection"
        for name, edge in (("startPosition", "fromSyncPoint"), ("endPosition", "toSyncPoint")):
            known = points.get((selection.attrib.pop(edge, "") or "").strip("{}").upper(), "")
            selection.set(name, known)


def _keep_codings(
    source: "_Element", medium: _Medium, texts: "list[_Element]", names: dict[str, str], skipped: Skipped
) -> None:
    """Put the codings of the medium itself on its only text; list them where there is none, or more than one."""
    on_text = {_said(one) for text in texts for one in text.iter() if local(one) == "Coding"}
    for coding in [one for one in source.iter() if local(one) == "Coding"]:
        code = names.get(_said(coding)[0], "")
        name = f"{code} on {label(source)}"
        parent = coding.getparent()
        if len(texts) != 1:
            skipped.add("coding", name, f"it lies on {medium.words}")
        elif _said(coding) in on_text:
            skipped.add("coding", name, f"it lies on {medium.words}; its text carries the same code by the same person")
        else:
            if parent is not None and parent is not source:
                skipped.add("place", name, f"it lies on a part of {medium.words}; the code is kept for the whole text")
                if coding.get("creatingUser") is None and parent.get("creatingUser"):
                    coding.set("creatingUser", parent.get("creatingUser") or "")
            texts[0].append(coding)


def _said(coding: "_Element") -> tuple[str, str]:
    """Code and person of a coding, as they are compared."""
    parent = coding.getparent()
    code = next((one.get("targetGUID") or "" for one in coding if local(one) == "CodeRef"), "")
    person = coding.get("creatingUser") or ("" if parent is None else parent.get("creatingUser") or "")
    return code.strip("{}").upper(), person.strip("{}").upper()
