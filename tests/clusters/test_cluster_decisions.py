"""Guards what people do to clusters: each act, its log, undoing, replaying, names that survive, refusals."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import medtw_qual as mq
from medtw_qual.errors import InvalidArgument, StaleDecision

WHO = ("they speak of one thing", "KA")


@pytest.fixture
def clusters(blobs):
    corpus, vectors, _ = blobs(200, 5)
    return mq.cluster(corpus, vectors, n_clusters=5)


def members(clusters, number):
    return set(clusters.assignments.loc[clusters.labels == number, "unit_id"])


def test_a_merged_cluster_holds_both_and_keeps_the_larger_ones_name(clusters, tmp_path):
    log = tmp_path / "clusters.jsonl"
    named = clusters.name(3, "night work", *WHO, log).name(1, "soup", *WHO, log)
    merged = named.merge([1, 3], *WHO, log)
    assert members(merged, 0) == members(clusters, 1) | members(clusters, 3)
    assert len(merged) == 4
    assert merged.parameters["names"] == ["soup", "", "", ""]
    assert merged.summary()["name"].tolist() == ["soup", "", "", ""]
    np.testing.assert_allclose(merged.shares.sum(axis=1), 1, atol=1e-6)
    assert clusters.parameters.get("names") is None  # the first object is as it was


def test_a_split_cluster_becomes_its_two_groups_again(clusters):
    merged = clusters.merge([0, 4], *WHO)
    parts = merged.split(0, 2, "two things after all", "KA")
    assert len(parts) == 5
    assert {frozenset(members(parts, n)) for n in range(5)} == {frozenset(members(clusters, n)) for n in range(5)}
    np.testing.assert_allclose(parts.shares.sum(axis=1), 1, atol=1e-6)


def test_moved_units_and_clusters_set_aside(clusters):
    unit = min(members(clusters, 2))
    moved = clusters.move([unit], 0, *WHO)
    assert unit in members(moved, 0)
    assert moved.memberships().set_index("unit_id").loc[unit, "membership"] == 1
    aside = clusters.set_aside(2, *WHO)
    assert members(aside, -1) == members(clusters, 2)
    assert len(aside) == 4


def test_a_log_gives_the_same_clusters_again_and_undo_takes_back_the_last_act(clusters, tmp_path):
    log = tmp_path / "clusters.jsonl"
    one = clusters.merge([0, 1], *WHO, log, name="tea")
    two = one.split(1, 2, *WHO, log).set_aside(3, *WHO, log)
    assert clusters.replay(log).assignments_hash == two.assignments_hash
    back = two.undo("a mistake", "LB", log)
    again = clusters.replay(log)
    assert back.assignments_hash == again.assignments_hash != two.assignments_hash
    assert again.parameters["names"] == back.parameters["names"]
    first = again.undo("", "", None).undo("", "", None)
    assert first.assignments_hash == clusters.assignments_hash
    assert len(log.read_text(encoding="utf-8").splitlines()) == 4
    with pytest.raises(InvalidArgument, match="nothing to undo"):
        first.undo("", "", log)


def test_the_same_notebook_run_again_adds_nothing(clusters, tmp_path):
    log = tmp_path / "clusters.jsonl"
    for _ in range(2):
        last = clusters.merge([0, 1], *WHO, log).name(0, "tea", *WHO, log).undo("no", "KA", log)
    assert len(log.read_text(encoding="utf-8").splitlines()) == 3
    assert clusters.replay(log).assignments_hash == last.assignments_hash


def test_every_line_says_who_when_why_and_on_which_assignments(clusters, tmp_path):
    log = tmp_path / "clusters.jsonl"
    clusters.merge([0, 1], *WHO, log)
    line = json.loads(log.read_text(encoding="utf-8"))
    assert (line["reason"], line["decided_by"]) == WHO
    assert line["assignments_hash"] == clusters.assignments_hash
    assert line["decided_at"].endswith("Z")


def test_acts_on_other_clusters_are_refused_or_set_aside_and_said(clusters, blobs, tmp_path):
    log = tmp_path / "clusters.jsonl"
    clusters.merge([0, 1], *WHO, log)
    corpus, vectors, _ = blobs(200, 5)
    other = mq.cluster(corpus, vectors, n_clusters=4)
    with pytest.raises(StaleDecision, match="other clusters"):
        other.replay(log)
    kept = other.replay(log, "set aside")
    assert kept.assignments_hash == other.assignments_hash
    assert "1 act of people on other clusters set aside." in kept.notes


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda c, log: c.merge([1], *WHO, log), "two different clusters"),
        (lambda c, log: c.merge([1, 1], *WHO, log), "two different clusters"),
        (lambda c, log: c.merge([1, 9], *WHO, log), "There is no cluster 9"),
        (lambda c, log: c.name(True, "x", *WHO, log), "There is no cluster True"),
        (lambda c, log: c.split(1, 1, *WHO, log), "cannot be split into 1"),
        (lambda c, log: c.split(1, 999, *WHO, log), "cannot be split into 999"),
        (lambda c, log: c.move(["nobody"], 1, *WHO, log), "There is no unit nobody"),
        (lambda c, log: c.move([], 1, *WHO, log), "No unit was named"),
        (lambda c, log: c.merge([0, 1], " ", "KA", log), "needs a reason"),
        (lambda c, log: c.merge([0, 1], "one thing", "", log), "name of who decides"),
    ],
)
def test_what_cannot_be_done_is_not_logged(clusters, tmp_path, act, words):
    log = tmp_path / "clusters.jsonl"
    with pytest.raises(InvalidArgument, match=words):
        act(clusters, log)
    assert not log.exists()


_ACT = """
import sys
import numpy as np
from tests.clusters.conftest import make_blobs
import medtw_qual as mq
corpus, vectors, _ = make_blobs(60, 3)
clusters = mq.cluster(corpus, vectors, n_clusters=3)
for number in range(10_000):
    clusters.name(0, f"name {number}", "why", "KA", sys.argv[1])
    print(number, flush=True)
"""


def test_a_killed_process_loses_no_act_that_it_acknowledged(blobs, tmp_path, root):
    log = tmp_path / "clusters.jsonl"
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(
        [sys.executable, "-c", _ACT, str(log)], stdout=subprocess.PIPE, text=True, env=environment, cwd=root
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(5)]
        os.kill(process.pid, signal.SIGKILL)
        said += process.stdout.readlines()
    corpus, vectors, _ = blobs(60, 3)
    replayed = mq.cluster(corpus, vectors, n_clusters=3).replay(log)
    assert len(replayed.acts) >= len([line for line in said if line.endswith("\n")]) >= 5
