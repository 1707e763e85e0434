"""From several coders' decisions to one: what they agreed on, and what they decided where they had not."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual._base.decision_log import heads_followed, read_log
from medtw_qual._base.hashing import hash_json
from medtw_qual._base.log_content import shortened_logs, words_of_shortened
from medtw_qual._base.table_files import empty_table, require_columns, validate_table
from medtw_qual.errors import InvalidArgument, InvalidTable, StaleDecision, UnknownCode, UnknownUnit, did_you_mean
from medtw_qual.schemas import BASIS, CONSENSUS

_COLUMNS = [column.name for column in CONSENSUS.columns]
CONSENSUS_RECORD = "consensus"  # the kind of record that the log of decisions holds
Statuses = Mapping[str, Mapping[str, str]]  # coder -> code -> status


def build_consensus(
    codings: pd.DataFrame,
    decisions: str | Path | None = None,
    *,
    round: str | int | None = None,
) -> pd.DataFrame:
    """Bring the coders' decisions together into one decision for each unit and code.

    Where all coders of a unit gave the same codes, these are the consensus (basis "agreed"); what one person alone
    coded stands as it is ("single coded"). Where they differ, people decide: a record in the log of decisions says
    what, on which basis, why and by whom. No vote and no rule stands in for that; an undecided unit is left out. Where
    people coded, a model (`coder_kind`) has no say: its decisions are set aside here.

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

    Returns
    -------
    DataFrame
        `schemas.CONSENSUS`, one row per unit and code that was judged. ``.attrs["undecided"]`` lists the units left
        out (see also `open_disagreements`); ``.attrs["notes"]`` says what is odd about the log, if anything.

    Warns
    -----
    UserWarning
        When the log was cut off, lies in several conflict copies, or knows of codings that are gone.

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
    units = by_unit(codings, round)
    settled = read_consensus_log(decisions, units) if decisions is not None else {}
    rows: list[tuple[Any, ...]] = []
    open_units = []
    for unit, entry in units.items():
        if unit in settled:
            rows += _decided_rows(unit, entry, settled[unit])
        elif entry.differs:
            open_units.append(unit)
        else:
            rows += _agreed_rows(unit, entry)
    table = pd.DataFrame(rows, columns=_COLUMNS, dtype="object") if rows else empty_table(CONSENSUS)
    consensus = validate_table(table, CONSENSUS, "the consensus")
    consensus.attrs["undecided"] = open_units
    notes = [] if decisions is None else consensus_notes(decisions, codings)
    if notes:
        consensus.attrs["notes"] = notes
        for note in notes:
            warnings.warn(note, stacklevel=2)
    return consensus


def open_disagreements(
    codings: pd.DataFrame,
    decisions: str | Path | None = None,
    *,
    round: str | int | None = None,
) -> pd.DataFrame:
    """List the units on which the coders differ and nobody has decided yet.

    Parameters
    ----------
    codings, decisions, round
        As for `build_consensus`.

    Returns
    -------
    DataFrame
        One row per unit and coder: unit_id, coder, codes (those given, joined by ``; ``), memo.
    """
    units = by_unit(codings, round)
    settled = read_consensus_log(decisions, units) if decisions is not None else {}
    rows = [
        (unit, coder, "; ".join(entry.given(coder)), entry.memos[coder])
        for unit, entry in units.items()
        if entry.differs and unit not in settled
        for coder in sorted(entry.statuses)
    ]
    return pd.DataFrame(rows, columns=["unit_id", "coder", "codes", "memo"], dtype="str")


@dataclass(frozen=True)
class Coded:
    """What all coders said of one unit.

    Attributes
    ----------
    statuses : mapping
        coder -> code -> present, absent or impossible.
    memos : mapping
        coder -> memo.
    codebook_hash : str
        Of the codebook it was coded against; empty where the coders' differ.
    """

    statuses: Statuses
    memos: Mapping[str, str]
    codebook_hash: str

    @property
    def codes(self) -> list[str]:
        """All codes that somebody judged, in the order of the codings."""
        return list(dict.fromkeys(code for seen in self.statuses.values() for code in seen))

    @property
    def differs(self) -> bool:
        """Whether two coders said different things of a code that both saw."""
        return any(len({seen[code] for seen in self.statuses.values() if code in seen}) > 1 for code in self.codes)

    @property
    def hash(self) -> str:
        """Hash of the coders' decisions: a consensus was about these."""
        return hash_json({coder: dict(seen) for coder, seen in self.statuses.items()})

    def given(self, coder: str) -> list[str]:
        """Return the codes that this coder gave; ``(impossible)`` where the coder could not code the unit."""
        seen = self.statuses[coder]
        if "impossible" in seen.values():
            return ["(impossible)"]
        return [code for code, status in seen.items() if status == "present"]


def by_unit(codings: pd.DataFrame, round_: str | int | None = None) -> dict[str, Coded]:
    """Return every coded unit with what each coder said of it, by unit_id; of people, where people coded at all."""
    require_columns(codings, ["unit_id", "coder", "round", "code", "status"], "codings")
    codings = codings_of_people(codings)
    if round_ is not None:
        codings = codings[codings["round"].astype(str) == str(round_)]
    _require_one_round(codings)
    memos = codings["memo"] if "memo" in codings else pd.Series("", index=codings.index)
    hashes = codings["codebook_hash"] if "codebook_hash" in codings else pd.Series("", index=codings.index)
    statuses: dict[str, dict[str, dict[str, str]]] = {}
    notes: dict[str, dict[str, str]] = {}
    books: dict[str, set[str]] = {}
    columns = (codings["unit_id"], codings["coder"], codings["code"], codings["status"], memos, hashes)
    for unit, coder, code, status, memo, book in zip(*columns, strict=True):
        statuses.setdefault(unit, {}).setdefault(coder, {})[code] = status
        notes.setdefault(unit, {})[coder] = memo
        books.setdefault(unit, set()).add(book)
    return {
        unit: Coded(statuses[unit], notes[unit], next(iter(books[unit])) if len(books[unit]) == 1 else "")
        for unit in sorted(statuses)
    }


