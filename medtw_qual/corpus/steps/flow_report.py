"""The flow of records in two forms: as the paragraph of a methods section, and as a chart after PRISMA."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.figure_style import PALETTE, figure_style
from medtw_qual.corpus.flow import is_note
from medtw_qual.corpus.reading_report import reading_sentences
from medtw_qual.corpus.units import by_authors

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from medtw_qual.corpus.corpus import Corpus

# A step's title in the chart, and how the paragraph says it.
_WORDS = {
    "read_corpus": ("Left out when read", ""),
    "drop_reposts": ("Reposts removed", "Reposts were removed"),
    "merge_threads": ("Threads joined", "Each thread by one author was joined into one unit"),
    "drop_duplicates": ("Copies removed", "Copies were removed"),
    "collapse_near_duplicates": ("Near duplicates joined", "Near duplicates were joined, for clustering only"),
    "keep_language": ("Left out by language", "Selection by language followed"),
    "keep_matching": ("Left out by words", "Selection by words followed"),
    "between": ("Left out by time", "Selection by time followed"),
    "sample_by": ("Not drawn", "A random draw followed"),
    "apply_screening": ("Left out by people's screening", "People then screened the units"),
    "drop_posts": ("Deleted or withdrawn since", "Posts deleted or withdrawn since were removed"),
}
_SHOWN = 6
_WIDTH = 58


@dataclass(frozen=True)
class FlowStep:
    """One step of the flow: its title and phrase, what left and why, what stayed."""

    title: str
    phrase: str
    before: int
    kept: int
    counted: str
    left: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]

    @property
    def gone(self) -> int:
        """How many left or were joined."""
        return self.before - self.kept


def steps_of(flow: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the rows of each step, in order; a step taken twice counts as two."""
    number = (flow["step"] != flow["step"].shift()).cumsum()
    return [rows for _, rows in flow.groupby(number, sort=False)]


def _flow_step(rows: pd.DataFrame) -> FlowStep:
    step, what = rows["step"].iloc[0], rows["counts_of"].iloc[0]
    title, phrase = _WORDS.get(step, (step, f"The step {step} followed"))
    gone = (rows["dropped"] + rows["merged"]).astype(int)
    left = tuple((reason, n) for reason, n in zip(rows["reason"], gone, strict=True) if n)
    notes = tuple(note for note, n in zip(rows["reason"], gone, strict=True) if not n and is_note(note))
    counted = "units" if step == "merge_threads" else "posts" if step == "read_corpus" else what
    return FlowStep(title, phrase, int(rows["before"].iloc[0]), int(rows["kept"].iloc[-1]), counted, left, notes)


def flow_text(corpus: Corpus) -> str:
    """Return the paragraph of the methods section that accounts for every record."""
    reading, *steps = [_flow_step(rows) for rows in steps_of(corpus.flow)]
    sentences = [
        _of_reading(corpus, reading),
        *reading_sentences(corpus.reading),
        *map(_sentence, steps),
        *_recall_sentence(corpus),
        _ending(corpus),
    ]
    return " ".join(sentences)


def _of_reading(corpus: Corpus, step: FlowStep) -> str:
    files = _count(len(corpus.provenance.get("sources", ())) or 1, "file")
    opening = f"The collection ({files}) held {_count(step.before, 'record')}"
    if not step.left:
        return f"{opening}, all of them posts."
    were = "was" if step.gone == 1 else "were"
    posts = _count(step.kept, step.counted)
    return f"{opening}; {step.gone:,} {were} left out when read ({_reasons(step)}), leaving {posts}."


def _sentence(step: FlowStep) -> str:
    notes = f" There were {'; '.join(step.notes)}." if step.notes else ""
    if not step.left:
        return f"{step.phrase} (n = 0).{notes}"
    return f"{step.phrase} ({_reasons(step)}), leaving {_count(step.kept, step.counted)}.{notes}"


def _reasons(step: FlowStep) -> str:
    """List the reasons, each with its number."""
    return "; ".join(f"{reason}, n = {n:,}" for reason, n in step.left)


def _recall_sentence(corpus: Corpus) -> list[str]:
    screening = corpus.provenance.get("screening")
    if not screening:
        return []
    if screening["undefined"]:
        return [f"The recall of the keywords was not estimated: {screening['undefined']}."]
    drawn, left_out = screening["screened_left_out"], screening["left_out"]
    estimate = f"{screening['recall']:.2f} (95% interval {screening['low']:.2f} to {screening['high']:.2f})"
    return [
        f"In a random sample of {drawn:,} of the {left_out:,} units that the keywords left out, people found"
        f" {screening['eligible_left_out']:,} eligible, beside {screening['eligible_found']:,} among those the keywords"
        f" found: the keywords' recall is estimated at {estimate}."
    ]


