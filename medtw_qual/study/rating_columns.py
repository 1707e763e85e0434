"""Which columns of somebody's table hold the coders' ratings, and which hold ids, texts or the consensus."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from medtw_qual._base.table_account import TableAccount
from medtw_qual._base.table_reader import NOTHING_WORDS, read_text_table, without_nothing_words
from medtw_qual.errors import InvalidArgument

# Names of a first column that holds units, not a coder's ratings.
UNIT_COLUMNS = frozenset({
    "unit_id", "unit", "units", "id", "ids", "post_id", "tweet_id", "comment_id", "post", "item", "subject", "case",
    "nr", "no", "",
})  # fmt: skip
# A column of this name says who rated: then a row is one coder's ratings of one unit.
CODER_COLUMN = "coder"
NO_RATINGS = frozenset({
    "text", "texts", "context", "memo", "memos", "note", "notes", "comment", "comments", "round", "start", "end", "seq",
    "shown_at", "decided_at", "created_at", "author_id", "author", "coder_kind", "codebook_hash", "url", "date",
})  # fmt: skip
_CONSENSUS = frozenset({
    "consensus", "final", "agreed", "adjudicated", "adjudication", "resolved", "reconciled", "gold", "majority",
    "truth", "reference", "discussed",
})  # fmt: skip
# "None" is an answer in many codebooks ("none of these"); R, SQL, ReCal (#) and Stata (.) write the others.
MISSING_WORDS = (NOTHING_WORDS - {"None"}) | {"#", "."}
_UNNAMED = re.compile(r"column \d+( \(\d+\))*")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?( \(\d+\))*")
_FEWEST = 3  # units from which different values in every row say that a column holds no ratings
_SEPARATORS = (";", "|", ",", "/", "+")


@dataclass(frozen=True, eq=False)
class RatingTable:
    """A table of ratings as it was read.

    Attributes
    ----------
    frame : DataFrame
        All columns as text; words for nothing are empty cells.
    rows : tuple of int
        The row of each unit in the file, as a spreadsheet counts.
    unit : str or None
        The column with the units.
    notes : list of str
        What was guessed, for those who read the figure.
    """

    frame: pd.DataFrame
    rows: tuple[int, ...]
    unit: str | None
    notes: list[str]

    @property
    def columns(self) -> dict[str, str]:
        """The columns by their names in small letters."""
        return {str(name).strip().lower(): str(name) for name in self.frame.columns}


def read_rating_table(path: Path, sheet: str | None = None, keep: Collection[str] = ()) -> RatingTable:
    """Read a table of ratings; a file without a header (ReCal's form) is read as one column per coder.

    Parameters
    ----------
    path : Path
    sheet : str, optional
        Of a workbook.
    keep : collection of str
        Categories that were declared: a word for nothing among them is a category.

    Raises
    ------
    MissingFile, EmptyFile, UnreadableFile, InvalidTable, RoundedIds
    InvalidArgument
        When nobody can tell whether the first row is a header.
    """
    read = read_text_table(path, sheet=sheet, repeated=True, drop_headers=False)
    frame, rows, notes = read.frame, read.rows, list(read.account.remarks)
    if _has_no_header(list(frame.columns), frame, path.name):
        first = [re.sub(r" \(\d+\)$", "", str(name)) for name in frame.columns]
        values = [first, *frame.to_numpy().tolist()]
        frame = pd.DataFrame(values, columns=[f"coder {place + 1}" for place in range(len(first))], dtype="str")
        rows = (1, *rows)
        notes = [note for note in notes if "same name" not in note]
        notes.append("The file has no header: its first row was read as a unit, its columns as coders.")
    else:
        _refuse_repeated(read.account)
        again = (frame == pd.Series(list(frame.columns), index=frame.columns)).all(axis=1)
        if again.any():
            notes.append(f"{int(again.sum())} rows repeat the header and were left out.")
            rows = tuple(row for row, is_header in zip(rows, again, strict=True) if not is_header)
            frame = frame[~again].reset_index(drop=True)
    free = [name for name in frame.columns if str(name).strip().lower() in NO_RATINGS]
    frame = frame.apply(lambda column: column.str.strip())
    frame, counted = without_nothing_words(frame, free, MISSING_WORDS - set(keep))
    if counted:
        shown = ", ".join(f"{word!r} ({times})" for word, times in counted.items())
        notes.append(f"Words that stand for nothing were read as missing: {shown}.")
    named = str(frame.columns[0]).strip().lower()
    unit = str(frame.columns[0]) if named in UNIT_COLUMNS or _UNNAMED.fullmatch(named) else None
    return RatingTable(frame, rows, unit, notes)


def _refuse_repeated(account: TableAccount) -> None:
    if account.repeated_names:
        raise InvalidArgument(
            f"{account.file} has two columns called {account.repeated_names[0]!r}.", "Give each coder a name."
        )


def _has_no_header(names: list[str], frame: pd.DataFrame, file: str) -> bool:
    """Say whether the first row is a unit: numbers where names should stand.

    Raises
    ------
    InvalidArgument
        When all its cells are answers, too, and may be either.
    """
    if all(_NUMBER.fullmatch(name) or name in MISSING_WORDS for name in names):
        plain = [re.sub(r" \(\d+\)$", "", name) for name in names]
        if plain == [str(place) for place in range(1, len(names) + 1)] and len(names) > 1:
            raise _unclear(file, plain)
        return True
    answers = {cell.strip() for cell in frame.iloc[:, 1:].to_numpy().ravel()} - {""}
    rated = [re.sub(r" \(\d+\)$", "", name).strip() for name in names]
    if rated[0].lower() not in UNIT_COLUMNS and len(rated) > 1 and set(rated[1:]) <= answers:
        raise _unclear(file, rated)
    return False


def _unclear(file: str, cells: list[str]) -> InvalidArgument:
    return InvalidArgument(
        f"The first row of {file} ({', '.join(cells[:5])}) may be a header or a unit: its cells are answers, too.",
        "Write a header with the coders' names, and a first column unit_id.",
    )


def coder_columns(table: RatingTable, path: Path, other: Collection[str] = ()) -> tuple[list[str], str | None]:
    """Return the columns that hold ratings, and the column of the units; what else stands there goes into the notes.

    A column is no coder's when its name says so (consensus, text, memo), or when all its values are different and few
    of them stand in another column (ids, texts).

    Parameters
    ----------
    table : RatingTable
    path : Path
        For messages.
    other : collection of str
        Columns that are used for something else (the groups).

    Raises
    ------
    InvalidArgument
        When fewer than two columns are left.
    """
    frame, unit = table.frame, table.unit
    chosen, aside = [], []
    for name in map(str, frame.columns):
        if name == unit or name in other:
            continue
        why = _why_no_ratings(name, frame, unit)
        if why == "ids" and unit is None and name == frame.columns[0]:
            unit = name
            table.notes.append(f"The column {name!r} was read as the units' ids: every value is different.")
        elif why:
            aside.append(f"{name!r} ({why if why != 'ids' else 'every value is different'})")
        elif (frame[name] == "").all():
            aside.append(f"{name!r} (empty)")
        else:
            chosen.append(name)
    if aside:
        table.notes.append(f"Not read as coders: {', '.join(aside)}.")
    if len(chosen) < 2:
        raise InvalidArgument(
            f"{path.name} has {len(chosen)} column{'s' if len(chosen) != 1 else ''} of ratings; agreement needs two"
            f" coders.{' Not read as coders: ' + ', '.join(aside) + '.' if aside else ''}",
            "Give one column per coder, one row per unit.",
        )
    return chosen, unit


def _why_no_ratings(name: str, frame: pd.DataFrame, unit: str | None) -> str:
    words = set(re.split(r"[\s_\-]+", name.strip().lower()))
    if words & _CONSENSUS:
        return "the consensus is no coder"
    if name.strip().lower() in NO_RATINGS:
        return "no ratings by its name"
    filled = frame.loc[frame[name] != "", name]
    if len(filled) < _FEWEST or filled.duplicated().any():
        return ""
    if name == frame.columns[0] and unit is None and len(filled) >= 5 and _is_counting(filled):
        return "ids"
    others = frame.drop(columns=[name, *([unit] if unit else [])])
    elsewhere = set(others.to_numpy().ravel())
    return "ids" if filled.isin(elsewhere).sum() * 2 < len(filled) else ""


def _is_counting(values: pd.Series) -> bool:
    """Say whether a column counts its rows: 1, 2, 3 ..."""
    if not values.str.fullmatch(r"\d{1,9}").all():
        return False
    numbers = values.astype(int).tolist()
    return bool(numbers == list(range(numbers[0], numbers[0] + len(numbers))))


def refuse_several_codes(ratings: pd.DataFrame, path: Path, declared: Collection[str] = ()) -> None:
    """Refuse cells with several codes, which would count as one category in the order in which they were typed.

    Raises
    ------
    InvalidArgument
    """
    cells = {str(cell).strip() for cell in ratings.to_numpy().ravel()} - {""} - set(map(str, declared))
    for mark in _SEPARATORS:
        several = sorted(cell for cell in cells if mark in cell.strip(mark))
        alone = cells - set(several)
        for cell in several:
            parts = [part.strip() for part in cell.split(mark) if part.strip()]
            turned = any(other != cell and sorted(_parts(other, mark)) == sorted(parts) for other in several)
            if len(parts) > 1 and (turned or all(part in alone for part in parts) or (mark in ";|" and alone)):
                raise InvalidArgument(
                    f"{path.name} has several codes in a cell ({cell!r}): which order they were typed in would matter.",
                    f'Compare them as sets: --sets "{mark}"; or declare them as categories: --categories.',
                )


def _parts(cell: str, mark: str) -> list[str]:
    return [part.strip() for part in cell.split(mark) if part.strip()]


def as_sets(ratings: pd.DataFrame, mark: str) -> pd.DataFrame:
    """Return ratings in which each filled cell is the set of codes that it lists; an empty cell is missing.

    Examples
    --------
    >>> as_sets(pd.DataFrame({"A": ["x;y", ""]}), ";")["A"].tolist()
    [('x', 'y'), None]
    """
    return ratings.map(lambda cell: tuple(sorted(set(_parts(cell, mark)))) if cell else None).astype(object)
