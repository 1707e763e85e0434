"""Codings from annotation tools: Label Studio, doccano, Potato, Argilla, Prodigy."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import orjson
import pandas as pd

from medtw_qual._base.files import require_file
from medtw_qual._base.hashing import hash_file
from medtw_qual._base.table_files import empty_table, validate_table
from medtw_qual._base.table_reader import read_text_table
from medtw_qual.codebook.code_names import one_line, same_name, slugs
from medtw_qual.codebook.codebook import Code, Codebook
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.corpus.flow import flow_of_reading
from medtw_qual.errors import InvalidArgument, UnreadableFile
from medtw_qual.exchange.annotation_records import REJECTED, SKIPPED, Annotation, Label
from medtw_qual.exchange.annotation_tools import TOOLS, Tool
from medtw_qual.exchange.counting_evidence import Marked, Verdict, decide_counting, place_of
from medtw_qual.exchange.positions import PositionReader
from medtw_qual.exchange.project_tables import posts_of_units
from medtw_qual.exchange.project_users import FIRST_ROUND
from medtw_qual.exchange.refi_project import POSITION_COLUMNS, RefiProject, Skipped
from medtw_qual.schemas import AUTHORS, CODERS, CODINGS, MEMOS, UNITS

SOURCE_FORMAT = "annotations"
_ENDINGS = (".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".xlsx")
Unlabelled = Literal["absent", "not coded"]


@dataclass(frozen=True)
class _Done:
    """An annotation with its unit and its coder."""

    unit: str
    coder: str
    about: Annotation


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
        _Done(unit, about.coder or coder or file.stem, about)
        for (file, about), unit in zip(people, units, strict=True)
        if unit
    ]
    book = codebook or _codebook(coded, files[0].stem)
    codings, positions = _codings(coded, texts, book, " ".join(tools), str(round), unlabelled, skipped)
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


def _codebook(done: Sequence[_Done], stem: str) -> Codebook:
    names = dict.fromkeys(
        one_line(name)
        for one in done
        for name in (*one.about.offered, *(label.name for label in one.about.labels))
        if one_line(name)
    )
    return Codebook(stem, "", codes=tuple(Code(own, name) for own, name in zip(slugs(names), names, strict=True)))


def _codes(book: Codebook) -> dict[str, str]:
    """Codes by id and name; empty for a name that several have."""
    found: dict[str, str] = {}
    for code in book.codes:
        found[same_name(code.name)] = "" if same_name(code.name) in found else code.id
    return found | {code.id: code.id for code in book.codes}


def _codings(
    done: Sequence[_Done],
    texts: Mapping[str, str],
    book: Codebook,
    origin: str,
    round_: str,
    unlabelled: Unlabelled,
    skipped: Skipped,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    readers = {unit: PositionReader(text) for unit, text in texts.items()}
    verdicts = _verdicts(done, readers, origin)
    codes = _codes(book)
    rows: list[tuple[object, ...]] = []
    met: Counter[tuple[str, str]] = Counter()
    for one in _latest(done, skipped):
        about = one.about
        if about.state in (SKIPPED, REJECTED):
            continue
        if not about.labels and not about.is_stated:
            skipped.add("guess", one.unit, f"it has no label, and the export does not say why: taken as {unlabelled}")
            if unlabelled == "not coded":
                continue
        met[one.unit, one.coder] += 1
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


def _marks(done: Sequence[_Done], unit: str) -> list[Marked]:
    return [
        Marked(label.start, label.end, label.quotation)
        for one in done
        if one.unit == unit
        for label in one.about.labels
        if label.start is not None and label.end is not None
    ]


def _verdicts(done: Sequence[_Done], readers: Mapping[str, PositionReader], origin: str) -> dict[str, Verdict]:
    by_unit: dict[str, list[Marked]] = {unit: [] for unit in readers}
    for one in done:
        by_unit[one.unit] += _marks([one], one.unit)
    decided = decide_counting([(readers[unit], marks) for unit, marks in by_unit.items()], origin)
    return dict(zip(by_unit, decided, strict=True))


def _latest(done: Sequence[_Done], skipped: Skipped) -> list[_Done]:
    """One annotation of a coder on a text: questions on several labels joined, of repeated ones the last."""
    kept: dict[tuple[str, str], _Done] = {}
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
    one: _Done,
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
