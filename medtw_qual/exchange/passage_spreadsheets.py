"""Coded passages that other programs exported as spreadsheets, laid back onto the corpus."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from medtw_qual._base.files import require_file
from medtw_qual._base.table_files import empty_table, validate_table
from medtw_qual.codebook.code_names import one_line, same_name, slugs
from medtw_qual.codebook.code_paths import split_path, with_parents
from medtw_qual.codebook.codebook import Code, Codebook, Theme
from medtw_qual.codebook.taguette_tags import codes_of_tags, names_above, tag_path
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.exchange.handouts import TEXT_COLUMN
from medtw_qual.exchange.passage_layouts import PassageTable, Row, read_passage_table
from medtw_qual.exchange.positions import Plain, plain
from medtw_qual.exchange.project_users import FIRST_ROUND, Person, parsed_user
from medtw_qual.exchange.refi_project import RefiProject, Skipped
from medtw_qual.schemas import CODERS, CODINGS, MEMOS

_HEADER = re.compile(r"\s*\[([^\]\n]+)\]\s+")  # the line above a post in a document that holds many
_COLUMNS = ["unit_id", "coder", "round", "code", "start", "end", "memo", "coder_kind"]
_WITH_PATHS = ("MAXQDA", "ATLAS.ti", "NVivo", "Dedoose")
_RANGE = re.compile(r"\s*(\d+)\s*[-–]\s*(\d+)\s*")
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
    r"""Read the coded passages that another program exported as a spreadsheet (.csv, .xlsx, .ods ...).

    Taguette's highlights, QualCoder's report of codings, MAXQDA's coded segments, ATLAS.ti's quotations, Dedoose's
    excerpts and NVivo's coded text all hold each passage's words and its document's name, not its place. The words are
    looked up in the unit of that name (with or without an ending such as .txt): a passage that stands there once gets
    its place, one that is the whole text is about the whole unit; where the words stand several times in it, or not at
    all, the code is kept for the unit without a place, and that is listed.

    Parameters
    ----------
    path : str or Path
        The spreadsheet that the other program exported.
    corpus : Corpus
        The units that were coded there, with their ids as document names (as `write_refi_qda` and QualCoder's import of
        `write_survey`'s table name them), or in the one document of `write_survey`.
    codebook : Codebook, optional
        Codes are matched to its ids, its names, then their paths ("Care > Home", "Care.Home" in Taguette); a code it
        does not have is listed and left out. Without one, a codebook is made of the codes that occur, with the levels
        of their paths, and QualCoder's categories as themes.
    coder : str
        Who coded, where the table does not say it (Taguette's does not). Default: the file's name.
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
        When the columns are those of no program that is known.

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
    source = require_file(path, "Name the spreadsheet that the other program exported.")
    table = read_passage_table(source)
    skipped = Skipped()
    book = codebook or _codebook(table.rows, table.program, source.stem)
    names = CodeNames(book, table.program)
    found = list(_codings(table, (coder or source.stem, str(round)), names, _texts(corpus), document, skipped))
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
        origin=table.program,
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


def _codebook(rows: Sequence[Row], program: str, stem: str) -> Codebook:
    """A codebook of the codes that occur: paths become levels, QualCoder's categories themes."""
    above = {one_line(row["code"]): one_line(row["category"]) for row in rows if one_line(row["code"])}
    if program == "Taguette":
        return Codebook(stem, "", codes=codes_of_tags([(name, "") for name in above]))
    paths = {name: split_path(name) if program in _WITH_PATHS else (name,) for name in above}
    everything = with_parents(paths.values())
    ids = dict(zip(everything, slugs(path[-1] for path in everything), strict=True))
    categories = [category for category in dict.fromkeys(above.values()) if category]
    themes = [
        Theme(own, name, codes=tuple(ids[paths[code]] for code, category in above.items() if category == name))
        for own, name in zip(slugs(categories, fallback="theme"), categories, strict=True)
    ]
    codes = tuple(Code(ids[path], path[-1], ids.get(path[:-1], "")) for path in everything)
    return Codebook(stem, "", codes=codes, themes=tuple(themes))


class CodeNames:
    """Finds codes by what programs write: the id, the name, the path; exact matches first."""

    def __init__(self, book: Codebook, program: str) -> None:
        self.ids = {code.id: code.id for code in book.codes}
        self.names: dict[str, str] = {}
        self.paths: dict[tuple[str, ...], str] = {}
        self.program = program
        for code in book.codes:
            for name in {same_name(code.name), same_name(tag_path(book, code))}:
                self.names[name] = "" if name in self.names else code.id
            path = tuple(map(same_name, names_above(book, code)))
            self.paths[path] = "" if path in self.paths else code.id

    def find(self, label: str) -> str | None:
        """The code's id; empty: several are named so; None: there is none."""
        if label in self.ids:
            return label
        if (found := self.names.get(same_name(label))) is not None:
            return found
        path = tuple(map(same_name, split_path(label))) if self.program in _WITH_PATHS else ()
        if len(path) > 1:
            # A level above may be a theme or a folder here: then the end of the path tells.
            tails = (path[place:] for place in range(len(path)))
            return next((self.paths[tail] for tail in tails if tail in self.paths), self.names.get(path[-1]))
        return None


def _texts(corpus: Corpus) -> dict[str, Plain]:
    """The units' texts as programs show them, by unit id."""
    return {unit: plain(text) for unit, text in zip(corpus.units["unit_id"], corpus.units["text"], strict=True)}


def _codings(
    table: PassageTable,
    who: tuple[str, str],
    names: CodeNames,
    texts: Mapping[str, Plain],
    collated: str,
    skipped: Skipped,
) -> Iterator[tuple[object, ...]]:
    met: set[tuple[object, ...]] = set()
    flat = {unit: " ".join(text.text.split()) for unit, text in texts.items()} if collated else {}
    for row in table.rows:
        label, document, passage = one_line(row["code"]), one_line(row["unit"]), row["passage"]
        what = f"{label} on {document}"
        code = names.find(label)
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
        elif table.program == "QualCoder" and _is_no_text(passage, texts[unit]):
            skipped.add("coding", what, "it lies on a picture or recording")
        else:
            start, end = _place(passage, texts[unit], what, row["place"], skipped)
            name = one_line(row["coder"]) or who[0]
            person, is_model = parsed_user(name) or (Person(name, who[1]), False)
            if (unit, person, code, start, end) in met:
                skipped.add("coding", what, "the same coder gave the same passage the code twice")
                continue
            met.add((unit, person, code, start, end))
            kind = "model" if is_model else "person"
            yield unit, *person, code, start, end, one_line(row["memo"]), kind


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


def _place(passage: str, text: Plain, name: str, stated: str, skipped: Skipped) -> tuple[int | None, int | None]:
    """Where the passage lies in the unit's own text; nowhere in particular where it is the whole or cannot be found.

    Of several places it is the one that the table states (Dedoose does), where the words stand there.
    """
    words = plain(passage).text
    if words.split() == text.text.split():
        return None, None
    found = places_of(words, text.text)
    if len(found) > 1 and (span := _RANGE.fullmatch(stated)):
        found = [place for place in found if place[0] == int(span[1])] or found
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
