"""Ids that lost their last digits in a spreadsheet or a float: recognised and refused, never repaired."""

import re
from collections.abc import Iterable

from medtw_qual._base.errors import RoundedIds

_NUMBER_FORM = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][+]?\d+|\d{15,}[.,]0+")
_LONG = re.compile(r"\d{17,20}")
_REMEDY = "Go back to the original export and import the id column as text; digits that are gone cannot be repaired."


def require_whole_ids(ids: Iterable[str], where: str, column: str = "id") -> None:
    """Refuse ids that went through a number.

    Two signs count: a number's form (``1.27E+18``, ``1270000000000000000.0``), and ids of 17 digits or more that nearly
    all end in zeros from the sixteenth digit on (a spreadsheet keeps 15; by chance one 19-digit id in 10,000 ends so).

    Raises
    ------
    RoundedIds

    Examples
    --------
    >>> require_whole_ids(["1327781546728173500"], "posts.csv")
    >>> require_whole_ids(["1.32778E+18"], "posts.csv")
    Traceback (most recent call last):
    ...
    medtw_qual._base.errors.RoundedIds: Column 'id' of posts.csv holds '1.32778E+18': this id went through a number...
    """
    long = zeroed = 0
    for one in ids:
        if _NUMBER_FORM.fullmatch(one):
            raise RoundedIds(
                f"Column {column!r} of {where} holds {one!r}: this id went through a number and lost digits.", _REMEDY
            )
        if _LONG.fullmatch(one):
            long += 1
            zeroed += not one[15:].strip("0")
    if long and zeroed >= max(3, 0.5 * long):
        raise RoundedIds(
            f"{zeroed} of {long} ids in column {column!r} of {where} end in zeros after the fifteenth digit:"
            " a spreadsheet rounded them.",
            _REMEDY,
        )
