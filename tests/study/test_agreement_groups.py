"""Guards agreement between groups of units that study.toml names: one author's units do not count as many."""

from pathlib import Path

import pytest

import medtw_qual as mq
from medtw_qual.errors import StudyFault
from tests.studies import example_study

ROOT = Path(__file__).parents[2]


def declare(folder, column):
    file = folder / "study.toml"
    text = file.read_text(encoding="utf-8")
    assert "[agreement]\n" in text
    file.write_text(text.replace("[agreement]\n", f'[agreement]\ngroups = "{column}"\n'), encoding="utf-8")
    return mq.open_study(folder)


def test_intervals_are_between_the_groups_that_study_toml_names(tmp_path):
    plain = mq.open_study(ROOT)
    study = declare(example_study(ROOT, tmp_path / "study"), "author_id")
    authors = study.corpus.units.set_index("unit_id")["author_id"]
    names = [study.config.agreement.primary, *study.config.agreement.also]
    expected = mq.measure_agreement(study.codings, coefficients=names, groups=authors)
    columns = ["estimate", "low", "high", "se"]
    found = study.agreement
    assert found[columns].to_numpy() == pytest.approx(expected[columns].to_numpy(), nan_ok=True)
    assert found["estimate"].to_numpy() == pytest.approx(plain.agreement["estimate"].to_numpy(), nan_ok=True)
    assert (found["se"] - plain.agreement["se"]).abs().max() > 0


def test_a_column_that_the_units_lack_is_named(tmp_path):
    study = declare(example_study(ROOT, tmp_path / "study"), "autor_id")
    with pytest.raises(StudyFault, match="autor_id.*author_id"):
        _ = study.agreement
