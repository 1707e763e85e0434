"""Guards soft memberships in the crosswalk: whole memberships give the hard counts; and what chance would claim."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from medtw_qual.errors import InvalidArgument
from medtw_qual.reconciliation import reconcile
from tests.reconciliation.conftest import make_clusters, make_consensus

IDS = [f"u{number:02}" for number in range(40)]
LABELS = {unit: number % 2 for number, unit in enumerate(IDS)}
CODED = {unit: {"thanks"} if number % 2 and number > 4 else set() for number, unit in enumerate(IDS)}


def with_memberships(rows):
    made = make_clusters(LABELS)
    table = pd.DataFrame(rows, columns=["unit_id", "cluster", "membership"])
    return SimpleNamespace(
        assignments=made.assignments, assignments_hash=made.assignments_hash, units=made.units, summary=made.summary,
        memberships=lambda: table,
    )  # fmt: skip


def test_whole_memberships_give_the_hard_counts():
    clusters = with_memberships([(unit, LABELS[unit], 1.0) for unit in IDS])
    table = reconcile(clusters, make_consensus(CODED, ["thanks", "never"])).soft()
    np.testing.assert_allclose(table["n_soft"], table["n"].astype(float))
    np.testing.assert_allclose(table["share_of_cluster_soft"], table["share_of_cluster"].astype(float))


def test_a_unit_in_two_clusters_counts_in_both_with_its_shares():
    rows = [(unit, LABELS[unit], 1.0) for unit in IDS if unit != "u39"] + [("u39", 0, 0.25), ("u39", 1, 0.75)]
    table = reconcile(with_memberships(rows), make_consensus(CODED, ["thanks"])).soft().set_index("cluster")
    assert table.loc[0, "n_soft"] == pytest.approx(0.25)
    assert table.loc[1, "n_soft"] == pytest.approx(17.75)
    assert table["n_soft"].sum() == pytest.approx(table["n"].sum())
    assert table.loc[1, "share_of_cluster_soft"] == pytest.approx(17.75 / 19.75)


def test_chance_claims_little_where_clusters_and_codes_go_together():
    found = reconcile(make_clusters(LABELS), make_consensus(CODED, ["thanks"])).chance(60)
    assert found["cells"] == 2
    assert found["claimed"] == 1
    assert found["claimed_by_chance"] < 0.2
    assert found["share_of_shuffles_with_as_many"] < 0.2


def test_clusters_without_memberships_and_too_few_shuffles_are_answered_in_words():
    crosswalk = reconcile(make_clusters(LABELS), make_consensus(CODED, ["thanks"]))
    with pytest.raises(InvalidArgument, match="know no memberships"):
        crosswalk.soft()
    with pytest.raises(InvalidArgument, match="Ask for 20 or more"):
        crosswalk.chance(3)
