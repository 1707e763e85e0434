"""The crosswalk with soft memberships, and how often chance alone would claim a cluster for a code."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from medtw_qual.errors import InvalidArgument
from medtw_qual.reconciliation.cell_proposals import claimed_cells
from medtw_qual.reconciliation.coded_units import Floats
from medtw_qual.reconciliation.evidence import cell_table

if TYPE_CHECKING:
    from medtw_qual.reconciliation.crosswalk import Crosswalk


def soft_cells(crosswalk: "Crosswalk") -> pd.DataFrame:
    """Count every cell with soft memberships as weights, beside the hard counts.

    A unit that speaks of two things counts in both clusters, with its share of each, instead of wholly in one.

    Returns
    -------
    DataFrame
        One row per cluster and code: cluster, code, n and share_of_cluster (hard), n_soft (sum of the memberships of
        the units with the code, weighted by the sample's design), share_of_cluster_soft (n_soft over the sum of all
        coded units' memberships, 0 to 1; NaN where that is 0) and over_representation_soft (that share over the code's
        share of all coded units).

    Raises
    ------
    InvalidArgument
        When the clusters know no memberships.
    """
    units = crosswalk.units
    numbers = [int(number) for number in sorted(set(crosswalk.table["cluster"])) if number >= 0]
    shares = _shares(crosswalk, numbers)
    weights = crosswalk.design.weights[:, None]
    present = (units.present & units.coded) * weights
    judged = units.coded * weights
    inside, everyone = shares.T @ present, shares.T @ judged
    with np.errstate(invalid="ignore", divide="ignore"):
        share = inside / everyone
        over = share / (present.sum(axis=0) / judged.sum(axis=0))
    table = pd.DataFrame(
        {
            "cluster": np.repeat(numbers, len(units.codes)),
            "code": np.tile(np.array(units.codes, dtype=object), len(numbers)),
            "n_soft": inside.ravel(),
            "share_of_cluster_soft": share.ravel(),
            "over_representation_soft": over.ravel(),
        }
    )
    hard = crosswalk.table[["cluster", "code", "n", "share_of_cluster"]]
    return hard.merge(table.astype({"code": hard["code"].dtype}), on=["cluster", "code"], how="inner")


def _shares(crosswalk: "Crosswalk", numbers: list[int]) -> Floats:
    """Return coded units x clusters: the memberships of the coded units."""
    ask: Any = getattr(crosswalk.clusters, "memberships", None)
    if ask is None:
        raise InvalidArgument("These clusters know no memberships.", "Cluster with mq.cluster(corpus, vectors).")
    wide = ask().pivot_table(index="unit_id", columns="cluster", values="membership", aggfunc="sum")
    found: Floats = (
        wide.reindex(index=list(crosswalk.units.unit_ids), columns=numbers).fillna(0.0).to_numpy(dtype=np.float64)
    )
    return found


def chance_of_claims(crosswalk: "Crosswalk", n_shuffles: int = 200, seed: int = 2020) -> dict[str, float]:
    """Say how many cells the rules would claim if clusters had nothing to do with codes.

    The coded units' clusters are shuffled among them and every cell is judged as before (a permutation test: Good 2005,
    Permutation, Parametric and Bootstrap Tests of Hypotheses). With many cells some are claimed by chance alone.

    Parameters
    ----------
    n_shuffles : int
        20 or more.
    seed : int

    Returns
    -------
    dict
        cells (how many there are), claimed (as the rules have it now, people's decisions aside), claimed_by_chance
        (mean over shuffles), share_of_shuffles_with_any (0 to 1), share_of_shuffles_with_as_many (0 to 1; the real
        clusters counted among the shuffles, so never 0).
    """
    if n_shuffles < 20:
        raise InvalidArgument(f"{n_shuffles} shuffles say little.", "Ask for 20 or more.")
    random = np.random.default_rng(seed)
    own, units = crosswalk.unit_clusters, crosswalk.units
    numbers = [int(number) for number in np.unique(own)]

    def claims(labels: np.ndarray) -> int:
        return int(claimed_cells(cell_table(labels, numbers, units, crosswalk.design, crosswalk.confidence)).sum())

    now = claims(own)
    found = np.array([claims(random.permutation(own)) for _ in range(n_shuffles)])
    return {
        "cells": float(len(numbers) * len(units.codes)),
        "claimed": float(now),
        "claimed_by_chance": float(found.mean()),
        "share_of_shuffles_with_any": float((found > 0).mean()),
        "share_of_shuffles_with_as_many": float(((found >= now).sum() + 1) / (n_shuffles + 1)),
    }
