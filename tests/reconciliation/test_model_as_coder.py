"""Guards how a model is judged beside people, and that shares corrected by people's codes hold although it errs."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from medtw_qual.errors import InvalidArgument
from medtw_qual.llm import ModelAnswers
from medtw_qual.reconciliation import model_overlap, model_predictions, model_prevalence

EMPTY = pd.DataFrame({"unit_id": [], "state": [], "fault": [], "attempts": []}, dtype="str")


def answers_of(status, failed=(), shaping=(), code="thanks"):
    """Answers of an invented model: unit -> status."""
    codings = pd.DataFrame({"unit_id": list(status), "code": code, "status": list(status.values())})
    sure = codings.assign(present=(codings["status"] == "present").astype(float), known=False)
    units = pd.DataFrame({"unit_id": list(failed), "state": "failed", "fault": "empty", "attempts": 2})
    missing = sure.drop(columns="status")
    known = units if len(failed) else EMPTY
    return ModelAnswers("stub", codings, known, missing, {}, frozenset(shaping), {}, {}, "", "", 0)


def consensus_of(status, code="thanks"):
    return pd.DataFrame(
        {
            "unit_id": list(status), "code": code, "status": list(status.values()), "basis": "agreed", "reason": "",
            "decided_by": "", "decided_at": pd.Series([pd.NaT] * len(status), dtype="datetime64[us, UTC]"),
            "codebook_hash": "h",
        }
    )  # fmt: skip


def table_of(hits, false, missed, neither):
    """People's and the model's codes with given counts."""
    people = ["present"] * hits + ["absent"] * false + ["present"] * missed + ["absent"] * neither
    model = ["present"] * (hits + false) + ["absent"] * (missed + neither)
    ids = [f"u{number:03d}" for number in range(len(people))]
    return dict(zip(ids, people, strict=True)), dict(zip(ids, model, strict=True))


def test_the_measures_are_those_of_the_textbook():
    """Counts of Cohen's kappa as in Fleiss, Levin and Paik (2003): po = .70, pe = .50, kappa = .40."""
    people, model = table_of(20, 10, 5, 15)
    found = model_overlap(consensus_of(people), answers_of(model)).set_index("measure")
    assert found.loc["precision", "estimate"] == pytest.approx(20 / 30)
    assert found.loc["recall", "estimate"] == pytest.approx(20 / 25)
    assert found.loc["F1", "estimate"] == pytest.approx(2 * 20 / (30 + 25))
    assert found.loc["kappa", "estimate"] == pytest.approx(0.4)
    assert ((found["low"] < found["estimate"]) & (found["estimate"] < found["high"])).all()


def test_units_of_the_shaping_failures_and_the_impossible_are_left_out_and_counted():
    people, model = table_of(4, 0, 0, 4)
    people["u000"] = "impossible"
    model["u001"] = "impossible"
    del model["u002"]
    found = model_overlap(consensus_of(people), answers_of(model, failed=["u002"], shaping=["u003"])).iloc[0]
    assert (found["n_units"], found["failed"], found["impossible"], found["people"]) == (4, 1, 2, 0)
    assert np.isnan(found["estimate"])
    assert found["note"] == "the model marks no unit"


def test_a_model_without_a_judged_unit_is_refused():
    with pytest.raises(InvalidArgument, match="ask"):
        model_overlap(consensus_of({"u1": "present"}), answers_of({"u2": "present"}))


def test_a_failed_unit_enters_with_the_mean_answer_and_never_as_absent():
    answers = answers_of({"u1": "present", "u2": "present", "u3": "absent", "u4": "present"}, failed=["u5"])
    table = model_predictions(answers, ["u1", "u2", "u3", "u4", "u5", "u6"], ["thanks"], kept_back=["u6"])
    rows = table.set_index("unit_id")
    assert rows.loc["u5", "probability"] == rows.loc["u6", "probability"] == pytest.approx(0.75)
    assert rows["predicted"].isna().tolist() == [False] * 4 + [True] * 2
    assert "u7" not in model_predictions(answers, ["u1", "u7"], ["thanks"])["unit_id"].tolist()


def one_study(chance, sensitivity, specificity, n_corpus=1000, n=200, share=0.3, failing=0.03):
    """A corpus of known truth, a random sample coded by people, and a model of known confusion that fails at times."""
    ids = np.array([f"u{number:05d}" for number in range(n_corpus)])
    truth = chance.random(n_corpus) < share
    said = np.where(truth, chance.random(n_corpus) < sensitivity, chance.random(n_corpus) > specificity)
    fails = chance.random(n_corpus) < failing
    rows = np.sort(chance.choice(n_corpus, n, replace=False))
    consensus = consensus_of(dict(zip(ids[rows], np.where(truth[rows], "present", "absent"), strict=True)))
    status = dict(zip(ids[~fails], np.where(said[~fails], "present", "absent"), strict=True))
    drawn = pd.DataFrame({"unit_id": ids[rows], "stratum": "", "inclusion_probability": n / n_corpus})
    sample = SimpleNamespace(table=drawn, population=n_corpus)
    return truth.mean(), model_prevalence(consensus, answers_of(status, failed=ids[fails]), ids, sample)


@pytest.mark.parametrize(("sensitivity", "specificity", "narrows"), [(0.9, 0.95, True), (0.6, 0.6, False)])
def test_corrected_shares_hold_although_the_model_errs(sensitivity, specificity, narrows):
    """Of 60 studies each, 95% intervals cover the truth in at least 51 (fewer has a probability below 1 in 1,000)."""
    chance = np.random.default_rng(7)
    covered = {"PPI++ (stub)": 0, "DSL (stub)": 0, "people": 0}
    narrower = []
    for _ in range(60):
        truth, table = one_study(chance, sensitivity, specificity)
        rows = table.set_index("method")
        for method in covered:
            covered[method] += int(rows.loc[method, "low"] <= truth <= rows.loc[method, "high"])
        narrower.append(rows.loc["PPI++ (stub)", "narrower"])
    assert min(covered.values()) >= 51, covered
    assert (np.mean(narrower) > 0.2) == narrows


def test_it_says_when_a_model_is_worth_nothing_and_when_dsl_is_wider():
    _, table = one_study(np.random.default_rng(1), 0.5, 0.5)
    worth = table.set_index("method")["worth"]
    assert worth["people"] == ""
    assert worth["PPI++ (stub)"] == "worth nothing here"
    assert "wider than people alone" in worth["DSL (stub)"]
    _, table = one_study(np.random.default_rng(1), 0.95, 0.98)
    assert "narrower than people alone" in table.set_index("method")["worth"]["PPI++ (stub)"]


def test_units_never_asked_refuse_the_corrected_estimate():
    people, model = table_of(20, 10, 10, 60)
    sample = SimpleNamespace(
        table=pd.DataFrame({"unit_id": list(people), "stratum": "", "inclusion_probability": 0.5}), population=200
    )
    corpus = [*people, *(f"v{number}" for number in range(100))]
    # The model has been asked about the sample only: without its word on the rest there is nothing to correct with.
    table = model_prevalence(consensus_of(people), answers_of(model), corpus, sample)
    rows = table.set_index("method")
    assert rows.loc["people", "estimate"] == pytest.approx(0.3)
    assert rows.loc["people", "low"] < 0.3 < rows.loc["people", "high"]
    for method in ("PPI++ (stub)", "DSL (stub)"):
        assert np.isnan(rows.loc[method, "estimate"])
        assert "has not answered about 100 units" in rows.loc[method, "note"]
