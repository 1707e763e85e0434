"""Guards the consensus: its mathematics, the rule for the number of clusters, strengths, memberships, other texts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

import medtw_qual as mq
from medtw_qual.clusters.consensus_runs import (
    Runs,
    agree_on_coordinates,
    memberships_of,
    run_sizes,
    share_of_groups,
    smooth_points,
)
from medtw_qual.clusters.stable_number import choose_stable_number
from medtw_qual.errors import InvalidArgument


def runs_from(random, runs: int, texts: int, groups: int) -> Runs:
    found = random.integers(0, groups, size=(runs, texts)) + groups * np.arange(runs)[:, None]
    return Runs(found, np.bincount(found.ravel(), minlength=runs * groups))


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.integers(2, 30), st.integers(1, 5), st.integers(0, 2**31))
def test_memberships_are_the_means_of_the_co_association_matrix(runs, texts, groups, seed):
    """Computed anew the long way: every pair of texts, every run."""
    random = np.random.default_rng(seed)
    made, labels = runs_from(random, runs, texts, groups), random.integers(0, 3, texts)
    labels = np.unique(labels, return_inverse=True)[1]
    found = memberships_of(made.groups, share_of_groups(made, labels))
    for text in range(texts):
        expected = np.zeros(labels.max() + 1)
        for run in made.groups:
            together = labels[run == run[text]]
            expected += np.bincount(together, minlength=len(expected)) / len(together) / runs
        np.testing.assert_allclose(found[text], expected, atol=1e-8)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-8)


def test_coordinates_are_the_singular_vectors_of_the_scaled_indicator_matrix():
    made = runs_from(np.random.default_rng(3), 5, 40, 4)
    ours = agree_on_coordinates(made, 6)
    dense = made.indicator().toarray() / np.sqrt(made.sizes)
    left, singular, _ = np.linalg.svd(dense, full_matrices=False)
    np.testing.assert_allclose(np.abs(ours), np.abs(left[:, :6] * singular[:6]), atol=1e-7)


def test_a_text_moves_towards_its_neighbours_only():
    points = np.vstack([np.zeros((5, 2)), np.full((5, 2), 10.0)]) + np.arange(10)[:, None] * 0.01
    moved = smooth_points(points, 5)
    np.testing.assert_allclose(moved[:5].mean(axis=0), points[:5].mean(axis=0))
    assert moved[:5].std() < points[:5].std()


@pytest.mark.parametrize(("low", "high", "texts"), [(7, 7, 600), (2, 2, 6), (50, 50, 9000), (5, 5, 7)])
def test_runs_have_half_to_twice_the_clusters_and_never_more_than_texts(low, high, texts):
    sizes = run_sizes(low, high, texts)
    assert sizes.min() >= 2
    assert sizes.max() <= max(2, min(2 * high, texts // 3))


def test_the_number_of_clear_groups_is_found_and_that_of_noise_is_doubted():
    random = np.random.default_rng(2)
    centres = 10 * random.normal(size=(9, 12))
    clear = choose_stable_number(centres[np.arange(450) % 9] + random.normal(size=(450, 12)), 1)
    assert clear.n_clusters == 9
    assert "return nearly whole" in clear.reason
    assert clear.curve.set_index("n_clusters").loc[9, "share"] == 1.0
    noise = choose_stable_number(random.normal(size=(450, 12)), 1)
    assert "at no number" in noise.reason
    assert noise.curve["stability"].max() < 0.75


def test_the_chosen_number_asked_for_gives_the_same_clusters(blobs):
    corpus, vectors, _ = blobs(300, 5, spread=2.5)
    chosen = mq.cluster(corpus, vectors)
    asked = mq.cluster(corpus, vectors, n_clusters=len(chosen))
    assert asked.assignments_hash == chosen.assignments_hash
    assert asked.curve.empty


def test_a_unit_between_two_groups_belongs_to_both_and_firmly_to_none(blobs):
    corpus, vectors, truth = blobs(201, 4, spread=1.5)
    array = vectors.array.copy()
    array[200] = array[:200][truth[:200] == 0].mean(axis=0) + array[:200][truth[:200] == 1].mean(axis=0)
    clusters = mq.cluster(corpus, array, n_clusters=4)
    table = clusters.memberships()
    between = table[table["unit_id"] == "0000200"]
    assert set(between["cluster"].head(2)) == {clusters.labels[0], clusters.labels[1]}
    assert between["membership"].iloc[0] < clusters.assignments["strength"].quantile(0.05)
    totals = table.groupby("unit_id")["membership"].sum()
    np.testing.assert_allclose(totals, 1, atol=1e-6)
    strength = clusters.assignments.set_index("unit_id")["strength"]
    own = table.merge(clusters.assignments, on=["unit_id", "cluster"]).set_index("unit_id")["membership"]
    pd.testing.assert_series_equal(own.sort_index(), strength.sort_index(), check_names=False)
    assert clusters.memberships(least=0.5)["membership"].min() >= 0.5
    with pytest.raises(InvalidArgument, match="not a share"):
        clusters.memberships(least=3)


def test_methods_with_hard_clusters_give_whole_memberships(blobs):
    corpus, vectors, _ = blobs(40, 2)
    array = vectors.array.copy()
    array[3] = 0
    table = mq.cluster(corpus, array, n_clusters=2, method="ward").memberships()
    assert table["membership"].eq(1).all()
    assert len(table) == 39


def test_texts_that_were_not_fitted_join_the_groups_that_the_runs_vote_for(blobs):
    corpus, vectors, truth = blobs(900, 5, spread=1.0)
    sampled = mq.cluster(corpus, vectors, n_clusters=5, fit_on=300)
    assert adjusted_rand_score(truth, sampled.labels) > 0.95
    np.testing.assert_allclose(sampled.shares.sum(axis=1), 1, atol=1e-6)
    labels, strength = sampled.model.assign(vectors.array)
    assert labels.tolist() == sampled.labels.tolist()
    np.testing.assert_allclose(strength, sampled.assignments["strength"])


def test_very_many_clusters_are_plain_k_means_and_say_so(blobs):
    corpus, vectors, _ = blobs(700, 5)
    clusters = mq.cluster(corpus, vectors, n_clusters=230)
    assert "plain k-means" in clusters.notes[0]


def test_a_cluster_that_was_not_drawn_did_not_return(blobs):
    """R's fpc::clusterboot counts such a sample as 0: a single text is drawn in 63 of 100 samples."""
    corpus, vectors, _ = blobs(61, 2)
    array = vectors.array.copy()
    array[60] = -array[:60].mean(axis=0) * 5
    clusters = mq.cluster(corpus, array, n_clusters=3)
    stability = clusters.stability(n_resamples=60)
    assert stability["size"].tolist()[-1] == 1
    assert 0.4 < stability["jaccard"].iloc[-1] < 0.8  # 1 - (1 - 1/61)**61 = .635


@pytest.mark.parametrize("n", [1, 0, -3, True, 2.5])
def test_one_sample_says_nothing(blobs, n):
    corpus, vectors, _ = blobs(30, 2)
    with pytest.raises(InvalidArgument, match=r"Ask for 20 or more"):
        mq.cluster(corpus, vectors, n_clusters=2).stability(n_resamples=n)
