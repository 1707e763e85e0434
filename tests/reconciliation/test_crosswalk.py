"""Guards the crosswalk: counts and shares by hand, weights, stability, decisions that replay and go stale."""

import json

import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.errors import InvalidArgument, StaleDecision, UnknownCode

from .conftest import make_clusters, make_consensus, make_sample

CODES = ["bond", "voice", "never"]


@pytest.fixture
def small():
    """Twelve units in two clusters; bond is in 5 of 6 units of cluster 0 and 1 of 6 of cluster 1."""
    labels = {f"u{i:02d}": int(i >= 6) for i in range(12)}
    sets = {unit: set() for unit in labels}
    for unit in ("u00", "u01", "u02", "u03", "u04", "u06"):
        sets[unit] = {"bond"}
    sets["u07"] = {"voice"}
    return make_clusters(labels), make_consensus(sets, CODES), make_sample(sorted(labels), 24)


def cell(crosswalk, cluster, code):
    table = crosswalk.table
    return table[(table["cluster"] == cluster) & (table["code"] == code)].iloc[0]


def test_counts_and_shares_by_hand(small):
    row = cell(mq.reconcile(*small), 0, "bond")
    assert (row["n"], row["n_cluster"], row["n_code"]) == (5, 6, 6)
    assert row["share_of_cluster"] == pytest.approx(5 / 6)
    assert row["share_of_code"] == pytest.approx(5 / 6)
    assert row["over_representation"] == pytest.approx((5 / 6) / (6 / 12))
    assert row["odds_ratio"] == pytest.approx(25)
    assert row["interval"] == "exact"


def test_a_code_nobody_used_is_undefined_with_a_reason(small):
    row = cell(mq.reconcile(*small), 0, "never")
    assert np.isnan(row["odds_ratio"])
    assert row["note"] == "undefined: no coded unit has the code"


def test_shares_follow_the_sampling_weights(small):
    clusters, consensus, _ = small
    units = sorted(set(consensus["unit_id"]))
    # Units with an even number stand for four units each, the others for one.
    chance = [0.25 if int(unit[1:]) % 2 == 0 else 1.0 for unit in units]
    weighted = mq.reconcile(clusters, consensus, make_sample(units, 30, probability=chance))
    row = cell(weighted, 0, "bond")
    assert row["n"] == 5
    assert row["share_of_cluster"] == pytest.approx((3 * 4 + 2 * 1) / (3 * 4 + 3 * 1))
    assert row["interval"] == "logit, variance of the design"


def test_without_probabilities_it_says_unweighted(small):
    clusters, consensus, _ = small
    sample = make_sample(sorted(set(consensus["unit_id"])), 0, probability=np.nan)
    assert any("unweighted" in note for note in mq.reconcile(clusters, consensus, sample).notes)


def test_impossible_units_count_nowhere(small):
    clusters, _, sample = small
    sets = {unit: {"bond"} for unit in clusters.assignments["unit_id"]}
    row = cell(mq.reconcile(clusters, make_consensus(sets, CODES, impossible={"u00"}), sample), 0, "bond")
    assert (row["n"], row["n_cluster"]) == (5, 5)
    assert row["note"] == "undefined: every coded unit has the code"


def test_no_overlap_is_an_error_in_words(small):
    _, consensus, sample = small
    with pytest.raises(InvalidArgument, match="None of the coded units is among the clustered"):
        mq.reconcile(make_clusters({"x1": 0, "x2": 1}), consensus, sample)
    with pytest.raises(InvalidArgument, match="None of the coded units is in the sample"):
        mq.reconcile(small[0], consensus, make_sample(["x1"], 10))


def test_unclustered_coded_units_are_told(small):
    clusters, consensus, sample = small
    fewer = make_clusters({u: c for u, c in clusters.assignments[["unit_id", "cluster"]].to_numpy() if u != "u11"})
    assert mq.reconcile(fewer, consensus, sample).notes == ("1 coded units were not clustered and are left out.",)


def test_stability_of_equal_and_of_shuffled_clusterings(small):
    clusters, consensus, sample = small
    own = clusters.assignments.set_index("unit_id")["cluster"]
    same = mq.reconcile(clusters, consensus, sample, resampled=[own, 7 - own])
    assert cell(same, 0, "bond")["stability"] == 1.0
    assert np.isnan(cell(same, 0, "never")["stability"])
    alternating = pd.Series([(i + 1) % 2 for i in range(12)], index=own.index)
    mixed = mq.reconcile(clusters, consensus, sample, resampled=[own, alternating])
    assert cell(mixed, 0, "bond")["stability"] == 0.5


