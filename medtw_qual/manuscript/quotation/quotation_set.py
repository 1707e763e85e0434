"""Quotations: what might be printed, what was decided about it, and what still waits for a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual._base.decision_log import append_record, read_log
from medtw_qual._base.hashing import hash_text
from medtw_qual._base.table_files import Column, TableSchema, validate_table
from medtw_qual._base.utc_times import format_time
from medtw_qual.errors import InvalidArgument, StaleDecision, UnknownUnit, did_you_mean
from medtw_qual.manuscript.quotation.overlap import MOST_WORDS, verbatim_overlap
from medtw_qual.manuscript.quotation.quoted_words import find_words
from medtw_qual.schemas import QUOTATION_DECISIONS

QUOTATION = "quotation"  # the kind of record that this log holds
PRINTED = tuple(decision for decision in QUOTATION_DECISIONS if decision != "withheld")
_REWORDED = ("paraphrased", "composite")
_OWN_WORDS = ("permission", "published source")
Place = tuple[int, int] | None  # code points of the unit's text, half open; None: the whole unit

# `schemas.QUOTATIONS` with what a decision rests on; undecided rows have an empty decision.
QUOTATION_LIST = TableSchema(
    "quotations",
    (
        Column("unit_id", "id", "the unit, or an id for words from elsewhere"),
        Column("code", "text", "the code it exemplifies"),
        Column("start", "whole", "where its passage begins, in code points; missing: the whole unit"),
        Column("end", "whole", "where it ends"),
        Column("original", "text", "the author's words"),
        Column("source", "text", "where the words are in print already; empty: a post of the corpus"),
        Column("text", "text", "the words as printed; empty until decided"),
        Column("decision", "text", "what allows it", allowed=("", *QUOTATION_DECISIONS)),
        Column("reason", "text", "why"),
        Column("decided_by", "text", "who"),
        Column("decided_at", "time", "when, UTC"),
        Column("attribution", "text", "what stands behind it in print"),
        Column("made_from", "list", "the units of a composite"),
        Column("n_words", "whole", "longest run of words shared with the original"),
        Column("deleted", "flag", "its post is no longer in the corpus"),
        Column("flags", "list", "what a privacy screen found"),
    ),
    ("unit_id", "code", "start", "end"),
)
QUOTATION_COLUMNS = [column.name for column in QUOTATION_LIST.columns]
_FIELDS = ("unit_id", "code", "text", "decision", "reason", "decided_by", "decided_at", "attribution", "made_from")


@dataclass(frozen=True, eq=False)
class Quotations:
    """Proposed and decided quotations of a study.

    Attributes
    ----------
    table : DataFrame
        One row per quotation: unit_id, code, start and end (the place of its passage in the unit's text; missing: the
        whole unit), original (the author's words), source (where words from elsewhere are in print already), text (as
        printed; empty until decided), decision (see `schemas.QUOTATION_DECISIONS`; empty: undecided), reason,
        decided_by, decided_at, attribution, made_from (the units of a composite), n_words (longest run shared with the
        original), deleted, flags (what a privacy screen found).
    originals : mapping
        The words of every unit in the corpus, by unit id.
    """

    table: pd.DataFrame
    originals: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        waiting = len(self.undecided())
        return f"Quotations({len(self.table)}, {len(self.printable())} may be printed, {waiting} undecided)"

    def undecided(self) -> pd.DataFrame:
        """Return the proposals that nobody has decided on yet: none of them may be printed."""
        return self.table[self.table["decision"] == ""].reset_index(drop=True)

    def printable(self) -> pd.DataFrame:
        """Return what may be printed: decided, not withheld, and not of a post that was deleted since."""
        allowed = self.table["decision"].isin(PRINTED) & ~self.table["deleted"] & (self.table["text"] != "")
        return self.table[allowed].reset_index(drop=True)

    def blocked(self) -> pd.DataFrame:
        """Return the quotations that were allowed and may not be printed any more, since their post was deleted."""
        return self.table[self.table["decision"].isin(PRINTED) & self.table["deleted"]].reset_index(drop=True)

    def decide(
        self,
        unit_id: str,
        decision: str,
        *,
        reason: str,
        decided_by: str,
        text: str = "",
        code: str = "",
        place: tuple[int, int] | None = None,
        attribution: str = "",
        made_from: Sequence[str] = (),
        log: str | Path | None = None,
        decided_at: datetime | None = None,
    ) -> "Quotations":
        """Record a decision about a quotation.

        A quotation is known by its unit, its code and its place in the unit's text: two passages of one post are two
        quotations. A decision takes the place of earlier ones on the same unit and code whose passage it overlaps.

        Parameters
        ----------
        unit_id : str
            The unit; for words from elsewhere an id of their own, such as ``published:Q1``.
        decision : {"permission", "published source", "paraphrased", "composite", "withheld"}
            What is decided: printed by permission of the author, printed since it was in print before, printed in other
            words, printed in words made of several posts, or not printed.
        reason, decided_by : str
            Why, and who; neither may be empty.
        text : str
            The words as printed. With permission they are words of the post: ``[...]`` marks what is left out, other
            words in square brackets are put in, and nothing else may differ (see `find_words`). Left out: all of the
            passage, or of the post; with a published source: the words that are in print. A paraphrase or composite
            needs its words.
        code : str
            The code it exemplifies; left out where the unit was proposed for one.
        place : (int, int), optional
            First and last place (code points of the unit's text, half open) of the passage that is decided about. Left
            out: where the words lie with permission; otherwise the whole unit.
        attribution : str
            What stands behind the quotation in print; left out with a published source: what stands there.
        made_from : sequence of str
            The units of a composite.
        log : path, optional
            Append-only log of decisions; the record is on the disk before this returns.
        decided_at : datetime, optional
            When; now by default.

        Returns
        -------
        Quotations
            A new object. Deciding the same again changes nothing and writes nothing.

        Raises
        ------
        InvalidArgument
            When a field is missing, the post does not say words that are to be printed as its author's, a paraphrase
            shares more than four words in a row with an original, or several quotations of the unit could be meant.
        UnknownUnit
            When the post is not in the corpus (any more).
        """
        code = code or self._only_code(unit_id)
        before = self._about(unit_id, code)
        proposed = before.iloc[0] if len(before) else dict.fromkeys(("original", "attribution"), "")
        in_print = decision == "published source"
        record: dict[str, Any] = {
            "unit_id": unit_id,
            "code": code,
            "text": text or self._own_words(unit_id, decision, str(proposed["original"]), place),
            "decision": decision,
            "reason": reason.strip(),
            "decided_by": decided_by.strip(),
            "attribution": attribution or (str(proposed["attribution"]) if in_print else ""),
            "made_from": list(made_from),
        }
        self._require_there(record)
        _require_decision(record)
        self._require_reworded(record)
        found = self._place(record | {"start": place[0], "end": place[1]} if place else record)
        record |= {"start": found[0], "end": found[1]} if found else {"start": None, "end": None}
        same = before[[_place_of(row) == found for row in before.itertuples()]]
        if len(same) and all(same.iloc[0][name] == record[name] for name in record if name not in ("start", "end")):
            return self
        record["original_hash"] = self._original_hash(record)
        record["decided_at"] = format_time(decided_at or datetime.now(UTC))
        if log is not None:
            append_record(log, record, QUOTATION)
        return self.with_record(record)

    def replay(self, log: str | Path) -> "Quotations":
        """Return the quotations with every decision of a log; of several about one passage the last counts.

        Parameters
        ----------
        log : str or Path
            The log of decisions about quotations.

        Raises
        ------
        StaleDecision
            When the words of a post are no longer those that were decided about.
        InvalidArgument
            When the post does not say what the log prints as its author's words.
        """
        result = self
        for record in read_log(log, QUOTATION).records:
            if record.get("decision") not in QUOTATION_DECISIONS:
                continue
            there = all(unit in self.originals for unit in _units(record))
            if there and record.get("original_hash", "") not in ("", self._original_hash(record)):
                raise StaleDecision(
                    f"The words of unit {record['unit_id']} have changed since {record.get('decided_by') or 'somebody'}"
                    " decided that they may be printed.",
                    "Look at the post again and decide anew.",
                )
            result = result.with_record(record)
        return result

    def with_record(self, record: Mapping[str, Any]) -> "Quotations":
        """Return the quotations with one recorded decision, checked and written by somebody else.

        Parameters
        ----------
        record : mapping
            A record of the log, already checked.
        """
        row = {name: record.get(name, "") for name in _FIELDS}
        place = self._place(record)
        row["start"], row["end"] = place or (None, None)
        row["made_from"] = list(record.get("made_from") or [])
        row["original"] = "\n\n".join(self.originals.get(unit, "") for unit in _units(record))
        row["deleted"] = record["decision"] != "published source" and any(
            unit not in self.originals for unit in _units(record)
        )
        known = self.table[self.table["unit_id"] == row["unit_id"]]
        row["flags"] = known["flags"].iloc[0] if len(known) else []
        row["source"] = known["source"].iloc[0] if len(known) else ""
        if row["source"]:
            row["original"] = known["original"].iloc[0]
        row["n_words"] = verbatim_overlap(str(row["text"]), str(row["original"])).n_words
        before = self._about(str(row["unit_id"]), str(row["code"]))
        replaced = before.index[[_overlap(_place_of(other), place) for other in before.itertuples()]]
        number = int(replaced[0]) if len(replaced) else len(self.table)
        added = validate_table(pd.DataFrame([row])[QUOTATION_COLUMNS], QUOTATION_LIST).set_axis([number])
        table = pd.concat([self.table.drop(index=replaced), added]).sort_index(kind="stable").reset_index(drop=True)
        return replace(self, table=table)

    def _about(self, unit_id: str, code: str) -> pd.DataFrame:
        return self.table[(self.table["unit_id"] == unit_id) & (self.table["code"] == code)]

    def _only_code(self, unit_id: str) -> str:
        """The code a unit's quotations are for, where there is only one."""
        codes = list(dict.fromkeys(self.table.loc[self.table["unit_id"] == unit_id, "code"]))
        if len(codes) > 1:
            raise InvalidArgument(
                f"There are quotations of unit {unit_id} for several codes: {', '.join(codes)}.",
                "Say which is meant: code=...",
            )
        return codes[0] if codes else ""

    def _place(self, record: Mapping[str, Any]) -> Place:
        """Where the decided passage lies in the unit's text.

        Raises
        ------
        InvalidArgument
            When the place is not in the text, or the text does not say the words.
        """
        unit = str(record["unit_id"])
        text = self._checked_against(record)
        start, end = record.get("start"), record.get("end")
        given = None if start is None or end is None else (int(start), int(end))
        if given is not None and unit in self.originals and not 0 <= given[0] < given[1] <= len(self.originals[unit]):
            raise InvalidArgument(
                f"The place {given[0]} to {given[1]} is not in the text of unit {unit}.",
                f"Its places run from 0 to {len(self.originals[unit])}.",
            )
        if record["decision"] not in _OWN_WORDS or not text:
            return given
        begin = given[0] if given else 0
        found = find_words(str(record["text"]), text[slice(*given)] if given else text)
        if found is None:
            raise InvalidArgument(
                f"{'The source in print' if unit not in self.originals else f'Unit {unit}'} does not say"
                f" {record['text']!r}.",
                "Between quotation marks stand the author's own words: [...] marks what is left out, other words in"
                " square brackets what is put in. Otherwise decide 'paraphrased'.",
            )
        if unit not in self.originals:
            return None
        return begin + found[0], begin + found[1]

    def _checked_against(self, record: Mapping[str, Any]) -> str:
        """The text that words between quotation marks must stand in; empty where the study does not hold it."""
        unit = str(record["unit_id"])
        known = self.table[self.table["unit_id"] == unit]
        in_print = str(known["original"].iloc[0]) if len(known) and known["source"].iloc[0] else ""
        return in_print or self.originals.get(unit, "")

    def _own_words(self, unit_id: str, decision: str, in_print: str, place: Place) -> str:
        """What is printed where nobody gave other words: the author's own, where the decision allows that."""
        if decision == "permission":
            text = self.originals.get(unit_id, "")
            return text[slice(*place)] if place else text
        return in_print if decision == "published source" else ""

    def _require_there(self, record: Mapping[str, Any]) -> None:
        if record["decision"] in ("published source", "withheld"):
            return
        for unit in _units(record):
            if unit not in self.originals:
                raise UnknownUnit(
                    f"The corpus has no unit {unit}: it was deleted, or never collected.",
                    "What its author took down is not quoted; withhold it, or cite a published source.",
                )

    def _require_reworded(self, record: Mapping[str, Any]) -> None:
        if record["decision"] not in _REWORDED:
            return
        for unit in _units(record):
            shared = verbatim_overlap(record["text"], self.originals[unit])
            if shared.findable:
                raise InvalidArgument(
                    f"The text shares {shared.n_words} words in a row with unit {unit}: {shared.longest!r}.",
                    f"Reword it: more than {MOST_WORDS} words in a row lead a search engine to the author.",
                )

    def _original_hash(self, record: Mapping[str, Any]) -> str:
        return hash_text("\n\n".join(self.originals.get(unit, "") for unit in _units(record)))


def _units(record: Mapping[str, Any]) -> list[str]:
    return list(record.get("made_from") or []) or [str(record["unit_id"])]


def _place_of(row: Any) -> Place:  # noqa: ANN401 - a row of itertuples
    return None if pd.isna(row.start) else (int(row.start), int(row.end))


def _overlap(one: Place, other: Place) -> bool:
    """Whether two places share anything; the whole unit shares something with every place."""
    return one is None or other is None or (one[0] < other[1] and other[0] < one[1])


def _require_decision(record: Mapping[str, Any]) -> None:
    if record["decision"] not in QUOTATION_DECISIONS:
        raise InvalidArgument(
            f"There is no decision {record['decision']!r}.{did_you_mean(str(record['decision']), QUOTATION_DECISIONS)}",
            f"Use one of: {', '.join(QUOTATION_DECISIONS)}.",
        )
    for name, what in (("reason", "Why it may or may not be printed"), ("decided_by", "Who decided")):
        if not record[name]:
            raise InvalidArgument(f"{what} is missing.", f"Give {name}=...; the decision goes into the study's record.")
    if record["decision"] != "withheld" and not record["text"]:
        raise InvalidArgument(
            f"A quotation that is {record['decision']!r} needs its words.", "Give text=..., as it is to be printed."
        )
    if record["decision"] == "composite" and len(record["made_from"]) < 2:
        raise InvalidArgument("A composite is made from at least two units.", "Name them: made_from=[...].")
