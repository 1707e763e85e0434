"""Merged cells: the value of one is shown for all rows that it spans, and so it is read."""

from collections.abc import Sequence

from medtw_qual._base.workbook_reader import WorkbookSheet


def filled_rows(sheet: WorkbookSheet) -> list[list[str]]:
    """Return a sheet's rows as text, the value of cells that are merged down a column in every row that they span.

    Cells that are merged across columns hold one value in their first cell: of which of the columns it is, nobody can
    know (see `merged_across`).

    Parameters
    ----------
    sheet : WorkbookSheet

    Notes
    -----
    ECMA-376, part 1, 18.3.1.55 (mergeCell): a merged range shows the value of its first cell.
    """
    rows = [list(row) for row in sheet.rows()]
    for top, left, bottom, right in sheet.merged:
        if left != right or top >= len(rows):
            continue
        value = rows[top][left] if left < len(rows[top]) else ""
        for row in rows[top + 1 : bottom + 1]:
            row.extend([""] * (left + 1 - len(row)))
            row[left] = value
    return rows


def merged_across(sheet: WorkbookSheet, below: int) -> Sequence[tuple[int, int, int, int]]:
    """Return the ranges that are merged across columns and reach below a row (from 0); title lines do not count."""
    return [span for span in sheet.merged if span[1] != span[3] and span[2] > below]
