"""Reading what people decided, from logs, sheets and other people's tables, into one dense table."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual._base.log_copies import awaited_files, original_name
from medtw_qual._base.table_files import validate_table
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.coding.codebook_changes import known_versions, map_codings, with_codes_of, with_same_rules
from medtw_qual.coding.coders import add_kinds, find_register, require_different_names, require_known_units
from medtw_qual.coding.coding_log import Record
from medtw_qual.coding.codings_tables import TableShape, read_tabular
from medtw_qual.coding.joined_sources import join_sources
from medtw_qual.coding.log_replay import LogFolder, read_logs
from medtw_qual.errors import EmptyFile, MissingFile, UnknownCode, UnreadableFile, did_you_mean
from medtw_qual.schemas import CODINGS, HasUnits

_COLUMNS = [column.name for column in CODINGS.columns if column.required]
_ORDER = ["round", "unit_id", "coder", "code"]


def read_codings(
    path: str | Path,
    codebook: Codebook,
    *,
    corpus: HasUnits | None = None,
    columns: Mapping[str, str] | None = None,
    coder: str | None = None,
    round: str | int | None = None,
    delimiter: str = ";",
    code_names: Mapping[str, str | None] | None = None,
    impossible: Sequence[str] = (),
    blank: str | None = None,
    changes: str | Path | None = None,
    sheet: str | None = None,
    ignore: Sequence[str] = (),
    codes_seen: Sequence[str] = (),
) -> pd.DataFrame:
    """Read people's decisions into one dense table.

    Parameters
    ----------
    path : str or Path
        A folder of coding logs (.jsonl), coding sheets (.xlsx) and tables (.csv, .tsv, .xlsx, .xlsm, .xls, .ods; in
        any encoding and with any delimiter), or one such file. Files in the folder that are none of these, and folders
        in it, are not read; a warning and ``.attrs["files"]`` name them. A table is *long*
        (a column ``code``, one row per code given, a column ``status`` where it has one), *wide* (a column per code,
        with 1/0, yes/no, present/absent/impossible) or *delimited* (a column ``codes`` with several codes in a cell);
        which of them is found by looking at its columns.
    codebook : Codebook
        Codes are matched to its ids, then to its names (capitals and outer blanks do not count).
    corpus : Corpus or Sample, optional
        When given, every coded unit must be in it.
    columns : mapping, optional
        For tables: our name -> the file's, e.g. ``{"unit_id": "comment_id"}``.
    coder : str, optional
        Whose decisions a table without a column ``coder`` holds; default: the file's name without its ending.
    round : str or int, optional
        The round of a table without a column ``round`` (default "1"); of logs, only this round is returned.
    delimiter : str
        What separates the codes in a delimited cell.
    code_names : mapping, optional
        What the table calls a code -> the code's id, or None for a label that is not carried over.
    impossible : sequence of str
        Labels that mean that the unit cannot be coded ("Labelling not possible").
    blank : {"not coded", "absent"}, optional
        What an empty cell means. Default: in a column of its own for each code or beside a code, that it was not coded;
        in a column that lists the codes given, that none of them is there.
    changes : str or Path, optional
        Where `merge_codes` and `split_code` recorded what became of codes (codebooks/changes.jsonl): what was decided
        with an earlier version comes back in the terms of this one, as `map_codings` says.
    sheet : str, optional
        Of a workbook with several tables: the sheet to read.
    ignore : sequence of str
        Columns of a table that are not needed. Every other column must be known by its name (capitals and blanks do
        not count), named in `columns`, or be a code: none passes unread.
    codes_seen : sequence of str
        For a table that lists the codes given: the codes that were before its coders. Others are not coded there,
        unless they are given; default: all codes of the version that the table was coded with.

    Returns
    -------
    DataFrame
        `schemas.CODINGS`: for every decision one row per code that the coder saw, present, absent or impossible. A code
        marked in several passages has one row per passage (columns start, end; code points of the unit's text, half
        open). With a column coder_kind where a coders.csv lies in the folder or beside it. In the order of round,
        unit_id, coder, code. ``.attrs["torn"]`` names logs whose last line was cut off; ``.attrs["notes"]`` says in
        sentences what is odd (cut-off, empty, shortened or copied logs, files not here yet, clocks that disagree);
        ``.attrs["heads"]`` holds the number of records and the seal of the last one of each log; ``.attrs["unsealed"]``
        names logs that were written by hand or by another program; ``.attrs["files"]`` the files that were read and
        those that were not; ``.attrs["changes"]`` the log of changes that was followed; ``.attrs["same_rules"]`` the
        hashes of other versions with the present rules (their decisions carry the present version's hash).

    Warns
    -----
    UserWarning
        For each of the notes; when a file in the folder was not read, or something had to be guessed about a table (its
        encoding, words for nothing).

    Raises
    ------
    MissingFile, EmptyFile, UnreadableFile, MissingColumn
    InvalidTable
        Also when two files say different things under one coder's name.
    UnknownCode
        With file and line, when somebody used a code that the codebook does not have.
    UnknownUnit
        When a coded unit is not in the corpus.
    """
    source = Path(path)
    files = _files(source)
    logs = read_logs(file for file in files if file.suffix.lower() == ".jsonl")
    shape = TableShape(
        dict(columns or {}), coder, None if round is None else str(round), delimiter, dict(code_names or {}),
        tuple(impossible), blank, sheet, _listed(ignore), _listed(codes_seen),
    )  # fmt: skip
    folder = source if source.is_dir() else source.parent
    versions = known_versions(codebook, changes, folder)
    parts = {"the logs": codings_of_logs(logs, with_codes_of(versions))}
    for file in files:
        if file.suffix.lower() != ".jsonl":
            parts[file.name] = read_tabular(file, versions, shape)
    if changes is not None:  # each source by itself: what one says in two versions is no contradiction before this
        parts = {name: map_codings(part, changes, codebook) for name, part in parts.items()}
    for code in shape.codes_seen:
        codebook.require(code, "codes_seen")
    codings, later = join_sources(parts)
    require_different_names(codings["coder"], source.name)
    codings = with_same_rules(codings, codebook, folder, changes)
    followed = {"changes": str(changes)} if changes is not None else {}
    followed |= {name: codings.attrs[name] for name in ("same_rules", "coded_by_same_rules") if name in codings.attrs}
    if round is not None:
        codings = codings[codings["round"] == str(round)]
    codings = validate_table(codings, CODINGS, source.name)
    if corpus is not None:
        require_known_units(codings["unit_id"], corpus.units["unit_id"], source.name)
    codings = add_kinds(codings, find_register(source))
    codings = in_order(codings, codebook)
    codings.attrs |= {**followed, **_evidence(source, files, logs, later)}
    for note in codings.attrs.get("notes", ()):
        warnings.warn(note, stacklevel=2)
    return codings


def _evidence(source: Path, files: Sequence[Path], logs: LogFolder, later: Sequence[str]) -> dict[str, Any]:
    """Return what is known of the files themselves: those read and not read, what is odd about them, their seals."""
    unread = _unread(source, files)
    notes = [*_absences(source, files, logs), *logs.notes, *_overlaps(logs), *later]
    if unread:
        notes.append(f"Not read in {source}: {', '.join(unread)}.")
    found: dict[str, Any] = {
        "heads": dict(logs.heads),
        "unsealed": list(logs.unsealed),
        "torn": dict(logs.torn),
        "notes": notes,
    }
    files_read = {"read": [file.name for file in files], "not read": unread}
    return {"files": files_read, **{key: value for key, value in found.items() if value}}


def _absences(source: Path, files: Sequence[Path], logs: LogFolder) -> list[str]:
    """Say which files hold nothing, and which are not here yet: whoever wrote them must not drop out unsaid."""
    empty = [file for file in files if file.suffix.lower() == ".jsonl" and _holds_nothing(file)]
    notes = [
        f"{file.name} holds no decision: it is empty or full of zeros. Restore it from a backup, or wait until the"
        " folder is synchronised."
        for file in empty
        if original_name(file.name) not in logs.heads
    ]
    there = {file.name for file in files if file not in empty}
    notes += [
        f"{name} is not here yet ({placeholder}): wait until the folder is synchronised, then read it again."
        for name, placeholder in awaited_files(source)
        if name not in there
    ]
    return notes


def _holds_nothing(file: Path) -> bool:
    return not file.read_bytes().strip(b"\0 \t\r\n")


def _overlaps(logs: LogFolder) -> list[str]:
    return [
        f"{earlier} and {later} overlap in time. If two people used this name, move the logs of one of them into a"
        ' folder of their own and read it with read_codings(...).assign(coder="another name").'
        for earlier, later in logs.overlapping
    ]


def in_order(codings: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Return the rows by round, unit, coder, and the codebook's order of codes."""
    place = codings["code"].map({code: number for number, code in enumerate(codebook.ids)})
    ordered = codings.assign(_place=place).sort_values(["round", "unit_id", "coder", "_place"], kind="stable")
    return ordered.drop(columns="_place").reset_index(drop=True)


_TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")
_ENDINGS = (".jsonl", *_TABLES)
_COMPANIONS = (".md", ".yaml", ".yml", ".toml")  # what a folder of codings may hold beside them


def _listed(names: Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _unread(source: Path, files: Sequence[Path]) -> list[str]:
    """Name what lies in a folder of codings and was not read: other files, and tables or logs in folders below it."""
    if not source.is_dir():
        return []
    passed = [
        file
        for file in source.iterdir()
        if file.is_file()
        and file not in files
        and not file.name.startswith((".", "~$"))
        and file.name != "coders.csv"
        and file.suffix.lower() not in _COMPANIONS
    ]
    below = [
        file
        for file in source.rglob("*")
        if file.parent != source and (file.suffix.lower() in _TABLES or ("--" in file.name and file.suffix == ".jsonl"))
    ]
    return sorted(file.relative_to(source).as_posix() for file in [*passed, *below])


def _files(source: Path) -> list[Path]:
    if source.is_file():
        if source.suffix.lower() not in (*_ENDINGS, ".txt"):
            raise UnreadableFile(
                f"{source.name} is no kind of file that holds codings.",
                "Give a log (.jsonl), a coding sheet (.xlsx) or a table (.csv, .tsv, .txt, .xlsx, .xlsm, .xls, .ods).",
            )
        return [source]
    if not source.is_dir():
        raise MissingFile(f"There is no folder or file {source}.", "Check the path and the folder you started in.")
    files = sorted(
        file
        for file in source.iterdir()
        if file.suffix.lower() in _ENDINGS and not file.name.startswith((".", "~$")) and file.name != "coders.csv"
    )
    if not files:
        raise EmptyFile(
            f"The folder {source} holds no codings (.jsonl logs, .xlsx sheets or .csv tables).",
            "Code at a desk first, or put the coders' files there.",
        )
    return files


def codings_of_logs(logs: LogFolder, codebook: Codebook) -> pd.DataFrame:
    """Return the dense table of the decisions that hold.

    Raises
    ------
    UnknownCode
        With the log's line.
    """
    rows: list[tuple[object, ...]] = []
    known = set(codebook.ids)
    optional = ["start", "end", "text_hash"]
    for (coder, round_, unit), record in logs.held.items():
        given = set(record["codes"])
        seen = record.get("codes_seen") or codebook.ids
        if not known.issuperset(seen) or not known.issuperset(given):
            _require_codes([*record["codes"], *seen], codebook, logs.where[record["id"]])
        rest = (record.get("memo") or "", record.get("decided_at"), record.get("codebook_hash") or "")
        marked = _passages(record, logs.where[record["id"]])
        for code in dict.fromkeys([*seen, *record["codes"]]):
            status = "impossible" if record.get("impossible") else "present" if code in given else "absent"
            for start, end in marked.get(code) or ((None, None),):
                rows.append((unit, coder, round_, code, status, *rest, start, end, record.get("text_hash")))
    table = pd.DataFrame(rows, columns=[*_COLUMNS, *optional], dtype="object")
    return table.drop(columns=[name for name in optional if not table[name].notna().any()])


def _require_codes(codes: Iterable[str], codebook: Codebook, where: str) -> None:
    for code in codes:
        if code not in codebook:
            raise UnknownCode(
                f"{code!r} in {where} is not in {codebook.label}.{did_you_mean(code, codebook.ids)}",
                "Read with the codebook that was coded with; if the code was merged, split or renamed since, say where"
                ' that is recorded: changes="codebooks/changes.jsonl".',
            )


def _passages(record: Record, where: str) -> dict[str, list[tuple[int, int]]]:
    marked: dict[str, list[tuple[int, int]]] = {}
    for passage in record.get("passages") or ():
        try:
            marked.setdefault(passage["code"], []).append((int(passage["start"]), int(passage["end"])))
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableFile(
                f"A passage in {where} lacks code, start or end.", "Restore the file from your backup."
            ) from error
    return {code: sorted(spans) for code, spans in marked.items()}
