"""What the consensus desk knows and does: the units on which coders differ, a decision on each, with its reason."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual._base.decision_log import OpenLog, read_log
from medtw_qual._base.hashing import hash_json
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.coding.coders import require_known_units
from medtw_qual.coding.coding_log import new_id
from medtw_qual.coding.consensus_log import (
    BASIS_OF_PEOPLE,
    CONSENSUS_RECORD,
    CodebookHistory,
    consensus_record,
    current_decisions,
    standing_decision,
)
from medtw_qual.coding.unit_queue import DeskState, Message, Reply, UnitQueue, browser_time, describe_codes
from medtw_qual.coding.unit_statuses import by_unit
from medtw_qual.errors import InvalidArgument, StaleDecision, UnknownCode, UnknownUnit
from medtw_qual.schemas import HasUnits


class ConsensusState(DeskState):
    """The way through the units on which coders differ.

    Parameters
    ----------
    codings : DataFrame
        The coders' decisions, frozen: agreement is computed on them and never on the consensus.
    corpus : Corpus or Sample
        Where the units' texts are.
    codebook : Codebook
        The codebook in the version that applies.
    decisions : str or Path
        The log that decisions are added to.
    decided_by : str
        Who decides: the names of those in the discussion, or of the third person.
    basis : str
        What the desk offers first.
    round : str or int, optional
        The round of coding; by default the only one there is.
    changes : str or Path, optional
        The log of changes of the codebook; default: the one that the codings were read with.
    """

    def __init__(
        self,
        codings: pd.DataFrame,
        corpus: HasUnits,
        codebook: Codebook,
        decisions: str | Path,
        decided_by: str,
        *,
        basis: str = "discussed",
        round_: str | int | None = None,
        changes: str | Path | None = None,
    ) -> None:
        if not decided_by.strip():
            raise InvalidArgument("Nobody is named who decides.", "Give decided_by='KA, LB'.")
        if basis not in BASIS_OF_PEOPLE:
            raise InvalidArgument(f"basis is {basis!r}.", f"Use one of: {', '.join(BASIS_OF_PEOPLE)}.")
        self._history = CodebookHistory.of(codings, changes)
        self.codebook = codebook
        self.decided_by = decided_by
        self.path = self.place = Path(decisions)
        heads = dict(codings.attrs.get("heads", {}))
        self._log = OpenLog(self.path, CONSENSUS_RECORD, lambda: heads)
        self.bases = [basis, *(name for name in BASIS_OF_PEOPLE if name != basis)]
        self.units = {unit: coded for unit, coded in by_unit(codings, round_).items() if coded.differs}
        require_known_units(pd.Series(list(self.units), dtype="str"), corpus.units["unit_id"], "the codings")
        rows = corpus.units[corpus.units["unit_id"].isin(self.units)]
        self.texts = dict(zip(rows["unit_id"], zip(rows["text"], rows["context"], strict=True), strict=True))
        self._undone: Mapping[str, Any] = {}
        self._load()
        self.queue = UnitQueue(unit for unit in self.units if unit not in self._settled)

    def _load(self) -> None:
        """Read the decisions; one about codings that have changed since is no decision any more and is shown again."""
        self._known_ids = {record.get("id") for record in read_log(self.path, CONSENSUS_RECORD).records}
        held = {unit: record for unit, record in current_decisions(self.path).items() if unit in self.units}
        self._settled: dict[str, Mapping[str, Any]] = {}
        self.stale: dict[str, Mapping[str, Any]] = {}
        self.joined: set[str] = set()
        for unit, record in held.items():
            try:
                standing = standing_decision(record, self.units[unit], self._history)
            except (StaleDecision, UnknownCode):
                self.stale[unit] = record
                continue
            fits = not (standing.changed or standing.joined or standing.open_codes)
            (self._settled if fits else self.stale)[unit] = standing.record
            self.joined.update(standing.joined)

    @property
    def key(self) -> str:
        """Names this desk in the browser's own store."""
        return hash_json([str(self.path.resolve()), self.decided_by])[:16]

    @property
    def decided(self) -> Mapping[str, Mapping[str, Any]]:
        """The decisions that hold."""
        return self._settled

    @property
    def total(self) -> int:
        """On how many units the coders differ."""
        return len(self.units)

    def _about(self) -> Reply:
        return {
            "key": self.key,
            "mode": "consensus",
            "coder": self.decided_by,
            "title": f"Consensus: {self.codebook.title or self.codebook.label}",
            "multiple": self.codebook.multiple_codes,
            "codes": describe_codes(self.codebook),
            "bases": self.bases,
            "labels": {"memo": "Reason (m)", "none": "None of these", "impossible": "Cannot be coded"},
        }

    def _notice(self) -> str:
        stale = [unit for unit in self.stale if unit not in self._settled]
        if not stale:
            return ""
        joined = f" ({', '.join(sorted(self.joined))} joined)" if self.joined else ""
        return f"{len(stale)} decision(s) were about codings that changed since{joined}; look again and decide."

    def _view(self, kind: str) -> Reply:
        view = super()._view(kind)
        return {**view, "coders": self._sides(self.queue.current)} if view["unit"] else view

    def _sides(self, unit: str) -> list[Reply]:
        """What each coder gave the unit, and why: they meet over just this."""
        coded = self.units[unit]
        return [
            {"coder": coder, "codes": [self._name(code) for code in coded.given(coder)], "memo": coded.memos[coder]}
            for coder in sorted(coded.statuses)
        ]

    def _name(self, code: str) -> str:
        return self.codebook[code].name if code in self.codebook else code

    def _draft(self, unit: str) -> Reply:
        """What an earlier decision said, else the codes that all coders gave."""
        undone = self._undone if self._undone.get("unit_id") == unit else None
        former = undone or self._settled.get(unit) or self.stale.get(unit)
        if former:
            return {
                "codes": [code for code in former["codes"] if code in self.codebook],
                "memo": former.get("reason") or "",
                "impossible": former.get("impossible"),
                "none": not former["codes"] and not former.get("impossible"),
                "basis": former["basis"],
            }
        shared = [set(self.units[unit].given(coder)) for coder in self.units[unit].statuses]
        common = set.intersection(*shared)
        return {"codes": [code for code in self.codebook.ids if code in common], "memo": ""}

    def _decide(self, message: Message) -> Reply:
        unit = str(message.get("unit_id", ""))
        if unit not in self.units:
            raise UnknownUnit(f"The coders do not differ on unit {unit!r}.", "Open the desk on the right codings.")
        record_id = str(message.get("id") or new_id())
        if record_id not in self._known_ids:
            self._log.append(self._record(message, unit, record_id))
            self._load()
            self._undone = {}
            self.queue.settle(unit)
        return {**self._view("saved"), "id": record_id}

    def _record(self, message: Message, unit: str, record_id: str) -> Reply:
        codes = [str(code) for code in message.get("codes") or ()]
        for code in codes:
            self.codebook.require(code, "the desk's message")
        return consensus_record(
            unit,
            self.units[unit],
            [code for code in self.codebook.ids if code in codes],
            basis=str(message.get("basis", self.bases[0])),
            reason=str(message.get("memo") or ""),
            decided_by=self.decided_by,
            decided_at=browser_time(message.get("decided_at")),
            record_id=record_id,
            codebook_hash=self.codebook.hash,
            impossible=bool(message.get("impossible")),
        )

    def _undo(self, message: Message) -> Reply:
        """Take back the decision on the screen, or else the last one."""
        record_id = str(message.get("id") or new_id())
        if record_id not in self._known_ids and self._settled:
            unit = self.queue.visited or next(reversed(self._settled))
            last = self._settled[unit]
            signed = {"decided_by": self.decided_by, "decided_at": browser_time(message.get("decided_at"))}
            undo = {"id": record_id, "action": "undo", "undoes": last["id"], "unit_id": unit}
            self._log.append({**undo, **signed})
            self._load()
            self._undone = last
            self.queue.reopen(unit)
        return {**self._view("saved"), "id": record_id}
