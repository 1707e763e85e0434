"""Guards the clustering: known groups are found, the same vectors give the same clusters, odd corpora get an answer."""

import numpy as np
import pandas as pd
import pytest
from scipy.cluster.hierarchy import fcluster
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, jaccard_score, silhouette_score

import medtw_qual as mq
from medtw_qual._base.table_files import validate_table
from medtw_qual.clusters.bootstrap_stability import verdict
from medtw_qual.clusters.clustering import distinct_texts
from medtw_qual.clusters.jaccard import jaccard_table
from medtw_qual.clusters.number_of_clusters import cut_tree, silhouette_curve, ward_tree
from medtw_qual.clusters.projection import fit_projection
from medtw_qual.clusters.vectors import Vectors
from medtw_qual.errors import InvalidArgument
from medtw_qual.schemas import ASSIGNMENTS


@pytest.mark.parametrize(
    ("method", "criterion", "words"),
    [("consensus", "stability", "return nearly whole"), ("ward", "silhouette", "highest there"),
     ("kmeans", "silhouette", "highest there")],
)  # fmt: skip
def test_known_groups_are_found_and_counted(method, criterion, words, blobs):
    corpus, vectors, truth = blobs(600, 7)
    clusters = mq.cluster(corpus, vectors, method=method)
    assert len(clusters) == 7
    assert adjusted_rand_score(truth, clusters.labels) == 1.0
    assert words in clusters.notes[0]
    best = clusters.curve[clusters.curve[criterion] >= clusters.curve[criterion].max() - 1e-9]
    assert best["n_clusters"].max() == 7


def test_assignments_keep_their_schema_and_are_numbered_by_size_then_smallest_id(corpus_of, blobs):
    corpus, vectors, truth = blobs(60, 3)
    keep = ~((truth == 0) & (np.arange(60) > 30)) & (np.arange(60) != 1)
    small = corpus_of(corpus.units[keep])
    clusters = mq.cluster(small, vectors, n_clusters=3)
    table = clusters.assignments
    pd.testing.assert_frame_equal(validate_table(table, ASSIGNMENTS), table)
    sizes = table["cluster"].value_counts().sort_index()
    assert sizes.tolist() == sorted(sizes, reverse=True)
    assert table["strength"].between(0, 1).all()
    equal = mq.cluster(corpus, vectors, n_clusters=3)
    assert equal.assignments["cluster"].head(3).tolist() == [0, 1, 2]


def test_the_order_of_units_and_of_vectors_changes_nothing(blobs):
    corpus, vectors, _ = blobs(300, 5, spread=2.5)
    once = mq.cluster(corpus, vectors)
    order = np.random.default_rng(7).permutation(300)
    shuffled = mq.Corpus(corpus.posts, corpus.authors, corpus.units.iloc[order], corpus.flow)
    turned = Vectors([vectors.unit_ids[row] for row in order], vectors.array[order])
    again = mq.cluster(shuffled, turned)
    assert once.assignments_hash == again.assignments_hash
    pd.testing.assert_frame_equal(once.assignments, again.assignments)


def test_a_text_counts_once_however_often_it_was_posted(corpus_of, blobs):
    corpus, vectors, _ = blobs(200, 4, spread=2.0)
    once = mq.cluster(corpus, vectors, n_clusters=4)
    extra = [f"x{number}" for number in range(150)]
    units = pd.concat(
        [corpus.units[["unit_id", "text"]], pd.DataFrame({"unit_id": extra, "text": corpus.units["text"].iloc[0]})]
    )
    many = Vectors([*vectors.unit_ids, *extra], np.vstack([vectors.array, np.tile(vectors.array[:1], (150, 1))]))
    again = mq.cluster(corpus_of(units), many, n_clusters=4)
    assert adjusted_rand_score(once.labels, again.labels[:200]) == 1.0
    assert len(set(again.labels[200:])) == 1


def test_principal_components_are_those_of_scikit_learn():
    random = np.random.default_rng(3)
    for shape in ((200, 30), (20, 30)):
        array = random.normal(size=shape)
        ours = fit_projection(array, 10).project(array)
        theirs = PCA(10, svd_solver="full").fit_transform(array)
        np.testing.assert_allclose(np.abs(ours), np.abs(theirs), atol=1e-9)


def test_the_silhouette_curve_is_scikit_learns_at_every_cut():
    points = np.random.default_rng(5).normal(size=(80, 4))
    tree = ward_tree(points)
    curve = silhouette_curve(points, tree, 9).set_index("n_clusters")["silhouette"]
    for count in range(2, 10):
        labels = cut_tree(tree, count)
        assert adjusted_rand_score(labels, fcluster(tree, count, "maxclust")) == 1.0
        assert curve[count] == pytest.approx(silhouette_score(points, labels), abs=1e-12)


def test_a_text_is_its_words_so_that_last_bits_decide_nothing():
    array = np.array([[1, 0], [0, 0], [1, 0], [1, 1e-7], [0, 2], [1, 0]], dtype=np.float32)
    first, which = distinct_texts(["a", "", "a", "A", "b", "A"], array)
    assert first.tolist() == [0, 3, 4, 5]  # "A" with two vectors of somebody's own is two texts
    assert which.tolist() == [0, -1, 0, 1, 2, 3]
    same = distinct_texts(["a", "", "a", "A", "b", "b"], np.where(array == 1e-7, 0, array).astype(np.float32))
    assert same[0].tolist()[:3] == first.tolist()[:3]  # whether "a" and "A" differ in the last bit changes nothing


