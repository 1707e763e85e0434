"""Intervals for a share, one function each, for every room that counts."""

import math


def wilson(share: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval (Wilson 1927, JASA 22:209-212) for a share seen in `n` units.

    `n` may be an effective number: for a simple random sample of n from N units it is n (N - 1) / (N - n), since the
    variance is smaller by the finite-population correction; where a model explains a part of the variance it is larger
    still.

    Parameters
    ----------
    share : float in [0, 1]
    n : float
        Infinity gives the share itself, 0 gives NaN.
    confidence : float
        Confidence level of the intervals, over 0 and below 1.

    Returns
    -------
    low, high : float

    Examples
    --------
    81 of 263 (Newcombe 1998, Statistics in Medicine 17:857-872, table I): .2553 to .3662.

    >>> low, high = wilson(81 / 263, 263)
    >>> f"{low:.4f} {high:.4f}"
    '0.2553 0.3662'
    """
    from scipy.special import ndtri

    if not n > 0:
        return math.nan, math.nan
    if math.isinf(n):
        return share, share
    z2 = float(ndtri(0.5 + confidence / 2)) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * share * (1 - share) / n + z2**2 / (4 * n**2)) / (1 + z2 / n)
    # Rounding must not push a limit past the estimate at 0 and 1, where Wilson's limit equals it.
    return min(max(centre - half, 0.0), share), max(min(centre + half, 1.0), share)


def clopper_pearson(part: int, whole: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return Clopper and Pearson's exact interval of a share (1934, Biometrika 26:404-413); NaN without cases.

    Parameters
    ----------
    part, whole : int
    confidence : float
        Confidence level of the intervals, over 0 and below 1.

    Returns
    -------
    low, high : float

    Examples
    --------
    81 of 263 (Newcombe 1998, Statistics in Medicine 17:857-872, table I): .2527 to .3676.

    >>> low, high = clopper_pearson(81, 263)
    >>> f"{low:.4f} {high:.4f}"
    '0.2527 0.3676'
    """
    from scipy.special import betaincinv

    if whole <= 0:
        return math.nan, math.nan
    tail = (1 - confidence) / 2
    low = float(betaincinv(part, whole - part + 1, tail)) if part else 0.0
    high = float(betaincinv(part + 1, whole - part, 1 - tail)) if part < whole else 1.0
    return low, high
