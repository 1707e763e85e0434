"""Intervals: one for every taste, each containing its estimate, each naming its conventions.

The default was chosen by simulation (benchmarks/agreement_coverage.py): for two categories every agreement under which
the counts are not too unlikely (`count_interval`); else the linearised standard error on Fisher's z scale with
Student's t, and an exact limit where all units agree, since every other method gives a zero-width interval there,
however few the units.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import atanh, isfinite, nan, sqrt, tanh
from typing import Any

import numpy as np

from medtw_qual.agreement.coefficient import Floats
from medtw_qual.agreement.count_interval import DRAWS, count_test
from medtw_qual.agreement.interval_inputs import IntervalInputs, Options
from medtw_qual.agreement.patterns import Patterns
from medtw_qual.errors import InvalidArgument

# A chunk of resamples times patterns holds at most this many numbers (32 MB).
_CHUNK = 4_000_000
_ZERO = 1e-12


@dataclass(frozen=True)
class Limits:
    """An interval, its standard error and its conventions in words."""

    se: float
    low: float
    high: float
    words: str
    note: str = ""


NO_LIMITS = Limits(nan, nan, nan, "none")


def make_interval(inputs: IntervalInputs, options: Options) -> Limits:
    """Make the interval that the options ask for."""
    if options.interval is None:
        return NO_LIMITS
    if options.interval in ("auto", "counts"):
        counted = _from_counts(inputs, options)
        if counted is not None:
            return _containing(inputs, counted)
        options = replace(options, interval="fisher")
    resampled = options.interval in ("bootstrap", "bca")
    limits = _bootstrap(inputs, options) if resampled else _from_error(inputs, options)
    if not limits.se > _ZERO:
        return _exact(inputs, options, limits)
    return _containing(inputs, limits)


def quantile(confidence: float, df: float | None) -> float:
    """Return the two-sided quantile of Student's t, or of the normal distribution where `df` is None."""
    from scipy.special import ndtri, stdtrit

    upper = (1 + confidence) / 2
    return float(ndtri(upper) if df is None else stdtrit(df, upper))


def standard_error(inputs: IntervalInputs, divisor: str) -> tuple[float, int]:
    """Return the linearised standard error and its degrees of freedom.

    Gwet (2014, chapters 5 and 6): sum of squared deviations of the units' contributions over n (n - 1), or over n^2.
    Between groups: the same with the groups' sums (sandwich), times G / (G - 1). Degrees of freedom: the units (or
    groups) that hold a pair of ratings, less one.
    """
    patterns = inputs.table.patterns
    contributions = inputs.measure.linearise(inputs.table, patterns.frequency)
    deviations = contributions - patterns.frequency @ contributions / inputs.n
    if inputs.groups is not None:
        sums = np.bincount(inputs.groups, weights=deviations[patterns.of_unit])
        g = len(sums)
        factor = g / (g - 1) if divisor == "n-1" else 1.0
        return sqrt(factor * float(sums @ sums)) / inputs.n, inputs.n_pairable - 1
    below = inputs.n * (inputs.n - 1 if divisor == "n-1" else inputs.n)
    return sqrt(float(patterns.frequency @ deviations**2) / below), inputs.df_units - 1


def _from_error(inputs: IntervalInputs, options: Options) -> Limits:
    if inputs.n_pairable < 2:
        return Limits(nan, nan, nan, "no interval: all units rated twice belong to one group")
    if options.interval == "jackknife":
        se, df = _jackknife(inputs)
        source = "jackknife SE"
    else:
        se, df = standard_error(inputs, options.divisor)
        source = f"linearised SE with divisor {options.divisor}"
    if inputs.groups is not None:
        source += f" between {df + 1} groups"
    t = quantile(options.confidence, None if options.interval == "z" else df)
    law = "normal quantile" if options.interval == "z" else f"t({df})"
    z_scale = options.interval in ("fisher", "jackknife") and _can_transform(inputs)
    if z_scale:
        low, high = _fisher(inputs, t * se)
        scale = "Fisher's z of 2p - 1" if inputs.share else "Fisher's z"
        return Limits(se, low, high, f"{scale}, {source}, {law}")
    low, high = inputs.estimate - t * se, inputs.estimate + t * se
    words = f"estimate +/- {law} x SE, {source}"
    return Limits(se, low, min(high, 1.0), words, "upper limit cut at 1" if high > 1 else "")


