"""What an interval is made from: the options asked for, the measured table, the groups of the units."""

from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np
import pandas as pd

from medtw_qual.agreement.chance_correction import Measure, Table
from medtw_qual.agreement.coefficient import Floats, IntervalMethod, IntervalOptions, Ints
from medtw_qual.errors import InvalidArgument, did_you_mean


@dataclass(frozen=True, eq=False)
class Options:
    """`IntervalOptions` with every default filled in and checked."""

    interval: IntervalMethod | None = "auto"
    confidence: float = 0.95
    n_resamples: int = 2000
    seed: int = 2020
    groups: Any = None
    divisor: str = "n-1"
    linearisation: str = "ratio"


def check_options(given: IntervalOptions) -> Options:
    """Fill in the defaults and refuse what makes no sense.

    Raises
    ------
    InvalidArgument
    """
    known = set(Options.__dataclass_fields__)
    for name in given:
        if name not in known:
            raise InvalidArgument(
                f"There is no option {name!r}.{did_you_mean(name, known)}", f"Use: {', '.join(sorted(known))}."
            )
    options = replace(Options(), **given)
    methods = get_args(IntervalMethod)
    if options.interval is not None and options.interval not in methods:
        raise InvalidArgument(
            f"There is no interval called {options.interval!r}.{did_you_mean(str(options.interval), methods)}",
            f"Use one of: {', '.join(methods)}; or None.",
        )
    if not 0 < options.confidence < 1:
        raise InvalidArgument(f"The confidence is {options.confidence}.", "Give a share between 0 and 1, such as 0.95.")
    if options.n_resamples < 1 or options.divisor not in ("n-1", "n"):
        raise InvalidArgument(
            f"n_resamples is {options.n_resamples} and divisor is {options.divisor!r}.",
            "Give at least one resample, and 'n-1' or 'n' as divisor.",
        )
    if options.linearisation not in ("ratio", "gwet"):
        raise InvalidArgument(f"linearisation is {options.linearisation!r}.", "Say 'ratio' or 'gwet'.")
    return options


@dataclass(frozen=True, eq=False)
class IntervalInputs:
    """What an interval is made from.

    Attributes
    ----------
    measure, table : the coefficient and its patterns.
    estimate, observed, expected : float
    df_units : int
        Units that say something about agreement (all rated ones with Gwet's formula); Student's t has one degree of
        freedom less.
    groups : (n_units,) array of int, optional
        Group of each unit of the table's patterns.
    share : bool
        Whether the estimate is a share (0 to 1), not a corrected coefficient (to 1).
    pairable : (n_patterns,) array, optional
        1 for patterns that hold a pair of ratings; by default those with two ratings.
    binary_model : str
        As `CoefficientSpec.binary_model`.
    """

    measure: Measure
    table: Table
    estimate: float
    observed: float
    expected: float
    df_units: int
    groups: Ints | None
    share: bool
    pairable: Floats | None = None
    binary_model: str = ""

    @property
    def n(self) -> float:
        """Units that the coefficient looks at."""
        return float(self.table.patterns.frequency.sum())

    @property
    def n_groups(self) -> int:
        """Groups of units; 0 where units stand alone."""
        return 0 if self.groups is None else int(self.groups.max()) + 1

    @property
    def n_pairable(self) -> int:
        """Units rated at least twice, or groups with such a unit."""
        patterns = self.table.patterns
        pairable = self.table.pairable if self.pairable is None else self.pairable
        if self.groups is None:
            return round(float(patterns.frequency @ pairable))
        return len(np.unique(self.groups[pairable[patterns.of_unit] > 0]))

    def blocks(self) -> Any:  # noqa: ANN401 - scipy ships no types
        """(n_groups, n_patterns), sparse: how often each group has each pattern."""
        from scipy.sparse import coo_array

        of_unit = self.table.patterns.of_unit
        shape = (self.n_groups, len(self.table.patterns.frequency))
        return coo_array((np.ones(len(of_unit)), (self.groups, of_unit)), shape=shape).tocsr()


def read_groups(groups: Any, n_units: int) -> Ints | None:  # noqa: ANN401 - any labels
    """Number the groups of the units.

    Raises
    ------
    InvalidArgument
        When there is not one label per unit, or one is missing.
    """
    if groups is None:
        return None
    labels = pd.Series(np.asarray(groups, dtype=object).ravel())
    if len(labels) != n_units:
        raise InvalidArgument(
            f"There are {len(labels)} group labels for {n_units} units.",
            "Give one author, thread or document per unit.",
        )
    codes, _ = pd.factorize(labels)
    if (codes < 0).any():
        raise InvalidArgument("A unit has no group.", "Give every unit its author, thread or document.")
    return np.asarray(codes, dtype=np.int64)
