"""The machine's view: embed, cluster, stability and description."""

from medtw_qual.clusters.clustering import cluster
from medtw_qual.clusters.embedding import embed
from medtw_qual.clusters.model import Clusters
from medtw_qual.clusters.vectors import Vectors, load_vectors

__all__ = ["Clusters", "Vectors", "cluster", "embed", "load_vectors"]
