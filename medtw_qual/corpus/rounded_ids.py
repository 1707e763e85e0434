"""The check for rounded ids over whole columns of packed posts: the same for every format, tables and JSON."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from medtw_qual.corpus.reading_report import FileAccount
from medtw_qual.errors import RoundedIds

ID_COLUMNS = (
    "post_id", "author_id", "conversation_id", "reply_to_id", "reply_to_author_id", "quoted_id", "repost_of_id",
)  # fmt: skip
_NUMBER_FORM = r"^[-+]?\d+([.,]\d+)?[eE][+]?\d+$|^\d{15,}[.,]0+$"
_LONG = r"^\d{17,18}$|^[1-8]\d{18}$"  # what a 64-bit number holds
_NEEDED = ("post_id", "author_id")
REMEDY = "Go back to the original export and import the id column as text; digits that are gone cannot be repaired."
_ENOUGH_IDS = 5_000  # distinct ids of a column; more tell nothing new
_LEAST_ZEROED, _LEAST_EXACT = 3, 30


@dataclass
class ColumnOfIds:
    """What was seen of one id column of one file.

    Attributes
    ----------
    filled : int
        Cells that hold anything.
    number_forms : int
        Cells that are numbers in a float's form (``1.27E+18``).
    example : str
        One of them.
    distinct : set of int
        The long ids seen, each once.
    """

    filled: int = 0
    number_forms: int = 0
    example: str = ""
    distinct: set[int] = field(default_factory=set)

    @property
    def is_rounded(self) -> bool:
        """Say whether the column as a whole went through a number, and not single records of it."""
        return 2 * self.number_forms > self.filled or self.zeroed or self.all_exact

    @property
    def zeroed(self) -> bool:
        """Say whether half of the long ids, and at least three, end in zeros from the sixteenth digit on."""
        ending = sum(not str(entry)[15:].strip("0") for entry in self.distinct)
        return ending >= max(_LEAST_ZEROED, 0.5 * len(self.distinct))

    @property
    def all_exact(self) -> bool:
        """Say whether there are thirty long ids or more, and a 64-bit float holds every one of them exactly."""
        return len(self.distinct) >= _LEAST_EXACT and all(int(float(entry)) == entry for entry in self.distinct)


class RoundedIdCheck:
    """Looks at the id columns of packed posts, file by file (see `medtw_qual.corpus.ids.IdCheck` for the signs)."""

    def __init__(self) -> None:
        self.columns: dict[tuple[int, str], ColumnOfIds] = defaultdict(ColumnOfIds)

    def look(self, file: int, name: str, values: pa.Array) -> None:
        """Look at a chunk of one column.

        Parameters
        ----------
        file : int
            Which of the files that are read.
        name : str
            One of `ID_COLUMNS`.
        values : Array of text
        """
        seen = self.columns[file, name]
        seen.filled += pc.not_equal(values, "").true_count
        forms = number_forms(values)
        if forms.true_count:
            seen.number_forms += forms.true_count
            seen.example = seen.example or values.filter(forms)[0].as_py()
        if len(seen.distinct) < _ENOUGH_IDS:
            long = values.filter(pc.match_substring_regex(values, _LONG))
            if len(long):
                seen.distinct.update(np.unique(long.cast(pa.int64()).to_numpy()).tolist())

    def suspects(self) -> dict[tuple[int, str], ColumnOfIds]:
        """Return the columns that hold rounded ids, by file and name."""
        return {
            key: entry for key, entry in self.columns.items() if entry.number_forms or entry.zeroed or entry.all_exact
        }


def number_forms(values: pa.Array) -> pa.Array:
    """Say which ids are numbers in a float's form.

    Examples
    --------
    >>> number_forms(pa.array(["1327781546728173500", "1.32778E+18"])).to_pylist()
    [False, True]
    """
    return pc.match_substring_regex(values, _NUMBER_FORM)


def drop_rounded_ids(
    table: pd.DataFrame, number: np.ndarray, check: RoundedIdCheck, files: Sequence[FileAccount]
) -> list[int]:
    """Refuse files whose posts' or authors' ids were rounded; empty rounded ids of other posts, with a line of account.

    A post that answered something stays an answer; what it answered is then not known. Where single records only have
    such an id, those posts leave, and an author is not known.

    Parameters
    ----------
    table : DataFrame
        The posts, changed in place.
    number : ndarray of int
        Which file each row came from.
    check : RoundedIdCheck
    files : sequence of FileAccount

    Returns
    -------
    list of int
        The rows of posts that leave, since their own ids were rounded.

    Raises
    ------
    RoundedIds
    """
    leaving: list[int] = []
    for (file, name), seen in check.suspects().items():
        account = files[file]
        if name in _NEEDED and seen.is_rounded:
            raise RoundedIds(_refusal(account.file, name, seen), REMEDY)
        rows = np.flatnonzero(number == file)
        cells = table[name].iloc[rows]
        rounded = cells.str.fullmatch(_NUMBER_FORM.replace("^", "").replace("$", ""))
        if seen.zeroed or seen.all_exact:
            rounded |= cells.str.fullmatch(r"\d{17,20}")
        places = rows[rounded.to_numpy(dtype=bool)]
        account.rounded.append(f"{len(places):,} ids in {name} went through a number, lost digits and are not used")
        if name == "post_id":
            leaving += places.tolist()
        else:
            table.loc[places, name] = ""
    return leaving


def _refusal(file: str, name: str, seen: ColumnOfIds) -> str:
    if seen.number_forms:
        return f"{file} holds the {name} {seen.example!r}: this id went through a number and lost digits."
    sign = "end in zeros after the fifteenth digit" if seen.zeroed else "are numbers that a float holds exactly"
    return f"The ids in {name} of {file} {sign}, which real ids rarely do: they went through a number and were rounded."


def count_posts(table: pd.DataFrame, number: np.ndarray, files: Sequence[FileAccount]) -> None:
    """Count for each file the posts that stay, those without author and those without a time."""
    size = len(files)
    for name, rows in (
        ("posts", number),
        ("without_author", number[(table["author_id"] == "").to_numpy(dtype=bool)]),
        ("without_time", number[table["created_at"].isna().to_numpy()]),
    ):
        for account, count in zip(files, np.bincount(rows, minlength=size).tolist() if size else (), strict=True):
            setattr(account, name, count)
