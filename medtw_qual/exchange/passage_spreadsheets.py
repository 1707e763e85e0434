"""Coded passages that Taguette or QualCoder exported as spreadsheets, laid back onto the corpus."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from medtw_qual._base.files import require_file
from medtw_qual._base.table_files import empty_table, validate_table
from medtw_qual._base.table_reader import read_cells
from medtw_qual.codebook.code_names import one_line, same_name, slugs
from medtw_qual.codebook.codebook import Code, Codebook, Theme
from medtw_qual.codebook.taguette_tags import codes_of_tags, tag_path
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.errors import UnreadableFile
from medtw_qual.exchange.handouts import TEXT_COLUMN
from medtw_qual.exchange.positions import Plain, plain
from medtw_qual.exchange.project_users import FIRST_ROUND, Person, parsed_user
from medtw_qual.exchange.refi_project import RefiProject, Skipped
from medtw_qual.schemas import CODERS, CODINGS, MEMOS


@dataclass(frozen=True)
class _Layout:
    """Which program wrote the table, and what it calls the columns.

    Attributes
    ----------
    program : str
    unit, code, passage, coder, memo, category : str
        Column names; empty: the program does not write it.
    """

    program: str
    unit: str
    code: str
    passage: str
    coder: str = ""
    memo: str = ""
    category: str = ""


# Taguette 1.5 writes id, document, tag, content; QualCoder 4 writes File (or Case and Filename), Coder, Coded, Id,
# Codename, Coded_Memo and a column Category for every level above the code. A new program is one line here.
_LAYOUTS = (
    _Layout("QualCoder", "filename", "codename", "coded", "coder", "coded_memo", "category"),
    _Layout("QualCoder", "file", "codename", "coded", "coder", "coded_memo", "category"),
    _Layout("Taguette", "document", "tag", "content"),
)
_HEADERS = {
    name
    for layout in _LAYOUTS
    for name in (layout.unit, layout.code, layout.passage, layout.coder, layout.memo)
    if name
}
_HEADER = re.compile(r"\s*\[([^\]\n]+)\]\s+")  # the line above a post in a document that holds many
_COLUMNS = ["unit_id", "coder", "round", "code", "start", "end", "memo", "coder_kind"]
_NOT_TEXT = ("image", "a/v")  # what QualCoder writes for codings of pictures and recordings


def read_coded_passages(
    path: str | Path,
    corpus: Corpus,
    codebook: Codebook | None = None,
    *,
    coder: str = "",
    round: str | int = FIRST_ROUND,
    document: str = "",
    quiet: bool = False,
) -> RefiProject:
    r"""Read the coded passages that Taguette or QualCoder exported (.csv or .xlsx).

    Both write each passage's words and its document's name, not its place. The words are looked up in the unit of that
    name (with or without an ending such as .txt): a passage that stands there once gets its place, one that is the
    whole text is about the whole unit; where the words stand several times in it, or not at all, the code is kept for
    the unit without a place, and that is listed.

    Parameters
    ----------
    path : str or Path
        The spreadsheet that the other program exported.
    corpus : Corpus
        The units that were coded there, with their ids as document names (as `write_refi_qda` and QualCoder's import of
        `write_survey`'s table name them), or in the one document of `write_survey`.
    codebook : Codebook, optional
        Codes are matched to its names (or Taguette's paths, as `write_tags` writes them), then its ids; a code it does
        not have is listed and left out. Without one, a
        codebook is made of the codes that occur, with QualCoder's categories as themes.
    coder : str
        Who coded: Taguette does not say it. Default: the file's name.
    round : str or int
        The round of coding, for what does not name its own.
    document : str
        The name, in the export, of the one document that holds all posts (as `write_survey` writes it, .html). A
        passage in it belongs to the unit whose id it begins with, or to the only unit in which its words stand.
    quiet : bool
        Do not print what was left out.

    Returns
    -------
    RefiProject
        With rows for codes that are present; such a table does not say which codes were absent.

    Raises
    ------
    MissingFile, EmptyFile
    UnreadableFile
        When the columns are those of neither program.

    Examples
    --------
    >>> import tempfile
    >>> import medtw_qual as mq
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     answers = Path(folder) / "answers.csv"
    ...     _ = answers.write_text("row,answer\nr1,My people are here\n", encoding="utf-8")
    ...     corpus = mq.read_corpus(answers, text="answer", id="row")
    ...     tags = Path(folder) / "all_tags.csv"
    ...     _ = tags.write_text("id,document,tag,content\n1,r1.txt,Bond,My people\n", encoding="utf-8")
    ...     project = read_coded_passages(tags, corpus, coder="KA")
    >>> project.codings[["unit_id", "coder", "code", "start", "end"]].values.tolist()
    [['r1', 'KA', 'bond', 0, 9]]
    """
    source = require_file(path, "Name the .csv or .xlsx that Taguette or QualCoder exported.")
    layout, rows = _table(source)
    skipped = Skipped()
    book = codebook or _codebook(rows, layout, source.stem)
    found = list(
        _codings(rows, layout, (coder or source.stem, str(round)), _names(book), _texts(corpus), document, skipped)
    )
    codings = pd.DataFrame(found, columns=_COLUMNS, dtype="object")
    codings = codings.assign(status="present", decided_at=None, codebook_hash=book.hash)
    order = {code: place for place, code in enumerate(book.ids)}
    codings = codings.sort_values(
        ["round", "unit_id", "coder", "code", "start"], key=lambda c: c.map(order) if c.name == "code" else c
    )
    people = [
        (coder, kind, "", "") for coder, kind in dict(zip(codings["coder"], codings["coder_kind"], strict=True)).items()
    ]
    project = RefiProject(
        name=source.stem,
        origin=layout.program,
        corpus=corpus,
        codebook=book,
        codings=validate_table(codings, CODINGS),
        memos=empty_table(MEMOS),
        coders=validate_table(pd.DataFrame(people, columns=[column.name for column in CODERS.columns]), CODERS),
        skipped=skipped.table(),
    )
    if len(project.skipped) and not quiet:
        sys.stdout.write(project.report() + "\n")
    return project


def _table(path: Path) -> tuple[_Layout, list[dict[str, str]]]:
    cells = read_cells(path, lambda header: one_line(header).lower() in _HEADERS)
    header = [one_line(cell).lower() for cell in cells[0]] if cells else []
    layout = next(
        (candidate for candidate in _LAYOUTS if {candidate.unit, candidate.code, candidate.passage} <= set(header)),
        None,
    )
    if layout is None:
        raise UnreadableFile(
            f"{path.name} has the columns of neither Taguette (document, tag, content) nor QualCoder (File, Codename,"
            f" Coded); it has: {', '.join(header) or 'none'}.",
            "Export the highlights (Taguette) or the coding report (QualCoder) as .csv or .xlsx.",
        )
    rows = []
    for line in cells[1:]:
        row: dict[str, str] = {}
        for name, cell in zip(header, line, strict=False):
            # QualCoder repeats the column Category, the nearest one first.
            row[name] = row.get(name) or cell
        if any(row.values()):
            rows.append(row)
    return layout, rows


def _codebook(rows: Sequence[Mapping[str, str]], layout: _Layout, stem: str) -> Codebook:
    above = {
        one_line(row[layout.code]): one_line(row.get(layout.category)) for row in rows if one_line(row[layout.code])
    }
    ids = dict(zip(above, slugs(above), strict=True))
    categories = [category for category in dict.fromkeys(above.values()) if category]
    themes = [
        Theme(own, name, codes=tuple(ids[code] for code, category in above.items() if category == name))
        for own, name in zip(slugs(categories, fallback="theme"), categories, strict=True)
    ]
    codes = codes_of_tags([(name, "") for name in above]) if layout.program == "Taguette" else None
    return Codebook(stem, "", codes=codes or tuple(Code(ids[name], name) for name in above), themes=tuple(themes))


def _names(book: Codebook) -> dict[str, str]:
    """Codes by their ids, names and Taguette's paths; empty for a name that several codes have."""
    found: dict[str, str] = {}
    for code in book.codes:
        for name in {same_name(code.name), same_name(tag_path(book, code))}:
            found[name] = "" if name in found else code.id
    return {code.id: code.id for code in book.codes} | found


def _texts(corpus: Corpus) -> dict[str, Plain]:
    """The units' texts as programs show them, by unit id."""
    return {unit: plain(text) for unit, text in zip(corpus.units["unit_id"], corpus.units["text"], strict=True)}


def _codings(
    rows: Sequence[Mapping[str, str]],
    layout: _Layout,
    who: tuple[str, str],
    names: Mapping[str, str],
    texts: Mapping[str, Plain],
    collated: str,
    skipped: Skipped,
) -> Iterator[tuple[object, ...]]:
    met: set[tuple[object, ...]] = set()
    flat = {unit: " ".join(text.text.split()) for unit, text in texts.items()} if collated else {}
    for row in rows:
        label, document, passage = one_line(row[layout.code]), one_line(row[layout.unit]), row[layout.passage]
        what = f"{label} on {document}"
        code = names.get(same_name(label), names.get(label))
        if document == collated:
            unit, passage, reason = _unit_holding(passage, texts, flat)
        else:
            unit, reason = _unit_named(document, texts)
        if not label:
            skipped.add("passage", document, "it carries no code")
        elif not unit:
            skipped.add("coding", what, reason)
        elif not code:
            skipped.add(
                "coding", what, "the codebook has no such code" if code is None else "several codes are named so"
            )
        elif layout.program == "QualCoder" and _is_no_text(passage, texts[unit]):
            skipped.add("coding", what, "it lies on a picture or recording")
        else:
            start, end = _place(passage, texts[unit], what, skipped)
            name = one_line(row.get(layout.coder)) or who[0]
            person, is_model = parsed_user(name) or (Person(name, who[1]), False)
            if (unit, person, code, start, end) in met:
                skipped.add("coding", what, "the same coder gave the same passage the code twice")
                continue
            met.add((unit, person, code, start, end))
            kind = "model" if is_model else "person"
            yield unit, *person, code, start, end, one_line(row.get(layout.memo)), kind


def _unit_named(document: str, texts: Mapping[str, Plain]) -> tuple[str, str]:
    """The unit of a document, or why there is none; QualCoder's survey import calls it by row and column: 123_text."""
    named = (document, document.rpartition(".")[0], document.removesuffix(f"_{TEXT_COLUMN}"))
    found = next((name for name in named if name in texts), "")
    return found, "" if found else "the corpus has no unit of that name"


def _unit_holding(passage: str, texts: Mapping[str, Plain], flat: Mapping[str, str]) -> tuple[str, str, str]:
    """The unit whose id stands before the passage, or else the only one in which its words stand; the passage without
    the id; or why there is no unit.
    """
    head = _HEADER.match(passage)
    if head and head[1] in texts:
        return head[1], passage[head.end() :], ""
    words = " ".join(passage.split())
    holding = [unit for unit, text in flat.items() if words and words in text]
    if len(holding) == 1:
        return holding[0], passage, ""
    return "", passage, f"{'several units hold' if holding else 'no unit holds'} its words"


def _is_no_text(passage: str, text: Plain) -> bool:
    return passage in _NOT_TEXT and passage not in text.text


def _place(passage: str, text: Plain, name: str, skipped: Skipped) -> tuple[int | None, int | None]:
    """Where the passage lies in the unit's own text; nowhere in particular where it is the whole or cannot be found."""
    words = plain(passage).text
    if words.split() == text.text.split():
        return None, None
    found = places_of(words, text.text)
    if len(found) == 1:
        return text.origin(*found[0])
    reason = "the words stand several times in the text" if found else "the words are not in the text"
    skipped.add("place", name, f"{reason}; the code is kept for the whole unit")
    return None, None


def places_of(words: str, text: str) -> list[tuple[int, int]]:
    """Where words stand in a text: as they are, or else with other spaces (Taguette turns line ends into them)."""
    parts = words.split()
    if not parts:
        return []
    for pattern in (re.escape(words.strip("\n")), r"\s+".join(map(re.escape, parts))):
        if found := [match.span() for match in re.finditer(pattern, text)]:
            return found
    return []
