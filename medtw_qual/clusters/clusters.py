"""What a clustering is: assignments, how they came about, and what can be asked of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from medtw_qual._base.hashing import hash_table
from medtw_qual.clusters.projection import Projection, nearest_centre
from medtw_qual.clusters.vectors import Vectors, to_unit_length

if TYPE_CHECKING:
    from bertopic import BERTopic
    from matplotlib.figure import Figure

_BLOCK = 65_536


@dataclass(frozen=True, eq=False)
class Centres:
    """What puts any text into a cluster: a projection, and one centre per cluster in it.

    Attributes
    ----------
    space : Projection
    centres : ndarray, shape (clusters, components)
        In the order of the clusters' numbers.
    """

    space: Projection
    centres: np.ndarray

    def assign(self, array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return cluster and strength of each row of vectors; a row of zeros (no words) gets -1 and 0."""
        given = np.asarray(array)
        labels, strength = np.full(len(given), -1, dtype=np.int64), np.zeros(len(given))
        for start in range(0, len(given), _BLOCK):  # in pieces: a million rows in double precision take gigabytes
            rows = given[start : start + _BLOCK]
            filled = rows.any(axis=1)
            found = nearest_centre(self.space.project(to_unit_length(rows)), self.centres)
            labels[start : start + _BLOCK] = np.where(filled, found[0], -1)
            strength[start : start + _BLOCK] = np.where(filled, found[1], 0.0)
        return labels, strength


@dataclass(frozen=True, eq=False)
class Clusters:
    """A clustering of a corpus.

    Attributes
    ----------
    assignments : DataFrame
        One row per unit (`schemas.ASSIGNMENTS`), in the order of unit ids: cluster numbered from 0 by size, then by
        smallest unit id; -1: in none. strength: 0 on the border to the next cluster, 1 at the centre (for HDBSCAN its
        membership probability).
    units : DataFrame
        The corpus's units that were clustered.
    vectors : Vectors
        One vector per unit.
    method : str
        Name of the method that made the clusters.
    parameters : dict
        Everything that decided the result: seed, numbers, hash of the vectors, library versions.
    curve : DataFrame
        The criterion over the numbers tried (n_clusters, silhouette, se); no rows when the number was given.
    model : Centres
        Assigns other texts to these clusters.
    guided_by : str
        Hash of the codebook that guided the clustering, or "": guided clusters are no evidence for that codebook.
    notes : tuple of str
        What a reader must know: fallbacks, texts in no cluster, why this number of clusters.
    options : mapping
        The method's own options, as `cluster` was given them.
    """

    assignments: pd.DataFrame
    units: pd.DataFrame
    vectors: Vectors
    method: str
    parameters: dict[str, Any]
    curve: pd.DataFrame
    model: Centres
    guided_by: str = ""
    notes: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        outside = int((self.assignments["cluster"] == -1).sum())
        words = f"Clusters({len(self)} clusters of {len(self.assignments)} units by {self.method}"
        return words + (f", {outside} units in none)" if outside else ")")

    def __len__(self) -> int:
        """How many clusters there are, those in none not counted."""
        return int(self.assignments["cluster"].max()) + 1

    @cached_property
    def labels(self) -> np.ndarray:
        """The clusters of the units, in the order of `assignments`."""
        return np.asarray(self.assignments["cluster"].to_numpy(dtype=np.int64))

    @cached_property
    def assignments_hash(self) -> str:
        """SHA-256 of unit ids and cluster numbers: what a decision about these clusters refers to."""
        return hash_table(self.assignments, ["unit_id", "cluster"])

    def summary(
        self, n_words: int = 10, n_central: int = 3, n_borderline: int = 3, words_by: str = "ctfidf"
    ) -> pd.DataFrame:
        """Describe each cluster: size, share, key words, the units that speak for it and those on its border.

        Parameters
        ----------
        n_words : int
            Key words per cluster.
        n_central, n_borderline : int
            Units per cluster nearest to its mean vector, and of those that belong least firmly.
        words_by : {"ctfidf", "keybert", "mmr"}
            Class-based TF-IDF (as BERTopic); or, among its first fifty, those nearest to the cluster in meaning
            ("keybert"), or near and unlike each other ("mmr"). The latter two load the encoder.

        Returns
        -------
        DataFrame
            One row per cluster: cluster, size (units), share (0 to 1), key_words, central_units, central_texts,
            borderline_units, borderline_texts, months and hashtags with the number of units (lists); name, where a
            codebook guided the clustering. Units in no cluster are the row -1, last.
        """
        from medtw_qual.clusters.description import SummaryOptions, summarise

        return summarise(self, SummaryOptions(n_words, n_central, n_borderline, words_by))

    def stability(self, n_resamples: int = 50, seed: int = 2020) -> pd.DataFrame:
        """Say how far each cluster returns when the corpus is drawn again.

        Parameters
        ----------
        n_resamples : int
            How many bootstrap samples are drawn.
        seed : int
            Any whole number; the same seed draws the same samples.

        Returns
        -------
        DataFrame
            One row per cluster: cluster, size, jaccard (Hennig's clusterwise mean over resamples, 0 to 1), low, high
            (5th and 95th percentile over resamples), dissolved (share of resamples with a Jaccard of .5 or less),
            reordered (mean Jaccard over five runs on the same texts in another order), verdict (words).
        """
        from medtw_qual.clusters.bootstrap_stability import measure_stability

        return measure_stability(self, n_resamples, seed)

    def resampled(self, n: int = 50, seed: int = 2020) -> list[pd.Series]:
        """Cluster bootstrap samples of the units, and put every unit into each result.

        Parameters
        ----------
        n : int
            How many bootstrap samples, 1 or more.
        seed : int
            Any whole number; the same seed draws the same samples.

        Returns
        -------
        list of Series
            One per resample: index unit_id, values the number of the cluster here that the unit's resampled cluster
            matches one to one (largest sum of Jaccard similarities), -1 where it matches none or the unit has no words.
        """
        from medtw_qual.clusters.bootstrap_stability import resample_clusters

        return resample_clusters(self, n, seed)

    @property
    def plot(self) -> "ClusterPlots":
        """The figures of these clusters: `ClusterPlots`."""
        return ClusterPlots(self)

    @cached_property
    def bertopic(self) -> "BERTopic":
        """A fitted BERTopic with these assignments and the same topic numbers; made on first access (7 to 10 s)."""
        from medtw_qual.clusters.bertopic_adapter import as_bertopic

        return as_bertopic(self)


