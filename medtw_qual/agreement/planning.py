"""Planning a coding study: how many units and coders, from published formulas; and labels, on request only."""

from math import ceil, sqrt
from typing import Literal, get_args

import numpy as np
import pandas as pd

from medtw_qual.agreement.coefficient import Coefficient
from medtw_qual.errors import InvalidArgument, did_you_mean

Planning = Literal["krippendorff", "donner-eliasziw", "cantor"]
Scale = Literal["landis-koch", "altman", "fleiss", "krippendorff"]


def units_needed(
    lowest: float,
    *,
    expected: float | None = None,
    prevalence: float = 0.5,
    prevalence_second: float | None = None,
    significance: float = 0.05,
    power: float = 0.8,
    two_sided: bool | None = None,
    method: Planning = "krippendorff",
) -> int:
    """Return how many units two coders should both code.

    Parameters
    ----------
    lowest : float
        The agreement to rule out: the lowest that would still be acceptable (alpha or kappa, below 1).
    expected : float, optional
        The agreement you expect; needed by "donner-eliasziw" and "cantor", which plan to tell it from `lowest`.
    prevalence : float
        Share of units with the code, 0 to 1; for "krippendorff" that of the rarest category.
    prevalence_second : float, optional
        For "cantor": the second coder's share; default: the same.
    significance : float
        Probability of taking agreement for better than `lowest` when it is not.
    power : float
        Probability of finding that agreement is better than `lowest` when it is as `expected`.
    two_sided : bool, optional
        Default: one-sided for "krippendorff" and "cantor", two-sided for "donner-eliasziw", as in their sources.
    method : {"krippendorff", "donner-eliasziw", "cantor"}
        Krippendorff (2019, Content Analysis, 4th ed., chapter 12, after Bloch and Kraemer 1989, Biometrics 45:269-287);
        Donner and Eliasziw (1992, Statistics in Medicine 11:1511-1519); Cantor (1996, Psychological Methods
        1:150-153).

    Returns
    -------
    int
        Rounded up.

    Raises
    ------
    InvalidArgument

    Examples
    --------
    Krippendorff (2019, table 11.2) prints 139 units for alpha .800 and 81 for .667 with a rarest category of .25:

    >>> units_needed(0.8, prevalence=0.25), units_needed(0.667, prevalence=0.25)
    (139, 81)

    R's kappaSize, PowerBinary(.4, .6, .30), gives 191, and R's irr, N.cohen.kappa(.5, .5, .7, .85), gives 96 for ruling
    out .85 when kappa is .7:

    >>> units_needed(0.4, expected=0.6, prevalence=0.3, method="donner-eliasziw")
    191
    >>> units_needed(0.85, expected=0.7, prevalence=0.5, method="cantor")
    96

    The same for two coders who find the code in .23 and in .29 of the units, N.cohen.kappa(.23, .29, .47, .43): 3897.

    >>> units_needed(0.43, expected=0.47, prevalence=0.23, prevalence_second=0.29, method="cantor")
    3897
    """
    _require_shares(lowest=lowest, prevalence=prevalence, significance=significance, power=power)
    if method not in get_args(Planning):
        raise InvalidArgument(
            f"There is no method {method!r}.{did_you_mean(str(method), get_args(Planning))}",
            f"Use one of: {', '.join(get_args(Planning))}.",
        )
    if method == "krippendorff":
        return _rounded(_krippendorff(lowest, prevalence, _normal(1 - significance / (2 if two_sided else 1))))
    if expected is None or expected == lowest or not 0 < expected < 1:
        raise InvalidArgument(
            f"{method} plans to tell the expected agreement from the lowest acceptable one ({lowest}).",
            "Give `expected`, another number between 0 and 1.",
        )
    sides = 2 if (method == "donner-eliasziw" if two_sided is None else two_sided) else 1
    z = _normal(1 - significance / sides), _normal(power)
    if method == "donner-eliasziw":
        return _rounded(_donner_eliasziw(lowest, expected, prevalence, z))
    second = prevalence if prevalence_second is None else prevalence_second
    return _rounded(_cantor(lowest, expected, (prevalence, second), z))


