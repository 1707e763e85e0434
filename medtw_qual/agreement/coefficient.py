"""What every coefficient returns: the figure, its interval, what it rests on, and why it may be undefined."""

from dataclasses import dataclass
from math import isnan
from typing import Any, Literal, TypedDict

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
IntervalMethod = Literal["auto", "counts", "fisher", "t", "z", "bootstrap", "bca", "jackknife"]

# Below this many units an interval of any kind is a rough guide (simulation: benchmarks/agreement_coverage.py).
FEW_UNITS = 20


class IntervalOptions(TypedDict, total=False):
    """How the interval is made; every coefficient takes these as keyword arguments.

    Attributes
    ----------
    interval : {"auto", "counts", "fisher", "t", "z", "bootstrap", "bca", "jackknife"} or None
        "auto" (default): "counts" for alpha, AC1, Scott's pi, Fleiss' and Cohen's kappa where there are two categories
        and no `groups`, else "fisher". "counts": every agreement under which the counts are not too unlikely
        (`count_interval`), which holds where a code is rare. "fisher": linearised standard error, Fisher's z,
        Student's t, and an exact limit at perfect agreement.
        "t", "z": the same standard error, estimate plus or minus the quantile, upper limit at most 1. "bootstrap",
        "bca": percentile and bias-corrected accelerated bootstrap over units. "jackknife": leave one unit out.
        None: no interval.
    confidence : float
        Between 0 and 1; default 0.95.
    n_resamples : int
        Bootstrap resamples; default 2000.
    seed : int
        Of the bootstrap and of the draws of "counts"; default 2020. The same seed gives the same interval.
    groups : array-like of length n_units, optional
        Author, thread or document of each unit: whole groups are resampled or left out. "fisher", "t" and "z" then
        use the standard error between groups.
    divisor : {"n-1", "n"}
        Of the linearised variance: "n-1" (default) as Gwet's raw-data formulas, "n" as Fleiss, Cohen and Everitt
        (1969) and Gwet's formulas for two-coder tables. It moves the second or third decimal in small samples.
    linearisation : {"ratio", "gwet"}
        What the standard error makes of units that were rated once. "ratio" (default): observed agreement is a ratio of
        two totals (Cochran 1977, Sampling Techniques, chapter 6), and degrees of freedom count the units rated twice.
        "gwet": as Gwet (2014) prints it, with all rated units, which is two to four times too wide where most units
        were rated once. Without missing ratings the two are the same.
    """

    interval: IntervalMethod | None
    confidence: float
    n_resamples: int
    seed: int
    groups: Any
    divisor: Literal["n-1", "n"]
    linearisation: Literal["ratio", "gwet"]


@dataclass(frozen=True)
class Coefficient:
    """An agreement coefficient with its interval.

    Attributes
    ----------
    name : str
        The coefficient's name in the package, e.g. ``"krippendorff_alpha"``.
    estimate : float
        At most 1; 0 is what chance alone gives (for percent agreement: a share, 0 to 1). NaN when undefined.
    se : float
        Standard error; NaN without an interval.
    low, high : float
        Limits of the interval; NaN without one. They always contain the estimate.
    observed, expected : float
        Observed agreement and the agreement expected by chance, both shares of pairs of ratings, 0 to 1.
    n_units : int
        Units with at least two ratings: those that say something about agreement.
    n_coders : int
        Coders with at least one rating.
    categories : tuple
        The categories counted on, in order.
    interval : str
        The interval in words, with every convention that moves a decimal.
    undefined : str or None
        None, or the reason in words why the coefficient is undefined; then `estimate` is NaN.
    weights : str
        How partial agreement counts.
    confidence : float
        The interval's nominal coverage.
    note : str
        What a reader should know: few units, a clamp that acted, undefined resamples. Empty: nothing.

    Examples
    --------
    >>> from medtw_qual.agreement import percent_agreement
    >>> percent_agreement([["a", "a"], ["b", "a"]]).estimate
    0.5
    """

    name: str
    estimate: float
    se: float
    low: float
    high: float
    observed: float
    expected: float
    n_units: int
    n_coders: int
    categories: tuple[Any, ...]
    interval: str
    undefined: str | None
    weights: str = "identity"
    confidence: float = 0.95
    note: str = ""

    def __str__(self) -> str:
        """Print as a sentence of a methods section would."""
        if self.undefined:
            return f"{self.name}: undefined ({self.undefined})"
        words = f"{self.name} = {self.estimate:.3f}"
        if not isnan(self.low):
            words += f" ({self.confidence:.0%} interval {self.low:.3f} to {self.high:.3f}; {self.interval})"
        words += f", {self.n_units} units, {self.n_coders} coders"
        return words + (f". Note: {self.note}" if self.note else "")
