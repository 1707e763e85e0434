"""How much of the corpus shows each code: people alone, and people with a machine's help (PPI++, DSL)."""

from dataclasses import dataclass

import numpy as np

from medtw_qual._base.binomial import wilson
from medtw_qual.reconciliation.coded_units import Flags, Floats
from medtw_qual.reconciliation.design_variance import Labels, degrees, design_variance, smoothed
from medtw_qual.reconciliation.finite_population import effective_n, exact_finite

# Fewer units with (or without) the code than this and no model-assisted interval is given: its width rests on the
# variance of a handful of residuals. Chosen by the coverage simulation in benchmarks/.
FEW = 5
# Below this share of units that could be judged, its own uncertainty can no longer be left out of the interval.
MOSTLY_JUDGED = 0.95
# A machine that errs rarely may not have erred in the sample at all, and its residuals then look like none. So the
# interval reckons with this many units more of each kind taken for the other.
MISTAKEN = 1.0
CENSUS = "a census: every unit was coded, so that there is no sampling error and no interval"


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that one estimate rests on: the units of one group that people considered, and the machine's word on all.

    Attributes
    ----------
    present : float array, n
        1 where people found the code, 0 where it is absent or could not be judged.
    weights : float array, n
        1 / inclusion probability.
    judged : bool array, n
        False where the code was impossible to judge: shares are of the units that could be judged.
    population : int
        Units in the group; 0: unknown.
    machine : float array, n, or None
        The machine's probability for each coded unit, out of fold.
    machine_rest : float
        Mean of the machine's probability over the group's units that nobody considered; 0 where there are none.
    strata, clusters : int array, n, or None
        How the units were drawn; None: one stratum, single units.
    """

    present: Floats
    weights: Floats
    judged: Flags
    population: int
    machine: Floats | None = None
    machine_rest: float = float("nan")
    strata: Labels | None = None
    clusters: Labels | None = None

    @property
    def judged_share(self) -> float:
        """Weighted share of the units that could be judged."""
        return float(np.average(self.judged, weights=self.weights)) if len(self.weights) else float("nan")

    def judged_only(self) -> "Evidence":
        """Return the evidence of the units that could be judged, out of as many as the corpus should then hold."""
        if self.judged.all():
            return self
        keep = self.judged
        population = max(round(self.population * self.judged_share), int(keep.sum())) if self.population > 0 else 0
        strata, clusters = (None if groups is None else groups[keep] for groups in (self.strata, self.clusters))
        return Evidence(
            self.present[keep], self.weights[keep], self.judged[keep], population, strata=strata, clusters=clusters
        )

    @property
    def simple(self) -> bool:
        """Whether single units were drawn with one probability: all else follows the textbook's simple formulas."""
        one_stratum = self.strata is None or len(np.unique(self.strata)) < 2
        return bool(self.clusters is None and one_stratum and np.ptp(self.weights) <= 1e-9 * self.weights.max())


@dataclass(frozen=True)
class Share:
    """An estimated share of units with its interval; NaN with a reason in `note` where there is none.

    `least` and `most` are the shares of the coded units with all undecided ones absent and all present; NaN where
    every unit is settled.
    """

    method: str
    estimate: float
    low: float
    high: float
    note: str = ""
    least: float = float("nan")
    most: float = float("nan")


def information(evidence: Evidence) -> float:
    """Return the number of units of an infinite population, drawn at random, that would tell as much as these.

    Equal weights: n (N - 1) / (N - n). Unequal ones: (sum w)^2 / sum w (w - 1), what Kish's effective sample size
    becomes when the units of a finite corpus are drawn with probabilities 1 / w. Unknown population: n, or Kish's.
    """
    weights = evidence.weights
    n = len(weights)
    if np.ptp(weights) <= 1e-9 * weights.max():
        return effective_n(n, evidence.population)
    total = float(weights.sum())
    if evidence.population <= 0:
        return total**2 / float((weights**2).sum())
    left = float((weights * (weights - 1)).sum())
    return float("inf") if left <= 0 else total**2 / left


