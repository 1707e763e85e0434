"""Pooled kappa: one kappa for many codes, from the mean observed and the mean expected agreement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any, Unpack

import numpy as np

from medtw_qual.agreement.chance_correction import Result, Table, corrected, ratio
from medtw_qual.agreement.coefficient import Coefficient, Floats, IntervalOptions, Ints
from medtw_qual.agreement.coefficients.conger import OwnMargins
from medtw_qual.agreement.interval_inputs import IntervalInputs, check_options, read_groups
from medtw_qual.agreement.intervals import make_interval
from medtw_qual.agreement.kernels import MatrixKernel
from medtw_qual.agreement.measurement import RatingsLike
from medtw_qual.agreement.patterns import Patterns, collapse
from medtw_qual.agreement.ratings import MISSING, Ratings, read_ratings
from medtw_qual.errors import InvalidArgument


@dataclass(frozen=True, eq=False)
class Pooled:
    """Sums over codes of observed and expected agreement; the patterns' columns are the codes' coders, side by side."""

    widths: tuple[int, ...]
    chance: OwnMargins

    def at(self, table: Table, frequency: Floats) -> Result:
        """Evaluate for frequencies (n, n_patterns)."""
        parts = [self._shares(code_table, frequency) for code_table in self._tables(table)]
        observed, expected = (np.mean(side, axis=0) for side in zip(*parts, strict=True))
        return Result(corrected(observed, expected), observed, expected)

    def linearise(self, table: Table, frequency: Floats) -> Floats:
        """Delta method: (change of observed - (1 - kappa) x change of expected) / (1 - expected)."""
        here = self.at(table, frequency[None, :])
        kappa, room = float(here.estimate[0]), 1 - float(here.expected[0])
        change = np.zeros(len(frequency))
        tables = self._tables(table)
        for code_table in tables:
            observed, expected = (float(side[0]) for side in self._shares(code_table, frequency[None, :]))
            scale = frequency.sum() / (frequency @ code_table.pairable)
            change += scale * (code_table.agreement - observed * code_table.pairable)
            change -= (1 - kappa) * 2 * (self.chance.contributions(code_table, frequency) - expected)
        return np.asarray(kappa + change / (room * len(tables)))

    def pairable(self, table: Table) -> Floats:
        """1 for patterns in which some code was rated twice."""
        return np.asarray(np.max([code_table.pairable for code_table in self._tables(table)], axis=0))

    def _shares(self, table: Table, frequency: Floats) -> tuple[Floats, Floats]:
        observed = ratio(frequency @ table.agreement, frequency @ table.pairable)
        return observed, self.chance.expected(table, frequency)

    def _tables(self, table: Table) -> list[Table]:
        found, start = [], 0
        for width in self.widths:
            rows = table.patterns.rows[:, start : start + width]
            patterns = Patterns(rows, table.patterns.frequency, table.patterns.of_unit, table.patterns.n_categories)
            found.append(Table(patterns, table.kernel))
            start += width
        return found


def pooled_kappa(
    ratings: Mapping[str, RatingsLike] | Sequence[RatingsLike],
    *,
    same_units: bool = True,
    **options: Unpack[IntervalOptions],
) -> Coefficient:
    """Return one kappa for several codes: (mean observed - mean expected) / (1 - mean expected).

    Source: De Vries, Elliott, Kanouse and Teleki (2008, Field Methods 20:272-282) for the estimate; for more than two
    coders with Conger's expected agreement. They give no interval: here each unit's contributions over all codes are
    taken together (delta method, or any interval of `IntervalOptions`), so that codes of one unit may be related.

    Parameters
    ----------
    ratings : mapping or sequence of (n_units, n_coders) array-likes
        One matrix per code, the categories the same for all.
    same_units : bool
        Whether row i is the same unit in every matrix. False: the codes were rated on different units.
    **options
        The interval: see `IntervalOptions`.

    Returns
    -------
    Coefficient
        Undefined where no code shows two categories, or a code was not rated twice.

    Raises
    ------
    InvalidArgument
        When there are no codes, or the matrices of the same units differ in length.

    Examples
    --------
    Three codes with observed agreement .70, .90, .90 and expected .50, .548, .874; the formula gives .524 (the mean of
    the three kappas would be .377):

    >>> from medtw_qual.agreement import ratings_from_contingency
    >>> tables = [[[20, 5], [10, 15]], [[30, 3], [2, 15]], [[45, 2], [3, 0]]]
    >>> codes = [ratings_from_contingency(table, ["yes", "no"]) for table in tables]
    >>> round(pooled_kappa(codes, same_units=False).estimate, 3)
    0.524
    """
    checked = check_options(options)
    matrices = [
        read_ratings(code_ratings) for code_ratings in (ratings.values() if isinstance(ratings, Mapping) else ratings)
    ]
    if not matrices:
        raise InvalidArgument("There are no codes to pool.", "Give one matrix of ratings per code.")
    joint, widths = _side_by_side(matrices, same_units)
    groups = read_groups(checked.groups, len(joint.codes))
    n_coders = max(widths)
    patterns = collapse(joint, labelled=True)
    rated = patterns.sizes > 0
    if groups is not None:
        groups = np.unique(groups[rated[patterns.of_unit]], return_inverse=True)[1]
    patterns = patterns.keep(rated)
    table = Table(patterns, MatrixKernel(np.eye(max(len(joint.categories), 1))))
    measure = Pooled(widths, OwnMargins())
    with np.errstate(all="ignore"):
        reason = _undefined(measure, table, matrices)
        if reason:
            return Coefficient(
                "pooled_kappa",
                nan,
                nan,
                nan,
                nan,
                nan,
                nan,
                len(joint.codes),
                n_coders,
                joint.categories,
                "none",
                reason,
            )
        value = measure.at(table, patterns.frequency[None, :])
        estimate, observed, expected = (float(x[0]) for x in (value.estimate, value.observed, value.expected))
        pairable = measure.pairable(table)
        n = int(patterns.frequency @ pairable)
        inputs = IntervalInputs(measure, table, estimate, observed, expected, n, groups, False, pairable)
        limits = make_interval(inputs, checked)
    return Coefficient(
        "pooled_kappa", estimate, limits.se, limits.low, limits.high, observed, expected, n, n_coders,
        joint.categories, limits.words, None, "identity", checked.confidence,
        "; ".join(filter(None, (f"{len(matrices)} codes pooled", limits.note))),
    )  # fmt: skip


def _side_by_side(matrices: list[Ratings], same_units: bool) -> tuple[Ratings, tuple[int, ...]]:
    """All codes' ratings in one matrix with shared categories: beside each other, or on rows of their own."""
    place: dict[Any, int] = {}
    blocks: list[Ints] = []
    for matrix in matrices:
        rank = np.array(
            [*(place.setdefault(category, len(place)) for category in matrix.categories), MISSING], dtype=np.int64
        )
        blocks.append(rank[matrix.codes])
    widths = tuple(block.shape[1] for block in blocks)
    lengths = [len(block) for block in blocks]
    if same_units and len(set(lengths)) > 1:
        raise InvalidArgument(
            f"The codes' matrices have {min(lengths)} to {max(lengths)} rows.",
            "Give every code the same units in the same order, or say same_units=False.",
        )
    if same_units:
        codes = np.hstack(blocks)
    else:
        codes = np.full((sum(lengths), sum(widths)), MISSING, dtype=np.int64)
        row = column = 0
        for block in blocks:
            codes[row : row + len(block), column : column + block.shape[1]] = block
            row, column = row + len(block), column + block.shape[1]
    coders = tuple(name for matrix in matrices for name in matrix.coders)
    return Ratings(codes, tuple(place), coders), widths


def _undefined(measure: Pooled, table: Table, matrices: list[Ratings]) -> str | None:
    if any(matrix.codes.shape[1] < 2 for matrix in matrices):
        return "only one coder rated"
    for code_table in measure._tables(table):
        if float(table.patterns.frequency @ code_table.pairable) < 2:
            return "a code was rated by two coders on fewer than two units"
    if all(matrix.used < 2 for matrix in matrices):
        return "only one category was used for every code"
    here = measure.at(table, table.patterns.frequency[None, :])
    return None if np.isfinite(here.estimate[0]) else "a coder rated none of a code's units"
