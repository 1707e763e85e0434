"""The log of consensus decisions: what a record holds, which decision holds for a unit, and whether it still fits.

A decision was about what the coders had given and about one version of the codebook. It follows recorded changes of the
codebook; a coder who joins, leaves or is renamed is named; where a coder decided anew, the unit is looked at again.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual._base.decision_log import heads_followed, read_log
from medtw_qual._base.log_content import shortened_logs, words_of_shortened
from medtw_qual.codebook.revision import read_changes
from medtw_qual.coding.codebook_changes import followed_changes
from medtw_qual.coding.stated_codes import StatedCodes
from medtw_qual.coding.unit_statuses import CodedUnit
from medtw_qual.errors import InvalidArgument, InvalidTable, StaleDecision, UnknownCode, UnknownUnit, did_you_mean
from medtw_qual.schemas import BASIS

CONSENSUS_RECORD = "consensus"  # the kind of record that the log of decisions holds
RULES = ("majority", "unanimous")
BASIS_OF_PEOPLE = tuple(basis for basis in BASIS if basis not in RULES)
_MOST_CODERS = 10  # of whom any may have joined; more on one unit, and the hash alone cannot say in time
NEEDS_REASON = ("discussed", "third person")


@dataclass(frozen=True)
class CodebookHistory:
    """What is known of earlier versions: the recorded changes, and the versions that have the present rules."""

    changes: Sequence[Mapping[str, Any]] = ()
    same_rules: Collection[str] = ()

    @classmethod
    def of(cls, codings: pd.DataFrame, log: str | Path | None) -> "CodebookHistory":
        """Return the history that codings were read with, or that of a log of changes that is given."""
        known = log or codings.attrs.get("changes")
        return cls(read_changes(known) if known else (), frozenset(codings.attrs.get("same_rules", ())))


@dataclass(frozen=True)
class StandingDecision:
    """The decision that holds for a unit, in the terms of the present codebook.

    Attributes
    ----------
    record : mapping
        As it was logged, with its codes in today's terms and the place where it stands (``where``).
    open_codes : frozenset of str
        Codes that it says nothing of: they came later, or are parts of a code that was split.
    joined, left : tuple of str
        Coders of the unit who were not there when it was decided, and who are no longer.
    renamed : mapping
        Former name -> present name of a coder.
    changed : tuple of str
        Coders who have decided anew since.
    """

    record: Mapping[str, Any]
    open_codes: frozenset[str] = frozenset()
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    changed: tuple[str, ...] = ()

    @property
    def has_new_evidence(self) -> bool:
        """Whether somebody coded the unit who had not when it was decided."""
        return bool(self.joined)


def consensus_record(
    unit_id: str,
    coded: CodedUnit,
    codes: Sequence[str],
    *,
    basis: str,
    reason: str,
    decided_by: str,
    decided_at: str,
    record_id: str,
    codebook_hash: str = "",
    impossible: bool = False,
) -> dict[str, Any]:
    """Return one decision in the shape of the log, with what it was about.

    Raises
    ------
    InvalidArgument
        When the basis is none of people's, or a reason is missing where one is needed.
    """
    if basis not in BASIS_OF_PEOPLE:
        raise InvalidArgument(
            f"{basis!r} is not a basis.{did_you_mean(basis, BASIS_OF_PEOPLE)}",
            f"Use one of: {', '.join(BASIS_OF_PEOPLE)}.",
        )
    if basis in NEEDS_REASON and not reason.strip():
        raise InvalidArgument("The decision has no reason.", "Write one line: why these codes?")
    return {
        "id": record_id,
        "action": "decide",
        "unit_id": unit_id,
        "codes": list(codes),
        "codes_seen": coded.codes,
        "impossible": impossible,
        "basis": basis,
        "reason": reason.strip(),
        "decided_by": decided_by,
        "decided_at": decided_at,
        "codebook_hash": coded.codebook_hash or codebook_hash,
        "coded": {coder: coded.given(coder) for coder in sorted(coded.statuses)},
        "codings_hash": coded.hash,
    }


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


def read_consensus_log(
    path: str | Path, units: Mapping[str, CodedUnit], history: CodebookHistory
) -> dict[str, StandingDecision]:
    """Return the decision that holds for each unit, checked against what was coded; a missing file holds none.

    A decision on a unit whose coders decided anew and now agree holds no more: their agreement does.

    Raises
    ------
    UnknownUnit, UnknownCode
    StaleDecision
        When a decision was about another version, or a coder decided anew since and the coders still differ.
    """
    settled: dict[str, StandingDecision] = {}
    for unit, record in current_decisions(path).items():
        if unit not in units:
            raise UnknownUnit(
                f"The decision in {record['where']} is about unit {unit!r}, which nobody coded.",
                "Read the codings it belongs to, or the right round.",
            )
        standing = standing_decision(record, units[unit], history)
        if standing.changed and units[unit].differs:
            raise StaleDecision(
                f"A coder changed the coding of unit {unit!r} after the decision in {record['where']}.",
                "Look at the unit again at the consensus desk.",
            )
        if not standing.changed:
            settled[unit] = standing
    return settled


def standing_decision(record: Mapping[str, Any], coded: CodedUnit, history: CodebookHistory) -> StandingDecision:
    """Return a decision in the terms of the present codebook, with what has changed about its unit since.

    Raises
    ------
    UnknownCode, StaleDecision
    """
    where = record["where"]
    stated = record.get("codebook_hash") or ""
    path = followed_changes(
        stated, {*record["codes"], *record.get("codes_seen", ())}, coded.codebook_hash, history.changes
    )
    follows = bool(path) or stated in history.same_rules
    mapped = StatedCodes.of(record)
    mapped = mapped.after_all(path)
    for code in mapped.given:
        if code not in coded.codes:
            raise UnknownCode(
                f"{code!r} in {where} was not before the coders of that unit.{did_you_mean(code, coded.codes)}",
                "Correct it, or have the unit coded again with the new code.",
            )
    if stated and coded.codebook_hash and stated != coded.codebook_hash and not follows:
        raise StaleDecision(
            f"The decision in {where} was taken on another version of the codebook.",
            "Decide again on the present codings, or read the codings of that version.",
        )
    current = {**record, "codes": [code for code in coded.codes if code in mapped.given]}
    standing = StandingDecision(current, frozenset(mapped.open_codes(coded.codes)))
    about = record.get("codings_hash") or ""
    if not about or about == coded.hash:
        return standing
    return _with_evidence(standing, coded, path, mapped.seen)


def _with_evidence(
    standing: StandingDecision, coded: CodedUnit, path: Sequence[Mapping[str, Any]], seen: frozenset[str] | None
) -> StandingDecision:
    """Say who joined, left, was renamed or decided anew since a decision."""
    then = standing.record.get("coded")
    if then is None:
        return _from_hash(standing, coded, carried=bool(path))
    before = {coder: StatedCodes(frozenset(codes), None).after_all(path).given for coder, codes in then.items()}
    now = {coder: frozenset(code for code in coded.given(coder)) for coder in coded.statuses}
    if seen is not None:
        now = {
            coder: frozenset(code for code in codes if code in seen or code.startswith("("))
            for coder, codes in now.items()
        }
    known = set(before) & set(now)
    gone, new = sorted(set(before) - set(now)), sorted(set(now) - set(before))
    renamed: dict[str, str] = {}
    for former in gone:
        same = [coder for coder in new if now[coder] == before[former] and coder not in renamed.values()]
        if len(same) == 1:
            renamed[former] = same[0]
    return replace(
        standing,
        joined=tuple(coder for coder in new if coder not in renamed.values()),
        left=tuple(coder for coder in gone if coder not in renamed),
        renamed=renamed,
        changed=tuple(sorted(coder for coder in known if before[coder] != now[coder])),
    )


def _from_hash(standing: StandingDecision, coded: CodedUnit, *, carried: bool) -> StandingDecision:
    """Find who joined by the hash alone, which older records have: that of some of today's coders is theirs."""
    if carried:  # the hash is of codes that are called otherwise today
        return standing
    coders = sorted(coded.statuses)[:_MOST_CODERS]
    for n in range(len(coders) - 1, 0, -1):
        for those in combinations(coders, n):
            if coded.hash_of(those) == standing.record["codings_hash"]:
                return replace(standing, joined=tuple(coder for coder in coders if coder not in those))
    return replace(standing, changed=("a coder",))


