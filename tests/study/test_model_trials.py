"""Guards what a study tries on its model coder: behavioural tests, declared variants, where its decisions may stand."""

import json

import pytest
from typer.testing import CliRunner

from medtw_qual.cli import app
from medtw_qual.errors import MissingFile, StudyFault
from medtw_qual.study import open_study
from medtw_qual.study.model_trials import read_runs, read_tests, units_for_tests, variant_sections
from medtw_qual.study.verification import copy_study
from tests.llm.server import Sent, serve
from tests.study.test_model_coder import without_model


def seeing(asked):
    """An invented model that finds a family where the post says so, and with another seed everywhere."""
    always = asked.body.get("seed") == 7
    status = "present" if always or "family" in asked.post["post"].lower() else "absent"
    return Sent(json.dumps(asked.fitting("absent", finding_family=status)))


def declare(folder, url, *lines):
    path = folder / "study.toml"
    section = ["[llm]", 'coder = "stub"', f'server = "{url}"', 'log = "data/stub"', 'units = "sample"', *lines]
    path.write_text(without_model(path.read_text()).replace("[manuscript]", "\n".join([*section, "", "[manuscript]"])))


@pytest.fixture(scope="module")
def asked(root, tmp_path_factory):
    """The example study after `medtw-qual ask`, with tests and a variant declared; the server is gone."""
    folder = copy_study(root, tmp_path_factory.mktemp("tests") / "study")
    with serve(seeing) as server:
        declare(folder, server.url, "parallel = 8", "tests = 5", "", "[llm.variants]", "other_seed = { seed = 7 }")
        printed = CliRunner().invoke(app, ["ask", str(folder)])
        seen = len(server.seen)
        again = CliRunner().invoke(app, ["ask", str(folder)])
        assert len(server.seen) == seen, "what has an answer is not asked again"
    assert printed.exit_code == again.exit_code == 0, printed.output
    return open_study(folder), printed.output


def test_ask_puts_everything_that_is_declared(asked):
    _, printed = asked
    assert "Variant 'other_seed'" in printed
    assert "order hidden in a text" in printed


def test_the_tests_lie_outside_the_sample_and_their_choice_depends_on_ids_alone(asked):
    study, _ = asked
    units = units_for_tests(study)
    assert len(units) == 5
    assert not set(units["unit_id"]) & set(study.sample.units["unit_id"])
    shuffled = study.corpus.units.sample(frac=1, random_state=3)
    again = shuffled[shuffled["unit_id"].isin(units["unit_id"])]
    assert set(again["unit_id"]) == set(units["unit_id"])


def test_the_table_of_behaviour_is_made_without_a_server(asked):
    study, _ = asked
    body = study.tables.model_behaviour().body.set_index("test")
    assert body.loc["Legal answers", "share"] == 1
    assert body.loc["Order of codes", "n"] == 5 * len(study.codebook.ids)
    assert body.loc["Order hidden in a text", "share"] == 1  # this model cannot be ordered about


def test_the_spread_is_that_of_the_runs(asked):
    study, _ = asked
    assert list(read_runs(study)) == ["as declared", "other_seed"]
    row = study.tables.model_spread().body.set_index("code").loc["finding_family"]
    sampled = study.sample.units["text"].str.lower()
    assert row["highest"] == 1
    assert row["highest_run"] == "other_seed"
    assert row["lowest"] == pytest.approx(sampled.str.contains("family").mean())
    assert study.tables.model_spread().body.set_index("code").loc["isolation", "range"] == 0
    assert len(study.plot.model_spread().axes) == 1


def test_where_decisions_stand_counts_the_consensus(asked):
    study, _ = asked
    body = study.tables.model_abstention().body.set_index(["code", "side"])
    settled = study.consensus[study.consensus["code"] == "finding_family"].set_index("unit_id")["status"]
    called = study.sample.units.set_index("unit_id")["text"].str.lower().str.contains("family")
    right = settled[settled.isin(["present", "absent"])]
    assert body.loc[("finding_family", "present"), "n_called"] == int(called.reindex(right.index).sum())
    wrong = (called.reindex(right.index) & (right == "absent")).sum()
    assert body.loc[("finding_family", "present"), "n_wrong"] == int(wrong)


def test_a_run_prints_them_and_needs_no_server(asked):
    study, _ = asked
    done = CliRunner().invoke(app, ["run", str(study.folder)])
    assert done.exit_code == 0, done.output
    made = {path.name for path in (study.folder / "results").rglob("*")}
    assert {"model_behaviour.csv", "model_spread.csv", "model_abstention.csv", "model_spread.svg"} <= made


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("other = { sed = 1 }", "Did you mean 'seed'"),
        ('other = { seed = "1" }', "wrong kind"),
        ("other = {}", "changes nothing"),
        ("other = { temperature = 1.0 }", "cannot change"),
        ('other = "fixed"', "a table of tables"),
    ],
)
def test_a_variant_that_is_none_is_refused_in_words(root, tmp_path, line, words):
    folder = copy_study(root, tmp_path / "study")
    declare(folder, "http://127.0.0.1:1/v1", "", "[llm.variants]", line)
    with pytest.raises(StudyFault, match=words):
        variant_sections(open_study(folder).config.llm)


def test_what_was_begun_and_not_finished_is_said(asked, tmp_path):
    study, _ = asked
    folder = copy_study(study.folder, tmp_path / "study")
    (folder / "data" / "stub" / "tests" / "stub.order--1.jsonl").unlink()
    with pytest.raises(MissingFile, match=r"stub\.order"):
        read_tests(open_study(folder))
