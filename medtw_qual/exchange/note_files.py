"""Memos as a project's notes, each with its words in a text file of its own.

QualCoder, the one free program that could be tried, keeps a note only where it has a file, a name that no other note
has, and a date, and where it hangs on a passage or on nothing; one without a date ends its import half-way.
"""

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from medtw_qual._base.office import xml_safe
from medtw_qual.exchange.positions import plain
from medtw_qual.exchange.project_draft import ProjectDraft
from medtw_qual.exchange.variables import xml_time
from medtw_qual.schemas import MEMOS

# The date of a note of which none is known: the first second that computers count, which nobody takes for one.
NO_DATE = pd.Timestamp(0, tz="UTC")
_ABOUT = next(column.allowed for column in MEMOS.columns if column.name == "about")
_OF_CODER = re.compile("Memo of (?P<user>.+) on (?P<unit>.+)")
_OF_TABLE = re.compile(rf"\d+\. (?P<about>{'|'.join(_ABOUT)}):(?: (?P<key>.*))?")
_SURROGATE = re.compile("[\ud800-\udfff]")


def memo_notes(draft: ProjectDraft, members: dict[str, bytes]) -> list[Any]:
    """Coders' memos on units, then the study's other memos; their texts go among the archive's `members`."""
    notes = []
    for unit, decisions in draft.decisions.items():
        for decision in decisions:
            if decision.memo:
                guid = draft.guid("memo", unit, decision.user)
                note = _note(members, guid, f"Memo of {decision.user} on {unit}", decision.memo, decision.decided_at)
                note.creating_user = draft.guid("user", decision.user)
                notes.append(note)
    users = {decision.coder: decision.user for some in draft.decisions.values() for decision in some}
    for place, memo in enumerate(draft.memos):
        name = f"{place + 1}. {memo['about']}: {memo['key']}"
        note = _note(members, draft.guid("note", str(place)), name, memo["text"], memo["date"])
        note.description = xml_safe(memo["author"]) or None
        if memo["author"] in users:
            note.creating_user = draft.guid("user", users[memo["author"]])
        notes.append(note)
    return notes


def _note(members: dict[str, bytes], guid: str, name: str, text: str, date: object) -> Any:  # noqa: ANN401
    from pyrefiqda.models import project as refi

    moment = NO_DATE if pd.isna(date) else pd.Timestamp(str(date))
    return refi.TextSourceType(
        guid=guid,
        name=xml_safe(name),
        plain_text_path=with_file(members, guid, plain(text).text),
        creation_date_time=xml_time(moment),
    )


def notes_on(draft: ProjectDraft, unit: str) -> list[str]:
    """GUIDs of all notes about a unit."""
    written = [draft.guid("memo", unit, decision.user) for decision in draft.decisions.get(unit, ()) if decision.memo]
    return [*written, *draft.notes_about("unit", key=unit)]


def note_references(guids: Iterable[str]) -> list[Any]:
    """References to notes."""
    from pyrefiqda.models import project as refi

    return [refi.NoteRefType(target_guid=guid) for guid in guids]


def with_file(members: dict[str, bytes], guid: str, text: str) -> str:
    """Put a text among the archive's `members` and return the path by which the project names it.

    Half of a surrogate pair, which no encoding has, becomes U+FFFD, one character for one.
    """
    members[f"sources/{guid}.txt"] = _SURROGATE.sub("\ufffd", text).encode("utf-8")
    return f"internal://{guid}.txt"


def coder_of(name: str) -> tuple[str, str] | None:
    """User and unit of a coder's note by its name, or None for any other."""
    match = _OF_CODER.fullmatch(name)
    return (match["user"], match["unit"]) if match else None


def subject_of(name: str) -> tuple[str, str] | None:
    """What a note of the table of memos is about, and its key, or None for any other."""
    match = _OF_TABLE.fullmatch(name)
    return (match["about"], match["key"] or "") if match else None
