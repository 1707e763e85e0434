"""Real ratings from the collection beside the checkout: incomplete designs, 25-point scales, several labels a unit."""

import krippendorff
import numpy as np
import pandas as pd
import pytest
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import masi_distance

from medtw_qual import agreement as ag

pytestmark = [pytest.mark.extra, pytest.mark.shared]


def test_politeness_on_an_interval_scale(shared):
    long = pd.read_csv(
        shared / "data" / "politeness" / "wikipedia_long.csv", usecols=["item_id", "rater_id", "score_1_25"]
    )
    wide = long.pivot_table(index="item_id", columns="rater_id", values="score_1_25")
    value = ag.krippendorff_alpha(wide, level="interval")
    assert value.n_units == 4353
    assert round(value.estimate, 4) == 0.4238
    reference = krippendorff.alpha(wide.T.to_numpy(), level_of_measurement="interval")
    assert value.estimate == pytest.approx(reference, abs=1e-9)
    assert value.low < 0.4238 < value.high
    ordinal = ag.krippendorff_alpha(wide, level="ordinal", interval=None)
    reference = krippendorff.alpha(wide.T.to_numpy(), level_of_measurement="ordinal")
    assert ordinal.estimate == pytest.approx(reference, abs=1e-9)


@pytest.fixture(scope="module")
def emotions(shared):
    long = pd.read_csv(shared / "data" / "goemotions" / "raw_prefix_double_rated_long.csv", keep_default_na=False)
    # Each item has two raters out of many: the first and second rating stand for the two "coders" of alpha.
    long["turn"] = long.groupby("item_id").cumcount()
    long["set"] = [frozenset(one for one in labels.split(",") if one) for labels in long["labels"]]
    return long


def test_goemotions_label_by_label(emotions):
    labels = sorted(set().union(*emotions["set"]))
    checked = 0
    for label in labels:
        emotions["there"] = [float(label in one) for one in emotions["set"]]
        wide = emotions.pivot_table(index="item_id", columns="turn", values="there")
        value = ag.krippendorff_alpha(wide)
        assert value.n_units == 192
        if not value.undefined:
            reference = krippendorff.alpha(wide.T.to_numpy(), level_of_measurement="nominal")
            assert value.estimate == pytest.approx(reference, abs=1e-9)
            assert np.isnan(value.low) or value.low <= value.estimate <= value.high
            checked += 1
    assert checked >= 20


def test_goemotions_as_sets_equals_nltk(emotions):
    pairs = emotions.groupby("item_id")["set"].agg(list)
    assert (pairs.map(len) == 2).all()
    value = ag.alpha_sets(pairs.tolist())
    # NLTK cannot take empty sets; give it the label "(none)" where there is no label.
    data = [
        (coder, item, one or frozenset(["(none)"]))
        for item, row in pairs.items()
        for coder, one in zip("ab", row, strict=True)
    ]
    assert value.estimate == pytest.approx(AnnotationTask(data, distance=masi_distance).alpha(), abs=1e-9)
    assert value.low < value.estimate < value.high