def test_decisions_replay_and_repeat_without_trace(small, tmp_path):
    log = tmp_path / "crosswalk.jsonl"
    said = {"cluster": 0, "code": "bond", "decision": "same", "reason": "All of it is kinship.", "decided_by": "KA"}
    first = mq.reconcile(*small).decide(**said, log=log)
    again = mq.reconcile(*small).decide(**said, log=log)
    assert len(log.read_text().splitlines()) == 1
    pd.testing.assert_frame_equal(first.table, again.table)
    pd.testing.assert_frame_equal(first.table, mq.reconcile(*small, log=log).table)
    changed = again.decide(**{**said, "decision": "part"}, log=log)
    assert cell(changed, 0, "bond")["decision"] == "part"
    assert cell(mq.reconcile(*small).replay(log), 0, "bond")["decision"] == "part"


def test_a_new_code_gets_a_row(small, tmp_path):
    log = tmp_path / "crosswalk.jsonl"
    decided = mq.reconcile(*small).decide(1, "mentoring", "new code", "Advice to juniors.", "KA", log)
    row = cell(decided, 1, "mentoring")
    assert pd.isna(row["n"])
    assert row["decision"] == "new code"
    assert decided.heatmap() is not None


@pytest.mark.parametrize("changed", ["assignments", "codebook"])
def test_decisions_about_something_else_are_refused(small, tmp_path, changed):
    clusters, consensus, sample = small
    log = tmp_path / "crosswalk.jsonl"
    said = {"cluster": 0, "code": "bond", "decision": "same", "reason": "All of it is kinship.", "decided_by": "KA"}
    mq.reconcile(*small).decide(**said, log=log)
    if changed == "assignments":
        clusters = make_clusters(
            dict(clusters.assignments[["unit_id", "cluster"]].to_numpy()), assignments_hash="other"
        )
    else:
        consensus = consensus.assign(codebook_hash="codebook-2")
    other = mq.reconcile(clusters, consensus, sample)
    with pytest.raises(StaleDecision, match="changed since"):
        other.replay(log)
    with pytest.raises(StaleDecision, match="changed since"):
        other.decide(**said, log=log)
    assert (other.replay(log, stale="set aside").table["decision"] == "").all()
    anew = other.decide(**{**said, "reason": "Looked again: still kinship."}, log=log)
    assert cell(anew, 0, "bond")["decision"] == "same"
    assert cell(other.replay(log), 0, "bond")["reason"] == "Looked again: still kinship."


def test_faulty_decisions_are_named(small, tmp_path):
    crosswalk, log = mq.reconcile(*small), tmp_path / "log.jsonl"
    with pytest.raises(UnknownCode, match="Did you mean 'bond'"):
        crosswalk.decide(0, "bnd", "same", "r", "KA", log)
    with pytest.raises(InvalidArgument, match="no cluster 9"):
        crosswalk.decide(9, "bond", "same", "r", "KA", log)
    with pytest.raises(InvalidArgument, match="Use one of: same, part"):
        crosswalk.decide(0, "bond", "equal", "r", "KA", log)
    with pytest.raises(InvalidArgument, match="no reason"):
        crosswalk.decide(0, "bond", "same", " ", "KA", log)
    with pytest.raises(InvalidArgument, match="exists already"):
        crosswalk.decide(0, "bond", "new code", "r", "KA", log)
    assert not log.exists()


def test_the_log_is_plain_json_lines(small, tmp_path):
    log = tmp_path / "log.jsonl"
    mq.reconcile(*small).decide(0, "bond", "part", "Only the jokes.", "KA", log)
    record = json.loads(log.read_text())
    assert record["assignments_hash"] == "assignments-1"
    assert record["codebook_hash"] == "codebook-1"
    assert record["decided_by"] == "KA"


def test_proposals_and_what_is_unmatched():
    labels = {f"u{i:03d}": i // 20 for i in range(80)}
    sets = {unit: set() for unit in labels}
    for i in range(80):
        if i < 18 or 40 <= i < 44:
            sets[f"u{i:03d}"] = {"bond"}
        if i % 8 == 0:
            sets[f"u{i:03d}"] = sets[f"u{i:03d}"] | {"voice"}
    crosswalk = mq.reconcile(make_clusters(labels), make_consensus(sets, CODES), make_sample(sorted(labels), 160))
    proposed = crosswalk.propose().set_index(["cluster", "code"])["proposal"]
    assert proposed[(0, "bond")] == "same"
    assert proposed[(3, "")] == "new code"
    unmatched = crosswalk.unmatched(n_exemplars=2)
    assert unmatched[unmatched["kind"] == "cluster"]["cluster"].tolist() == [1, 2, 3]
    assert unmatched[unmatched["kind"] == "code"]["code"].tolist() == ["voice", "never"]
    assert unmatched.iloc[0]["exemplars"] == ["u020", "u021"]
