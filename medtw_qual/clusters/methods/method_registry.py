"""The clustering methods by name; a new one is a file beside this and a line here."""

import sys

from medtw_qual.clusters.methods.centres import fit_kmeans, fit_ward
from medtw_qual.clusters.methods.consensus_kmeans import fit_consensus
from medtw_qual.clusters.methods.density import fit_hdbscan, fit_umap
from medtw_qual.clusters.methods.guided import fit_guided
from medtw_qual.clusters.methods.method_protocol import Method
from medtw_qual.errors import InvalidArgument, did_you_mean

DEFAULT = "consensus"
CONSENSUS_LIMIT = 20_000
WARD_LIMIT = 20_000

_CONSENSUS = "consensus of k-means runs on parts of the texts, in exact principal components"
_WARD = "Ward's hierarchy on exact principal components"
_KMEANS = "k-means on exact principal components, started from Ward's hierarchy over a sample"
_HDBSCAN = "HDBSCAN on exact principal components; units in no dense group are in no cluster"
_UMAP = "UMAP and HDBSCAN as in BERTopic; not reproducible across machines"
_GUIDED = "each text to the nearest code of a codebook (zero-shot), or to none"

METHODS = {
    method.name: method
    for method in (
        Method("consensus", _CONSENSUS, fit_consensus, CONSENSUS_LIMIT, ("runs",)),
        Method("ward", _WARD, fit_ward, WARD_LIMIT),
        Method("kmeans", _KMEANS, fit_kmeans, 100_000),
        Method("hdbscan", _HDBSCAN, fit_hdbscan, WARD_LIMIT, ("min_cluster_size", "components")),
        Method("umap+hdbscan", _UMAP, fit_umap, 100_000, ("min_cluster_size", "seeds")),
        Method("guided", _GUIDED, fit_guided, sys.maxsize, ("codebook", "threshold", "code_vectors")),
    )
}

FINDS_NUMBER = {"hdbscan", "umap+hdbscan", "guided"}


def find_method(name: str | None) -> Method:
    """Return the method of that name; None: the consensus of k-means runs.

    Raises
    ------
    InvalidArgument
    """
    if name is None:
        return METHODS[DEFAULT]
    if name not in METHODS:
        raise InvalidArgument(
            f"There is no clustering method {name!r}.{did_you_mean(name, METHODS)}",
            f"Use one of: {', '.join(METHODS)}.",
        )
    return METHODS[name]
