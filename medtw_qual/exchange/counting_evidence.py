"""How another program counts positions, decided for every text from what its project shows."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import category, combining

from medtw_qual.exchange.positions import STANDARD, WAYS, Counting, PositionReader

# What is known of programs. NVivo for Windows holds text as UTF-16 with CR LF at the end of a line; ATLAS.ti counts CR
# LF as one character (seen in its own export of the standard's example). Label Studio marks text in a browser, whose
# strings are UTF-16; Prodigy counts as Python does.
_HABITS = (
    (re.compile(r"\bnvivo\b", re.IGNORECASE), "NVivo", Counting("UTF-16 units", "two")),
    (re.compile(r"\blabel studio\b", re.IGNORECASE), "Label Studio", Counting("UTF-16 units", "as written")),
    (re.compile(r"\bprodigy\b", re.IGNORECASE), "Prodigy", Counting("code points", "as written")),
    (re.compile(r"\batlas\.?\s?ti\b", re.IGNORECASE), "ATLAS.ti", Counting("code points", "one")),
)
_SHORTEST_QUOTATION = 3  # letters: shorter words stand everywhere
_LONG_QUOTATION = 20  # some programs cut long ones without an ellipsis
_TELLING_EDGES = 8  # from so many edges on, word edges speak against a program's known habit
_FAR_BEHIND = 0.25  # the share of edges by which a way is too much worse than the best
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3") | {chr(tone) for tone in range(0x1F3FB, 0x1F400)}
CERTAIN, SURE, LIKELY, UNDECIDED = "certain", "sure", "likely", "not decided"


class Marked(NamedTuple):
    """A passage as the file has it: positions and the words that the program wrote beside them, or nothing."""

    start: int
    end: int
    quotation: str = ""


@dataclass(frozen=True)
class Verdict:
    """How one text is counted.

    Attributes
    ----------
    counting : Counting
    evidence : str
        What decided, in words; empty: every way of counting leads to the same places.
    certainty : {"certain", "sure", "likely", "not decided", ""}
    """

    counting: Counting
    evidence: str = ""
    certainty: str = ""


class _Score(NamedTuple):
    """How well one way of counting suits a text: quotations that stand there, passages that fit, edges of words."""

    quotations: int = 0
    fitting: int = 0
    edges: int = 0


Scores = Mapping[Counting, _Score]


def habit_of(origin: str) -> tuple[str, Counting] | None:
    """The program that an origin names, and how it is known to count; None: it is not known."""
    return next(((name, way) for pattern, name, way in _HABITS if pattern.search(origin)), None)


def decide_counting(
    texts: Sequence[tuple[PositionReader, Sequence[Marked]]], origin: str = "", stated: Counting | None = None
) -> list[Verdict]:
    """Decide for every text how its positions are counted.

    The evidence, strongest first: quotations beside the positions, in this text and then in the others; whether the
    passages fit into the text at all; how the program that wrote the project is known to count (unless the edges of
    words speak plainly against it); whether passages begin and end at the edges of words. Where nothing decides, it is
    the standard's way.

    Parameters
    ----------
    texts : sequence of (PositionReader, sequence of Marked)
    origin : str
        The program that wrote the project.
    stated : Counting, optional
        What the project itself says of its positions, where this package wrote it: nothing else is asked then.

    Returns
    -------
    list of Verdict
        One for each text.
    """
    if stated is not None:
        said = Verdict(stated, "the project's own statement", CERTAIN) if stated != STANDARD else Verdict(STANDARD)
        return [said] * len(texts)
    scores = [_scores(reader, passages) for reader, passages in texts]
    total = {way: _sum([one[way] for one in scores]) for way in WAYS}
    n_edges = 2 * sum(len(passages) for _, passages in texts)
    habit = habit_of(origin)
    known = (f"{habit[0]}'s known habit", habit[1]) if habit else None
    return [
        _verdict(reader, passages, own, total, n_edges, known)
        for (reader, passages), own in zip(texts, scores, strict=True)
    ]


def _sum(scores: Sequence[_Score]) -> _Score:
    return _Score(*(sum(column) for column in zip(*scores, strict=True))) if scores else _Score()


def _verdict(
    reader: PositionReader,
    passages: Sequence[Marked],
    own: Scores,
    total: Scores,
    n_edges: int,
    known: tuple[str, Counting] | None,
) -> Verdict:
    places = {way: tuple(_placed(reader, passage, way) for passage in passages) for way in WAYS}
    left = list(WAYS)
    if len(set(places.values())) == 1:
        return Verdict(STANDARD)
    best = max(score.edges for score in total.values())
    name, habit = known or ("", None)
    # A habit is of some version of a program; where the edges of words speak plainly against it, it is not followed.
    is_plausible = habit is not None and (
        n_edges < _TELLING_EDGES or total[habit].edges >= best - _FAR_BEHIND * n_edges
    )
    criteria = (
        ("quotations in the text", CERTAIN, {way: own[way].quotations for way in WAYS}),
        ("quotations in the project", SURE, {way: total[way].quotations for way in WAYS}),
        ("passages would not fit into the text otherwise", SURE, {way: own[way].fitting for way in WAYS}),
        (name, SURE, {way: int(is_plausible and _equal(places, way, habit)) for way in WAYS}),
        ("edges of words", LIKELY, {way: total[way].edges for way in WAYS}),
        ("edges of words in the text", LIKELY, {way: own[way].edges for way in WAYS}),
    )
    for evidence, certainty, values in criteria:
        highest = max(values[way] for way in left)
        left = [way for way in left if values[way] == highest]
        if len({places[way] for way in left}) == 1:
            return Verdict(_named(left, habit), evidence, certainty)
    return Verdict(
        _named([way for way in left if places[way] == places[left[0]]], None),
        "nothing in the project tells; the standard's way was taken" if left[0] == STANDARD else "nothing tells",
        UNDECIDED,
    )


def _equal(places: Mapping[Counting, object], way: Counting, habit: Counting | None) -> bool:
    return habit is not None and places[way] == places[habit]


def _named(ways: Sequence[Counting], habit: Counting | None) -> Counting:
    """Of ways that lead to the same places, the one that is known of the program, or else the simplest."""
    return habit if habit in ways and habit is not None else ways[0]


def _placed(reader: PositionReader, passage: Marked, way: Counting) -> tuple[int, int]:
    return reader.place(passage.start, way), reader.place(passage.end, way)


def _scores(reader: PositionReader, passages: Sequence[Marked]) -> dict[Counting, _Score]:
    text = reader.plain.text
    ways = reader.ways()
    found: dict[Counting, _Score] = {}
    for way in ways:
        counted = Counter[str]()
        for passage in passages:
            start, end = _placed(reader, passage, way)
            fits = 0 <= start <= end <= len(text) and _lies_between_letters(reader, passage, way)
            counted["quotations"] += is_quoted(passage.quotation, text[max(start, 0) : max(end, 0)])
            counted["fitting"] += fits
            counted["edges"] += _clean_edges(text, start, end) if fits else 0
        found[way] = _Score(counted["quotations"], counted["fitting"], counted["edges"])
    return {way: found.get(way) or found[_like(way, ways)] for way in WAYS}


def _like(way: Counting, ways: Sequence[Counting]) -> Counting:
    """The way among those that can differ in a text which counts like `way` there."""
    units = {other.unit for other in ways}
    ends = {other.line_end for other in ways}
    return Counting(
        way.unit if way.unit in units else "code points", way.line_end if way.line_end in ends else "as written"
    )


def _lies_between_letters(reader: PositionReader, passage: Marked, way: Counting) -> bool:
    counted = reader.counted(way)
    return all(
        position <= counted[0] or counted[reader.place(position, way)] == position
        for position in (passage.start, passage.end)
    )


def _clean_edges(text: str, start: int, end: int) -> int:
    """How many of a passage's two edges lie where words begin and end."""
    if start == end:
        return 0
    begins = _is_edge(text, start) and not text[start].isspace()
    ends = _is_edge(text, end) and not text[end - 1].isspace()
    return begins + ends


