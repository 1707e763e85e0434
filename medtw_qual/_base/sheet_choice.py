"""Which sheet of a workbook holds the table, and whether its cells are what they show."""

from collections.abc import Callable, Sequence

from medtw_qual._base.table_account import TableAccount
from medtw_qual._base.table_dialects import place_of_header
from medtw_qual._base.workbook_reader import WorkbookSheet, cell_name, range_name
from medtw_qual.errors import EmptyFile, InvalidArgument, InvalidTable, UnreadableFile, did_you_mean

Known = Callable[[str], bool]
_HEAD = 60
_SHOWN = 5


def choose_sheet(
    sheets: Sequence[WorkbookSheet], name: str | None, known: Known | None, account: TableAccount
) -> WorkbookSheet:
    """Return the sheet with the table, and enter the others that hold something into the account.

    Without a name it is the only sheet that holds anything; or the only one with the expected columns; or the first
    that is not hidden, where no other has the same header.

    Raises
    ------
    EmptyFile
        When no sheet holds anything.
    InvalidArgument
        When there is no sheet of that name.
    InvalidTable
        When several sheets could be meant.
    """
    filled = [sheet for sheet in sheets if not sheet.is_empty]
    if name is not None:
        named = [sheet for sheet in sheets if sheet.name.strip().casefold() == name.strip().casefold()]
        if not named:
            names = [sheet.name for sheet in sheets]
            raise InvalidArgument(
                f"{account.file} has no sheet {name!r}.{did_you_mean(name, names)}", f"It has: {', '.join(names)}."
            )
        filled_named = [sheet for sheet in named if not sheet.is_empty]
        if not filled_named:
            raise EmptyFile(f"The sheet {name!r} of {account.file} is empty.", "Name the sheet that holds the table.")
        chosen = filled_named[0]
    elif not filled:
        raise EmptyFile(f"{account.file} holds no rows.", "Put the table on a sheet and save it again.")
    else:
        chosen = _only_or_first(filled, known, account.file)
    account.sheet = chosen.name
    account.other_sheets = tuple(sheet.label for sheet in filled if sheet is not chosen)
    return chosen


def _only_or_first(filled: list[WorkbookSheet], known: Known | None, file: str) -> WorkbookSheet:
    if len(filled) == 1:
        return filled[0]
    shown = [sheet for sheet in filled if not sheet.hidden] or filled
    headers = {sheet.name: sheet_header(sheet, known) for sheet in shown}
    scores = {name: sum(map(known, header)) if known else 0 for name, header in headers.items()}
    best = max(scores.values())
    chosen = next(sheet for sheet in shown if scores[sheet.name] == best)
    alike = [
        sheet.name
        for sheet in shown
        if (best and scores[sheet.name] == best) or headers[sheet.name] == headers[chosen.name]
    ]
    if len(alike) > 1:
        raise InvalidTable(
            f"{file} has {len(alike)} sheets with such a table ({', '.join(alike)}), and nothing says which is meant.",
            "Save each of them as a file of its own, or keep one of them in the workbook.",
        )
    return chosen


def sheet_header(sheet: WorkbookSheet, known: Known | None = None) -> list[str]:
    """Return the header of a sheet: names without outer blanks."""
    rows = [row for _, row in zip(range(_HEAD), sheet.rows(), strict=False)]
    return [cell.strip() for cell in rows[header_place(rows, known)]] if rows else []


def header_place(rows: list[list[str]], known: Known | None = None) -> int:
    """Return which of the first rows of a sheet is its header, from 0: rows above it may say what the table is."""
    return place_of_header(rows, known)


def require_plain_cells(sheet: WorkbookSheet, known: Known | None = None) -> None:
    """Refuse a table whose cells do not hold what they show.

    Raises
    ------
    UnreadableFile
        For merged cells from the header on, errors (but #N/A, a word for nothing), and formulas without their values.
    """
    rows = [row for _, row in zip(range(_HEAD), sheet.rows(), strict=False)]
    top = header_place(rows, known) if rows else 0
    merged = [range_name(span) for span in sheet.merged if span[2] >= top]
    if merged:
        raise UnreadableFile(
            f"The sheet {sheet.name!r} of {sheet.file} has merged cells ({_listed(merged)}): only the first of them"
            " holds the value.",
            "Unmerge them, write the value into every cell that it is meant for, and save the workbook again.",
        )
    errors = [f"{cell_name(*place)} {sign}" for place, sign in sheet.facts.errors.items() if sign != "#N/A"]
    if errors:
        raise UnreadableFile(
            f"The sheet {sheet.name!r} of {sheet.file} has cells with an error ({_listed(errors)}).",
            "Excel makes an error of text that begins with = or -: format the cell as Text and write it again.",
        )
    formulas = [cell_name(*place) for place in sheet.facts.formulas]
    if formulas:
        raise UnreadableFile(
            f"The sheet {sheet.name!r} of {sheet.file} has formulas whose values are not in the file"
            f" ({_listed(formulas)}).",
            "Open the workbook in a spreadsheet and save it there, or write the values themselves.",
        )


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
