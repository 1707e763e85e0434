"""Where a passage lies: code points from 0, half open, in text with LF line ends; and how other programs count."""

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

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
    utf16 : bool
        In units of UTF-16, so that an emoji counts two, instead of in code points as the standard says.
    joined : bool
        CR LF counts one, as ATLAS.ti writes it, instead of two.
    """

    utf16: bool
    joined: bool

    def __str__(self) -> str:
        unit = "UTF-16 units" if self.utf16 else "code points"
        return f"{unit}, CR LF counted as {'one' if self.joined else 'two'}"


class PositionReader:
    """Turns another program's positions in one text into ours."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.plain = plain(original)
        self._wide: dict[bool, list[int]] = {}

    def _wide_before(self, position: int, joined: bool) -> int:
        """How many characters before `position` count two in UTF-16."""
        if joined not in self._wide:
            self._wide[joined] = _wide_places(self.plain.text if joined else self.original)
        return bisect.bisect_left(self._wide[joined], position)

    def place(self, position: int, counting: Counting) -> int:
        """Where `position`, counted in that way, lies in the plain text."""
        if counting.utf16:
            position -= self._wide_before(position, counting.joined)
        return position if counting.joined else self.plain.place(position)

    def matches(self, quotations: Iterable[tuple[int, int, str]], counting: Counting) -> int:
        """How many quotations stand where they say, when positions are counted in that way."""
        return sum(
            _begins(self.plain.text[self.place(start, counting) : self.place(end, counting)], quotation)
            for start, end, quotation in quotations
        )


def find_counting(texts: Iterable[tuple[PositionReader, Sequence[tuple[int, int, str]]]], joined: bool) -> Counting:
    """Find how a program counts, from the quotations that it writes beside the positions.

    Parameters
    ----------
    texts : iterable of (PositionReader, sequence of (start, end, quotation))
    joined : bool
        What to take for CR LF where the quotations do not tell.

    Returns
    -------
    Counting
        Code points unless another way puts more quotations where they say.
    """
    usual = Counting(utf16=False, joined=joined)
    ways = [usual, *(Counting(*way) for way in product((False, True), repeat=2) if way != usual)]
    found = dict.fromkeys(ways, 0)
    for text, quotations in texts:
        telling = [quotation for quotation in quotations if len(quotation[2].strip()) > 2]
        for way in ways if telling else ():
            found[way] += text.matches(telling, way)
    return max(ways, key=lambda way: found[way])


def _wide_places(text: str) -> list[int]:
    """Where, counted in UTF-16 units, the characters begin that take two of them."""
    return [place + number for number, place in enumerate(i for i, letter in enumerate(text) if letter > "\uffff")]


def _begins(passage: str, quotation: str) -> bool:
    """Programs cut long quotations and end them with an ellipsis; spaces may differ."""
    expected = " ".join(quotation.removesuffix("…").removesuffix("...").split())
    return " ".join(passage.split()).startswith(expected)
