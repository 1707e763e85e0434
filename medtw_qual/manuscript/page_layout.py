"""How a table lies on a page: upright or on its side, how large its letters are, how wide each column is."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medtw_qual.manuscript.manuscript_table import ManuscriptTable

PAGE = (210.0, 297.0)  # A4, millimetres
MARGIN = 25.4
_MM_PER_POINT = 25.4 / 72
# Upright and large where it fits; then smaller, then on its side. Under 6 points nobody reads it.
_CHOICES = ((False, 10.0), (False, 9.0), (True, 10.0), (True, 9.0), (True, 8.0), (True, 7.0), (True, 6.0))
_SHORT_OF_PROSE = 0.6  # a column of prose is comfortable at this part of the way from its longest word to its wish
_WIDEST_WISH = 36
_SHORT_CELL = 14  # characters
_LONGEST_HEADING = 7.0  # ems; a longer heading over figures is broken between its words
_RAISED = 0.4  # ems that the letter of a note takes
_PAGE_FOR_ROWS = 0.8
_NARROW = frozenset("iljtfrI.,:;'’|()[]{}·! ")
_WIDE = frozenset("mwMWGOQ%@●—")


@dataclass(frozen=True)
class PageLayout:
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


def plan_layout(table: "ManuscriptTable", breadth: float = 1.0) -> PageLayout:
    """Choose the largest letters at which every word fits its column and prose has room, upright if possible.

    `breadth` says how broad the letters run in relation to Times.
    """
    needs = [_need(table, position) for position in range(len(table.columns))]
    needs = _under_spanners(table, needs, longest_word)
    wishes = [max(need, _wish(table, position)) for position, need in enumerate(needs)]
    luxuries = _luxuries(table, wishes)
    for landscape, size in _CHOICES:
        point = breadth * size * _MM_PER_POINT
        gap = _gap(len(needs), size)
        room = line_width(landscape) - gap * len(needs)
        comfortable = sum(need + _SHORT_OF_PROSE * (wish - need) for need, wish in zip(needs, wishes, strict=True))
        if comfortable * point <= room:
            break
    widths = _shared([[width * point for width in stage] for stage in (needs, wishes, luxuries)], room)
    return PageLayout(landscape, size, gap, tuple(width + gap for width in widths))


def line_width(landscape: bool) -> float:
    """Return how wide a line is, in millimetres."""
    return (max(PAGE) if landscape else min(PAGE)) - 2 * MARGIN


def lines_of(table: "ManuscriptTable", layout: PageLayout) -> list[int]:
    """Estimate on how many lines each row stands."""
    ems = [max(width - layout.gap, 1.0) / (layout.size * _MM_PER_POINT) for width in layout.widths]
    return [
        max((lines_at(text, width) for text, width in zip(row, ems, strict=True)), default=1) for row in table.cells
    ]


def lines_at(text: str, width: float) -> int:
    """Estimate on how many lines a text stands in a column of so many ems."""
    return sum(max(1, ceil(text_width(line) / width)) for line in text.splitlines() or [""])


def fits_on_page(table: "ManuscriptTable", layout: PageLayout) -> bool:
    """Say whether title, head and rows stand on one page, with room left for the note."""
    points = sum(1.2 * layout.size * lines + 3 for lines in lines_of(table, layout))
    page = (min(PAGE) if layout.landscape else max(PAGE)) - 2 * MARGIN
    return points * _MM_PER_POINT <= _PAGE_FOR_ROWS * page


def _gap(columns: int, size: float) -> float:
    return 3.6 if columns <= 8 else 2.8 if columns <= 12 else 2.4 if columns <= 20 else 0.16 * size


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
    """The longest word, so that none is broken; figures and short cells are not broken at all, nor are stubs set in."""
    breakable = table.columns[position].style.align == "left"
    need = 0.5
    for row, text in enumerate(_texts(table, position), -1):
        words = text.split() if row < 0 or (breakable and len(text) > _SHORT_CELL) else [text]
        raised = _RAISED * len(table.letters.get((row, position), ""))
        need = max([need, *(min(text_width(word), 14.0) + raised for word in words)])
    return need + (max(table.indents, default=0) if position == 0 else 0)


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


def _luxuries(table: "ManuscriptTable", wishes: list[float]) -> list[float]:
    """What to do with room that is left: every text and every heading, spanning ones too, on one line."""
    widths = [
        max(wish, *(min(text_width(text), _WIDEST_WISH * 0.5) for text in _texts(table, position)))
        if column.style.align == "left"
        else max(wish, min(text_width(column.label), _LONGEST_HEADING))
        for position, (column, wish) in enumerate(zip(table.columns, wishes, strict=True))
    ]
    return _under_spanners(table, widths, text_width)


def _under_spanners(table: "ManuscriptTable", widths: list[float], wide: Callable[[str], float]) -> list[float]:
    """Widen the columns under each heading that spans them, until what `wide` measures of its words has room."""
    widened = list(widths)
    for spanner in table.spanners:
        covered = range(spanner.first, spanner.last + 1)
        short = wide(spanner.label) - sum(widened[position] for position in covered)
        for position in covered:
            widened[position] += max(0.0, short) / len(covered)
    return widened


def longest_word(text: str) -> float:
    """Estimate how wide the longest word of a text is, in ems."""
    return max((text_width(word) for word in text.split()), default=0.0)


def _shared(stages: list[list[float]], room: float) -> list[float]:
    """Give each column what it needs, then share the rest stage by stage; squeeze only when it must be."""
    widths, *more = stages
    if sum(widths) >= room:
        return [width * room / sum(widths) for width in widths]
    for wanted in more:
        missing = [max(0.0, wish - width) for width, wish in zip(widths, wanted, strict=True)]
        share = min(1.0, (room - sum(widths)) / sum(missing)) if sum(missing) > 0 else 0.0
        widths = [width + share * lack for width, lack in zip(widths, missing, strict=True)]
    spare = room - sum(widths)
    if sum(widths) > 0.75 * room:  # a nearly full line is filled, a narrow table stays narrow
        widths = [width + spare * width / sum(widths) for width in widths]
    return widths
