"""The report: one page that holds text, tables and figures and needs nothing from elsewhere.

Its two scripts sort and filter what is on the page and open what is folded before it is printed. The page names them by
their hashes (Content-Security-Policy level 3), so that nothing else can run, whatever a post or a memo holds.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medtw_qual._base.files import write_text
from medtw_qual.errors import InvalidArgument
from medtw_qual.manuscript.manuscript_table import ManuscriptTable
from medtw_qual.manuscript.report.heat_table import HeatTable, heat_markup
from medtw_qual.manuscript.report.report_overview import Overview, overview_markup
from medtw_qual.manuscript.svg_figures import inline_svg
from medtw_qual.manuscript.writers.web import TABLE_STYLE, cell_text, table_markup

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LONG = 40  # rows: a longer table is folded, sorted and filtered
_WIDE = (7, 100)  # columns and characters: a table with more of both is printed across the page
_HERE = Path(__file__).parent
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@dataclass(frozen=True, eq=False)
class ReportFigure:
    """A figure in a report.

    Attributes
    ----------
    picture : matplotlib Figure, or path of an .svg file
        What is shown.
    caption : str
        The caption below it.
    alt : str
        What it shows, for readers who cannot see it.
    files : mapping
        Format ("PDF") to the relative path of the saved figure.
    """

    picture: "Figure | Path | str"
    caption: str
    alt: str
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ReportTable:
    """A table in a report, with the files it was saved to.

    Attributes
    ----------
    table : ManuscriptTable
        What is shown.
    files : mapping
        Format ("Word") to the relative path of the saved table.
    """

    table: ManuscriptTable
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReportFrame:
    """A piece of HTML with its script inside, such as a map of clusters, shown in a frame of its own and not printed.

    Attributes
    ----------
    title : str
        What it is.
    content : str
        HTML that needs nothing from elsewhere. Only this package makes it; it is not text but markup.
    """

    title: str
    content: str


@dataclass(frozen=True, eq=False)
class ReportSection:
    """A section of a report: text, then figures, then tables.

    Attributes
    ----------
    title : str
        The heading of the section.
    text : str
        Paragraphs separated by blank lines; a paragraph of lines that begin with ``- `` is a list, a line that begins
        with ``## `` a heading. It is text: other markup in it is shown, not interpreted.
    tables : sequence of ReportTable or ManuscriptTable
        Its tables, in order.
    figures : sequence of ReportFigure
        Its figures, in order.
    files : mapping
        Names and relative paths of files that the section points to.
    heat_tables : sequence of HeatTable
        Tables of shaded cells that say more where somebody points at them.
    frames : sequence of ReportFrame
        Pieces with a script of their own.
    """

    title: str
    text: str = ""
    tables: Sequence[ReportTable | ManuscriptTable] = ()
    figures: Sequence[ReportFigure] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    heat_tables: Sequence[HeatTable] = ()
    frames: Sequence[ReportFrame] = ()


def build_report(
    title: str,
    sections: Sequence[ReportSection],
    notice: str = "",
    path: str | Path | None = None,
    *,
    overview: Overview | None = None,
) -> str:
    """Build the report of a study: one self-contained HTML page.

    Parameters
    ----------
    title : str
        The heading of the page.
    sections : sequence of ReportSection
        In the order in which they stand on the page.
    notice : str
        What stands in a box on top, such as that the data are invented.
    path : str or Path, optional
        Where to write the page as well.
    overview : Overview, optional
        The first screen: facts, what to look at, findings.

    Returns
    -------
    str
        The page: figures inside it as SVG, nothing fetched from elsewhere, no time of writing. It reads well on a
        phone, in the dark, by keyboard and with a screen reader; printed on A4 it loses no column. Its script only
        sorts, filters and unfolds what is on the page, and the page allows no other. The same content gives the same
        bytes.

    Raises
    ------
    InvalidArgument
        When a file is named by an address instead of a path relative to the report.

    Examples
    --------
    >>> page = build_report("A study", [ReportSection("Corpus", "Twelve posts.")])
    >>> "<h2" in page and "default-src 'none'" in page
    True
    """
    ids = [f"section-{number}" for number, _ in enumerate(sections, 1)]
    shown = zip(ids, sections, strict=True)
    contents = "".join(f'<li><a href="#{name}">{cell_text(section.title)}</a></li>' for name, section in shown)
    first = overview_markup(overview) if overview else ""
    if first:
        contents = f'<li><a href="#overview">Overview</a></li>{contents}'
    parts = [first, *(_section(section, name) for name, section in zip(ids, sections, strict=True))]
    warned = f'<p class="mq-notice" role="note">{cell_text(notice)}</p>\n' if notice else ""
    script = (_HERE / "report.js").read_text(encoding="utf-8")
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy([script, *_framed_scripts(sections)])}">\n'
        f"<title>{cell_text(title)}</title>\n"
        f"<style>\n{TABLE_STYLE}\n{(_HERE / 'report.css').read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
        '<a class="mq-skip" href="#page">To the report</a>\n<div class="mq-layout">\n'
        f'<header class="mq-top"><h1>{cell_text(title)}</h1>\n{warned}</header>\n'
        f'<nav class="mq-contents" aria-label="Contents"><ul>{contents}</ul></nav>\n'
        f'<main class="mq-page" id="page">\n{"".join(parts)}'
        f"</main>\n</div>\n<script>{script}</script>\n</body>\n</html>\n"
    )
    if path is not None:
        write_text(path, page)
    return page


def _policy(scripts: Sequence[str]) -> str:
    """Return the policy that lets these scripts run and nothing else, and lets nothing be fetched."""
    hashes = (b64encode(sha256(script.encode("utf-8")).digest()).decode() for script in scripts)
    allowed = " ".join(dict.fromkeys(f"'sha256-{found}'" for found in hashes))
    return f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; script-src {allowed}"


def _framed_scripts(sections: Sequence[ReportSection]) -> list[str]:
    return [script for section in sections for frame in section.frames for script in _SCRIPT.findall(frame.content)]


def _section(section: ReportSection, name: str) -> str:
    figures = [_figure(figure, f"{name}-figure-{number}") for number, figure in enumerate(section.figures, 1)]
    heat = [heat_markup(table) for table in section.heat_tables]
    frames = [_frame(frame) for frame in section.frames]
    tables = [_table(table, name, number) for number, table in enumerate(section.tables, 1)]
    parts = [_paragraphs(section.text), *figures, *heat, *frames, *tables, _files(section.files)]
    body = "\n".join(filter(None, parts))
    across = not section.figures and any(_is_wide(_plain(table)) for table in section.tables)
    wide = ' class="mq-wide"' if across else ""  # the heading is printed on the page of its table
    return f'<section id="{name}"{wide}>\n<h2>{cell_text(section.title)}</h2>\n{body}\n</section>\n'


def _plain(shown: ReportTable | ManuscriptTable) -> ManuscriptTable:
    return shown.table if isinstance(shown, ReportTable) else shown


def _frame(frame: ReportFrame) -> str:
    title = cell_text(frame.title)
    page = f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title>{frame.content}"
    framed = escape(page, quote=True)
    inside = f'<iframe title="{title}" srcdoc="{framed}" loading="lazy"></iframe>'
    return f'<details class="mq-screen">\n<summary>{title}</summary>\n{inside}\n</details>'


def _paragraphs(text: str) -> str:
    blocks = [block.strip() for block in text.replace("\r\n", "\n").split("\n\n")]
    shown = []
    for block in filter(None, blocks):
        lines = block.split("\n")
        if block.startswith("## ") and len(lines) == 1:
            shown.append(f"<h3>{cell_text(block[3:])}</h3>")
        elif all(line.lstrip().startswith("- ") for line in lines):
            items = "".join(f"<li>{cell_text(line.lstrip()[2:])}</li>" for line in lines)
            shown.append(f"<ul>{items}</ul>")
        else:
            shown.append(f"<p>{cell_text(' '.join(lines))}</p>")
    return "\n".join(shown)


def _figure(figure: ReportFigure, name: str) -> str:
    drawn = inline_svg(figure.picture, figure.alt, name)
    caption = f"<figcaption>{cell_text(figure.caption)}</figcaption>"
    return f"<figure>\n{drawn}\n{caption}\n{_files(figure.files)}</figure>"


def _table(shown: ReportTable | ManuscriptTable, section: str, number: int) -> str:
    """Return a table that moves sideways on a small screen; a long one is folded."""
    table, files = _plain(shown), _files(shown.files if isinstance(shown, ReportTable) else {})
    named = f"{table.heading}. {table.title}" if table.heading else table.title
    # A part that scrolls must be reachable by keyboard, and then it needs a name.
    scroll = f'<div class="mq-scroll" tabindex="0" role="region" aria-label="{escape(named, quote=True)}">'
    markup = f"{scroll}{table_markup(table, f'{section}-{table.html_id}-{number}')}</div>"
    if len(table.body) > _LONG:
        summary = f"<summary>{cell_text(named)} ({len(table.body):,} rows)</summary>"
        return f'<details class="mq-screen">\n{summary}\n<div class="mq-long">{markup}</div>\n</details>\n{files}'
    return f'<div class="mq-wide">{markup}\n{files}</div>' if _is_wide(table) else f"{markup}\n{files}"


def _is_wide(table: ManuscriptTable) -> bool:
    columns, characters = _WIDE
    return len(table.columns) >= columns and sum(table.widths) > characters and len(table.body) <= _LONG


def _files(files: Mapping[str, str]) -> str:
    if not files:
        return ""
    links = [f'<a href="{escape(_relative(path), quote=True)}">{cell_text(name)}</a>' for name, path in files.items()]
    return f'<p class="mq-files">Files: {", ".join(links)}</p>'


def _relative(path: Any) -> str:  # noqa: ANN401 - str or Path
    shown = Path(str(path)).as_posix()
    if ":" in shown or shown.startswith("/"):
        raise InvalidArgument(f"{shown} is not a path relative to the report.", "Name files beside the report.")
    return shown
