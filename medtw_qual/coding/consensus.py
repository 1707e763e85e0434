"""From several coders' decisions to one: what they agreed on, and what they decided where they had not."""

import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual._base.table_files import empty_table, validate_table
from medtw_qual.coding.consensus_log import (
    RULES,
    CodebookHistory,
    StandingDecision,
    consensus_notes,
    evidence_notes,
    read_consensus_log,
)
from medtw_qual.coding.unit_statuses import CodedUnit, by_unit
from medtw_qual.errors import InvalidArgument, did_you_mean
from medtw_qual.schemas import CONSENSUS

_COLUMNS = [column.name for column in CONSENSUS.columns]
Row = tuple[Any, ...]


def build_consensus(
    codings: pd.DataFrame,
    decisions: str | Path | None = None,
    *,
    round: str | int | None = None,
    rule: str | None = None,
    changes: str | Path | None = None,
) -> pd.DataFrame:
    """Bring the coders' decisions together into one decision for each unit and code.

    Where all coders of a unit gave the same codes, these are the consensus (basis "agreed"); what one person alone
    coded stands as it is ("single coded"). Where they differ, people decide: a record in the log of decisions says
    what, on which basis, why and by whom; an undecided unit is left out. A `rule` that was declared beforehand may
    stand in for people on units that nobody decided. Where people coded, a model (`coder_kind`) has no say: its
    decisions are set aside here.

    Decisions follow recorded changes of the codebook as codings do. A coder who joins, leaves or is renamed after a
    decision is named in the notes and the decision holds. Where a coder decided anew and all agree now, the decision
    holds no more: their agreement does.

    Parameters
    ----------
    codings : DataFrame
        `schemas.CODINGS`, as `read_codings` returns them; they are never changed: agreement is always that of before
        the discussion.
    decisions : str or Path, optional
        The log (.jsonl), one record a decision: id, unit_id, codes, basis ("discussed", "third person", "agreed",
        "single coded"), reason, decided_by, decided_at, codebook_hash. The last decision on a unit holds.
    round : str or int, optional
        Take this round only; needed where a coder coded a unit in several rounds.
    rule : {"majority", "unanimous"}, optional
        "majority": a code has the status that more than half of those who judged it gave; a unit with a tie stays open.
        "unanimous": a code is present where every coder who judged it gave it, else absent. Default: no rule.
    changes : str or Path, optional
        The log of changes of the codebook that decisions are to follow; default: the one that the codings were read
        with.

    Returns
    -------
    DataFrame
        `schemas.CONSENSUS`, one row per unit and code that was judged; all rows of a unit that a rule settled bear the
        rule as their basis, and how many coders gave the code as reason. ``.attrs["undecided"]`` lists the units left
        out (see also `open_disagreements`); ``.attrs["new_evidence"]`` those that a coder coded who was not there when
        they were decided; ``.attrs["notes"]`` says what is odd about the log, and who joined or left, if anything.

    Warns
    -----
    UserWarning
        When the log was cut off, lies in several conflict copies, or knows of codings that are gone; when coders joined
        or left after decisions.

    Raises
    ------
    UnknownUnit, UnknownCode
        When a decision is about a unit or a code that nobody coded.
    StaleDecision
        When a decision was taken on another codebook, or a coder changed the coding after it.
    InvalidTable
        When a decision lacks what it needs.
    InvalidArgument
        When a coder coded one unit in several rounds and none was named.

    Examples
    --------
    >>> rows = [("1", c, "1", "thanks", "present") for c in ("A", "B")] + [("2", "A", "1", "thanks", "absent")]
    >>> codings = pd.DataFrame(rows, columns=["unit_id", "coder", "round", "code", "status"])
    >>> build_consensus(codings)[["unit_id", "status", "basis"]]
      unit_id   status         basis
    0       1  present        agreed
    1       2   absent  single coded
    """
    units, settled = _units_and_decisions(codings, decisions, round, rule, changes)
    rows: list[Row] = []
    open_units = []
    for unit, entry in units.items():
        found = _decided_rows(unit, entry, settled[unit]) if unit in settled else _undecided_rows(unit, entry, rule)
        rows += found or []
        open_units += [unit] if found is None else []
    table = pd.DataFrame(rows, columns=_COLUMNS, dtype="object") if rows else empty_table(CONSENSUS)
    consensus = validate_table(table, CONSENSUS, "the consensus")
    consensus.attrs["undecided"] = open_units
    consensus.attrs |= {"same_rules": codings.attrs["same_rules"]} if codings.attrs.get("same_rules") else {}
    fresh = [unit for unit, standing in settled.items() if standing.has_new_evidence]
    consensus.attrs |= {"new_evidence": sorted(fresh)} if fresh else {}
    notes = [] if decisions is None else [*consensus_notes(decisions, codings), *evidence_notes(settled)]
    if notes:
        consensus.attrs["notes"] = notes
        for note in notes:
            warnings.warn(note, stacklevel=2)
    return consensus


