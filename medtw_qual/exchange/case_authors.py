"""Cases as people: whom a text is from, or who speaks in a part of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from medtw_qual.codebook.code_names import one_line
from medtw_qual.codebook.qdc_format import plain_guid
from medtw_qual.exchange.project_texts import SourceText
from medtw_qual.exchange.refi_project import Skipped
from medtw_qual.exchange.variable_values import Facts

Attributes = Mapping[str, object]


@dataclass(frozen=True)
class Cases:
    """The cases of a project.

    Attributes
    ----------
    whole : dict
        For each source's GUID, the case that the whole text belongs to.
    also : dict
        For each source's GUID, further cases in words, with their places: "Anna (0-16)".
    attributes : dict
        What is known of each case.
    """

    whole: dict[str, str] = field(default_factory=dict)
    also: dict[str, list[str]] = field(default_factory=dict)
    attributes: dict[str, Attributes] = field(default_factory=dict)


def read_cases(model: Any, facts: Facts, texts: Sequence[SourceText], skipped: Skipped) -> Cases:  # noqa: ANN401
    """The cases, by the texts that they refer to; one that belongs to no text is listed, with what is known of it."""
    found = Cases()
    owners = {text.guid for text in texts}
    passages = {plain_guid(p.node.guid): (text.guid, p) for text in texts for p in text.passages}
    for case in model.cases.case if model.cases else []:
        own, name = plain_guid(case.guid), _name(case, found)
        known = facts.get(own, {})
        if case.code_ref:
            skipped.add("case", name, "its references to codes have no place here")
        sources = [plain_guid(ref.target_guid) for ref in case.source_ref]
        parts = [plain_guid(ref.target_guid) for ref in case.selection_ref]
        if own in owners or owners & set(parts):
            continue  # a unit of a collated source
        if not owners & set(sources) and not set(parts) & set(passages):
            said = ", ".join(f"{key}: {value}" for key, value in known.items())
            skipped.add("case", f"{name} ({said})" if said else name, "it belongs to no text that was read")
            continue
        found.attributes[name] = known
        for source in (source for source in sources if source in owners):
            _take_whole(found, source, name, skipped)
        for part in (part for part in parts if part in passages):
            source, passage = passages[part]
            if passage.start is None:
                _take_whole(found, source, name, skipped)
            else:
                found.also.setdefault(source, []).append(f"{name} ({passage.start}-{passage.end})")
    return found


def _name(case: Any, found: Cases) -> str:  # noqa: ANN401
    """The case's name, numbered where another has it: two people stay two."""
    name = plain = one_line(case.name) or plain_guid(case.guid)
    number = 1
    while name in found.attributes:
        number += 1
        name = f"{plain} ({number})"
    return name


def _take_whole(found: Cases, source: str, name: str, skipped: Skipped) -> None:
    if found.whole.setdefault(source, name) != name:
        found.also.setdefault(source, []).append(name)
        skipped.add(
            "case", name, f"its text belongs to {found.whole[source]!r} already; it is named in the column cases"
        )


def passages_of_cases(model: Any) -> set[str]:  # noqa: ANN401
    """GUIDs of the passages that cases refer to: without a code they still say something."""
    return {
        plain_guid(ref.target_guid) for case in (model.cases.case if model.cases else []) for ref in case.selection_ref
    }
