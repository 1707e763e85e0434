"""A language model judged as a guest: beside people's consensus, never in it, on units its prompt was not shaped on."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from medtw_qual._base.binomial import wilson
from medtw_qual._base.table_files import validate_table
from medtw_qual.agreement import cohen_kappa
from medtw_qual.errors import InvalidArgument
from medtw_qual.llm import ModelAnswers
from medtw_qual.reconciliation.coded_units import CodedUnits, coded_units
from medtw_qual.reconciliation.interfaces import SampleLike
from medtw_qual.reconciliation.prevalence_estimates import prevalence
from medtw_qual.schemas import PREDICTIONS

_NONE = (np.nan, np.nan, np.nan)
_MEASURES = ("precision", "recall", "F1", "kappa")
# A gain smaller than this is within what a handful of units more or less would change.
_WORTH = 0.02


def model_overlap(consensus: pd.DataFrame, answers: ModelAnswers, *, confidence: float = 0.95) -> pd.DataFrame:
    """Set a model's codes beside the people's consensus: overlap, which is not agreement between people.

    Only units that people settled, that the model coded, that neither found impossible to judge, and that were not set
    apart for shaping the prompt are counted. Units on which the model failed are counted in a column of their own.

    Parameters
    ----------
    consensus : DataFrame
        `schemas.CONSENSUS`.
    answers : ModelAnswers
        What `mq.llm.read_answers` returned.
    confidence : float
        Of the intervals, 0 to 1; default .95.

    Returns
    -------
    DataFrame
        One row per code and measure: code, measure ("precision", "recall", "F1", "kappa"), estimate, low, high (NaN
        where undefined), n (units the figure rests on), n_units (units judged), people, model (units with the code by
        each), failed (units that people settled and the model failed on), impossible (units left out because one side
        found the code impossible to judge), note. Precision, recall and F1 with Wilson's interval, F1 by way of the
        share of hits J among units that either side marks, F1 = 2 J / (1 + J); Cohen's kappa (1960) with the interval
        of `mq.agreement.cohen_kappa`.

    Raises
    ------
    InvalidArgument
        When people and model have no unit in common to be judged on.
    """
    units = _judging(coded_units(consensus), answers.shaping)
    status = answers.codings.pivot_table(index="unit_id", columns="code", values="status", aggfunc="first").reindex(
        list(units.unit_ids)
    )
    failed = int(np.isin(units.unit_ids, answers.failed["unit_id"].to_numpy(dtype=str)).sum())
    if not status.notna().to_numpy().any():
        raise InvalidArgument(
            f"{answers.coder} has coded none of the units to judge it by.", "Let it code the sample: medtw-qual ask."
        )
    rows = [
        row | {"failed": failed}
        for position, code in enumerate(units.codes)
        for row in _of_code(code, units, position, status.get(code), confidence)
    ]
    return pd.DataFrame(rows).assign(confidence=confidence)


def _judging(units: CodedUnits, shaping: frozenset[str]) -> CodedUnits:
    return units.restrict(np.array([unit not in shaping for unit in units.unit_ids], dtype=bool))


def _of_code(
    code: str, units: CodedUnits, position: int, said: pd.Series | None, confidence: float
) -> Iterator[dict[str, Any]]:
    """The four measures of one code."""
    words = np.full(len(units.unit_ids), "", dtype=object) if said is None else said.fillna("").to_numpy(dtype=object)
    answered = words != ""
    judged = units.coded[:, position] & answered & (words != "impossible")
    either = answered & (units.coded[:, position] | units.impossible[:, position])
    people, model = units.present[:, position][judged], words[judged] == "present"
    counts = {
        "code": code, "n_units": int(judged.sum()), "people": int(people.sum()), "model": int(model.sum()),
        "impossible": int((either & ~judged).sum()),
    }  # fmt: skip
    hits = int((people & model).sum())
    bases = {"precision": int(model.sum()), "recall": int(people.sum()), "F1": int((people | model).sum())}
    empty = {
        "precision": "the model marks no unit",
        "recall": "no judged unit has the code",
        "F1": "nobody marks a unit",
    }
    for measure, base in bases.items():
        values = _NONE if not base else (hits / base, *wilson(hits / base, base, confidence))
        if measure == "F1":
            values = tuple(2 * share / (1 + share) for share in values)  # type: ignore[assignment]
        estimate, low, high = values
        note = "" if base else empty[measure]
        yield counts | {"measure": measure, "estimate": estimate, "low": low, "high": high, "n": base, "note": note}
    yield counts | {"measure": "kappa", "n": int(judged.sum())} | _kappa(people, model, confidence)


def _kappa(people: npt.NDArray[np.bool_], model: npt.NDArray[np.bool_], confidence: float) -> dict[str, Any]:
    if len(people) < 2:
        return {"estimate": np.nan, "low": np.nan, "high": np.nan, "note": "fewer than two units to judge by"}
    ratings = np.column_stack([people, model]).astype(int)
    found = cohen_kappa(ratings, categories=[0, 1], confidence=confidence)
    return {"estimate": found.estimate, "low": found.low, "high": found.high, "note": found.undefined or ""}


def model_predictions(
    answers: ModelAnswers, units: Iterable[str], codes: Iterable[str], kept_back: Iterable[str] = ()
) -> pd.DataFrame:
    """Return a model's answers as predictions for every unit of the corpus.

    A unit on which the model failed, or that was kept back, has no answer. It enters with the model's mean answer to
    the code, which says nothing about the unit: the estimates corrected by people's codes stay valid whatever stands
    there. Units that the model has not been asked about get no row, and estimates that need every unit are refused.

    Parameters
    ----------
    answers : ModelAnswers
        What `mq.llm.read_answers` returned.
    units : iterable of str
        Ids of the units of the corpus.
    codes : iterable of str
        Ids of the codes to give predictions for.
    kept_back : iterable of str
        Ids of the units whose text was not sent.

    Returns
    -------
    DataFrame
        `schemas.PREDICTIONS`; predicted is missing where there is no answer; out_of_fold is false for the units that
        the prompt was shaped on.
    """
    everyone, wanted = [str(unit) for unit in units], list(codes)
    given = answers.probabilities.pivot_table(index="unit_id", columns="code", values="present").reindex(columns=wanted)
    status = answers.codings.pivot_table(index="unit_id", columns="code", values="status", aggfunc="first").reindex(
        columns=wanted
    )
    known = given.reindex(everyone)
    silent = set(answers.failed["unit_id"]) | {str(unit) for unit in kept_back}
    keep = known.notna().any(axis=1).to_numpy() | np.isin(everyone, sorted(silent))
    filled = known.fillna(given.mean()).fillna(0.5)[keep]
    marks = status.reindex(filled.index)
    width, ids = len(wanted), filled.index.to_numpy(dtype=object)
    said = marks.to_numpy(dtype=object).ravel()
    return validate_table(
        pd.DataFrame(
            {
                "unit_id": np.repeat(ids, width),
                "code": np.tile(np.array(wanted, dtype=object), len(ids)),
                "probability": filled.to_numpy(dtype=float).ravel(),
                "predicted": [pd.NA if not isinstance(mark, str) else mark == "present" for mark in said],
                "out_of_fold": np.repeat(~np.isin(ids.astype(str), sorted(answers.shaping)), width),
            }
        ).astype({"predicted": "boolean"}),
        PREDICTIONS,
    )


def model_prevalence(
    consensus: pd.DataFrame,
    answers: ModelAnswers,
    units: Iterable[str],
    sample: SampleLike | None = None,
    *,
    kept_back: Iterable[str] = (),
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Estimate shares of the corpus from people's codes and a model's answers, and say what the model is worth.

    Parameters
    ----------
    consensus : DataFrame
        `schemas.CONSENSUS`; units that the prompt was shaped on are left out.
    answers : ModelAnswers
        What `mq.llm.read_answers` returned.
    units : iterable of str
        Ids of the units of the corpus.
    sample : Sample, optional
        The sample that people coded, with its probabilities; None: every unit had the same.
    kept_back : iterable of str
        Ids of the units whose text was not sent.
    confidence : float
        Between 0 and 1: the level of the intervals; default: .95.

    Returns
    -------
    DataFrame
        As `mq.prevalence` (`schemas.PREVALENCE` and its further columns), the methods named after the model; and worth:
        for each corrected row what the model does to the interval, in words.
    """
    judged = consensus[~consensus["unit_id"].isin(answers.shaping)]
    codes = list(dict.fromkeys(judged["code"]))
    everyone = list(units)
    predicted = model_predictions(answers, everyone, codes, kept_back)
    unasked = len(everyone) - predicted["unit_id"].nunique()
    if unasked:  # else the units it answered about would be taken for the whole corpus
        table = _without_model(prevalence(judged, None, sample, confidence=confidence), unasked)
    else:
        table = prevalence(judged, predicted, sample, confidence=confidence)
    worth = [_worth(row.method, row.narrower, row.estimate) for row in table.itertuples()]
    named = table["method"].where(table["method"] == "people", table["method"] + f" ({answers.coder})")
    return table.assign(method=named, worth=worth)


