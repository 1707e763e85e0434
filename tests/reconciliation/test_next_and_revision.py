"""Guards what comes next: uncertain units drawn with known chances, apart from the sample; new codes as drafts."""

import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.codebook import Code, Codebook
from medtw_qual.errors import InvalidArgument, StaleDecision
from medtw_qual.reconciliation.active_sampling import entropy, inclusion, systematic

from .conftest import make_clusters, make_consensus, make_corpus, make_sample


@pytest.fixture
def predicted():
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "unit_id": [f"u{i:03d}" for i in range(300)], "code": "bond", "probability": rng.beta(0.4, 0.8, 300),
            "predicted": False, "out_of_fold": np.arange(300) < 100,
        }
    )  # fmt: skip


def test_unsure_units_come_and_coded_ones_do_not(predicted):
    sample = make_sample([f"u{i:03d}" for i in range(90, 120)], 300)
    drawn = mq.reconciliation.suggest_units(predicted, 40, sample)
    assert len(drawn) == drawn["unit_id"].nunique() == 40
    assert (drawn["unit_id"] >= "u120").all()
    left = predicted[predicted["unit_id"] >= "u120"]
    assert drawn["uncertainty"].mean() > 1.3 * entropy(left["probability"].to_numpy()).mean()
    assert set(drawn["round"]) == {"uncertain"}
    with pytest.raises(InvalidArgument, match="Only 200 units are left"):
        mq.reconciliation.suggest_units(predicted, 201)


def test_the_chances_are_what_they_say():
    size = np.array([1.0, 2.0, 3.0, 50.0, 4.0, 0.5])
    chance = inclusion(size, 3)
    assert chance.sum() == pytest.approx(3)
    assert chance[3] == 1.0
    rng = np.random.default_rng(0)
    drawn = np.zeros(6)
    for _ in range(8000):
        chosen = systematic(chance, rng)
        assert len(set(chosen)) == 3
        drawn[chosen] += 1
    assert drawn / 8000 == pytest.approx(chance, abs=0.02)


def test_units_drawn_for_the_machine_do_not_count_for_the_corpus(predicted):
    sample = make_sample([f"u{i:03d}" for i in range(100)], 300)
    sets = {f"u{i:03d}": {"bond"} if i % 5 == 0 else set() for i in range(100)}
    later = {unit: {"bond"} for unit in mq.reconciliation.suggest_units(predicted, 30, sample)["unit_id"]}
    row = mq.prevalence(make_consensus(sets | later, ["bond"]), None, sample).iloc[0]
    assert row["estimate"] == pytest.approx(0.2)
    assert "30 coded units outside the random sample were left out" in row["note"]


def test_an_accepted_new_code_becomes_a_draft_and_everybody_looks_again(tmp_path):
    book = Codebook("small", "1.2.0", codes=(Code("bond", "Bond"),))
    labels = {f"u{i:02d}": i // 10 for i in range(30)}
    sample = make_sample(sorted(labels), 60)
    consensus = make_consensus({u: {"bond"} if c == 0 else set() for u, c in labels.items()}, ["bond"], book.hash)
    crosswalk = mq.reconcile(make_clusters(labels), consensus, sample)
    with pytest.raises(InvalidArgument, match="No decision accepted a new code"):
        mq.reconciliation.revise_codebook(book, crosswalk, sample)
    crosswalk = crosswalk.decide(2, "teaching", "new code", "Tips for juniors.", "KA", tmp_path / "log.jsonl")
    revision = mq.reconciliation.revise_codebook(book, crosswalk, sample)
    assert revision.codebook.version == "1.3.0"
    assert revision.codebook.ids == ("bond", "teaching")
    assert revision.codebook["teaching"].brief == "Tips for juniors."
    assert "cluster 2" in revision.codebook["teaching"].source
    assert revision.codebook["teaching"].definition == ""
    assert revision.recode["unit_id"].tolist() == sorted(labels)
    with pytest.raises(StaleDecision, match="another version"):
        mq.reconciliation.revise_codebook(Codebook("small", "2", codes=book.codes), crosswalk, sample)


def test_the_network_draws_every_code():
    consensus = make_consensus({"a": {"x", "y"}, "b": {"x"}, "c": set(), "d": {"x", "y", "z"}}, ["x", "y", "z"])
    figure = mq.plot.co_occurrence(consensus, make_corpus(dict.fromkeys("abcd", "t")))
    words = {text.get_text() for text in figure.axes[0].texts}
    assert {"x", "y", "z", "3", "2", "1"} <= words
    with pytest.raises(InvalidArgument, match="needs two codes"):
        mq.plot.co_occurrence(make_consensus({"a": {"x"}}, ["x"]), make_corpus({"a": "t"}))
