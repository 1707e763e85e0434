"""From vectors to clusters, the same on every run: canonical order, exact space, one thread."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from medtw_qual._base.table_files import validate_table
from medtw_qual.clusters.clusters import Centres, Clusters
from medtw_qual.clusters.embedding import require_units
from medtw_qual.clusters.hash_samples import DIGEST_BYTES, digest, rank_texts
from medtw_qual.clusters.methods.method_protocol import Method, Partition, Points
from medtw_qual.clusters.methods.method_registry import find_method
from medtw_qual.clusters.number_of_clusters import no_curve
from medtw_qual.clusters.projection import DIMENSIONS, fit_projection, nearest_centre, one_thread
from medtw_qual.clusters.query_words import warn_of_spellings
from medtw_qual.clusters.vectors import Vectors, as_vectors, to_unit_length
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.errors import InvalidArgument, did_you_mean
from medtw_qual.schemas import ASSIGNMENTS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def cluster(
    corpus: Corpus,
    vectors: "Vectors | ArrayLike",
    n_clusters: int | None = None,
    method: str | None = None,
    seed: int = 2020,
    fit_on: int | None = None,
    ignore_words: Sequence[str] = (),
    **options: Any,  # noqa: ANN401 - each method names its own
) -> Clusters:
    """Divide the units of a corpus into clusters of like meaning.

    Units are taken in the order of their ids and every text counts once, so that neither the order of the input nor a
    text posted a hundred times moves a border; principal components are exact; all runs on one thread. The same vectors
    give the same assignments.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    vectors : Vectors or array
        From `embed` or `load_vectors`; or your own, one row per unit in the order of ``corpus.units``.
    n_clusters : int, optional
        How many; None: the finest number at which most texts lie in clusters that return on other samples, with its
        curve in ``.curve`` and the reason in ``.notes`` (for Ward and k-means by the average silhouette).
    method : str, optional
        "consensus" of k-means runs (default), "ward", "kmeans", "hdbscan", "umap+hdbscan" (as BERTopic does it; not
        reproducible across machines, and says so) or "guided" by a codebook.
    seed : int
        Decides the parts of the texts that each run of a consensus sees, and samples of large collections.
    fit_on : int, optional
        Fit on a sample of this many distinct texts at most (default: 20,000, for k-means 100,000); the others join the
        cluster that the runs' groups vote for, or the nearest centre.
    ignore_words : sequence of str
        Words that shall never be key words: the collection's query words (`propose_ignored_words` proposes some),
        names. Authors' handles never are. The clusters themselves do not change.
    **options
        Of the method. consensus: ``runs`` (default 60). hdbscan: ``min_cluster_size``, ``components``. umap+hdbscan:
        ``min_cluster_size``, ``seeds``. guided: ``codebook``, ``threshold``, ``code_vectors``.

    Returns
    -------
    Clusters

    Raises
    ------
    InvalidArgument
        When the vectors do not fit the units, the number is impossible, or there is no such method or option.

    Examples
    --------
    >>> from medtw_qual.clusters.example_corpus import small_corpus
    >>> clusters = cluster(small_corpus(), [[1, 0.1], [1, 0], [0, 1]], n_clusters=2)
    >>> clusters.assignments["cluster"].tolist()
    [0, 0, 1]
    """
    require_units(corpus)
    units = corpus.units.sort_values("unit_id", kind="stable").reset_index(drop=True)
    fitting = as_vectors(corpus, vectors)
    array = fitting.rows_of(units["unit_id"])
    first, text_of = _texts_to_cluster(units["text"], array)
    chosen = find_method(method)
    _require_possible(n_clusters, fit_on, len(first), chosen, options)
    options = {"encoder": fitting.encoder, **options} if chosen.name == "guided" else options
    keys = units["unit_id"].iloc[first].tolist()
    with one_thread():
        points = make_points(
            keys, units["text"].iloc[first].tolist(), array[first], min(chosen.limit, fit_on or chosen.limit), seed
        )
        partition = chosen.fit(points, n_clusters, seed, options)
        labels, strength, shares = _spread(points, partition, array, first)
    labels, strength = _to_units(labels, text_of, -1), _to_units(strength, text_of, 0.0)
    order = number_by_size(labels)
    renumber = np.append(np.argsort(order), -1)  # the last entry serves label -1
    table = pd.DataFrame({"unit_id": units["unit_id"], "cluster": renumber[labels], "strength": strength})
    parameters = {
        "method": chosen.name, "words": chosen.words, "n_clusters": len(order), "number_given": n_clusters is not None,
        "seed": seed, "components": len(points.space.components), "explained": round(points.space.explained, 6),
        "n_texts": len(first), "fitted_on": len(points.keys), "vectors_hash": fitting.hash,
        **_plain(options), **partition.parameters, **_named(partition, order),
        "libraries": {name: version(name) for name in ("numpy", "scipy", "scikit-learn")},
    }  # fmt: skip
    return Clusters(
        assignments=validate_table(table, ASSIGNMENTS),
        units=units,
        vectors=fitting,
        method=chosen.name,
        parameters=parameters,
        curve=partition.curve if partition.curve is not None else no_curve(),
        model=Centres.of(points.space, partition, order),
        guided_by=partition.guided_by,
        notes=_notes(points, partition, labels, len(first), warn_of_spellings(units["text"], renumber[labels])),
        ignored_words=_words_to_ignore(corpus, ignore_words),
        options=options,
        shares=np.where(text_of[:, None] >= 0, shares[np.maximum(text_of, 0)], 0.0)[:, order],
    )


def _texts_to_cluster(texts: pd.Series, array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the distinct texts, or say that there are none."""
    first, text_of = distinct_texts(texts, array)
    if not len(first):
        raise InvalidArgument(
            "No unit has a vector: all rows are zeros, as of units without words.",
            "Check the text column that the corpus was read from.",
        )
    return first, text_of


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that are plain values; a codebook's hash stands in `Clusters.guided_by`."""
    return {name: value for name, value in options.items() if isinstance(value, str | int | float | bool)}


