"""The interval of two categories: every agreement under which the counts seen are not too unlikely.

With a rare code the linearised standard error says next to nothing: with a share of .05 and 10 to 40 units its 95%
interval holds the truth in as few as 28 of 100 samples. So the interval is made of tests instead, as Donner and
Eliasziw (1992, Statistics in Medicine 11:1511-1519) do: an agreement kappa stays in it where as much (as little)
agreement as was seen has a probability of more than 2.5% under the model of a common correlation with that kappa and
the likeliest margin. They take the chi-square distribution for it; with few units carrying the code that is too short
(least coverage .71, .85 and .91 at 10, 20 and 40 units). Here the probability is summed: over all possible counts where
they can be listed, else over draws (estimated p-values: Lloyd 2008, Australian and New Zealand Journal of Statistics
50:329-345; hybrid resampling: Chuang and Lai 2000, Statistica Sinica 10:1-50), with half of that of what was seen
(mid-p: Lancaster 1961, JASA 56:223-234). Samples in which the coefficient is undefined cannot have been seen and are
left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import comb

import numpy as np

from medtw_qual.agreement.binary_models import BinaryModel, CommonCorrelation, OwnMargins
from medtw_qual.agreement.chance_correction import Measure, Table
from medtw_qual.agreement.coefficient import Floats
from medtw_qual.agreement.patterns import Patterns

MOST_LISTED = 6_000  # possible counts that are listed; more are drawn
DRAWS = 4_000
MOST_CLASSES = 400  # classes of units (by ratings and yes); beyond it the linearised interval serves
AMPLE = 200  # units that carry either category, and that coders differ on: beyond it the linearised interval holds
_TINY = 1e-9
_NEAR = 1e-6  # as near to an end of the scale as the search goes


@dataclass(frozen=True, eq=False)
class CountTest:
    """The test of an agreement kappa on the counts of one table.

    Attributes
    ----------
    model : BinaryModel
    measure : Measure
        The coefficient whose interval is made.
    like : Table
        The table it was measured on.
    seed : int
        Of the draws.
    """

    model: BinaryModel
    measure: Measure
    like: Table
    seed: int

    @cached_property
    def listed(self) -> Floats | None:
        """All counts that could have been seen, where they are few enough to list."""
        totals = [round(float(self.model.observed[block].sum())) for block in self.model.blocks]
        widths = [block.stop - block.start for block in self.model.blocks]
        number = 1
        for total, width in zip(totals, widths, strict=True):
            number *= comb(total + width - 1, width - 1)
        if number > MOST_LISTED:
            return None
        joined = np.zeros((1, 0))
        for total, width in zip(totals, widths, strict=True):
            part = _compositions(total, width)
            joined = np.hstack([np.repeat(joined, len(part), axis=0), np.tile(part, (len(joined), 1))])
        return joined

    @cached_property
    def _table(self) -> Table:
        return self.model.table(self.like)

    @cached_property
    def _listed_parts(self) -> tuple[Floats, Floats, Floats]:
        """Counts, log of how many orders of units give them, and estimates."""
        from scipy.special import gammaln

        counts = self.listed
        if counts is None:
            raise RuntimeError("the counts are too many to list")
        orders = -gammaln(counts + 1).sum(axis=1)
        return counts, orders, self._estimates(counts)

    def _estimates(self, counts: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return self.measure.at(self._table, counts).estimate

    def tails(self, kappa: float) -> tuple[float, float]:
        """Return the probabilities of as little and of as much agreement as was seen, if it were `kappa`."""
        cells = self.model.likeliest(kappa)
        if self.listed is not None:
            counts, orders, estimates = self._listed_parts
            log_weight = orders + counts @ np.log(np.maximum(cells, 1e-300))
            weight = np.exp(log_weight - log_weight.max())
        else:
            counts = self._drawn(cells)
            estimates = self._estimates(counts)
            weight = np.ones(len(counts))
        seen = float(self._estimates(self.model.observed[None, :])[0])
        weight = np.where(np.isfinite(estimates), weight, 0.0)
        whole = float(weight.sum())
        if not whole > 0:
            return 0.5, 0.5
        equal = float(weight[np.abs(estimates - seen) <= _TINY].sum()) / whole
        below = float(weight[estimates < seen - _TINY].sum()) / whole
        return below + equal / 2, 1 - below - equal / 2

    def _drawn(self, cells: Floats) -> Floats:
        rng = np.random.default_rng(self.seed)
        parts = []
        for block in self.model.blocks:
            share = np.maximum(cells[block], 0.0)
            total = round(float(self.model.observed[block].sum()))
            parts.append(rng.multinomial(total, share / share.sum(), size=DRAWS))
        return np.hstack(parts).astype(float)

    def limits(self, estimate: float, se: float, confidence: float) -> tuple[float, float]:
        """Return the least and the greatest agreement that the counts do not reject.

        Parameters
        ----------
        estimate, se : float
            The coefficient and its standard error, from which the search starts.
        confidence : float
        """
        tail = (1 - confidence) / 2
        lowest = self.model.lowest + _NEAR
        start = min(max(estimate, lowest), 1 - _NEAR)
        step = min(max(1.5 * se / (1 - start**2), 0.1), 1.0) if np.isfinite(se) else 0.5
        low = _edge(start, lowest, step, tail, lambda kappa: self.tails(kappa)[1])
        if estimate >= 1 - _TINY:
            return low, 1.0
        return low, _edge(start, 1 - _NEAR, step, tail, lambda kappa: self.tails(kappa)[0])


def _edge(inside: float, outermost: float, step: float, tail: float, of: Callable[[float], float]) -> float:
    """Go out from `inside` on Fisher's z scale until the probability falls below `tail`; narrow, then interpolate.

    The probability changes smoothly with kappa, and its normal quantile nearly as a straight line.
    """
    from scipy.special import ndtri

    near, last = float(np.arctanh(inside)), float(np.arctanh(outermost))
    sign = 1.0 if last > near else -1.0
    fine, far, at_near = step / 6, near, 0.5
    while (at_far := of(float(np.tanh(far)))) > tail:
        if far == last:
            return outermost
        near, at_near, far = far, at_far, last if abs(last - far) <= step else far + sign * step
        step *= 2
    while abs(far - near) > fine:
        middle = (near + far) / 2
        here = of(float(np.tanh(middle)))
        near, at_near, far, at_far = (middle, here, far, at_far) if here > tail else (near, at_near, middle, here)
    high, low, wanted = (float(ndtri(max(value, 1e-6))) for value in (at_near, at_far, tail))
    part = (high - wanted) / (high - low) if high > low else 0.5
    return float(np.tanh(near + min(max(part, 0.0), 1.0) * (far - near)))


def _compositions(total: int, width: int) -> Floats:
    """All ways to deal `total` units into `width` classes."""
    if width == 1:
        return np.full((1, 1), float(total))
    parts = [
        np.hstack([np.full((len(rest), 1), float(first)), rest])
        for first in range(total + 1)
        for rest in (_compositions(total - first, width - 1),)
    ]
    return np.vstack(parts)


def _differing(patterns: Patterns) -> float:
    return float(patterns.frequency @ (patterns.counts > 0).all(axis=1))


def count_test(measure: Measure, table: Table, model: str, seed: int) -> CountTest | None:
    """Return the test for a table of two categories, or None where it has more or is too large to be worth it."""
    patterns = table.patterns
    if patterns.n_categories != 2 or table.ordered_pairs:
        return None
    if (patterns.frequency @ (patterns.counts > 0)).min() >= AMPLE and _differing(patterns) >= AMPLE:
        return None
    if model == "own":
        return CountTest(OwnMargins.of_patterns(patterns), measure, table, seed)
    sizes = np.unique(patterns.sizes)
    if (sizes + 1).sum() > MOST_CLASSES:
        return None
    return CountTest(CommonCorrelation.of_patterns(patterns, model == "ac1"), measure, table, seed)
