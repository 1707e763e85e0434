"""What a coder decided about a unit; what the format has no word for goes into variables, and comes out of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson
import pandas as pd

from medtw_qual.codebook.codebook import Codebook
from medtw_qual.exchange.project_users import Person, parsed_user
from medtw_qual.exchange.refi_project import Skipped
from medtw_qual.exchange.variable_values import as_time

DECIDED, IMPOSSIBLE = "decided", "impossible"
_DECIDED_ON = "decided on"
_NAME = re.compile(r"(?P<what>decision|time|codebook) of (?P<user>.+)")


@dataclass
class Decision:
    """What one coder decided about one unit in one round.

    Attributes
    ----------
    user : str
        The coder and round as a user of the project.
    coder : str
        The short name of the coder.
    memos : list of str
        What the coder noted on the unit, once each.
    seen : list of str
        Codes decided about, in the codebook's order where the codings have it.
    impossible : list of str
        Those of them that could not be decided.
    decided_at : Timestamp or None
        When, for the codes that are not present.
    codebook_hash : str
    marks : dict
        For each place (start, end; None for the whole unit) the codes that are present there, with their time.
    """

    user: str
    coder: str
    memos: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    impossible: list[str] = field(default_factory=list)
    decided_at: pd.Timestamp | None = None
    codebook_hash: str = ""
    marks: dict[tuple[int, int] | None, list[tuple[str, object]]] = field(default_factory=dict)

    @property
    def memo(self) -> str:
        """The coder's memos as one."""
        return "\n\n".join(self.memos)

    def statements(self, codebook: Codebook) -> Iterator[tuple[str, object]]:
        """The variables that say what passages cannot: names and values."""
        yield f"decision of {self.user}", self._value(codebook.ids)
        if self.decided_at is not None:
            yield f"time of {self.user}", self.decided_at
        if self.codebook_hash not in ("", codebook.hash):
            yield f"codebook of {self.user}", self.codebook_hash

    def _value(self, known: Sequence[str]) -> str:
        """A word where all codes were seen, so that a colleague can filter by it; otherwise the codes as JSON."""
        everything = set(self.seen) == set(known)
        if everything and not self.impossible:
            return DECIDED
        if everything and set(self.impossible) == set(known):
            return IMPOSSIBLE
        decided = [code for code in self.seen if code not in self.impossible]
        parts = {_DECIDED_ON: decided, IMPOSSIBLE: self.impossible}
        return orjson.dumps({word: codes for word, codes in parts.items() if codes}).decode()


class Statement(NamedTuple):
    """What a unit's variables say of a decision.

    Attributes
    ----------
    decided, impossible : tuple of str
        Codes that the coder could decide about, and could not.
    moment : Timestamp or None
        When, for the codes that are not present.
    codebook_hash : str
        Empty: the project's codebook.
    """

    decided: tuple[str, ...] = ()
    impossible: tuple[str, ...] = ()
    moment: pd.Timestamp | None = None
    codebook_hash: str = ""


def is_statement(name: str) -> bool:
    """Whether a variable of that name is part of a decision."""
    return person_of(name) is not None


def person_of(name: str) -> tuple[Person, bool] | None:
    """Whose decision a variable is part of, and whether that is a machine; None for any other variable."""
    match = _NAME.fullmatch(name)
    return parsed_user(match["user"]) if match else None


def stated_in(
    unit: str, facts: Mapping[str, object], known: tuple[str, ...], skipped: Skipped
) -> dict[Person, Statement]:
    """What a unit's variables say, by person."""
    found: dict[Person, Statement] = {}
    for name, fact in facts.items():
        match, who = _NAME.fullmatch(name), person_of(name)
        if match is None or who is None:
            continue
        stated = found.get(who[0], Statement())
        if match["what"] == "time":
            stated = stated._replace(moment=fact if isinstance(fact, pd.Timestamp) else as_time(str(fact).strip()))
        elif match["what"] == "codebook":
            stated = stated._replace(codebook_hash=str(fact))
        elif (codes := _codes_of(str(fact).strip(), known)) is not None:
            stated = stated._replace(decided=codes[0], impossible=codes[1])
        else:
            skipped.add("decision", f"{name}, {unit}: {fact}", "its value is none that this package writes")
        found[who[0]] = stated
    return found


def _codes_of(value: str, known: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The codes that were decided about, and those that could not be decided."""
    if value in (DECIDED, IMPOSSIBLE):
        return (known, ()) if value == DECIDED else ((), known)
    try:
        parts = orjson.loads(value)
        return tuple(map(str, parts.get(_DECIDED_ON, ()))), tuple(map(str, parts.get(IMPOSSIBLE, ())))
    except (orjson.JSONDecodeError, AttributeError, TypeError):
        return None