def _named(partition: Partition, order: np.ndarray) -> dict[str, Any]:
    return {"names": [partition.names[label] for label in order]} if partition.names else {}


def distinct_texts(texts: Sequence[str], array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the distinct texts, those without a vector left out.

    Equal words with different vectors (your own may regard who wrote them) are different texts; different words with
    equal vectors are too, since whether two vectors are equal to the last bit differs between computers.

    Returns
    -------
    first : ndarray of int
        Where each distinct text stands first, ascending.
    which : ndarray of int
        For each unit, its place in `first`; -1 for a row of zeros.

    Examples
    --------
    >>> first, which = distinct_texts(["a", "", "a", "b"], np.array([[1, 0], [0, 0], [1, 0], [1, 0]]))
    >>> first.tolist(), which.tolist()
    ([0, 3], [0, -1, 0, 1])
    """
    rows = np.ascontiguousarray(array, dtype="<f4")
    digests = np.array(
        [digest(text, row.tobytes()) for text, row in zip(texts, rows, strict=True)], dtype=f"V{DIGEST_BYTES}"
    )
    filled = np.flatnonzero(rows.any(axis=1))
    _, at, inverse = np.unique(digests[filled], return_index=True, return_inverse=True)
    order = np.argsort(at)
    which = np.full(len(digests), -1, dtype=np.int64)
    which[filled] = np.argsort(order)[inverse]
    return filled[at[order]], which


def make_points(keys: list[str], texts: Sequence[str], array: np.ndarray, limit: int, seed: int) -> Points:
    """Take the texts that a method is fitted on (a sample by hash beyond `limit`) and their principal coordinates."""
    rows = np.arange(len(keys))
    if len(keys) > limit:
        rows = np.sort(np.argsort(rank_texts(texts, seed), kind="stable")[:limit])
    sampled = to_unit_length(array[rows])
    space = fit_projection(sampled, DIMENSIONS)
    return Points([keys[row] for row in rows], sampled, space, space.project(sampled), len(keys))


def _spread(
    points: Points, partition: Partition, array: np.ndarray, first: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return label, strength and memberships of every distinct text; texts not fitted are assigned by the model."""
    model = Centres.of(points.space, partition)
    if len(points.keys) < len(first):
        labels, strength = model.assign(array[first])
        return labels, strength, model.memberships(array[first])
    shares = partition.memberships
    if shares is None:
        shares = (partition.labels[:, None] == np.arange(len(partition.centres))[None, :]).astype(np.float64)
    if partition.strength is not None:
        return partition.labels, partition.strength, shares
    return partition.labels, nearest_centre(points.reduced, partition.centres)[1], shares


def _to_units(values: np.ndarray, text_of: np.ndarray, missing: float) -> np.ndarray:
    return np.asarray(np.where(text_of >= 0, values[np.maximum(text_of, 0)], missing)).astype(values.dtype)


def number_by_size(labels: np.ndarray) -> np.ndarray:
    """Return the labels in the order of their new numbers: larger first, then the one whose first member stands first.

    Examples
    --------
    >>> number_by_size(np.array([2, 0, 0, 1, 1])).tolist()
    [0, 1, 2]
    """
    values, first, sizes = np.unique(labels[labels >= 0], return_index=True, return_counts=True)
    return np.asarray(values[np.lexsort((first, -sizes))])


def _require_possible(
    n_clusters: int | None, fit_on: int | None, n_texts: int, method: Method, options: dict[str, Any]
) -> None:
    for name, number in (("n_clusters", n_clusters), ("fit_on", fit_on)):
        if number is not None and (isinstance(number, bool) or not isinstance(number, int | np.integer)):
            raise InvalidArgument(f"{name}={number!r} is not a whole number.", "Give one, or leave it out.")
    if n_clusters is not None and not 1 <= n_clusters <= n_texts:
        raise InvalidArgument(
            f"{n_texts} different texts cannot be divided into {n_clusters} clusters.",
            "Ask for 1 to as many clusters as there are different texts, or leave n_clusters out.",
        )
    if fit_on is not None and fit_on < max(n_clusters or 1, 2):
        raise InvalidArgument(
            f"A sample of {fit_on} texts cannot show {n_clusters or 'any'} clusters.", "Fit on more texts."
        )
    for name in options:
        if name not in method.options:
            raise InvalidArgument(
                f"The method {method.name!r} has no option {name!r}.{did_you_mean(name, method.options)}",
                f"Its options: {', '.join(method.options) or 'none'}.",
            )


def _words_to_ignore(corpus: Corpus, given: Sequence[str]) -> tuple[str, ...]:
    """Return the words given and the authors' handles: a handle without its @ would stand in a published table."""
    if isinstance(given, str):
        raise InvalidArgument(f"ignore_words={given!r} is one text.", f"Give a list: ignore_words=[{given!r}].")
    handles: set[str] = set()
    if "handle" in corpus.authors:
        handles = {str(handle).strip().lstrip("@").lower() for handle in corpus.authors["handle"].dropna()}
    return tuple(sorted({str(word).lower() for word in given} | {handle for handle in handles if len(handle) > 2}))


def _notes(points: Points, partition: Partition, labels: np.ndarray, n_texts: int, spellings: str) -> tuple[str, ...]:
    notes = [*partition.notes, *([spellings] if spellings else [])]
    if len(points.keys) < n_texts:
        notes.append(
            f"Fitted on a sample of {len(points.keys)} of {n_texts} different texts;"
            " the others joined the cluster that they are nearest to."
        )
    outside = int((labels == -1).sum())
    if outside:
        notes.append(f"{outside} of {len(labels)} units ({outside / len(labels):.0%}) are in no cluster (-1).")
    return tuple(notes)
