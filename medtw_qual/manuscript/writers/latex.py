"""A table as LaTeX with booktabs, a fragment to be input into a manuscript."""

from pathlib import Path

from medtw_qual._base.files import write_text
from medtw_qual.manuscript.manuscript_table import ManuscriptTable
from medtw_qual.manuscript.page_layout import PageLayout, fits_on_page, line_width, plan_layout
from medtw_qual.manuscript.writers.latex_text import escaped, scripts_in

# One preamble for every table and for pdfLaTeX, XeLaTeX and LuaLaTeX alike; T1 gives pdfLaTeX its accented letters.
PREAMBLE = (
    r"\usepackage{iftex,booktabs,array,caption,longtable,pdflscape}",
    r"\ifpdftex\usepackage[T1]{fontenc}\fi",
)
_SETTING = {"left": r"\raggedright", "center": r"\centering", "right": r"\raggedleft"}
_BREADTH = 1.08  # of Computer Modern, LaTeX's own letters, in relation to Times
_LEAST_ROWS = 3  # a page never begins with fewer of a table's last rows


def write_tex(table: ManuscriptTable, path: Path) -> None:
    """Write the table as a fragment: ``table``, or ``longtable`` where it needs several pages; on its side when wide.

    The fragment says in its first lines what the manuscript's preamble needs. Widths are parts of the line; they are
    planned for a line of 159 mm (A4 or letter paper with margins of an inch).
    """
    write_text(path, table_latex(table))


def table_latex(table: ManuscriptTable) -> str:
    """Return the fragment; what the preamble needs stands in comments on its first lines."""
    layout = plan_layout(table, _BREADTH)
    inner = _short(table, layout) if fits_on_page(table, layout) else _long(table, layout)
    if layout.landscape:
        inner = ["\\begin{landscape}", *inner, "\\end{landscape}"]
    source = "\n".join(inner) + "\n"
    head = ["% needs in the preamble, for pdfLaTeX, XeLaTeX and LuaLaTeX:", *(f"%   {line}" for line in PREAMBLE)]
    return "\n".join([*head, *_scripts(scripts_in(source)), source])


def _scripts(scripts: list[str]) -> list[str]:
    if not scripts:
        return []
    return [
        f"% Words in other scripts ({', '.join(scripts)}) are printed as the script's name until XeLaTeX or LuaLaTeX",
        "% is given a font for them in the preamble, such as",
        r"%   \newcommand{\mqscript}[2]{{\fontspec{Noto Sans Hebrew}#1}}",
        r"\providecommand{\mqscript}[2]{[#2]}",
    ]


def _short(table: ManuscriptTable, layout: PageLayout) -> list[str]:
    return [
        "\\begin{table}[htbp]",
        *_settings(layout),
        *_caption(table, ""),
        f"\\begin{{tabular}}{{{_columns(layout, table)}}}",
        *_head(table, layout),
        *_rows(table),
        "\\bottomrule",
        "\\end{tabular}",
        *_notes(table),
        "\\end{table}",
    ]


def _long(table: ManuscriptTable, layout: PageLayout) -> list[str]:
    head = _head(table, layout)
    return [
        "\\begingroup",
        *_settings(layout),
        "\\setlength{\\LTleft}{0pt}\\setlength{\\LTpost}{0pt}\\setlength{\\LTcapwidth}{\\linewidth}",
        f"\\begin{{longtable}}{{{_columns(layout, table)}}}",
        *_caption(table, " \\\\*"),
        *head,
        "\\endfirsthead",
        *head,
        "\\endhead",
        *_rows(table),
        "\\bottomrule",
        "\\end{longtable}",
        *_notes(table),
        "\\endgroup",
    ]


def _settings(layout: PageLayout) -> list[str]:
    """Letters and gaps as planned; number and title flush left, as the other formats have them."""
    return [
        "\\captionsetup{justification=raggedright,singlelinecheck=false,font=normalsize,skip=4pt}",
        f"\\fontsize{{{layout.size:g}}}{{{1.2 * layout.size:g}}}\\selectfont",
        f"\\setlength{{\\tabcolsep}}{{{layout.gap / 2 / line_width(layout.landscape):.4f}\\linewidth}}",
    ]