def _without_model(people: pd.DataFrame, unasked: int) -> pd.DataFrame:
    """Add a refused row for each method that needs the model's answer about every unit."""
    reason = f"refused: the model has not answered about {unasked:,} units of the corpus"
    refused = [
        people.assign(method=method, estimate=np.nan, low=np.nan, high=np.nan, narrower=np.nan, note=reason)
        for method in ("PPI++", "DSL")
    ]
    together = pd.concat([people, *refused], ignore_index=True)
    order = {code: place for place, code in enumerate(dict.fromkeys(people["code"]))}
    return together.sort_values("code", key=lambda codes: codes.map(order), kind="stable", ignore_index=True)


def _worth(method: str, narrower: float, estimate: float) -> str:
    """What a model does to an interval.

    Examples
    --------
    >>> _worth("PPI++", 0.18, 0.4), _worth("PPI++", 0.01, 0.4), _worth("DSL", -0.17, 0.4)
    ('18% narrower than people alone', 'worth nothing here', '17% wider than people alone')
    """
    if method == "people":
        return ""
    if np.isnan(estimate):
        return "no estimate"
    if np.isnan(narrower) or abs(narrower) < _WORTH:
        return "worth nothing here"
    return f"{abs(narrower):.0%} {'narrower' if narrower > 0 else 'wider'} than people alone"
