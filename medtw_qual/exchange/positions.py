"""Where a passage lies: code points from 0, half open, in text with LF line ends; and how other programs count."""

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Unit = Literal["code points", "UTF-16 units", "bytes"]
LineEnd = Literal["as written", "one", "two"]

_CRLF = re.compile("\r\n")
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Plain:
    """A text as it is exchanged, and where the positions of the original lie in it.

    Attributes
    ----------
    text : str
        LF line ends, no byte order mark.
    removed : list of int
        Positions in the original of the characters that are not in `text`, ascending.
    """

    text: str
    removed: Sequence[int] = field(default_factory=list)

    def place(self, position: int) -> int:
        """Turn a position in the original into one in `text`."""
        return position - bisect.bisect_left(self.removed, position)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Turn a passage of `text` into the one of the original, without a removed character at its edges."""
        shifted = [place - number for number, place in enumerate(self.removed)]
        return start + bisect.bisect_right(shifted, start), end + bisect.bisect_left(shifted, end)


def plain(text: str) -> Plain:
    r"""Make a text fit for exchange: programs disagree about CR LF, and a leading byte order mark is taken for none.

    Examples
    --------
    >>> one = plain("a\r\nb")
    >>> one.text, one.place(3)
    ('a\nb', 2)
    """
    removed = [0] if text.startswith(_BYTE_ORDER_MARK) else []
    removed += [match.start() for match in _CRLF.finditer(text)]
    body = text[1:] if text.startswith(_BYTE_ORDER_MARK) else text
    return Plain(body.replace("\r\n", "\n").replace("\r", "\n"), removed)


class Counting(NamedTuple):
    """How a program counts positions.

    Attributes
    ----------
    unit : {"code points", "UTF-16 units", "bytes"}
        An emoji is one code point (the standard's way), two units of UTF-16, four bytes of UTF-8.
    line_end : {"as written", "one", "two"}
        What the end of a line counts: as many characters as the file has there; always one (ATLAS.ti counts CR LF so);
        always two, also where the file has LF only (NVivo counts the CR LF of its own text).
    """

    unit: Unit = "code points"
    line_end: LineEnd = "as written"

    def __str__(self) -> str:
        ends = "" if self.line_end == "as written" else f", a line end counted as {self.line_end}"
        return f"{self.unit}{ends}"


STANDARD = Counting()
WAYS = tuple(Counting(unit, end) for unit, end in product(get_args(Unit), get_args(LineEnd)))


class PositionReader:
    """Turns positions in one text, counted in any way, into ours, and back."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.plain = plain(original)
        self._counted: dict[Counting, Ints] = {}
        self._ways: tuple[Counting, ...] = ()

    def counted(self, counting: Counting) -> Ints:
        """How every place of the plain text, its end included, is counted in that way."""
        if counting not in self._counted:
            self._counted[counting] = self._count(counting)
        return self._counted[counting]

    def _count(self, counting: Counting) -> Ints:
        text = self.plain.text
        letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        widths = np.ones(len(letters), dtype=np.int64)
        if counting.unit == "UTF-16 units":
            widths += letters > 0xFFFF
        elif counting.unit == "bytes":
            widths += (letters > 0x7F).astype(np.int64) + (letters > 0x7FF) + (letters > 0xFFFF)
        marked = bool(self.plain.removed) and self.original.startswith(_BYTE_ORDER_MARK)
        if counting.line_end == "two":
            widths[letters == ord("\n")] = 2
        elif counting.line_end == "as written":
            ends = np.array(self.plain.removed[1:] if marked else self.plain.removed, dtype=np.int64)
            widths[ends - np.arange(len(ends)) - marked] += 1
        lead = int(marked and counting.line_end != "one")
        return lead + np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(widths)])

    def place(self, position: int, counting: Counting) -> int:
        """Where `position`, counted in that way, lies in the plain text.

        A position within a character is where the character begins; one before the text or beyond it stays outside.
        """
        counted = self.counted(counting)
        if position < 0:
            return position
        if position > counted[-1]:
            return len(self.plain.text) + int(position - counted[-1])
        return max(int(np.searchsorted(counted, position, side="right")) - 1, 0)

    def position(self, place: int, counting: Counting) -> int:
        """How a place of the plain text is counted in that way."""
        return int(self.counted(counting)[place])

    def ways(self) -> tuple[Counting, ...]:
        """The ways of counting that can differ in this text, the standard's first."""
        if not self._ways:
            self._ways = self._differing_ways()
        return self._ways

    def _differing_ways(self) -> tuple[Counting, ...]:
        text = self.plain.text
        highest = max(text, default="")
        units = ["code points"]
        units += ["UTF-16 units"] if highest > "\uffff" else []
        units += ["bytes"] if highest > "\x7f" else []
        has_pairs = _CRLF.search(self.original) is not None or self.original.startswith(_BYTE_ORDER_MARK)
        ends = ["as written", *(["one"] if has_pairs else []), *(["two"] if text.count("\n") else [])]
        return tuple(way for way in WAYS if way.unit in units and way.line_end in ends)
