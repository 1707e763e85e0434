"""Memos: dated, signed notes about units, codes, themes and the study; a proposed code is a memo of its own kind."""

from pathlib import Path

import pandas as pd

from medtw_qual._base.decision_log import append_record, read_log
from medtw_qual._base.hashing import hash_json
from medtw_qual._base.table_files import empty_table, validate_table
from medtw_qual._base.utc_times import utc_now
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.coding.coders import require_coder_name
from medtw_qual.coding.coding_log import CODING
from medtw_qual.coding.log_replay import read_logs
from medtw_qual.coding.sheet_reader import read_sheet_notes
from medtw_qual.errors import InvalidArgument, InvalidTable
from medtw_qual.schemas import MEMOS

MEMO = "memo"  # the kind of record that these logs hold
_ABOUT = next(column.allowed for column in MEMOS.columns if column.name == "about")


def add_memo(
    text: str,
    *,
    about: str,
    key: str = "",
    author: str,
    folder: str | Path = "data/memos",
    codebook: Codebook | None = None,
) -> Path:
    """Write a memo. Writing the same memo again adds nothing, so that a notebook may be run again.

    Parameters
    ----------
    text : str
        The memo itself.
    about : {"unit", "code", "theme", "study", "new code"}
        What the memo is about.
    key : str
        Id of the unit, code or theme; for a new code its proposed name; empty for the study.
    author : str
        Who writes it, by short name.
    folder : str or Path
        One append-only file per author lies there.
    codebook : Codebook, optional
        When given, a memo about a code or theme must name one of it.

    Returns
    -------
    Path
        The author's file.

    Raises
    ------
    InvalidArgument
        When the memo is empty, or about nothing.
    UnknownCode
        When the codebook has no such code.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = add_memo("Irony often hides here.", about="code", key="isolation", author="KA", folder=folder)
    ...     read_memos(folder)[["about", "key", "text", "author"]].to_dict("records")
    [{'about': 'code', 'key': 'isolation', 'text': 'Irony often hides here.', 'author': 'KA'}]
    """
    if about not in _ABOUT:
        raise InvalidArgument(f"about is {about!r}.", f"Use one of: {', '.join(_ABOUT)}.")
    if not text.strip() or (about != "study" and not key):
        raise InvalidArgument("A memo needs its words and what it is about.", "Give text= and key=.")
    if codebook is not None and about == "code":
        codebook.require(key, "the memo")
    if codebook is not None and about == "theme" and key not in {theme.id for theme in codebook.themes}:
        raise InvalidArgument(f"{codebook.label} has no theme {key!r}.", "Name a theme by its id.")
    path = Path(folder) / f"{require_coder_name(author)}--memos.jsonl"
    content = {"about": about, "key": key, "text": text, "author": author}
    identity = hash_json(content)[:16]
    if identity not in {record.get("id") for record in read_log(path, MEMO).records}:
        append_record(path, {"id": identity, **content, "date": utc_now()}, MEMO)
    return path


def read_memos(
    folder: str | Path = "data/memos", codings: str | Path | None = None, *, history: bool = False
) -> pd.DataFrame:
    """Read all memos, and those that coders wrote at their desks and in their sheets.

    Parameters
    ----------
    folder : str or Path
        Where `memo` wrote; a folder that is not there holds none.
    codings : str or Path, optional
        The folder of coding logs and sheets: memos on units (about "unit") and proposed codes (about "new code", the
        unit's id and the coder's memo in the text) are added. A sheet knows no times: its memos have no date.
    history : bool
        Also the memos and proposed codes of decisions that were taken anew or taken back later: how a reading came
        about (the audit trail of Nowell et al. 2017). Default: those of the decisions that count.

    Returns
    -------
    DataFrame
        `schemas.MEMOS`, by date, then author and key.

    Raises
    ------
    InvalidTable
        When a line is not a memo.
    """
    rows: list[dict[str, object]] = []
    for path in sorted(Path(folder).glob("*--memos.jsonl")):
        log = read_log(path, MEMO)
        for record, place in zip(log.records, log.places, strict=True):
            if any(name not in record for name in ("about", "key", "text", "author")):
                raise InvalidTable(f"{place.capitalize()} is not a memo.", "Restore the file from your backup.")
            rows.append({column.name: record.get(column.name) for column in MEMOS.columns})
    if codings is not None:
        rows += _of_coders(Path(codings), history)
    if not rows:
        return empty_table(MEMOS)
    once = pd.DataFrame(rows, dtype="object").drop_duplicates()  # a sheet that lies there twice says things once
    table = validate_table(once, MEMOS, str(folder))
    # Of one moment, what a log holds first stays first.
    return table.sort_values(["date", "author", "about", "key"], kind="stable", ignore_index=True)


def _of_coders(folder: Path, history: bool) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    logs = sorted(folder.glob("*.jsonl"))
    held = read_logs(logs).held  # also where all decisions are wanted: the logs are checked
    decisions = list(held.values())
    if history:
        records = (record for log in logs for record in read_log(log, CODING).records)
        decisions = [record for record in records if record["action"] == "decide"]
    for record in decisions:
        coder, unit = record["coder"], record["unit_id"]
        rows += _of_unit(unit, record.get("memo"), record.get("new_code"), coder, record.get("decided_at"))
    sheets = (path for path in folder.iterdir() if path.suffix.lower() == ".xlsx" and path.name[0] not in "~.")
    for path in sorted(sheets):
        for note in read_sheet_notes(path):
            rows += _of_unit(note["unit_id"], note["memo"], note["new_code"], note["coder"], None)
    return rows


def _of_unit(unit: str, words: str | None, new_code: str | None, author: str, date: object) -> list[dict[str, object]]:
    """A coder's memo on a unit, and the code proposed there."""
    rows: list[dict[str, object]] = []
    if words:
        rows.append({"about": "unit", "key": unit, "text": words, "author": author, "date": date})
    if new_code:
        proposed = f"Proposed at unit {unit}." + (f" {words}" if words else "")
        rows.append({"about": "new code", "key": new_code, "text": proposed, "author": author, "date": date})
    return rows
