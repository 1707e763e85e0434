"""Units that nobody settled: what a share can be whatever is decided about them, and how their coders read them."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from medtw_qual.reconciliation.coded_units import CodedUnits, Floats
from medtw_qual.reconciliation.share_estimators import Evidence, Share, people_share


@dataclass(frozen=True, eq=False)
class UndecidedUnits:
    """The consensus with the undecided units in it.

    Attributes
    ----------
    absent : DataFrame
        The consensus (`schemas.CONSENSUS`) and the undecided units: what their coders agree on as it is, the codes on
        which they differ as absent.
    share : Series
        Indexed by unit_id and code: of the coders of such a unit, the share that saw the code.
    """

    absent: pd.DataFrame
    share: pd.Series

    def readings(self, units: CodedUnits) -> Floats:
        """Return (n_units, n_codes): the share of coders who saw the code where it is undecided, else NaN."""
        found = np.full((len(units.unit_ids), len(units.codes)), np.nan)
        row, column = pd.Index(units.unit_ids), pd.Index(units.codes)
        for (unit, code), share in self.share.items():
            if unit in row and code in column:
                found[row.get_loc(unit), column.get_loc(code)] = share
        return found


def undecided_units(consensus: pd.DataFrame, codings: pd.DataFrame | None) -> UndecidedUnits:
    """Find the units that several people coded and that the consensus lacks.

    Parameters
    ----------
    consensus : DataFrame
        `schemas.CONSENSUS`.
    codings : DataFrame or None
        `schemas.CODINGS`; without it nobody knows how the undecided units were read, and none is found.

    Returns
    -------
    UndecidedUnits
    """
    nothing = UndecidedUnits(consensus, pd.Series(dtype=float))
    if codings is None or codings.empty:
        return nothing
    model = codings["coder_kind"].eq("model") if "coder_kind" in codings else pd.Series(False, index=codings.index)
    people = codings if model.all() else codings[~model]
    left = people[~people["unit_id"].isin(set(consensus["unit_id"]))]
    left = left[left["code"].isin(set(consensus["code"])) & (left["status"] != "impossible")]
    stated = consensus.attrs.get("undecided")
    if stated is not None:
        left = left[left["unit_id"].isin(set(stated))]
    if left.empty:
        return nothing
    seen = left.assign(seen=left["status"].eq("present").astype(float)).drop_duplicates(["unit_id", "coder", "code"])
    share = seen.groupby(["unit_id", "code"], sort=True)["seen"].mean()
    coders = seen.groupby("unit_id")["coder"].nunique()
    share = share[share.index.get_level_values("unit_id").map(coders).to_numpy() > 1]
    if share.empty:
        return nothing
    rows = share.reset_index()
    added = pd.DataFrame(
        {
            "unit_id": rows["unit_id"],
            "code": rows["code"],
            "status": np.where(rows["seen"] == 1, "present", "absent"),
            "basis": "agreed",
            "reason": "",
            "decided_by": "",
            "decided_at": pd.NaT,
            "codebook_hash": str(consensus["codebook_hash"].iloc[0]),
        }
    )
    whole = pd.concat([consensus.astype("object"), added.astype("object")], ignore_index=True)
    return UndecidedUnits(whole, share[(share > 0) & (share < 1)])


def bounded_share(evidence: Evidence, readings: Floats, confidence: float = 0.95) -> Share:
    """Return the share with undecided units by their coders' readings, between worst-case bounds.

    Source: Manski (2003, Partial Identification of Probability Distributions, chapter 1): what is not known may be all
    absent or all present. The interval reaches from the lower limit of the first to the upper limit of the second, so
    that it holds whatever is decided (Horowitz and Manski 2000, JASA 95:77-84).

    Parameters
    ----------
    evidence : Evidence
        With the undecided units as absent.
    readings : (n,) array
        The share of coders who saw the code where a unit is undecided, else NaN.
    confidence : float

    Examples
    --------
    Ten units: two with the code, six without, two on which two coders differ.

    >>> y, readings = np.array([1, 1, *[0] * 8], dtype=float), np.array([*[np.nan] * 8, 0.5, 0.5])
    >>> share = bounded_share(Evidence(y, np.ones(10), np.ones(10, bool), 10), readings)
    >>> share.estimate, share.low, share.high
    (0.3, 0.2, 0.4)
    """
    open_ones = np.isfinite(readings)
    least = people_share(evidence, confidence)
    most = people_share(replace(evidence, present=np.where(open_ones, 1.0, evidence.present)), confidence)
    known = evidence.judged
    read = np.where(open_ones, readings, evidence.present)[known]
    estimate = float(np.average(read, weights=evidence.weights[known]))
    count = int(open_ones.sum())
    note = (
        f"{count} undecided {'unit counts' if count == 1 else 'units count'} by the coders' readings; whatever is"
        f" decided about {'it' if count == 1 else 'them'}, the share of the coded units lies between"
        f" {least.estimate:.3f} and {most.estimate:.3f}, and the interval holds both"
    )
    return Share("people", estimate, least.low, most.high, note, least.estimate, most.estimate)
