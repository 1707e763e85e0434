"""How far units belong to clusters: one post may speak of two things."""

import numpy as np
import pandas as pd

from medtw_qual.clusters.clusters import Clusters
from medtw_qual.errors import InvalidArgument


def list_memberships(clusters: Clusters, least: float = 0.0) -> pd.DataFrame:
    """List units and clusters with the share of each; see `Clusters.memberships`.

    Raises
    ------
    InvalidArgument
        When `least` is not a share.
    """
    if not 0 <= least <= 1:
        raise InvalidArgument(f"least={least} is not a share.", "Give a number from 0 to 1.")
    shares = clusters.shares
    unit, cluster = np.nonzero(shares >= max(least, 1e-9))
    table = pd.DataFrame(
        {
            "unit_id": clusters.assignments["unit_id"].to_numpy()[unit],
            "cluster": cluster.astype(np.int64),
            "membership": shares[unit, cluster],
        }
    )
    return table.iloc[np.lexsort((cluster, -table["membership"].to_numpy(), unit))].reset_index(drop=True)
