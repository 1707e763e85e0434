"""From scores to probabilities, and from probabilities to yes or no."""

import numpy as np
import numpy.typing as npt

from medtw_qual.reconciliation.coded_units import Flags, Floats

_STEPS = 50


def fit_platt(score: Floats, present: Flags) -> tuple[float, float]:
    """Return slope and intercept of Platt's calibration: probability = 1 / (1 + exp(-(slope * score + intercept))).

    Platt (1999) fits a logistic curve to held-out scores, with targets (positives + 1) / (positives + 2) and
    1 / (negatives + 2) instead of 1 and 0, so that a code with few examples never gets certainty. Newton's method with
    halved steps (Lin, Lin and Weng 2007, Machine Learning 68:267-276).

    Examples
    --------
    A score that tells nothing gives the share itself, smoothed.

    >>> slope, intercept = fit_platt(np.zeros(8), np.array([True] * 2 + [False] * 6))
    >>> round(float(1 / (1 + np.exp(-intercept))), 3)
    0.281
    """
    positives, n = int(present.sum()), len(present)
    target = np.where(present, (positives + 1) / (positives + 2), 1 / (n - positives + 2))
    share = float(target.mean())
    beta = np.array([0.0, np.log(share / (1 - share))])
    design = np.column_stack([score, np.ones(n)])
    loss = _loss(design @ beta, target)
    for _ in range(_STEPS):
        fitted = _logistic(design @ beta)
        slope = design.T @ (fitted - target)
        bend = (design * (fitted * (1 - fitted))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        size = 1.0
        while size > 1e-4 and _loss(design @ (beta - size * step), target) > loss:
            size /= 2
        beta = beta - size * step
        new = _loss(design @ beta, target)
        if loss - new < 1e-9:
            break
        loss = new
    # A falling curve would mean that higher scores speak against the code: then the score tells nothing.
    return (float(beta[0]), float(beta[1])) if beta[0] > 0 else (0.0, float(np.log(share / (1 - share))))


def _logistic(x: Floats) -> Floats:
    from scipy.special import expit

    result: Floats = expit(x)
    return result


def _loss(x: Floats, target: Floats) -> float:
    return float(np.sum(np.logaddexp(0.0, x) - target * x))


def platt(score: Floats, curve: tuple[float, float]) -> Floats:
    """Return the calibrated probabilities of scores."""
    return _logistic(curve[0] * score + curve[1])


def share_threshold(probability: Floats, present: Flags) -> float:
    """Return the threshold above which as many units lie as have the code.

    A threshold for the greatest F1 says yes to nearly everybody where a machine knows little: that is how F1 is had
    then (Lipton, Elkan and Naryanaswamy 2014, ECML PKDD, 225-239). Matching the share keeps yes as common as it is
    (Forman 2008, Data Mining and Knowledge Discovery 17:164-206). Where probabilities are tied at the cut, the side is
    taken that leaves the number closer to it.

    Examples
    --------
    >>> round(float(share_threshold(np.array([0.9, 0.7, 0.4, 0.1]), np.array([True, False, True, False]))), 9)
    0.55
    """
    values, counts = np.unique(-probability, return_counts=True)
    values, above = -values, np.concatenate([[0], np.cumsum(counts)])
    best = int(np.argmin(np.abs(above - present.sum())))
    if best == 0:
        return float(values[0])
    if best == len(values):
        return float(values[-1]) * (1 - 1e-9)
    return float((values[best - 1] + values[best]) / 2)


def deal_folds(n: int, n_folds: int, seed: int) -> npt.NDArray[np.int64]:
    """Deal `n` units into folds of equal size at random; units of the same text are not kept together.

    It is tempting to keep them together, so that the machine cannot recognise a text. But the machine does recognise
    copies among the units nobody coded, and the correction rests on coded and uncoded units meeting it alike: on a
    corpus of real comments, many of them equal, intervals from grouped folds held the truth in as few as 16 of 100
    samples.
    """
    result: npt.NDArray[np.int64] = (np.random.default_rng(seed).permutation(n) % n_folds).astype(np.int64)
    return result
