"""How a table lies on a page: upright or on its side, how large its letters are, how wide each column is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medtw_qual.manuscript.model import ManuscriptTable

PAGE = (210.0, 297.0)  # A4, millimetres
MARGIN = 25.4
_MM_PER_POINT = 25.4 / 72
# Upright and large where it fits; then smaller, then on its side. Under 6 points nobody reads it.
_CHOICES = ((False, 10.0), (False, 9.0), (True, 10.0), (True, 9.0), (True, 8.0), (True, 7.0), (True, 6.0))
_SHORT_OF_PROSE = 0.6  # a column of prose is comfortable at this part of the way from its longest word to its wish
_WIDEST_WISH = 36
_NARROW = frozenset("iljtfrI.,:;'’|()[]{}·! ")
_WIDE = frozenset("mwMWGOQ%@●—")


@dataclass(frozen=True)
class Layout:
    """How a table is set.

    Attributes
    ----------
    landscape : bool
    size : float
        Of the letters, in points.
    gap : float
        Between columns, in millimetres.
    widths : tuple of float
        Of the columns, in millimetres, gaps included; together no wider than the line.
    """

    landscape: bool
    size: float
    gap: float
    widths: tuple[float, ...]


def plan_layout(table: "ManuscriptTable") -> Layout:
    """Choose the largest letters at which every word fits its column and prose has room, upright if possible."""
    needs = [_need(table, position) for position in range(len(table.columns))]
    wishes = [max(need, _wish(table, position)) for position, need in enumerate(needs)]
    for landscape, size in _CHOICES:
        point = size * _MM_PER_POINT
        gap = _gap(len(needs), size)
        line = (max(PAGE) if landscape else min(PAGE)) - 2 * MARGIN
        room = line - gap * len(needs)
        comfortable = sum(need + _SHORT_OF_PROSE * (wish - need) for need, wish in zip(needs, wishes, strict=True))
        if comfortable * point <= room:
            break
    widths = _shared([need * point for need in needs], [wish * point for wish in wishes], room)
    return Layout(landscape, size, gap, tuple(width + gap for width in widths))


def _gap(columns: int, size: float) -> float:
    return 3.6 if columns <= 12 else 2.4 if columns <= 20 else 0.16 * size


def text_width(text: str) -> float:
    """Estimate how wide a text is in a serif font, in ems, a little too wide rather than too narrow.

    Examples
    --------
    >>> text_width("ill") < text_width("era") < text_width("MEM")
    True
    """
    return sum(0.34 if c in _NARROW else 0.92 if c in _WIDE else 0.74 if c.isupper() else 0.52 for c in text) + 0.1


def _texts(table: "ManuscriptTable", position: int) -> list[str]:
    return [table.columns[position].label, *(row[position] for row in table.cells)]


def _need(table: "ManuscriptTable", position: int) -> float:
    """The longest word, so that none is broken; figures are never broken at all, nor are stubs set in."""
    breakable = table.columns[position].style.align == "left"
    label, *cells = _texts(table, position)
    words = set(label.split()).union(*(cell.split() if breakable else [cell] for cell in cells))
    indent = max(table.indents, default=0) if position == 0 else 0
    return max((min(text_width(word), 14.0) for word in words), default=0.5) + indent


def _wish(table: "ManuscriptTable", position: int) -> float:
    """What a column of prose would like: its declared width, or its longest text up to a limit."""
    column = table.columns[position]
    if column.style.align != "left":
        return 0.0
    if column.width:
        texts = [text_width(text) for text in _texts(table, position)]
        return min(column.width * 0.5, max(texts))
    lines = [line for text in _texts(table, position) for line in text.splitlines()]
    return max((min(text_width(line), _WIDEST_WISH * 0.5) for line in lines), default=0.5)


def _shared(needs: list[float], wishes: list[float], room: float) -> list[float]:
    """Give each column what it needs, then share the rest by what each still wishes; squeeze only when it must be."""
    needed = sum(needs)
    if needed >= room:
        return [need * room / needed for need in needs]
    missing = [wish - need for need, wish in zip(needs, wishes, strict=True)]
    share = min(1.0, (room - needed) / sum(missing)) if sum(missing) > 0 else 0.0
    widths = [need + share * more for need, more in zip(needs, missing, strict=True)]
    spare = room - sum(widths)
    if sum(widths) > 0.75 * room:  # a nearly full line is filled, a narrow table stays narrow
        widths = [width + spare * width / sum(widths) for width in widths]
    return widths
