"""The one idea behind every coefficient: (observed - expected) / (1 - expected), over unique patterns of ratings.

Observed agreement is the weighted share of agreeing pairs within units; expected agreement is what a *chance model*
says of the margins. A coefficient is a choice of the two. Every sum is a matrix product with the patterns'
frequencies, so that one row of frequencies gives the estimate and a thousand rows give a bootstrap.

Linearised variances follow Gwet (2014, Handbook of Inter-Rater Reliability, 4th ed., chapters 5 and 6): each unit's
contribution to observed and to expected agreement, combined as the coefficient combines them. Where some units were
rated once, observed agreement is a ratio of two totals that both vary, and is linearised as one (Cochran 1977, Sampling
Techniques, chapter 6); Gwet's own formula, which takes the number of units rated twice as fixed, is an option.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from medtw_qual.agreement.coefficient import Floats
from medtw_qual.agreement.kernels import Kernel, MatrixKernel
from medtw_qual.agreement.patterns import Patterns


@dataclass(frozen=True, eq=False)
class Table:
    """What a coefficient is computed from: the patterns and the kernel."""

    patterns: Patterns
    kernel: Kernel
    ordered_pairs: bool = False  # asymmetric weights: the first coder's category is the row

    @property
    def pairable(self) -> Floats:
        """1 for patterns with at least two ratings."""
        return (self.patterns.sizes >= 2).astype(float)

    @property
    def agreement(self) -> Floats:
        """Share of agreeing pairs of ratings in each pattern; 0 where there is no pair."""
        sizes = self.patterns.sizes
        if self.ordered_pairs and isinstance(self.kernel, MatrixKernel):
            first, second = self.patterns.rows.T
            both = self.kernel.matrix[first, second]
            return np.where((first >= 0) & (second >= 0), both, 0.0)
        pairs = self.kernel.pairs(self.patterns.counts) - sizes
        return np.asarray(np.divide(pairs, sizes * (sizes - 1), out=np.zeros_like(pairs), where=sizes >= 2))

    @property
    def shares(self) -> Floats:
        """(n_patterns, q): each pattern's ratings as shares of the categories."""
        return np.asarray(self.patterns.counts / np.maximum(self.patterns.sizes, 1)[:, None])


@dataclass(frozen=True, eq=False)
class Result:
    """A coefficient at one or many frequency vectors: arrays of shape (n,) each."""

    estimate: Floats
    observed: Floats
    expected: Floats


class Chance(Protocol):
    """A chance model: expected agreement, and each pattern's contribution to it."""

    def expected(self, table: Table, frequency: Floats) -> Floats:
        """Expected agreement for frequencies (n, n_patterns): shape (n,)."""

    def contributions(self, table: Table, frequency: Floats) -> Floats:
        """Each pattern's linear contribution for frequencies (n_patterns,), with mean the expected agreement.

        Expected agreement is a product of two margins; half its derivative goes here (the engine doubles it).
        """


class Measure(Protocol):
    """A coefficient: its value at any frequencies, and its linearised contributions per pattern."""

    def at(self, table: Table, frequency: Floats) -> Result:
        """Evaluate for frequencies (n, n_patterns)."""

    def linearise(self, table: Table, frequency: Floats) -> Floats:
        """Contributions (n_patterns,) whose mean over units is the estimate and whose variance gives its own."""


def ratio(above: Floats, below: Floats) -> Floats:
    """Divide; NaN where nothing is below."""
    return np.asarray(np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0))


# Expected agreement this close to 1 is 1 in floating point: no disagreement could have been expected.
_ALL_EXPECTED = 1e-12


def corrected(observed: Floats, expected: Floats) -> Floats:
    """Return (observed - expected) / (1 - expected); NaN where agreement could not be otherwise."""
    room = 1 - expected
    return ratio(observed - expected, np.where(room > _ALL_EXPECTED, room, 0.0))


@dataclass(frozen=True, eq=False)
class ByUnit:
    """Observed agreement as the mean over units with at least two ratings, corrected by a chance model (Gwet 2014).

    Attributes
    ----------
    chance : Chance
    as_published : bool
        Linearise as Gwet (2014) prints it, instead of as a ratio of two totals. The same without missing ratings.
    """

    chance: Chance
    as_published: bool = False

    def at(self, table: Table, frequency: Floats) -> Result:
        """Evaluate for frequencies (n, n_patterns)."""
        observed = ratio(frequency @ table.agreement, frequency @ table.pairable)
        expected = self.chance.expected(table, frequency)
        return Result(corrected(observed, expected), observed, expected)

    def linearise(self, table: Table, frequency: Floats) -> Floats:
        """Each pattern's linearised contribution.

        Observed agreement is A / B, the agreement of pairable units over their number: a unit moves it by
        (a - (A / B) b) n / B (Cochran 1977, chapter 6), so that a unit rated once does not move it. Gwet (2014, chapter
        5) has (a - expected b) n / B, in which units rated once count as if they said something.
        """
        here = self.at(table, frequency[None, :])
        estimate, expected = float(here.estimate[0]), float(here.expected[0])
        pairable = table.pairable
        scale = frequency.sum() / (frequency @ pairable)
        drift = self.chance.contributions(table, frequency) - expected
        if self.as_published:
            observed = scale * (table.agreement - expected * pairable) / (1 - expected)
        else:
            share = float(here.observed[0])
            observed = estimate + scale * (table.agreement - share * pairable) / (1 - expected)
        return np.asarray(observed - 2 * (1 - estimate) * drift / (1 - expected))


@dataclass(frozen=True, eq=False)
class NoChance:
    """Nothing is expected by chance: percent agreement."""

    def expected(self, table: Table, frequency: Floats) -> Floats:
        """Zero for all frequencies."""
        return np.zeros(len(frequency))

    def contributions(self, table: Table, frequency: Floats) -> Floats:
        """Zero for every pattern."""
        return np.zeros(len(frequency))


def margin(table: Table, frequency: Floats) -> Floats:
    """Mean over units of the shares of categories: (n, q). Every rated unit counts alike (Fleiss 1971, Gwet 2014)."""
    rated = (table.patterns.sizes > 0).astype(float)
    total = np.atleast_2d(frequency) @ rated
    return np.asarray((np.atleast_2d(frequency) @ table.shares) / np.maximum(total, 1)[:, None])


@dataclass(frozen=True, eq=False)
class CoefficientSpec:
    """A registered coefficient.

    Attributes
    ----------
    name : str
        As in the package.
    title : str
        As in print.
    measure : Measure
    labelled : bool
        Whether it matters who gave which rating.
    pairable_only : bool
        Whether units with a single rating are left out altogether.
    complete_only : bool
        Whether units that some coder did not rate are left out altogether.
    two_coders : bool
        Whether it compares exactly two coders.
    corrects : bool
        Whether it corrects for chance (then it is undefined where one category only was used).
    constant_coder : bool
        Whether it stays defined when a coder used one category only.
    counts_unused : bool
        Whether a declared category that nobody used changes the figure.
    binary_model : {"", "common", "ac1", "own"}
        The model behind the interval for two categories: exchangeable coders (agreement given as kappa or as AC1), two
        coders with margins of their own, or none ("": the linearised interval).
    why_undefined : str
        The reason to give where the formula divides by zero.
    """

    name: str
    title: str
    measure: Measure
    labelled: bool = False
    pairable_only: bool = False
    complete_only: bool = False
    two_coders: bool = False
    corrects: bool = True
    constant_coder: bool = True
    counts_unused: bool = False
    binary_model: Literal["", "common", "ac1", "own"] = ""
    why_undefined: str = "by the coders' margins only agreement could be expected"
