"""Times as exports write them, turned into UTC."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from medtw_qual.errors import InvalidArgument

_EPOCH = re.compile(r"\d{9,11}(?:\.\d+)?|\d{13}")
_FORMATS = (
    "%a %b %d %H:%M:%S %z %Y",  # Thu Jul 28 16:10:07 +0000 2022
    "%d-%b-%Y %I:%M%p",  # 28-Jul-2022 04:10PM
    "%Y-%m-%d %H:%M:%S %z",
)
# 3/4/2020 10:05 or 03.04.2020: the third of April, or the fourth of March
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?")


def to_utc(written: str, time_zone: str = "UTC", day_first: bool | None = None) -> str:
    """Return a time as ISO 8601 in UTC; one without a zone is taken to be of `time_zone`.

    Unknown forms stay as they are.

    Raises
    ------
    InvalidArgument
        When nobody said whether day or month comes first, and the numbers do not tell (`day_first` is None).

    Examples
    --------
    >>> to_utc("2020-11-15T01:12:44Z")
    '2020-11-15T01:12:44+00:00'
    >>> to_utc("2020-11-15 01:12:44", "America/New_York")
    '2020-11-15T06:12:44+00:00'
    >>> to_utc("3/4/2020 10:05 PM", day_first=True), to_utc("3/14/2020")
    ('2020-04-03T22:05:00+00:00', '2020-03-14T00:00:00+00:00')
    >>> to_utc("3/14/2020", day_first=True)  # there is no fourteenth month: it is left as it stands, and counted
    '3/14/2020'
    >>> to_utc("1610005273.0")  # seconds since 1970
    '2021-01-07T07:41:13+00:00'
    """
    written = written.strip()
    if not written:
        return ""
    if _EPOCH.fullmatch(written):
        seconds = float(written) / (1000 if len(written) == 13 and "." not in written else 1)
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    moment = _parsed(written) or _from_numbers(written, day_first)
    if moment is None:
        return written
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone(time_zone))).astimezone(UTC).isoformat()
    except OverflowError:  # 9999-12-31 and the like stand for "no time"
        return written


def _from_numbers(written: str, day_first: bool | None) -> datetime | None:
    found = _NUMBERS.fullmatch(written)
    if found is None:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if day_first is None and first != second and max(first, second) <= 12:
        raise InvalidArgument(
            f"The time {written!r} may be read in two ways.",
            "Say which number is the day: day_first=True or"
            " False (in study.toml below [corpus]: day_first = true or false).",
        )
    comes_first = day_first if day_first is not None else first > 12
    day, month = (first, second) if comes_first else (second, first)
    hour = int(found[5] or 0) % 12 + 12 * (found[8].lower() == "pm") if found[8] else int(found[5] or 0)
    try:
        return datetime(year, month, day, hour, int(found[6] or 0), int(found[7] or 0))
    except ValueError:
        return None


def _parsed(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        pass
    for form in _FORMATS:
        try:
            return datetime.strptime(written, form)
        except ValueError:
            continue
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
