"""Groups and time: differences between groups' shares, their trend over time, a code's course period by period."""

from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from medtw_qual._base.calendar_names import FREQUENCY, period_names
from medtw_qual._base.table_files import require_columns
from medtw_qual.corpus import Corpus
from medtw_qual.errors import InvalidArgument
from medtw_qual.reconciliation.coded_units import CodedUnits, Design, Flags, coded_units, sampled_units
from medtw_qual.reconciliation.interfaces import SampleLike
from medtw_qual.reconciliation.prevalence_estimates import SHARED_UNITS, MachineCodes, machine_codes, prevalence
from medtw_qual.reconciliation.share_estimators import FEW, regression_weight

Every = Literal["day", "week", "month", "quarter", "year"]
NO_TIME = "no time"


def contrasts(table: pd.DataFrame, pairs: list[tuple[str, str]] | None = None) -> pd.DataFrame:
    """Compare groups: the difference of their shares, with an interval, for every code and method.

    Newcombe's hybrid score interval (1998, Statistics in Medicine 17:873-890, method 10): with shares a and b and
    their limits, the difference reaches down to (a - b) - sqrt((a - low_a)^2 + (high_b - b)^2). It takes the limits as
    they are, so it serves the people's shares and the machine-assisted ones alike (Zou and Donner 2008 call it MOVER).

    Parameters
    ----------
    table : DataFrame
        From `prevalence(..., by=groups)`.
    pairs : list of (group, group), optional
        Which to compare; by default each group with each later one in the order of their names.

    Returns
    -------
    DataFrame
        code, method, group, other, difference (of the shares, group - other, -1 to 1), low, high, note (why there is
        none: a refused share, or groups that have units in common).

    Raises
    ------
    InvalidArgument
        When the table has no groups, or a pair names one that is not there.

    Examples
    --------
    Newcombe's example: 56 of 70 against 48 of 80, difference .2, limits .0524 and .3339.

    >>> from medtw_qual._base.binomial import wilson
    >>> rows = [("c", "people", g, k / n, *wilson(k / n, n), "") for g, k, n in (("a", 56, 70), ("b", 48, 80))]
    >>> columns = ["code", "method", "group", "estimate", "low", "high", "note"]
    >>> found = contrasts(pd.DataFrame(rows, columns=columns)).iloc[0]
    >>> f"{found.difference:.4f} {found.low:.4f} {found.high:.4f}"
    '0.2000 0.0524 0.3339'
    """
    require_columns(table, ("code", "method", "group", "estimate", "low", "high", "note"), "prevalence")
    groups = sorted(group for group in set(table["group"]) if group != "")
    if len(groups) < 2:
        raise InvalidArgument("The prevalence table has no two groups.", "Estimate it with by=, one group per unit.")
    chosen = list(combinations(groups, 2)) if pairs is None else pairs
    for group in {name for pair in chosen for name in pair}:
        if group not in groups:
            raise InvalidArgument(f"There is no group {group!r}.", f"The groups are: {', '.join(groups)}.")
    keyed = {(row["code"], row["method"], row["group"]): row for row in table.to_dict("records")}
    kinds = [kind for kind in dict.fromkeys(zip(table["code"], table["method"], strict=True))]
    rows = [
        {
            "code": code,
            "method": method,
            "group": a,
            "other": b,
            **_difference(keyed[code, method, a], keyed[code, method, b]),
        }
        for code, method in kinds
        for a, b in chosen
        if (code, method, a) in keyed and (code, method, b) in keyed
    ]
    return pd.DataFrame(rows)


def _difference(a: dict[str, object], b: dict[str, object]) -> dict[str, object]:
    undefined = {"difference": np.nan, "low": np.nan, "high": np.nan}
    if SHARED_UNITS in str(a["note"]):
        return {**undefined, "note": "refused: the groups have units in common and are not independent"}
    (p, low_p, high_p), (q, low_q, high_q) = (
        np.array([row["estimate"], row["low"], row["high"]], dtype=float) for row in (a, b)
    )
    if np.isnan(p) or np.isnan(q):
        return {**undefined, "note": "undefined: a share is undefined or was refused"}
    low, high = np.hypot(p - low_p, high_q - q), np.hypot(high_p - p, q - low_q)
    return {"difference": p - q, "low": max(p - q - low, -1.0), "high": min(p - q + high, 1.0), "note": ""}


def periods(corpus: Corpus, every: Every = "month") -> pd.Series:
    """Return the period of every unit of a corpus, indexed by unit_id: ready for `prevalence(..., by=periods(corpus))`.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    every : {"day", "week", "month", "quarter", "year"}
        The length of a period.

    Returns
    -------
    Series
        Periods named as in ISO 8601 (2020-11, 2020-11-16 for the Monday of a week), in UTC; "no time" for units
        without one.

    Raises
    ------
    InvalidArgument
        For another period.
    """
    if every not in FREQUENCY:
        raise InvalidArgument(f"{every!r} is no period.", f"Use one of: {', '.join(FREQUENCY)}.")
    names = period_names(corpus.units["created_at"], every, NO_TIME)
    return pd.Series(names.to_numpy(dtype=object), index=corpus.units["unit_id"].astype(str), name="period")


