"""The forms in which programs write times: a date, a time of day and a zone in any order that leaves no doubt."""

import re
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from medtw_qual.errors import InvalidArgument

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = re.compile(r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]?", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?<![\d.:/-])(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,]\d+)?)?|(?=\s*[ap]\.?m\b))(?![\d:])\s*([ap])?(?(4)\.?m\b\.?)",
    re.IGNORECASE,
)
_DOTTED_CLOCK = re.compile(r"(?<=\s)(\d{1,2})\.(\d{2})(?:\.(\d{2}))?()$")
_OFFSET = re.compile(r"(?:(?:GMT|UTC)\s*)?([+-])(\d{1,2}):?(\d{2})?(?:\s+[A-Z]{3,4})?(?:\s*\([^)]*\))?(?=$|\s+\d{4}$)")
_REGION = re.compile(r"\[?\b([A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_]+){1,2})\]?$")
_ABBREVIATION = re.compile(r"(?<=[\d\sMm.])(?<![A-Za-z])([A-Z]{1,5})(?=$|\s+\d{4}$)")
# Hours from UTC. RFC 5322, section 4.3 for UT to PDT; the others are the usual abbreviations of one zone only.
_ZONES = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2,
    "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "ACST": 9.5, "ACDT": 10.5,
    "AWST": 8, "NZST": 12, "NZDT": 13, "SAST": 2,
}  # fmt: skip
# Abbreviations that several countries use for different zones.
_SEVERAL = {"BST", "IST", "AST", "ADT", "WST", "SST", "GST", "PKT"}
_YEAR_FIRST = re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
_WORDED = (
    re.compile(rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?[ -]+(?:of )?{_MONTH}[ -]+(?P<y>\d{{4}})", re.IGNORECASE),
    re.compile(rf"{_MONTH}[ -]+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ -]+(?P<y>\d{{4}})", re.IGNORECASE),
    re.compile(rf"(?P<y>\d{{4}})[ -]+{_MONTH}[ -]+(?P<d>\d{{1,2}})", re.IGNORECASE),
)


def read_moment(written: str, time_zone: str, day_first: bool | None) -> datetime | None:
    """Return the moment that a text names, or None where its form is not known.

    Parameters
    ----------
    written : str
        A date, with or without a time of day and a zone.
    time_zone : str
        The zone that was declared; it decides between the meanings of an abbreviation such as IST.
    day_first : bool or None
        Whether 3/4/2020 is the third of April; None: nobody said.

    Returns
    -------
    datetime or None
        Without a zone where the text names none.

    Raises
    ------
    InvalidArgument
        When the day and the month, or the zone, may be read in two ways.

    Examples
    --------
    >>> read_moment("November 26, 2020 at 02:10PM", "UTC", None).isoformat()
    '2020-11-26T14:10:00'
    >>> read_moment("Thu, 26 Nov 2020 14:10:07 GMT", "UTC", None).isoformat()
    '2020-11-26T14:10:07+00:00'
    """
    rest = _WEEKDAY.sub(" ", written)
    rest = re.sub(r"\bat\b|\bum\b|[·,]|(?<=\d)T(?=\d)", " ", rest).strip()
    rest, zone_named = _take_zone(rest)
    rest, clock = _take_clock(rest)
    day = _day(" ".join(rest.split()), day_first, written)
    if day is None or clock is None:
        return None
    try:
        moment = datetime(*day, *clock)
        return moment if zone_named is None else moment.replace(tzinfo=_zone_of(zone_named, moment, time_zone, written))
    except InvalidArgument:  # it is a ValueError, too
        raise
    except (ValueError, ZoneInfoNotFoundError):  # no such day, or no such zone
        return None


def _take_zone(text: str) -> tuple[str, re.Match[str] | None]:
    """Take the zone off a text; an offset counts after a time of day only (2020-11-26 ends in none)."""
    for pattern in (_OFFSET, _REGION, _ABBREVIATION):
        found = pattern.search(text)
        if found and (pattern is not _OFFSET or ":" in text[: found.start()]) and not _is_half_of_day(found):
            return text[: found.start()] + " " + text[found.end() :], found
    return text, None


def _is_half_of_day(found: re.Match[str]) -> bool:
    return found.re is _ABBREVIATION and found[1] in ("AM", "PM", "A", "P", "M")


def _take_clock(text: str) -> tuple[str, tuple[int, int, int] | None]:
    found = _CLOCK.search(text) or _DOTTED_CLOCK.search(text)
    if found is None:
        return text, (0, 0, 0)
    hour, half = int(found[1]), (found[4] or "").lower()
    if half and not 1 <= hour <= 12:
        half = "" if 13 <= hour <= 23 and half == "p" else "?"
    if half == "?":
        return text, None
    hour = hour % 12 + 12 * (half == "p") if half else hour
    return text[: found.start()] + " " + text[found.end() :], (hour, int(found[2] or 0), int(found[3] or 0))


def _day(text: str, day_first: bool | None, written: str) -> tuple[int, int, int] | None:
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return int(found[1]), int(found[3]), int(found[4])
    for pattern in _WORDED:
        named = pattern.fullmatch(text)
        if named:
            month = next(entry for entry in named.groups() if entry and entry[:3].lower() in _MONTH_NAMES)
            return int(named["y"]), _MONTH_NAMES.index(month[:3].lower()) + 1, int(named["d"])
    numbers = _NUMBERS.fullmatch(text)
    return _from_numbers(numbers, day_first, written) if numbers else None


def _from_numbers(found: re.Match[str], day_first: bool | None, written: str) -> tuple[int, int, int]:
    first, second = int(found[1]), int(found[3])
    short = len(found[4]) == 2
    year = int(found[4]) + (2000 if short else 0)
    # With a year of two digits 20/11/26 may also begin with the year.
    doubtful = (first != second and max(first, second) <= 12) or (short and second <= 12)
    if day_first is None and doubtful:
        raise InvalidArgument(
            f"The time {written!r} may be read in two ways.",
            "Say which number is the day: day_first=True or"
            " False (in study.toml below [corpus]: day_first = true or false).",
        )
    comes_first = day_first if day_first is not None else first > 12
    return (year, second, first) if comes_first else (year, first, second)


def _zone_of(found: re.Match[str], moment: datetime, time_zone: str, written: str) -> tzinfo | None:
    if found.re is _OFFSET:
        ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(-ahead if found[1] == "-" else ahead)
    name = found[1]
    if found.re is _REGION:
        return ZoneInfo(name)
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name]))
    declared = ZoneInfo(time_zone)
    if moment.replace(tzinfo=declared).tzname() == name:
        return declared
    if name not in _SEVERAL:
        raise ValueError(name)
    raise InvalidArgument(
        f"The time {written!r} names a zone whose abbreviation means several.",
        'Say where the times are from: time_zone="Europe/London" (or the region and city that it is); or write the'
        " offset (+01:00) into the table.",
    )
