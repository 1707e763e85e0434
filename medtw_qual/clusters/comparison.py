"""Two clusterings of the same units set side by side: another run, another model, another person's piles."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.clusters.clusters import Clusters
from medtw_qual.errors import InvalidArgument

Clustering: TypeAlias = "Clusters | pd.DataFrame | pd.Series"


@dataclass(frozen=True, eq=False)
class Comparison:
    """How far two clusterings say the same.

    Attributes
    ----------
    scores : DataFrame
        One row per measure (ARI, AMI, V-measure, homogeneity, completeness): measure, all_units (those in no cluster
        counted as a group of their own), clustered_units (only those in a cluster on both sides; NaN when fewer than
        two), meaning. A score over clustered units means little without their number.
    contingency : DataFrame
        Units by cluster here (rows) and there (columns).
    n_units, n_clustered : int
        Units in both clusterings; of these, in a cluster on both sides.
    """

    scores: pd.DataFrame
    contingency: pd.DataFrame
    n_units: int
    n_clustered: int

    def __repr__(self) -> str:
        by_name = self.scores.set_index("measure")["all_units"]
        return (
            f"Comparison(ARI {by_name['ARI']:.2f}, AMI {by_name['AMI']:.2f}, {self.n_units} units,"
            f" {self.n_clustered} clustered on both sides)"
        )


_MEANING = {
    "ARI": "pairs of units treated alike, corrected for chance (Hubert & Arabie 1985)",
    "AMI": "information shared, corrected for chance (Vinh, Epps & Bailey 2010)",
    "V-measure": "harmonic mean of the next two (Rosenberg & Hirschberg 2007)",
    "homogeneity": "each cluster there holds one cluster here only",
    "completeness": "each cluster here lies in one cluster there only",
}


def compare(first: Clustering, other: Clustering) -> Comparison:
    """Compare two clusterings over the units that both have.

    Parameters
    ----------
    first, other : Clusters, DataFrame or Series
        A table has columns unit_id and cluster (any values; -1 or missing: in none); a Series has unit ids as index.

    Returns
    -------
    Comparison

    Raises
    ------
    InvalidArgument
        When they share no unit.
    MissingColumn
        When a table lacks unit_id or cluster.

    Examples
    --------
    >>> here = pd.Series([0, 0, 1, 1], index=["a", "b", "c", "d"])
    >>> there = pd.Series(["x", "x", "y", "z"], index=["a", "b", "c", "d"])
    >>> compare(here, there)  # ARI as in scikit-learn's documentation of adjusted_rand_score
    Comparison(ARI 0.57, AMI 0.57, 4 units, 4 clustered on both sides)
    """
    from sklearn import metrics

    both = pd.concat([_labels(first).rename("here"), _labels(other).rename("there")], axis=1, join="inner").sort_index()
    if both.empty:
        raise InvalidArgument("The two clusterings have no unit in common.", "Compare clusterings of the same corpus.")
    inside = both[(both["here"] != "-1") & (both["there"] != "-1")]
    measures = {
        "ARI": metrics.adjusted_rand_score,
        "AMI": metrics.adjusted_mutual_info_score,
        "V-measure": metrics.v_measure_score,
        "homogeneity": metrics.homogeneity_score,
        "completeness": metrics.completeness_score,
    }
    rows = [
        {
            "measure": name,
            "all_units": float(measure(both["here"], both["there"])),
            "clustered_units": float(measure(inside["here"], inside["there"])) if len(inside) > 1 else np.nan,
            "meaning": _MEANING[name],
        }
        for name, measure in measures.items()
    ]
    table = pd.crosstab(both["here"], both["there"])
    contingency = table.loc[sorted(table.index, key=_natural), sorted(table.columns, key=_natural)]
    return Comparison(pd.DataFrame(rows), contingency, len(both), len(inside))


def _labels(given: Clustering) -> pd.Series:
    if isinstance(given, Clusters):
        given = given.assignments
    if isinstance(given, pd.DataFrame):
        require_columns(given, ["unit_id", "cluster"], "clustering")
        given = given.set_index("unit_id")["cluster"]
    if not isinstance(given, pd.Series):
        raise InvalidArgument(
            f"A clustering cannot be read from a {type(given).__name__}.",
            "Give clusters, a table with columns unit_id and cluster, or a Series with unit ids as index.",
        )
    labels = pd.Series([_word(value) for value in given], index=given.index.astype(str), dtype="object")
    if labels.index.has_duplicates:
        twice = labels.index[labels.index.duplicated()][0]
        raise InvalidArgument(f"Unit {twice} is in two clusters of one clustering.", "Give each unit one cluster.")
    return labels


def _word(value: Any) -> str:  # noqa: ANN401 - people name their piles as they like
    if pd.isna(value) or value == "":
        return "-1"
    return str(int(value)) if isinstance(value, float | np.floating) and float(value).is_integer() else str(value)


def _natural(name: str) -> tuple[int, int, str]:
    """Numbers in their order, then words, then those in no cluster."""
    number = name.removeprefix("-").isdigit()
    return (2 if name == "-1" else 0 if number else 1, int(name) if number else 0, name)