def _ending(corpus: Corpus) -> str:
    n_units, n_posts = len(corpus.units), len(corpus.posts)
    return f"The corpus holds {_count(n_units, 'unit')} ({_count(n_posts, 'post')} by {by_authors(corpus)})."


def _count(number: int, word: str) -> str:
    word = word.removesuffix("s")
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def flow_chart(corpus: Corpus) -> Figure:
    """Draw the flow of records: boxes for what there was, and between them, at the right, what left and why.

    After PRISMA 2020 (Page et al. 2021, BMJ 372:n71), from records to units of analysis.

    Parameters
    ----------
    corpus : Corpus
        The corpus.
    """
    from matplotlib.figure import Figure

    steps = [_flow_step(rows) for rows in steps_of(corpus.flow)]
    states = [["Records in the collection", f"(n = {steps[0].before:,})"], *map(_state, steps[:-1]), _last(corpus)]
    sides = [_side(step) for step in steps]
    gaps = [max(1.0, 0.62 * len(side) + 0.9) for side in sides]
    boxes = [0.62 * len(state) + 0.6 for state in states]
    total = sum(gaps) + sum(boxes)
    with figure_style():
        figure = Figure(figsize=(7.2, 0.34 * total + 0.2), layout="constrained")
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.set_xlim(-0.5, 100.5)
        axes.set_ylim(-total - 0.1, 0.1)
        top = 0.0
        for place, (state, height) in enumerate(zip(states, boxes, strict=True)):
            _draw(axes, (0, 34), top, height, state, bold=True)
            top -= height
            if place < len(sides):
                gap = gaps[place]
                _arrow(axes, (17, top), (17, top - gap))
                _draw(axes, (42, 58), top - 0.2, gap - 0.4, sides[place], bold=False)
                _arrow(axes, (17, top - gap / 2), (42, top - gap / 2))
                top -= gap
    return figure


def _state(step: FlowStep) -> list[str]:
    return [step.counted.capitalize(), f"(n = {step.kept:,})"]


def _last(corpus: Corpus) -> list[str]:
    posts = _count(len(corpus.posts), "post")
    return ["Units in the corpus", f"(n = {len(corpus.units):,})", f"{posts} by {by_authors(corpus)}"]


def _side(step: FlowStep) -> list[str]:
    lines = [f"{step.title} (n = {step.gone:,})"]
    shown = step.left if len(step.left) <= _SHOWN else step.left[: _SHOWN - 1]
    for reason, n in shown:
        lines += _wrapped(reason if len(step.left) == 1 else f"{reason} (n = {n:,})")
    if len(shown) < len(step.left):
        rest = step.left[len(shown) :]
        lines += _wrapped(f"{len(rest)} further reasons, in the flow table (n = {sum(n for _, n in rest):,})")
    for note in step.notes:
        lines += _wrapped(note)
    return lines


def _wrapped(line: str) -> list[str]:
    from textwrap import wrap

    line = line.replace("(n = ", "(n\u00a0=\u00a0")  # a number stays on the line of its sign
    return wrap(line, _WIDTH, initial_indent="  ", subsequent_indent="     ")


def _draw(axes: Axes, span: tuple[float, float], top: float, height: float, lines: list[str], *, bold: bool) -> None:
    from matplotlib.patches import Rectangle

    left, width = span
    edge = PALETTE[0] if bold else "0.55"
    axes.add_patch(Rectangle((left, top - height), width, height, facecolor="white", edgecolor=edge, linewidth=1.0))
    step = 0.62
    first = top - height / 2 + step * (len(lines) - 1) / 2
    across = left + width / 2 if bold else left + 1.5
    for place, line in enumerate(lines):
        weight = "bold" if bold and place == 0 else "normal"
        at = "center" if bold else "left"
        axes.text(across, first - place * step, line, va="center", ha=at, fontsize=8, fontweight=weight)


def _arrow(axes: Axes, begin: tuple[float, float], end: tuple[float, float]) -> None:
    style = {"arrowstyle": "-|>", "color": "0.35", "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=end, xytext=begin, arrowprops=style, zorder=0.5)