def _from_counts(inputs: IntervalInputs, options: Options) -> Limits | None:
    """Return the interval of two categories, or None where it does not apply.

    Raises
    ------
    InvalidArgument
        When it was asked for by name and does not apply.
    """
    test = None
    if inputs.binary_model and inputs.groups is None:
        test = count_test(inputs.measure, inputs.table, inputs.binary_model, options.seed)
    if test is None:
        if options.interval == "counts":
            raise InvalidArgument(
                "The interval from counts is for alpha, AC1, Scott's pi, Fleiss' and Cohen's kappa, two categories, no"
                " groups.",
                "Leave `interval` away, which takes it where it applies, or choose another.",
            )
        return None
    se, _ = standard_error(inputs, options.divisor)
    with _blas().limit(limits=1, user_api="blas"):
        low, high = test.limits(inputs.estimate, se, options.confidence)
    how = "all possible counts" if test.listed is not None else f"{DRAWS} draws, seed {options.seed}"
    model = "own margins" if inputs.binary_model == "own" else "common correlation"
    return Limits(se, low, high, f"agreement not rejected by the counts, {model} model, mid-p over {how}")


@lru_cache(maxsize=1)
def _blas() -> Any:  # noqa: ANN401 - threadpoolctl ships no types
    """Return the control of the linear algebra's threads: for these small products waiting for them costs the most."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _can_transform(inputs: IntervalInputs) -> bool:
    low = 0.0 if inputs.share else -1.0
    return low + _ZERO < inputs.estimate < 1 - _ZERO


def _fisher(inputs: IntervalInputs, reach: float) -> tuple[float, float]:
    """Fisher's z: atanh(k) +/- t SE / (1 - k^2), back by tanh. A share p goes through 2p - 1, half its logit."""
    k = 2 * inputs.estimate - 1 if inputs.share else inputs.estimate
    far = reach * (2 if inputs.share else 1) / (1 - k * k)
    low, high = tanh(atanh(k) - far), tanh(atanh(k) + far)
    return ((low + 1) / 2, (high + 1) / 2) if inputs.share else (low, high)


def _exact(inputs: IntervalInputs, options: Options, limits: Limits) -> Limits:
    """Where every unit says the same, use the exact binomial limit of observed agreement and map it to the coefficient.

    After n agreements of n (Clopper and Pearson 1934) observed agreement is at least tail^(1/n); the same, turned
    round, after n disagreements. In between no exact limit exists and none is given.
    """
    n = inputs.n_pairable
    bound = ((1 - options.confidence) / 2) ** (1 / n)
    unit = "groups" if inputs.groups is not None else "units"
    if inputs.estimate >= 1 - _ZERO:
        low = _at_observed(inputs, bound)
        return Limits(0.0, low, 1.0, f"exact limit for {n} {unit} in full agreement (Clopper-Pearson)")
    if inputs.observed <= _ZERO:
        high = max(_at_observed(inputs, 1 - bound), inputs.estimate)
        return Limits(0.0, inputs.estimate, high, f"exact limit for {n} {unit} in full disagreement")
    why = "no interval: every unit shows the same mixture, so nothing varies between units"
    why = limits.words if limits.words.startswith("no interval") else why
    return Limits(limits.se, nan, nan, why)


def _at_observed(inputs: IntervalInputs, observed: float) -> float:
    return observed if inputs.share else (observed - inputs.expected) / (1 - inputs.expected)


def _containing(inputs: IntervalInputs, limits: Limits) -> Limits:
    """Widen to the estimate where a bootstrap's limits miss it, and say so."""
    if not isfinite(limits.low) or limits.low <= inputs.estimate <= limits.high:
        return limits
    low, high = min(limits.low, inputs.estimate), max(limits.high, inputs.estimate)
    note = "; ".join(filter(None, (limits.note, "a limit was moved to the estimate, which it had missed")))
    return replace(limits, low=low, high=high, note=note)


