"""Codings from annotation tools: Label Studio, doccano, Potato, Argilla, Prodigy."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pandas as pd

from medtw_qual._base.files import require_file
from medtw_qual._base.hashing import hash_file
from medtw_qual._base.table_files import empty_table, validate_table
from medtw_qual._base.table_reader import read_text_table
from medtw_qual.codebook.code_names import one_line, slugs
from medtw_qual.codebook.codebook import Code, Codebook
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.corpus.flow import flow_of_reading
from medtw_qual.errors import InvalidArgument, UnreadableFile
from medtw_qual.exchange.annotation_codings import Done, Unlabelled, annotated_codings
from medtw_qual.exchange.annotation_records import REJECTED, SKIPPED, Annotation
from medtw_qual.exchange.annotation_tools import TOOLS, Tool
from medtw_qual.exchange.project_tables import posts_of_units
from medtw_qual.exchange.project_users import FIRST_ROUND
from medtw_qual.exchange.refi_project import RefiProject, Skipped
from medtw_qual.schemas import AUTHORS, CODERS, MEMOS, UNITS

SOURCE_FORMAT = "annotations"
_ENDINGS = (".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".xlsx")


def read_annotations(
    path: str | Path | Sequence[str | Path],
    corpus: Corpus | None = None,
    codebook: Codebook | None = None,
    *,
    coder: str = "",
    round: str | int = FIRST_ROUND,
    unlabelled: Unlabelled = "absent",
    quiet: bool = False,
) -> RefiProject:
    r"""Read what people did in an annotation tool: Label Studio, doccano, Potato, Argilla or Prodigy.

    A text that was submitted is decided about: its labels are *present*, the others *absent*. One that was skipped,
    cancelled, ignored or discarded is *not coded*. Passages that overlap and several annotators of one text are kept.
    What models suggested is no coding, and is listed.

    Parameters
    ----------
    path : str or Path, or a sequence of them
        The export: .json, .jsonl, .csv; several files (doccano writes one for each person), or a folder of them.
    corpus : Corpus, optional
        The units that were annotated; a record belongs to the unit of its id, or else to the only one with its text.
        Without one, the texts of the export are the corpus.
    codebook : Codebook, optional
        Labels are matched to its ids, then to its names; a label that it does not have is listed and left out. Without
        one, a codebook is made of the labels that occur.
    coder : str
        Who coded, where the export does not say. Default: the file's name.
    round : str or int
        The round of coding.
    unlabelled : {"absent", "not coded"}
        What a text without a label means in an export that does not say whether it was submitted (doccano): that every
        code was judged absent, which is right where only confirmed texts were exported, or that nobody has seen it.
    quiet : bool
        Do not print what was left out.

    Returns
    -------
    RefiProject

    Raises
    ------
    MissingFile, EmptyFile
    UnreadableFile
        When a file is the export of none of these tools.
    InvalidArgument
        When `unlabelled` is not known.

    Examples
    --------
    >>> import tempfile
    >>> line = '{"text": "So grateful", "label": "thanks", "answer": "%s", "_annotator_id": "%s"}\n'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "prodigy.jsonl"
    ...     _ = file.write_text(line % ("accept", "KA") + line % ("reject", "LB") + line % ("ignore", "PF"))
    ...     project = read_annotations(file, quiet=True)
    >>> project.codings[["coder", "code", "status"]].to_numpy().tolist()
    [['KA', 'thanks', 'present'], ['LB', 'thanks', 'absent']]
    """
    if unlabelled not in ("absent", "not coded"):
        raise InvalidArgument(f"unlabelled={unlabelled!r} is not known.", "Use 'absent' or 'not coded'.")
    skipped = Skipped()
    files = _files(path, skipped)
    found = [(file, *one) for file in files for one in _records(file)]
    tools = list(dict.fromkeys(tool.name for _, tool, _ in found))
    done = [(file, about) for file, tool, record in found for about in tool.read(record)]
    people = [(file, about) for file, about in done if not _is_left_out(about, skipped)]
    units, texts, own = _units([about for _, about in people], corpus, files, skipped)
    coded = [
        Done(unit, about.coder or coder or file.stem, about)
        for (file, about), unit in zip(people, units, strict=True)
        if unit
    ]
    book = codebook or _codebook(coded, files[0].stem)
    codings, positions = annotated_codings(coded, texts, book, " ".join(tools), str(round), unlabelled, skipped)
    names = list(dict.fromkeys(codings["coder"]))
    project = RefiProject(
        name=files[0].stem,
        origin=", ".join(tools),
        corpus=own,
        codebook=book,
        codings=codings,
        memos=empty_table(MEMOS),
        coders=validate_table(
            pd.DataFrame([(name, "person", "", "") for name in names], columns=[c.name for c in CODERS.columns]), CODERS
        ),
        skipped=skipped.table(),
        positions=positions,
    )
    if (len(project.skipped) or len(project.positions)) and not quiet:
        sys.stdout.write(project.report() + "\n")
    return project


def _files(path: str | Path | Sequence[str | Path], skipped: Skipped) -> list[Path]:
    given = [path] if isinstance(path, str | Path) else list(path)
    files: list[Path] = []
    for one in map(Path, given):
        if not one.is_dir():
            files.append(require_file(one, "Name the export of the annotation tool."))
            continue
        for inside in sorted(one.rglob("*")):
            if inside.is_file() and inside.suffix.lower() in _ENDINGS:
                files.append(inside)
            elif inside.is_file():
                skipped.add("file", str(inside.relative_to(one)), "its ending is none of an export's")
    if not files:
        raise InvalidArgument("There is no export to read.", f"Name files that end in {', '.join(_ENDINGS)}.")
    return files


def _records(file: Path) -> Iterator[tuple[Tool, Mapping[str, Any]]]:
    """Every record of a file with the tool that wrote it."""
    for number, record in enumerate(_parsed(file), 1):
        tool = next((one for one in TOOLS if isinstance(record, Mapping) and one.is_its(record)), None)
        if tool is None:
            raise UnreadableFile(
                f"{file.name}: record {number} is of no annotation tool that is known here"
                f" ({', '.join(sorted({one.name for one in TOOLS}))}).",
                "Export the annotations as JSON, JSONL or CSV, and read a table of codes with read_codings.",
            )
        yield tool, record


def _parsed(file: Path) -> list[Any]:
    if file.suffix.lower() in (".csv", ".tsv", ".xlsx"):
        table = read_text_table(file)
        table.warn()
        return list(table.frame.to_dict("records"))
    content = file.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        whole = orjson.loads(content)
        return whole if isinstance(whole, list) else [whole]
    except orjson.JSONDecodeError:
        pass  # one record in a line
    records = []
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip():
            try:
                records.append(orjson.loads(line))
            except orjson.JSONDecodeError as error:
                raise UnreadableFile(
                    f"{file.name}: line {number} is no JSON.", "A download may have broken off; export it again."
                ) from error
    return records


def _is_left_out(about: Annotation, skipped: Skipped) -> bool:
    """List what has no place here; say whether nothing of the annotation is left."""
    name = (about.ids or (about.text[:30],))[0]
    for what in about.unread:
        skipped.add("annotation", f"{what}: {name}", "it has no place here")
    if about.state == SKIPPED and not about.is_model:
        skipped.add("text", f"{name}, {about.coder}", "it was skipped, cancelled or discarded: not coded")
    if about.state == REJECTED:
        skipped.add("text", f"{name}, {about.coder}", "its annotation as a whole was rejected: not coded")
    return about.is_model


def _units(
    done: Sequence[Annotation], corpus: Corpus | None, files: Sequence[Path], skipped: Skipped
) -> tuple[list[str], dict[str, str], Corpus]:
    """The unit of each annotation (empty: it has none), the units' texts, and the corpus."""
    if corpus is None:
        units, texts = _own_units(done)
        return units, texts, _corpus(texts, files)
    texts = dict(zip(corpus.units["unit_id"], corpus.units["text"], strict=True))
    of_text: dict[str, list[str]] = {}
    for unit, text in texts.items():
        of_text.setdefault(" ".join(text.split()), []).append(unit)
    units = []
    for about in done:
        flat = " ".join(about.text.split())
        named = [own for own in about.ids if own in texts]
        same = of_text.get(flat, [])
        fitting = [own for own in named if not flat or " ".join(texts[own].split()) == flat]
        chosen = fitting[:1] or (same if len(same) == 1 else []) or ([] if same else named[:1])
        if not chosen:
            reason = "several units have its text" if same else "the corpus has neither its id nor its text"
            skipped.add("annotation", (about.ids or (about.text[:30],))[0], reason)
        elif not fitting and chosen == named[:1]:
            skipped.add("text", chosen[0], "its text is another than the unit's; passages may have moved")
        units.append(chosen[0] if chosen else "")
    return units, texts, corpus