@pytest.mark.parametrize("texts", [["one post"], ["one", "two", "three"], ["same"] * 40])
def test_a_corpus_too_small_to_divide_is_one_cluster_and_says_so(texts, corpus_of):
    corpus = corpus_of(pd.DataFrame({"unit_id": [f"{n:03}" for n in range(len(texts))], "text": texts}))
    vectors = [[1.0, 0.1 * len(text)] for text in texts]
    clusters = mq.cluster(corpus, vectors)
    assert clusters.labels.tolist() == [0] * len(texts)
    assert "cannot be divided" in clusters.notes[0]
    assert clusters.summary().loc[0, "size"] == len(texts)


def test_units_without_words_are_in_no_cluster_and_are_shown(blobs):
    corpus, vectors, _ = blobs(40, 2)
    array = vectors.array.copy()
    array[[3, 5]] = 0
    clusters = mq.cluster(corpus, Vectors(vectors.unit_ids, array), n_clusters=2)
    assert clusters.labels[[3, 5]].tolist() == [-1, -1]
    assert clusters.assignments["strength"].iloc[[3, 5]].tolist() == [0, 0]
    assert "2 of 40 units (5%) are in no cluster" in clusters.notes[-1]
    summary = clusters.summary()
    assert summary["cluster"].tolist() == [0, 1, -1]
    assert summary["size"].sum() == 40
    assert summary["share"].sum() == pytest.approx(1)


def test_impossible_requests_are_answered_in_words(corpus_of, blobs):
    corpus, vectors, _ = blobs(20, 2)
    with pytest.raises(InvalidArgument, match="20 different texts cannot be divided into 21"):
        mq.cluster(corpus, vectors, n_clusters=21)
    with pytest.raises(InvalidArgument, match="Did you mean 'ward'"):
        mq.cluster(corpus, vectors, method="wart")
    with pytest.raises(InvalidArgument, match=r"no option 'min_cluster'.*Did you mean 'min_cluster_size'"):
        mq.cluster(corpus, vectors, method="hdbscan", min_cluster=4)
    with pytest.raises(InvalidArgument, match="n_clusters='3' is not a whole number"):
        mq.cluster(corpus, vectors, n_clusters="3")
    with pytest.raises(InvalidArgument, match="A sample of 2 texts cannot show 3 clusters"):
        mq.cluster(corpus, vectors, n_clusters=3, fit_on=2)
    with pytest.raises(InvalidArgument, match="min_cluster_size=-3 makes no groups"):
        mq.cluster(corpus, vectors, method="hdbscan", min_cluster_size=-3)
    with pytest.raises(InvalidArgument, match="needs a corpus, not a DataFrame"):
        mq.cluster(corpus.units, vectors)
    with pytest.raises(InvalidArgument, match="No unit has a vector"):
        mq.cluster(corpus, np.zeros((20, 3)))
    with pytest.raises(InvalidArgument, match="no units"):
        mq.cluster(corpus_of(corpus.units.iloc[:0]), vectors)


def test_wards_clusters_are_the_trees_own_and_k_means_moves_units_on(blobs):
    corpus, vectors, _ = blobs(150, 5, spread=3.0)
    clusters = mq.cluster(corpus, vectors, n_clusters=5, method="ward")
    space = fit_projection(vectors.array)
    tree = ward_tree(space.project(vectors.array))
    assert adjusted_rand_score(clusters.labels, fcluster(tree, 5, "maxclust")) == 1.0
    moved = mq.cluster(corpus, vectors, n_clusters=5, method="kmeans")
    assert adjusted_rand_score(clusters.labels, moved.labels) < 1.0


def test_other_texts_are_assigned_as_the_corpus_was(blobs):
    corpus, vectors, _ = blobs(300, 6)
    clusters = mq.cluster(corpus, vectors)
    labels, strength = clusters.model.assign(vectors.array)
    assert labels.tolist() == clusters.labels.tolist()
    np.testing.assert_allclose(strength, clusters.assignments["strength"])


def test_clear_clusters_are_stable_and_invented_ones_are_not(blobs):
    corpus, vectors, _ = blobs(240, 4)
    firm = mq.cluster(corpus, vectors).stability(n_resamples=10)
    assert (firm["jaccard"] > 0.95).all()
    assert firm["reordered"].tolist() == [1.0] * 4
    assert firm["verdict"].str.startswith("highly stable").all()
    noise = np.random.default_rng(1).normal(size=(240, 30))
    loose = mq.cluster(corpus, noise, n_clusters=4).stability(n_resamples=10)
    assert (loose["jaccard"] < 0.6).all()


def test_jaccard_similarities_are_those_of_scikit_learn():
    random = np.random.default_rng(9)
    one, other = random.integers(-1, 4, 60), random.integers(-1, 3, 60)
    table = jaccard_table(one, other, 4)
    assert table.shape == (4, 3)
    for a in range(4):
        for b in range(3):
            assert table[a, b] == pytest.approx(jaccard_score(one == a, other == b))


@pytest.mark.parametrize(
    ("jaccard", "word"),  # the bounds that the help of R's fpc::clusterboot gives
    [(0.85, "highly stable"), (0.84, "stable"), (0.75, "stable"), (0.74, "a pattern"), (0.6, "a pattern"),
     (0.59, "doubtful"), (0.5, "doubtful"), (0.49, "dissolved"), (0.0, "dissolved")],
)  # fmt: skip
def test_verdicts_follow_hennigs_bounds(jaccard, word):
    assert verdict(jaccard).startswith(word)


def test_resampled_assignments_cover_every_unit_with_our_numbers(blobs):
    corpus, vectors, _ = blobs(240, 4)
    clusters = mq.cluster(corpus, vectors)
    runs = clusters.resampled(3, seed=1)
    assert len(runs) == 3
    for run in runs:
        assert run.index.tolist() == clusters.assignments["unit_id"].tolist()
        assert run.tolist() == clusters.labels.tolist()
    assert runs[0].equals(clusters.resampled(1, seed=1)[0])
