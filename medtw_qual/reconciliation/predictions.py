"""Codes by machine: learned from the people's consensus, predicted for the corpus, honest where people coded."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from medtw_qual._base.progress import track
from medtw_qual._base.table_files import validate_table
from medtw_qual.corpus import Corpus
from medtw_qual.errors import InvalidArgument
from medtw_qual.reconciliation.calibration import deal_folds, fit_platt, platt, share_threshold
from medtw_qual.reconciliation.coded_units import CodedUnits, Floats, coded_units
from medtw_qual.reconciliation.interfaces import VectorsLike
from medtw_qual.reconciliation.learner import read_features, ridge_folds
from medtw_qual.schemas import PREDICTIONS

# What a machine of one's own must be: (texts, vectors, present) of the coded units it may learn from, then texts and
# vectors of the units to score; it returns scores, units x codes, higher meaning likelier.
Coder = Callable[[Sequence[str], Floats, npt.NDArray[np.bool_], Sequence[str], Floats], npt.NDArray[Any]]

# Fewer units with a code than this and nothing can be learned: the machine gives the code's share for every unit.
FEW_TO_LEARN = 5


FOLDS = 10  # fewer coded units than these are too few for a machine to learn from


@dataclass(frozen=True, eq=False)
class Scores:
    """What the models without one fold say.

    Attributes
    ----------
    fold : int array
        Positions of the units held out, among the coded ones.
    held_out : float array
        Scores of these units.
    inner : float array, coded units x codes
        Scores of the other coded units by models that did not learn from them; NaN in the fold.
    rest : float array
        Scores of the units nobody coded.
    """

    fold: npt.NDArray[np.int64]
    held_out: Floats
    inner: Floats
    rest: Floats


def predict_codes(
    corpus: Corpus,
    vectors: VectorsLike,
    consensus: pd.DataFrame,
    *,
    model: Coder | None = None,
    learns: bool = False,
    n_folds: int = FOLDS,
    seed: int = 2020,
) -> pd.DataFrame:
    """Predict the codes of every unit of the corpus from the units that people coded.

    The coded units are dealt into folds at random. A unit that people coded is predicted by a
    model that did not learn from its fold; a unit nobody coded by the mean of all folds' models. Probabilities are
    calibrated (Platt 1999) and thresholds chosen inside the folds, on scores of units that the scoring model did not
    learn from: nothing about a unit's own coding ever enters its prediction. Yes is said of as many units as have the
    code (`calibration.share_threshold`); a machine that says only yes or no keeps its word.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    vectors : Vectors
        Of all units of the corpus.
    consensus : DataFrame
        `schemas.CONSENSUS`.
    model : callable, optional
        Another machine, a local language model for instance:
        ``model(texts, vectors, present, new_texts, new_vectors)`` returns scores, new units x codes (order of the codes
        as in the consensus). The default is a ridge regression on the vectors and on the TF-IDF of words and word
        pairs.
    learns : bool, default False
        Whether a machine of one's own learns from the coded units. False: it is called once with every unit, each text
        once, and gets no coded unit to learn from (the first three arguments are empty), so that its answers cannot
        have been seen. True: it is called once per fold, with the coded units of the other folds.
    n_folds : int, default 10
        At least 3.
    seed : int
        For dealing the folds.

    Returns
    -------
    DataFrame
        `schemas.PREDICTIONS`: one row per unit and code with probability (0 to 1), predicted, out_of_fold (true where
        people coded the unit). A code that fewer than five coded units have, or lack, is not learned: its probability
        is its smoothed share everywhere, and it is never predicted.

    Raises
    ------
    InvalidArgument
        When no coded unit is in the corpus, fewer units than folds are coded, units lack a vector, or a machine returns
        scores of another shape.
    """
    units, rows, texts, array = _align(corpus, vectors, consensus, n_folds)
    folds = deal_folds(len(rows), n_folds, seed)
    present = units.present & units.coded
    rest = np.setdiff1d(np.arange(len(texts)), rows)
    scored = (
        _ridge_scores(texts, array, rows, rest, present, folds)
        if model is None
        else (_own_scores if learns else _answers)(model, texts, array, rows, rest, present, folds)
    )
    probability = np.zeros((len(texts), len(units.codes)))
    margin = np.zeros_like(probability)
    for scores in track(scored, "predicting codes", total=len(np.unique(folds)), unit="fold"):
        for code in range(len(units.codes)):
            ours, theirs = _calibrated(scores, code, present[:, code], units.coded[:, code])
            held = rows[scores.fold]
            probability[held, code], margin[held, code] = ours.probability, ours.margin
            probability[rest, code] += theirs.probability / len(np.unique(folds))
            margin[rest, code] += theirs.margin / len(np.unique(folds))
    return _table(corpus, units, rows, probability, margin > 0)


def _align(
    corpus: Corpus, vectors: VectorsLike, consensus: pd.DataFrame, n_folds: int
) -> tuple[CodedUnits, npt.NDArray[np.int64], npt.NDArray[np.object_], Floats]:
    """Put consensus, corpus and vectors in one order; `rows` says which unit of the corpus each coded unit is."""
    ids = pd.Index(corpus.units["unit_id"].astype(str))
    place = pd.Index(list(vectors.unit_ids)).get_indexer(ids)
    if (place < 0).any():
        raise InvalidArgument(
            f"{(place < 0).sum()} units of the corpus have no vector (the first: {ids[place < 0][0]}).",
            "Embed this corpus again, after its last step.",
        )
    units = coded_units(consensus)
    rows = ids.get_indexer(pd.Index(units.unit_ids))
    units, rows = units.restrict(rows >= 0), rows[rows >= 0]
    if n_folds < 3 or len(rows) < n_folds:
        raise InvalidArgument(
            f"{len(rows)} coded units of the corpus cannot be dealt into {n_folds} folds.",
            "Code more units, check that the consensus is about this corpus, or ask for 3 folds or more.",
        )
    array = np.asarray(vectors.array, dtype=float)[place]
    if not np.isfinite(array).all():
        raise InvalidArgument("The vectors hold values that are no numbers.", "Embed the corpus again.")
    return units, rows, corpus.units["text"].to_numpy(dtype=object), array


def _ridge_scores(
    texts: npt.NDArray[np.object_], array: Floats, rows: npt.NDArray[np.int64], rest: npt.NDArray[np.int64],
    present: npt.NDArray[np.bool_], folds: npt.NDArray[np.int64],
) -> Iterator[Scores]:  # fmt: skip
    features = read_features(texts.tolist(), array)
    ridge, features = ridge_folds(features, rows, present.astype(float), folds)
    others = features[rest]
    for fold in np.unique(folds):
        weights, held_out, inner = ridge.without(int(fold))
        yield Scores(np.flatnonzero(folds == fold), held_out, inner, ridge.score(weights, others))


def _own_scores(
    model: Coder, texts: npt.NDArray[np.object_], array: Floats, rows: npt.NDArray[np.int64],
    rest: npt.NDArray[np.int64], present: npt.NDArray[np.bool_], folds: npt.NDArray[np.int64],
) -> Iterator[Scores]:  # fmt: skip
    """Call a machine of the researcher's own once per fold; its scores for the other folds serve as the inner ones."""
    out_of_fold = np.full(present.shape, np.nan)
    outside = {}
    for fold in np.unique(folds):
        learn, held = rows[folds != fold], rows[folds == fold]
        new = np.concatenate([held, rest])
        said = model(texts[learn].tolist(), array[learn], present[folds != fold], texts[new].tolist(), array[new])
        scores = _checked(said, len(new), present.shape[1])
        out_of_fold[folds == fold], outside[fold] = scores[: len(held)], scores[len(held) :]
    for fold in np.unique(folds):
        inner = np.where((folds == fold)[:, None], np.nan, out_of_fold)
        yield Scores(np.flatnonzero(folds == fold), out_of_fold[folds == fold], inner, outside[fold])


