"""The machine's view: embed, cluster, stability and description."""

from medtw_qual.clusters.clustering import cluster
from medtw_qual.clusters.comparison import Comparison, compare_clusterings
from medtw_qual.clusters.embedding import embed
from medtw_qual.clusters.model import Clusters
from medtw_qual.clusters.vectors import Vectors, load_vectors

__all__ = ["Clusters", "Comparison", "Vectors", "cluster", "compare_clusterings", "embed", "load_vectors"]
