"""A colleague's REFI-QDA project as corpus, codebook and codings, with a list of everything that was left out."""

import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from medtw_qual.codebook.code_names import one_line
from medtw_qual.codebook.qdc_format import ORIGIN, broken_part, plain_guid
from medtw_qual.errors import InvalidArgument, UnreadableFile
from medtw_qual.exchange.archive import Archive, open_archive
from medtw_qual.exchange.coding_statements import person_of
from medtw_qual.exchange.project_codebook import read_project_codebook
from medtw_qual.exchange.project_description import description_of, sent_codes
from medtw_qual.exchange.project_notes import place_notes, read_notes
from medtw_qual.exchange.project_tables import codings_table, corpus_of
from medtw_qual.exchange.project_texts import read_sources
from medtw_qual.exchange.project_users import read_users
from medtw_qual.exchange.refi_project import RefiProject, Skipped
from medtw_qual.exchange.repairs import prepared
from medtw_qual.exchange.variable_values import Facts

Seen = Literal["stated", "coded units", "all units"]
_HEAD = 2000  # characters, in which the outermost element begins
_SEEN = ("stated", "coded units", "all units")


def read_refi_qda(path: str | Path, *, seen: Seen = "stated", quiet: bool = False) -> RefiProject:
    """Read a REFI-QDA project (.qdpx) that this or another program wrote.

    Parameters
    ----------
    path : str or Path
        The project that the other program exported (.qdpx).
    seen : {"stated", "coded units", "all units"}
        Which units a coder decided about: agreement needs to know where a code is *absent*, and the format does not say
        it. "stated": only where the project says so (this package's own projects do, also after a colleague's program
        handed them on); elsewhere there are rows for codes that are present and none for the others. "coded units":
        a coder who gave a unit any code saw all codes there. "all units": every coder saw every unit and code. The last
        two are your knowledge of how the work was done, not the file's.
    quiet : bool
        Do not print what was left out; it stands in ``.skipped`` in any case.

    Returns
    -------
    RefiProject
        With corpus, codebook, codings, memos, coders, skipped.

    Raises
    ------
    MissingFile, EmptyFile
    UnreadableFile
        When it is no REFI-QDA project, is damaged, or was made to do harm. Nothing is ever unpacked to the disk.

    Notes
    -----
    Positions are code points of the text with LF line ends. Programs count differently (UTF-16 units, bytes, CR LF as
    one character or two). How a project counts is decided for each text from evidence: the words that it quotes beside
    the positions, whether its passages fit into the text, the known habit of the program, the edges of words; where
    nothing decides, it is the standard's way. ``.positions`` and the report say what decided, and how sure that is.

    Examples
    --------
    See `write_refi_qda`, whose example reads its file back.
    """
    if seen not in _SEEN:
        raise InvalidArgument(f"seen={seen!r} is not known.", f"Use one of: {', '.join(map(repr, _SEEN))}.")
    skipped = Skipped()
    archive = open_archive(path)
    try:
        for name, reason in archive.refused:
            skipped.add("file", name, reason)
        model, facts = _parsed(archive, skipped)
        texts, positions = read_sources(model, facts, archive, skipped)
        notes = read_notes(model, archive, skipped)
        for member in archive.unread():
            skipped.add("file", member, "nothing in the project refers to it")
    finally:
        archive.close()
    _list_the_rest(model, {text.context for text in texts}, skipped)
    codebook, ids = read_project_codebook(model, archive.path.stem, skipped)
    variables = model.variables.variable if model.variables else []
    people = read_users(model, filter(None, (person_of(one_line(variable.name)) for variable in variables)), skipped)
    corpus = corpus_of(model, facts, texts, archive.path, skipped)
    head = description_of(model.description)
    sent_hash = head.get("hash", "")
    codings = codings_table(texts, codebook, ids, people, seen, skipped, sent_codes(head), sent_hash)
    codings, memos = place_notes(model, notes, texts, ids, people, codings, skipped)
    project = RefiProject(
        name=one_line(model.name) or archive.path.stem,
        origin=one_line(model.origin),
        corpus=corpus,
        codebook=codebook,
        codings=codings,
        memos=memos,
        coders=people.table(),
        skipped=skipped.table(),
        positions=positions,
    )
    if (len(project.skipped) or len(project.positions)) and not quiet:
        sys.stdout.write(project.report() + "\n")
    return project


def _parsed(archive: Archive, skipped: Skipped) -> tuple[Any, Facts]:
    """The one project file of the archive, wherever its program put it, as pyrefiqda's model and variables' values."""
    from pyrefiqda.models.project import Project
    from xsdata.exceptions import ParserError
    from xsdata.formats.dataclass.parsers.config import ParserConfig
    from xsdata_pydantic.bindings import XmlParser

    found = archive.named(".qde")
    if len(found) != 1:
        raise UnreadableFile(
            f"{archive.path.name} holds {len(found) or 'no'} project files (.qde) instead of one.",
            "Export the project again as REFI-QDA project (.qdpx).",
        )
    name = archive.members[found[0]]
    content = archive.read(found[0])
    archive.mentioned = content.decode("utf-8", "replace")
    archive.is_utf8 = f'origin="{ORIGIN}"' in archive.mentioned[:_HEAD]
    root, facts = prepared(content, f"{name} in {archive.path.name}", skipped)
    parser = XmlParser(config=ParserConfig(fail_on_unknown_properties=False, fail_on_converter_warnings=True))
    try:
        return parser.parse(root, Project), facts
    except (ParserError, ValueError, TypeError) as error:
        raise UnreadableFile(
            f"{name} in {archive.path.name} breaks the REFI-QDA format in a way that could not be mended"
            f" ({broken_part(error)}).",
            "Export it again from the other program.",
        ) from error


def _list_the_rest(model: Any, contexts: Collection[str], skipped: Skipped) -> None:  # noqa: ANN401
    """What the tables have no column for; the description of a collated unit's case is its context."""
    for name, reason in _lost_codes(model):
        skipped.add("code", name, reason)
    for kind, nodes in (("variable", model.variables), ("case", model.cases)):
        for node in getattr(nodes, kind) if nodes else []:
            if node.description and node.description not in contexts:
                skipped.add("description", f"{kind} {node.name}", f"{kind}s have no description here")
    for group in model.sets.set if model.sets else []:
        if group.member_source:
            skipped.add("set", group.name, "sets of sources have no place here")
    coloured = _count_coloured(model.code_book.codes.code if model.code_book else [])
    if coloured:
        skipped.add("colour", f"{coloured} codes", "codes have no colour here")
    for source in model.sources.text_source if model.sources else []:
        if source.rich_text_path:
            skipped.add("file", source.name, "formatted text is not read, only the plain text")


def _count_coloured(nodes: Iterable[Any]) -> int:
    return sum((node.color is not None) + _count_coloured(node.code) for node in nodes)


def _lost_codes(model: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """Second codes with one GUID (NVivo writes its cases so), and folders in which there is no code."""
    met: set[str] = set()

    def walk(nodes: Iterable[Any]) -> Iterator[tuple[str, str]]:
        for node in nodes:
            if plain_guid(node.guid) in met:
                yield one_line(node.name), "the same code, by GUID and name, is written twice"
            elif not node.is_codable and not _holds_code(node):
                yield one_line(node.name), "it is a folder without a code in it"
            met.add(plain_guid(node.guid))
            yield from walk(node.code)

    yield from walk(model.code_book.codes.code if model.code_book else [])


def _holds_code(node: Any) -> bool:  # noqa: ANN401
    return any(child.is_codable or _holds_code(child) for child in node.code)
