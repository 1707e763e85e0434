"""Guards shares where people did not settle all units, and that models have no vote in what is called people's."""

import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual._base.binomial import clopper_pearson
from medtw_qual.coding.unit_statuses import by_unit


def codings(marks, code="grief", kinds=None):
    """Return codings from {coder: "ppa..."}; a blank: not coded."""
    words = {"p": "present", "a": "absent", "i": "impossible"}
    rows = [
        {"unit_id": f"u{i:02}", "coder": coder, "round": "1", "code": code, "status": words[mark], "memo": "",
         "decided_at": pd.NaT, "codebook_hash": "h", "coder_kind": (kinds or {}).get(coder, "person")}
        for coder, line in marks.items() for i, mark in enumerate(line) if mark != " "
    ]  # fmt: skip
    return pd.DataFrame(rows)


# Of 30 units both see the code in 2 and do not see it in 18; A alone in 5, B alone in 5: each has 7 of 30.
DIFFERING = {"A": "pp" + "a" * 18 + "ppppp" + "aaaaa", "B": "pp" + "a" * 18 + "aaaaa" + "ppppp"}


def people(table):
    return table[table["method"].eq("people")].iloc[0]


def test_the_interval_holds_whatever_the_coders_settle_on():
    data = codings(DIFFERING)
    found = people(mq.prevalence(mq.build_consensus(data), codings=data))
    assert found["n"] == 30
    assert found["estimate"] == pytest.approx(7 / 30)  # each coder's own share
    # Manski (2003): none of the ten, and all of them; the exact limits of 2 and Wilson's or exact of 12 of 30.
    assert found["low"] == pytest.approx(clopper_pearson(2, 30)[0])
    assert found["high"] > 12 / 30
    assert "10 undecided units" in found["note"]
    assert "between 0.067 and 0.400" in found["note"]


def test_a_code_on_which_all_agree_uses_the_undecided_units_too():
    data = pd.concat([codings(DIFFERING), codings({"A": "p" * 6 + "a" * 24, "B": "p" * 6 + "a" * 24}, code="joy")])
    table = mq.prevalence(mq.build_consensus(data), codings=data)
    joy = people(table[table["code"] == "joy"])
    assert (joy["n"], joy["estimate"]) == (30, 0.2)
    assert "undecided" not in joy["note"]


def test_nothing_changes_where_all_is_settled(tmp_path):
    data = codings({"A": "ppaaaaaaaap", "B": "ppaaaaaaaap"})
    consensus = mq.build_consensus(data)
    with_codings = people(mq.prevalence(consensus, codings=data))
    alone = people(mq.prevalence(consensus))
    assert (
        with_codings[["estimate", "low", "high", "note"]].tolist()
        == alone[["estimate", "low", "high", "note"]].tolist()
    )


def test_a_unit_that_somebody_could_not_judge_is_not_undecided_on_that_account():
    data = codings({"A": "ppaaaaaai", "B": "ppaaaaaaa"})
    found = people(mq.prevalence(mq.build_consensus(data), codings=data))
    assert found["estimate"] <= 2 / 8
    assert np.isfinite(found["low"])


def test_models_have_no_vote_in_the_consensus_of_people():
    marks = {"A": "ppaaa", "B": "ppaaa", "bot": "aapp "}
    mixed = codings(marks, kinds={"bot": "model"})
    consensus = mq.build_consensus(mixed)
    assert consensus["status"].tolist() == ["present"] * 2 + ["absent"] * 3
    assert consensus.attrs["undecided"] == []
    assert set(by_unit(mixed)["u00"].statuses) == {"A", "B"}
    # Models alone remain as they were: their consistency is labelled as such elsewhere.
    models = codings(marks, kinds=dict.fromkeys(marks, "model"))
    assert mq.build_consensus(models).attrs["undecided"] == ["u00", "u01", "u02", "u03"]


def test_a_model_does_not_open_a_unit_again():
    data = codings({"A": "pa", "B": "pa", "bot": "ap"}, kinds={"bot": "model"})
    found = people(mq.prevalence(mq.build_consensus(data), codings=data))
    assert found["estimate"] == 0.5
    assert "undecided" not in found["note"]


def test_the_figure_and_the_table_show_the_bounds():
    settled = codings({"A": "p" * 6 + "a" * 24, "B": "p" * 6 + "a" * 24}, code="joy")
    data = pd.concat([codings(DIFFERING), settled])
    table = mq.prevalence(mq.build_consensus(data), codings=data)
    bounds = table[table["method"] == "people"].set_index("code")
    assert bounds.loc["grief", ["least", "most"]].tolist() == pytest.approx([2 / 30, 12 / 30])  # counted by hand
    assert bounds.loc["joy", ["least", "most"]].isna().all()
    axes = mq.plot.prevalence(table).axes[0]
    bars = [part for part in axes.collections if part.get_label().startswith("undecided")]
    assert len(bars) == 1
    [segment] = bars[0].get_segments()
    assert segment[:, 0] == pytest.approx([2 / 30, 12 / 30])
    decided = mq.prevalence(mq.build_consensus(settled), codings=settled)
    assert not {"least", "most"} & set(decided.columns)
    assert not [part for part in mq.plot.prevalence(decided).axes[0].collections if "undecided" in part.get_label()]
