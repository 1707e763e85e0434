"""From raw values to printed text: one policy of rounding and one way to print each kind of number (APA 7)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite, isnan
from typing import Any

import pandas as pd

from medtw_qual.errors import InvalidArgument, did_you_mean

UNDEFINED = "—"
MINUS = "−"
_MARKS = {"present": "●", "absent": "·", "impossible": "×"}


def is_missing(value: object) -> bool:
    """Say whether a raw value is missing: None, NaN, NA or NaT."""
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and isnan(value))


def rounded(value: float, digits: int, scale: int = 1) -> str:
    """Return `value` times `scale`, rounded half away from zero, with thousands separated and final zeros kept.

    Readers check by hand, and by hand 15.525 is 15.53, where binary floats may give 15.52. So the number is taken at
    its shortest decimal form, the one a reader would see.

    Parameters
    ----------
    value : float
    digits : int
        Digits after the point, 0 or more.
    scale : int
        100 turns a share into a percentage.

    Examples
    --------
    >>> rounded(15.525, 2), rounded(0.1552, 0, scale=100), rounded(-0.0004, 2), rounded(1206, 0)
    ('15.53', '16', '0.00', '1,206')
    """
    if not isfinite(value):
        return "∞" if value > 0 else MINUS + "∞"
    exact = (Decimal(repr(float(value))) * scale).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{abs(exact) if exact == 0 else exact:,f}".replace("-", MINUS)


def proportion(value: float, digits: int = 2) -> str:
    """Return a figure that cannot pass 1 without the zero before its point (APA 7, section 6.36).

    Examples
    --------
    >>> proportion(0.846), proportion(-0.05), proportion(1.0)
    ('.85', '−.05', '1.00')
    """
    text = rounded(value, digits)
    return text.replace("0.", ".", 1) if text.lstrip(MINUS).startswith("0.") else text


def interval(low: float, high: float, printed: Callable[[float], str]) -> str:
    """Return limits in square brackets (APA 7, section 6.9), each printed by `one`; a dash when they are undefined."""
    if is_missing(low) or is_missing(high):
        return UNDEFINED
    return f"[{printed(low)}, {printed(high)}]"


@dataclass(frozen=True)
class Format:
    """How a kind of value is printed.

    Attributes
    ----------
    print : callable
        Takes the raw values of the column's sources and returns text.
    excel : str
        The number format a spreadsheet shows the raw value in; empty where the printed text goes into the cell.
    sources : int
        How many raw columns the printed one is made from.
    align : {"left", "center", "right"}
    """

    print: Callable[..., str]
    excel: str = ""
    sources: int = 1
    align: str = "right"


def confidence_of(table: pd.DataFrame) -> str:
    """Return the confidence that a table of estimates states in its column ``confidence``, as it is printed.

    Examples
    --------
    >>> confidence_of(pd.DataFrame({"estimate": [0.2], "confidence": [0.9]})), confidence_of(pd.DataFrame())
    ('90%', '95%')
    """
    stated = table["confidence"].dropna().unique() if "confidence" in table else []
    return f"{100 * float(stated[0]):g}%" if len(stated) else "95%"


def _of_one(write: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: UNDEFINED if is_missing(value) else write(value)


def _text(value: object) -> str:
    return "" if is_missing(value) else str(value)


def _mark(value: object) -> str:
    return "" if is_missing(value) else _MARKS.get(str(value), str(value))


def _percent(value: float) -> str:
    return rounded(value, 1, scale=100)


def _count_with_percent(count: Any, share: Any) -> str:  # noqa: ANN401 - a cell of a table
    if is_missing(count):
        return UNDEFINED
    return rounded(count, 0) if is_missing(share) else f"{rounded(count, 0)} ({_percent(share)})"


FORMATS: dict[str, Format] = {
    "text": Format(_text, align="left"),
    "mark": Format(_mark, align="center"),
    "whole": Format(_of_one(lambda value: rounded(value, 0)), "#,##0"),
    "percent": Format(_of_one(_percent), "0.0%"),
    "decimal": Format(_of_one(lambda value: rounded(value, 2)), "#,##0.00"),
    "proportion": Format(_of_one(proportion), "0.00"),
    "percent interval": Format(lambda low, high: interval(low, high, _percent), sources=2, align="center"),
    "decimal interval": Format(
        lambda low, high: interval(low, high, lambda value: rounded(value, 2)), sources=2, align="center"
    ),
    "proportion interval": Format(lambda low, high: interval(low, high, proportion), sources=2, align="center"),
    "count (percent)": Format(_count_with_percent, sources=2),
}


def format_named(name: str) -> Format:
    """Return the format of that name, or say which there are.

    Raises
    ------
    InvalidArgument
    """
    if name not in FORMATS:
        raise InvalidArgument(
            f"There is no format {name!r}.{did_you_mean(name, FORMATS)}", f"Use one of: {', '.join(FORMATS)}."
        )
    return FORMATS[name]


def joined(words: Sequence[str]) -> str:
    """Return a list in prose: ``a``, ``a and b``, ``a, b and c``.

    Examples
    --------
    >>> joined(["A", "B", "C"])
    'A, B and C'
    """
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""
