"""Guards the promise: the same vectors give the same clusters, whatever the threads, the order and the process."""

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_mutual_info_score

import medtw_qual as mq
from medtw_qual.clusters.vectors import Vectors

# Of data/vectors.npz. A change of either is a change of the example study's results: say so in CHANGELOG.md.
RECORDED_VECTORS = "03d743958f3ab82c7a30e95f8be613a02d1ce7e0f8d02ffb325673594a3f46a9"
RECORDED_ASSIGNMENTS = "6e8a6ac5341495f9d18441b8c47db01c88a77359fa3cd23a232141315a8b3020"

# Of the 4,903 different NHS comments of 20 characters or more, precision="exact" (onnxruntime 1.32, AVX-512).
NHS_VECTORS = "88fd89ef6ff4f27da5aadd0b875b78c4a0e5dd73806f7711603bb01ad7593fed"
NHS_ASSIGNMENTS = "188482cf59b8772123d4fc220c945f1d63f7584b0fb2a2402b154b27cfcb5d05"
NHS_OVERLAP = 0.266  # adjusted mutual information with the human code, over the comments that have a single one

_FRESH = """
import json, sys
import numpy as np, pandas as pd
import medtw_qual as mq
from medtw_qual._base.table_files import empty_table
from medtw_qual.schemas import AUTHORS, FLOW, POSTS, UNITS
vectors = mq.load_vectors(sys.argv[1])
units = empty_table(UNITS).reindex(range(len(vectors))).assign(unit_id=vectors.unit_ids, text=vectors.unit_ids)
corpus = mq.Corpus(empty_table(POSTS), empty_table(AUTHORS), units, empty_table(FLOW))
clusters = mq.cluster(corpus, vectors)
stability = mq.cluster(corpus, vectors).stability(n_resamples=3)["jaccard"].round(9).tolist()
print(json.dumps([clusters.assignments_hash, len(clusters), stability]))
"""


def in_a_fresh_process(path, threads: int) -> list:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    environment = {**os.environ, **dict.fromkeys(names, str(threads))}
    done = subprocess.run(
        [sys.executable, "-c", _FRESH, str(path)], capture_output=True, text=True, check=True, env=environment
    )
    return json.loads(done.stdout)


def corpus_for(vectors, corpus_of):
    return corpus_of(pd.DataFrame({"unit_id": vectors.unit_ids, "text": "words"}))


def test_the_example_studys_clusters_are_the_recorded_ones(root, corpus_of):
    vectors = mq.load_vectors(root / "data" / "vectors.npz")
    assert vectors.hash == RECORDED_VECTORS
    clusters = mq.cluster(corpus_for(vectors, corpus_of), vectors)
    assert clusters.assignments_hash == RECORDED_ASSIGNMENTS


def test_fresh_processes_with_one_and_two_threads_agree(root):
    path = root / "data" / "vectors.npz"
    one, two = in_a_fresh_process(path, 1), in_a_fresh_process(path, 2)
    assert one == two
    assert one[0] == RECORDED_ASSIGNMENTS


def test_shuffled_units_and_vectors_change_nothing(root, corpus_of):
    vectors = mq.load_vectors(root / "data" / "vectors.npz")
    order = np.random.default_rng(5).permutation(len(vectors))
    turned = Vectors([vectors.unit_ids[row] for row in order], vectors.array[order])
    corpus = corpus_for(turned, corpus_of)
    shuffled = mq.Corpus(corpus.posts, corpus.authors, corpus.units.iloc[order[::-1]], corpus.flow)
    assert mq.cluster(shuffled, turned).assignments_hash == RECORDED_ASSIGNMENTS


def test_embedding_again_agrees_with_the_committed_vectors_to_1e_3(root):
    vectors = mq.load_vectors(root / "data" / "vectors.npz")
    corpus = mq.open_study(root).corpus
    again = mq.embed(corpus)
    assert vectors.encoder["model_hash"] == again.encoder["model_hash"]
    np.testing.assert_allclose(again.array, vectors.rows_of(again.unit_ids), atol=1e-3)


@pytest.fixture(scope="module")
def comments(shared, corpus_of):
    """The different NHS comments of 20 characters or more, and the human code of those that have a single one."""
    table = pd.read_csv(shared / "data" / "nhs_px_qdc" / "comments_codes.csv", dtype="str", keep_default_na=False)
    table["text"] = table["text"].str.replace(r"\s+", " ", regex=True).str.strip()
    table = table[table["text"].str.len() >= 20].drop_duplicates("text").sort_values("text")
    ids = [f"{number:05}" for number in range(len(table))]
    single = table["codes"].where(~table["codes"].str.contains(";", regex=False))
    return corpus_of(pd.DataFrame({"unit_id": ids, "text": table["text"]})), single.to_numpy()


@pytest.fixture(scope="module")
def comment_vectors(comments, tmp_path_factory):
    """Embedded anew and stored: vectors of real people's comments may not stand in the repository."""
    return mq.embed(comments[0]).save(tmp_path_factory.mktemp("nhs") / "nhs.npz")


@pytest.mark.extra
@pytest.mark.shared
def test_the_real_comments_clusters_are_the_recorded_ones(comments, comment_vectors):
    """Where the processor gives the recorded vectors to the last bit; where it does not, as good a clustering."""
    vectors = mq.load_vectors(comment_vectors)
    clusters = mq.cluster(comments[0], vectors)
    coded = pd.notna(comments[1])
    overlap = adjusted_mutual_info_score(comments[1][coded], clusters.labels[coded])
    assert len(vectors) == 4903
    assert overlap == pytest.approx(NHS_OVERLAP, abs=0.02)
    assert vectors.hash != NHS_VECTORS or clusters.assignments_hash == NHS_ASSIGNMENTS


@pytest.mark.extra
@pytest.mark.shared
def test_the_real_comments_cluster_the_same_in_any_order_and_number_of_threads(comments, comment_vectors):
    vectors = mq.load_vectors(comment_vectors)
    once = mq.cluster(comments[0], vectors)
    order = np.random.default_rng(5).permutation(len(vectors))
    turned = Vectors([vectors.unit_ids[row] for row in order], vectors.array[order])
    corpus = comments[0]
    shuffled = mq.Corpus(corpus.posts, corpus.authors, corpus.units.iloc[order[::-1]], corpus.flow)
    assert mq.cluster(shuffled, turned).assignments_hash == once.assignments_hash
    one, two = in_a_fresh_process(comment_vectors, 1), in_a_fresh_process(comment_vectors, 2)
    assert one == two
    assert one[0] == once.assignments_hash


@pytest.mark.extra
@pytest.mark.shared
def test_last_bits_move_units_but_not_how_well_clusters_overlap_with_codes(comments, comment_vectors):
    """Another processor may give other clusters of a corpus without sharp ones; they must be as good."""
    vectors = mq.load_vectors(comment_vectors)
    noise = np.random.default_rng(8).normal(scale=1e-5, size=vectors.array.shape)
    moved = mq.cluster(comments[0], Vectors(vectors.unit_ids, vectors.array + noise))
    coded = pd.notna(comments[1])
    overlap = adjusted_mutual_info_score(comments[1][coded], moved.labels[coded])
    assert overlap == pytest.approx(NHS_OVERLAP, abs=0.02)
