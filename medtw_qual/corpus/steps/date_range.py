"""Units of a period, in a declared time zone."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual.corpus.flow import Exclusion
from medtw_qual.corpus.steps.common import keep_units
from medtw_qual.corpus.times import local_moment, read_date
from medtw_qual.errors import InvalidArgument

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def between(corpus: Corpus, begin: str | date | None, end: str | date | None, time_zone: str = "UTC") -> Corpus:
    """Return the corpus with the units posted from `begin` to `end`, both included.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    begin, end : str or date, optional
        A date (the whole day counts, in `time_zone`) or a time; None: open on that side.
    time_zone : str
        In which days begin and end, such as ``"America/New_York"``.

    Raises
    ------
    InvalidArgument
        When a date cannot be read, or the period ends before it begins.
    """
    first = _moment(begin, time_zone, last=False) if begin is not None else None
    last = _moment(end, time_zone, last=True) if end is not None else None
    if first is not None and last is not None and last < first:
        raise InvalidArgument(f"The period from {begin} to {end} ends before it begins.", "Swap the two.")
    times = corpus.units["created_at"]
    unknown = times.isna()
    early = (times < first).fillna(False) if first is not None else pd.Series(False, index=times.index)
    late = (times > last).fillna(False) if last is not None else pd.Series(False, index=times.index)
    reasons = [
        Exclusion(f"posted before {begin} ({time_zone})", int(early.sum())),
        Exclusion(f"posted after {end} ({time_zone})", int(late.sum())),
        Exclusion("time not known", int(unknown.sum())),
    ]
    return keep_units(corpus, ~(early | late | unknown), "between", reasons)


def _moment(given: str | date, time_zone: str, *, last: bool) -> pd.Timestamp:
    whole_day = _DATE.fullmatch(given) is not None if isinstance(given, str) else not isinstance(given, datetime)
    moment = pd.Timestamp(read_date(given))
    if last and whole_day:
        return local_moment(moment + pd.Timedelta(days=1), time_zone) - pd.Timedelta(microseconds=1)
    return local_moment(moment, time_zone)