def _rounded(n: float) -> int:
    return ceil(n - 1e-9)


def _normal(probability: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(probability))


def _require_shares(**values: float) -> None:
    for name, value in values.items():
        if not 0 < value < 1:
            raise InvalidArgument(f"{name} is {value}.", "Give a number between 0 and 1, such as 0.25.")


def _krippendorff(lowest: float, prevalence: float, z: float) -> float:
    a, spread = lowest, prevalence * (1 - prevalence)
    return 2 * z**2 * ((1 + a) * (3 - a) / (4 * spread * (1 - a)) - a)


def _donner_eliasziw(lowest: float, expected: float, prevalence: float, z: tuple[float, float]) -> float:
    """Goodness of fit of the three outcomes (both present, differ, both absent) under the common correlation model."""
    spread = prevalence * (1 - prevalence)

    def outcomes(kappa: float) -> np.ndarray:
        return np.array(
            [prevalence**2 + spread * kappa, 2 * spread * (1 - kappa), (1 - prevalence) ** 2 + spread * kappa]
        )

    under, true = outcomes(lowest), outcomes(expected)
    return float((z[0] + z[1]) ** 2 / ((true - under) ** 2 / under).sum())


def _cantor(lowest: float, expected: float, rates: tuple[float, float], z: tuple[float, float]) -> float:
    q = [_kappa_variance(kappa, rates) for kappa in (lowest, expected)]
    return ((z[0] * sqrt(q[0]) + z[1] * sqrt(q[1])) / (expected - lowest)) ** 2


def _kappa_variance(kappa: float, rates: tuple[float, float]) -> float:
    """N times the variance of kappa in a 2 x 2 table with these margins (Fleiss, Cohen and Everitt 1969)."""
    first, second = np.array([rates[0], 1 - rates[0]]), np.array([rates[1], 1 - rates[1]])
    chance = float(first @ second)
    observed = chance + kappa * (1 - chance)
    both = (observed - 1 + rates[0] + rates[1]) / 2
    cells = np.array([[both, rates[0] - both], [rates[1] - both, 1 - rates[0] - rates[1] + both]])
    if (cells < -1e-12).any():
        raise InvalidArgument(
            f"No two coders with prevalences {rates[0]} and {rates[1]} can have a kappa of {kappa}.",
            "Bring the two prevalences closer together, or expect less agreement.",
        )
    # A unit in the first coder's category i and the second's j weighs the second's margin of i and the first's of j.
    drift = second[:, None] + first[None, :]
    values = np.eye(2) * (1 - chance) - drift * (1 - observed)
    mean = float((cells * values).sum())
    return float((cells * values**2).sum() - mean**2) / (1 - chance) ** 4


def coders_needed(agreement: float, wanted: float) -> int:
    """Return how many coders should code every unit so that their pooled judgement is as reliable as wanted.

    Source: the Spearman-Brown formula m = R (1 - r) / (r (1 - R)), which holds for kappa of a binary judgement
    (Kraemer 1979, Psychometrika 44:461-472).

    Parameters
    ----------
    agreement : float
        Agreement of single coders (alpha, kappa), between 0 and 1.
    wanted : float
        Reliability of the pooled judgement, between 0 and 1.

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    InvalidArgument

    Examples
    --------
    By the formula, single coders who agree at .6 need 0.8 x 0.4 / (0.6 x 0.2) = 2.67, so three, for .8:

    >>> coders_needed(0.6, 0.8)
    3
    """
    _require_shares(agreement=agreement, wanted=wanted)
    return max(1, _rounded(wanted * (1 - agreement) / (agreement * (1 - wanted))))


# Lower bounds of each label, best first (Gwet 2014, chapter 6, lists the first three).
SCALES: dict[str, tuple[tuple[float, str], ...]] = {
    "landis-koch": (
        (0.8, "almost perfect"),
        (0.6, "substantial"),
        (0.4, "moderate"),
        (0.2, "fair"),
        (0.0, "slight"),
        (-1.0, "poor"),
    ),
    "altman": ((0.8, "very good"), (0.6, "good"), (0.4, "moderate"), (0.2, "fair"), (-1.0, "poor")),
    "fleiss": ((0.75, "excellent"), (0.4, "intermediate to good"), (-1.0, "poor")),
    "krippendorff": ((0.8, "reliable"), (0.667, "tentative conclusions only"), (-1.0, "not reliable")),
}


