"""Guards the course of coding: a coder who begins to code otherwise is seen, and one who does not is left alone."""

import numpy as np
import pandas as pd
import pytest

from medtw_qual import agreement as ag
from medtw_qual.errors import InvalidArgument


def sitting(changes, n=200, seed=1):
    """Two coders who meet the same units in orders of their own; B finds the code less often in the second half."""
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < 0.4
    tables = []
    for coder in "AB":
        order = rng.permutation(n)
        present = truth[order].copy()
        if coder == "B" and changes:
            late = np.arange(n) >= n // 2
            present &= ~(late & (rng.random(n) < 0.8))
        tables.append(
            pd.DataFrame(
                {
                    "unit_id": [f"u{i:03}" for i in order],
                    "coder": coder,
                    "status": np.where(present, "present", "absent"),
                    "decided_at": pd.date_range("2021-03-01 09:00", periods=n, freq="min", tz="UTC"),
                }
            )
        )
    return pd.concat(tables).assign(code="awe", round="1", codebook_hash="h")


def test_a_share_that_falls_is_seen_and_a_steady_one_is_not():
    table = ag.coding_drift(sitting(True), parts=2).query("figure == 'share'").set_index(["coder", "part"])
    assert table.loc[("B", 2), "high"] < table.loc[("B", 1), "low"]
    assert table.loc[("A", 2), "high"] > table.loc[("A", 1), "low"]
    assert (table["n"] == 100).all()


def test_agreement_along_the_way_is_that_of_the_units_in_each_part():
    data = sitting(True)
    table = ag.coding_drift(data, parts=2).query("figure == 'percent_agreement'")
    assert table["n"].sum() == 200
    whole = ag.measure_agreement(data, coefficients=["percent_agreement"])["estimate"].iloc[0]
    assert (table["estimate"] * table["n"]).sum() / 200 == pytest.approx(whole)


def test_rounds_are_kept_apart_and_times_are_needed():
    data = pd.concat([sitting(False), sitting(False, seed=2).assign(round="2")])
    assert set(ag.coding_drift(data)["round"]) == {"1", "2"}
    with pytest.raises(InvalidArgument, match="when they were decided"):
        ag.coding_drift(data.assign(decided_at=pd.NaT))


def test_the_figure_shows_the_fall_and_the_agreement():
    import medtw_qual as mq

    table = ag.coding_drift(sitting(True), parts=4)
    axes = mq.plot.drift(table, names={"awe": "Awe"}).axes
    assert axes[0].get_title("left") == "Awe"
    lines = {bar.get_label(): bar.lines[0].get_ydata() for bar in axes[0].containers}
    assert list(lines) == ["A", "B"]
    for coder, drawn in lines.items():
        own = table[(table["figure"] == "share") & (table["coder"] == coder)].sort_values("part")
        assert drawn == pytest.approx(own["estimate"].to_numpy())
    assert lines["B"][-1] < lines["B"][0] / 2
    assert [bar.get_label() for bar in axes[1].containers] == ["percent agreement", "krippendorff alpha"]
    with pytest.raises(InvalidArgument, match="no rows"):
        mq.plot.drift(table.iloc[:0])


def test_rounds_follow_each_other_in_the_figure():
    import medtw_qual as mq

    table = ag.coding_drift(pd.concat([sitting(False), sitting(True, seed=2).assign(round="2")]), parts=2)
    axes = mq.plot.drift(table).axes
    assert [label.get_text() for label in axes[-1].get_xticklabels()] == ["1: 1", "1: 2", "2: 1", "2: 2"]
