"""Guards the other methods: density, UMAP with its warning, guided by a codebook; and the comparison of clusterings."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

import medtw_qual as mq
from medtw_qual.errors import InvalidArgument, MissingColumn, MissingDependency


def test_hdbscan_finds_dense_groups_and_leaves_the_rest_out(blobs):
    corpus, vectors, truth = blobs(300, 5, dimensions=16, spread=0.2)
    noise = np.random.default_rng(0).normal(size=(30, 16))
    array = np.vstack([vectors.array[:270], noise / np.linalg.norm(noise, axis=1, keepdims=True)])
    clusters = mq.cluster(corpus, array, method="hdbscan", min_cluster_size=15)
    assert len(clusters) == 5
    inside = clusters.labels[:270] >= 0
    assert metrics.adjusted_rand_score(truth[:270][inside], clusters.labels[:270][inside]) == 1.0
    assert (clusters.labels[270:] == -1).mean() > 0.5  # some points of noise lie near a group
    assert "are in no cluster (-1)" in clusters.notes[-1]
    assert clusters.assignments["strength"][clusters.labels == -1].eq(0).all()


def test_hdbscan_that_finds_nothing_says_so_and_still_gives_tables(blobs):
    corpus, _, _ = blobs(60, 2)
    noise = np.random.default_rng(0).normal(size=(60, 40))
    clusters = mq.cluster(corpus, noise, method="hdbscan", min_cluster_size=30)
    assert len(clusters) == 0
    assert "nothing was clustered" in clusters.notes[0]
    assert clusters.summary()["cluster"].tolist() == [-1]
    assert clusters.model.assign(noise)[0].tolist() == [-1] * 60


def test_umap_warns_and_states_the_agreement_between_seeds(blobs):
    corpus, vectors, truth = blobs(150, 3)
    with pytest.warns(UserWarning, match="not reproducible across machines"):
        clusters = mq.cluster(corpus, vectors, method="umap+hdbscan", seeds=2)
    assert metrics.adjusted_mutual_info_score(truth, clusters.labels) > 0.8
    assert any("Agreement between seeds: adjusted Rand index" in note for note in clusters.notes)


def test_too_few_texts_for_umap_are_sent_to_ward(blobs):
    corpus, vectors, _ = blobs(20, 2)
    with pytest.raises(InvalidArgument, match="Ward's hierarchy takes any number"):
        mq.cluster(corpus, vectors, method="umap+hdbscan")


@pytest.mark.parametrize("method", ["hdbscan", "umap+hdbscan"])
def test_density_methods_refuse_a_number(blobs, method):
    corpus, vectors, _ = blobs(60, 2)
    with pytest.raises(InvalidArgument, match="finds the number of clusters itself"):
        mq.cluster(corpus, vectors, n_clusters=3, method=method)


BOOK = mq.Codebook("small", "1.0.0", codes=(mq.Code("a", "A"), mq.Code("b", "B"), mq.Code("never", "Never")))


def test_guided_texts_join_the_nearest_code_and_the_clusters_know_it(corpus_of):
    corpus = corpus_of(pd.DataFrame({"unit_id": list("12345"), "text": ["one", "two", "three", "four", "five"]}))
    array = [[1, 0, 0.1], [0, 1, 0], [0.1, 1, 0], [0, 0.9, 0.1], [-1, -0.1, 0]]
    codes = [[1, 0, 0], [0, 1, 0], [0, 0, -1]]
    clusters = mq.cluster(corpus, array, method="guided", codebook=BOOK, code_vectors=codes)
    assert clusters.labels.tolist() == [1, 0, 0, 0, -1]
    assert clusters.parameters["names"] == ["b", "a"]
    assert clusters.guided_by == BOOK.hash
    assert any("no evidence" in note for note in clusters.notes)
    assert any("nearest to: never" in note for note in clusters.notes)


def test_guiding_needs_a_codebook_and_vectors_of_its_words(blobs):
    corpus, vectors, _ = blobs(20, 2)
    with pytest.raises(InvalidArgument, match="needs a codebook"):
        mq.cluster(corpus, vectors, method="guided")
    with pytest.raises(MissingDependency, match="without an encoder"):
        mq.cluster(corpus, vectors, method="guided", codebook=BOOK)
    with pytest.raises(InvalidArgument, match="one row per code"):
        mq.cluster(corpus, vectors, method="guided", codebook=BOOK, code_vectors=[[1, 0]])


def test_guiding_by_words_uses_the_encoder_of_the_texts(corpus_of):
    texts = ["grateful for all of you, thank you", "I feel alone tonight, nobody around", "thanks to everyone here"]
    corpus = corpus_of(pd.DataFrame({"unit_id": list("123"), "text": texts}))
    book = mq.Codebook(
        "feelings", "1.0.0",
        codes=(mq.Code("thanks", "Gratitude", brief="Thanking"), mq.Code("alone", "Isolation", brief="Being alone")),
    )  # fmt: skip
    clusters = mq.cluster(corpus, mq.embed(corpus), method="guided", codebook=book)
    assert [clusters.parameters["names"][label] for label in clusters.labels] == ["thanks", "alone", "thanks"]


def test_comparison_counts_every_unit_and_says_how_many_were_clustered():
    one = pd.Series([0, 0, 1, 1, -1], index=list("abcde"))
    other = pd.DataFrame({"unit_id": list("edcba"), "cluster": ["pile", None, "pile", "odd", "odd"]})
    found = mq.clusters.compare(one, other)
    assert (found.n_units, found.n_clustered) == (5, 3)
    here, there = ["0", "0", "1", "1", "-1"], ["odd", "odd", "pile", "-1", "pile"]
    scores = found.scores.set_index("measure")
    assert scores.loc["ARI", "all_units"] == pytest.approx(metrics.adjusted_rand_score(here, there))
    assert scores.loc["AMI", "clustered_units"] == pytest.approx(1.0)
    assert found.contingency.index.tolist() == ["0", "1", "-1"]
    assert found.contingency.loc["0", "odd"] == 2


def test_comparison_refuses_what_cannot_be_compared(blobs):
    corpus, vectors, _ = blobs(20, 2)
    clusters = mq.cluster(corpus, vectors)
    same = mq.clusters.compare(clusters, clusters)
    assert same.scores["all_units"].tolist() == [1.0] * 5
    with pytest.raises(InvalidArgument, match="no unit in common"):
        mq.clusters.compare(clusters, pd.Series([1], index=["elsewhere"]))
    with pytest.raises(InvalidArgument, match="two clusters"):
        mq.clusters.compare(clusters, pd.Series([1, 2], index=["0000000", "0000000"]))
    with pytest.raises(InvalidArgument, match="cannot be read from a dict"):
        mq.clusters.compare(clusters, {"0000000": 1})
    with pytest.raises(MissingColumn, match="'cluster'"):
        mq.clusters.compare(clusters, pd.DataFrame({"unit_id": ["1"], "klaster": [1]}))


@pytest.mark.parametrize("method", ["hdbscan", "kmeans"])
def test_stability_is_measured_with_the_method_of_the_clustering(blobs, method):
    corpus, vectors, _ = blobs(200, 3, dimensions=16)
    clusters = mq.cluster(corpus, vectors, method=method)
    found = clusters.stability(n_resamples=4)
    assert len(found) == 3
    assert (found["jaccard"] > 0.9).all()
    assert len(clusters.resampled(2)) == 2
