"""Decisions are about words: what was coded, drawn or embedded when a unit had other words than it has today."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from medtw_qual._base.decision_log import append_record, read_log
from medtw_qual._base.hashing import hash_words
from medtw_qual._base.utc_times import utc_now
from medtw_qual.errors import InvalidArgument, UnknownUnit
from medtw_qual.study.config import StudyConfig

if TYPE_CHECKING:
    from medtw_qual.clusters import Vectors
    from medtw_qual.study.study import Study

_KIND = "confirmed words"
_DECISION = ["unit_id", "coder", "round"]


def confirmation_log(config: StudyConfig) -> str:
    """Return the log of what people confirmed, beside the log of consensus decisions."""
    return Path(config.coding.decisions or "data/decisions/consensus.jsonl").with_name("words.jsonl").as_posix()


@dataclass(frozen=True, eq=False)
class ChangedWords:
    """The units whose words have changed, as far as nobody confirmed that what was decided still holds.

    Attributes
    ----------
    hashes : mapping
        unit_id -> hash of its words today, of the units that were collected.
    drawn : mapping
        unit_id -> hash of its words when the sample was drawn, where the sample says so.
    confirmed : frozenset of (str, str)
        Units and the hash of the words for which somebody confirmed them.
    decided : DataFrame
        unit_id, coder, round of the decisions about other words.
    """

    hashes: Mapping[str, str]
    drawn: Mapping[str, str]
    confirmed: frozenset[tuple[str, str]]
    decided: pd.DataFrame

    def is_other(self, unit_id: str, written: str) -> bool:
        """Say whether a unit has other words today than those of this hash, and nobody confirmed it."""
        today = self.hashes.get(unit_id, written)
        return bool(written) and written != today and (unit_id, today) not in self.confirmed

    @property
    def units(self) -> frozenset[str]:
        """The units with decisions about other words."""
        return frozenset(self.decided["unit_id"])

    @property
    def sampled(self) -> frozenset[str]:
        """The units that had other words when they were drawn."""
        return frozenset(unit for unit, written in self.drawn.items() if self.is_other(unit, written))

    def without_decisions(self, codings: pd.DataFrame) -> pd.DataFrame:
        """Return the codings without those about other words; each has its coder's other units still."""
        if self.decided.empty:
            return codings
        gone = pd.MultiIndex.from_frame(self.decided)
        return codings[~pd.MultiIndex.from_frame(codings[_DECISION]).isin(gone)].reset_index(drop=True)

    def without_units(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table's rows about units on which no decision is set aside."""
        return table[~table["unit_id"].isin(self.units)].reset_index(drop=True) if self.units else table

    def without_vectors(self, vectors: "Vectors") -> "Vectors":
        """Return the vectors with rows of zeros (in no cluster) for units that had other words when they were made."""
        from medtw_qual.clusters import Vectors

        pairs = zip(vectors.unit_ids, vectors.text_hashes, strict=False)
        rows = [place for place, pair in enumerate(pairs) if self.is_other(*pair)]
        if not rows:
            return vectors
        array = np.array(vectors.array)
        array[rows] = 0
        note = f"Units whose words have changed since their vectors were made, and so set aside: {len(rows)}."
        return Vectors(vectors.unit_ids, array, vectors.encoder, (*vectors.notes, note), vectors.text_hashes)


def find_changed_words(study: "Study") -> ChangedWords:
    """Compare the words that were drawn and coded with those of today.

    Parameters
    ----------
    study : Study
        Samples and logs of other programs, or written by hand, hold no hashes: nothing is known of them then.

    Returns
    -------
    ChangedWords
    """
    units = study.corpus_collected.units
    hashes = dict(zip(units["unit_id"], map(hash_words, units["text"]), strict=True))
    log = read_log(study.path(confirmation_log(study.config)), _KIND)
    confirmed = frozenset((record["unit_id"], record["text_hash"]) for record in log.records)
    drawn: dict[str, str] = {}
    if study.config.sample.file and study.sample is not None and "text_hash" in study.sample.table:
        drawn = dict(zip(study.sample.table["unit_id"], study.sample.table["text_hash"], strict=True))
    none = pd.DataFrame(columns=_DECISION, dtype="str")
    known = ChangedWords(hashes, drawn, confirmed, none)
    read = study.codings_read
    if read is None:
        return known
    columns = [*_DECISION, *(["text_hash"] if "text_hash" in read else [])]
    decisions = read[columns].drop_duplicates()
    written = decisions["text_hash"] if "text_hash" in decisions else pd.Series("", index=decisions.index)
    written = written.where(written != "", [drawn.get(unit, "") for unit in decisions["unit_id"]])
    other = [known.is_other(unit, text) for unit, text in zip(decisions["unit_id"], written, strict=True)]
    return ChangedWords(hashes, drawn, confirmed, decisions.loc[other, _DECISION].reset_index(drop=True))


def confirm_words(study: "Study", unit_id: str, reason: str, decided_by: str) -> None:
    """Record that what was decided about a unit holds for its words of today.

    Parameters
    ----------
    study : Study
    unit_id : str
        The unit; it must have been collected.
    reason, decided_by : str
        Why the decisions still hold (only a link was unfolded, say), and who looked.

    Raises
    ------
    UnknownUnit
        When the corpus has no such unit.
    InvalidArgument
        When reason or person is missing.
    """
    hashes = study.changed_words.hashes
    if unit_id not in hashes:
        raise UnknownUnit(f"There is no unit {unit_id!r} in this corpus.", "See study.changed_words.units.")
    if not reason.strip() or not decided_by.strip():
        raise InvalidArgument("A confirmation needs a reason and who decides.", "Give both: they stand in the log.")
    if (unit_id, hashes[unit_id]) not in study.changed_words.confirmed:
        record = {"unit_id": unit_id, "text_hash": hashes[unit_id], "reason": reason, "decided_by": decided_by}
        append_record(study.path(confirmation_log(study.config)), {**record, "decided_at": utc_now()}, _KIND)


def words_remarks(study: "Study") -> list[str]:
    """Say how many decisions and vectors are set aside because words have changed, and what can be done."""
    changed = study.changed_words
    said = []
    if changed.units:
        n = len(changed.units)
        said.append(
            f"The words of {n:,} coded {'unit have' if n == 1 else 'units have'} changed since"
            f" {len(changed.decided):,} decision(s) were taken: these are set aside, in every table. Look at them"
            " (study.changed_words.units), then code them again at the desk, or confirm that the decisions still hold:"
            " study.confirm_words(unit_id, reason, decided_by)."
        )
    elsewhere = len(changed.sampled - changed.units)
    if elsewhere:
        said.append(f"{elsewhere:,} sampled unit(s) have other words than when the sample was drawn.")
    if not study.vectors_missing:
        said += [note for note in study.vectors.notes if "words have changed" in note]
    return said
