"""Odds ratios of many two-by-two tables at once: logit intervals, exact ones where counts are small, exact p-values."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Cochran (1954, Biometrics 10:417-451): normal approximations need expected counts of five and more.
SMALL_EXPECTED = 5.0
_STEPS = 60
_WIDEST = 40.0  # log odds: exp(40) stands for infinity


def odds_ratios(a: Floats, b: Floats, c: Floats, d: Floats, confidence: float = 0.95) -> tuple[Floats, Floats, Floats]:
    """Return odds ratios ad / bc and their limits, one per table [[a, b], [c, d]].

    Where the smallest expected count reaches 5 the interval is Woolf's (1955, Annals of Human Genetics 19:251-253),
    normal on the log scale; elsewhere it is exact, conditional on the margins (Cornfield 1956; the inversion of
    Fisher's one-sided tests at half the error each). Counts that are no whole numbers (weighted) are not made exact.

    Parameters
    ----------
    a, b, c, d : arrays of one shape, counts >= 0
    confidence : float in (0, 1)

    Returns
    -------
    ratio, low, high : arrays
        NaN where a margin is empty: the ratio is undefined then. 0 or infinity where a single cell is empty.

    Examples
    --------
    Fisher's tea taster (Agresti 2002, Categorical Data Analysis, p. 99): 95% limits 0.21 and 626.

    >>> ratio, low, high = odds_ratios(*(np.array([float(x)]) for x in (3, 1, 1, 3)))
    >>> f"{ratio[0]:.0f} {low[0]:.2f} {high[0]:.0f}"
    '9 0.21 626'
    """
    a, b, c, d = (np.asarray(x, dtype=float) for x in (a, b, c, d))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(b * c > 0, (a * d) / (b * c), np.where(a * d > 0, np.inf, np.nan))
        low, high = _woolf(a, b, c, d, ratio, confidence)
    whole = np.all([np.abs(x - np.round(x)) < 1e-9 for x in (a, b, c, d)], axis=0)
    exact = needs_exact(a, b, c, d) & whole & _has_margins(a, b, c, d)
    if exact.any():
        low[exact], high[exact] = exact_limits(a[exact], b[exact], c[exact], d[exact], confidence)
    return ratio, low, high


def needs_exact(a: Floats, b: Floats, c: Floats, d: Floats) -> npt.NDArray[np.bool_]:
    """Say where the smallest expected count is below five."""
    total = np.maximum(a + b + c + d, 1e-300)
    smallest = np.minimum(a + b, c + d) * np.minimum(a + c, b + d) / total
    found: npt.NDArray[np.bool_] = smallest < SMALL_EXPECTED
    return found


def _has_margins(a: Floats, b: Floats, c: Floats, d: Floats) -> npt.NDArray[np.bool_]:
    present: npt.NDArray[np.bool_] = (a + b > 0) & (c + d > 0) & (a + c > 0) & (b + d > 0)
    return present


def _woolf(a: Floats, b: Floats, c: Floats, d: Floats, ratio: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Logit limits; an empty cell, possible here only with weighted counts, gets Haldane's half in all four."""
    from scipy.special import ndtri

    half = np.where((a == 0) | (b == 0) | (c == 0) | (d == 0), 0.5, 0.0)
    a, b, c, d = a + half, b + half, c + half, d + half
    centre = np.log(a * d / (b * c))
    width = ndtri(0.5 + confidence / 2) * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    undefined = np.isnan(ratio)
    low = np.where(undefined, np.nan, np.minimum(np.exp(centre - width), ratio))
    high = np.where(undefined, np.nan, np.maximum(np.exp(centre + width), ratio))
    return low, high


def exact_limits(a: Floats, b: Floats, c: Floats, d: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return exact conditional limits of odds ratios: all tables are bisected together.

    Given the margins, `a` follows Fisher's noncentral hypergeometric distribution. The lower limit is the ratio at
    which P(A >= a) is (1 - confidence) / 2, the upper one that at which P(A <= a) is.
    """
    support, log_weight = _support(a, b, c, d)
    tail = (1 - confidence) / 2
    low = _solve(support, log_weight, a, tail, upper_tail=True)
    high = _solve(support, log_weight, a, tail, upper_tail=False)
    least, most = support[:, 0], np.minimum(a + b, a + c)
    lower: Floats = np.where(a <= least, 0.0, np.exp(low))
    upper: Floats = np.where(a >= most, np.inf, np.exp(high))
    return lower, upper


def _support(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats]:
    """The values `a` can take given the margins (rows padded), and their log weights at an odds ratio of one."""
    from scipy.special import gammaln

    row, column, total = a + b, a + c, a + b + c + d
    least = np.maximum(0.0, row + column - total)
    most = np.minimum(row, column)
    values: Floats = least[:, None] + np.arange(int((most - least).max(initial=0)) + 1)
    inside = values <= most[:, None]
    cells = (values, row[:, None] - values, column[:, None] - values, (total - row - column)[:, None] + values)
    weight = np.zeros_like(values)
    for cell in cells:
        weight -= gammaln(np.where(inside, cell, 0.0) + 1)
    log_weight: Floats = np.where(inside, weight, -np.inf)
    return values, log_weight


def _solve(support: Floats, log_weight: Floats, observed: Floats, tail: float, upper_tail: bool) -> Floats:
    """Bisect for the log odds ratio at which the tail probability of what was observed equals `tail`."""
    in_tail = support >= observed[:, None] if upper_tail else support <= observed[:, None]
    below, above = np.full(len(observed), -_WIDEST), np.full(len(observed), _WIDEST)
    for _ in range(_STEPS):
        middle = (below + above) / 2
        score = log_weight + middle[:, None] * support
        score = np.exp(score - score.max(axis=1, keepdims=True))
        probability = (score * in_tail).sum(axis=1) / score.sum(axis=1)
        # P(A >= a) grows with the ratio, P(A <= a) falls.
        further = (probability < tail) == upper_tail
        below, above = np.where(further, middle, below), np.where(further, above, middle)
    limits: Floats = (below + above) / 2
    return limits


def fisher_p_values(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    """Return two-sided p-values of Fisher's exact test: the probability of tables no likelier than the one seen."""
    a, b, c, d = (np.atleast_1d(np.asarray(x, dtype=float)) for x in (a, b, c, d))
    support, log_weight = _support(a, b, c, d)
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    seen = weight[np.arange(len(a)), (a - support[:, 0]).astype(int)]
    # The tolerance R and SciPy use: equal probabilities must not be split by rounding.
    likelier = weight > seen[:, None] * (1 + 1e-7)
    p: Floats = np.minimum(1.0, np.where(likelier, 0.0, weight).sum(axis=1))
    p[~_has_margins(a, b, c, d)] = np.nan
    return p