def _units_and_decisions(
    codings: pd.DataFrame,
    decisions: str | Path | None,
    round_: str | int | None,
    rule: str | None,
    changes: str | Path | None,
) -> tuple[dict[str, CodedUnit], dict[str, StandingDecision]]:
    if rule is not None and rule not in RULES:
        raise InvalidArgument(f"rule is {rule!r}.{did_you_mean(rule, RULES)}", f"Use one of: {', '.join(RULES)}.")
    units = by_unit(codings, round_)
    if decisions is None:
        return units, {}
    return units, read_consensus_log(decisions, units, CodebookHistory.of(codings, changes))


def open_disagreements(
    codings: pd.DataFrame,
    decisions: str | Path | None = None,
    *,
    round: str | int | None = None,
    rule: str | None = None,
    changes: str | Path | None = None,
) -> pd.DataFrame:
    """List the units on which the coders differ and nobody has decided yet.

    Parameters
    ----------
    codings, decisions, round, rule, changes
        As for `build_consensus`; with a rule, the ties are listed.

    Returns
    -------
    DataFrame
        One row per unit and coder: unit_id, coder, codes (those given, joined by ``; ``), memo.
    """
    units, settled = _units_and_decisions(codings, decisions, round, rule, changes)
    rows = [
        (unit, coder, "; ".join(entry.given(coder)), entry.memos[coder])
        for unit, entry in units.items()
        if unit not in settled and _undecided_rows(unit, entry, rule) is None
        for coder in sorted(entry.statuses)
    ]
    return pd.DataFrame(rows, columns=["unit_id", "coder", "codes", "memo"], dtype="str")


def _undecided_rows(unit: str, entry: CodedUnit, rule: str | None) -> list[Row] | None:
    """Return the rows of a unit that nobody decided, or None where it stays open."""
    if not entry.differs:
        return _agreed_rows(unit, entry, entry.codes)
    return None if rule is None else _ruled_rows(unit, entry, rule)


def _agreed_rows(unit: str, entry: CodedUnit, codes: list[str]) -> list[Row]:
    """Rows of the codes of which all who judged them say the same."""
    rows = []
    for code in codes:
        said = entry.said(code)
        basis = "agreed" if len(said) > 1 else "single coded"
        rows.append((unit, code, said[0], basis, "", "", None, entry.codebook_hash))
    return rows


def _ruled_rows(unit: str, entry: CodedUnit, rule: str) -> list[Row] | None:
    rows: list[Row] = []
    for code in entry.codes:
        said = entry.said(code)
        status, most = Counter(said).most_common(1)[0]
        if rule == "unanimous":
            status = "present" if set(said) == {"present"} else "absent" if len(set(said)) > 1 else said[0]
        elif most * 2 <= len(said):
            return None
        reason = f"{said.count('present')} of {len(said)} coders gave it"
        rows.append((unit, code, status, rule, reason, f"the rule “{rule}”", None, entry.codebook_hash))
    return rows


def _decided_rows(unit: str, entry: CodedUnit, standing: StandingDecision) -> list[Row]:
    """Rows of a decision; of a code that it says nothing of, what all who judged it say."""
    record = standing.record
    given = set(record["codes"])
    rest = (
        record["basis"],
        record.get("reason") or "",
        record["decided_by"],
        record.get("decided_at"),
        entry.codebook_hash or record.get("codebook_hash") or "",
    )
    decided = (code for code in entry.codes if code not in standing.open_codes)
    statuses = ((code, "present" if code in given else "absent") for code in decided)
    rows = [(unit, code, "impossible" if record.get("impossible") else status, *rest) for code, status in statuses]
    alike = [code for code in entry.codes if code in standing.open_codes and len(set(entry.said(code))) == 1]
    return rows + _agreed_rows(unit, entry, alike)
