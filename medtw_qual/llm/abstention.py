"""Knowing when not to: which of a model's decisions may stand, with a bound on how many of them are wrong."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.errors import InvalidArgument

Floats = npt.NDArray[np.float64]
SIDES = ("present", "absent")
# The thresholds, strictest first: fixed shares, whatever the units show; above one half, so that sides never overlap.
_LIMITS = [1 - step / 40 for step in range(20)]


@dataclass(frozen=True, eq=False)
class Abstention:
    """Where a model's decisions may stand and where a person has to decide.

    Attributes
    ----------
    rules : DataFrame
        One row per code and side ("present", "absent"): code, side, threshold (probability of "present" from which, or
        up to which, the model's decision stands; NaN: never), n_called (judged units so decided), n_wrong, bound (upper
        limit of the share wrong, at the confidence), more_needed (how many more judged units so decided it would take
        if the share wrong stayed as it is; -1: no number would do), note.
    error, confidence : float
        "At most `error` of what stands is wrong, at `confidence`."
    """

    rules: pd.DataFrame
    error: float
    confidence: float

    def decide(self, probabilities: pd.DataFrame) -> pd.DataFrame:
        """Apply the rules: unit_id, code, present and decision ("present", "absent", "abstains").

        Parameters
        ----------
        probabilities : DataFrame
            unit_id, code, present (0 to 1).
        """
        require_columns(probabilities, ("unit_id", "code", "present"), "probabilities")
        upper, lower = (
            probabilities["code"].map(own.set_index("code")["threshold"]).to_numpy(dtype=float)
            for own in (self.rules[self.rules["side"] == side] for side in SIDES)
        )
        share = probabilities["present"].to_numpy(dtype=float)
        decision = np.where(share >= upper, "present", np.where(share <= lower, "absent", "abstains"))
        return probabilities[["unit_id", "code", "present"]].assign(decision=decision).reset_index(drop=True)


def abstain(
    probabilities: pd.DataFrame, truth: pd.DataFrame, *, error: float = 0.05, confidence: float = 0.95
) -> Abstention:
    """Find from which probability on a model's decisions may stand: "at most 5% of them are wrong, at 95%".

    For each code and each side on its own, thresholds from a fixed list are tested from the strictest on, as long as
    the exact binomial test refutes that more than `error` of the decisions are wrong; the last that passed is taken.
    Thresholds that too few units reach for any test to pass are left out.
    Since the order is fixed beforehand and testing stops at the first that fails, the bound holds for the threshold
    taken, whatever the model's probabilities are worth (fixed-sequence testing: Angelopoulos, Bates, Candès, Jordan
    and Lei 2021, Learn then Test, arXiv:2110.01052). It speaks of units drawn as the judged ones were. Where a code is
    too rare for any test to pass, the model abstains throughout.

    Parameters
    ----------
    probabilities : DataFrame
        unit_id, code, present: the model's probability, on units that its prompt was not shaped on.
    truth : DataFrame
        unit_id, code, status: what people settled on; "impossible" counts for no side.
    error : float
        Share of standing decisions that may be wrong, above 0 and below .5; default .05.
    confidence : float
        Above .5 and below 1; default .95.

    Returns
    -------
    Abstention

    Raises
    ------
    InvalidArgument
        When a share is out of range, or no unit is both judged and answered.

    Examples
    --------
    With no error among n decisions the test passes when .95^n <= .05, that is from n = 59 on.

    >>> units = [f"u{number}" for number in range(60)]
    >>> table = pd.DataFrame({"unit_id": units, "code": "thanks", "present": 1.0})
    >>> rules = abstain(table, table.assign(status="present")).rules
    >>> print(*rules.loc[0, ["side", "n_called", "n_wrong", "more_needed"]])
    present 60 0 0
    >>> abstain(table[:40], table.assign(status="present")).rules.loc[0, "more_needed"].item()
    19
    """
    if not 0 < error < 0.5 or not 0.5 < confidence < 1:
        raise InvalidArgument(
            f"error = {error} or confidence = {confidence} is out of range.",
            "error lies between 0 and .5, confidence between .5 and 1.",
        )
    require_columns(probabilities, ("unit_id", "code", "present"), "probabilities")
    require_columns(truth, ("unit_id", "code", "status"), "truth")
    judged = truth.loc[truth["status"].isin(SIDES), ["unit_id", "code", "status"]]
    both = probabilities[["unit_id", "code", "present"]].merge(judged, on=["unit_id", "code"], validate="one_to_one")
    if both.empty:
        raise InvalidArgument(
            "No unit is both settled by people and answered by the model.", "Let the model code units of the sample."
        )
    rows = [row for code, own in both.groupby("code", sort=False) for row in _rules(str(code), own, error, confidence)]
    return Abstention(pd.DataFrame(rows), error, confidence)


def _rules(code: str, own: pd.DataFrame, error: float, confidence: float) -> Iterator[dict[str, object]]:
    share = own["present"].to_numpy(dtype=float)
    for side in SIDES:
        sure = share if side == "present" else 1 - share
        wrong = (own["status"] != side).to_numpy()
        yield {"code": code, "side": side} | _one_side(sure, wrong, side, error, confidence)


def _one_side(
    sure: Floats, wrong: npt.NDArray[np.bool_], side: str, error: float, confidence: float
) -> dict[str, object]:
    from scipy.special import betaincinv

    taken, called = np.nan, (0, 0)
    loosest = (0, 0)
    for limit in _LIMITS:
        stands = sure >= limit
        n, k = int(stands.sum()), int(wrong[stands].sum())
        loosest = (n, k)
        if tail(0, n, error) > 1 - confidence:
            continue  # too few units to pass whatever was wrong: not tested, which no person's code has a part in
        if tail(k, n, error) > 1 - confidence:
            break
        taken, called = limit, (n, k)
    n, k = called if not math.isnan(taken) else loosest
    bound = float(betaincinv(k + 1, n - k, confidence)) if n > k else 1.0
    needed = 0 if not math.isnan(taken) else more_needed(k, n, error, confidence)
    note = "" if not math.isnan(taken) else _refusal(k, n, needed)
    threshold = taken if side == "present" else 1 - taken
    return {
        "threshold": threshold, "n_called": n, "n_wrong": k, "bound": bound, "more_needed": needed, "note": note,
    }  # fmt: skip


def tail(wrong: int, n: int, error: float) -> float:
    """Return the probability of so few wrong among n, were their share `error`: binomial, exact.

    Examples
    --------
    >>> f"{tail(0, 59, 0.05):.4f}"  # .95 to the 59th
    '0.0485'
    """
    from scipy.special import bdtr

    return float(bdtr(wrong, n, error)) if n else 1.0


def more_needed(wrong: int, n: int, error: float, confidence: float) -> int:
    """Return how many more judged decisions the bound takes, if the share wrong stays; -1: no number would do."""
    share = wrong / n if n else 0.0
    if share >= error:
        return -1
    for total in range(max(n, 1), 20_000):
        if tail(math.ceil(share * total - 1e-9), total, error) <= 1 - confidence:
            return max(total - n, 0)
    return -1


def _refusal(wrong: int, n: int, needed: int) -> str:
    if needed < 0:
        return f"abstains: {wrong} of {n} decisions were wrong"
    return f"abstains: too few units ({n} so decided, {wrong} wrong); {needed} more judged units would do"
