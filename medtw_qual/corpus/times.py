"""Times as exports write them, turned into UTC."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from medtw_qual._base.errors import InvalidArgument

_EPOCH = re.compile(r"\d{9,11}(?:\.\d+)?|\d{13}")
_FORMATS = (
    "%a %b %d %H:%M:%S %z %Y",  # Thu Jul 28 16:10:07 +0000 2022
    "%d-%b-%Y %I:%M%p",  # 28-Jul-2022 04:10PM
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%d/%m/%Y %H:%M:%S",
    "%Y-%m-%d %H:%M:%S %z",
)


def to_utc(written: str, time_zone: str = "UTC") -> str:
    """Return a time as ISO 8601 in UTC; one without a zone is taken to be of `time_zone`.

    Unknown forms stay as they are.

    Examples
    --------
    >>> to_utc("2020-11-15T01:12:44Z")
    '2020-11-15T01:12:44+00:00'
    >>> to_utc("2020-11-15 01:12:44", "America/New_York")
    '2020-11-15T06:12:44+00:00'
    >>> to_utc("1610005273.0")  # seconds since 1970
    '2021-01-07T07:41:13+00:00'
    """
    written = written.strip()
    if not written:
        return ""
    if _EPOCH.fullmatch(written):
        seconds = float(written) / (1000 if len(written) == 13 and "." not in written else 1)
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    moment = _parsed(written)
    if moment is None:
        return written
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone(time_zone))).astimezone(UTC).isoformat()


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
