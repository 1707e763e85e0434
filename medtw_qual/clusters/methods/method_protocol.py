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
    """

    labels: np.ndarray
    centres: np.ndarray
    strength: np.ndarray | None = None
    curve: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    guided_by: str = ""


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
