"""Corpus and clusters on Dask: the steps of one computer, spread over many, with the same result.

Every text is cleaned and embedded where it lies; the distinct texts of lowest hash are the sample on which the clusters
are fitted (by the very functions that `mq.cluster` uses); every other text joins the nearest centre. Samples by hash do
not depend on how the posts are spread, and a worker that dies costs its unfinished pieces only: they run again.
"""

from medtw_qual.distributed.pipeline import Assigned, cluster_parquet
from medtw_qual.distributed.scheduler import connect
from medtw_qual.distributed.worker_vectors import cluster_on, embed_on

__all__ = ["Assigned", "cluster_on", "cluster_parquet", "connect", "embed_on"]
