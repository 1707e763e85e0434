"""Guards saturation by a curve counted by hand, its order resampling, and its refusal for a closed codebook."""

import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.codebook import Code, Codebook
from medtw_qual.errors import InvalidArgument


def codings_of(sets, codes):
    rows = [
        {
            "unit_id": f"u{i:03d}", "coder": "KA", "round": "main", "code": code, "memo": "", "codebook_hash": "h",
            "status": "present" if code in own else "absent",
            "decided_at": pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(minutes=i),
        }
        for i, own in enumerate(sets)
        for code in codes
    ]  # fmt: skip
    return pd.DataFrame(rows).sample(frac=1, random_state=0)


CODES = list("abcdefghij")
OPEN = Codebook("open", "1", codes=tuple(Code(c, c) for c in CODES), inductive=True)


def test_the_curve_by_hand():
    # Batches of two: {a b} {c} {d} {e} | {f} {} | {} {}: base 4 batches, 5 codes; runs of 2: 1/5, 1/5 -> then 0/5.
    sets = [{"a"}, {"b"}, {"c"}, {"a"}, {"d"}, {"b"}, {"e"}, {"a"}, {"f"}, set(), {"a"}, {"b"}, {"c"}, {"d"}]
    found = mq.reconciliation.saturation(codings_of(sets, CODES), OPEN, batch_size=2)
    assert found.table["codes"].tolist() == [2, 3, 4, 5, 6, 6, 6]
    assert found.table["new_codes"].tolist() == [2, 1, 1, 1, 1, 0, 0]
    assert found.table["ratio"].tolist()[5:] == pytest.approx([1 / 5, 0])
    assert found.table["ratio"].isna().tolist() == [True] * 5 + [False] * 2
    assert found.reached == 7
    assert "batch" in found.note
    assert found.figure() is not None


def test_codes_that_come_early_and_again_saturate_in_any_order():
    rng = np.random.default_rng(0)
    sets = [set(rng.choice(CODES, 4)) for _ in range(60)]
    found = mq.reconciliation.saturation(codings_of(sets, CODES), OPEN, batch_size=5)
    assert found.share_of_orders == 1.0
    assert (found.table["low"] <= found.table["codes"]).all()
    assert (found.table["codes"] <= found.table["high"]).all()


def test_a_closed_codebook_is_refused_and_too_few_units_are_named():
    closed = Codebook("closed", "1", codes=OPEN.codes)
    with pytest.raises(InvalidArgument, match="closed 1 is closed"):
        mq.reconciliation.saturation(codings_of([{"a"}] * 20, CODES), closed, batch_size=2)
    with pytest.raises(InvalidArgument, match="6 units make 3 batches of 2; a base of 4 and a run of 2 need 6"):
        mq.reconciliation.saturation(codings_of([{"a"}] * 6, CODES), OPEN, batch_size=2)
    with pytest.raises(InvalidArgument, match="whole numbers from 1"):
        mq.reconciliation.saturation(codings_of([{"a"}] * 6, CODES), OPEN, batch_size=0)
