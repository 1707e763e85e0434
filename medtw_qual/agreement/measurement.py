"""From ratings to a `Coefficient`: what is undefined and why, then estimate and interval."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil, nan
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from medtw_qual.agreement.chance_correction import ByUnit, CoefficientSpec, Table
from medtw_qual.agreement.coefficient import FEW_UNITS, Coefficient, IntervalOptions, Ints
from medtw_qual.agreement.interval_inputs import IntervalInputs, Options, check_options, read_groups
from medtw_qual.agreement.intervals import make_interval
from medtw_qual.agreement.kernels import Kernel, MatrixKernel, SquaredKernel
from medtw_qual.agreement.patterns import Patterns, collapse
from medtw_qual.agreement.ratings import Ratings, read_ratings, require_order
from medtw_qual.agreement.weights import Weights, category_values, weight_matrix, weights_name
from medtw_qual.errors import InvalidArgument

# With fewer units than this carrying a category a coefficient hangs on one decision or two.
RARE = 5
RatingsLike: TypeAlias = ArrayLike | pd.DataFrame | Ratings


def measure(
    spec: CoefficientSpec,
    ratings: RatingsLike,
    categories: Sequence[Any] | None,
    weights: Weights,
    options: IntervalOptions,
    kernel_of: Callable[[Ratings], Kernel] | None = None,
) -> Coefficient:
    """Measure one coefficient on a matrix of ratings.

    Parameters
    ----------
    spec : CoefficientSpec
    ratings : (n_units, n_coders) array-like
        One row per unit, one column per coder; None or NaN where a coder did not rate a unit.
    categories : sequence or None
        As `read_ratings`.
    weights : str or (q, q) array-like
        As `weight_matrix`.
    options : IntervalOptions
    kernel_of : callable, optional
        Makes the kernel from the ratings instead of `weights`, which is then a name for the result.

    Returns
    -------
    Coefficient

    Raises
    ------
    InvalidArgument
    """
    checked = check_options(options)
    matrix = read_ratings(ratings, categories)
    groups = read_groups(checked.groups, len(matrix.codes))
    matrix, idle = _without_idle_coders(matrix)
    _require_fitting_coders(spec, matrix)
    kernel = kernel_of(matrix) if kernel_of is not None else _kernel(weights, matrix)
    ordered = isinstance(kernel, MatrixKernel) and not kernel.symmetric
    if ordered and matrix.codes.shape[1] != 2:
        raise InvalidArgument(
            "These weights are not symmetric: they tell the first coder from the second, but there are"
            f" {matrix.codes.shape[1]} coders.",
            "Compare two coders, or give symmetric weights.",
        )
    patterns = collapse(matrix, labelled=spec.labelled or ordered)
    patterns, groups, n_rated = _restrict(spec, patterns, groups)
    spec, n_rated = _linearised_by(spec, checked, patterns, n_rated)
    table = Table(patterns, kernel, ordered)
    notes = [matrix.note, idle, _unused(spec, matrix), _few(patterns), _rare(spec, matrix, patterns)]
    if (reason := _undefined(spec, matrix, table)) is not None:
        return _result(spec, matrix, table, weights, checked, reason, notes)
    return _defined(spec, matrix, table, weights, checked, (groups, n_rated), notes)


def _defined(
    spec: CoefficientSpec,
    matrix: Ratings,
    table: Table,
    weights: Weights,
    options: Options,
    rated: tuple[Ints | None, int],
    notes: list[str],
) -> Coefficient:
    frequency = table.patterns.frequency
    with np.errstate(all="ignore"):
        value = spec.measure.at(table, frequency[None, :])
        estimate, observed, expected = (float(x[0]) for x in (value.estimate, value.observed, value.expected))
        if not np.isfinite(estimate):
            why = spec.why_undefined
            return _result(spec, matrix, table, weights, options, why, notes, observed, expected)
        groups, n_rated = rated
        inputs = IntervalInputs(
            spec.measure,
            table,
            estimate,
            observed,
            expected,
            n_rated,
            groups,
            share=not spec.corrects,
            binary_model=spec.binary_model,
        )
        if groups is not None and int(groups.max()) < 1:
            raise InvalidArgument("All units belong to one group.", "Leave `groups` away, or name more than one group.")
        limits = make_interval(inputs, options)
    return Coefficient(
        name=spec.name,
        estimate=estimate,
        se=limits.se,
        low=limits.low,
        high=limits.high,
        observed=observed,
        expected=expected,
        n_units=_n_units(table),
        n_coders=matrix.codes.shape[1],
        categories=matrix.categories,
        interval=limits.words,
        undefined=None,
        weights=weights_name(weights),
        confidence=options.confidence,
        note="; ".join(filter(None, [*notes, limits.note])),
    )


def _result(
    spec: CoefficientSpec,
    matrix: Ratings,
    table: Table,
    weights: Weights,
    options: Options,
    reason: str,
    notes: list[str],
    observed: float = nan,
    expected: float = nan,
) -> Coefficient:
    return Coefficient(
        spec.name, nan, nan, nan, nan, observed, expected, _n_units(table), matrix.codes.shape[1], matrix.categories,
        "none", reason, weights_name(weights), options.confidence, "; ".join(filter(None, notes)),
    )  # fmt: skip


def _n_units(table: Table) -> int:
    return int(table.patterns.frequency @ table.pairable)


def _few(patterns: Patterns) -> str:
    n = int(patterns.frequency @ (patterns.sizes >= 2))
    return f"fewer than {FEW_UNITS} units: the interval is a rough guide" if 1 < n < FEW_UNITS else ""


def _rare(spec: CoefficientSpec, matrix: Ratings, patterns: Patterns) -> str:
    """Say so where hardly any unit carries the rarer of two categories, with what it would take to have five."""
    if not spec.corrects or len(matrix.categories) != 2:
        return ""
    pairable = patterns.frequency * (patterns.sizes >= 2)
    carrying = pairable @ (patterns.counts > 0)
    rarer, n = int(np.argmin(carrying)), float(pairable.sum())
    k = int(carrying[rarer])
    if not 0 < k < RARE:
        return ""
    units = "unit carries" if k == 1 else "units carry"
    return f"only {k} {units} {matrix.categories[rarer]!r}: {RARE} would take about {ceil(RARE * n / k)} units"


def _unused(spec: CoefficientSpec, matrix: Ratings) -> str:
    """Name the declared categories that nobody used, where they change the figure (Gwet 2014, chapter 4)."""
    if not spec.counts_unused:
        return ""
    used = np.unique(matrix.codes)
    idle = [repr(name) for place, name in enumerate(matrix.categories) if place not in used]
    return f"declared, used by nobody and counted: {', '.join(idle)}" if idle else ""


def _without_idle_coders(matrix: Ratings) -> tuple[Ratings, str]:
    active: list[bool] = [bool((column >= 0).any()) for column in matrix.codes.T]
    if all(active):
        return matrix, ""
    idle = [coder for coder, on in zip(matrix.coders, active, strict=True) if not on]
    coders = tuple(coder for coder, on in zip(matrix.coders, active, strict=True) if on)
    kept = replace(matrix, codes=matrix.codes[:, active], coders=coders)
    return kept, f"no ratings by {', '.join(idle)}"


def _require_fitting_coders(spec: CoefficientSpec, matrix: Ratings) -> None:
    if spec.two_coders and matrix.codes.shape[1] > 2:
        raise InvalidArgument(
            f"{spec.title} compares two coders; this matrix has {matrix.codes.shape[1]} ({', '.join(matrix.coders)}).",
            "Choose two columns, or use fleiss_kappa, conger_kappa, light_kappa or krippendorff_alpha.",
        )


def _kernel(weights: Weights, matrix: Ratings) -> Kernel:
    if not (isinstance(weights, str) and weights == "identity"):
        require_order(matrix, weights_name(weights))
    if isinstance(weights, str) and weights == "quadratic" and len(matrix.categories) > 1:
        return SquaredKernel(category_values(matrix.categories))
    return MatrixKernel(weight_matrix(weights, matrix.categories))


def _restrict(spec: CoefficientSpec, patterns: Patterns, groups: Ints | None) -> tuple[Patterns, Ints | None, int]:
    """Leave out the units the coefficient does not look at; count the rated ones for the degrees of freedom."""
    n_rated = int(patterns.frequency[patterns.sizes > 0].sum())
    least = 1
    if spec.complete_only:
        least = max(patterns.rows.shape[1], 2)
    elif spec.pairable_only:
        least = 2
    keep = patterns.sizes >= least
    if spec.complete_only:
        n_rated = int(patterns.frequency[keep].sum())
    if not keep.all():
        if groups is not None:
            groups = pd.factorize(groups[keep[patterns.of_unit]])[0].astype(np.int64)
        patterns = patterns.keep(keep)
    return patterns, groups, n_rated


def _linearised_by(
    spec: CoefficientSpec, options: Options, patterns: Patterns, n_rated: int
) -> tuple[CoefficientSpec, int]:
    """Choose the formula of the standard error, and the units that its degrees of freedom count."""
    if options.linearisation == "ratio":
        return spec, int(patterns.frequency @ (patterns.sizes >= 2))
    if isinstance(spec.measure, ByUnit):
        spec = replace(spec, measure=replace(spec.measure, as_published=True))
    return spec, n_rated


def _undefined(spec: CoefficientSpec, matrix: Ratings, table: Table) -> str | None:
    n_coders = matrix.codes.shape[1]
    if n_coders < 2:
        return "nobody rated anything" if n_coders == 0 else "only one coder rated"
    n = _n_units(table)
    if n < 2:
        return "no unit was rated by two coders" if n == 0 else "only one unit was rated by two coders"
    if not spec.corrects:
        return None
    used = np.flatnonzero(table.patterns.frequency @ table.patterns.counts)
    if len(used) < 2:
        return f"only one category was used ({matrix.categories[int(used[0])]!r})"
    if not spec.constant_coder:
        constant = _constant_coder(matrix, table.patterns)
        if constant is not None:
            return constant
    return None


def _constant_coder(matrix: Ratings, patterns: Patterns) -> str | None:
    for place, coder in enumerate(matrix.coders):
        values = np.unique(patterns.rows[:, place])
        values = values[values >= 0]
        if len(values) == 1:
            only = matrix.categories[int(values[0])]
            return f"{coder} used one category only ({only!r}): the figure would be 0 whatever the other did"
    return None
