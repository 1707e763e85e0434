"""Guards the work on Dask: one process and two workers, one of them killed, give the same result."""

import os
import signal
import threading
import time

import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual._base.errors import InvalidArgument, MissingColumn, MissingDependency, MissingFile
from medtw_qual.distributed import cluster_on, cluster_parquet
from medtw_qual.distributed.pipeline import strata_quotas

TOPICS = (
    "night shift coffee pager", "vaccine dose arm freezer", "thank you kind colleagues", "exam score match interview",
    "cat dog garden bread", "paper trial results journal", "mask shield gown supply", "alone tired window silence",
)  # fmt: skip

FILLER = "today again the ward we they some more never early late one two three home work"


def posts(n: int) -> pd.DataFrame:
    """Invented posts: words of one topic and some of no topic; some repeat, some are empty."""
    random = np.random.default_rng(11)
    filler = np.array(FILLER.split())
    texts = []
    for number in range(n):
        topic = TOPICS[random.integers(len(TOPICS))].split()
        words = [*random.choice(topic, 3), *random.choice(filler, random.integers(3, 9))]
        texts.append("" if number % 997 == 0 else " ".join(random.permutation(words)))
    months = [f"2020-{month:02}" for month in random.integers(9, 13, n)]
    table = pd.DataFrame({"unit_id": [f"{number:08}" for number in range(n)], "text": texts, "month": months})
    return table.sample(frac=1, random_state=3)


def write_parts(table, folder, size):
    folder.mkdir()
    for start in range(0, len(table), size):
        table.iloc[start : start + size].to_parquet(folder / f"part-{start:06}.parquet", index=False)
    return folder


def assignments(found) -> pd.DataFrame:
    files = sorted((found.folder / "assignments").glob("*.parquet"))
    table = pd.concat([pd.read_parquet(file) for file in files]).sort_values("unit_id")
    return table.reset_index(drop=True)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Where the distilled model is kept: made once for this file's tests."""
    return tmp_path_factory.mktemp("models")


@pytest.mark.extra
@pytest.mark.dask
def test_two_workers_one_killed_give_what_one_process_gives(tmp_path, models, corpus_of):
    import distributed

    table = posts(20_000)
    source = write_parts(table, tmp_path / "posts", 1_000)
    options = {"cache": models, "method": "kmeans", "n_clusters": 8, "fit_on": 4_000}
    alone = cluster_parquet(source, tmp_path / "alone", **options)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers,
        distributed.Client(workers) as client,
    ):
        pids = list(client.run(os.getpid).values())
        killed = []

        def kill_one() -> None:
            while not list((tmp_path / "spread" / "vectors").glob("*.npy")):
                time.sleep(0.02)
            os.kill(pids[0], signal.SIGKILL)
            killed.append(pids[0])

        killer = threading.Thread(target=kill_one)
        killer.start()
        spread = cluster_parquet(source, tmp_path / "spread", workers.scheduler_address, **options)
        killer.join()
    assert killed
    pd.testing.assert_frame_equal(assignments(alone), assignments(spread))
    pd.testing.assert_frame_equal(alone.sizes, spread.sizes)
    assert spread.account == alone.account
    assert spread.account["without_words"] == 21
    corpus = corpus_of(table[["unit_id", "text"]])
    vectors = mq.embed(corpus, precision="static", cache=models)
    one = mq.cluster(corpus, vectors, n_clusters=8, method="kmeans", fit_on=4_000)
    assert one.labels.tolist() == assignments(spread)["cluster"].tolist()


@pytest.mark.extra
@pytest.mark.dask
def test_a_corpus_embedded_on_workers_has_the_vectors_of_one_process(corpus_of):
    corpus = corpus_of(posts(200)[["unit_id", "text"]])
    vectors, clusters = cluster_on("local", corpus, n_clusters=5)
    here = mq.embed(corpus)
    np.testing.assert_allclose(vectors.array, here.array, atol=1e-6)
    assert vectors.encoder == here.encoder
    assert clusters.assignments_hash == mq.cluster(corpus, here, n_clusters=5).assignments_hash


@pytest.mark.extra
def test_a_stratified_sample_holds_every_month_and_the_order_of_files_is_nothing(tmp_path, models):
    table = posts(600)
    options = {"stratify_by": "month", "fit_on": 100, "n_clusters": 4, "cache": models}
    once = cluster_parquet(write_parts(table, tmp_path / "a", 200), tmp_path / "x", **options)
    again = cluster_parquet(write_parts(table[::-1], tmp_path / "b", 150), tmp_path / "y", **options)
    assert 95 <= once.account["fitted_on"] <= 100
    pd.testing.assert_frame_equal(assignments(once), assignments(again))


def test_quotas_add_up_and_leave_no_stratum_out():
    quotas = strata_quotas([{"a": 1, "b": 999}], 10)
    assert quotas == {"a": 1, "b": 9}
    assert sum(strata_quotas([{str(n): 7 + n for n in range(13)}], 100).values()) == 100


def test_requests_that_cannot_work_are_answered_in_words(tmp_path):
    with pytest.raises(InvalidArgument, match="another vector in another batch"):
        cluster_parquet(tmp_path, tmp_path / "out", precision="fast")
    with pytest.raises(MissingFile, match="no .parquet file"):
        cluster_parquet(tmp_path / "none", tmp_path / "out", precision="exact")
    posts(10).drop(columns="text").to_parquet(tmp_path / "p.parquet")
    with pytest.raises(MissingColumn, match="no column 'text'"):
        cluster_parquet(tmp_path, tmp_path / "out", precision="exact")
    posts(10).assign(unit_id=range(10)).to_parquet(tmp_path / "p.parquet")
    with pytest.raises(InvalidArgument, match="Write the ids as text"):
        cluster_parquet(tmp_path, tmp_path / "out", precision="exact")


@pytest.mark.extra
@pytest.mark.dask
def test_a_scheduler_that_does_not_answer_is_named(corpus_of, monkeypatch):
    import dask

    corpus = corpus_of(posts(5)[["unit_id", "text"]])
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(MissingDependency, match="tcp://127"),
    ):
        cluster_on("tcp://127.0.0.1:9", corpus)
