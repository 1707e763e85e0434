"""A table as HTML: for notebooks, the report and a page of its own; every cell is text, never markup."""

from html import escape
from pathlib import Path

from medtw_qual._base.files import write_text
from medtw_qual._base.office import xml_safe
from medtw_qual.manuscript.manuscript_table import ManuscriptTable

_READABLE, _SHORT = 26, 10  # characters

# "table.mq-table .mq-left" and ":nth-child(n)" outweigh a notebook's own rules, which set every cell to the right and
# stripe the rows.
TABLE_STYLE = """
table.mq-table { border-collapse: collapse; margin: 1.2em 0 0.4em; font-size: 0.95em; line-height: 1.35; }
table.mq-table { color: inherit; }
table.mq-table caption { text-align: left; padding-bottom: 0.5em; caption-side: top; color: inherit; }
table.mq-table caption b { display: block; }
table.mq-table th, table.mq-table td { border: 0; padding: 0.22em 0.7em; vertical-align: top; background: none; }
table.mq-table thead th { vertical-align: bottom; font-weight: normal; }
table.mq-table thead tr:first-child > * { border-top: 1.5px solid currentColor; }
table.mq-table thead tr:last-child th { border-bottom: 1px solid currentColor; }
table.mq-table th.mq-span { border-bottom: 1px solid currentColor; }
table.mq-table tbody tr:last-child > * { border-bottom: 1.5px solid currentColor; }
table.mq-table tbody tr:nth-child(n) { background: none; }
table.mq-table tbody th { font-weight: normal; }
table.mq-table tbody tr.mq-strong > * { font-weight: bold; }
table.mq-table td, table.mq-table th { white-space: pre-line; }
table.mq-table .mq-left { text-align: left; }
table.mq-table .mq-right { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
table.mq-table .mq-center { text-align: center; white-space: nowrap; }
table.mq-table thead .mq-right, table.mq-table thead .mq-center { white-space: normal; }
.mq-note { font-size: 0.88em; max-width: 60em; margin: 0 0 1.6em; text-align: left; }
.mq-note p { margin: 0.15em 0; }
""".strip()


def write_html(table: ManuscriptTable, path: Path) -> None:
    """Write a page with this table alone: no script, nothing fetched from elsewhere."""
    title = escape(xml_safe(f"{table.heading} {table.title}".strip()))
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\nbody {{ font-family: Georgia, serif; margin: 2em; }}\n{TABLE_STYLE}\n"
        f"</style>\n</head>\n<body>\n{table_markup(table)}\n</body>\n</html>\n"
    )
    write_text(path, page)


def table_html(table: ManuscriptTable) -> str:
    """Return the table with its style, for display in a notebook; the ids are the same every time."""
    return f"<style>\n{TABLE_STYLE}\n</style>\n{table_markup(table)}"


def table_markup(table: ManuscriptTable, name: str = "") -> str:
    """Return the table and its note without the style, for a page that holds several; `name` is its id there."""
    number = f"<b>{cell_text(table.heading)}</b>" if table.heading else ""
    head = "\n".join(f"<tr>{cells}</tr>" for cells in _head_rows(table))
    body = "\n".join(_body_row(table, row) for row in range(len(table.body)))
    widths = _shares_of_width(table) if name else ""
    return (
        f'<table class="mq-table" id="{name or table.html_id}">\n'
        f"<caption>{number}<i>{cell_text(table.title)}</i></caption>\n"
        f"{widths}<thead>\n{head}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>\n{_note(table)}"
    )


def _shares_of_width(table: ManuscriptTable) -> str:
    """Return each column's share of the width, for a page that is printed: a column that is squeezed has no words."""
    total = sum(table.widths)
    columns = "".join(f'<col style="--w:{100 * width / total:.1f}%">' for width in table.widths)
    return f"<colgroup>{columns}</colgroup>\n"


def cell_text(text: str) -> str:
    """Return words as HTML shows them: markup in them is text."""
    return escape(xml_safe(text))


def _head_rows(table: ManuscriptTable) -> list[str]:
    spanned = {position for spanner in table.spanners for position in range(spanner.first, spanner.last + 1)}
    starts = {spanner.first: spanner for spanner in table.spanners}
    upper: list[str] = []
    lower: list[str] = []
    for position, column in enumerate(table.columns):
        cell = (
            f' class="mq-{column.style.align}" scope="col"',
            cell_text(column.label) + raised(table, -1, position),
        )
        if position in starts:
            spanner = starts[position]
            columns = spanner.last - spanner.first + 1
            upper.append(
                f'<th class="mq-span mq-center" colspan="{columns}" scope="colgroup">{cell_text(spanner.label)}</th>'
            )
        if table.spanners and position not in spanned:
            upper.append("<td></td>")
        lower.append(f"<th{cell[0]}{_least_width(table, position)}>{cell[1]}</th>")
    return ["".join(upper), "".join(lower)] if table.spanners else ["".join(lower)]


def _least_width(table: ManuscriptTable, position: int) -> str:
    """Prose keeps a readable line on a small screen; the table is then moved sideways, not squeezed."""
    wide = table.columns[position].style.align == "left" and min(table.widths[position], _READABLE) > _SHORT
    return f' style="min-width: {min(table.widths[position], _READABLE) / 2:.0f}em"' if wide else ""


def _body_row(table: ManuscriptTable, row: int) -> str:
    cells = []
    for position, text in enumerate(table.cells[row]):
        tag, scope = ("th", ' scope="row"') if position < table.stub else ("td", "")
        indent = table.indent_of(row) if position == 0 else 0
        style = f' style="padding-left: {0.7 + 1.3 * indent:.1f}em"' if indent else ""
        content = cell_text(text) + raised(table, row, position)
        cells.append(f'<{tag} class="mq-{table.columns[position].style.align}"{scope}{style}>{content}</{tag}>')
    strong = ' class="mq-strong"' if row in table.strong else ""
    return f"<tr{strong}>{''.join(cells)}</tr>"


def raised(table: ManuscriptTable, row: int, position: int) -> str:
    """Return the raised letter of a cell's note; empty where it has none. Markdown takes the same markup."""
    letter = table.letters.get((row, position))
    return f"<sup>{letter}</sup>" if letter else ""


def _note(table: ManuscriptTable) -> str:
    lines = [f"<p><i>Note.</i> {cell_text(table.note)}</p>"] if table.note else []
    lines += [f"<p><sup>{letter}</sup> {cell_text(text)}</p>" for letter, text in table.lettered_notes]
    return f'<div class="mq-note">\n{chr(10).join(lines)}\n</div>' if lines else ""
