"""How often which mixture of yes and no occurs among coders who agree to a given degree: models of two categories."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from medtw_qual.agreement.chance_correction import Table
from medtw_qual.agreement.coefficient import Floats, Ints
from medtw_qual.agreement.patterns import Patterns

# The search for the likeliest margin: so many points on the logit scale, narrowed so many times.
_POINTS, _ROUNDS = 41, 4
_WIDEST = 14.0
_NEVER = 1e-300


class BinaryModel(Protocol):
    """Probabilities of the classes of units, given the agreement and a margin that is estimated."""

    @property
    def blocks(self) -> tuple[slice, ...]:
        """The classes of units with the same number of ratings; each block's probabilities sum to 1."""

    @property
    def observed(self) -> Floats:
        """(n_classes,): units seen in each class."""

    @property
    def lowest(self) -> float:
        """The least agreement that the model can have at all."""

    def likeliest(self, kappa: float) -> Floats:
        """(n_classes,): probabilities at the likeliest margin among those that leave agreement at `kappa`."""

    def table(self, like: Table) -> Table:
        """The classes as patterns of ratings, with the kernel of another table."""


@dataclass(frozen=True, eq=False)
class CommonCorrelation:
    """Exchangeable coders: any two of them agree beyond chance to the same degree, on every unit.

    Source: Bloch and Kraemer (1989, Biometrics 45:269-287) and Donner and Eliasziw (1992, Statistics in Medicine
    11:1511-1519) for two coders, where the three counts (both, one, neither) have just these two parameters. For more
    coders: with probability kappa all coders give one common answer, else each gives an answer of their own; then every
    pair has the same correlation. Below 0 the mixture is with the most even split of the answers instead.

    Attributes
    ----------
    sizes, present : (n_classes,) arrays of int
        Ratings of a unit, and how many of them are yes.
    observed : (n_classes,) array
        Units seen.
    ac1 : bool
        Whether agreement is given as Gwet's AC1 instead of kappa: by the same disagreement D and margin p, kappa is
        1 - D / 2pq and AC1 is 1 - D / (1 - 2pq) (Gwet 2008).
    """

    sizes: Ints
    present: Ints
    observed: Floats
    ac1: bool = False

    @classmethod
    def of_patterns(cls, patterns: Patterns, ac1: bool = False) -> "CommonCorrelation":
        """Count a table's units by ratings and yes; yes is the rarer category, so that names change nothing."""
        size, yes = patterns.sizes.astype(np.int64), patterns.counts[:, 1].astype(np.int64)
        present_sizes = np.unique(size)
        sizes = np.repeat(present_sizes, present_sizes + 1)
        present = np.concatenate([np.arange(m + 1) for m in present_sizes])
        place = {pair: i for i, pair in enumerate(zip(sizes.tolist(), present.tolist(), strict=True))}
        observed = np.zeros(len(sizes))
        at = [place[pair] for pair in zip(size.tolist(), yes.tolist(), strict=True)]
        np.add.at(observed, at, patterns.frequency)
        turned = observed[[place[m, m - j] for m, j in zip(sizes.tolist(), present.tolist(), strict=True)]]
        more = float(observed @ present) - float(observed @ (sizes - present))
        if more > 0 or (more == 0 and turned.tolist() > observed.tolist()):
            observed = turned
        return cls(sizes, present, observed, ac1)

    @cached_property
    def blocks(self) -> tuple[slice, ...]:
        """The classes of each number of ratings."""
        starts = np.flatnonzero(np.diff(self.sizes, prepend=-1))
        return tuple(slice(int(a), int(b)) for a, b in zip(starts, [*starts[1:], len(self.sizes)], strict=True))

    @property
    def lowest(self) -> float:
        """The most even split at one half: -1 for two coders, -1/3 for three."""
        return max(float(self._evenest(np.array([0.5]), block)[1][0]) for block in self.blocks if self._pairs(block))

    def _pairs(self, block: slice) -> bool:
        return int(self.sizes[block][0]) >= 2

    def probabilities(self, p: Floats, agreement: float) -> Floats:
        """(n, n_classes): probabilities for margins p (n,); NaN where no such distribution exists."""
        spread = 2 * p * (1 - p)
        kappa = np.full_like(p, agreement)
        if self.ac1:
            kappa = 1 - (1 - agreement) * (1 - spread) / np.maximum(spread, _NEVER)
        parts = []
        for block in self.blocks:
            m, j = int(self.sizes[block][0]), self.present[block]
            alone = _binomial(p, m)
            if m < 2:
                parts.append(alone)
                continue
            split, least = self._evenest(p, block)
            share = np.where(kappa >= 0, kappa, np.divide(kappa, least, out=np.full_like(p, np.inf), where=least < 0))
            together = np.where(j == m, p[:, None], 0.0) + np.where(j == 0, 1 - p[:, None], 0.0)
            other = np.where(kappa[:, None] >= 0, together, split)
            mixed = (1 - share[:, None]) * alone + share[:, None] * other
            parts.append(np.where(share[:, None] <= 1 + 1e-12, mixed, np.nan))
        return np.hstack(parts)

    def _evenest(self, p: Floats, block: slice) -> tuple[Floats, Floats]:
        """The most even split of m answers with margin p, and its agreement beyond chance."""
        m, j = int(self.sizes[block][0]), self.present[block]
        split = np.maximum(1 - np.abs(j[None, :] - m * p[:, None]), 0.0)
        differing = split @ (j * (m - j)) * 2 / (m * (m - 1))
        return split, np.asarray(1 - differing / (2 * p * (1 - p)))

    def likeliest(self, kappa: float) -> Floats:
        """Probabilities at the likeliest margin, found by narrowing a grid."""

        def height(logit: Floats) -> Floats:
            found = self.probabilities(_share(logit), kappa)
            return _height(found, self.observed)

        return np.asarray(self.probabilities(_share(np.array([_climb(height)])), kappa)[0])

    def table(self, like: Table) -> Table:
        """The classes as patterns: yes first, then no, then missing."""
        column = np.arange(int(self.sizes.max()))
        rows = np.where(column < self.present[:, None], 1, np.where(column < self.sizes[:, None], 0, -1))
        return replace(like, patterns=Patterns(rows, self.observed, np.arange(len(rows)), 2))


