"""What a clustering is: assignments, how they came about, and what can be asked of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from medtw_qual._base.hashing import hash_table
from medtw_qual.clusters.methods.method_protocol import Partition, Votes
from medtw_qual.clusters.projection import Projection, nearest_centre
from medtw_qual.clusters.vectors import Vectors, to_unit_length

if TYPE_CHECKING:
    from bertopic import BERTopic

    from medtw_qual.clusters.cluster_plots import ClusterPlots

_BLOCK = 65_536


@dataclass(frozen=True, eq=False)
class Centres:
    """What puts any text into a cluster: a projection, one centre per cluster in it, and the votes of a consensus.

    Attributes
    ----------
    space : Projection
    centres : ndarray, shape (clusters, components)
        In the order of the clusters' numbers.
    votes : Votes, optional
        Where the clusters are a consensus of runs; they decide then, and not the nearest centre.
    """

    space: Projection
    centres: np.ndarray
    votes: Votes | None = None

    @classmethod
    def of(cls, space: Projection, partition: Partition, order: np.ndarray | None = None) -> "Centres":
        """Return what assigns texts to the clusters of a partition, renumbered where an order is given."""
        kept = np.arange(len(partition.centres)) if order is None else order
        votes = None if partition.votes is None else partition.votes.reordered(kept)
        return cls(space, partition.centres[kept], votes)

    def memberships(self, array: np.ndarray) -> np.ndarray:
        """Return rows x clusters: how far each text belongs to each; without votes 1 for its own cluster."""
        given = np.asarray(array)
        out = np.zeros((len(given), len(self.centres)))
        for start in range(0, len(given), _BLOCK):
            rows = given[start : start + _BLOCK]
            points = self.space.project(to_unit_length(rows))
            filled = np.asarray(rows.any(axis=1))
            if self.votes is not None:
                out[start : start + _BLOCK] = self.votes.memberships(points) * filled[:, None]
            elif len(self.centres):
                nearest = nearest_centre(points, self.centres)[0]
                out[start + np.flatnonzero(filled), nearest[filled]] = 1.0
        return out

    def assign(self, array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return cluster and strength of each row of vectors; a row of zeros (no words) gets -1 and 0."""
        if self.votes is not None:
            shares = self.memberships(array)
            strength = shares.max(axis=1)
            return np.where(strength > 0, shares.argmax(axis=1), -1), strength
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
        smallest unit id; -1: in none. strength, 0 to 1: for a consensus the share of the texts that the runs put a
        unit together with which are in its own cluster (below .5 it belongs nowhere firmly); for HDBSCAN its membership
        probability; otherwise 0 on the border to the next cluster and 1 at the centre.
    units : DataFrame
        The corpus's units that were clustered.
    vectors : Vectors
        One vector per unit.
    method : str
        Name of the method that made the clusters.
    parameters : dict
        Everything that decided the result: seed, numbers, hash of the vectors, library versions.
    curve : DataFrame
        The criterion over the numbers tried: n_clusters, stability, se, share for a consensus (`choose_stable_number`),
        n_clusters, silhouette, se for Ward and k-means; no rows when the number was given.
    model : Centres
        Assigns other texts to these clusters.
    guided_by : str
        Hash of the codebook that guided the clustering, or "": guided clusters are no evidence for that codebook.
    notes : tuple of str
        What a reader must know: fallbacks, texts in no cluster, why this number of clusters.
    options : mapping
        The method's own options, as `cluster` was given them.
    shares : ndarray, shape (units, clusters)
        How far each unit belongs to each cluster, in the order of `assignments`; see `memberships`.
    ignored_words : tuple of str
        Words that are never key words: those given, and the handles of the corpus's authors.
    acts : tuple of dict
        What people did to these clusters, in order, as the log has it.
    found : Clusters, optional
        The clusters as the machine found them, before anybody did anything; None: these are they.
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
    shares: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    ignored_words: tuple[str, ...] = ()
    acts: tuple[dict[str, Any], ...] = ()
    found: "Clusters | None" = field(default=None, repr=False)

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

    def memberships(self, least: float = 0.0) -> pd.DataFrame:
        """Say how far each unit belongs to each cluster: one post may speak of two things.

        Parameters
        ----------
        least : float
            Leave out memberships below this share, 0 to 1; default: those of 0 only.

        Returns
        -------
        DataFrame
            One row per unit and cluster: unit_id, cluster, membership, in the order of units and then from the largest.
            For a consensus the membership is the share of the texts that the runs put the unit together with which are
            in the cluster; a unit's memberships add up to 1. Other methods know one cluster a unit, with 1. A unit in
            no cluster has no row.
        """
        from medtw_qual.clusters.soft_membership import list_memberships

        return list_memberships(self, least)

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

    def name(self, cluster: int, name: str, reason: str, decided_by: str, log: str | Path | None = None) -> "Clusters":
        """Give a cluster a name, which tables, pictures and the crosswalk then show.

        Parameters
        ----------
        cluster : int
            Its number.
        name : str
            In the words of a person.
        reason, decided_by : str
            Why, and who. Both stand in the log.
        log : path, optional
            The log of the acts; see `merge`.
        """
        return self._decide("name", reason, decided_by, log, clusters=[cluster], name=name)

    def merge(
        self,
        clusters: Sequence[int],
        reason: str,
        decided_by: str,
        log: str | Path | None = None,
        name: str = "",
    ) -> "Clusters":
        """Make one cluster of several and return the clusters numbered anew by size.

        Parameters
        ----------
        clusters : sequence of int
            Two or more numbers.
        reason, decided_by : str
            Why, and who. Both stand in the log.
        log : path, optional
            JSON lines, appended to; ``data/decisions/clusters.jsonl`` in a study. None: nothing is written. The same
            act on the same clusters again adds nothing, also after it was undone: to take it again, give another
            reason.
        name : str
            Of the new cluster; default: the name of the largest that has one.

        Raises
        ------
        InvalidArgument
            When there is no such cluster, or reason or person is missing. Nothing is logged then.
        """
        return self._decide("merge", reason, decided_by, log, clusters=list(clusters), name=name)

    def split(
        self, cluster: int, parts: int, reason: str, decided_by: str, log: str | Path | None = None
    ) -> "Clusters":
        """Divide a cluster into so many parts: k-means from Ward's tree over its texts.

        Parameters
        ----------
        cluster : int
            Its number.
        parts : int
            2 or more, at most as many as the cluster has distinct texts.
        reason, decided_by : str
            Why, and who. Both stand in the log.
        log : path, optional
            The log of the acts; see `merge`.
        """
        return self._decide("split", reason, decided_by, log, clusters=[cluster], parts=parts)

    def move(
        self, units: Sequence[str], to: int, reason: str, decided_by: str, log: str | Path | None = None
    ) -> "Clusters":
        """Put units into another cluster, each with a membership of 1, since a person decided it.

        Parameters
        ----------
        units : sequence of str
            Ids of the units.
        to : int
            The number of the cluster that they go to.
        reason, decided_by : str
            Why, and who. Both stand in the log.
        log : path, optional
            The log of the acts; see `merge`.
        """
        return self._decide("move", reason, decided_by, log, clusters=[to], units=sorted(units))

    def set_aside(self, cluster: int, reason: str, decided_by: str, log: str | Path | None = None) -> "Clusters":
        """Take a cluster out: its units are in no cluster (-1) from then on.

        Parameters
        ----------
        cluster : int
            Its number.
        reason, decided_by : str
            Why, and who. Both stand in the log.
        log : path, optional
            The log of the acts; see `merge`.
        """
        return self._decide("set aside", reason, decided_by, log, clusters=[cluster])

    def undo(self, reason: str, decided_by: str, log: str | Path | None = None) -> "Clusters":
        """Return the clusters as they were before the last act; the log keeps the act and that it was undone.

        Parameters
        ----------
        reason, decided_by : str
            Why, and who. Both stand in the log.
        log : path, optional
            The log of the acts; see `merge`.
        """
        from medtw_qual.clusters.cluster_decisions import undo_last

        return undo_last(self, reason, decided_by, log)

    def replay(self, log: str | Path, stale: str = "refuse") -> "Clusters":
        """Return these clusters after every act of a log that was not undone.

        Parameters
        ----------
        log : str or Path
            The log of the acts, as `merge` and the others write it.
        stale : {"refuse", "set aside"}
            What to do where an act was taken on other clusters: refuse, or leave all acts out and say so in the notes.

        Raises
        ------
        StaleDecision
        """
        from medtw_qual.clusters.cluster_decisions import replay_acts

        return replay_acts(self, log, stale)

    def _decide(
        self,
        act: str,
        reason: str,
        decided_by: str,
        log: str | Path | None,
        **details: Any,  # noqa: ANN401 - plain values of JSON
    ) -> "Clusters":
        from medtw_qual.clusters.cluster_decision_log import make_act
        from medtw_qual.clusters.cluster_decisions import decide

        return decide(self, make_act(act, self.assignments_hash, reason, decided_by, **details), log)

    @property
    def plot(self) -> "ClusterPlots":
        """The figures of these clusters: `ClusterPlots`."""
        from medtw_qual.clusters.cluster_plots import ClusterPlots

        return ClusterPlots(self)

    @cached_property
    def bertopic(self) -> "BERTopic":
        """A fitted BERTopic with these assignments and the same topic numbers; made on first access (7 to 10 s)."""
        from medtw_qual.clusters.bertopic_adapter import as_bertopic

        return as_bertopic(self)