def codings_of_people(codings: pd.DataFrame) -> pd.DataFrame:
    """Return the decisions of people; all of them where no person coded, or nobody knows who is one.

    A model has no vote in what is called people's: it neither settles a unit nor opens it again.
    """
    if "coder_kind" not in codings:
        return codings
    model = codings["coder_kind"].astype("object").eq("model").to_numpy()
    return codings if model.all() or not model.any() else codings[~model]


def _require_one_round(codings: pd.DataFrame) -> None:
    rounds = codings[["unit_id", "coder", "round"]].drop_duplicates()
    twice = rounds.duplicated(["unit_id", "coder"])
    if twice.any():
        row = rounds.loc[twice.idxmax()]
        raise InvalidArgument(
            f"{row['coder']!r} coded unit {row['unit_id']!r} in more than one round.",
            f"Name one: round={row['round']!r} (there are: {', '.join(sorted(map(str, rounds['round'].unique())))}).",
        )


def read_consensus_log(path: str | Path, units: Mapping[str, Coded]) -> dict[str, Mapping[str, Any]]:
    """Return the decision that holds for each unit, checked against what was coded; a missing file holds none."""
    settled = current_decisions(path)
    for unit, decision in settled.items():
        if unit not in units:
            raise UnknownUnit(
                f"The decision in {decision['where']} is about unit {unit!r}, which nobody coded.",
                "Read the codings it belongs to, or the right round.",
            )
        require_current(decision, units[unit])
    return settled


def consensus_notes(path: str | Path, codings: pd.DataFrame) -> list[str]:
    """Return what is odd about the log of decisions, and which coding logs it knew that hold less today."""
    log = read_log(path, CONSENSUS_RECORD)
    known = [heads_followed(record) for record in log.records if "follows" in record]
    heads = codings.attrs.get("heads")
    return [*log.notes, *(words_of_shortened(shortened_logs(known, heads)) if heads else ())]


def current_decisions(path: str | Path) -> dict[str, Mapping[str, Any]]:
    """Return the decision that holds for each unit, the latest last, each with the place where it stands (``where``).

    An undo takes back the decision that it names, and the one before it holds again.

    Raises
    ------
    InvalidTable
        When a decision lacks what it needs.
    """
    log = read_log(path, CONSENSUS_RECORD)
    taken_back = {record.get("undoes") for record in log.records if record.get("action") == "undo"}
    settled: dict[str, Mapping[str, Any]] = {}
    for record, where in zip(log.records, log.places, strict=True):
        if record.get("action") == "undo" or (record.get("id") and record["id"] in taken_back):
            continue
        _require_decision(record, where)
        settled.pop(str(record["unit_id"]), None)
        settled[str(record["unit_id"])] = {**record, "where": where}
    return settled


def _require_decision(record: Mapping[str, Any], where: str) -> None:
    for name in ("unit_id", "codes", "basis", "decided_by"):
        if name not in record:
            raise InvalidTable(f"The decision in {where} has no {name!r}.", "Complete it, or decide at the desk.")
    if record["basis"] not in BASIS:
        raise InvalidTable(
            f"{record['basis']!r} in {where} is not a basis.{did_you_mean(str(record['basis']), BASIS)}",
            f"Use one of: {', '.join(BASIS)}.",
        )


def require_current(record: Mapping[str, Any], coded: Coded) -> None:
    """Say so when a decision was about another version of the codebook, or about codings that have changed since.

    Raises
    ------
    UnknownCode, StaleDecision
    """
    where = record["where"]
    for code in record["codes"]:
        if code not in coded.codes:
            raise UnknownCode(
                f"{code!r} in {where} was not before the coders of that unit.{did_you_mean(code, coded.codes)}",
                "Correct it, or have the unit coded again with the new code.",
            )
    stated = record.get("codebook_hash") or ""
    if stated and coded.codebook_hash and stated != coded.codebook_hash:
        raise StaleDecision(
            f"The decision in {where} was taken on another version of the codebook.",
            "Decide again on the present codings, or read the codings of that version.",
        )
    about = record.get("codings_hash") or ""
    if about and about != coded.hash:
        raise StaleDecision(
            f"A coder changed the coding of unit {record['unit_id']!r} after the decision in {where}.",
            "Look at the unit again at the consensus desk.",
        )


def _agreed_rows(unit: str, entry: Coded) -> list[tuple[Any, ...]]:
    rows = []
    for code in entry.codes:
        said = [seen[code] for seen in entry.statuses.values() if code in seen]
        basis = "agreed" if len(said) > 1 else "single coded"
        rows.append((unit, code, said[0], basis, "", "", None, entry.codebook_hash))
    return rows


def _decided_rows(unit: str, entry: Coded, record: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    given = set(record["codes"])
    rest = (
        record["basis"],
        record.get("reason") or "",
        record["decided_by"],
        record.get("decided_at"),
        record.get("codebook_hash") or entry.codebook_hash,
    )
    statuses = ((code, "present" if code in given else "absent") for code in entry.codes)
    return [(unit, code, "impossible" if record.get("impossible") else status, *rest) for code, status in statuses]