@dataclass(frozen=True, eq=False)
class ClusterPlots:
    """The figures of a clustering, drawn with matplotlib for print.

    Attributes
    ----------
    clusters : Clusters
    """

    clusters: Clusters

    def map(self) -> "Figure":
        """Draw every unit as a dot in its cluster's disc: dark and inside where it belongs firmly, pale on the border.

        Discs near each other are alike: places follow from the centres by classical scaling and are then moved apart
        until nothing overlaps. The picture is the same every time, and distances across it are rough. Above 5,000
        units a dot stands for several, and the title says for how many. matplotlib, 7.2 inches wide, for print.
        """
        from medtw_qual.clusters.cluster_figures import draw_map

        return draw_map(self.clusters)

    def dendrogram(self) -> "Figure":
        """Draw which clusters lie near each other: Ward's merging continued from the clusters' centres and sizes."""
        from medtw_qual.clusters.cluster_figures import draw_dendrogram

        return draw_dendrogram(self.clusters)

    def over_time(self) -> "Figure":
        """Draw each cluster's units per day, week, month or year (by the corpus's span) as small multiples."""
        from medtw_qual.clusters.cluster_figures import draw_over_time

        return draw_over_time(self.clusters)

    def number_curve(self) -> "Figure":
        """Draw the criterion over the numbers of clusters tried, the chosen one marked."""
        from medtw_qual.clusters.cluster_figures import draw_curve

        return draw_curve(self.clusters)
