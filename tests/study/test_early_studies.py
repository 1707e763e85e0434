"""Guards studies that have only begun: a few coded units, nothing settled yet, or nothing left of it, still run."""

import pytest

from medtw_qual.study.run import run_study
from medtw_qual.study.study_template import create_study

CODES = "unit_id,coder,gratitude,isolation\n"


@pytest.fixture
def study(tmp_path):
    create_study(tmp_path / "study")
    return tmp_path / "study"


def code(study, rows):
    (study / "data" / "codings").mkdir()
    (study / "data" / "codings" / "codes.csv").write_text(CODES + "\n".join(rows) + "\n", encoding="utf-8")
    declare(study, "# source = ", "source = ")


def declare(study, old, new):
    toml = (study / "study.toml").read_text(encoding="utf-8")
    assert old in toml
    (study / "study.toml").write_text(toml.replace(old, new, 1), encoding="utf-8")


def tables(study):
    return {path.stem for path in (study / "results" / "tables").iterdir()}


def test_with_a_few_coded_units_shares_rest_on_the_coding_alone(study):
    code(study, [f"{unit},{coder},{unit % 2},0" for unit in range(9001, 9006) for coder in ("KA", "LM")])
    assert "Too few units have a consensus for a machine to learn from" in run_study(study)
    assert {"themes", "prevalence", "agreement"} <= tables(study)


def test_while_every_difference_is_undecided_the_run_says_how_many_wait(study):
    code(study, [f"{unit},{coder},{int(coder == 'KA')},0" for unit in range(9001, 9006) for coder in ("KA", "LM")])
    assert "On 5 units the coders differ" in run_study(study)
    assert "agreement" in tables(study)
    assert "themes" not in tables(study)


def test_when_all_that_was_coded_is_deleted_the_corpus_remains(study):
    code(study, [f"{unit},KA,1,0" for unit in (9001, 9002)])
    (study / "data" / "deleted.csv").write_text("post_id\n9001\n9002\n", encoding="utf-8")
    declare(study, "# deleted = ", "deleted = ")
    said = run_study(study)
    assert "2 units left with posts that were deleted; 2 of them had been coded" in said
    assert {"flow", "corpus", "clusters"} <= tables(study)


def test_clusters_that_hold_nothing_are_counted_as_none(study):
    declare(study, 'method = "consensus"', 'method = "hdbscan"')
    assert "Clusters: 0 of 20 units, 20 in none." in run_study(study)
    assert not (study / "results" / "figures" / "clusters.svg").exists()
