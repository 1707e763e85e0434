"""What the cells suggest: proposals with reasons, clusters no code claims, codes no cluster catches."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from medtw_qual.reconciliation.coded_units import Flags
from medtw_qual.reconciliation.odds import fisher_p_values

if TYPE_CHECKING:
    from medtw_qual.reconciliation.crosswalk import Crosswalk

# Rules of thumb, stated so that a reader can disagree: half of the cluster, half of the code, twice the expected share.
MOSTLY = 0.5
TWICE = 2.0
FEW_CODED = 5


def propose_decisions(crosswalk: "Crosswalk") -> pd.DataFrame:
    """Suggest same / part / unrelated / new code, with the reason in words. Suggestions; people decide.

    The rules: *same* when at least half of the cluster's coded units have the code, at least half of the code's units
    are in the cluster, and the odds ratio's lower limit is above 1. *part* when the lower limit is above 1 and at least
    half of the cluster has the code or the code is at least twice as frequent there as overall. *unrelated* when the
    upper limit is below 1. *new code* for a cluster with at least five coded units that no code claims in either way
    and of which at least half carry no code at all. Other cells are left open.

    Returns
    -------
    DataFrame
        cluster, code (empty for a new code), proposal, reason, n, odds_ratio, low, high.
    """
    cells = _counted(crosswalk.table)
    proposal = _classify(cells)
    cells = cells.assign(proposal=proposal)[proposal != ""]
    cells["reason"] = [_cell_words(row) for row in cells.to_dict("records")]
    new = [
        {
            "cluster": row.cluster,
            "code": "",
            "proposal": "new code",
            "reason": f"No code claims it: {row.n_without_code} of {row.n_coded} coded units carry no code at all.",
            "n": row.n_without_code,
        }
        for row in _cluster_rows(crosswalk).itertuples()
        if row.unclaimed and row.n_coded >= FEW_CODED and row.n_without_code >= MOSTLY * row.n_coded
    ]
    columns = ["cluster", "code", "proposal", "reason", "n", "odds_ratio", "low", "high"]
    found = pd.concat([cells[columns], pd.DataFrame(new, columns=columns).astype(cells[columns].dtypes.to_dict())])
    return found.sort_values(["cluster", "n"], ascending=[True, False], kind="stable", ignore_index=True)


def _counted(table: pd.DataFrame) -> pd.DataFrame:
    """The cells that have counts; a row added for a decided new code has none."""
    return table[table["n"].notna()].reset_index(drop=True)


def _classify(cells: pd.DataFrame) -> np.ndarray:
    above, below = cells["low"] > 1, cells["high"] < 1
    mostly = cells["share_of_cluster"] >= MOSTLY
    same = above & mostly & (cells["share_of_code"] >= MOSTLY)
    part = above & (mostly | (cells["over_representation"] >= TWICE))
    return np.select([same, part, below], ["same", "part", "unrelated"], default="")


def claimed_cells(cells: pd.DataFrame) -> Flags:
    """Say which cells the rules propose as same or part."""
    found: Flags = np.isin(_classify(cells), ["same", "part"])
    return found


def standing_claims(cells: pd.DataFrame) -> Flags:
    """Say which cells claim a cluster for a code: people's decision where there is one, else the rules."""
    decided = cells["decision"].to_numpy(dtype=object)
    by_people: Flags = np.isin(decided, ["same", "part"])
    claims: Flags = by_people | (claimed_cells(cells) & (decided == ""))
    return claims


def _cell_words(row: dict[str, Any]) -> str:
    return (
        f"{row['n']} of the cluster's {row['n_cluster']} coded units have the code ({row['share_of_cluster']:.0%}),"
        f" {row['share_of_code']:.0%} of the code's units are here; {row['over_representation']:.1f} times its overall"
        f" share, odds ratio {row['odds_ratio']:.2g} ({row['low']:.2g} to {row['high']:.2g})."
    )


def _cluster_rows(crosswalk: "Crosswalk") -> pd.DataFrame:
    """One row per cluster: coded units, those without any code, whether any code claims it."""
    cells = _counted(crosswalk.table)
    claimed = cells[claimed_cells(cells)]
    without = ~crosswalk.units.present.any(axis=1)
    coded = pd.Series(without).groupby(crosswalk.unit_clusters).agg(["size", "sum"])
    numbers = sorted(set(cells["cluster"]))
    coded = coded.reindex(numbers, fill_value=0)
    return pd.DataFrame(
        {
            "cluster": numbers,
            "n_coded": coded["size"].to_numpy(),
            "n_without_code": coded["sum"].to_numpy(),
            "unclaimed": [number != -1 and number not in set(claimed["cluster"]) for number in numbers],
        }
    )


