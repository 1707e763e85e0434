"""The form of a model's answer: one status and a short reason for each code, and what is wrong with an answer."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from medtw_qual.schemas import STATUS

REASONS = ("after", "before", "none")
LONGEST_REASON = 200  # characters
CHECK = "check"

# What can be wrong with an answer. The unit is asked once more and then stands as failed.
FAULTS = (
    "empty", "refusal", "cut off", "not JSON", "wrong shape", "missing code", "unknown code", "repeated code",
    "wrong status", "wrong check word", "rejected by the server",
)  # fmt: skip

# How models put it when they decline in plain words. A guess, used only where the text is no JSON at all.
_DECLINED = re.compile(
    r"\W*(?:I(?:'|’)?m (?:really )?sorry|I am sorry|Sorry|I can(?:'|’)?t|I cannot|I(?:'|’)?m (?:not able|unable)"
    r"|I am (?:not able|unable)|As an AI|I must decline|I won(?:'|’)?t)\b",
    re.IGNORECASE,
)
_FENCED = re.compile(r"\s*```(?:json)?\s*\n(.*)\n\s*```\s*", re.DOTALL)


@dataclass(frozen=True)
class Reading:
    """What an answer says, once it was read.

    Attributes
    ----------
    statuses : mapping
        Code -> present, absent or impossible; empty where the answer has a fault.
    reasons : mapping
        Code -> the model's reason; only where it gave one.
    fault : str
        What is wrong with the answer, one of `FAULTS`; empty: nothing.
    detail : str
        Where it is wrong, in words.
    """

    statuses: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    detail: str = ""


def answer_schema(codes: Sequence[str], reasons: str = "after", check: bool = True) -> dict[str, Any]:
    """Return the JSON schema of an answer.

    Parameters
    ----------
    codes : sequence of str
        The codes' ids, in the order in which the model is asked about them.
    reasons : {"after", "before", "none"}
        Where each reason stands, before or after the status it is about.
    check : bool
        Whether the answer begins with the unit's check word.

    Returns
    -------
    dict
        An object with one property a code; nothing else is allowed.
    """
    status: dict[str, Any] = {"status": {"type": "string", "enum": list(STATUS)}}
    reason: dict[str, Any] = {"reason": {"type": "string", "maxLength": LONGEST_REASON}}
    parts: dict[str, dict[str, Any]] = {"after": status | reason, "before": reason | status, "none": status}
    inside = parts[reasons]
    decision = {"type": "object", "properties": inside, "required": list(inside), "additionalProperties": False}
    # The pattern leaves the word open: a word that the schema dictated would prove nothing.
    first: dict[str, Any] = {CHECK: {"type": "string", "pattern": "^[a-z]{5}$"}} if check else {}
    properties = first | {code: decision for code in codes}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def read_answer(text: str, codes: Sequence[str], check_word: str = "", finish: str = "") -> Reading:
    """Read an answer, or say what is wrong with it. Nothing is repaired or guessed.

    Parameters
    ----------
    text : str
        What the model wrote. A fence of backticks around the whole is taken off; nothing else is.
    codes : sequence of str
        The codes that were asked about.
    check_word : str
        The word with which the answer has to begin; empty: none.
    finish : str
        Why the server says the answer ended (``stop``, ``length``, ``content_filter``).

    Returns
    -------
    Reading

    Examples
    --------
    >>> read_answer('{"thanks": {"status": "present", "reason": "says thank you"}}', ["thanks"]).statuses
    {'thanks': 'present'}
    >>> read_answer('{"thanks": {"status": "Present"}}', ["thanks"]).fault
    'wrong status'
    """
    if finish == "content_filter":
        return Reading(fault="refusal", detail="the server's filter withheld the answer")
    if not text.strip():
        return Reading(fault="cut off" if finish == "length" else "empty", detail="no words")
    fenced = _FENCED.fullmatch(text)
    body = fenced[1] if fenced else text
    repeated: list[str] = []
    try:
        content = json.loads(body, object_pairs_hook=lambda pairs: _object(pairs, repeated))
    except (json.JSONDecodeError, RecursionError) as error:
        return Reading(fault=_no_json(body, finish), detail=str(error)[:80])
    if repeated:
        return Reading(fault="repeated code", detail=", ".join(sorted(set(repeated)))[:80])
    if not isinstance(content, dict):
        return Reading(fault="wrong shape", detail=f"a {type(content).__name__} where an object was asked for")
    return _decisions(content, codes, check_word)


def _object(pairs: list[tuple[str, Any]], repeated: list[str]) -> dict[str, Any]:
    """Build an object and note keys that stand in it twice: which of the two counts would be a guess."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            repeated.append(key)
        found[key] = value
    return found


def _no_json(text: str, finish: str) -> str:
    if finish == "length" or (text.lstrip().startswith("{") and not text.rstrip().endswith("}")):
        return "cut off"
    return "refusal" if _DECLINED.match(text) else "not JSON"


def _decisions(content: Mapping[str, Any], codes: Sequence[str], check_word: str) -> Reading:
    wanted = {CHECK, *codes} if check_word else set(codes)
    if check_word and content.get(CHECK) != check_word:
        return Reading(fault="wrong check word", detail=f"{str(content.get(CHECK))[:20]!r}, not {check_word!r}")
    unknown = [key for key in content if key not in wanted]
    if unknown:
        return Reading(fault="unknown code", detail=str(unknown[0])[:60])
    missing = [code for code in codes if code not in content]
    if missing:
        return Reading(fault="missing code", detail=missing[0])
    statuses, reasons = {}, {}
    for code in codes:
        said = content[code]
        if not isinstance(said, dict) or not set(said) <= {"status", "reason"} or "status" not in said:
            return Reading(fault="wrong shape", detail=f"code {code}")
        if not isinstance(said["status"], str) or said["status"] not in STATUS:
            return Reading(fault="wrong status", detail=f"code {code}: {str(said['status'])[:40]!r}")
        if not isinstance(said.get("reason", ""), str):
            return Reading(fault="wrong shape", detail=f"code {code}: the reason is no text")
        statuses[code] = said["status"]
        if said.get("reason"):
            reasons[code] = said["reason"]
    return Reading(statuses, reasons)