def benchmark(
    coefficient: Coefficient | tuple[float, float], scale: Scale = "landis-koch", sure: float = 0.95
) -> pd.DataFrame:
    """Set a coefficient beside a scale of labels. A label is a habit of a field, not a verdict on a study.

    Two readings: where the estimate falls, and Gwet's, which takes the best label whose cumulative probability, given
    the standard error, exceeds `sure`. After full agreement the standard error is 0, which is no certainty: the
    cumulative probability is then the confidence that n agreements in n units give, 1 - o^n for an observed agreement o
    that would make the coefficient reach the bound (Clopper and Pearson 1934, Biometrika 26:404-413). Sources: Landis
    and Koch (1977, Biometrics 33:159-174); Altman (1991, Practical Statistics for Medical Research); Fleiss (1981,
    Statistical Methods for Rates and Proportions); Krippendorff (2019); Gwet (2014, chapter 6) for the cumulative
    probabilities of a normal distribution cut to -1 ... 1.

    Parameters
    ----------
    coefficient : Coefficient, or its (estimate, standard error)
        What is to be labelled.
    scale : {"landis-koch", "altman", "fleiss", "krippendorff"}
        Whose labels are used.
    sure : float
        Between 0 and 1.

    Returns
    -------
    DataFrame
        One row per label, best first: label, from, probability, cumulative, holds_estimate, gwet. The probabilities are
        NaN, and `gwet` false throughout, where nothing varied between units without full agreement.

    Raises
    ------
    InvalidArgument
        For an unknown scale or an undefined coefficient.

    Examples
    --------
    Gwet's documentation prints .18168, .67511 and .96356 for a coefficient of .67 with standard error .15:

    >>> table = benchmark((0.67, 0.15))
    >>> table["cumulative"].round(5).tolist()[:3]
    [0.18168, 0.67511, 0.96356]
    >>> table.loc[table["gwet"], "label"].item()
    'moderate'
    """
    if scale not in SCALES:
        raise InvalidArgument(
            f"There is no scale {scale!r}.{did_you_mean(str(scale), SCALES)}", f"Use one of: {', '.join(SCALES)}."
        )
    estimate, se = (coefficient.estimate, coefficient.se) if isinstance(coefficient, Coefficient) else coefficient
    if not np.isfinite(estimate):
        raise InvalidArgument("The coefficient is undefined: no label fits.", "See its `undefined` for the reason.")
    bounds = np.array([low for low, _ in SCALES[scale]])
    cumulative = _cumulative(coefficient, estimate, se, bounds)
    return pd.DataFrame(
        {
            "label": [label for _, label in SCALES[scale]],
            "from": bounds,
            "probability": np.diff(cumulative, prepend=0.0),
            "cumulative": cumulative,
            "holds_estimate": np.arange(len(bounds)) == int(np.argmax(estimate >= bounds)),
            "gwet": (np.arange(len(bounds)) == int(np.argmax(cumulative > sure))) & np.isfinite(cumulative),
        }
    )


def _cumulative(
    coefficient: Coefficient | tuple[float, float], estimate: float, se: float, bounds: np.ndarray
) -> np.ndarray:
    from scipy.special import ndtr

    if not se > 0:
        if not isinstance(coefficient, Coefficient) or estimate < 1:
            return np.full(len(bounds), np.nan)
        expected = coefficient.expected if np.isfinite(coefficient.expected) else 0.0
        observed = np.clip(bounds * (1 - expected) + expected, 0.0, 1.0)
        return np.asarray(1 - np.where(bounds <= bounds.min(), 0.0, observed**coefficient.n_units))
    beyond = ndtr((estimate - 1) / se)
    return np.asarray((ndtr((estimate - bounds) / se) - beyond) / (ndtr((estimate + 1) / se) - beyond))
