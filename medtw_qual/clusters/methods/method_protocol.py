"""What a clustering method gets and gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from medtw_qual.clusters.projection import Projection


@dataclass(frozen=True, eq=False)
class Points:
    """The distinct texts to divide.

    Attributes
    ----------
    keys : list of str
        Id of the first unit of each text, ascending: the canonical order.
    array : ndarray, shape (texts, dimensions)
        Their vectors.
    space : Projection
    reduced : ndarray, shape (texts, components)
        Their principal coordinates.
    total : int
        Distinct texts in the corpus; more than there are points when these are a sample.
    """

    keys: list[str]
    array: np.ndarray
    space: Projection
    reduced: np.ndarray
    total: int


@dataclass(frozen=True, eq=False)
class Votes:
    """What puts a text that was not among the points into clusters by a consensus: the runs' groups.

    Attributes
    ----------
    centres : ndarray, shape (groups, components)
        In principal coordinates.
    run : ndarray of int, shape (groups,)
        The run that each group belongs to; -1: a group without texts.
    shares : ndarray, shape (groups, clusters)
        Which share of each group's texts is in each cluster.
    """

    centres: np.ndarray
    run: np.ndarray
    shares: np.ndarray

    def memberships(self, points: np.ndarray) -> np.ndarray:
        """Return texts x clusters: the mean, over runs, of the shares of the group whose centre is nearest."""
        total = np.zeros((len(points), self.shares.shape[1]))
        runs = [np.flatnonzero(self.run == number) for number in range(int(self.run.max()) + 1)]
        for groups in runs:
            centres = self.centres[groups]
            away = np.einsum("ij,ij->i", centres, centres)[None, :] - 2.0 * points @ centres.T
            total += self.shares[groups[away.argmin(axis=1)]]
        return np.asarray(np.round(total / len(runs), 9))

    def reordered(self, order: np.ndarray) -> "Votes":
        """Return the votes with the clusters in another order."""
        return Votes(self.centres, self.run, self.shares[:, order])


@dataclass(frozen=True, eq=False)
class Partition:
    """How a method divides its points.

    Attributes
    ----------
    labels : ndarray of int
        Cluster of each point in any numbering without gaps; -1: in none.
    centres : ndarray, shape (clusters, components)
        In principal coordinates: what assigns texts that were not among the points.
    strength : ndarray of float, optional
        How firmly each point belongs, 0 to 1; None: by distance to the two nearest centres.
    curve : DataFrame, optional
        The criterion over the numbers tried.
    notes : tuple of str
    parameters : mapping
        What the method was run with, for the record.
    names : tuple of str
        What each label stands for, where the method knows (codes of a codebook).
    guided_by : str
        Hash of the codebook that guided it; empty: none did.
    memberships : ndarray, shape (points, clusters), optional
        How far each point belongs to each cluster; rows add up to 1. None: the method knows hard clusters only.
    votes : Votes, optional
        Assigns texts that were not among the points; None: the nearest centre does.
    """

    labels: np.ndarray
    centres: np.ndarray
    strength: np.ndarray | None = None
    curve: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    guided_by: str = ""
    memberships: np.ndarray | None = None
    votes: Votes | None = None


@dataclass(frozen=True)
class Method:
    """A clustering method as the registry names it.

    Attributes
    ----------
    name : str
        What `cluster(method=...)` and study.toml call it.
    words : str
        The method in one line, for the methods text.
    fit : function
        (points, n_clusters or None, seed, options) -> Partition.
    limit : int
        Distinct texts it is fitted on at most; the others join the nearest centre.
    options : tuple of str
        Options `cluster` hands on.
    """

    name: str
    words: str
    fit: Callable[[Points, int | None, int, Mapping[str, Any]], Partition]
    limit: int
    options: tuple[str, ...] = ()