def effective_units(evidence: Evidence, values: Floats, confidence: float) -> float:
    """Return the number of units of an infinite population, drawn at random, whose mean would be as certain.

    The variance of single values over the variance of their mean under the design (Korn and Graubard 1998, Survey
    Methodology 24:193-201), less what Student's t adds where few clusters were drawn.
    """
    from scipy.special import ndtri, stdtrit

    known = evidence.population > 0
    if not known and evidence.clusters is None:
        return information(evidence)
    weights = evidence.weights if known else np.maximum(evidence.weights, 1e9)
    strata = np.zeros(len(values), dtype=np.int64) if evidence.strata is None else evidence.strata
    mean = float(weights @ values) / float(weights.sum())
    single = float(weights @ (values - mean) ** 2) / float(weights.sum())
    variance = design_variance(values, weights, strata, evidence.clusters)
    binary = bool(np.isin(values, (0.0, 1.0)).all())
    if evidence.clusters is None and binary and _even_within(weights, strata):
        variance = smoothed(values, weights, strata)
    if single <= 0:
        return information(evidence) if evidence.clusters is None else float(len(np.unique(evidence.clusters)))
    if variance <= 0:
        return float("inf")
    upper = 0.5 + confidence / 2
    few = 1.0
    if evidence.clusters is not None:
        few = float(ndtri(upper) / stdtrit(degrees(strata, evidence.clusters), upper)) ** 2
    return single / variance * few


def _even_within(weights: Floats, strata: Labels) -> bool:
    """Whether all units of a stratum weigh the same."""
    return all(np.ptp(weights[strata == stratum]) <= 1e-9 * weights.max() for stratum in np.unique(strata))


def people_share(evidence: Evidence, confidence: float = 0.95) -> Share:
    """Return what people's coding alone says: Wilson's interval with finite-population correction.

    Where units were drawn from strata, with unequal probabilities or in whole clusters, Wilson's interval rests on as
    many units as would make the share as certain: p (1 - p) / v, with v the variance under that design
    (`design_variance`). A census has no sampling error and no interval: both limits are the share.

    With fewer than `FEW` units that have (or lack) the code and equal weights the interval is the exact one of a finite
    population: it never covers less than it says.
    """
    evidence = evidence.judged_only()
    n = len(evidence.present)
    if n == 0:
        return Share("people", np.nan, np.nan, np.nan, "undefined: no coded unit")
    estimate = float(np.average(evidence.present, weights=evidence.weights))
    positive = int(evidence.present.sum())
    if 0 < evidence.population <= n:
        return Share("people", estimate, estimate, estimate, CENSUS)
    if not evidence.simple:
        low, high = wilson(estimate, effective_units(evidence, evidence.present, confidence), confidence)
        return Share("people", estimate, low, high, f"Wilson on the variance of the design ({_drawn(evidence)})")
    if min(positive, n - positive) < FEW:
        low, high = exact_finite(positive, n, evidence.population, confidence)
        return Share("people", estimate, low, high, "exact interval (few units with or without the code)")
    low, high = wilson(estimate, information(evidence), confidence)
    return Share("people", estimate, low, high, "Wilson")


def _drawn(evidence: Evidence) -> str:
    said = []
    if evidence.clusters is not None:
        said.append(f"{len(np.unique(evidence.clusters))} clusters")
    if evidence.strata is not None and (count := len(np.unique(evidence.strata))) > 1:
        said.append(f"{count} strata")
    return ", ".join(said) or "unequal probabilities"


