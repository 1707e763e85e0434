"""From the log to a model's codings: every decision read again from the raw answer, failures and all."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual._base.hashing import hash_json
from medtw_qual._base.table_files import validate_table
from medtw_qual.errors import InvalidTable, MissingFile
from medtw_qual.llm.answer_form import read_answer
from medtw_qual.llm.answer_log import AnswerLog, Record
from medtw_qual.llm.coding_prompt import question_from, text_hash
from medtw_qual.llm.model_coding import QUESTIONS
from medtw_qual.schemas import CODINGS

ROUND = "model"
STATES = ("coded", "failed", "no answer", "not asked")


@dataclass(frozen=True, eq=False)
class ModelAnswers:
    """What a model said about the units of a corpus, as far as its log goes.

    Attributes
    ----------
    coder : str
        The model's name as a coder.
    codings : DataFrame
        `schemas.CODINGS` with coder_kind "model": one row per code of each unit whose answer fitted; the model's reason
        stands as the memo. A unit that failed has no row: it is not coded.
    units : DataFrame
        One row per unit: unit_id, state ("coded", "failed", "no answer", "not asked"), fault (why, where it failed),
        attempts.
    probabilities : DataFrame
        unit_id, code, present (the probability of "present", from log-probabilities where the server gave them, else 1
        or 0 by the status), known (whether log-probabilities were given).
    settings : mapping
        The settings that the log states: prompt, model, server, parameters.
    shaping : frozenset of str
        Units that were set apart for shaping the prompt; the model is never judged on them.
    faults, troubles : mapping
        Answers that did not fit, by what was wrong with them; troubles of the server.
    first_at, last_at : str
        When the first and the last answer came.
    stale : int
        Answers about other words than the unit has now, or about units that have left the corpus; they count nowhere.
    """

    coder: str
    codings: pd.DataFrame
    units: pd.DataFrame
    probabilities: pd.DataFrame
    settings: Mapping[str, Any]
    shaping: frozenset[str]
    faults: Mapping[str, int]
    troubles: Mapping[str, int]
    first_at: str
    last_at: str
    stale: int

    def count(self, state: str) -> int:
        """Return how many units are in a state.

        Parameters
        ----------
        state : {"coded", "failed", "no answer", "not asked"}
            As in the column of `units`.
        """
        return int((self.units["state"] == state).sum())

    @property
    def failed(self) -> pd.DataFrame:
        """The units that are not coded because no answer fitted: unit_id, state, fault, attempts."""
        return self.units[self.units["state"] == "failed"].reset_index(drop=True)

    def __str__(self) -> str:
        """Say how many units are coded and how many are not, and why."""
        said = ", ".join(f"{self.count(state):,} {state}" for state in STATES)
        return f"{self.coder} ({self.settings.get('model', '')}): {said}."

    def __repr__(self) -> str:
        """Show the counts; no words of any unit."""
        return f"ModelAnswers({self})"


@dataclass
class _Found:
    """What was gathered from the log of one coder."""

    decided: dict[str, Record] = field(default_factory=dict)
    failed: dict[str, Record] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    faults: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    times: list[str] = field(default_factory=list)
    stale: int = 0


def read_answers(log: str | Path, coder: str, units: pd.DataFrame) -> ModelAnswers:
    """Read a model's codings from its log; no server is needed, and nothing in the log is taken on trust.

    Every question is made again from the prompt kept in the log and the unit's words, and every raw answer is read
    again: what does not come out as recorded is an error.

    Parameters
    ----------
    log : str or Path
        The folder of the log.
    coder : str
        The model's name as a coder.
    units : DataFrame
        unit_id, text and, where there is one, context: the units of the corpus as they are now.

    Returns
    -------
    ModelAnswers

    Raises
    ------
    MissingFile
        When the folder holds no log of this coder.
    InvalidTable
        When a record does not follow from its own raw answer, or was put to another prompt: the log was edited.
    """
    answers = AnswerLog(Path(log), coder)
    settings = answers.settings()
    if settings is None:
        raise MissingFile(
            f"{answers.folder} holds no answers of {coder!r}.", "Ask the model first: medtw-qual ask, or code_units."
        )
    if hash_json(settings["template"]) != settings["prompt_hash"]:
        raise InvalidTable(f"The prompt in the log of {coder!r} is not the one that was asked.", _RESTORE)
    contexts = units["context"] if "context" in units else [""] * len(units)
    words = dict(zip(units["unit_id"], zip(units["text"], contexts, strict=True), strict=True))
    found = _gather(answers, settings, words)
    split = answers.split()
    return ModelAnswers(
        coder, _codings(found, settings, coder), _states(found, list(units["unit_id"])), _probabilities(found),
        {key: value for key, value in settings.items() if key != "action"},
        frozenset(split["shaping"]) if split else frozenset(), dict(found.faults), dict(found.troubles),
        min(found.times, default=""), max(found.times, default=""), found.stale,
    )  # fmt: skip


_RESTORE = "Logs are written by the program only: restore this one from your backup."


def _gather(answers: AnswerLog, settings: Record, words: Mapping[str, tuple[str, str]]) -> _Found:
    found = _Found()
    hashes = {unit: text_hash(*own) for unit, own in words.items()}
    earlier: dict[str, Record] = {}
    for record in answers.records():
        if record.get("action") == "no answer" and hashes.get(record["unit_id"]) == record["text_hash"]:
            found.unanswered.add(record["unit_id"])
            found.troubles.update(record["troubles"])
        if record.get("action") != "answer":
            continue
        unit = record["unit_id"]
        if hashes.get(unit) != record["text_hash"]:
            found.stale += 1
            continue
        _require_true(record, settings, words[unit], earlier.get(unit))
        earlier[unit] = record
        found.times.append(record["at"])
        found.troubles.update(record["troubles"])
        if record["fault"]:
            found.faults[record["fault"]] += 1
            if record["attempt"] >= QUESTIONS:
                found.failed[unit] = record
        else:
            found.decided.setdefault(unit, record)
    return found


def _require_true(record: Record, settings: Record, words: tuple[str, str], before: Record | None) -> None:
    """See that a record is an answer to this prompt about these words, and says what its raw answer says."""
    question = question_from(settings["template"], record["unit_id"], *words)
    messages = question.messages
    if record["attempt"] > 1 and before is not None:
        messages = question.asked_again(before["raw"], before["fault"])
    reading = read_answer(record["raw"], question.codes, question.check_word, record["finish"])
    statuses = {} if record.get("refused") else dict(reading.statuses)
    same = (
        record["prompt_hash"] == settings["prompt_hash"]
        and record["messages_hash"] == hash_json(messages)
        and record["decision"] == statuses
        and bool(record["fault"]) == (not statuses)
    )
    if not same:
        raise InvalidTable(
            f"The answer of {record['coder']!r} about unit {record['unit_id']} does not follow from the prompt and the"
            " raw answer kept with it.",
            _RESTORE,
        )


def _codings(found: _Found, settings: Record, coder: str) -> pd.DataFrame:
    codes = [code for code, _ in settings["template"]["codes"]]
    rows = []
    for unit in sorted(found.decided):
        record = found.decided[unit]
        reasons = read_answer(record["raw"], codes, record["raw"] and _check(settings, unit), record["finish"]).reasons
        rows += [(unit, code, record["decision"][code], reasons.get(code, ""), record["at"]) for code in codes]
    table = pd.DataFrame(rows, columns=["unit_id", "code", "status", "memo", "decided_at"])
    table["decided_at"] = pd.to_datetime(table["decided_at"], utc=True)
    table = table.assign(coder=coder, round=ROUND, codebook_hash=settings["codebook_hash"], coder_kind="model")
    return validate_table(table, CODINGS, f"the answers of {coder}")


def _check(settings: Record, unit: str) -> str:
    return question_from(settings["template"], unit, "").check_word


def _states(found: _Found, units: list[str]) -> pd.DataFrame:
    return pd.DataFrame(_state_rows(found, units), columns=["unit_id", "state", "fault", "attempts"])


def _state_rows(found: _Found, units: list[str]) -> Iterator[tuple[str, str, str, int]]:
    for unit in units:
        if unit in found.decided:
            yield unit, "coded", "", int(found.decided[unit]["attempt"])
        elif unit in found.failed:
            yield unit, "failed", str(found.failed[unit]["fault"]), QUESTIONS
        else:
            yield unit, "no answer" if unit in found.unanswered else "not asked", "", 0


def _probabilities(found: _Found) -> pd.DataFrame:
    rows = []
    for unit in sorted(found.decided):
        record = found.decided[unit]
        shares = record.get("probabilities") or {}
        for code, status in record["decision"].items():
            own = shares.get(code)
            rows.append((unit, code, float(own["present"]) if own else float(status == "present"), own is not None))
    return pd.DataFrame(rows, columns=["unit_id", "code", "present", "known"])
