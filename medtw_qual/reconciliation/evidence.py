"""What speaks for and against each cluster x code cell: counts, shares, odds ratios, stability."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from medtw_qual.reconciliation.coded_units import CodedUnits, Design, Flags, Floats
from medtw_qual.reconciliation.design_variance import degrees, total_variances
from medtw_qual.reconciliation.odds import needs_exact, odds_ratios

Clusters = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Counts:
    """Four counts per cell, arrays of clusters x codes: inside / outside the cluster, with / without the code."""

    inside_with: Floats
    inside_without: Floats
    outside_with: Floats
    outside_without: Floats


def membership(clusters: Clusters, numbers: Sequence[int]) -> Flags:
    """Return units x clusters: who is in which."""
    member: Flags = np.asarray(clusters)[:, None] == np.asarray(numbers)[None, :]
    return member


@dataclass(frozen=True, eq=False)
class Tally:
    """What is counted: weights of the units with each code, and of those in which it was judged; units x codes."""

    with_code: Floats
    judged: Floats


def tally(units: CodedUnits, weights: Floats) -> Tally:
    """Prepare the counting; a unit whose code could not be judged counts nowhere."""
    return Tally((units.present & units.coded) * weights[:, None], units.coded * weights[:, None])


def count_cells(member: Flags, counted: Tally, held: Flags | None = None) -> Counts:
    """Count (or sum the weights of) the units of every cell, among the units that are held."""
    inside = np.ascontiguousarray(member.T, dtype=float)
    a, inside_all = inside @ counted.with_code, inside @ counted.judged
    everybody = np.ones(len(member)) if held is None else held.astype(float)
    with_all, everyone = everybody @ counted.with_code, everybody @ counted.judged
    return Counts(a, inside_all - a, with_all - a, everyone - inside_all - (with_all - a))


def cell_table(
    clusters: Clusters, numbers: Sequence[int], units: CodedUnits, design: Design, confidence: float = 0.95
) -> pd.DataFrame:
    """Return one row per cell with counts, shares, over-representation and odds ratio.

    Shares are weighted by the sampling design. So is the odds ratio where the weights differ; its interval is then
    that of the linearised log odds ratio under the design, and so where whole clusters of units were drawn (Binder
    1983, International Statistical Review 51:279-292). A cell in which a count is 0 has no such variance; its interval
    rests on the effective number of units, n / (1 + relative variance of the weights) (Kish 1965, 8.2).
    """
    member = membership(clusters, numbers)
    plain = count_cells(member, tally(units, np.ones(len(units.unit_ids))))
    weighted = plain if design.equal else count_cells(member, tally(units, design.weights))
    shrink = 1.0 if design.equal else float(design.weights.sum() / (design.weights**2).sum())
    scaled = [
        part * shrink
        for part in (
            weighted.inside_with, weighted.inside_without, weighted.outside_with, weighted.outside_without,
        )
    ]  # fmt: skip
    a, b, c, d = (plain if design.equal else Counts(*scaled)).__dict__.values()
    ratio, low, high = (x.ravel() for x in odds_ratios(a, b, c, d, confidence))
    names = _interval_names(a, b, c, d, design.equal).ravel()
    if not design.equal or design.clusters is not None:
        bounds = _design_limits(member, units, design, weighted, confidence)
        usable = np.isfinite(bounds[0])
        low, high = np.where(usable, bounds[0], low), np.where(usable, bounds[1], high)
        names = np.where(usable, "logit, variance of the design", names).astype(object)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_cluster = a / (a + b)
        of_code = a / (a + c)
        overall = (a + c) / (a + b + c + d)
        over = of_cluster / overall
    shape = a.shape
    return pd.DataFrame(
        {
            "cluster": np.repeat(np.asarray(numbers, dtype=np.int64), shape[1]),
            "code": np.tile(np.array(units.codes, dtype=object), shape[0]),
            "n": np.rint(plain.inside_with).astype(np.int64).ravel(),
            "share_of_cluster": of_cluster.ravel(),
            "share_of_code": of_code.ravel(),
            "over_representation": over.ravel(),
            "odds_ratio": ratio,
            "low": low,
            "high": high,
            "n_cluster": np.rint(plain.inside_with + plain.inside_without).astype(np.int64).ravel(),
            "n_code": np.rint(plain.inside_with + plain.outside_with).astype(np.int64).ravel(),
            "interval": names,
            "note": _notes(a, b, c, d).ravel(),
        }
    )


def _design_limits(
    member: Flags, units: CodedUnits, design: Design, counts: Counts, confidence: float
) -> tuple[Floats, Floats]:
    """Limits of the odds ratios from the design's variance of their logarithm; NaN where a cell is empty."""
    from scipy.special import ndtri, stdtrit

    upper = 0.5 + confidence / 2
    t = float(ndtri(upper))
    if design.clusters is not None:
        t = float(stdtrit(degrees(design.strata, design.clusters), upper))
    a, b, c, d = counts.__dict__.values()
    low, high = np.full(a.shape, np.nan), np.full(a.shape, np.nan)
    inside = member.astype(float)
    for code in range(a.shape[1]):
        judged = units.coded[:, code] * design.weights
        present = (units.present[:, code] * judged)[:, None]
        absent = judged[:, None] - present
        with np.errstate(divide="ignore", invalid="ignore"):
            z = inside * (present / a[:, code] - absent / b[:, code])
            z -= (1 - inside) * (present / c[:, code] - absent / d[:, code])
            centre = np.log(a[:, code] * d[:, code] / (b[:, code] * c[:, code]))
        good = np.isfinite(centre)
        spread = t * np.sqrt(total_variances(z[:, good], design.strata, design.clusters))
        low[good, code], high[good, code] = np.exp(centre[good] - spread), np.exp(centre[good] + spread)
    return low.ravel(), high.ravel()


