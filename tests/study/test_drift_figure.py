"""Guards a study's figure of drift: drawn where decisions have times, refused in plain words where they have none."""

from pathlib import Path

import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.errors import InvalidArgument

ROOT = Path(__file__).parents[2]


def test_the_study_draws_its_drift_where_decisions_have_times():
    study = mq.open_study(ROOT)
    with pytest.raises(InvalidArgument, match="decided"):
        study.plot.drift()  # the invented codings carry no times
    codings = study.codings.copy()
    minutes = pd.to_timedelta(range(len(codings)), unit="min")
    codings["decided_at"] = pd.Timestamp("2021-03-01", tz="UTC") + minutes
    study.__dict__["codings"] = codings  # as if the coders had noted their times
    figure = study.plot.drift()
    assert len(figure.axes) == 2 * len(study.codebook.ids)
    coders = [bar.get_label() for bar in figure.axes[0].containers]
    assert coders == sorted(set(codings["coder"]))
