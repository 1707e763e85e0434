"""Intervals for a share: Wilson's on an effective sample size, and the exact one of a finite population."""

from bisect import bisect_left
from functools import lru_cache

import numpy as np


def wilson(share: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval (Wilson 1927, JASA 22:209-212) for a share seen in `n` units.

    `n` may be an effective number: for a simple random sample of n from N units it is n (N - 1) / (N - n), since the
    variance is smaller by the finite-population correction; where a model explains a part of the variance it is larger
    still.

    Parameters
    ----------
    share : float in [0, 1]
    n : float > 0; infinity gives the share itself
    confidence : float

    Examples
    --------
    81 of 263 (Newcombe 1998, Statistics in Medicine 17:857-872, table I): .2553 to .3662.

    >>> low, high = wilson(81 / 263, 263)
    >>> f"{low:.4f} {high:.4f}"
    '0.2553 0.3662'
    """
    from scipy.special import ndtri

    if not np.isfinite(n):
        return share, share
    z2 = float(ndtri(0.5 + confidence / 2)) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * share * (1 - share) / n + z2**2 / (4 * n**2)) / (1 + z2 / n)
    # Rounding must not push a limit past the estimate at 0 and 1, where Wilson's limit equals it.
    return min(max(centre - half, 0.0), share), max(min(centre + half, 1.0), share)


def effective_n(n: int, population: int) -> float:
    """Return the number of units of an infinite population that would tell as much as `n` out of `population`.

    Examples
    --------
    >>> round(effective_n(300, 552), 2)
    655.95
    >>> effective_n(300, 0)  # population unknown: no correction
    300.0
    """
    if population <= 0:
        return float(n)
    return float("inf") if n >= population else n * (population - 1) / (population - n)


@lru_cache(maxsize=4096)
def exact_finite(positive: int, n: int, population: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact interval for a share when `positive` of `n` units drawn from `population` have the code.

    The number with the code in the sample is hypergeometric. The limits are the least and the greatest share of the
    corpus that a one-sided test at half the error does not reject (Clopper and Pearson's inversion for a finite
    population; Buonaccorsi 1987, American Statistician 41:215-218). For an unknown population (0 or less) it is Clopper
    and Pearson's own (1934, Biometrika 26:404-413).

    Returns
    -------
    low, high : float

    Examples
    --------
    Everybody was coded: nothing is left to estimate.

    >>> exact_finite(3, 50, 50)
    (0.06, 0.06)

    10 of 20 from a practically infinite population (Clopper-Pearson: .2720 to .7280).

    >>> low, high = exact_finite(10, 20, 0)
    >>> f"{low:.4f} {high:.4f}"
    '0.2720 0.7280'
    """
    from scipy.special import betaincinv
    from scipy.stats import hypergeom

    tail = (1 - confidence) / 2
    if population <= 0:
        low = float(betaincinv(positive, n - positive + 1, tail)) if positive else 0.0
        high = float(betaincinv(positive + 1, n - positive, 1 - tail)) if positive < n else 1.0
        return low, high
    # In the corpus between `positive` and this many units have the code; both tails are monotone in that number.
    most = population - (n - positive)
    low = bisect_left(range(most), tail, positive, key=lambda k: float(hypergeom.sf(positive - 1, population, k, n)))
    high = bisect_left(
        range(most), -tail, positive, key=lambda k: -float(hypergeom.cdf(positive, population, k + 1, n))
    )
    return low / population, high / population
