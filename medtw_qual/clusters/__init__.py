"""The machine's view: embed, cluster, stability and description."""

from medtw_qual.clusters.clustering import cluster
from medtw_qual.clusters.clusters import Clusters
from medtw_qual.clusters.comparison import Comparison, compare
from medtw_qual.clusters.embedding import embed
from medtw_qual.clusters.query_words import propose_ignored_words
from medtw_qual.clusters.vectors import Vectors, load_vectors

__all__ = ["Clusters", "Comparison", "Vectors", "cluster", "compare", "embed", "load_vectors", "propose_ignored_words"]


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