def _answers(
    model: Coder, texts: npt.NDArray[np.object_], array: Floats, rows: npt.NDArray[np.int64],
    rest: npt.NDArray[np.int64], present: npt.NDArray[np.bool_], folds: npt.NDArray[np.int64],
) -> Iterator[Scores]:  # fmt: skip
    """Ask a machine that does not learn about every unit once; its answers serve every fold."""
    none = np.zeros(0, dtype=np.int64)
    found = _checked(model([], array[none], present[none], texts.tolist(), array), len(texts), present.shape[1])
    for fold in np.unique(folds):
        inner = np.where((folds == fold)[:, None], np.nan, found[rows])
        yield Scores(np.flatnonzero(folds == fold), found[rows[folds == fold]], inner, found[rest])


def _checked(scores: npt.ArrayLike, n_units: int, n_codes: int) -> Floats:
    found = np.asarray(scores, dtype=float)
    if found.shape != (n_units, n_codes) or not np.isfinite(found).all():
        raise InvalidArgument(
            f"The machine returned scores of shape {found.shape}, or some that are no numbers, for {n_units}"
            f" units and {n_codes} codes.",
            "It must return one finite score per unit and code; a machine that learns from coded units needs"
            " learns=True.",
        )
    return found


@dataclass(frozen=True, eq=False)
class Verdict:
    """Probabilities of some units, and by how much each lies above the threshold."""

    probability: Floats
    margin: Floats


def _calibrated(
    scores: Scores, code: int, present: npt.NDArray[np.bool_], coded: npt.NDArray[np.bool_]
) -> tuple[Verdict, Verdict]:
    """Judge the fold's units and the uncoded ones by one code."""
    known = ~np.isnan(scores.inner[:, code]) & coded
    truth = present[known]
    raw = (scores.held_out[:, code], scores.rest[:, code])
    if min(int(truth.sum()), int((~truth).sum())) < FEW_TO_LEARN:
        share = (int(truth.sum()) + 1) / (len(truth) + 2)
        held, rest = (Verdict(np.full(len(part), share), np.full(len(part), share - 1)) for part in raw)
        return held, rest
    inner = scores.inner[known, code]
    curve = fit_platt(inner, truth)
    words = np.unique(inner)
    if len(words) == 2:
        held, rest = (Verdict(platt(part, curve), part - words.mean()) for part in raw)
        return held, rest
    threshold = share_threshold(platt(inner, curve), truth)
    held, rest = (Verdict(fitted, fitted - threshold) for fitted in (platt(part, curve) for part in raw))
    return held, rest


def _table(
    corpus: Corpus,
    units: CodedUnits,
    rows: npt.NDArray[np.int64],
    probability: Floats,
    predicted: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    ids = corpus.units["unit_id"].to_numpy(dtype=object)
    coded = np.zeros(len(ids), dtype=bool)
    coded[rows] = True
    width = len(units.codes)
    return validate_table(
        pd.DataFrame(
            {
                "unit_id": np.repeat(ids, width),
                "code": np.tile(np.array(units.codes, dtype=object), len(ids)),
                "probability": np.clip(probability, 0.0, 1.0).ravel(),
                "predicted": predicted.ravel(),
                "out_of_fold": np.repeat(coded, width),
            }
        ),
        PREDICTIONS,
    )
