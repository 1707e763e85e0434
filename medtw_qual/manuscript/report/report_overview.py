"""What the first screen of a report shows: five facts, what to look at, the findings with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from medtw_qual.manuscript.writers.web import cell_text


@dataclass(frozen=True)
class Fact:
    """One figure of the first screen.

    Attributes
    ----------
    label : str
        What is counted or measured.
    value : str
        The figure, as it is printed.
    more : str
        A few words on it: of what, how many, how sure.
    """

    label: str
    value: str
    more: str = ""


@dataclass(frozen=True)
class Finding:
    """A code or theme with its share and, where a person permitted one, a quotation.

    Attributes
    ----------
    label : str
        The name in print.
    share, low, high : float
        The estimated share of the units, 0 to 1, and its interval.
    quotation, attribution : str
        Words that may be printed, and whose they are said to be; empty: none is permitted.
    """

    label: str
    share: float
    low: float
    high: float
    quotation: str = ""
    attribution: str = ""


@dataclass(frozen=True)
class Overview:
    """The first screen of a report.

    Attributes
    ----------
    facts : sequence of Fact
        What was collected, coded, agreed and found.
    to_look_at : sequence of str
        What somebody must look at before the results are used; it stands first.
    findings : sequence of Finding
        In the order of the codebook.
    findings_text : str
        What the bars are shares of, and how they were estimated.
    """

    facts: Sequence[Fact] = ()
    to_look_at: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    findings_text: str = ""


def overview_markup(overview: Overview) -> str:
    """Return the first screen as HTML; every word of it is text, never markup."""
    parts = [_look_at(overview.to_look_at), _facts(overview.facts), _findings(overview)]
    body = "\n".join(filter(None, parts))
    return f'<section id="overview" aria-label="Overview">\n{body}\n</section>\n' if body else ""


def _look_at(remarks: Sequence[str]) -> str:
    if not remarks:
        return ""
    items = "".join(f"<li>{cell_text(remark)}</li>" for remark in remarks)
    return f'<div class="mq-look">\n<h2>To look at</h2>\n<ul>{items}</ul>\n</div>'


def _facts(facts: Sequence[Fact]) -> str:
    if not facts:
        return ""
    cards = "".join(
        f'<div><dt>{cell_text(fact.label)}</dt><dd class="mq-value">{cell_text(fact.value)}</dd>'
        + (f'<dd class="mq-more">{cell_text(fact.more)}</dd>' if fact.more else "")
        + "</div>"
        for fact in facts
    )
    return f'<dl class="mq-facts">{cards}</dl>'


def _findings(overview: Overview) -> str:
    if not overview.findings:
        return ""
    top = max(ceil(max(finding.high for finding in overview.findings) * 10) / 10, 0.1)
    rows = "".join(_bar(finding, top) for finding in overview.findings)
    text = f"<p>{cell_text(overview.findings_text)} The bars end at {top:.0%}.</p>"
    return f'<h2>What was found</h2>\n{text}\n<ul class="mq-themes">{rows}</ul>'


def _bar(finding: Finding, top: float) -> str:
    share, low = (f"{100 * value / top:.2f}%" for value in (finding.share, finding.low))
    width = f"{100 * (finding.high - finding.low) / top:.2f}%"
    said = f"{finding.share:.0%} [{finding.low:.0%}, {finding.high:.0%}]"
    drawn = (
        f'<span class="mq-track" aria-hidden="true"><span class="mq-share" style="width:{share}"></span>'
        f'<span class="mq-range" style="left:{low};width:{width}"></span></span>'
    )
    quoted = ""
    if finding.quotation:
        source = f"<footer>{cell_text(finding.attribution)}</footer>" if finding.attribution else ""
        quoted = f"<blockquote>{cell_text(finding.quotation)}{source}</blockquote>"
    return (
        f'<li><div class="mq-theme"><span>{cell_text(finding.label)}</span>{drawn}'
        f'<span class="mq-figure">{said}</span></div>{quoted}</li>'
    )