def _caption(table: ManuscriptTable, end: str) -> list[str]:
    """Number and title as in the other formats: the manuscript's own counter is not relied upon."""
    number = f"\\textbf{{{escaped(table.heading)}}}\\\\ " if table.heading else ""
    title = escaped(" ".join(table.title.split()))
    return [f"\\caption*{{{number}\\textit{{{title}}}}}{end}"]


def _share(layout: PageLayout, first: int, last: int) -> str:
    """The width of neighbouring columns with the gaps between them, as a part of the line."""
    wide = sum(layout.widths[first : last + 1]) - layout.gap
    return f"{wide / line_width(layout.landscape):.4f}\\linewidth"


def _columns(layout: PageLayout, table: ManuscriptTable) -> str:
    """Column types: each as wide as it was planned, so that no heading and no cell pulls the table over the line."""
    parts = [
        f">{{{_SETTING[column.style.align]}\\arraybackslash}}p{{{_share(layout, position, position)}}}"
        for position, column in enumerate(table.columns)
    ]
    return "@{}" + "".join(parts) + "@{}"


def _headed(table: ManuscriptTable, layout: PageLayout, first: int, last: int, align: str, words: str) -> str:
    """A heading over one or several columns, standing on the line below it."""
    left = "@{}" if first == 0 else ""
    right = "@{}" if last == len(table.columns) - 1 else ""
    kind = f"{left}>{{{_SETTING[align]}\\arraybackslash}}b{{{_share(layout, first, last)}}}{right}"
    return f"\\multicolumn{{{last - first + 1}}}{{{kind}}}{{{words}}}"


def _head(table: ManuscriptTable, layout: PageLayout) -> list[str]:
    lines = ["\\toprule"]
    if table.spanners:
        lines += _spanner_lines(table, layout)
    labels = [
        _headed(table, layout, position, position, column.style.align, _label(table, position))
        for position, column in enumerate(table.columns)
    ]
    return [*lines, " & ".join(labels) + " \\\\", "\\midrule"]


def _label(table: ManuscriptTable, position: int) -> str:
    return escaped(table.columns[position].label) + _raised(table, -1, position)


def _spanner_lines(table: ManuscriptTable, layout: PageLayout) -> list[str]:
    cells: list[str] = []
    rules: list[str] = []
    position = 0
    starts = {spanner.first: spanner for spanner in table.spanners}
    while position < len(table.columns):
        spanner = starts.get(position)
        if spanner is None:
            cells.append("")
            position += 1
            continue
        cells.append(_headed(table, layout, spanner.first, spanner.last, "center", escaped(spanner.label)))
        rules.append(f"\\cmidrule(lr){{{spanner.first + 1}-{spanner.last + 1}}}")
        position = spanner.last + 1
    return [" & ".join(cells) + " \\\\", "".join(rules)]


def _rows(table: ManuscriptTable) -> list[str]:
    lines = []
    first_of_last = len(table.body) - _LEAST_ROWS
    for row, texts in enumerate(table.cells):
        cells = [_cell(table, row, position, text) for position, text in enumerate(texts)]
        end = " \\\\*" if first_of_last <= row < len(table.body) - 1 else " \\\\"
        lines.append(" & ".join(cells) + end)
    return lines


def _cell(table: ManuscriptTable, row: int, position: int, text: str) -> str:
    """One cell. An empty group goes before a bracket or star: after the line end LaTeX would take them in."""
    words = escaped(text)
    if table.columns[position].style.align != "left":
        words = words.strip().replace(" ", "~")  # figures and intervals are never broken
    if words.lstrip().startswith(("[", "*")):
        words = "{}" + words
    words += _raised(table, row, position)
    if row in table.strong and words:
        words = f"\\textbf{{{words}}}"
    indent = table.indent_of(row) if position == 0 else 0
    return f"\\leftskip={indent}em\\relax {words}" if indent else words


def _raised(table: ManuscriptTable, row: int, position: int) -> str:
    letter = table.letters.get((row, position))
    return f"\\textsuperscript{{{letter}}}" if letter else ""


def _notes(table: ManuscriptTable) -> list[str]:
    general = [f"\\textit{{Note.}} {escaped(table.note)}"] if table.note else []
    special = [f"\\textsuperscript{{{letter}}} {escaped(text)}" for letter, text in table.lettered_notes]
    lines = [*general, *special]
    if not lines:
        return []
    return [
        "\\par\\nopagebreak\\vspace{3pt}\\footnotesize\\raggedright",
        *[f"\\noindent {line}\\par" for line in lines],
    ]
