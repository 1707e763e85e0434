"""A table as LaTeX with booktabs, a fragment to be input into a manuscript."""

import re
from pathlib import Path

from medtw_qual._base.files import write_text
from medtw_qual._base.office import xml_safe
from medtw_qual.manuscript.model import ManuscriptTable

_SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "●": r"$\bullet$", "·": r"$\cdot$", "×": r"$\times$", "−": r"$-$",
    "—": "---", "–": "--", "∞": r"$\infty$", "’": "'", "“": "``", "”": "''", "α": r"$\alpha$", "κ": r"$\kappa$",
    "≥": r"$\geq$", "≤": r"$\leq$", "\n": r"\newline{}", "\t": " ",
}  # fmt: skip
_PATTERN = re.compile("|".join(re.escape(one) for one in _SPECIAL))
_LONG = 30


def write_tex(table: ManuscriptTable, path: Path) -> None:
    """Write the table as a fragment: ``table``, ``longtable`` when long, on its side when wide."""
    write_text(path, table_latex(table))


def escaped(text: str) -> str:
    r"""Return `text` so that LaTeX prints it and runs none of it.

    Examples
    --------
    >>> print(escaped("50% of R&D costs $3_000"))
    50\% of R\&D costs \$3\_000
    """
    plain = xml_safe(text).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return _PATTERN.sub(lambda match: _SPECIAL[match.group()], plain)


def table_latex(table: ManuscriptTable) -> str:
    """Return the fragment; the packages it needs stand in a comment on its first line."""
    long = len(table.body) > _LONG
    inner = _long(table) if long else _short(table)
    if table.landscape:
        inner = ["\\begin{landscape}", *inner, "\\end{landscape}"]
    needs = "booktabs, array, caption" + (", longtable" if long else "") + (", pdflscape" if table.landscape else "")
    return "\n".join([f"% needs: \\usepackage{{{needs}}}", *inner]) + "\n"


def _short(table: ManuscriptTable) -> list[str]:
    return [
        "\\begin{table}[htbp]",
        *_caption(table, ""),
        f"{_size(table)}\\begin{{tabular}}{{{_preamble(table)}}}",
        *_head(table),
        *_rows(table),
        "\\bottomrule",
        "\\end{tabular}",
        *_notes(table),
        "\\end{table}",
    ]


def _long(table: ManuscriptTable) -> list[str]:
    head = _head(table)
    return [
        "\\begingroup",
        f"{_size(table)}\\begin{{longtable}}{{{_preamble(table)}}}",
        *_caption(table, " \\\\"),
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


def _caption(table: ManuscriptTable, end: str) -> list[str]:
    """Number and title as in the other formats: the manuscript's own counter is not relied upon."""
    number = f"\\textbf{{{escaped(table.heading)}}}. " if table.heading else ""
    return [f"\\caption*{{{number}\\textit{{{escaped(table.title)}}}}}{end}"]


def _size(table: ManuscriptTable) -> str:
    return "\\scriptsize\n" if len(table.columns) > 12 else "\\small\n"


def _preamble(table: ManuscriptTable) -> str:
    """Column types: prose wraps in a share of the line, figures stand as wide as they are."""
    total = sum(table.widths) + 2 * len(table.widths)
    parts = []
    for column, width in zip(table.columns, table.widths, strict=True):
        if column.style.align == "left" and (width > 14 or column.width):
            share = f"{0.92 * width / max(total, 70):.3f}"
            parts.append(f">{{\\raggedright\\arraybackslash}}p{{{share}\\linewidth}}")
        else:
            parts.append(column.style.align[0])
    return "@{}" + "".join(parts) + "@{}"


def _head(table: ManuscriptTable) -> list[str]:
    lines = ["\\toprule"]
    if table.spanners:
        lines += _spanner_lines(table)
    labels = [escaped(column.label) + _raised(table, -1, position) for position, column in enumerate(table.columns)]
    return [*lines, _row(labels), "\\midrule"]


def _spanner_lines(table: ManuscriptTable) -> list[str]:
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
        cells.append(f"\\multicolumn{{{spanner.last - spanner.first + 1}}}{{c}}{{{escaped(spanner.label)}}}")
        rules.append(f"\\cmidrule(lr){{{spanner.first + 1}-{spanner.last + 1}}}")
        position = spanner.last + 1
    return [_row(cells), "".join(rules)]


def _rows(table: ManuscriptTable) -> list[str]:
    lines = []
    for row, texts in enumerate(table.cells):
        cells = [escaped(text) + _raised(table, row, position) for position, text in enumerate(texts)]
        if row in table.strong:
            cells = [f"\\textbf{{{cell}}}" if cell else "" for cell in cells]
        if cells and table.indent_of(row):
            cells[0] = f"\\hspace{{{table.indent_of(row)}em}}{cells[0]}"
        lines.append(_row(cells))
    return lines


def _row(cells: list[str]) -> str:
    """One line of cells. An empty group goes before a bracket or star: after the line end LaTeX would take them in."""
    guarded = ["{}" + cell if cell.startswith(("[", "*")) else cell for cell in cells]
    return " & ".join(guarded) + " \\\\"


def _raised(table: ManuscriptTable, row: int, position: int) -> str:
    letter = table.letters.get((row, position))
    return f"\\textsuperscript{{{letter}}}" if letter else ""


def _notes(table: ManuscriptTable) -> list[str]:
    general = [f"\\textit{{Note.}} {escaped(table.note)}"] if table.note else []
    special = [f"\\textsuperscript{{{letter}}} {escaped(text)}" for letter, text in table.lettered_notes]
    lines = [*general, *special]
    return ["\\par\\smallskip\\footnotesize\\raggedright", *[f"{line}\\par" for line in lines]] if lines else []
