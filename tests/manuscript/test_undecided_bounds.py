"""Guards what a theme table says of units that nobody settled and of units that one coder alone coded."""

import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq
from tests.manuscript.conftest import UNIT_IDS


def decisions(seen):
    """Return codings from {(coder, code): units with the code} of all eight units."""
    rows = [
        (unit, coder, "1", code, "present" if place in there else "absent")
        for (coder, code), there in seen.items()
        for place, unit in enumerate(UNIT_IDS)
    ]
    table = pd.DataFrame(rows, columns=["unit_id", "coder", "round", "code", "status"])
    return table.assign(memo="", decided_at=pd.NaT, codebook_hash="h", coder_kind="person")


def test_shares_are_given_with_all_undecided_units_absent_and_present(corpus, codebook):
    # kin: units 0, 1 by both, 2 by A alone. awe: 2 by both, 3 by B alone. grief: the same units for both.
    seen = {("A", "kin"): {0, 1, 2}, ("B", "kin"): {0, 1}, ("A", "awe"): {2}, ("B", "awe"): {2, 3},
            ("A", "grief"): {4, 5}, ("B", "grief"): {4, 5}}  # fmt: skip
    data = decisions(seen)
    consensus = mq.build_consensus(data)
    body = mq.tables.themes(consensus, corpus, codebook, codings=data).body.set_index("id")
    assert body.loc["awe", ["least", "most"]].tolist() == [1 / 8, 2 / 8]
    # With its sub-code: 0, 1 by kin and 2 by awe whatever is decided; 3 hangs on awe.
    assert body.loc["kin", ["least", "most"]].tolist() == [3 / 8, 4 / 8]
    assert body.loc["grief", ["least", "most"]].tolist() == [2 / 8, 2 / 8]
    assert body.loc["bonds", ["least", "most"]].tolist() == [3 / 8, 4 / 8]
    assert body.loc["awe", "n_units"] == 0  # the settled units alone: no estimate


def test_nothing_is_added_where_everything_is_settled(corpus, codebook):
    data = decisions({(coder, code): {0, 1} for coder in "AB" for code in ("kin", "awe", "grief")})
    table = mq.tables.themes(mq.build_consensus(data), corpus, codebook, codings=data)
    assert "least" not in table.body
    assert not any("undecided" in note or "one coder alone" in note for note in table.notes)


@pytest.mark.parametrize(("n", "words"), [(1, "One unit was coded by one"), (3, "3 units were coded by one")])
def test_single_coded_units_are_counted(corpus, codebook, n, words):
    data = decisions({(coder, code): {0, 1} for coder in "AB" for code in ("kin", "awe", "grief")})
    data = data[~((data["coder"] == "B") & data["unit_id"].isin(UNIT_IDS[:n]))]
    notes = mq.tables.themes(mq.build_consensus(data), corpus, codebook, codings=data).notes
    assert sum(words in note for note in notes) == 1
    assert np.isfinite(mq.tables.themes(mq.build_consensus(data), corpus, codebook).body["share"]).all()
