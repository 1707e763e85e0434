"""The default machine coder: one ridge regression on sentence vectors and word n-grams together, all codes at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from medtw_qual.reconciliation.coded_units import Floats

# Penalty and intercept on the scale of texts of unit length. On real patients' comments penalties from 1 to 4 differ
# by .006 in macro-F1: one value serves all corpora, and nothing is tuned on the coded units themselves.
PENALTY = 1.0
INTERCEPT = 0.1
# Beyond so many coded units an inverse of units x units costs minutes and gigabytes.
MANY = 5000
DIRECTIONS = 400

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Features:
    """What the machine reads: rows of unit length, dense vectors beside sparse n-gram weights."""

    vectors: Floats
    words: Any

    def __getitem__(self, rows: Rows) -> "Features":
        """Return some rows."""
        return Features(self.vectors[rows], self.words[rows])

    def products(self, other: "Features") -> Floats:
        """Return the inner products of all rows with all rows of `other`, the intercept's share added."""
        joint: Floats = self.vectors @ other.vectors.T + (self.words @ other.words.T).toarray() + INTERCEPT
        return joint


def read_features(texts: Sequence[str], vectors: npt.NDArray[Any]) -> Features:
    """Turn texts and their vectors into features: TF-IDF of words and word pairs, and the vectors as they are.

    The weights of words are learned from all texts, coded or not; no coding is looked at here.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    # Words of one letter count: "I" against "we" is what many codes are about.
    counter = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
    try:
        words = counter.fit_transform(texts)
    except ValueError:  # no text holds a single word
        from scipy.sparse import csr_matrix

        words = csr_matrix((len(texts), 1))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return Features(np.asarray(vectors, dtype=float) / np.maximum(lengths, 1e-12), words)


class Folds(Protocol):
    """A linear model of every code, and every fold's model without that fold."""

    def without(self, fold: int) -> tuple[Floats, Floats, Floats]:
        """Return what the model without one fold says.

        Returns
        -------
        weights : float array
            The model.
        held_out : float array, units in the fold x codes
            Its scores for the fold.
        inner : float array, units x codes
            For every unit of the other folds the score of a model without that fold either; NaN in the fold itself.
        """
        ...

    def score(self, weights: Floats, new: Features) -> Floats:
        """Return a model's scores for other units, in time that grows with their number only."""
        ...


def ridge_folds(features: Features, rows: Rows, present: Floats, folds: Rows) -> tuple[Folds, Features]:
    """Return the ridge regression for so many coded units, and the features of all units as it reads them.

    Parameters
    ----------
    features : Features
        Of all units.
    rows : int array
        Which of them people coded.
    present : float array, coded units x codes
    folds : int array
        The fold of each coded unit, 0 .. k-1.
    """
    if len(rows) <= MANY:
        return RidgeFolds(features[rows], present, folds), features
    short = shorten(features)
    return ShortRidgeFolds(short[rows], present, folds), short


class RidgeFolds:
    """Ridge regression with every fold's model at hand from one matrix inverse; for up to `MANY` coded units.

    With G the inverse of (inner products + penalty), the model without a block of units, and its predictions for that
    block, follow exactly from blocks of G (Stone 1974, JRSS B 36:111-147; An, Liu and Venkatesh 2007, Pattern
    Recognition 40:2154-2162). So thresholds can be tuned inside the folds at no further cost. A model's weights are one
    row per coded unit here, 0 for the units of the fold.
    """

    def __init__(self, features: Features, present: Floats, folds: Rows) -> None:
        self.features, self.present, self.folds = features, present, folds
        joint = features.products(features)
        joint[np.diag_indices_from(joint)] += PENALTY
        self.inverse = np.linalg.inv(joint)
        self.weights = self.inverse @ present

    def without(self, fold: int) -> tuple[Floats, Floats, Floats]:
        """See `Folds.without`."""
        block = np.flatnonzero(self.folds == fold)
        corner = np.linalg.solve(
            self.inverse[np.ix_(block, block)], np.hstack([self.weights[block], self.inverse[block]])
        )
        residual, reach = corner[:, : self.present.shape[1]], corner[:, self.present.shape[1] :]
        weights = self.weights - self.inverse[:, block] @ residual
        weights[block] = 0.0
        inner = np.full_like(self.present, np.nan)
        for other in np.unique(self.folds[self.folds != fold]):
            rows = np.flatnonzero(self.folds == other)
            smaller = self.inverse[np.ix_(rows, rows)] - self.inverse[np.ix_(rows, block)] @ reach[:, rows]
            inner[rows] = self.present[rows] - np.linalg.solve(smaller, weights[rows])
        return weights, self.present[block] - residual, inner

    def score(self, weights: Floats, new: Features) -> Floats:
        """See `Folds.score`."""
        dense = new.vectors @ (self.features.vectors.T @ weights)
        sparse = new.words @ (self.features.words.T @ weights)
        scores: Floats = dense + sparse + INTERCEPT * weights.sum(axis=0)
        return scores


class ShortRidgeFolds:
    """The same regression for many coded units: weights per feature, on word features shortened to `DIRECTIONS`."""

    def __init__(self, features: Features, present: Floats, folds: Rows) -> None:
        self.present, self.folds = present, folds
        self.rows = self._joined(features)
        self.products = {fold: self._products(folds == fold) for fold in np.unique(folds)}
        width = self.rows.shape[1]
        self.square = sum((a for a, _ in self.products.values()), PENALTY * np.eye(width))
        self.right = sum((b for _, b in self.products.values()), np.zeros((width, present.shape[1])))

    @staticmethod
    def _joined(features: Features) -> Floats:
        constant = np.full((len(features.vectors), 1), np.sqrt(INTERCEPT))
        return np.hstack([features.vectors, features.words, constant])

    def _products(self, chosen: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
        rows = self.rows[chosen]
        return rows.T @ rows, rows.T @ self.present[chosen]

    def without(self, fold: int) -> tuple[Floats, Floats, Floats]:
        """See `Folds.without`."""
        square, right = self.square - self.products[fold][0], self.right - self.products[fold][1]
        weights: Floats = np.asarray(np.linalg.solve(square, right), dtype=np.float64)
        inner = np.full_like(self.present, np.nan)
        for other in np.unique(self.folds[self.folds != fold]):
            less = np.linalg.solve(square - self.products[other][0], right - self.products[other][1])
            inner[self.folds == other] = self.rows[self.folds == other] @ less
        held_out: Floats = self.rows[self.folds == fold] @ weights
        return weights, held_out, inner

    def score(self, weights: Floats, new: Features) -> Floats:
        """See `Folds.score`."""
        scores: Floats = self._joined(new) @ weights
        return scores


def shorten(features: Features) -> Features:
    """Return word features along their leading directions: near enough, and dense.

    Randomised singular value decomposition (Halko, Martinsson and Tropp 2011, SIAM Review 53:217-288), seeded.
    """
    from sklearn.utils.extmath import randomized_svd

    count = min(DIRECTIONS, min(features.words.shape) - 1)
    left, lengths, _ = randomized_svd(features.words, count, n_iter=2, random_state=0)
    return Features(features.vectors, left * lengths)