def _left_out(inputs: IntervalInputs) -> tuple[Floats, Floats]:
    """Estimates with one unit (or group) left out, and how many units (groups) share each."""
    frequency = inputs.table.patterns.frequency
    n_patterns = len(frequency)
    blocks = inputs.blocks() if inputs.groups is not None else None
    total = n_patterns if blocks is None else inputs.n_groups
    rows = max(1, _CHUNK // max(1, n_patterns))
    values = []
    for start in range(0, total, rows):
        stop = min(start + rows, total)
        without = np.tile(frequency, (stop - start, 1))
        if blocks is None:
            without[np.arange(stop - start), np.arange(start, stop)] -= 1
        else:
            without -= blocks[start:stop].toarray()
        values.append(inputs.measure.at(inputs.table, without).estimate)
    return np.concatenate(values), frequency if blocks is None else np.ones(total)


def _jackknife(inputs: IntervalInputs) -> tuple[float, int]:
    values, weight = _left_out(inputs)
    good = np.isfinite(values)
    values, weight = values[good], weight[good]
    g = weight.sum()
    if g < 2:
        return nan, 1
    mean = weight @ values / g
    return sqrt((g - 1) / g * float(weight @ (values - mean) ** 2)), inputs.n_pairable - 1


def resample(inputs: IntervalInputs, options: Options) -> Floats:
    """Return the estimates of `n_resamples` bootstrap samples of the units (or groups); NaN where undefined."""
    rng = np.random.default_rng(options.seed)
    return np.concatenate([inputs.measure.at(inputs.table, drawn).estimate for drawn in _draws(inputs, options, rng)])


def _draws(inputs: IntervalInputs, options: Options, rng: np.random.Generator) -> Iterator[Floats]:
    g = inputs.n_groups
    blocks = inputs.blocks() if g else None
    rows = max(1, _CHUNK // max(1, g, len(inputs.table.patterns.frequency)))
    for start in range(0, options.n_resamples, rows):
        size = min(rows, options.n_resamples - start)
        if blocks is None:
            yield _resampled_frequencies(rng, inputs.table.patterns, size)
        else:
            yield np.asarray(rng.multinomial(g, np.full(g, 1 / g), size=size).astype(float) @ blocks)


def _resampled_frequencies(rng: np.random.Generator, patterns: Patterns, size: int) -> Floats:
    """Draw n units with replacement, `size` times, as frequencies of their patterns: multinomial, but faster.

    Independent Poisson counts are multinomial given their sum. So draw them with a mean a little below n, and add the
    few units that are still missing one by one; where the sum exceeds n (about one row in a thousand), draw anew.
    """
    frequency = patterns.frequency
    n, width = len(patterns.of_unit), len(frequency)
    share = frequency / n
    drawn = rng.poisson(share * max(0.0, n - 3 * sqrt(n)), size=(size, width))
    missing = n - drawn.sum(axis=1)
    row = np.repeat(np.arange(size), np.maximum(missing, 0))
    which = patterns.of_unit[rng.integers(0, n, size=len(row))]
    drawn += np.bincount(row * width + which, minlength=size * width).reshape(size, width)
    over = missing < 0
    if over.any():
        drawn[over] = rng.multinomial(n, share, size=int(over.sum()))
    return drawn.astype(float)


def _bootstrap(inputs: IntervalInputs, options: Options) -> Limits:
    values = resample(inputs, options)
    good = values[np.isfinite(values)]
    of = "groups" if inputs.groups is not None else "units"
    kind = "BCa" if options.interval == "bca" else "percentile"
    words = f"{kind} bootstrap over {of}, {options.n_resamples} resamples, seed {options.seed}"
    undefined = 1 - len(good) / len(values)
    note = f"{undefined:.1%} of the resamples were undefined and left out" if undefined > 0 else ""
    if len(good) < 2:
        return Limits(nan, nan, nan, words, note)
    tail = (1 - options.confidence) / 2
    probabilities = np.array([tail, 1 - tail])
    if options.interval == "bca" and np.ptp(good) > _ZERO:
        probabilities = _bca(inputs, good, probabilities)
    low, high = np.quantile(good, probabilities)
    se = 0.0 if np.ptp(good) < _ZERO else float(np.std(good, ddof=1))
    return Limits(se, float(low), float(high), words, note)


def _bca(inputs: IntervalInputs, values: Floats, probabilities: Floats) -> Floats:
    """Efron (1987, JASA 82:171-185): shift for bias and skewness. Ties with the estimate count half."""
    from scipy.special import ndtr, ndtri

    below = (values < inputs.estimate - _ZERO).mean() + (np.abs(values - inputs.estimate) <= _ZERO).mean() / 2
    inside = 0.5 / len(values)
    bias = ndtri(np.clip(below, inside, 1 - inside))
    left, weight = _left_out(inputs)
    good = np.isfinite(left)
    left, weight = left[good], weight[good]
    from_mean = (weight @ left) / weight.sum() - left
    spread = float(weight @ from_mean**2)
    skew = float(weight @ from_mean**3) / (6 * spread**1.5) if spread > 0 else 0.0
    shifted = bias + ndtri(probabilities)
    return np.asarray(ndtr(bias + shifted / (1 - skew * shifted)), dtype=float)
