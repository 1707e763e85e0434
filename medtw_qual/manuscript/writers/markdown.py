"""A table as Markdown, for a repository, a notebook's text cell or a preprint server."""

import re
from pathlib import Path

from medtw_qual._base.files import write_text
from medtw_qual._base.office import xml_safe
from medtw_qual.manuscript.manuscript_table import ManuscriptTable
from medtw_qual.manuscript.writers.web import raised

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#$&])")
_RULES = {"left": ":---", "center": ":---:", "right": "---:"}


def write_md(table: ManuscriptTable, path: Path) -> None:
    """Write a pipe table (GitHub's Markdown) with number and title above and the note below."""
    write_text(path, table_markdown(table))


def table_markdown(table: ManuscriptTable) -> str:
    """Return the table as Markdown; everything that Markdown or HTML would interpret is escaped."""
    above = [f"**{table.heading}**\n"] if table.heading else []
    heads = [escaped(_heading(table, position)) + raised(table, -1, position) for position in range(len(table.columns))]
    lines = [
        *above,
        f"*{escaped(table.title)}*\n",
        _row(heads),
        _row([_RULES[column.style.align] for column in table.columns]),
        *(_row(_cells(table, row)) for row in range(len(table.body))),
        "",
        *([f"*Note.* {escaped(table.note)}\n"] if table.note else []),
        *(f"<sup>{letter}</sup> {escaped(text)}\n" for letter, text in table.lettered_notes),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _heading(table: ManuscriptTable, position: int) -> str:
    """A pipe table has one row of headings: a spanner goes before the label, ``Isolation: A``."""
    over = next((spanner.label for spanner in table.spanners if spanner.first <= position <= spanner.last), "")
    label = table.columns[position].label
    return f"{over}: {label}" if over else label


def _cells(table: ManuscriptTable, row: int) -> list[str]:
    cells = [escaped(text) + raised(table, row, position) for position, text in enumerate(table.cells[row])]
    if row in table.strong:
        cells = [f"**{cell}**" if cell.strip() else cell for cell in cells]
    if cells:
        cells[0] = "&emsp;" * table.indent_of(row) + cells[0]
    return cells


def escaped(text: str) -> str:
    r"""Return `text` so that Markdown shows it as it is.

    Examples
    --------
    >>> escaped("a|b <i>*c*")
    'a\\|b \\<i\\>\\*c\\*'
    """
    lines = xml_safe(text).replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    return "<br>".join(_SPECIAL.sub(r"\\\1", line) for line in lines)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
