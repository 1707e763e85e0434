"""Calendar periods under one name everywhere: a week is called by its Monday."""

import pandas as pd

FREQUENCY = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}


def period_names(times: pd.Series, every: str, missing: str = "") -> pd.Series:
    """Return the name of the period in which each time lies, in UTC, as in ISO 8601.

    Parameters
    ----------
    times : Series
        Times with a zone.
    every : {"day", "week", "month", "quarter", "year"}
        The length of a period.
    missing : str
        What a time that is not known is called.

    Returns
    -------
    Series
        With the index of `times`: 2020-11-20, 2020-11-16 (the Monday of the week), 2020-11, 2020Q4, 2020.

    Examples
    --------
    >>> times = pd.Series(pd.to_datetime(["2020-11-20T11:32Z", None], utc=True))
    >>> [period_names(times, every, "no time").tolist() for every in ("week", "month")]
    [['2020-11-16', 'no time'], ['2020-11', 'no time']]
    """
    periods = times.dt.tz_convert("UTC").dt.tz_localize(None).dt.to_period(FREQUENCY[every])
    names = periods.dt.start_time.dt.strftime("%Y-%m-%d") if every == "week" else periods.astype(str)
    return names.astype("object").where(times.notna(), missing)
