"""A study as a REFI-QDA project, for a colleague who works in NVivo, ATLAS.ti, MAXQDA, QualCoder or Taguette."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual._base.office import xml_safe
from medtw_qual._base.zip_archive import write_zip
from medtw_qual.codebook.codebook import Code, Codebook
from medtw_qual.codebook.qdc_format import ORIGIN, guid
from medtw_qual.codebook.refi_text import code_description, theme_description
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.errors import InvalidArgument
from medtw_qual.exchange.collated_sources import SEPARATOR, header_line
from medtw_qual.exchange.note_files import memo_notes, note_references, notes_on, with_file
from medtw_qual.exchange.positions import STANDARD, Counting, Plain, PositionReader, plain
from medtw_qual.exchange.project_description import description_text
from medtw_qual.exchange.project_draft import ProjectDraft, gather_draft
from medtw_qual.exchange.sent_passages import passage_guid
from medtw_qual.exchange.variables import xml_time

NAMESPACE = "urn:QDA-XML:project:1.0"
# How programs count that differ from the standard on writing; ATLAS.ti and the standard agree on LF line ends.
_PROGRAMS = {
    "": STANDARD,
    "nvivo": Counting("UTF-16 units", "two"),
    "atlas.ti": STANDARD,
    "maxqda": STANDARD,
    "qualcoder": STANDARD,
}


def write_refi_qda(
    path: str | Path,
    corpus: Corpus,
    codebook: Codebook,
    codings: pd.DataFrame | None = None,
    *,
    memos: pd.DataFrame | None = None,
    collated: bool = False,
    name: str = "",
    for_program: str = "",
) -> Path:
    r"""Write corpus, codebook and codings as a REFI-QDA project (.qdpx).

    The file holds the posts' text and ids: it is a working file for a colleague, not for publication.

    Parameters
    ----------
    path : str or Path
        Ends in .qdpx.
    corpus : Corpus
        Every unit becomes a text source; its id, author, time and the authors' attributes become variables, its context
        (quoted or answered post) the source's description.
    codebook : Codebook
        Codes with hierarchy and rules; themes become sets.
    codings : DataFrame, optional
        `schemas.CODINGS`. A code that is present becomes a coded passage: the marked one, or the whole unit. That a
        coder saw a unit, when, and which codes were absent or impossible, stands in variables ("decision of A,
        round 1", "time of A, round 1"), since the format has no word for it. Each coder and round is a user; a model
        says so in its name. Memos become notes.
    memos : DataFrame, optional
        `schemas.MEMOS`: on units, codes and the study.
    collated : bool
        One long source with every unit one below the other, each under a line with its id, instead of one source a
        unit: for programs that crawl with thousands of documents. Each unit is then a case that refers to its passage.
    name : str
        The project's name; default: the codebook's.
    for_program : {"", "nvivo", "atlas.ti", "maxqda", "qualcoder"}
        The program that it is for, where that counts positions in another way than the standard: "nvivo" in UTF-16
        units with CR LF at the end of lines. `read_refi_qda` finds the places again, passage by passage.

    Returns
    -------
    Path

    Raises
    ------
    InvalidArgument
        When there is no code to write, the file does not end in .qdpx, or the program is not known.
    UnknownUnit, UnknownCode
        When a coding is about a unit or code that is not there.

    Notes
    -----
    Unless `for_program` says otherwise, positions are Unicode code points from 0, half open, in text with LF line ends;
    there is no byte order mark. GUIDs are the same every time for the same ids, so two saves are equal byte for byte.
    Characters that XML forbids become U+FFFD in names and variables, never in the texts themselves. Source of the
    rules: REFI-QDA 1.0 (2019), qdasoftware.org.

    Examples
    --------
    >>> import tempfile
    >>> import medtw_qual as mq
    >>> book = mq.Codebook("small", "1", codes=(mq.Code("thanks", "Thanks"), mq.Code("grief", "Grief")))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     answers = Path(folder) / "answers.csv"
    ...     _ = answers.write_text("row,answer\nr1,My people 🙏\nr2,Alone again\n", encoding="utf-8")
    ...     corpus = mq.read_corpus(answers, text="answer", id="row")
    ...     coded = Path(folder) / "KA.csv"
    ...     _ = coded.write_text("unit_id,codes\nr1,thanks\nr2,grief\n", encoding="utf-8")
    ...     codings = mq.read_codings(coded, book)
    ...     written = mq.exchange.write_refi_qda(Path(folder) / "study.qdpx", corpus, book, codings)
    ...     project = mq.exchange.read_refi_qda(written)
    >>> project
    RefiProject('small' from medtw_qual: 1 users, 2 codes, 2 units, 2 codings, 0 memos; 0 skipped)
    >>> project.codings["status"].tolist()
    ['present', 'absent', 'absent', 'present']
    """
    target = Path(path)
    if target.suffix.lower() != ".qdpx":
        raise InvalidArgument(f"{target.name} does not end in .qdpx.", "Give the file that ending.")
    if not codebook.codes:
        raise InvalidArgument(f"{codebook.label} has no codes.", "Add a code: a project without codes cannot be coded.")
    if for_program.lower() not in _PROGRAMS:
        raise InvalidArgument(
            f"for_program={for_program!r} is not known.", f"Use one of: {', '.join(map(repr, _PROGRAMS))}."
        )
    counting = _PROGRAMS[for_program.lower()]
    draft = gather_draft(corpus, codebook, codings, memos, name or codebook.name, counting)
    members = {"project.qde": b""}
    sources, cases = _collated(draft, members) if collated else _one_by_one(draft, members)
    members["project.qde"] = _rendered(draft, sources, cases, memo_notes(draft, members), collated)
    return write_zip(target, members)


def _one_by_one(draft: ProjectDraft, members: dict[str, bytes]) -> tuple[list[Any], list[Any]]:
    """A source per unit, each with its text in a file of its own."""
    from pyrefiqda.models import project as refi

    sources = []
    for unit in draft.units:
        own = unit["unit_id"]
        text = plain(unit["text"])
        name = draft.guid("source", own)
        frame = _frame(draft, own, 0, len(text.text))
        sources.append(
            refi.TextSourceType(
                guid=name,
                name=xml_safe(own),
                description=xml_safe(plain(unit["context"]).text) or None,
                plain_text_path=with_file(members, name, _as_written(text.text, draft.counting)),
                plain_text_selection=_recounted(
                    [*([frame] if frame.note_ref else []), *_selections(draft, own, text, 0)], text.text, draft.counting
                ),
                variable_value=draft.variables.values(draft.facts[own]),
            )
        )
    return sources, []


def _collated(draft: ProjectDraft, members: dict[str, bytes]) -> tuple[list[Any], list[Any]]:
    """One source with all units, each below a line with its id; a case says where it lies and what is known."""
    from pyrefiqda.models import project as refi

    name = draft.guid("collated")
    selections, cases, pieces = [], [], []
    start = 0
    for unit in draft.units:
        own = unit["unit_id"]
        text = plain(unit["text"])
        head = header_line(own)
        start += len(head)
        frame = _frame(draft, own, start, start + len(text.text))
        selections += [frame, *_selections(draft, own, text, start)]
        cases.append(
            refi.CaseType(
                guid=draft.guid("case", own),
                name=xml_safe(own),
                description=xml_safe(plain(unit["context"]).text) or None,
                variable_value=draft.variables.values(draft.facts[own]),
                selection_ref=[refi.SelectionRefType(target_guid=frame.guid)],
            )
        )
        pieces.append(head + text.text)
        start += len(text.text) + len(SEPARATOR)
    source = refi.TextSourceType(
        guid=name,
        name=xml_safe(draft.name),
        plain_text_path=with_file(members, name, _as_written(SEPARATOR.join(pieces), draft.counting)),
        plain_text_selection=_recounted(selections, SEPARATOR.join(pieces), draft.counting),
    )
    return [source], cases


def _as_written(text: str, counting: Counting) -> str:
    """The text as the program is to have it: where a line end counts two, it is two characters."""
    return text.replace("\n", "\r\n") if counting.line_end == "two" else text


def _recounted(selections: list[Any], text: str, counting: Counting) -> list[Any]:
    """The passages with their positions as the program counts them."""
    if counting != STANDARD:
        reader = PositionReader(text)
        for one in selections:
            one.start_position = reader.position(one.start_position, counting)
            one.end_position = reader.position(one.end_position, counting)
    return selections


def _frame(draft: ProjectDraft, unit: str, start: int, end: int) -> Any:  # noqa: ANN401 - a generated model
    """The uncoded passage that a unit is: what is said about the unit hangs on it.

    It has no name: programs put a passage's words there, and by these a reader finds out how positions are counted.
    """
    from pyrefiqda.models import project as refi

    return refi.PlainTextSelectionType(
        guid=draft.guid("unit", unit),
        start_position=start,
        end_position=end,
        note_ref=note_references(notes_on(draft, unit)),
    )


def _selections(draft: ProjectDraft, unit: str, text: Plain, offset: int) -> list[Any]:
    """A passage per coder and place, with a coding for each code that is present there."""
    made = []
    for decision in draft.decisions.get(unit, ()):
        places: dict[tuple[int, int], list[tuple[str, object]]] = {}
        for mark, codes in decision.marks.items():
            place = (0, len(text.text)) if mark is None else (text.place(mark[0]), text.place(mark[1]))
            places.setdefault(place, []).extend(codes)
        made += [_selection(draft, unit, decision.user, place, offset, codes) for place, codes in places.items()]
    return made


def _selection(
    draft: ProjectDraft, unit: str, user: str, place: tuple[int, int], offset: int, codes: Iterable[tuple[str, Any]]
) -> Any:  # noqa: ANN401 - a generated model
    from pyrefiqda.models import project as refi

    first, last = place
    who = draft.guid("user", user)
    known = [(code, None if moment is None else xml_time(moment)) for code, moment in dict(codes).items()]
    return refi.PlainTextSelectionType(
        guid=passage_guid(draft.name, unit, user, first, last),
        start_position=offset + first,
        end_position=offset + last,
        creating_user=who,
        creation_date_time=known[0][1],
        coding=[
            refi.CodingType(
                guid=draft.guid("coding", unit, user, f"{first}-{last}", code),
                creating_user=who,
                creation_date_time=moment,
                code_ref=refi.CodeRefType(target_guid=draft.code_guid(code)),
            )
            for code, moment in known
        ],
    )


def _rendered(draft: ProjectDraft, sources: list[Any], cases: list[Any], notes: list[Any], collated: bool) -> bytes:
    from pyrefiqda.models import project as refi
    from xsdata.formats.dataclass.serializers.config import SerializerConfig
    from xsdata_pydantic.bindings import XmlSerializer

    sets = [
        refi.SetType(
            guid=guid(draft.codebook.name, "theme", theme.id),
            name=xml_safe(theme.name),
            description=xml_safe(theme_description(theme)) or None,
            member_code=[refi.CodeRefType(target_guid=draft.code_guid(code)) for code in theme.codes],
            member_note=note_references(draft.notes_about("theme", key=theme.id)),
        )
        for theme in draft.codebook.themes
    ]
    users = [refi.UserType(guid=draft.guid("user", name), name=xml_safe(name)) for name in draft.users]
    project = refi.Project(
        name=xml_safe(draft.name),
        origin=ORIGIN,
        users=refi.UsersType(user=users) if users else None,
        code_book=refi.CodeBookType(codes=refi.CodesType(code=_codes(draft, ""))),
        variables=draft.variables.declared(),
        cases=refi.CasesType(case=cases) if cases else None,
        sources=refi.SourcesType(text_source=sources) if sources else None,
        notes=refi.NotesType(note=notes) if notes else None,
        sets=refi.SetsType(set=sets) if sets else None,
        description=xml_safe(description_text(draft.codebook, collated=collated, counting=draft.counting)),
        note_ref=note_references(draft.notes_about("study", "new code")),
    )
    config = SerializerConfig(xml_declaration=True, encoding="UTF-8")
    rendered: str = XmlSerializer(config=config).render(project, ns_map={None: NAMESPACE})
    return rendered.encode("utf-8")


def _codes(draft: ProjectDraft, parent: str) -> list[Any]:
    from pyrefiqda.models import project as refi

    def node(code: Code) -> Any:  # noqa: ANN401 - a generated model
        return refi.CodeType(
            guid=draft.code_guid(code.id),
            name=xml_safe(code.name),
            is_codable=True,
            description=xml_safe(code_description(code, with_id=True)) or None,
            note_ref=note_references(draft.notes_about("code", key=code.id)),
            code=_codes(draft, code.id),
        )

    return [node(code) for code in draft.codebook.codes if code.parent == parent]