def _own_units(done: Sequence[Annotation]) -> tuple[list[str], dict[str, str]]:
    """Units by their ids; a text without an id is a unit by its words, and two texts of one id are two units."""
    texts: dict[str, str] = {}
    units = []
    numbers: dict[str, str] = {}
    for about in done:
        own = about.ids[0] if about.ids else numbers.setdefault(about.text, f"text {len(numbers) + 1}")
        name, count = own, 1
        while texts.setdefault(name, about.text) != about.text:
            count += 1
            name = f"{own} ({count})"
        units.append(name)
    return units, texts


def _corpus(texts: Mapping[str, str], files: Sequence[Path]) -> Corpus:
    rows = [
        {
            "unit_id": unit,
            "text": text,
            "context": "",
            "created_at": None,
            "author_id": "",
            "n_posts": 1,
            "post_ids": [unit],
        }
        for unit, text in sorted(texts.items())
    ]
    units = validate_table(pd.DataFrame(rows, dtype="object"), UNITS) if rows else empty_table(UNITS)
    return Corpus(
        posts=posts_of_units(units, files[0].name, SOURCE_FORMAT),
        authors=empty_table(AUTHORS),
        units=units,
        flow=flow_of_reading(len(units), {}),
        provenance={
            "sources": [{"file": one.name, "sha256": hash_file(one), "format": SOURCE_FORMAT} for one in files]
        },
    )


def _codebook(done: Sequence[Done], stem: str) -> Codebook:
    names = dict.fromkeys(
        one_line(name)
        for one in done
        for name in (*one.about.offered, *(label.name for label in one.about.labels))
        if one_line(name)
    )
    return Codebook(stem, "", codes=tuple(Code(own, name) for own, name in zip(slugs(names), names, strict=True)))
