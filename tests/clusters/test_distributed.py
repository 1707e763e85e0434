"""Guards the work on Dask: one process and two workers, one of them killed, give the same result."""

import ast
import os
import re
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.distributed import cluster_on, cluster_parquet
from medtw_qual.distributed.pipeline import strata_quotas
from medtw_qual.errors import InvalidArgument, MissingColumn, MissingDependency, MissingFile

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
    pd.testing.assert_frame_equal(alone.themes, spread.themes)
    assert (alone.folder / "themes.csv").read_bytes() == (spread.folder / "themes.csv").read_bytes()
    for row in spread.themes[spread.themes["cluster"] >= 0].itertuples():
        assert max(len(set(row.key_words.split(", ")[:4]) & set(topic.split())) for topic in TOPICS) >= 3
        members = assignments(spread).set_index("unit_id").loc[row.central_units.split(), "cluster"]
        assert set(members) == {row.cluster}
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


@pytest.mark.extra
@pytest.mark.dask
def test_a_study_run_on_a_scheduler_has_the_results_of_one_computer(tmp_path):
    """The command line, a real scheduler, two worker processes, and a study.toml that asks for other than defaults."""
    import distributed

    from medtw_qual.study.run import run_study
    from medtw_qual.study.study_template import create_study

    for name in ("here", "spread"):
        create_study(tmp_path / name)
        settings = tmp_path / name / "study.toml"
        words = settings.read_text(encoding="utf-8")
        assert words.count('method = "consensus"\nn_clusters = 0 ') == 1
        settings.write_text(
            words.replace('method = "consensus"\nn_clusters = 0 ', 'method = "kmeans"\nn_clusters = 4 ')
        )
    run_study(tmp_path / "here")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers:
        subprocess.run(
            [sys.executable, "-c", "from medtw_qual.cli import main; main()", "run", str(tmp_path / "spread"),
             "--scheduler", workers.scheduler_address],
            check=True, capture_output=True,
        )  # fmt: skip
    folders = [tmp_path / name / "results" for name in ("here", "spread")]
    here, spread = ({p.relative_to(f): p.read_bytes() for p in f.rglob("*") if p.is_file()} for f in folders)
    assert here.keys() == spread.keys()
    assert len(here) > 20
    assert [str(name) for name in here if here[name] != spread[name]] == ["manifest.json"]  # it has the two times


@pytest.mark.extra
@pytest.mark.dask
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # dask-jobqueue leaves its jobs' pipes open
def test_workers_that_a_job_queue_starts_do_the_work(tmp_path, models):
    """dask-jobqueue as on SLURM, with its own stand-in for the queue: jobs are shell scripts run on this computer."""
    from dask_jobqueue.local import LocalCluster

    source = write_parts(posts(400), tmp_path / "posts", 100)
    options = {"cache": models, "n_clusters": 4}
    alone = cluster_parquet(source, tmp_path / "alone", **options)
    with LocalCluster(
        cores=1, processes=1, memory="2GB", local_directory=str(tmp_path), scheduler_options={"dashboard_address": None}
    ) as queue:
        queue.scale(jobs=2)
        spread = cluster_parquet(source, tmp_path / "spread", scheduler=queue.scheduler_address, **options)
    pd.testing.assert_frame_equal(assignments(alone), assignments(spread))


def test_the_pages_script_for_slurm_is_one_that_dask_jobqueue_accepts(root):
    """The lines of the documentation themselves, up to the job script that would be handed to SLURM."""
    dask_jobqueue = pytest.importorskip("dask_jobqueue")
    page = (root / "docs" / "how-to" / "large-collections.md").read_text(encoding="utf-8")
    call = re.search(r"SLURMCluster\((.+?)\)", page).group(1)
    options = dict(part.split("=") for part in call.split(", "))
    job = dask_jobqueue.slurm.SLURMJob(
        "tcp://10.0.0.1:8786", name="w", **{name: ast.literal_eval(value) for name, value in options.items()}
    )
    script = job.job_script()
    assert "#SBATCH -p normal" in script
    assert "#SBATCH -t 02:00:00" in script
    assert "distributed.cli.dask_worker tcp://10.0.0.1:8786" in script


@pytest.mark.extra
def test_a_file_of_posts_without_words_and_words_without_a_vector_stop_nothing(tmp_path, models):
    table = posts(120)
    folder = write_parts(table, tmp_path / "posts", 60)
    pd.DataFrame({"unit_id": ["x1", "x2"], "text": ["", "  "], "month": "2020-09"}).to_parquet(folder / "z.parquet")
    found = cluster_parquet(folder, tmp_path / "out", n_clusters=3, cache=models)
    table = assignments(found).set_index("unit_id")
    assert table.loc[["x1", "x2"], "cluster"].tolist() == [-1, -1]
    assert found.sizes["size"].sum() == 122


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
