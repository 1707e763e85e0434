"""Rows fitted to their header: no cell ever moves to another column."""

from collections.abc import Callable, Iterable, Iterator

from medtw_qual._base.table_account import TableAccount
from medtw_qual._base.table_dialects import filled_width

_RESPONSES = {"response", "open-ended response", "other (please specify)"}


def fitted_rows(
    rows: Iterable[list[str]], account: TableAccount, fill_short: bool = True, drop_headers: bool = True
) -> Iterator[list[str]]:
    """Yield the header with a name for every column, then the rows that fit it.

    Empty cells beyond the header (a comma at the end of each row) are cut off; a row with words there does not fit,
    since nobody knows which of its cells has moved. Rows equal to the header are left out (tables joined by hand), and
    so are empty ones. All of it is counted in the account.

    Parameters
    ----------
    rows : iterable of list of str
        The header first.
    account : TableAccount
    fill_short : bool
        Whether a row that ends early is filled up with empty cells (Excel leaves out empty cells at the end of rows);
        otherwise it does not fit.
    drop_headers : bool
        Whether rows equal to the header are left out; a table without a header may hold its first row again.

    Examples
    --------
    >>> account = TableAccount("a.csv", row=0)
    >>> list(fitted_rows([["id", "text"], ["1", "a", ""], ["2", "b", "c"], ["id", "text"], ["3"]], account))
    [['id', 'text'], ['1', 'a'], ['3', '']]
    >>> len(account.long_rows), len(account.short_rows), account.repeated_headers
    (1, 1, 1)
    """
    header: list[str] | None = None
    names: list[str] = []
    width = 0
    for cells in _without_further_headers(rows, account):
        if header is None:
            if filled_width(cells):
                header, names = cells, _header(cells, account)
                width = len(names)
                yield names
            continue
        if len(cells) != width:
            fitted = _fitted(cells, width, account, fill_short)
            if fitted is None:
                continue
            cells = fitted
        if not any(cells):
            account.empty += 1
        elif drop_headers and cells[0] == header[0] and cells == header[:width]:
            account.repeated_headers += 1
        else:
            yield cells


def _without_further_headers(rows: Iterable[list[str]], account: TableAccount) -> Iterator[list[str]]:
    """Yield the rows without those below the header that say what its columns are.

    Qualtrics writes the questions and then its import ids below the names of the columns; SurveyMonkey writes
    "Response" and "Open-Ended Response" there.
    """
    given = iter(rows)
    first: list[tuple[list[str], int]] = []
    for row in given:
        first.append((row, account.row))
        if len(first) == 3:
            break
    begun = account.row
    if len(first) == 3 and _all_filled(first[2][0], lambda cell: cell.startswith('{"ImportId":')):
        account.further_headers = 2
        del first[1:]
    elif len(first) > 1 and _all_filled(first[1][0], lambda cell: cell.strip().casefold() in _RESPONSES):
        account.further_headers = 1
        del first[1]
    for row, number in first:
        account.row = number
        yield row
    account.row = begun
    yield from given


def _all_filled(cells: list[str], holds: Callable[[str], bool]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and all(map(holds, filled))


def _fitted(cells: list[str], width: int, account: TableAccount, fill_short: bool) -> list[str] | None:
    """Return a row with as many cells as the header, or None for one that does not fit."""
    filled = filled_width(cells)
    if filled == 0:
        account.empty += 1
        return None
    if len(cells) > width:
        if filled > width:
            account.long_rows.append(account.row)
            return None
        account.surplus_rows += 1
        return cells[:width]
    account.short_rows.append(account.row)
    return cells + [""] * (width - len(cells)) if fill_short else None


def _header(cells: list[str], account: TableAccount) -> list[str]:
    """Name every column; one without a name is called by its place, a repeated one numbered."""
    names: list[str] = []
    taken: set[str] = set()
    for place, cell in enumerate(cells, 1):
        name = cell.strip().lstrip("\ufeff") or f"column {place}"
        if name in taken:
            account.repeated_names.append(name)
        while name in taken:
            name = f"{name} ({place})"
        taken.add(name)
        names.append(name)
    return names
