"""What the cells suggest: proposals with reasons, clusters no code claims, codes no cluster catches."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

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


def _cell_words(row: dict[str, Any]) -> str:
    return (
        f"{row['n']} of the cluster's {row['n_cluster']} coded units have the code ({row['share_of_cluster']:.0%}),"
        f" {row['share_of_code']:.0%} of the code's units are here; {row['over_representation']:.1f} times its overall"
        f" share, odds ratio {row['odds_ratio']:.2g} ({row['low']:.2g} to {row['high']:.2g})."
    )


def _cluster_rows(crosswalk: "Crosswalk") -> pd.DataFrame:
    """One row per cluster: coded units, those without any code, whether any code claims it."""
    cells = _counted(crosswalk.table)
    claimed = cells[np.isin(_classify(cells), ["same", "part"])]
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
    claims = (np.isin(_classify(cells), ["same", "part"]) & (cells["decision"] != "unrelated")) | cells[
        "decision"
    ].isin(["same", "part"])
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
