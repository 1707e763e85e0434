"""How often coders err, and what a share would be without it: models, labelled as such, where there is no gold."""

from dataclasses import dataclass
from math import nan, sqrt
from typing import Any

import numpy as np
import pandas as pd

from medtw_qual.agreement.coefficient import Floats, Ints
from medtw_qual.agreement.measurement import RatingsLike
from medtw_qual.agreement.ratings import read_ratings
from medtw_qual.errors import InvalidArgument

_MOST_STEPS, _STEADY = 1000, 1e-9
MODEL = (
    "a latent class model (Dawid and Skene 1979): it takes coders' errors as independent given the true category, which"
    " nobody can see"
)


@dataclass(frozen=True, eq=False)
class CoderErrors:
    """What the model makes of coders who differ.

    Attributes
    ----------
    prevalence : DataFrame
        One row per category: category, estimate (share of units of which it is the true one), low, high (percentile
        bootstrap over units).
    errors : DataFrame
        One row per coder, true category and category given: coder, truth, said, probability.
    units : DataFrame
        Units x categories: probability that a category is the true one.
    note : str
        What the figures rest on; print it beside them.
    """

    prevalence: pd.DataFrame
    errors: pd.DataFrame
    units: pd.DataFrame
    note: str = MODEL


def coder_errors(
    ratings: RatingsLike, *, confidence: float = 0.95, n_resamples: int = 200, seed: int = 2020
) -> CoderErrors:
    """Estimate every coder's errors and the shares of the categories without them, from three coders on.

    Source: Dawid and Skene (1979, Applied Statistics 28:20-28): each unit has a true category that is not seen, each
    coder confuses categories with probabilities of their own; fitted by the EM algorithm, begun at the majority.
    With two coders such a model is not identified, and nothing is estimated.

    Parameters
    ----------
    ratings : (n_units, n_coders) array-like
        Columns of one name are one coder who rated more than once. None and NaN are missing.
    confidence, n_resamples, seed
        Of the intervals.

    Returns
    -------
    CoderErrors

    Raises
    ------
    InvalidArgument
        With fewer than three columns of ratings, or one category only.

    Examples
    --------
    Three coders of whom the third calls half of the present units absent:

    >>> rows = [[1, 1, i % 2] for i in range(20)] + [[0, 0, 0]] * 60
    >>> found = coder_errors(rows, n_resamples=20)
    >>> found.prevalence["estimate"].round(3).tolist()
    [0.75, 0.25]
    """
    matrix = read_ratings(ratings)
    codes, q = matrix.codes, len(matrix.categories)
    if codes.shape[1] < 3 or q < 2:
        raise InvalidArgument(
            f"{codes.shape[1]} coder(s) and {q} categories: coders' errors cannot be told from the true shares.",
            "Use three coders or more; with two, compare with adjudicated units and rogan_gladen.",
        )
    names = list(dict.fromkeys(matrix.coders))
    who = np.array([names.index(name) for name in matrix.coders])
    share, errors, truth = _fit(codes, who, len(names), q, np.ones(len(codes)))
    rng = np.random.default_rng(seed)
    drawn = [
        _fit(codes, who, len(names), q, rng.multinomial(len(codes), np.full(len(codes), 1 / len(codes))).astype(float))[
            0
        ]
        for _ in range(n_resamples)
    ]
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0) if drawn else (share, share)
    prevalence = pd.DataFrame({"category": list(matrix.categories), "estimate": share, "low": low, "high": high})
    rows = [
        {"coder": name, "truth": a, "said": b, "probability": float(errors[c, i, j])}
        for c, name in enumerate(names)
        for i, a in enumerate(matrix.categories)
        for j, b in enumerate(matrix.categories)
    ]
    return CoderErrors(prevalence, pd.DataFrame(rows), pd.DataFrame(truth, columns=list(matrix.categories)))


def _fit(codes: Ints, who: Ints, n_coders: int, q: int, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """EM from the majority: shares (q,), confusion (n_coders, truth, said), each unit's probabilities (n, q)."""
    said = np.zeros((len(codes), n_coders, q))  # how often each coder gave each unit each category
    for column, coder in enumerate(who):
        rated = np.flatnonzero(codes[:, column] >= 0)
        said[rated, coder, codes[rated, column]] += 1
    truth = said.sum(axis=1)
    truth = truth / np.maximum(truth.sum(axis=1, keepdims=True), 1)
    before = np.inf
    for _ in range(_MOST_STEPS):
        share = weight @ truth / weight.sum()
        errors = np.einsum("i,ia,icb->cab", weight, truth, said)
        errors = np.divide(errors, errors.sum(axis=2, keepdims=True), out=np.full_like(errors, 1 / q),
                           where=errors.sum(axis=2, keepdims=True) > 0)  # fmt: skip
        log = np.log(np.maximum(share, 1e-300)) + np.einsum("icb,cab->ia", said, np.log(np.maximum(errors, 1e-300)))
        top = log.max(axis=1, keepdims=True)
        likelihood = np.exp(log - top)
        truth = likelihood / likelihood.sum(axis=1, keepdims=True)
        now = float(weight @ (top[:, 0] + np.log(likelihood.sum(axis=1))))
        if abs(now - before) < _STEADY * max(abs(now), 1):
            break
        before = now
    return np.asarray(share), errors, truth


def rogan_gladen(
    share: float, n: int, sensitivity: tuple[int, int], specificity: tuple[int, int], confidence: float = 0.95
) -> dict[str, Any]:
    """Return the share of units with a code, corrected for one coder's known errors.

    Source: Rogan and Gladen (1978, American Journal of Epidemiology 107:71-76): (share + specificity - 1) over
    (sensitivity + specificity - 1), with the variance that adds those of the three shares.

    Parameters
    ----------
    share : float
        Share of `n` units to which the coder gave the code.
    n : int
        Units that the coder judged, at least 1.
    sensitivity, specificity : (int, int)
        Of so many adjudicated units with (without) the code, how many the coder found (left out): (found, of).
    confidence : float
        Between 0 and 1: the level of the interval; default: .95.

    Returns
    -------
    dict
        estimate, low, high (0 to 1), undefined (the reason, or empty). The interval is normal.

    Raises
    ------
    InvalidArgument

    Examples
    --------
    By the formula: a coder who finds 80 of 100 and wrongly gives the code to 10 of 100 reports .31 for a share of .30:

    >>> round(rogan_gladen(0.31, 500, (80, 100), (90, 100))["estimate"], 3)
    0.3
    """
    for part, whole in (sensitivity, specificity):
        if not 0 <= part <= whole or whole < 1:
            raise InvalidArgument(f"{part} of {whole} units is no share.", "Give (how many, of how many).")
    se, sp = sensitivity[0] / sensitivity[1], specificity[0] / specificity[1]
    room = se + sp - 1
    if room <= 0:
        return {"estimate": nan, "low": nan, "high": nan, "undefined": "the coder does no better than chance"}
    from scipy.special import ndtri

    estimate = (share + sp - 1) / room
    variance = (
        share * (1 - share) / n
        + estimate**2 * se * (1 - se) / sensitivity[1]
        + (1 - estimate) ** 2 * sp * (1 - sp) / specificity[1]
    ) / room**2
    reach = float(ndtri(0.5 + confidence / 2)) * sqrt(variance)
    clipped = (min(max(value, 0.0), 1.0) for value in (estimate, estimate - reach, estimate + reach))
    return {**dict(zip(("estimate", "low", "high"), clipped, strict=True)), "undefined": ""}
