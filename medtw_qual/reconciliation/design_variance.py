"""How much a sample tells, as it was drawn: strata, unequal probabilities, whole clusters of units."""

import numpy as np
import numpy.typing as npt

from medtw_qual.reconciliation.coded_units import Floats

Labels = npt.NDArray[np.int64]


def design_variance(values: Floats, weights: Floats, strata: Labels, clusters: Labels | None = None) -> float:
    """Return the variance of a weighted mean under the design.

    Taylor linearisation of Hájek's mean (Särndal, Swensson and Wretman 1992, Model Assisted Survey Sampling, 5.7): with
    z = w (y - mean), the sum over strata of n_h / (n_h - 1) (1 - f) sum (z - mean of z)^2, over (sum w)^2. With equal
    probabilities within strata it is the textbook's sum of W_h^2 (1 - f_h) s_h^2 / n_h (Cochran 1977, Sampling
    Techniques, 5.1); where whole clusters were drawn z are the clusters' totals (Cochran 9A.2). A stratum with a single
    drawn unit or cluster is taken together with the others of that kind.

    Parameters
    ----------
    values : (n,) array
    weights : (n,) array
        1 / inclusion probability.
    strata : (n,) array of int
    clusters : (n,) array of int, optional
        The drawn cluster of each unit.

    Returns
    -------
    float

    Examples
    --------
    Strata of 100 and 300 units, 4 and 6 drawn, with 1 and 3 positive: .25^2 x .96 x .25 / 4 + .75^2 x .98 x .3 / 6.

    >>> y = np.array([1, 0, 0, 0, 1, 1, 1, 0, 0, 0.0])
    >>> variance = design_variance(y, np.repeat([25.0, 50.0], [4, 6]), np.repeat([0, 1], [4, 6]))
    >>> round(variance, 6), round(0.25**2 * 0.96 * 0.25 / 4 + 0.75**2 * 0.98 * 0.3 / 6, 6)
    (0.031313, 0.031313)
    """
    total = float(weights.sum())
    z = weights * (values - float(weights @ values) / total)
    chance = 1 / weights
    if clusters is not None:
        _, first, inverse = np.unique(clusters, return_index=True, return_inverse=True)
        of_unit = np.asarray(inverse).reshape(-1)
        z, strata = np.bincount(of_unit, weights=z).astype(np.float64), strata[first]
        chance = np.asarray(np.bincount(of_unit, weights=chance) / np.bincount(of_unit), dtype=np.float64)
    return _between(z, chance, joined_strata(strata)) / total**2


def joined_strata(strata: Labels) -> Labels:
    """Number the strata from 0, those with a single unit as one."""
    _, inverse, size = np.unique(strata, return_inverse=True, return_counts=True)
    number = np.asarray(inverse).reshape(-1)
    number = np.where(size[number] == 1, -1, number)
    return np.unique(number, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _between(z: Floats, chance: Floats, strata: Labels) -> float:
    size = np.bincount(strata).astype(float)
    mean = np.bincount(strata, weights=z) / size
    squares = np.bincount(strata, weights=np.maximum(1 - chance, 0.0) * (z - mean[strata]) ** 2)
    return float((squares * size / np.maximum(size - 1, 1)).sum())


def smoothed(values: Floats, weights: Floats, strata: Labels) -> float:
    """Return the variance of a stratified share whose strata may show no variation at all.

    Each stratum's share is taken with one unit more at the overall share, since a few units without the code do not
    show that the stratum has none (additive smoothing; Agresti and Coull 1998, American Statistician 52:119-126).
    """
    total, overall = float(weights.sum()), float(weights @ values) / float(weights.sum())
    found = 0.0
    for stratum in np.unique(strata):
        y, w = values[strata == stratum], weights[strata == stratum]
        p = (float(y.sum()) + overall) / (len(y) + 1)
        left = float(np.mean(np.maximum(1 - 1 / w, 0.0)))
        found += (float(w.sum()) / total) ** 2 * left * p * (1 - p) / max(len(y) - 1, 1)
    return found


def total_variances(z: Floats, strata: Labels, clusters: Labels | None = None) -> Floats:
    """Return the variances of totals of linearised values z (n, n_totals), without finite-population correction.

    Between the drawn units, or clusters, of each stratum (Binder 1983, International Statistical Review 51:279-292).
    """
    if clusters is not None:
        _, first, inverse = np.unique(clusters, return_index=True, return_inverse=True)
        sums = np.zeros((len(first), z.shape[1]))
        np.add.at(sums, np.asarray(inverse).reshape(-1), z)
        z, strata = sums, strata[first]
    found = np.zeros(z.shape[1])
    for stratum in np.unique(joined := joined_strata(strata)):
        part = z[joined == stratum]
        found += len(part) / max(len(part) - 1, 1) * ((part - part.mean(axis=0)) ** 2).sum(axis=0)
    return found


def degrees(strata: Labels, clusters: Labels | None) -> int:
    """Return clusters (or units) less strata: the degrees of freedom of a design's variance."""
    drawn = len(np.unique(clusters)) if clusters is not None else len(strata)
    return max(drawn - len(np.unique(strata)), 1)
