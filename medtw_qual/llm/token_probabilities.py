"""How sure a model was of each status: from the log-probabilities of the tokens with which its words began."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from medtw_qual.schemas import STATUS


def status_probabilities(
    text: str, tokens: Sequence[Mapping[str, Any]], codes: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Return for each code the probability of each status, where the server gave log-probabilities.

    At the first token of a status the listed alternatives are gathered by the status they begin; the three are then
    scaled to sum to one, so that what the form of the answer did not allow counts for nothing. A status of which no
    beginning is listed has at most the probability of the least likely token listed, and is given that.

    Parameters
    ----------
    text : str
        The answer.
    tokens : sequence of mapping
        token, logprob and top_logprobs, in order, as the chat-completions form has them.
    codes : sequence of str

    Returns
    -------
    dict
        Code -> status -> probability; empty where the tokens do not spell the answer.
    """
    places = _token_starts(text, tokens)
    if not places:
        return {}
    found = {}
    for code in codes:
        begin = _status_start(text, code)
        token = next((token for start, end, token in places if start <= begin < end), None) if begin >= 0 else None
        if token is not None:
            start = next(start for start, _, other in places if other is token)
            shares = _shares(token, text[start:begin])
            if shares:
                found[code] = shares
    return found


def _token_starts(text: str, tokens: Sequence[Mapping[str, Any]]) -> list[tuple[int, int, Mapping[str, Any]]]:
    """Return where each token lies in the answer; nothing where they do not spell it."""
    places, at = [], 0
    for token in tokens:
        word = token.get("token")
        if not isinstance(word, str):
            return []
        if not text.startswith(word, at):
            if at >= len(text):  # the mark of the end has a token and no words
                break
            return []
        places.append((at, at + len(word), token))
        at += len(word)
    return places if at >= len(text) else []


def _status_start(text: str, code: str) -> int:
    """Return where the status of a code begins, behind its quotation mark; -1 where there is none."""
    at = text.find(f"{json.dumps(code, ensure_ascii=False)}")
    at = text.find('"status"', at) if at >= 0 else -1
    at = text.find(":", at) if at >= 0 else -1
    at = text.find('"', at) if at >= 0 else -1
    return at + 1 if at >= 0 else -1


def _shares(token: Mapping[str, Any], before: str) -> dict[str, float]:
    listed = list(token.get("top_logprobs") or [])
    logs = [float(entry["logprob"]) for entry in listed if isinstance(entry.get("logprob"), int | float)]
    chosen = token.get("logprob")
    if not logs or not isinstance(chosen, int | float):
        return {}
    listed = [*listed, token] if token.get("token") not in {entry.get("token") for entry in listed} else listed
    least = math.exp(min(logs))
    weight = dict.fromkeys(STATUS, 0.0)
    for entry in listed:
        word = str(entry.get("token", ""))
        begun = word[len(before) :] if word.startswith(before) else ""
        for status in STATUS:
            if begun and (status.startswith(begun) or begun.startswith(status)):
                weight[status] += math.exp(float(entry["logprob"]))
    weight = {status: share or least for status, share in weight.items()}
    total = sum(weight.values())
    return {status: share / total for status, share in weight.items()} if total > 0 else {}
