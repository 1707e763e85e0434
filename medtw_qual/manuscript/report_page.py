"""The report: one page that holds text, tables and figures, needs nothing from elsewhere and runs nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medtw_qual._base.files import write_text
from medtw_qual.errors import InvalidArgument
from medtw_qual.manuscript.manuscript_table import ManuscriptTable
from medtw_qual.manuscript.svg_figures import inline_svg
from medtw_qual.manuscript.writers.web import TABLE_STYLE, cell_text, table_markup

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LONG = 40

_PAGE_STYLE = """
:root { color-scheme: light; }
body { font-family: Georgia, 'Times New Roman', serif; line-height: 1.5; color: #1a1a1a; background: #fff;
  max-width: 62em; margin: 2.5em auto; padding: 0 1.5em; }
h1 { font-size: 1.7em; line-height: 1.2; margin-bottom: 0.2em; }
h2 { font-size: 1.25em; margin: 2.4em 0 0.5em; border-top: 1px solid #bbb; padding-top: 0.8em; }
p, li { max-width: 46em; }
nav ul { columns: 2; padding-left: 1.2em; }
.mq-notice { border-left: 4px solid #b35900; padding: 0.5em 1em; background: #fff6ec; max-width: 44em; }
.mq-scroll { overflow-x: auto; }
figure { margin: 1.5em 0; }
figure svg { max-width: 100%; height: auto; max-height: 48em; }
figcaption { font-size: 0.92em; max-width: 46em; }
summary { cursor: pointer; }
.mq-files { font-size: 0.9em; }
@media print { body { max-width: none; margin: 0; } h2 { break-after: avoid; } figure, tr { break-inside: avoid; } }
""".strip()


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
    """

    picture: "Figure | Path | str"
    caption: str
    alt: str


@dataclass(frozen=True, eq=False)
class ReportSection:
    """A section of a report: text, then figures, then tables.

    Attributes
    ----------
    title : str
        The heading of the section.
    text : str
        Paragraphs separated by blank lines; a paragraph of lines that begin with ``- `` is a list. It is text: markup
        in it is shown, not interpreted.
    tables : sequence of ManuscriptTable
        Its tables, in order.
    figures : sequence of ReportFigure
        Its figures, in order.
    files : mapping
        Names and relative paths of files that the section points to.
    """

    title: str
    text: str = ""
    tables: Sequence[ManuscriptTable] = ()
    figures: Sequence[ReportFigure] = ()
    files: Mapping[str, str] = field(default_factory=dict)


def build_report(
    title: str, sections: Sequence[ReportSection], notice: str = "", path: str | Path | None = None
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

    Returns
    -------
    str
        The page: figures inside it as SVG, no script, nothing fetched from elsewhere, no time of writing. The same
        content gives the same bytes.

    Raises
    ------
    InvalidArgument
        When a file is named by an address instead of a path relative to the report.

    Examples
    --------
    >>> page = build_report("A study", [ReportSection("Corpus", "Twelve posts.")])
    >>> "<h2" in page and "<script" not in page
    True
    """
    ids = [f"section-{number}" for number, _ in enumerate(sections, 1)]
    contents = "".join(
        f'<li><a href="#{name}">{cell_text(section.title)}</a></li>'
        for name, section in zip(ids, sections, strict=True)
    )
    parts = [_section(section, name) for name, section in zip(ids, sections, strict=True)]
    warned = f'<p class="mq-notice" role="note">{cell_text(notice)}</p>\n' if notice else ""
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline';"
        ' img-src data:">\n'
        f"<title>{cell_text(title)}</title>\n<style>\n{_PAGE_STYLE}\n{TABLE_STYLE}\n</style>\n</head>\n<body>\n"
        f"<header><h1>{cell_text(title)}</h1>\n{warned}</header>\n"
        f'<nav aria-label="Contents"><ul>{contents}</ul></nav>\n<main>\n{"".join(parts)}</main>\n</body>\n</html>\n'
    )
    if path is not None:
        write_text(path, page)
    return page


def _section(section: ReportSection, name: str) -> str:
    figures = [_figure(figure, f"{name}-figure-{number}") for number, figure in enumerate(section.figures, 1)]
    tables = [_table(table, f"{name}-{table.html_id}-{number}") for number, table in enumerate(section.tables, 1)]
    files = _files(section.files)
    body = "\n".join(filter(None, [_paragraphs(section.text), *figures, *tables, files]))
    return f'<section id="{name}">\n<h2>{cell_text(section.title)}</h2>\n{body}\n</section>\n'


def _paragraphs(text: str) -> str:
    blocks = [block.strip() for block in text.replace("\r\n", "\n").split("\n\n")]
    shown = []
    for block in filter(None, blocks):
        lines = block.split("\n")
        if all(line.lstrip().startswith("- ") for line in lines):
            items = "".join(f"<li>{cell_text(line.lstrip()[2:])}</li>" for line in lines)
            shown.append(f"<ul>{items}</ul>")
        else:
            shown.append(f"<p>{cell_text(' '.join(lines))}</p>")
    return "\n".join(shown)


def _figure(figure: ReportFigure, name: str) -> str:
    drawn = inline_svg(figure.picture, figure.alt, name)
    return f"<figure>\n{drawn}\n<figcaption>{cell_text(figure.caption)}</figcaption>\n</figure>"


def _table(table: ManuscriptTable, name: str) -> str:
    """A long table is folded, so that the page stays one to read."""
    markup = f'<div class="mq-scroll">{table_markup(table, name)}</div>'
    if len(table.body) <= _LONG:
        return markup
    named = f"{table.heading}. {table.title}" if table.heading else table.title
    return f"<details>\n<summary>{cell_text(named)} ({len(table.body):,} rows)</summary>\n{markup}\n</details>"


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