def find_unmatched(crosswalk: "Crosswalk", n_exemplars: int = 5) -> pd.DataFrame:
    """List what does not meet: clusters no code claims (candidates for new codes) and codes no cluster catches.

    A person's decision outweighs the numbers: "same" or "part" claims a cell, "unrelated" unclaims it.

    Parameters
    ----------
    n_exemplars : int
        How many units of each cluster to show: the most firmly assigned ones, coded or not.

    Returns
    -------
    DataFrame
        kind ("cluster" or "code"), cluster, code, n (coded units), n_without_code, exemplars (list of unit ids), texts
        (list), note.
    """
    cells = _counted(crosswalk.table)
    claims = standing_claims(cells)
    claimed_clusters, claimed_codes = set(cells["cluster"][claims]), set(cells["code"][claims])
    rows = [
        _unmatched_cluster(crosswalk, row, n_exemplars)
        for row in _cluster_rows(crosswalk).to_dict("records")
        if row["cluster"] != -1 and row["cluster"] not in claimed_clusters
    ]
    present = (crosswalk.units.present & crosswalk.units.coded).sum(axis=0)
    rows += [
        {
            "kind": "code", "cluster": None, "code": code, "n": int(n), "n_without_code": 0, "exemplars": [],
            "texts": [], "note": "no coded unit has it" if n == 0 else "spread over the clusters: none stands out",
        }
        for code, n in zip(crosswalk.units.codes, present, strict=True)
        if code not in claimed_codes
    ]  # fmt: skip
    columns = ["kind", "cluster", "code", "n", "n_without_code", "exemplars", "texts", "note"]
    return pd.DataFrame(rows, columns=columns).astype({"cluster": "Int64", "n": "Int64", "n_without_code": "Int64"})


def _unmatched_cluster(crosswalk: "Crosswalk", row: dict[str, Any], n_exemplars: int) -> dict[str, object]:
    members = crosswalk.clusters.assignments
    members = members[members["cluster"] == row["cluster"]]
    if "strength" in members:
        members = members.sort_values(["strength", "unit_id"], ascending=[False, True])
    ids = [str(unit) for unit in members["unit_id"].head(n_exemplars)]
    texts = crosswalk.clusters.units.set_index("unit_id")["text"]
    note = (
        "no unit of it was coded"
        if row["n_coded"] == 0
        else f"{row['n_without_code']} of {row['n_coded']} carry no code"
    )
    return {
        "kind": "cluster", "cluster": row["cluster"], "code": "", "n": row["n_coded"],
        "n_without_code": row["n_without_code"], "exemplars": ids,
        "texts": [str(texts.get(unit, "")) for unit in ids], "note": note,
    }  # fmt: skip


def find_negative_cases(crosswalk: "Crosswalk") -> pd.DataFrame:
    """List the units that go against the pattern: the ones to read before believing it.

    For every cell that is claimed (by people's decision, else by the rules of `propose`): coded units in the cluster
    without the code; and units with the code that lie in no cluster claimed for it.

    Returns
    -------
    DataFrame
        unit_id, cluster (the unit's), code, kind ("in the cluster, without the code" or "with the code, elsewhere"),
        text.
    """
    cells = _counted(crosswalk.table)
    cells = cells[standing_claims(cells)]
    units, own = crosswalk.units, crosswalk.unit_clusters
    rows = []
    for code, claimed in cells.groupby("code", sort=False)["cluster"]:
        position = units.codes.index(code)
        inside = np.isin(own, claimed.to_numpy(dtype=np.int64))
        present, judged = units.present[:, position], units.coded[:, position]
        for kind, chosen in (
            ("in the cluster, without the code", inside & judged & ~present),
            ("with the code, elsewhere", ~inside & judged & present),
        ):
            rows += [(units.unit_ids[i], int(own[i]), code, kind) for i in np.flatnonzero(chosen)]
    found = pd.DataFrame(rows, columns=["unit_id", "cluster", "code", "kind"])
    texts = crosswalk.clusters.units.set_index("unit_id")["text"]
    return found.assign(text=[str(texts.get(unit, "")) for unit in found["unit_id"]])


def cell_p_values(crosswalk: "Crosswalk") -> pd.DataFrame:
    """Return Fisher's two-sided p-value of every cell and its Benjamini-Hochberg adjustment. Exploratory.

    The clusters were not drawn at random and nobody asked one question of one cell beforehand; a small p-value says
    where to look, not what is so. The counts are unweighted. The adjustment controls the false discovery rate over all
    cells that have a p-value (Benjamini and Hochberg 1995, JRSS B 57:289-300).

    Returns
    -------
    DataFrame
        cluster, code, n, p (NaN where undefined), p_adjusted, note ("exploratory").
    """
    from scipy.stats import false_discovery_control

    cells = _counted(crosswalk.table)
    judged = crosswalk.units.coded.sum(axis=0)
    total = cells["code"].map(dict(zip(crosswalk.units.codes, judged, strict=True))).to_numpy(dtype=float)
    a, in_cluster, with_code = (cells[name].to_numpy(dtype=float) for name in ("n", "n_cluster", "n_code"))
    p = fisher_p_values(a, in_cluster - a, with_code - a, total - in_cluster - with_code + a)
    adjusted = np.full(len(p), np.nan)
    known = ~np.isnan(p)
    if known.any():
        adjusted[known] = false_discovery_control(p[known], method="bh")
    return cells[["cluster", "code", "n"]].assign(p=p, p_adjusted=adjusted, note="exploratory")
