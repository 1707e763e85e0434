"""Collated sources: many units in one text, and how each is known again in it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from medtw_qual.codebook.code_names import one_line
from medtw_qual.codebook.qdc_format import plain_guid
from medtw_qual.exchange.project_description import COLLATED, description_of
from medtw_qual.exchange.variable_values import Facts

SEPARATOR = "\n\n"
_HEADER = re.compile(r"(?:^|(?<=\n\n))\[([^\n]*)\]\n")


@dataclass(frozen=True)
class Passage:
    """A selection with its place in the unit's text; None for the whole unit.

    Attributes
    ----------
    node : pyrefiqda's PlainTextSelectionType
    start, end : int or None
    is_placed : bool
        Whether the place can be used; otherwise what stands on the passage is kept for the unit.
    """

    node: Any
    start: int | None
    end: int | None
    is_placed: bool = True


@dataclass(frozen=True)
class Frame:
    """The place of a unit in a collated source.

    Attributes
    ----------
    start, end : int
    case : pyrefiqda's CaseType
        Says what the unit is and what is known of it.
    guid : str
        Of the passage that is the unit; empty: there is none.
    context : str
    notes : sequence of str
        GUIDs of the notes that hang on it.
    """

    start: int
    end: int
    case: Any
    guid: str = ""
    context: str = ""
    notes: Sequence[str] = ()


def header_line(unit: str) -> str:
    """The line above a unit, by which people see which one it is."""
    return f"[{one_line(unit)}]\n"


def frames_of(model: Any, passages: Sequence[Passage], text: str, facts: Facts) -> list[Frame]:  # noqa: ANN401
    """The units of a source, in their order; none where it is no collated one.

    Only a project whose heading says so has collated sources: elsewhere a case that refers to a passage is a person who
    speaks there, and the text stays whole. Units are known by cases that say a unit's id and refer to an uncoded
    passage. QualCoder keeps the cases without what they refer to: there they are known by the lines above them.
    """
    if description_of(model.description).get("layout") != COLLATED:
        return []
    cases = [
        case for case in (model.cases.case if model.cases else []) if "unit_id" in facts.get(plain_guid(case.guid), {})
    ]
    found = _by_reference(cases, passages)
    if not found and cases:
        found = _by_header({one_line(case.name): case for case in cases if not case.selection_ref}, text)
    return sorted(found, key=lambda frame: (frame.start, frame.end))


def _by_reference(cases: Sequence[Any], passages: Sequence[Passage]) -> list[Frame]:
    of_passage = {plain_guid(case.selection_ref[0].target_guid): case for case in cases if len(case.selection_ref) == 1}
    frames = []
    for passage in passages:
        guid = plain_guid(passage.node.guid)
        if guid in of_passage and not passage.node.coding:
            notes = [plain_guid(ref.target_guid) for ref in passage.node.note_ref]
            context = of_passage[guid].description or ""
            frames.append(Frame(passage.start or 0, passage.end or 0, of_passage[guid], guid, context, notes))
    return frames


def _by_header(cases: Mapping[str, Any], text: str) -> list[Frame]:
    heads: dict[str, re.Match[str]] = {}
    for match in _HEADER.finditer(text):
        if match[1] in cases:
            heads.setdefault(match[1], match)
    ends = [*[head.start() - len(SEPARATOR) for head in heads.values()][1:], len(text)]
    return [
        Frame(head.end(), max(head.end(), end), cases[unit], context=cases[unit].description or "")
        for (unit, head), end in zip(heads.items(), ends, strict=False)
    ]
