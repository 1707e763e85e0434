"""One form of time for every record and file: UTC, ISO 8601, milliseconds."""

from datetime import UTC, datetime


def format_time(moment: datetime) -> str:
    """Return a moment in UTC, to the millisecond; one without a zone is taken for UTC.

    Parameters
    ----------
    moment : datetime

    Returns
    -------
    str
        ISO 8601 with three digits of a second and ``Z``. Two such texts are in the order of their moments.

    Examples
    --------
    >>> format_time(datetime(2026, 11, 23, 9, 15, 2, 120_459, tzinfo=UTC))
    '2026-11-23T09:15:02.120Z'
    """
    known = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return known.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc_now() -> str:
    """Return the present time in the form of `format_time`."""
    return format_time(datetime.now(UTC))