def assisted_share(evidence: Evidence, method: str = "PPI++", confidence: float = 0.95) -> Share:
    """Return people's share corrected by what the machine says about the units nobody coded.

    The difference estimator p + k (mean f in the corpus - weighted mean f in the sample), f being the machine's
    probability, out of fold where people coded. *PPI++* tunes k = cov(y, f) / var(f), held between 0 and 1
    (Angelopoulos, Duchi and Zrnic 2023, arXiv:2311.01453, whose lambda is k (1 - n/N) here, the corpus being finite).
    *DSL* takes k = 1: its design-adjusted outcome f + (y - f) / inclusion probability averaged over the corpus (Egami
    et al. 2023, NeurIPS, arXiv:2306.04746). DSL is unbiased however wrong the machine is; PPI++ nearly so, k being
    tuned on the same units.

    The interval carries Wilson's idea over: it holds every share t with (estimate - t)^2 <= z^2 V(t) / m, where
    V(t) = t (1 - t) (1 - k D)^2 + k^2 (t s1 + (1 - t) s0) is the residual variance if the share were t and the
    machine's word were distributed as seen among units with the code (mean D higher, variance s1) and without (s0);
    m is the information of the sample. One unit more of each kind is reckoned as taken for the other, since a machine
    that errs rarely may not have erred in the sample at all. With k = 0 the interval is Wilson's. For codes of 3 to 5%
    of a real corpus normal intervals hold the truth in 92 to 93 of 100 samples of 300, this one in 95 to 97
    (docs/concepts/prevalence.md).

    Returns
    -------
    Share
        NaN with the reason where fewer than `FEW` coded units have (or lack) the code, or the machine said nothing.
    """
    refused = _refusal(evidence)
    if refused:
        return Share(method, np.nan, np.nan, np.nan, refused)
    y, f, w = evidence.present, np.asarray(evidence.machine, dtype=float), evidence.weights / evidence.weights.sum()
    p, inside = float(w @ y), float(w @ f)
    k = regression_weight(y, f, w) if method == "PPI++" else 1.0
    fraction = min(len(y) / evidence.population, 1.0) if evidence.population > 0 else 0.0
    everywhere = fraction * float(f.mean()) + (1 - fraction) * evidence.machine_rest
    estimate = p + k * (everywhere - inside)
    m = information(evidence) if evidence.simple else effective_units(evidence, y - k * f, confidence)
    low, high = _score_limits(estimate, k, y, f, w, m, confidence)
    # Units that could not be judged count as without the code so far; the share is one of the judged.
    estimate, low, high = (float(np.clip(value / evidence.judged_share, 0.0, 1.0)) for value in (estimate, low, high))
    return Share(method, estimate, min(low, estimate), max(high, estimate), f"weight of the machine {k:.2f}")


def regression_weight(y: Floats, f: Floats, w: Floats) -> float:
    """Return cov(y, f) / var(f), held between 0 and 1: how far to trust the machine. Weights `w` sum to one."""
    centred = f - float(w @ f)
    spread = float(w @ centred**2)
    return 0.0 if spread < 1e-12 else float(np.clip(w @ ((y - float(w @ y)) * centred) / spread, 0.0, 1.0))


def _refusal(evidence: Evidence) -> str:
    if evidence.machine is None or not np.isfinite(evidence.machine).all() or not np.isfinite(evidence.machine_rest):
        return "refused: the machine has no prediction for every unit of the group"
    if evidence.judged_share < MOSTLY_JUDGED:
        return f"refused: only {evidence.judged_share:.0%} of the coded units could be judged"
    positive = int(evidence.present.sum())
    if min(positive, len(evidence.present) - positive) < FEW:
        few = "have" if positive < FEW else "lack"
        return f"refused: fewer than {FEW} coded units {few} the code; use the people's interval"
    return ""


def _score_limits(
    estimate: float, k: float, y: Floats, f: Floats, w: Floats, m: float, confidence: float
) -> tuple[float, float]:
    """Solve (estimate - t)^2 = z^2 V(t) / m, a quadratic in t."""
    from scipy.special import ndtri

    if not np.isfinite(m):
        return estimate, estimate
    with_code, without = _moments(f, w * y), _moments(f, w * (1 - y))
    share = float(w @ y)
    mean1, s1 = _mixed(with_code, without, share * len(y))
    mean0, s0 = _mixed(without, with_code, (1 - share) * len(y))
    # Two parameters (the share and k) were estimated on these units.
    a = float(ndtri(0.5 + confidence / 2)) ** 2 / m * len(y) / max(len(y) - 2, 1)
    rest = (1 - k * (mean1 - mean0)) ** 2
    square = 1 + a * rest
    linear = 2 * estimate + a * rest + a * k**2 * (s1 - s0)
    constant = estimate**2 - a * k**2 * s0
    root = np.sqrt(max(linear**2 - 4 * square * constant, 0.0))
    return max((linear - root) / (2 * square), 0.0), min((linear + root) / (2 * square), 1.0)


def _mixed(own: tuple[float, float], other: tuple[float, float], n: float) -> tuple[float, float]:
    """Mean and variance of the machine's word on one kind of units, had it taken `MISTAKEN` more for the other kind."""
    odd = MISTAKEN / (n + MISTAKEN)
    mean = (1 - odd) * own[0] + odd * other[0]
    return mean, (1 - odd) * own[1] + odd * other[1] + odd * (1 - odd) * (own[0] - other[0]) ** 2


def _moments(f: Floats, w: Floats) -> tuple[float, float]:
    total = float(w.sum())
    mean = float(w @ f) / total
    return mean, float(w @ (f - mean) ** 2) / total