def _is_edge(text: str, place: int) -> bool:
    if place in (0, len(text)):
        return True
    before, after = text[place - 1], text[place]
    if before == "\u200d" or after in _JOINERS or combining(after):
        return False  # within one emoji, or between a letter and its accent
    if category(before)[0] == category(after)[0] == "S":
        return False  # one emoji beside another: people mark the row
    return not (before.isalnum() and after.isalnum())


def is_quoted(quotation: str, passage: str) -> bool:
    """Whether a passage is the one that a program quotes: it cuts long ones and ends them with an ellipsis."""
    words = " ".join(quotation.split())
    if len(words) < _SHORTEST_QUOTATION:
        return False
    cut = words.removesuffix("…").removesuffix("...")
    stands = " ".join(passage.split())
    is_cut = cut != words or len(words) >= _LONG_QUOTATION
    return stands == words or (is_cut and bool(cut) and stands.startswith(cut.rstrip()))


def place_of(reader: PositionReader, passage: Marked, counting: Counting) -> tuple[int, int, Counting]:
    """The place of one passage: as the text is counted, unless its own quotation stands at one other place only."""
    start, end = _placed(reader, passage, counting)
    text = reader.plain.text
    if not passage.quotation or is_quoted(passage.quotation, text[max(start, 0) : max(end, 0)]):
        return start, end, counting
    others: dict[tuple[int, int], Counting] = {}
    for way in reader.ways():
        first, last = _placed(reader, passage, way)
        if is_quoted(passage.quotation, text[max(first, 0) : max(last, 0)]):
            others.setdefault((first, last), way)
    if len(others) != 1:
        return start, end, counting
    (first, last), way = next(iter(others.items()))
    return first, last, way
