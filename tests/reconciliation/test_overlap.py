"""Guards overlap: B-cubed against its package, omega against its identity and by hand, cross-fitting, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import medtw_qual as mq
from medtw_qual.errors import InvalidArgument
from medtw_qual.reconciliation.overlap_scores import bcubed, omega_index

from .conftest import make_clusters, make_consensus, make_sample

PARTITIONS = st.integers(4, 30).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 3), min_size=n, max_size=n), st.lists(st.integers(0, 7), min_size=n, max_size=n)
    )
)


def code_sets(numbers):
    """Numbers 0..7 as sets of three codes: 5 = 101 has the first and the third."""
    return np.array([[bool(number >> bit & 1) for bit in range(3)] for number in numbers])


@settings(max_examples=60, deadline=None)
@given(PARTITIONS)
def test_bcubed_is_that_of_the_bcubed_package(drawn):
    import bcubed as reference

    clusters, numbers = np.array(drawn[0]), drawn[1]
    present = code_sets(numbers)
    theirs_clusters = {i: {int(c)} for i, c in enumerate(clusters)}
    theirs_codes = {i: set(np.flatnonzero(row)) or {"none"} for i, row in enumerate(present)}
    precision, recall = bcubed(clusters, present)
    assert precision == pytest.approx(reference.precision(theirs_clusters, theirs_codes))
    assert recall == pytest.approx(reference.recall(theirs_clusters, theirs_codes))


@settings(max_examples=60, deadline=None)
@given(PARTITIONS)
def test_omega_of_two_partitions_is_the_adjusted_rand_index(drawn):
    from sklearn.metrics import adjusted_rand_score

    clusters = np.array(drawn[0])
    classes = np.array(drawn[1]) % 4
    present = np.eye(4, dtype=bool)[classes][:, 1:]  # class 0: no code at all
    omega = omega_index(clusters, present)
    if np.isnan(omega):
        assert len(set(clusters)) == 1 or len(set(classes)) in (1, len(classes))
    else:
        assert omega == pytest.approx(adjusted_rand_score(classes, clusters))


def test_omega_with_several_codes_by_hand():
    # Units 1, 2 share a cluster; 3 is alone. Codes: 1 {a, b}, 2 {a, b}, 3 {a}.
    # Pairs together: clusters 1, 0, 0; codes 2, 1, 1. No pair is together equally often: observed 0.
    # By chance: P(0) 2/3 x 0 + P(1) 1/3 x 2/3 = 2/9; (0 - 2/9) / (1 - 2/9) = -2/7.
    present = np.array([[True, True], [True, True], [True, False]])
    assert omega_index(np.array([0, 0, 1]), present) == pytest.approx(-2 / 7)


@pytest.fixture
def planted():
    """Cluster 0 is the code bond, with a tenth of noise; voice has nothing to do with the clusters."""
    rng = np.random.default_rng(5)
    labels = {f"u{i:03d}": i % 3 for i in range(300)}
    sets = {}
    for unit, cluster in labels.items():
        bond = (cluster == 0) != (rng.random() < 0.1)
        sets[unit] = ({"bond"} if bond else set()) | ({"voice"} if rng.random() < 0.3 else set())
    return labels, sets


def test_the_planted_code_is_found_out_of_fold_and_the_other_is_not(planted):
    labels, sets = planted
    crosswalk = mq.reconcile(
        make_clusters(labels), make_consensus(sets, ["bond", "voice"]), make_sample(sorted(labels), 600)
    )
    scores = crosswalk.overlap().set_index(["measure", "code"])
    f = scores.loc[("F", "bond")]
    assert f["low"] < 0.87 < f["high"]
    assert f["low"] <= f["estimate"] <= f["high"]
    assert not scores.loc[("recall", "voice"), "estimate"] > 0.2
    assert scores.loc[("share clustered", ""), "estimate"] == 1
    assert "other folds" in f["note"]


def test_a_mapping_is_never_scored_on_the_units_it_was_chosen_on(planted):
    """Codes that are pure chance: scored on the same units a chosen mapping looks fine, cross-fitted it does not."""
    rng = np.random.default_rng(11)
    labels = {f"u{i:03d}": i // 6 for i in range(300)}
    sets = {unit: {"chance"} if rng.random() < 0.3 else set() for unit in labels}
    crosswalk = mq.reconcile(make_clusters(labels), make_consensus(sets, ["chance"]), make_sample(sorted(labels), 600))
    scores = crosswalk.overlap().set_index(["measure", "code"])
    precision = scores.loc[("precision", "chance")]
    assert np.isnan(precision["estimate"]) or precision["low"] <= 0.3


def test_people_s_mapping_is_scored_on_fresh_units_only(planted, tmp_path):
    labels, sets = planted
    early = dict(list(sets.items())[:200])
    clusters = make_clusters(labels)
    crosswalk = mq.reconcile(clusters, make_consensus(early, ["bond", "voice"]), make_sample(sorted(early), 600))
    crosswalk = crosswalk.decide(0, "bond", "same", "Kinship throughout.", "KA", tmp_path / "log.jsonl")
    fresh = make_consensus(sets, ["bond", "voice"])  # 200 of these units are known and must not count
    scores = crosswalk.overlap(fresh).set_index(["measure", "code"])
    later = {unit: own for unit, own in sets.items() if unit not in early}
    hits = sum("bond" in own and labels[unit] == 0 for unit, own in later.items())
    marked = sum(labels[unit] == 0 for unit in later)
    assert scores.loc[("precision", "bond"), "estimate"] == pytest.approx(hits / marked)
    assert scores.loc[("precision", "bond"), "n"] == marked
    with pytest.raises(InvalidArgument, match="No fresh unit is left"):
        crosswalk.overlap(make_consensus(early, ["bond", "voice"]))


def test_guided_clusters_are_no_evidence(planted):
    labels, sets = planted
    guided = make_clusters(labels, guided_by="codebook-1")
    crosswalk = mq.reconcile(guided, make_consensus(sets, ["bond", "voice"]), make_sample(sorted(labels), 600))
    with pytest.raises(InvalidArgument, match="guided by a codebook"):
        crosswalk.overlap()


def test_p_values_are_fishers_adjusted_after_benjamini_and_hochberg(planted):
    from scipy.stats import fisher_exact
    from statsmodels.stats.multitest import multipletests

    labels, sets = planted
    crosswalk = mq.reconcile(
        make_clusters(labels), make_consensus(sets, ["bond", "voice"]), make_sample(sorted(labels), 600)
    )
    found = crosswalk.exploratory_p_values()
    assert (found["note"] == "exploratory").all()
    assert found["p_adjusted"].to_numpy() == pytest.approx(multipletests(found["p"], method="fdr_bh")[1])
    first = found[(found["cluster"] == 0) & (found["code"] == "bond")].iloc[0]
    table = [[0, 0], [0, 0]]
    for unit, own in sets.items():
        table[labels[unit] != 0]["bond" not in own] += 1
    assert first["p"] == pytest.approx(fisher_exact(table).pvalue)
    assert "p" not in crosswalk.table


def test_negative_cases_are_the_units_against_the_pattern(planted):
    labels, sets = planted
    crosswalk = mq.reconcile(
        make_clusters(labels), make_consensus(sets, ["bond", "voice"]), make_sample(sorted(labels), 600)
    )
    found = crosswalk.negative_cases()
    assert set(found["code"]) == {"bond"}
    without = found[found["kind"] == "in the cluster, without the code"]["unit_id"]
    assert set(without) == {unit for unit, own in sets.items() if labels[unit] == 0 and "bond" not in own}
    elsewhere = found[found["kind"] == "with the code, elsewhere"]["unit_id"]
    assert set(elsewhere) == {unit for unit, own in sets.items() if labels[unit] != 0 and "bond" in own}