def _interval_names(a: Floats, b: Floats, c: Floats, d: Floats, equal: bool) -> npt.NDArray[np.object_]:
    if not equal:
        return np.full(a.shape, "logit, effective n", dtype=object)
    return np.where(needs_exact(a, b, c, d), "exact", "logit").astype(object)


def _notes(a: Floats, b: Floats, c: Floats, d: Floats) -> npt.NDArray[np.object_]:
    """Say in words why a cell has no odds ratio."""
    note = np.full(a.shape, "", dtype=object)
    note[(c + d) == 0] = "undefined: every coded unit is in this cluster"
    note[(b + d) == 0] = "undefined: every coded unit has the code"
    note[(a + c) == 0] = "undefined: no coded unit has the code"
    note[(a + b) == 0] = "undefined: no unit of the cluster was coded"
    return note


def cell_stability(
    clusters: Clusters,
    numbers: Sequence[int],
    resampled: Sequence[Clusters],
    units: CodedUnits,
    weights: Floats,
    coded_rows: npt.NDArray[np.int64],
) -> Floats:
    """Return the share of resampled clusterings in which each cell keeps its direction.

    In every resampled clustering the cluster's nearest counterpart is the one of greatest Jaccard similarity over the
    units that both hold (Hennig 2007, Computational Statistics & Data Analysis 52:258-271). A cell stands when the code
    is over-represented in that counterpart just as in the cluster itself (or under-represented in both).

    Parameters
    ----------
    clusters : int array
        Cluster of every clustered unit.
    numbers : sequence of int
        The clusters to judge.
    resampled : sequence of int arrays
        As `clusters`; any negative number other than -1 marks a unit that the resampled clustering does not hold.
    units, weights
        The coded units and their design weights.
    coded_rows : int array
        Which row of `clusters` each coded unit is.

    Returns
    -------
    float array, clusters x codes
        NaN where the cell has no direction: nothing coded in it, or a code nobody used.
    """
    counted = tally(units, weights)
    direction = _direction(membership(clusters[coded_rows], numbers), counted)
    same = np.zeros_like(direction)
    judged = np.zeros_like(direction)
    for other in resampled:
        nearest = _counterparts(clusters, numbers, other)
        theirs = _direction(membership(other[coded_rows], nearest), counted, held=other[coded_rows] >= -1)
        known = ~np.isnan(theirs)
        judged += known
        same += known & (theirs == direction)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.isnan(direction) | (judged == 0), np.nan, same / judged)


def _direction(member: Flags, counted: Tally, held: Flags | None = None) -> Floats:
    """1 where the code's share inside exceeds its share overall, -1 where it falls below, 0 where equal."""
    counts = count_cells(member, counted, held)
    inside = counts.inside_with + counts.inside_without
    with_code = counts.inside_with + counts.outside_with
    everyone = inside + counts.outside_with + counts.outside_without
    excess = counts.inside_with * everyone - with_code * inside
    defined = (inside > 0) & (with_code > 0)
    return np.where(defined, np.sign(np.where(np.abs(excess) < 1e-9, 0.0, excess)), np.nan)


def _counterparts(clusters: Clusters, numbers: Sequence[int], other: Clusters) -> list[int]:
    """For each cluster the resampled cluster most like it; the unclustered remain the unclustered."""
    both = other >= -1
    ours = pd.Index(numbers).get_indexer(clusters[both])
    theirs_numbers, theirs = np.unique(other[both], return_inverse=True)
    width = len(theirs_numbers)
    if width == 0:
        return [-3] * len(numbers)
    known = ours >= 0
    joint = np.bincount(ours[known] * width + theirs[known], minlength=len(numbers) * width).reshape(-1, width)
    sizes = np.bincount(theirs, minlength=width)
    union = joint.sum(axis=1)[:, None] + sizes[None, :] - joint
    similarity = np.where(theirs_numbers[None, :] >= 0, joint / np.maximum(union, 1), -1.0)
    best = theirs_numbers[similarity.argmax(axis=1)]
    return [-1 if number == -1 else int(found) for number, found in zip(numbers, best, strict=True)]
