"""Columns of posts packed tightly, whatever kinds of values a source put into them."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from medtw_qual.corpus.times import to_utc

_FIRST = pd.Timestamp("1990-01-01", tz="UTC")  # some clients of Bluesky write the year 0
_LAST = pd.Timestamp("2100-01-01", tz="UTC")  # 9999-12-31 and the like stand for "no time"
_TYPES: dict[str, Any] = {
    **dict.fromkeys(("is_reply", "is_quote", "is_repost", "text_complete"), pa.bool_()),
    **dict.fromkeys(("likes", "reposts"), pa.int64()),
}


def packed_times(written: Sequence[Any]) -> tuple[pa.Array, int]:
    """Return the times as a packed column and how many could not be read or lie before 1990 or after 2099."""
    times = [time if type(time) is str else "" if time is None else str(time) for time in written]
    given = len(times) - times.count("")
    parsed = pd.to_datetime(pd.Series(times, dtype="str"), utc=True, format="ISO8601", errors="coerce")
    for place in parsed.index[parsed.isna()]:  # other forms, as a program wrote them in JSON
        if times[place].isdigit() or any(map(str.isalpha, times[place])):  # 3/14/2020 needs the researcher's word
            parsed[place] = pd.to_datetime(to_utc(times[place]), utc=True, format="ISO8601", errors="coerce")
    parsed = parsed.where((parsed >= _FIRST) & (parsed < _LAST))
    return pa.Array.from_pandas(parsed, type=pa.timestamp("us", tz="UTC")), given - int(parsed.notna().sum())


def packed(name: str, values: Sequence[Any]) -> pa.Array:
    """Pack a column; where a source put something else than text or numbers into a field, it is written as text."""
    kind = _TYPES.get(name, pa.large_string())
    try:
        packed = pa.array(values, type=kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        convert = _whole if kind == pa.int64() else bool if kind == pa.bool_() else _text
        return pa.array([convert(value) for value in values], type=kind)
    if packed.null_count and kind != pa.int64():
        return packed.fill_null(False if kind == pa.bool_() else "")
    return packed


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _whole(value: object) -> int | None:
    return value if type(value) is int and abs(value) < 2**63 else None
