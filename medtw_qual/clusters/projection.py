"""The space in which clusters are sought: exact principal components, and nearest centres in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

# Fifty components keep what separates topics and drop the noise of the rest; on human-coded comments clusters on them
# agree with the codes as well as clusters on all dimensions.
DIMENSIONS = 50
_BLOCK = 65_536


@contextmanager
def one_thread() -> Iterator[None]:
    """Run this block with single-threaded BLAS and OpenMP: the order of additions then never depends on the load."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield


@dataclass(frozen=True, eq=False)
class Projection:
    """A projection onto principal components.

    Attributes
    ----------
    mean : ndarray, shape (dimensions,)
    components : ndarray, shape (kept, dimensions)
        Orthonormal rows, the direction of greatest variance first; the largest entry of each is positive.
    explained : float
        Share of the variance that the kept components hold, 0 to 1.
    """

    mean: np.ndarray
    components: np.ndarray
    explained: float

    def project(self, array: np.ndarray) -> np.ndarray:
        """Return the rows' coordinates, shape (rows, kept), in float64."""
        out = np.empty((len(array), len(self.components)))
        for start in range(0, len(array), _BLOCK):
            rows = np.asarray(array[start : start + _BLOCK], dtype=np.float64)
            out[start : start + _BLOCK] = (rows - self.mean) @ self.components.T
        return out


def fit_projection(array: np.ndarray, dimensions: int = DIMENSIONS) -> Projection:
    """Find the principal components exactly (Pearson 1901; Hotelling 1933), in float64.

    The eigenvectors of the covariance matrix are computed with LAPACK, not by random projections, so that the same rows
    give the same components. With fewer rows than components asked for, fewer are kept.

    Parameters
    ----------
    array : ndarray, shape (rows, dimensions)
    dimensions : int
        How many components to keep at most.

    Returns
    -------
    Projection

    Examples
    --------
    >>> line = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    >>> fitted = fit_projection(line, 1)
    >>> round(fitted.explained, 6), fitted.project(line).round(4).ravel().tolist()
    (1.0, [-1.4142, 0.0, 1.4142])
    """
    rows = np.asarray(array, dtype=np.float64)
    mean = rows.mean(axis=0)
    centred = rows - mean
    if len(rows) < rows.shape[1]:  # as many components as rows at most: the thin decomposition is exact and smaller
        _, singular, axes = np.linalg.svd(centred, full_matrices=False)
        variance = singular**2
    else:
        variance, vectors = np.linalg.eigh(centred.T @ centred)
        variance, axes = np.maximum(variance[::-1], 0.0), vectors.T[::-1]
    kept = max(1, min(dimensions, int((variance > variance[:1].sum() * 1e-12).sum())))
    components = axes[:kept]
    signs = np.sign(components[np.arange(kept), np.abs(components).argmax(axis=1)])
    total = float(variance.sum())
    return Projection(mean, components * signs[:, None], float(variance[:kept].sum()) / total if total > 0 else 1.0)


def centres_of(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the mean of each label's rows, shape (labels, columns); labels run 0..k-1 without gaps, -1 is left out."""
    inside = labels >= 0
    count = int(labels.max()) + 1
    sums = np.zeros((count, points.shape[1]))
    np.add.at(sums, labels[inside], points[inside])
    return sums / np.bincount(labels[inside], minlength=count)[:, None]


def distances_to(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return Euclidean distances, shape (points, centres)."""
    squares = np.einsum("ij,ij->i", points, points)[:, None] + np.einsum("ij,ij->i", centres, centres)[None, :]
    return np.asarray(np.sqrt(np.maximum(squares - 2.0 * points @ centres.T, 0.0)))


def nearest_centre(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each row its nearest centre and how firmly it belongs there.

    Returns
    -------
    labels : ndarray of int, shape (points,)
        The first of equally near centres.
    strength : ndarray of float, shape (points,)
        (b - a) / b with a the distance to the nearest centre and b to the second: the simplified silhouette of
        Hruschka, de Castro & Campello (2004), 0 on the border, 1 at the centre; 1 where there is one centre only.
    """
    labels = np.full(len(points), -1, dtype=np.int64)
    strength = np.ones(len(points))
    if not len(centres):  # nothing was clustered, so nothing can be joined
        return labels, np.zeros(len(points))
    for start in range(0, len(points), _BLOCK):
        distances = distances_to(points[start : start + _BLOCK], centres)
        labels[start : start + _BLOCK] = distances.argmin(axis=1)
        if len(centres) > 1:
            nearest = np.partition(distances, 1, axis=1)[:, :2]
            gap = nearest[:, 1] - nearest[:, 0]
            strength[start : start + _BLOCK] = np.divide(
                gap, nearest[:, 1], out=np.zeros_like(gap), where=nearest[:, 1] > 0
            )
    return labels, strength
