"""The text sources of a project: their texts, and the places of their passages in them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from medtw_qual._base.text_encodings import find_encoding
from medtw_qual.codebook.code_names import one_line
from medtw_qual.codebook.qdc_format import ORIGIN, plain_guid
from medtw_qual.exchange.archive import Archive
from medtw_qual.exchange.collated_sources import Frame, Passage, frames_of
from medtw_qual.exchange.counting_evidence import Marked, Verdict, decide_counting, place_of
from medtw_qual.exchange.positions import STANDARD, Counting, PositionReader
from medtw_qual.exchange.project_description import description_of, stated_counting
from medtw_qual.exchange.refi_project import POSITION_COLUMNS, Skipped
from medtw_qual.exchange.sent_passages import SentPassages
from medtw_qual.exchange.variable_values import Facts

_UNMARKED = ("utf-16-le", "utf-16-be")
_FEW_BYTES = 8
_ACROSS = "it lies across several units of a collated source, or between them"


@dataclass(frozen=True)
class SourceText:
    """One unit of the project to be.

    Attributes
    ----------
    guid : str
    unit_id : str
    text : str or None
        None where the archive does not hold it.
    context : str
    passages : list of Passage
    whole : list
        Codings that are about the source as such.
    facts : dict
        The unit's variables by name.
    notes : list of str
        GUIDs of the notes that are about the unit.
    """

    guid: str
    unit_id: str
    text: str | None
    context: str
    passages: list[Passage] = field(default_factory=list)
    whole: list[Any] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_sources(
    model: Any,  # noqa: ANN401
    facts: Facts,
    archive: Archive,
    skipped: Skipped,
) -> tuple[list[SourceText], pd.DataFrame]:
    """Every text source as a unit, a collated source as the units of which its cases speak; and how they are counted.

    A unit's id is the one that this package wrote, or the source's name, with a number where two have the same.
    """
    account: list[tuple[str, Verdict, int]] = []
    found = list(_read(model, facts, archive, skipped, account))
    names = [str(text.facts.get("unit_id") or text.unit_id) for text in found]
    counts = Counter(names)
    given: Counter[str] = Counter()
    named = []
    for text, name in zip(found, names, strict=True):
        given[name] += 1
        named.append(replace(text, unit_id=name if counts[name] == 1 else f"{name} ({given[name]})"))
    rows = [
        (name, str(verdict.counting), verdict.evidence, verdict.certainty, passages)
        for name, verdict, passages in account
        if verdict.certainty
    ]
    return named, pd.DataFrame(rows, columns=list(POSITION_COLUMNS))


def _read(
    model: Any,  # noqa: ANN401
    facts: Facts,
    archive: Archive,
    skipped: Skipped,
    account: list[tuple[str, Verdict, int]],
) -> Iterator[SourceText]:
    nodes = model.sources.text_source if model.sources else []
    texts = [_text_of(node, archive, skipped) for node in nodes]
    readers = [None if text is None else PositionReader(text) for text in texts]
    verdicts = _verdicts(model, nodes, readers)
    sent = SentPassages(model)
    for node, reader, verdict in zip(nodes, readers, verdicts, strict=True):
        account.append((one_line(node.name), verdict, len(node.plain_text_selection)))
        unit = str(facts.get(plain_guid(node.guid), {}).get("unit_id") or "")
        passages = list(_passages(node, reader, verdict.counting, sent, unit, skipped))
        frames = frames_of(model, passages, "" if reader is None else reader.plain.text, facts)
        if frames:
            yield from _cut(node, reader, passages, frames, facts, skipped)
        else:
            yield SourceText(
                guid=plain_guid(node.guid),
                unit_id=one_line(node.name) or plain_guid(node.guid),
                text=None if reader is None else reader.plain.text,
                context=node.description or "",
                passages=[_whole_or_part(passage, reader) for passage in passages],
                whole=list(node.coding),
                facts=facts.get(plain_guid(node.guid), {}),
                notes=[plain_guid(ref.target_guid) for ref in node.note_ref],
            )


def _text_of(node: Any, archive: Archive, skipped: Skipped) -> str | None:  # noqa: ANN401
    if node.plain_text_content is not None:
        if node.plain_text_path:
            skipped.add("file", node.plain_text_path, "the source holds its text itself too")
        return str(node.plain_text_content)
    if not node.plain_text_path:
        skipped.add("text", node.name, "the source has no text")
        return None
    return text_file(node.plain_text_path, node.name or "", archive, skipped)


def text_file(path: str, name: str, archive: Archive, skipped: Skipped) -> str | None:
    """The text file that a source or note names, or None where the archive does not hold it."""
    member = archive.source(path)
    if member is None:
        skipped.add("text", name, "the archive does not hold its text file")
        return None
    return _decoded(archive.read(member), name or member, archive, skipped)


def _looks_like_utf16(content: bytes) -> bool:
    """Whether a text that is no UTF-8, or has zeros in nearly every other place and nowhere else, is UTF-16."""
    zeros = (content[::2].count(0), content[1::2].count(0))
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return len(content) >= _FEW_BYTES
    return len(content) >= _FEW_BYTES and min(zeros) == 0 and max(zeros) * 2 > len(content) // 2


def _decoded(content: bytes, name: str, archive: Archive, skipped: Skipped) -> str:
    """A text in whatever encoding: UTF-8, UTF-16 with or without its mark, or else Windows-1252, which is said."""
    encoding = find_encoding(content, whole=True)
    if encoding in _UNMARKED and (archive.is_utf8 or not _looks_like_utf16(content)):
        encoding = "utf-8"  # a text may hold a zero
    if encoding == "cp1252":
        skipped.add("encoding", name, "its text is not UTF-8 and was read as Windows-1252")
    elif encoding in _UNMARKED:
        skipped.add("encoding", name, f"its text has no mark and was read as {encoding.upper()}, which it looks like")
    text = content.decode(encoding, "replace")
    if text.count("\ufffd") and encoding != "utf-8":
        skipped.add("encoding", name, f"{text.count(chr(0xFFFD))} characters could not be read and became U+FFFD")
    return text


def _verdicts(model: Any, nodes: Sequence[Any], readers: Sequence[PositionReader | None]) -> list[Verdict]:  # noqa: ANN401
    """How each text is counted; one without a text is counted as the standard says."""
    head = description_of(model.description)
    origin = one_line(model.origin)
    stated = stated_counting(head) if head and origin.startswith(ORIGIN) else None
    marked = [
        (reader, [Marked(one.start_position, one.end_position, one.name or "") for one in node.plain_text_selection])
        for node, reader in zip(nodes, readers, strict=True)
        if reader is not None
    ]
    decided = iter(decide_counting(marked, origin, stated))
    return [Verdict(STANDARD) if reader is None else next(decided) for reader in readers]


def _passages(
    node: Any,  # noqa: ANN401
    reader: PositionReader | None,
    counting: Counting,
    sent: SentPassages,
    unit: str,
    skipped: Skipped,
) -> Iterator[Passage]:
    """Every passage with its place; one whose place cannot be used is about the whole text, and that is listed."""
    for selection in node.plain_text_selection:
        start, end = selection.start_position, selection.end_position
        if reader is not None:
            start, end, way = sent.place(selection, unit, reader, counting) or place_of(
                reader, Marked(start, end, selection.name or ""), counting
            )
            if way != counting:
                skipped.add("positions", selection.name or node.name, f"this passage alone is counted in {way}")
        reason = "it ends before it starts" if end < start else ""
        if not reason and (start < 0 or (reader is not None and end > len(reader.plain.text))):
            reason = "it reaches beyond the text"
        if not reason:
            yield Passage(selection, start, end)
            continue
        skipped.add("passage", selection.name or node.name, reason)
        for _ in selection.coding:
            skipped.add("place", selection.name or node.name, f"{reason}; the code is kept for the whole text")
        yield Passage(selection, None, None, is_placed=False)


def _whole_or_part(passage: Passage, reader: PositionReader | None) -> Passage:
    """A passage from the first to the last character is about the whole unit."""
    if reader is not None and passage.start == 0 and passage.end == len(reader.plain.text):
        return Passage(passage.node, None, None)
    return passage


def _cut(
    node: Any,  # noqa: ANN401
    reader: PositionReader | None,
    passages: Sequence[Passage],
    frames: Sequence[Frame],
    facts: Facts,
    skipped: Skipped,
) -> Iterator[SourceText]:
    """The units of a collated source, each with the passages that lie within it."""
    own = {frame.guid for frame in frames}
    rest = [passage for passage in passages if plain_guid(passage.node.guid) not in own and passage.is_placed]
    for passage in (passage for passage in passages if not passage.is_placed):
        for _ in passage.node.coding:
            skipped.add("coding", passage.node.name or node.name, "its place says of which unit it is, and is unusable")
    rest.sort(key=lambda passage: (passage.start or 0, passage.end or 0))
    taken: set[int] = set()
    at = 0
    for frame in frames:
        inside = []
        while at < len(rest) and (rest[at].start or 0) < frame.start:
            at += 1
        place = at
        while place < len(rest) and (rest[place].start or 0) <= frame.end:
            passage = rest[place]
            start, end = passage.start or 0, passage.end or 0
            if frame.start <= start and end <= frame.end and place not in taken:
                taken.add(place)
                is_whole = (start, end) == (frame.start, frame.end)
                within = (None, None) if is_whole else (start - frame.start, end - frame.start)
                inside.append(Passage(passage.node, *within))
            place += 1
        yield SourceText(
            guid=frame.guid or plain_guid(frame.case.guid),
            unit_id=one_line(frame.case.name) or plain_guid(frame.case.guid),
            text=None if reader is None else reader.plain.text[frame.start : frame.end],
            context=frame.context,
            passages=inside,
            facts=facts.get(plain_guid(frame.case.guid), {}),
            notes=list(frame.notes),
        )
    for place, passage in enumerate(rest):
        if place not in taken:
            skipped.add("passage", passage.node.name or node.name, _ACROSS)
            for _ in passage.node.coding:
                skipped.add("coding", passage.node.name or node.name, _ACROSS)
