"""From annotations to codings: one decision of a coder on a text, with its passages in their places."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from medtw_qual._base.table_files import validate_table
from medtw_qual.codebook.code_names import same_name
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.exchange.annotation_records import REJECTED, SKIPPED, Annotation, Label
from medtw_qual.exchange.counting_evidence import Marked, Verdict, decide_counting, place_of
from medtw_qual.exchange.positions import PositionReader
from medtw_qual.exchange.refi_project import POSITION_COLUMNS, Skipped
from medtw_qual.schemas import CODINGS

Unlabelled = Literal["absent", "not coded"]


@dataclass(frozen=True)
class Done:
    """An annotation with its unit and its coder."""

    unit: str
    coder: str
    about: Annotation


def _codes(book: Codebook) -> dict[str, str]:
    """Codes by id and name; empty for a name that several have."""
    found: dict[str, str] = {}
    for code in book.codes:
        found[same_name(code.name)] = "" if same_name(code.name) in found else code.id
    return found | {code.id: code.id for code in book.codes}


def annotated_codings(
    done: Sequence[Done],
    texts: Mapping[str, str],
    book: Codebook,
    origin: str,
    round_: str,
    unlabelled: Unlabelled,
    skipped: Skipped,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`schemas.CODINGS` of what was done, and how the tool counts positions in each text."""
    readers = {unit: PositionReader(text) for unit, text in texts.items()}
    verdicts = _verdicts(done, readers, origin)
    codes = _codes(book)
    rows: list[tuple[object, ...]] = []
    for one in _latest(done, skipped):
        about = one.about
        if about.state in (SKIPPED, REJECTED):
            continue
        if not about.labels and not about.is_stated:
            skipped.add("guess", one.unit, f"it has no label, and the export does not say why: taken as {unlabelled}")
            if unlabelled == "not coded":
                continue
        rows += _rows(one, codes, book, readers[one.unit], verdicts[one.unit], round_, skipped)
    columns = ["unit_id", "coder", "round", "code", "status", "memo", "decided_at", "start", "end"]
    table = pd.DataFrame(rows, columns=columns, dtype="object").assign(codebook_hash=book.hash, coder_kind="person")
    order = {code: place for place, code in enumerate(book.ids)}
    table = table.assign(_place=table["code"].map(order)).sort_values(
        ["round", "unit_id", "coder", "_place", "start"], kind="stable", na_position="first"
    )
    counted = [
        (unit, str(verdict.counting), verdict.evidence, verdict.certainty, len(_marks(done, unit)))
        for unit, verdict in verdicts.items()
        if verdict.certainty
    ]
    positions = pd.DataFrame(counted, columns=list(POSITION_COLUMNS))
    return validate_table(table.drop(columns="_place"), CODINGS), positions


def _marks(done: Sequence[Done], unit: str) -> list[Marked]:
    return [
        Marked(label.start, label.end, label.quotation)
        for one in done
        if one.unit == unit
        for label in one.about.labels
        if label.start is not None and label.end is not None
    ]


def _verdicts(done: Sequence[Done], readers: Mapping[str, PositionReader], origin: str) -> dict[str, Verdict]:
    by_unit: dict[str, list[Marked]] = {unit: [] for unit in readers}
    for one in done:
        by_unit[one.unit] += _marks([one], one.unit)
    decided = decide_counting([(readers[unit], marks) for unit, marks in by_unit.items()], origin)
    return dict(zip(by_unit, decided, strict=True))


def _latest(done: Sequence[Done], skipped: Skipped) -> list[Done]:
    """One annotation of a coder on a text: questions on several labels joined, of repeated ones the last."""
    kept: dict[tuple[str, str], Done] = {}
    for one in done:
        key = (one.unit, one.coder)
        before = kept.get(key)
        if before is None or before.about.state in (SKIPPED, REJECTED):
            kept[key] = one
        elif one.about.state in (SKIPPED, REJECTED):
            continue
        elif before.about.offered and one.about.offered and not set(before.about.offered) & set(one.about.offered):
            joined = replace(
                one.about,
                labels=before.about.labels + one.about.labels,
                offered=before.about.offered + one.about.offered,
            )
            kept[key] = replace(one, about=joined)
        else:
            times = (before.about.decided_at, one.about.decided_at)
            is_later = times[0] is None or times[1] is None or times[1] >= times[0]
            skipped.add(
                "annotation", f"{one.unit}, {one.coder}", "the same person annotated it again: the last one counts"
            )
            kept[key] = one if is_later else before
    return list(kept.values())


def _rows(
    one: Done,
    codes: Mapping[str, str],
    book: Codebook,
    reader: PositionReader,
    verdict: Verdict,
    round_: str,
    skipped: Skipped,
) -> Iterator[tuple[object, ...]]:
    about = one.about
    head = (one.unit, one.coder, round_)
    present: dict[tuple[str, int | None, int | None], None] = {}
    denied = set()
    for label in about.labels:
        code = codes.get(label.name) or codes.get(same_name(label.name))
        if not code:
            reason = "the codebook has no such code" if code is None else "several codes are named so"
            skipped.add("coding", f"{label.name} on {one.unit}", reason)
        elif label.is_absent:
            denied.add(code)
        else:
            present[(code, *_place(label, reader, verdict, one.unit, skipped))] = None
    for code, start, end in present:
        yield *head, code, "present", about.memo, about.decided_at, start, end
    given = {code for code, *_ in present}
    offered = [codes.get(name) or codes.get(same_name(name)) for name in about.offered] or list(book.ids)
    for code in dict.fromkeys([*denied, *filter(None, offered)]):
        if code not in given:
            yield *head, code, "absent", about.memo, about.decided_at, None, None


def _place(
    label: Label, reader: PositionReader, verdict: Verdict, unit: str, skipped: Skipped
) -> tuple[int | None, int | None]:
    if label.start is None or label.end is None:
        return None, None
    start, end, _ = place_of(reader, Marked(label.start, label.end, label.quotation), verdict.counting)
    if not 0 <= start < end <= len(reader.plain.text):
        skipped.add(
            "place", f"{label.name} on {unit}", "its place is not in the text; the code is kept for the whole text"
        )
        return None, None
    if (start, end) == (0, len(reader.plain.text)):
        return None, None
    return reader.plain.origin(start, end)
