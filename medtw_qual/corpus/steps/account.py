"""The flow of records told twice: as the paragraph of a methods section, and as a chart after PRISMA."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.figures import PALETTE, figure_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from medtw_qual.corpus.model import Corpus

_TITLES = {
    "read_corpus": "Records read",
    "drop_reposts": "Reposts left out",
    "merge_threads": "Threads joined",
    "drop_duplicates": "Copies left out",
    "collapse_near_duplicates": "Near duplicates joined",
    "keep_language": "Kept by language",
    "keep_matching": "Kept by words",
    "between": "Kept by time",
    "sample_by": "Drawn at random",
    "apply_screening": "Screened by people",
    "drop_posts": "Deleted posts removed",
}
_SHOWN = 6


def steps_of(flow: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the rows of each step, in order; a step taken twice counts as two."""
    number = (flow["step"] != flow["step"].shift()).cumsum()
    return [rows for _, rows in flow.groupby(number, sort=False)]


def flow_text(corpus: Corpus) -> str:
    """Return the paragraph of the methods section that accounts for every record."""
    sentences = [_first_sentence(corpus)]
    for rows in steps_of(corpus.flow)[1:]:
        sentences.append(_sentence(rows))
    sentences += _recall_sentence(corpus)
    n_units, n_posts, n_authors = len(corpus.units), len(corpus.posts), len(corpus.authors)
    ending = f"The corpus holds {_count(n_units, 'unit')} ({_count(n_posts, 'post')} by {_count(n_authors, 'author')})."
    return " ".join([*sentences, ending])


def _first_sentence(corpus: Corpus) -> str:
    rows = steps_of(corpus.flow)[0]
    seen, kept = int(rows["before"].iloc[0]), int(rows["kept"].iloc[-1])
    files = len(corpus.provenance.get("sources", ())) or 1
    left = _listed(rows)
    said = f"{_count(files, 'file')} held {_count(seen, 'record')}"
    return (
        f"{said}; {left} were left out, and {_count(kept, 'post')} remained." if left else f"{said}, all of them posts."
    )


def _sentence(rows: pd.DataFrame) -> str:
    step, what = rows["step"].iloc[0], rows["counts_of"].iloc[0].removesuffix("s")
    before, kept = int(rows["before"].iloc[0]), int(rows["kept"].iloc[-1])
    dropped, merged = int(rows["dropped"].sum()), int(rows["merged"].sum())
    notes = [one for one in rows.loc[(rows["dropped"] == 0) & (rows["merged"] == 0), "reason"] if "incomplete" in one]
    tail = f" ({'; '.join(notes)})" if notes else ""
    if merged:
        unit = "unit" if step == "merge_threads" else what
        joined = f"{_count(merged, what)} {'was' if merged == 1 else 'were'} joined"
        return f"{joined} ({_reasons(rows, 'merged')}), leaving {_count(kept, unit)}{tail}."
    if dropped:
        return f"Of {_count(before, what)}, {dropped:,} left ({_reasons(rows, 'dropped')}), leaving {kept:,}{tail}."
    return f"{_TITLES.get(step, step)}: none of {_count(before, what)} left{tail}."


def _reasons(rows: pd.DataFrame, column: str) -> str:
    told = rows[rows[column] > 0]
    if len(told) == 1:
        return str(told["reason"].iloc[0])
    return "; ".join(f"{int(count):,} {reason}" for reason, count in zip(told["reason"], told[column], strict=True))


def _listed(rows: pd.DataFrame) -> str:
    told = rows[rows["dropped"] > 0]
    return "; ".join(f"{int(n):,} {reason}" for reason, n in zip(told["reason"], told["dropped"], strict=True))


def _recall_sentence(corpus: Corpus) -> list[str]:
    screening = corpus.provenance.get("screening")
    if not screening or screening["undefined"]:
        return []
    drawn, left_out = screening["screened_left_out"], screening["left_out"]
    estimate = f"{screening['recall']:.2f} (95% interval {screening['low']:.2f} to {screening['high']:.2f})"
    return [
        f"In a random sample of {drawn:,} of the {left_out:,} units that the keywords left out, people found"
        f" {screening['eligible_left_out']:,} eligible: the keywords' recall is estimated at {estimate}."
    ]


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def flow_chart(corpus: Corpus) -> Figure:
    """Draw the flow of records: boxes for what stayed, at their right what left and why.

    After PRISMA 2020 (Page et al. 2021, BMJ 372:n71), from records to units of analysis.
    """
    from matplotlib.figure import Figure

    boxes = [_box(rows, first=place == 0) for place, rows in enumerate(steps_of(corpus.flow))]
    heights = [max(2.0, 0.62 * (1 + len(side)) + 0.55) for _, side in boxes]
    total = sum(heights) + 0.5 * (len(boxes) - 1)
    with figure_style():
        figure = Figure(figsize=(7.2, 0.36 * total + 0.5), layout="constrained")
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.set_xlim(0, 100)
        axes.set_ylim(-total, 0.3)
        top = 0.0
        for place, ((main, side), height) in enumerate(zip(boxes, heights, strict=True)):
            _draw(axes, (0, 38), top, height, main, bold=True)
            if side:
                _draw(axes, (46, 54), top, height, side, bold=False)
                _arrow(axes, (38, top - height / 2), (46, top - height / 2))
            if place < len(boxes) - 1:
                _arrow(axes, (19, top - height), (19, top - height - 0.5))
            top -= height + 0.5
    return figure


def _box(rows: pd.DataFrame, *, first: bool) -> tuple[list[str], list[str]]:
    step, what = rows["step"].iloc[0], rows["counts_of"].iloc[0]
    unit = "units" if step == "merge_threads" else "posts" if first else what
    before, kept = int(rows["before"].iloc[0]), int(rows["kept"].iloc[-1])
    main = [_TITLES.get(step, step), *([f"{before:,} records"] if first else []), f"{kept:,} {unit} remain"]
    told = rows[(rows["dropped"] > 0) | (rows["merged"] > 0)]
    lines = [
        f"{int(dropped + merged):,}  {reason}" + ("" if dropped else " [joined]")
        for reason, dropped, merged in zip(told["reason"], told["dropped"], told["merged"], strict=True)
    ]
    lines += [one for one in rows["reason"] if "incomplete" in one and one not in set(told["reason"])]
    if len(lines) > _SHOWN:
        rest = int((told["dropped"] + told["merged"]).iloc[_SHOWN - 1 :].sum())
        lines = [*lines[: _SHOWN - 1], f"{rest:,}  for {len(lines) - _SHOWN + 1} further reasons (see the table)"]
    return main, _wrapped(lines)


def _wrapped(lines: list[str]) -> list[str]:
    from textwrap import wrap

    return [part for line in lines for part in wrap(line, 56, subsequent_indent="      ")]


def _draw(axes: Axes, span: tuple[float, float], top: float, height: float, lines: list[str], *, bold: bool) -> None:
    from matplotlib.patches import Rectangle

    left, width = span
    edge = PALETTE[0] if bold else "0.55"
    axes.add_patch(Rectangle((left, top - height), width, height, fill=False, edgecolor=edge, linewidth=1.0))
    step = 0.62
    first = top - height / 2 + step * (len(lines) - 1) / 2
    for place, line in enumerate(lines):
        weight = "bold" if bold and place == 0 else "normal"
        axes.text(left + 1.5, first - place * step, line, va="center", ha="left", fontsize=8, fontweight=weight)


def _arrow(axes: Axes, begin: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate("", xy=end, xytext=begin, arrowprops={"arrowstyle": "-|>", "color": "0.35", "linewidth": 0.9})