@dataclass(frozen=True, eq=False)
class OwnMargins:
    """Two coders with margins of their own, as Cohen's kappa takes them: both, first alone, second alone, neither.

    Source: Cohen (1960): observed agreement is kappa of the way from what the margins give to 1, so that both give yes
    with probability p1 p2 + kappa (p1 q2 + p2 q1) / 2.
    """

    observed: Floats

    @classmethod
    def of_patterns(cls, patterns: Patterns) -> "OwnMargins":
        """Count the four cells; yes is the rarer category, the first coder the one who gives it more often."""
        cells = np.zeros((2, 2))
        np.add.at(cells, (patterns.rows[:, 0], patterns.rows[:, 1]), patterns.frequency)
        if cells[1, 1] > cells[0, 0]:
            cells = cells[::-1, ::-1]
        if cells[0, 1] > cells[1, 0]:
            cells = cells.T
        return cls(np.array([cells[1, 1], cells[1, 0], cells[0, 1], cells[0, 0]]))

    @property
    def blocks(self) -> tuple[slice, ...]:
        """All units have two ratings."""
        return (slice(0, 4),)

    @property
    def lowest(self) -> float:
        """Full disagreement."""
        return -1.0

    def probabilities(self, first: Floats, second: Floats, kappa: float) -> Floats:
        """(n, 4): probabilities for margins (n,) each; NaN where no such distribution exists."""
        both = first * second + kappa * (first * (1 - second) + second * (1 - first)) / 2
        cells = np.stack([both, first - both, second - both, 1 - first - second + both], axis=1)
        possible = (cells >= 0).all(axis=1, keepdims=True)
        return np.asarray(np.where(possible, cells, np.nan))

    def likeliest(self, kappa: float) -> Floats:
        """Probabilities at the likeliest pair of margins: their mean and their distance are searched in turn."""
        mean, apart = 0.0, 0.0

        def at(logit: Floats, distance: Floats) -> Floats:
            return self.probabilities(_share(logit + distance / 2), _share(logit - distance / 2), kappa)

        for _ in range(3):
            mean = _climb(lambda x, d=apart: _height(at(x, np.full_like(x, d)), self.observed))  # type: ignore[misc]
            apart = _climb(lambda d, x=mean: _height(at(np.full_like(d, x), d), self.observed))  # type: ignore[misc]
        return np.asarray(at(np.array([mean]), np.array([apart]))[0])

    def table(self, like: Table) -> Table:
        """The four cells as patterns."""
        rows = np.array([[1, 1], [1, 0], [0, 1], [0, 0]])
        return replace(like, patterns=Patterns(rows, self.observed, np.arange(4), 2))


def _binomial(p: Floats, m: int) -> Floats:
    from scipy.special import comb

    j = np.arange(m + 1)
    return np.asarray(comb(m, j) * p[:, None] ** j * (1 - p[:, None]) ** (m - j))


def _share(logit: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-logit)))


def _height(probabilities: Floats, observed: Floats) -> Floats:
    """Log likelihood of the observed classes; minus infinity where the distribution does not exist."""
    seen = observed > 0
    found = np.log(np.maximum(np.nan_to_num(probabilities[:, seen], nan=0.0), _NEVER)) @ observed[seen]
    return np.asarray(np.where(np.isfinite(probabilities).all(axis=1), found, -np.inf))


def _climb(height: Callable[[Floats], Floats]) -> float:
    """Return where a function of one number is highest, between -14 and 14."""
    low, high = -_WIDEST, _WIDEST
    best = 0.0
    for _ in range(_ROUNDS):
        points = np.linspace(low, high, _POINTS)
        best = float(points[int(np.argmax(height(points)))])
        step = (high - low) / (_POINTS - 1)
        low, high = best - step, best + step
    return best
