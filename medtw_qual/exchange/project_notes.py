"""Notes of a project as memos: those of a coder on a unit go with the decision, the others into the table of memos."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from medtw_qual._base.table_files import validate_table
from medtw_qual.codebook.code_names import one_line
from medtw_qual.codebook.qdc_format import plain_guid
from medtw_qual.exchange.archive import Archive
from medtw_qual.exchange.case_authors import passages_of_cases
from medtw_qual.exchange.note_files import NO_DATE, coder_of, subject_of
from medtw_qual.exchange.project_description import further_words
from medtw_qual.exchange.project_texts import SourceText, text_file
from medtw_qual.exchange.project_users import NOBODY, People, Person, user_name
from medtw_qual.exchange.refi_project import Skipped
from medtw_qual.schemas import MEMOS


class Note(NamedTuple):
    """A note with what is known of it."""

    name: str
    text: str
    about: str
    author: str
    user: str | None
    date: object


def read_notes(model: Any, archive: Archive, skipped: Skipped) -> dict[str, Note]:  # noqa: ANN401
    """The project's notes by GUID."""
    notes = {}
    for node in model.notes.note if model.notes else []:
        text = node.plain_text_content
        if text is None and node.plain_text_path:
            text = text_file(node.plain_text_path, node.name or "", archive, skipped)
        if not node.description and not text:
            skipped.add("note", node.name, "it holds no text")
        moment = node.creation_date_time
        date = None if moment is None else pd.Timestamp(str(moment))
        date = None if date == NO_DATE else date
        notes[plain_guid(node.guid)] = Note(
            one_line(node.name), text or "", node.description or "", "", node.creating_user, date
        )
    return notes


def place_notes(
    model: Any,  # noqa: ANN401
    notes: Mapping[str, Note],
    texts: Sequence[SourceText],
    ids: Mapping[str, str],
    people: People,
    codings: pd.DataFrame,
    skipped: Skipped,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the codings with their coders' memos, and the table of the other memos."""
    decided = set(codings[["unit_id", "coder", "round"]].itertuples(index=False, name=None))
    # The names of this package's own notes: how they are known again where a program cuts what they hang on.
    decided_by = {
        (user_name(coder, round_, coder in people.models), unit): (unit, coder, round_)
        for unit, coder, round_ in decided
    }
    said: dict[tuple[str, str, str], list[str]] = {}
    rows: list[tuple[object, ...]] = []
    used: set[str] = set()
    for about, key, guid in _references(model, texts, ids):
        note = notes.get(guid)
        if note is None:
            skipped.add("reference", key, "it points to a note that is not there")
            continue
        used.add(guid)
        if not _words(note):
            continue
        who = people.who(note.user)
        if about == "unit" and (key, *who) in decided and note.user and not subject_of(note.name):
            said.setdefault((key, *who), []).append(_words(note))
        else:
            rows.append(_row(note, about, key, who))
    for guid, note in notes.items():
        by_name = coder_of(note.name)
        if guid not in used and by_name in decided_by:
            said.setdefault(decided_by[by_name], []).append(_words(note))
        elif guid not in used and _words(note):
            rows.append(_row(note, "study", note.name, people.who(note.user)))
    of_cases = passages_of_cases(model)
    rows += [row for text in texts for row in _comments(text, people, of_cases, skipped)]
    if described := further_words(model.description):
        rows.append(("study", "", described, "", None))
    memos = pd.DataFrame(rows, columns=[column.name for column in MEMOS.columns], dtype="object")
    if said:
        keys = zip(codings["unit_id"], codings["coder"], codings["round"], strict=True)
        codings = codings.assign(memo=["\n\n".join(said.get(key, ())) for key in keys])
        codings["memo"] = codings["memo"].astype("str")
    return codings, validate_table(memos, MEMOS)


def _references(model: Any, texts: Sequence[SourceText], ids: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401
    """What each note is about: kind, key, the note's GUID."""
    for text in texts:
        yield from (("unit", text.unit_id, note) for note in text.notes)
        for passage in text.passages:
            marks = (passage.node, *passage.node.coding)
            yield from (("unit", text.unit_id, plain_guid(ref.target_guid)) for mark in marks for ref in mark.note_ref)
        yield from (("unit", text.unit_id, plain_guid(ref.target_guid)) for mark in text.whole for ref in mark.note_ref)
    yield from _on_codes(model.code_book.codes.code if model.code_book else [], ids)
    for theme in model.sets.set if model.sets else []:
        yield from (("theme", one_line(theme.name), plain_guid(ref.target_guid)) for ref in theme.member_note)
    yield from (("study", "", plain_guid(ref.target_guid)) for ref in model.note_ref)


def _on_codes(nodes: Sequence[Any], ids: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for node in nodes:
        key = ids.get(plain_guid(node.guid), one_line(node.name))
        yield from (("code", key, plain_guid(ref.target_guid)) for ref in node.note_ref)
        yield from _on_codes(node.code, ids)


def _row(note: Note, about: str, key: str, who: Person) -> tuple[object, ...]:
    """A memo; one that this package wrote carries its kind and key in its name, its author in its description."""
    author = "" if who.coder == NOBODY else who.coder
    ours = subject_of(note.name)
    if ours:
        return *ours, note.text, note.about or author, note.date
    return about, key or note.name, _words(note), author, note.date


def _words(note: Note) -> str:
    return "\n".join(part for part in (note.about, note.text) if part)


def _comments(text: SourceText, people: People, of_cases: set[str], skipped: Skipped) -> Iterator[tuple[object, ...]]:
    """Comments on passages; a passage with neither code nor comment, to which no case refers, says nothing."""
    for passage in text.passages:
        node = passage.node
        comment = (node.description or "").strip()
        if comment:
            who = people.who(node.creating_user)
            moment = node.creation_date_time
            date = None if moment is None else pd.Timestamp(str(moment))
            yield "unit", text.unit_id, comment, "" if who.coder == NOBODY else who.coder, date
        elif not node.coding and not node.note_ref and plain_guid(node.guid) not in of_cases:
            skipped.add("passage", node.name or text.unit_id, "it carries neither a code nor a comment")
