"""Names of clusters that a language model proposed and a person decided, put onto the clusters."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.errors import InvalidArgument, StaleDecision

if TYPE_CHECKING:
    from medtw_qual.clusters import Clusters

_DECIDED = ("about", "name", "decision", "decided_by", "reason", "units", "proposal")
_CLUSTER = re.compile(r"cluster (\d+)")


def clusters_to_name(clusters: "Clusters", n_units: int = 8) -> dict[str, pd.DataFrame]:
    """Return the most central units of each cluster, as `mq.llm.propose_names` takes them.

    Parameters
    ----------
    clusters : Clusters
        The clusters that have no good name yet.
    n_units : int
        How many units of each are shown to the model, 1 or more; default 8.

    Returns
    -------
    dict
        "cluster 0", "cluster 1" ... to a DataFrame with unit_id and text.
    """
    if n_units < 1:
        raise InvalidArgument("No unit, no name.", "Show the model one unit or more of each cluster.")
    described = clusters.summary(n_words=1, n_central=n_units)
    units = clusters.units.set_index("unit_id", drop=False)[["unit_id", "text"]]
    return {
        f"cluster {row.cluster}": units.loc[list(row.central_units)].reset_index(drop=True)
        for row in described.itertuples()
        if row.cluster >= 0
    }


def name_clusters(clusters: "Clusters", decided: pd.DataFrame, log: str | Path | None = None) -> "Clusters":
    """Give clusters the names that a person accepted or changed; what is undecided or declined names nothing.

    Parameters
    ----------
    clusters : Clusters
        The clusters that the model saw units of.
    decided : DataFrame
        What `mq.llm.decided_names` returned.
    log : str or Path, optional
        The log of what people did to clusters, as `Clusters.merge` takes it; each name is written there with who
        decided it and which proposal it came from.

    Returns
    -------
    Clusters
        With the names; the clusters themselves are the same.

    Raises
    ------
    InvalidArgument
        When a name is for something else than a cluster that there is.
    StaleDecision
        When a unit that the model saw is in another cluster now: the name was made from other evidence.
    """
    require_columns(decided, _DECIDED, "decided names")
    cluster_of = dict(zip(clusters.assignments["unit_id"], clusters.assignments["cluster"], strict=True))
    numbers = set(cluster_of.values()) - {-1}
    for row in decided.itertuples():
        found = _CLUSTER.fullmatch(str(row.about))
        number = int(found[1]) if found else -1
        if number not in numbers:
            raise InvalidArgument(
                f"{row.about!r} is no cluster that there is.", "Propose names for these clusters anew."
            )
        strangers = [unit for unit in row.units if cluster_of.get(unit) != number]
        if strangers:
            raise StaleDecision(
                f"The name {row.name!r} for cluster {number} was made from units that are not in it now"
                f" ({len(strangers)} of {len(row.units)}).",
                "Propose and decide names for the clusters as they are.",
            )
        why = f"proposed by a language model ({str(row.proposal)[:12]}), {row.decision}"
        why += f": {row.reason}" if row.reason else ""
        clusters = clusters.name(number, str(row.name), why, str(row.decided_by), log)
    return clusters
