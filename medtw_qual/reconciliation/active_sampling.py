"""What to code next: units of which the machine is unsure, drawn with known chances and kept apart from the sample."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from medtw_qual._base.table_files import validate_table
from medtw_qual.errors import InvalidArgument
from medtw_qual.reconciliation.coded_units import Floats
from medtw_qual.reconciliation.interfaces import SampleLike
from medtw_qual.schemas import PREDICTIONS, SAMPLE


def suggest_units(
    predicted: pd.DataFrame, n_units: int, sample: SampleLike | None = None, *, seed: int = 2020, floor: float = 0.1
) -> pd.DataFrame:
    """Draw units whose coding would teach the machine most: those it is least sure of.

    Uncertainty of a unit is the mean over codes of the entropy of the predicted probability, in bits. Units are drawn
    with probabilities proportional to `floor` times the mean uncertainty plus their own, systematically after a random
    order (Madow 1949, Annals of Mathematical Statistics 20:333-354): exactly `n_units`, each with a known chance.

    These units do not stand for the corpus. They are a round of their own ("uncertain"); `reconcile` and `prevalence`
    count the random sample only, and leave them out.

    Parameters
    ----------
    predicted : DataFrame
        `schemas.PREDICTIONS`; units that people have coded (out of fold) are not drawn.
    n_units : int
        How many units are suggested, 1 or more.
    sample : Sample, optional
        The random audit sample: its units are not drawn either.
    seed : int
        Any whole number; the same seed draws the same units.
    floor : float
        The smaller, the more the unsure are preferred; above 0, so that every unit keeps a chance.

    Returns
    -------
    DataFrame
        `schemas.SAMPLE` (stratum "uncertain", round "uncertain") and uncertainty (bits, 0 to 1), the least sure first.

    Raises
    ------
    InvalidArgument
        When fewer units are left than asked for.
    """
    if floor <= 0 or n_units < 1:
        raise InvalidArgument("floor must be above 0 and n_units at least 1.", "Give such numbers.")
    table = validate_table(predicted, PREDICTIONS, "the predictions")
    coded = set(table.loc[table["out_of_fold"].fillna(False).astype(bool), "unit_id"])
    taken = coded | (set() if sample is None else set(sample.table["unit_id"].astype(str)))
    left = table[~table["unit_id"].isin(taken)]
    uncertainty = entropy(left["probability"].to_numpy(dtype=float))
    per_unit = pd.Series(uncertainty).groupby(left["unit_id"].to_numpy()).mean().sort_index()
    if len(per_unit) < n_units:
        raise InvalidArgument(f"Only {len(per_unit)} units are left to code.", "Ask for so many or fewer.")
    size = per_unit.to_numpy(dtype=float)
    chance = inclusion(size + floor * max(float(size.mean()), 1e-9), n_units)
    chosen = systematic(chance, np.random.default_rng(seed))
    drawn = pd.DataFrame(
        {
            "unit_id": per_unit.index[chosen],
            "stratum": "uncertain",
            "inclusion_probability": chance[chosen],
            "round": "uncertain",
            "coders": [[] for _ in chosen],
            "orders": [[] for _ in chosen],
            "uncertainty": size[chosen],
        }
    )
    return validate_table(drawn.sort_values("uncertainty", ascending=False, kind="stable"), SAMPLE)


def entropy(probability: Floats) -> Floats:
    """Return the entropy of yes or no, in bits: 1 at one half, 0 at certainty."""
    from scipy.special import entr

    bits: Floats = (entr(probability) + entr(1 - probability)) / np.log(2)
    return bits


def inclusion(size: Floats, n: int) -> Floats:
    """Return inclusion probabilities proportional to size that sum to n, none above 1."""
    chance = np.zeros(len(size))
    sure = np.zeros(len(size), dtype=bool)
    while True:
        chance = np.where(sure, 1.0, (n - sure.sum()) * size / size[~sure].sum() if (~sure).any() else 1.0)
        above = (chance > 1) & ~sure
        if not above.any():
            return chance
        sure |= above


def systematic(chance: Floats, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Draw with the given chances: cut the line of summed chances, in a random order, at every whole step."""
    order = rng.permutation(len(chance))
    ends = np.cumsum(chance[order])
    n = round(float(ends[-1]))
    ends *= n / ends[-1]
    picks = np.searchsorted(ends, rng.random() + np.arange(n), side="right")
    return np.sort(order[np.minimum(picks, len(order) - 1)])