def code_over_time(
    consensus: pd.DataFrame,
    corpus: Corpus,
    sample: SampleLike | None = None,
    predicted: pd.DataFrame | None = None,
    *,
    every: Every = "month",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Estimate each code's share period by period, every period of the corpus named, the empty ones too.

    Parameters
    ----------
    consensus, sample, predicted, confidence
        As for `prevalence`.
    corpus : Corpus
        Its units' times give the periods and their sizes.
    every : {"day", "week", "month", "quarter", "year"}
        The length of a period.

    Returns
    -------
    DataFrame
        The prevalence table with the period as its group, in time order, and `units` (how many the corpus has then). A
        period in which nothing was coded has NaN and says so.
    """
    when = periods(corpus, every)
    when = when[when != NO_TIME]
    if when.empty:
        raise InvalidArgument("No unit of the corpus has a time.", "Name the column with the times when you read it.")
    table = prevalence(consensus, predicted, sample, by=when, confidence=confidence)
    table = table[table["group"] != ""]
    spaced = pd.period_range(when.min(), when.max(), freq=FREQUENCY[every])
    names = [str(p.start_time.date()) if every == "week" else str(p) for p in spaced]
    sizes = when.value_counts().reindex(names, fill_value=0)
    kinds = table[["code", "method"]].drop_duplicates()
    frame = kinds.merge(pd.DataFrame({"group": names, "units": sizes.to_numpy()}), how="cross")
    full = frame.merge(table, on=["code", "method", "group"], how="left")
    full["n"] = full["n"].fillna(0).astype("Int64")
    full["note"] = full["note"].fillna("undefined: the corpus has no unit in this period")
    return full[[*table.columns, "units"]]


def trend(
    consensus: pd.DataFrame,
    corpus: Corpus,
    sample: SampleLike | None = None,
    predicted: pd.DataFrame | None = None,
    *,
    per: Literal["day", "week", "month", "year"] = "month",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Estimate how each code's share rises or falls: the slope of the straight line through the whole corpus.

    The slope that ordinary least squares would give if every unit of the corpus were coded is a sum over units of
    (time - mean time) y / sum of squares; the corpus' times are all known, so it is a population mean and is estimated
    like one: from the sample alone, and with the machine's word as difference estimator (PPI++). Intervals are normal
    with t quantiles on n - 2 degrees of freedom and finite-population correction. A straight line is a summary, not a
    model: look at `code_over_time` too.

    Parameters
    ----------
    consensus, sample, predicted, confidence
        As for `prevalence`.
    corpus : Corpus
        Units without a time are left out.
    per : {"day", "week", "month", "year"}
        Unit of the slope (a month is 365.25 / 12 days).

    Returns
    -------
    DataFrame
        code, method ("people", "PPI++"), slope (change of the share per period), low, high, n, note (why refused: fewer
        than ten coded units with the code, say).
    """
    units, design, notes = sampled_units(coded_units(consensus), sample)
    machine = None if predicted is None else machine_codes(predicted, units)
    lever = _lever(corpus, per)
    rows = []
    for position, code in enumerate(units.codes):
        for method in ("people", "PPI++") if machine is not None else ("people",):
            row = _slope(units, design, position, lever, machine if method == "PPI++" else None, confidence)
            note = "; ".join(part for part in [str(row["note"]), *notes] if part)
            rows.append({"code": code, "method": method, **row, "note": note})
    return pd.DataFrame(rows)


def _lever(corpus: Corpus, per: str) -> pd.Series:
    """N (time - mean time) / sum of squares for every unit: the mean of lever x code is the slope."""
    days = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
    if per not in days:
        raise InvalidArgument(f"{per!r} is no unit of time here.", f"Use one of: {', '.join(days)}.")
    units = corpus.units[corpus.units["created_at"].notna()]
    times = units["created_at"]
    if times.empty:
        raise InvalidArgument("No unit of the corpus has a time.", "Name the column with the times when you read it.")
    since = (times - times.min()).dt.total_seconds().to_numpy(dtype=float) / 86400 / days[per]
    centred = since - since.mean()
    squares = float((centred**2).sum())
    if not squares > 0:
        raise InvalidArgument("All units have one and the same time.", "A trend needs a corpus that lasts.")
    return pd.Series(len(since) * centred / squares, index=units["unit_id"].astype(str))


def _slope(
    units: CodedUnits, design: Design, code: int, lever: pd.Series, machine: MachineCodes | None, confidence: float
) -> dict[str, object]:
    from scipy.stats import t as student

    judged: Flags = units.coded[:, code] & np.isin(units.unit_ids, lever.index.to_numpy(dtype=str))
    ids = [unit for unit, kept in zip(units.unit_ids, judged, strict=True) if kept]
    present = units.present[judged, code].astype(float)
    n, positive = len(present), int(present.sum())
    undefined = {"slope": np.nan, "low": np.nan, "high": np.nan, "n": n}
    if min(positive, n - positive) < 2 * FEW:
        return {**undefined, "note": f"refused: fewer than {2 * FEW} coded units have (or lack) the code"}
    own = lever.reindex(ids).to_numpy(dtype=float)
    w = design.weights[judged] / design.weights[judged].sum()
    # The levers of the whole corpus sum to zero: that too is known and need not be estimated.
    residual = own * (present - float(w @ present))
    estimate = 0.0
    if machine is not None:
        word = machine.of(lever.index, code)
        if np.isnan(word).any():
            return {**undefined, "note": "refused: the machine has no prediction for every unit"}
        mean = float(word.mean())
        ours = own * (machine.of(pd.Index(ids), code) - mean)
        k = regression_weight(residual, ours, w)
        estimate = k * float((lever.to_numpy() * (word - mean)).mean())
        residual = residual - k * ours
    estimate += float(w @ residual)
    error = np.sqrt(_left(design, n) * float(w @ (residual - w @ residual) ** 2) * n / (n - 2) * float((w**2).sum()))
    half = float(student.ppf(0.5 + confidence / 2, n - 2)) * error
    return {"slope": estimate, "low": estimate - half, "high": estimate + half, "n": n, "note": ""}


def _left(design: Design, n: int) -> float:
    """Finite-population correction 1 - n / N."""
    return max(1 - n / design.population, 0.0) if design.known and design.population > 0 else 1.0
