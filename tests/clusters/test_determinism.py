"""Guards the promise: the same vectors give the same clusters, whatever the threads, the order and the process."""

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

import medtw_qual as mq
from medtw_qual.clusters.vectors import Vectors

# Of data/vectors.npz. A change of either is a change of the example study's results: say so in CHANGELOG.md.
RECORDED_VECTORS = "03d743958f3ab82c7a30e95f8be613a02d1ce7e0f8d02ffb325673594a3f46a9"
RECORDED_ASSIGNMENTS = "146a6d740926780db5efaa1013d822ca55de5c61dadaadd6b98b37e4a4377867"

_FRESH = """
import json, sys
import numpy as np, pandas as pd
import medtw_qual as mq
from medtw_qual._base.tables import empty_table
from medtw_qual.schemas import AUTHORS, FLOW, POSTS, UNITS
vectors = mq.load_vectors(sys.argv[1])
units = empty_table(UNITS).reindex(range(len(vectors))).assign(unit_id=vectors.unit_ids, text="words")
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
    rows = np.sort(np.random.default_rng(2).choice(len(corpus.units), 40, replace=False))
    some = mq.Corpus(corpus.posts, corpus.authors, corpus.units.iloc[rows].reset_index(drop=True), corpus.flow)
    again = mq.embed(some)
    assert vectors.encoder["model_hash"] == again.encoder["model_hash"]
    np.testing.assert_allclose(again.array, vectors.rows_of(again.unit_ids), atol=1e-3)


@pytest.mark.extra
@pytest.mark.shared
def test_the_real_comments_cluster_the_same_in_any_order_and_number_of_threads(shared, tmp_path, corpus_of):
    table = pd.read_csv(shared / "data" / "nhs_px_qdc" / "comments_codes.csv", dtype="str", keep_default_na=False)
    texts = sorted({text.strip() for text in table["text"] if len(text.strip()) >= 60})[:1500]
    corpus = corpus_of(pd.DataFrame({"unit_id": [f"{n:05}" for n in range(len(texts))], "text": texts}))
    path = mq.embed(corpus).save(tmp_path / "nhs.npz", precision="float16")
    one, two = in_a_fresh_process(path, 1), in_a_fresh_process(path, 2)
    assert one == two
    vectors = mq.load_vectors(path)
    order = np.random.default_rng(5).permutation(len(vectors))
    turned = Vectors([vectors.unit_ids[row] for row in order], vectors.array[order])
    assert mq.cluster(corpus, turned).assignments_hash == one[0]
    # Full precision instead of the stored half: other last digits, the same clusters but for units on a border.
    exact = mq.cluster(corpus, mq.embed(corpus), n_clusters=one[1])
    assert adjusted_rand_score(exact.labels, mq.cluster(corpus, vectors, n_clusters=one[1]).labels) > 0.9
