"""Guards the room on the example study as it lies in the repository: real objects of the rooms below, end to end."""

import numpy as np
import pytest

import medtw_qual as mq
from medtw_qual.errors import InvalidArgument


@pytest.fixture(scope="module")
def study(root):
    corpus = mq.read_corpus(root / "data" / "medtwitter_2020.jsonl").drop_reposts().merge_threads()
    codebook = mq.read_codebook(root / "codebooks" / "gratitude_2020.yaml")
    sample = mq.coding.read_sample(root / "data" / "sample.csv", corpus)
    codings = mq.read_codings(root / "data" / "codings", codebook)
    consensus = mq.build_consensus(codings, decisions=root / "data" / "decisions" / "consensus.jsonl")
    vectors = mq.load_vectors(root / "data" / "vectors.npz")
    return corpus, codebook, sample, codings, consensus, vectors


@pytest.fixture(scope="module")
def crosswalk(study):
    corpus, _, sample, _, consensus, vectors = study
    return mq.reconcile(mq.cluster(corpus, vectors), consensus, sample, resampled=10, seed=1)


def test_the_counts_add_up(crosswalk, study):
    consensus = study[4]
    table = crosswalk.table
    present = consensus[consensus["status"] == "present"].groupby("code").size()
    assert len(crosswalk.units.unit_ids) == 300
    assert table.groupby("code")["n"].sum().to_dict() == present.to_dict()
    assert table.groupby("code")["share_of_code"].sum().to_numpy() == pytest.approx(1)
    assert table.groupby("cluster")["n_cluster"].first().sum() == 300
    known = table["stability"].dropna()
    assert known.between(0, 1).all()
    assert known.nunique() > 3


def test_clusters_are_weak_evidence_and_it_is_said(crosswalk):
    """Topics are not latent codes: no cluster is the same as a code, and most of what overlaps is a part."""
    proposed = crosswalk.propose()
    assert "same" not in set(proposed["proposal"])
    scores = crosswalk.overlap().set_index(["measure", "code"])["estimate"]
    assert scores[("adjusted mutual information", "")] < 0.2
    assert "finding_family" in set(crosswalk.unmatched()["code"])


def test_figures_name_every_cluster_and_code(crosswalk):
    for figure in (crosswalk.heatmap(), crosswalk.alluvial()):
        axes = figure.axes[0]
        words = " ".join(text.get_text() for text in [*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels()])
        for code in crosswalk.units.codes:
            assert code.split("_")[0] in words
        assert "cluster 0" in words


def test_shares_of_the_corpus_stand_beside_each_coder_s_own(study):
    corpus, _, sample, codings, consensus, vectors = study
    predicted = mq.predict_codes(corpus, vectors, consensus)
    assert len(predicted) == 552 * 4
    table = mq.prevalence(consensus, predicted, sample, codings=codings)
    isolation = table[table["code"] == "isolation"].set_index("method")
    # The data sheet: coder A 13.3%, coder B 7.0%, consensus 10.3% of the 300.
    assert isolation["estimate"].round(3).to_dict()["coder A"] == 0.133
    assert isolation["estimate"].round(3).to_dict()["coder B"] == 0.070
    assert isolation["estimate"].round(3).to_dict()["people"] == 0.103
    # 300 of 552: the correction makes Wilson's interval two thirds as wide as for an infinite population.
    from medtw_qual._base.binomial import wilson

    low, high = wilson(31 / 300, 300)
    ratio = (isolation.loc["people", "high"] - isolation.loc["people", "low"]) / (high - low)
    assert ratio == pytest.approx(np.sqrt((552 - 300) / 551), abs=0.01)
    assert isolation.loc["PPI++", "narrower"] > -0.05


def test_over_the_months_of_the_corpus(study):
    corpus, _, sample, _, consensus, _ = study
    table = mq.reconciliation.code_over_time(consensus, corpus, sample)
    assert list(dict.fromkeys(table["group"])) == ["2020-11", "2020-12", "2021-01"]
    assert table.groupby("code")["n"].sum().tolist() == [300] * 4
    assert table.groupby("code")["units"].sum().tolist() == [552] * 4


def test_figures_of_shares_show_every_code_and_the_refused_ones_are_missing(study):
    corpus, _, sample, codings, consensus, vectors = study
    predicted = mq.predict_codes(corpus, vectors, consensus)
    table = mq.prevalence(consensus, predicted, sample, codings=codings)
    axes = mq.plot.prevalence(table).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        c.replace("_", " ") for c in dict.fromkeys(table["code"])
    ]
    assert len(axes.get_legend().get_texts()) == 6
    course = mq.plot.over_time(mq.reconciliation.code_over_time(consensus, corpus, sample))
    assert [panel.get_title(loc="left") for panel in course.axes if panel.get_visible()] == [
        c.replace("_", " ") for c in dict.fromkeys(table["code"])
    ]
    with pytest.raises(InvalidArgument, match="no rows of 'PPI'"):
        mq.plot.over_time(mq.reconciliation.code_over_time(consensus, corpus, sample), "PPI")


def test_predictions_are_set_against_each_coder_on_the_same_units(study):
    corpus, _, _, codings, consensus, vectors = study
    predicted = mq.predict_codes(corpus, vectors, consensus)
    held_out = predicted[predicted["out_of_fold"]]
    found = mq.agreement.compare_agreement(codings, held_out)
    assert set(found["coder"]) == {"A", "B", "C"}
    assert (found["with_people"] > found["other"]).mean() > 0.8
