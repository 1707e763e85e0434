"""The same look into the sheets of an OpenDocument workbook (.ods), where one cell may stand for a million."""

import re
from collections.abc import Iterator

from medtw_qual._base.workbook_guards import SheetFacts

_TAG = re.compile(rb"<(/?)table:(table-row|table-cell|covered-table-cell|table)(\s[^>]*?)?(/?)>")
_ROWS = re.compile(rb'table:number-rows-repeated="(\d+)"')
_COLUMNS = re.compile(rb'table:number-columns-repeated="(\d+)"')
_SPAN = re.compile(rb'table:number-(rows|columns)-spanned="(\d+)"')


def inspect_tables(chunks: Iterator[bytes]) -> list[SheetFacts]:
    """Return what the sheets show, in the workbook's order.

    Parameters
    ----------
    chunks : iterator of bytes
        ``content.xml`` in pieces, none of which ends within a tag.
    """
    sheets: list[SheetFacts] = []
    row = column = filled_to = repeated = cells = 0
    for chunk in chunks:
        for closing, tag, given, empty in _TAG.findall(chunk):
            if tag == b"table" and not closing:
                sheets.append(SheetFacts())
                row = 0
            elif tag == b"table-row" and not closing and sheets:
                repeated, column, filled_to, cells = _number(_ROWS, given), 0, 0, 0
                row += repeated if empty else 0
            elif tag == b"table-row" and sheets:
                sheet = sheets[-1]
                row += repeated
                if filled_to:
                    sheet.rows, sheet.columns = row, max(sheet.columns, filled_to)
                    sheet.filled += cells * repeated
            elif not closing and sheets:
                number = _number(_COLUMNS, given)
                spans = {side: int(size) for side, size in _SPAN.findall(given)}
                high, wide = spans.get(b"rows", 1), spans.get(b"columns", 1)
                if high * wide > 1:
                    sheets[-1].merged.append((row, column, row + high - 1, column + wide - 1))
                column += number
                if b"value-type=" in given or (not empty and tag == b"table-cell" and b"value-type" in given):
                    filled_to, cells = column, cells + number
    return sheets


def _number(pattern: re.Pattern[bytes], given: bytes) -> int:
    found = pattern.search(given)
    return int(found.group(1)) if found else 1
