"""A table of shaded cells for the report, each with a sentence for whoever points at it or reaches it by keyboard."""

from collections.abc import Sequence
from dataclasses import dataclass

from medtw_qual.manuscript.writers.web import cell_text

_BLUE = (0, 90, 156)


@dataclass(frozen=True)
class HeatCell:
    """A cell: its share, what is printed in it, what it says on demand, and whether it has a frame.

    Attributes
    ----------
    share : float
        0 to 1: the darker, the greater.
    text : str
        What is printed in the cell.
    more : str
        A sentence with n and interval.
    framed : bool
        Whether the cell is framed.
    """

    share: float
    text: str
    more: str
    framed: bool = False


@dataclass(frozen=True)
class HeatTable:
    """A table of shaded cells.

    Attributes
    ----------
    caption : str
        What the shades and frames mean.
    rows, columns : sequence of str
        The names of the rows and of the columns.
    cells : sequence of sequences of HeatCell
        One sequence a row.
    """

    caption: str
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[HeatCell]]


def heat_markup(table: HeatTable) -> str:
    """Return the table as HTML; every cell is reachable by keyboard."""
    head = "".join(f'<th scope="col">{cell_text(name)}</th>' for name in table.columns)
    rows = "".join(
        f'<tr><th scope="row">{cell_text(name)}</th>{"".join(_cell(cell) for cell in cells)}</tr>'
        for name, cells in zip(table.rows, table.cells, strict=True)
    )
    body = f"<caption>{cell_text(table.caption)}</caption><thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody>"
    label = 'tabindex="0" role="region" aria-label="Crosswalk, cell by cell"'
    return f'<div class="mq-screen mq-scroll" {label}><table class="mq-heat">{body}</table></div>'


def _cell(cell: HeatCell) -> str:
    """Shade from white to blue; words turn white where the shade is dark, so that contrast stays above 4.5."""
    red, green, blue = (round(255 - (255 - part) * cell.share) for part in _BLUE)
    ink = "#fff" if cell.share > 0.55 else "#000"
    framed = ' class="mq-framed"' if cell.framed else ""
    return (
        f'<td{framed} tabindex="0" style="background:rgb({red},{green},{blue});color:{ink}">{cell_text(cell.text)}'
        f'<span class="mq-tip">{cell_text(cell.more)}</span></td>'
    )
