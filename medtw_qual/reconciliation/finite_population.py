"""What a finite population does to the interval of a share: an effective sample size, and the exact interval."""

from bisect import bisect_left
from functools import lru_cache

from medtw_qual._base.binomial import clopper_pearson


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
    from scipy.stats import hypergeom

    if population <= 0:
        return clopper_pearson(positive, n, confidence)
    tail = (1 - confidence) / 2
    # In the corpus between `positive` and this many units have the code; both tails are monotone in that number.
    most = population - (n - positive)
    low = bisect_left(range(most), tail, positive, key=lambda k: float(hypergeom.sf(positive - 1, population, k, n)))
    high = bisect_left(
        range(most), -tail, positive, key=lambda k: -float(hypergeom.cdf(positive, population, k + 1, n))
    )
    return low / population, high / population
