"""The consensus in a workbook: what each coder gave, noted and marked side by side, and columns to decide in."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from medtw_qual._base.workbook import Sheet, write_workbook
from medtw_qual._base.workbook_reader import open_workbook
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.coding.coders import require_known_units
from medtw_qual.coding.coding_sheets import (
    ABOUT,
    CODE_COLUMN,
    CODES,
    codes_sheet,
    n_code_columns,
    row_check,
    shown_text,
)
from medtw_qual.coding.consensus import open_disagreements
from medtw_qual.coding.consensus_decisions import decide_units
from medtw_qual.coding.consensus_log import BASIS_OF_PEOPLE
from medtw_qual.coding.sheet_reader import SheetReader, sheet_named, sheet_pairs, sheet_rows
from medtw_qual.coding.unit_statuses import CodedUnit, by_unit
from medtw_qual.errors import InvalidArgument, InvalidTable
from medtw_qual.schemas import HasUnits

CONSENSUS_SHEET = "consensus"
_FREE = ("basis", "reason")
_WIDTHS = {"unit_id": 22, "text": 70, "context": 30, "reason": 40, "check": 10}


def write_consensus_sheet(
    codings: pd.DataFrame,
    corpus: HasUnits,
    codebook: Codebook,
    path: str | Path,
    *,
    decisions: str | Path | None = None,
    round: str | int | None = None,
) -> Path:
    """Write the workbook in which a team decides where its coders differ; `read_consensus_sheet` reads it back.

    Each open unit has a row: its text, and for every coder the codes given, the memo and the passages marked. Those who
    decide choose codes from a list, say the basis and write the reason; a row without codes stays open.

    Parameters
    ----------
    codings : DataFrame
        `schemas.CODINGS`, of one round.
    corpus : Corpus or Sample
        Where the texts of the units are taken from.
    codebook : Codebook
        The codebook in the version that applies.
    path : str or Path
        Ending in .xlsx. The file holds people's words: it is a working file, not one to publish.
    decisions : str or Path, optional
        The log of decisions; units that it settles are not in the workbook.
    round : str or int, optional
        The round of coding; by default the only one there is.

    Returns
    -------
    Path

    Raises
    ------
    InvalidArgument
        When nothing is open.
    UnknownUnit
        When a coded unit is not in the corpus.
    """
    units = by_unit(codings, round)
    open_units = sorted(set(open_disagreements(codings, decisions, round=round)["unit_id"]))
    if not open_units:
        raise InvalidArgument("There is no unit on which the coders differ and nobody has decided.", "Nothing to do.")
    require_known_units(pd.Series(open_units), corpus.units["unit_id"], "the codings")
    about = {
        "coders": "; ".join(sorted({coder for unit in open_units for coder in units[unit].statuses})),
        "codebook": codebook.label,
        "codebook_hash": codebook.hash,
        "units": str(len(open_units)),
        "how": "Choose codes from the lists, the basis, and write one line why. Leave rows empty that stay open.",
    }
    sheet = _decisions_sheet(open_units, units, codings, corpus, codebook)
    return write_workbook(
        path,
        [sheet, codes_sheet(codebook), Sheet(ABOUT, ["what", "value"], list(about.items()), frozen="", locked=True)],
    )


def _decisions_sheet(
    open_units: Sequence[str],
    units: Mapping[str, CodedUnit],
    codings: pd.DataFrame,
    corpus: HasUnits,
    codebook: Codebook,
) -> Sheet:
    coders = sorted({coder for unit in open_units for coder in units[unit].statuses})
    choices = [CODE_COLUMN.format(number) for number in range(1, n_code_columns(codebook) + 1)]
    texts = corpus.units.set_index("unit_id")
    marked = _marked(codings[codings["unit_id"].isin(open_units)], texts["text"])
    rows = []
    for unit in open_units:
        text, context = shown_text(texts.loc[unit, "text"]), shown_text(texts.loc[unit, "context"])
        sides: list[str] = []
        for coder in coders:
            given = units[unit].given(coder) if coder in units[unit].statuses else None
            names = ["not coded"] if given is None else [codebook.names.get(code, code) for code in given]
            sides += ["; ".join(names), units[unit].memos.get(coder, ""), marked.get((unit, coder), "")]
        rows.append([unit, text, context, *sides, *([None] * (len(choices) + len(_FREE))), row_check(unit, text)])
    return Sheet(
        CONSENSUS_SHEET,
        ["unit_id", "text", "context", *coder_columns(coders), *choices, *_FREE, "check"],
        rows,
        widths=_WIDTHS,
        frozen="B2",
        hidden=["check"],
        choices={**dict.fromkeys(choices, f"{CODES}!$A$2:$A${len(codebook) + 3}"), "basis": list(BASIS_OF_PEOPLE)},
        message="Choose from the list; see the sheet 'codes'.",
        locked=True,
        free=[*choices, *_FREE],
    )


def coder_columns(coders: Sequence[str]) -> list[str]:
    """Return the columns that show what each coder did."""
    return [f"{coder}: {what}" for coder in coders for what in ("codes", "memo", "passages")]


def _marked(codings: pd.DataFrame, texts: pd.Series) -> dict[tuple[str, str], str]:
    """(unit, coder) -> the passages marked, each with its code."""
    if "start" not in codings:
        return {}
    shown: dict[tuple[str, str], list[str]] = {}
    for row in codings[codings["start"].notna()].itertuples(index=False):
        words = str(texts.loc[row.unit_id])[int(row.start) : int(row.end)]
        shown.setdefault((row.unit_id, row.coder), []).append(f"{row.code}: “{words}”")
    return {key: "\n".join(passages) for key, passages in shown.items()}


def read_consensus_sheet(
    path: str | Path,
    codings: pd.DataFrame,
    codebook: Codebook,
    decisions: str | Path = "data/decisions/consensus.jsonl",
    *,
    decided_by: str,
    basis: str = "discussed",
    round: str | int | None = None,
) -> int:
    """Read the workbook in which a team has decided, and write what it decided into the log. Once is enough.

    Parameters
    ----------
    path : str or Path
        What `write_consensus_sheet` wrote, filled in.
    codings : DataFrame
        The codings that the workbook was written from.
    codebook : Codebook
        The codebook in the version that applies.
    decisions : str or Path
        The log that decisions are added to.
    decided_by : str
        Who decided: "KA, LB", or the third person.
    basis : str
        The basis of rows that name none.
    round : str or int, optional
        The round of coding; by default the only one there is.

    Returns
    -------
    int
        How many decisions were added.

    Raises
    ------
    UnknownCode, RoundedIds, InvalidTable
        With every odd cell; then nothing is written.
    """
    file = Path(path)
    book = open_workbook(file)
    if not {CONSENSUS_SHEET, ABOUT} <= {sheet.name for sheet in book}:
        raise InvalidTable(
            f"{file.name} is no workbook for deciding.", "Write one with mq.coding.write_consensus_sheet."
        )
    about = sheet_pairs(book, ABOUT, file.name)
    columns = ("unit_id", "text", "context", "check", *_FREE, *coder_columns(about.get("coders", "").split("; ")))
    reader = SheetReader(
        file.name, codebook, about, sheet_pairs(book, CODES, file.name), sheet=CONSENSUS_SHEET, columns=columns
    )
    reader.workbook(book)
    reader.names()
    names, rows = sheet_rows(sheet_named(book, CONSENSUS_SHEET))
    reader.head(names, rows)
    codes: dict[str, list[str] | None] = {}
    said: dict[str, dict[str, str]] = {"basis": {}, "reason": {}}
    for row in rows if not reader.oddities else ():
        decided = reader.decision(row)
        if decided is None:
            if any(row.text(name).strip() for name in _FREE):
                reader.odd(f"{row.place('reason')} has a basis or a reason and the row no code")
            continue
        unit, given, impossible = decided
        codes[unit] = None if impossible else given
        said["basis"][unit] = row.text("basis").strip().casefold() or basis
        said["reason"][unit] = row.text("reason")
    reader.finish([row.text("unit_id") for row in rows])
    return decide_units(
        codings,
        codes,
        codebook,
        decisions,
        decided_by=decided_by,
        reason=said["reason"],
        basis=said["basis"],
        round=round,
    )
