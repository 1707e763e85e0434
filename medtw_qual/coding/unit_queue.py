"""What the desks share: messages in and out, the way through the units, and looking back at what is decided.

Blindness is kept here: besides the present unit a desk sends only units that were decided at it, and only when asked.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from medtw_qual._base.utc_times import format_time, utc_now
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.errors import InvalidArgument, MedtwQualError, UnknownUnit

Message = Mapping[str, Any]
Reply = dict[str, Any]

PAGE = 20  # decided units that one list shows
_GLIMPSE = 90  # characters of a unit in that list


class UnitQueue:
    """The order in which units come up: those still ahead, and at times a decided one that is looked at again."""

    def __init__(self, ahead: Iterable[str]) -> None:
        self._ahead = deque(ahead)
        self.visited = ""

    @property
    def current(self) -> str:
        """The unit on the screen; empty when all is done."""
        return self.visited or (self._ahead[0] if self._ahead else "")

    def settle(self, unit: str) -> None:
        """Take a decided unit off the way, and go on where one was."""
        if unit in self._ahead:
            self._ahead.remove(unit)
        self.visited = ""

    def reopen(self, unit: str) -> None:
        """Put a unit that is no longer decided in front."""
        self.settle(unit)
        self._ahead.appendleft(unit)

    def later(self) -> None:
        """Put the present unit behind all others."""
        self._ahead.rotate(-1)

    def step(self, decided: list[str], by: int) -> None:
        """Go one back (-1) or forward (1) among the decided units; after the last comes the unit one was at."""
        place = (decided.index(self.visited) if self.visited in decided else len(decided)) + by
        self.visited = decided[max(place, 0)] if decided and place < len(decided) else ""


class DeskState(ABC):
    """What stands behind a desk: it answers messages and raises nothing.

    Attributes
    ----------
    codebook : Codebook
        The codebook in the version that applies.
    queue : UnitQueue
    place : Path
        Where decisions are written, for messages.
    texts : dict
        unit_id -> (text, context).
    """

    codebook: Codebook
    queue: UnitQueue
    place: Path
    texts: dict[str, tuple[str, str]]

    @property
    @abstractmethod
    def decided(self) -> Mapping[str, Mapping[str, Any]]:
        """The decision that holds for each unit, the latest last."""

    @property
    @abstractmethod
    def total(self) -> int:
        """How many units there are to decide."""

    @abstractmethod
    def _about(self) -> Reply:
        """What the desk is for, sent once."""

    @abstractmethod
    def _notice(self) -> str:
        """What the coder should know, or nothing."""

    @abstractmethod
    def _draft(self, unit: str) -> Reply | None:
        """What the fields hold when this unit comes up."""

    @abstractmethod
    def _decide(self, message: Message) -> Reply: ...

    @abstractmethod
    def _undo(self, message: Message) -> Reply: ...

    def respond(self, message: object) -> Reply:
        """Answer one message of the browser; what cannot be done is said in words, never raised.

        Parameters
        ----------
        message : mapping
            ``type`` is hello, decide (with a record's fields), undo, skip (later), back, forward, open (a decided
            unit; without ``unit_id``: the one that was left for it) or list (decided units, the latest first;
            ``words`` that they hold, ``start``).

        Returns
        -------
        dict
            A view, what was saved, a list, or a refusal; a message that no desk sends is refused, too, since a page
            that gets no answer waits for ever.
        """
        if not isinstance(message, Mapping):
            return refusal({}, InvalidArgument("This is no message of a desk.", "Run this cell again."), self.place)
        actions = {
            "hello": self._hello, "decide": self._decide, "undo": self._undo, "skip": self._skip,
            "back": self._back, "forward": self._forward, "open": self._open, "list": self._list,
        }  # fmt: skip
        action = actions.get(str(message.get("type")))
        if action is None:
            fault = InvalidArgument("This is no message of a desk.", "Run this cell again.")
            return refusal(message, fault, self.place)
        try:
            return action(message)
        except (OSError, MedtwQualError) as error:
            return refusal(message, error, self.place)
        except (TypeError, ValueError, AttributeError, LookupError, OverflowError, RecursionError) as error:
            # a field of another kind than any desk sends: the page must not wait for ever
            said = f"The desk sent something that cannot be read ({type(error).__name__}: {str(error)[:200]})."
            fault = InvalidArgument(said, "Nothing was written. Run this cell again and decide once more.")
            return refusal(message, fault, self.place)

    def _hello(self, _message: Message) -> Reply:
        return {**self._view("view"), "desk": self._about()}

    def _skip(self, _message: Message) -> Reply:
        self.queue.later()
        return self._view("view")

    def _back(self, _message: Message) -> Reply:
        self.queue.step(list(self.decided), -1)
        return self._view("view")

    def _forward(self, _message: Message) -> Reply:
        self.queue.step(list(self.decided), 1)
        return self._view("view")

    def _open(self, message: Message) -> Reply:
        unit = str(message.get("unit_id") or "")
        if unit and unit not in self.decided:
            raise UnknownUnit(f"Unit {unit!r} is not decided yet.", "It comes up in its turn.")
        self.queue.visited = unit
        return self._view("view")

    def _list(self, message: Message) -> Reply:
        words = str(message.get("words") or "").casefold().split()
        rows = [self._row(unit) for unit in reversed(list(self.decided))]
        found = [row for row in rows if all(word in " ".join(map(str, row.values())).casefold() for word in words)]
        start = max(int(message.get("start") or 0), 0)
        page = [{**row, "text": row["text"][:_GLIMPSE]} for row in found[start : start + PAGE]]
        return {"type": "list", "rows": page, "start": start, "n": len(found), "size": PAGE}

    def _row(self, unit: str) -> Reply:
        """What the list shows of a decided unit."""
        record = self.decided[unit]
        names = [self.codebook[code].name if code in self.codebook else code for code in record["codes"]]
        given = "cannot be coded" if record.get("impossible") else ", ".join(names) or "none of these"
        memo = record.get("memo") or record.get("reason") or ""
        return {"id": unit, "text": self.texts[unit][0], "codes": given, "memo": memo}

    def _view(self, kind: str) -> Reply:
        """All that leaves for the browser: the present unit and counts."""
        unit = self.queue.current
        decided = self.decided
        view: Reply = {
            "type": kind,
            "unit": None,
            "done": len(decided),
            "total": self.total,
            "can_undo": bool(decided),
            "again": bool(self.queue.visited),
            "notice": self._notice(),
            "draft": None,
        }
        if unit:
            text, context = self.texts[unit]
            view["unit"] = {"id": unit, "text": text, "context": context}
            view["draft"] = self._draft(unit)
        return view


def refusal(message: Message, error: Exception, place: Path) -> Reply:
    """Say in words why nothing was saved; where the disk was the reason, the browser tries again."""
    words = f"Not saved: {error}"
    if isinstance(error, OSError):
        words = (
            f"Not saved: {error.strerror or error} ({place})."
            " Free the disk or ask for the right to write there; your decision is kept in this browser."
        )
    again = isinstance(error, OSError)
    return {"type": "refused", "id": _sendable(message.get("id") or ""), "message": _sendable(words), "again": again}


def _sendable(value: object) -> str:
    """Return a text that can be sent: half an emoji cannot be written in UTF-8."""
    return str(value).encode("utf-8", "replace").decode("utf-8")


def browser_time(value: object) -> str:
    """Return the browser's time where it is one, else the present: the browser's clock orders its own decisions."""
    try:
        moment = datetime.fromisoformat(str(value)).astimezone(UTC)
    except ValueError:
        return utc_now()
    return format_time(moment)


def describe_codes(codebook: Codebook) -> list[dict[str, Any]]:
    """Return what the desk shows of each code, with its depth in the hierarchy."""
    parents = {code.id: code.parent for code in codebook.codes}

    def depth(code: str) -> int:
        steps = 0
        while (code := parents.get(code, "")) and steps < len(parents):
            steps += 1
        return steps

    fields = ("id", "name", "brief", "definition", "include_when", "exclude_when", "typical", "close_but_no")
    return [{**{name: getattr(code, name) for name in fields}, "depth": depth(code.id)} for code in codebook.codes]
