"""Saturation: whether further units still bring new codes. For inductive codes only."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from medtw_qual._base.figure_style import figure_style
from medtw_qual._base.table_files import validate_table
from medtw_qual.codebook import Codebook
from medtw_qual.errors import InvalidArgument
from medtw_qual.schemas import CODINGS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DEPARTURE = (
    "Guest, Namey and Chen count interviews; here the unit is a declared batch of units, which is a departure from"
    " their paper: name the size of the batch beside the result."
)


@dataclass(frozen=True, eq=False)
class Saturation:
    """How the number of codes grew.

    Attributes
    ----------
    table : DataFrame
        One row per batch: batch (from 1), n_units, new_codes, codes (seen so far), low, high (of codes so far, over
        random orders of the units: 5th and 95th percentile), ratio (new codes in the run that ends here over codes in
        the base; NaN before the first whole run), saturated.
    batch_size, base, run : int
        Units per batch, batches that form the base, and batches in a run (see `saturation`).
    threshold : float
        The ratio at or below which saturation is claimed.
    reached : int or None
        The first batch at which it is.
    share_of_orders : float
        Share of random orders of the same units in which it is reached at all, 0 to 1.
    note : str
        What a reader must know of the result.
    """

    table: pd.DataFrame
    batch_size: int
    base: int
    run: int
    threshold: float
    reached: int | None
    share_of_orders: float
    note: str = DEPARTURE

    def figure(self) -> "Figure":
        """Draw the curve of codes seen with the band of random orders, and the batch at which saturation is reached."""
        from matplotlib.figure import Figure

        table = self.table
        with figure_style():
            figure = Figure(figsize=(5.5, 3.2), layout="constrained")
            axes = figure.add_subplot()
            axes.fill_between(table["batch"], table["low"], table["high"], color="0.85", lw=0, label="random orders")
            axes.plot(table["batch"], table["codes"], color="black", marker="o", ms=3, label="codes seen")
            axes.bar(table["batch"], table["new_codes"], color="0.5", width=0.5, label="new codes")
            if self.reached is not None:
                axes.axvline(self.reached, color="black", lw=0.8, ls="--")
                axes.text(self.reached, axes.get_ylim()[1], " saturation", va="top", fontsize=8)
            axes.set_xlabel(f"batches of {self.batch_size} units")
            axes.set_ylabel("codes")
            axes.legend(frameon=False, loc="center right", fontsize=8)
            axes.set_title("Codes seen as coding went on")
        return figure


def saturation(
    codings: pd.DataFrame,
    codebook: Codebook,
    *,
    batch_size: int,
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
    n_orders: int = 500,
    seed: int = 2020,
) -> Saturation:
    """Say whether further units still bring new codes, after Guest, Namey and Chen (2020, PLOS ONE 15(5):e0232076).

    The base is the codes found in the first `base` batches; a run is the following `run` batches; saturation is claimed
    when a run brings at most `threshold` times as many new codes as the base has (5%, or 0 for none at all). Whether
    that hangs on the order of the units is told by shuffling it.

    Parameters
    ----------
    codings : DataFrame
        `schemas.CODINGS`; units in the order in which they were first decided (`decided_at`, then unit_id). A code
        counts as seen when any coder gave it.
    codebook : Codebook
        Must be inductive: with codes fixed beforehand, "no new codes" says nothing.
    batch_size : int
        Units per batch. Declare it beforehand.
    base, run : int
        How many batches form the base, and how many together are compared with it, each 1 or more.
    threshold : float
        New codes of a run for each code of the base, 0 or more, at or below which saturation is claimed.
    n_orders, seed : int
        Random orders.

    Returns
    -------
    Saturation

    Raises
    ------
    InvalidArgument
        For a closed codebook, or too few units for a base and one run.
    """
    if not codebook.inductive:
        raise InvalidArgument(
            f"{codebook.label} is closed: its codes were fixed before coding, so that none can be new.",
            "Saturation is asked of inductive codes; set inductive: true only if coders could add codes under way.",
        )
    if min(batch_size, base, run) < 1:
        raise InvalidArgument("batch_size, base and run count units and batches.", "Give whole numbers from 1.")
    found = _codes_by_unit(codings)
    batches = -(-len(found) // batch_size)
    if batches < base + run:
        raise InvalidArgument(
            f"{len(found)} units make {batches} batches of {batch_size}; a base of {base} and a run of {run} need"
            f" {base + run}.",
            "Code more units, or declare smaller batches.",
        )
    seen = _growth(found, batch_size)
    ratio = _ratios(seen, base, run)
    rng = np.random.default_rng(seed)
    shuffled = np.array([_growth(found[rng.permutation(len(found))], batch_size) for _ in range(n_orders)])
    reached_in = [bool((_ratios(order, base, run) <= threshold).any()) for order in shuffled]
    low, high = np.percentile(shuffled, [5, 95], axis=0) if n_orders else (np.full(batches, np.nan),) * 2
    saturated = ratio <= threshold
    table = pd.DataFrame(
        {
            "batch": np.arange(1, batches + 1),
            "n_units": np.minimum(batch_size, len(found) - batch_size * np.arange(batches)),
            "new_codes": np.diff(seen, prepend=0),
            "codes": seen,
            "low": low,
            "high": high,
            "ratio": ratio,
            "saturated": saturated,
        }
    )
    reached = int(np.argmax(saturated)) + 1 if saturated.any() else None
    share = float(np.mean(reached_in)) if reached_in else float("nan")
    return Saturation(table, batch_size, base, run, threshold, reached, share)


def _codes_by_unit(codings: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Units in the order of coding x codes: found by anybody."""
    table = validate_table(codings, CODINGS, "the codings")
    first = table.groupby("unit_id")["decided_at"].min().reset_index().sort_values(["decided_at", "unit_id"])
    units, codes = pd.Index(first["unit_id"]), pd.Index(sorted(set(table["code"])))
    present = table[table["status"] == "present"]
    found = np.zeros((len(units), len(codes)), dtype=bool)
    found[units.get_indexer(present["unit_id"]), codes.get_indexer(present["code"])] = True
    return found


def _growth(found: npt.NDArray[np.bool_], batch_size: int) -> npt.NDArray[np.int64]:
    """Codes seen by the end of each batch."""
    ever = np.maximum.accumulate(found, axis=0)
    ends = np.minimum(np.arange(batch_size, len(found) + batch_size, batch_size), len(found)) - 1
    seen: npt.NDArray[np.int64] = ever[ends].sum(axis=1).astype(np.int64)
    return seen


def _ratios(seen: npt.NDArray[np.int64], base: int, run: int) -> npt.NDArray[np.float64]:
    """New codes of the run that ends with each batch over the codes of the base; NaN before the first whole run."""
    ratio = np.full(len(seen), np.nan)
    known = seen[base - 1]
    if known:
        ratio[base + run - 1 :] = (seen[base + run - 1 :] - seen[base - 1 : -run]) / known
    return ratio
