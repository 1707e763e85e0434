"""Ids as text; those that lost their last digits in a spreadsheet or a float are refused, never repaired."""

import re
from collections.abc import Iterable

from medtw_qual.errors import RoundedIds

_NUMBER_FORM = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][+]?\d+|\d{15,}[.,]0+")
_LONG = re.compile(r"\d{17,20}")
# Of 300 ids of real posts from 2021, 35 survive a 64-bit float unchanged (rounding goes to multiples of 256).
_ENOUGH = 30
_WRAPPED = re.compile(r'="?([^"]*)"?|"([^"]*)"')
_WHOLE = re.compile(r"(\d{1,15})[.,]0+")
_EXACT_TO = 2**53  # IEEE 754: up to here a double holds every whole number
_REMEDY = "Go back to the original export and import the id column as text; digits that are gone cannot be repaired."


def clean_id(cell: str) -> str:
    """Return an id without what programs put around it so that spreadsheets keep it: quotation marks, ``="..."``, '.

    A short whole number that went through a float ("550.0", pandas' way with empty cells) is written as the number that
    it is; one of 16 digits or more stays as it stands and is refused later.

    Examples
    --------
    >>> [clean_id(cell) for cell in ('"550"', '="550"', "'550", " 550 ", "550.0", "1327781546728173500.0")]
    ['550', '550', '550', '550', '550', '1327781546728173500.0']
    """
    cell = cell.strip()
    if cell[:1] in ("=", '"'):
        found = _WRAPPED.fullmatch(cell)
        cell = ((found[1] or found[2] or "") if found else cell).strip()
    cell = cell.lstrip("'").strip()
    if cell.endswith("0"):
        whole = _WHOLE.fullmatch(cell)
        return whole[1] if whole else cell
    return cell


def id_text(value: object) -> str:
    """Return an id from JSON as text; a number that a float holds exactly is that number, nothing is "".

    Examples
    --------
    >>> id_text(550), id_text(550.0), id_text("550"), id_text(None), id_text(1.33196723456789e18)
    ('550', '550', '550', '', '1.33196723456789e+18')
    """
    if type(value) is str:
        return value
    if value is None or isinstance(value, bool | list | dict):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_TO:
        return str(int(value))
    return str(value)


class IdCheck:
    """Looks at ids one by one and refuses those that went through a number.

    Three signs count: a number's form (``1.27E+18``, ``1270000000000000000.0``); ids of 17 digits or more of which half
    end in zeros from the sixteenth digit on (a spreadsheet keeps 15; by chance one in 10,000 ends so); and thirty or
    more such ids that are all multiples of the steps in which 64-bit floats count at that size.
    """

    def __init__(self, where: str, column: str = "id") -> None:
        self._where, self._column = where, column
        self._long = self._zeroed = self._exact = 0

    def check(self, post_id: str) -> str:
        """Look at one id and return it.

        Raises
        ------
        RoundedIds
        """
        if _LONG.fullmatch(post_id):
            self._long += 1
            self._zeroed += not post_id[15:].strip("0")
            self._exact += int(float(post_id)) == int(post_id)
        elif _NUMBER_FORM.fullmatch(post_id):
            raise RoundedIds(
                f"Column {self._column!r} of {self._where} holds {post_id!r}: this id went through a number and lost"
                " digits.",
                _REMEDY,
            )
        return post_id

    def finish(self) -> None:
        """Judge all ids together.

        Raises
        ------
        RoundedIds
        """
        if self._zeroed >= max(3, 0.5 * self._long):
            raise RoundedIds(
                f"{self._zeroed} of {self._long} ids in column {self._column!r} of {self._where} end in zeros after the"
                " fifteenth digit: a spreadsheet rounded them.",
                _REMEDY,
            )
        if self._exact == self._long >= _ENOUGH:
            raise RoundedIds(
                f"All {self._long} ids in column {self._column!r} of {self._where} are numbers that a floating-point"
                " column can hold exactly, which about one real id in eight is: they went through one.",
                _REMEDY,
            )


def require_whole_ids(ids: Iterable[str], where: str, column: str = "id") -> None:
    """Refuse ids that went through a number (see `IdCheck`).

    Raises
    ------
    RoundedIds

    Examples
    --------
    >>> require_whole_ids(["1327781546728173500"], "posts.csv")
    >>> require_whole_ids(["1.32778E+18"], "posts.csv")
    Traceback (most recent call last):
    ...
    medtw_qual.errors.RoundedIds: Column 'id' of posts.csv holds '1.32778E+18': this id went through a number...
    """
    check = IdCheck(where, column)
    for id_ in ids:
        check.check(id_)
    check.finish()
