"""Partial agreement between categories, as two sums: within a unit's pairs of ratings, and across the margins.

The matrix kernel serves every weight scheme. The squared kernel serves distances (x - y)^2 without a matrix: its sums
follow from first and second moments, so a scale with thousands of values costs no more than one with three.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from medtw_qual.agreement.coefficient import Floats


class Kernel(Protocol):
    """Weights between categories: 1 for the same, at least 0 for others."""

    def pairs(self, counts: Floats) -> Floats:
        """Sum of weights over all ordered pairs of ratings in each pattern, each rating with itself included."""

    def cross(self, first: Floats, second: Floats) -> Floats:
        """Expected weight of a draw from each of two margins (..., q)."""

    def average(self, margin: Floats) -> Floats:
        """Expected weight of each category against a draw from the margin (q,)."""

    @property
    def total(self) -> float:
        """Sum of the weights over all pairs of categories."""


@dataclass(frozen=True, eq=False)
class MatrixKernel:
    """Weights as a (q, q) matrix."""

    matrix: Floats

    @property
    def identity(self) -> bool:
        """Whether only equal categories agree."""
        return bool((self.matrix == np.eye(len(self.matrix))).all())

    @property
    def symmetric(self) -> bool:
        """Whether the order of the two coders does not matter."""
        return bool(np.allclose(self.matrix, self.matrix.T))

    def pairs(self, counts: Floats) -> Floats:
        """Sum of weights over all ordered pairs within each pattern."""
        weighted = counts if self.identity else counts @ self.matrix
        return np.asarray(np.einsum("...k,...k->...", weighted, counts))

    def cross(self, first: Floats, second: Floats) -> Floats:
        """Expected weight between two margins."""
        weighted = first if self.identity else first @ self.matrix
        return np.asarray(np.einsum("...k,...k->...", weighted, second))

    def average(self, margin: Floats) -> Floats:
        """Expected weight of each category against a margin."""
        return np.asarray(margin if self.identity else (self.matrix + self.matrix.T) @ margin / 2)

    @property
    def total(self) -> float:
        """Sum of the weights over all pairs of categories."""
        return float(self.matrix.sum())


@dataclass(frozen=True, eq=False)
class SquaredKernel:
    """Weights 1 - (x - y)^2 / range^2 for categories at the positions x, shape (q,)."""

    positions: Floats

    @property
    def _scaled(self) -> Floats:
        low, span = self.positions.min(), np.ptp(self.positions)
        return np.asarray((self.positions - low) / (span or 1.0))

    def pairs(self, counts: Floats) -> Floats:
        """Sum of weights over all ordered pairs within each pattern."""
        x = self._scaled
        size = counts.sum(axis=-1)
        return np.asarray(size**2 - 2 * (size * (counts @ x**2) - (counts @ x) ** 2))

    def cross(self, first: Floats, second: Floats) -> Floats:
        """Expected weight between two margins."""
        x = self._scaled
        return np.asarray(1 - (first @ x**2 - 2 * (first @ x) * (second @ x) + second @ x**2))

    def average(self, margin: Floats) -> Floats:
        """Expected weight of each category against a margin."""
        x = self._scaled
        return np.asarray(1 - (x**2 - 2 * x * (margin @ x) + margin @ x**2))

    @property
    def total(self) -> float:
        """Sum of the weights over all pairs of categories."""
        x = self._scaled
        return float(len(x) ** 2 - 2 * (len(x) * (x**2).sum() - x.sum() ** 2))