def evidence_notes(settled: Mapping[str, StandingDecision]) -> Iterator[str]:
    """Say in sentences who joined, left or was renamed since decisions were taken."""
    for what, words in (
        (
            "joined",
            "{who} joined; {units} decided before {have} new evidence: the decisions hold, and the consensus desk shows"
            " them again.",
        ),
        ("left", "{who} no longer coded {units} decided with {who}; the decisions hold."),
    ):
        counted: dict[str, int] = {}
        for standing in settled.values():
            for coder in getattr(standing, what):
                counted[coder] = counted.get(coder, 0) + 1
        for who, n in sorted(counted.items()):
            yield words.format(who=who, units=f"{n} unit{'' if n == 1 else 's'}", have="has" if n == 1 else "have")
    names = {pair for standing in settled.values() for pair in standing.renamed.items()}
    yield from (f"{former} is now called {present}: the codings are the same." for former, present in sorted(names))
    open_units = sum(bool(standing.open_codes) for standing in settled.values())
    if open_units:
        yield (
            f"{open_units} unit(s) were decided before the codebook had all of today's codes: for those codes the"
            " coders' own decisions count."
        )


def consensus_notes(path: str | Path, codings: pd.DataFrame) -> list[str]:
    """Return what is odd about the log of decisions, and which coding logs it knew that hold less today."""
    log = read_log(path, CONSENSUS_RECORD)
    known = [heads_followed(record) for record in log.records if "follows" in record]
    heads = codings.attrs.get("heads")
    return [*log.notes, *(words_of_shortened(shortened_logs(known, heads)) if heads else ())]
