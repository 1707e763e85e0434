"""Times as exports write them, turned into UTC."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from medtw_qual.corpus.time_forms import read_moment
from medtw_qual.errors import InvalidArgument

_EPOCH = re.compile(r"\d{9,11}(?:\.\d+)?|\d{13}|\d{16}")
_REGION_TOO = re.compile(r"(Z|[+-]\d{2}:?\d{2})\[[\w/+-]+\]$")  # Java names the region after the offset
_STEPS = {13: 1_000, 16: 1_000_000}  # milliseconds and microseconds


def to_utc(written: str, time_zone: str = "UTC", day_first: bool | None = None) -> str:
    """Return a time as ISO 8601 in UTC; one without a zone is taken to be of `time_zone`.

    Unknown forms stay as they are.

    Raises
    ------
    InvalidArgument
        When nobody said whether day or month comes first, and the numbers do not tell (`day_first` is None); when
        the abbreviation of a zone means several (IST) and `time_zone` is none of them.

    Examples
    --------
    >>> to_utc("2020-11-15T01:12:44Z")
    '2020-11-15T01:12:44+00:00'
    >>> to_utc("2020-11-15 01:12:44", "America/New_York")
    '2020-11-15T06:12:44+00:00'
    >>> to_utc("3/4/2020 10:05 PM", day_first=True), to_utc("3/14/2020")
    ('2020-04-03T22:05:00+00:00', '2020-03-14T00:00:00+00:00')
    >>> to_utc("3/14/2020", day_first=True)  # there is no fourteenth month: it stays as it is, and is counted
    '3/14/2020'
    >>> to_utc("1610005273.0")  # seconds since 1970
    '2021-01-07T07:41:13+00:00'
    """
    written = written.strip()
    if not written:
        return ""
    if _EPOCH.fullmatch(written):
        return datetime.fromtimestamp(float(written) / _STEPS.get(len(written), 1), UTC).isoformat()
    moment = _iso(written) or read_moment(written, time_zone, day_first)
    if moment is None:
        return written
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone(time_zone))).astimezone(UTC).isoformat()
    except OverflowError:  # 9999-12-31 and the like stand for "no time"
        return written


def _iso(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(_REGION_TOO.sub(r"\1", written) if written.endswith("]") else written)
    except ValueError:
        return None


def read_date(written: str | date) -> datetime:
    """Return a date or time that a researcher wrote, as ISO 8601 has it; other orders of day and month are ambiguous.

    Raises
    ------
    InvalidArgument

    Examples
    --------
    >>> read_date("2020-12-31")
    datetime.datetime(2020, 12, 31, 0, 0)
    """
    try:
        return datetime.fromisoformat(written if isinstance(written, str) else written.isoformat())
    except ValueError as error:
        raise InvalidArgument(f"{written!r} is no date.", "Write it as 2020-12-31 or 2020-12-31T18:00.") from error


def local_moment(moment: pd.Timestamp, time_zone: str) -> pd.Timestamp:
    """Return a wall-clock time as a moment in a zone; a local day has 23 or 25 hours where clocks change.

    Examples
    --------
    >>> first, second = (local_moment(pd.Timestamp(day), "America/New_York") for day in ("2020-11-01", "2020-11-02"))
    >>> second - first
    Timedelta('1 days 01:00:00')
    """
    if moment.tzinfo:
        return moment
    return moment.tz_localize(zone(time_zone), nonexistent="shift_forward", ambiguous=True)


def zone(name: str) -> ZoneInfo:
    """Return a time zone by its name.

    Raises
    ------
    InvalidArgument
        When there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidArgument(
            f"There is no time zone {name!r}.", "Write it as a region and city: 'Europe/London', or 'UTC'."
        ) from error
