"""Guards a study with a model coder: asked by `ask`, kept out of agreement and consensus, text kept back never sent."""

import json
import re

import pandas as pd
import pytest
from typer.testing import CliRunner

from medtw_qual.cli import app
from medtw_qual.errors import StudyFault
from medtw_qual.study import open_study
from medtw_qual.study.model_steps import ask_model
from medtw_qual.study.verification import copy_study
from tests.llm.server import Sent, serve


def seeing(asked):
    """An invented model: present where the post says "family", and it breaks down over posts on coffee."""
    if "coffee" in asked.post["post"].lower():
        return Sent("I'm sorry, I can't.")
    status = "present" if "family" in asked.post["post"].lower() else "absent"
    return Sent(json.dumps(asked.fitting("absent", finding_family=status)))


def without_model(text):
    """What study.toml says without its section on a model."""
    return re.sub(r"\n\[llm\].*?(?=\n\[manuscript\])", "\n", text, flags=re.DOTALL)


def declare(folder, url, **others):
    settings = {"coder": "stub", "server": url, "parallel": 8, **others}
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    path = folder / "study.toml"
    text = without_model(path.read_text())
    path.write_text(text.replace("[manuscript]", "\n".join(["[llm]", *lines, "", "[manuscript]"])))


@pytest.fixture(scope="module")
def asked(root, tmp_path_factory):
    """The example study with an invented model coder in a log of its own."""
    folder = copy_study(root, tmp_path_factory.mktemp("model") / "study")
    plain = open_study(folder)
    units = plain.corpus.units
    back = units["unit_id"].iloc[[3, 40]].tolist()
    pd.DataFrame({"unit_id": back}).to_csv(folder / "data" / "keep_back.csv", index=False)
    with serve(seeing) as server:
        declare(
            folder, server.url, log="data/stub", keep_back="data/keep_back.csv", keep_back_flags=["name", "contact"]
        )
        run = ask_model(open_study(folder))
        seen = [one.post for one in server.seen]
    return plain, open_study(folder), run, seen, back


def test_a_model_enters_neither_agreement_nor_consensus(asked):
    plain, study, *_ = asked
    pd.testing.assert_frame_equal(plain.agreement, study.agreement)
    pd.testing.assert_frame_equal(plain.consensus, study.consensus)
    assert "stub" not in set(study.codings["coder"])


def test_text_that_is_kept_back_never_reached_the_server(asked):
    from medtw_qual.corpus.privacy.flags import flag_text

    _, study, run, seen, back = asked
    words = {one["post"] for one in seen}
    kept = study.corpus.units.set_index("unit_id")["text"]
    assert not words & set(kept[back])
    for post in seen:
        assert not [kind for value in post.values() for kind, *_ in flag_text(value) if kind in ("name", "contact")]
    assert run.kept_back > len(back)
    # No id, no author, no time: nothing but the words.
    assert {key for one in seen for key in one} <= {"post", "context"}
    everything = json.dumps(seen)
    assert not [unit for unit in kept.index if unit in everything]


def test_every_unit_is_accounted_for_and_failures_are_listed(asked):
    _, study, run, *_ = asked
    answers = study.model_answers
    assert answers.count("coded") + answers.count("failed") + run.kept_back == len(study.corpus.units)
    coffee = study.corpus.units["text"].str.contains("coffee", case=False)
    assert set(answers.failed["unit_id"]) <= set(study.corpus.units.loc[coffee, "unit_id"])
    assert answers.count("failed") > 0
    assert set(answers.failed["fault"]) == {"refusal"}
    table = study.tables.model_answers().body.set_index("what")["count"]
    assert table["Failed: no answer fitted, not coded"] == answers.count("failed")
    assert table["of these kept back, text not sent"] == run.kept_back


def test_the_tables_say_how_the_model_does_and_what_it_is_worth(asked):
    _, study, *_ = asked
    overlap = study.tables.model_overlap()
    assert set(overlap.body["measure"]) == {"precision", "recall", "F1", "kappa"}
    assert "not agreement" in overlap.note
    shares = study.tables.model_prevalence()
    assert {"people", "PPI++ (stub)", "DSL (stub)"} == set(shares.body["method"])
    assert "What the model is worth" in shares.note
    assert len(study.tables.model_ceiling().body) == 12


@pytest.mark.parametrize(("name", "items", "filled"), [("GUIDE-LLM", 14, 12), ("COREQ-AI", 11, 8)])
def test_the_checklists_are_filled_from_files(asked, name, items, filled):
    body = asked[1].checklist(name).body
    assert len(body) == items
    assert (body["state"] == "from the study").sum() >= filled
    assert "stub" in body["answer"].str.cat()


def test_the_statement_on_ai_names_model_place_and_failures(asked):
    text = asked[1].methods_text()
    assert "coded" in text
    assert "no text left it" in text
    assert "never as absent" in text


def test_without_a_server_the_study_is_read_from_the_log_alone(asked):
    study = asked[1].refresh()
    assert study.model_answers.count("coded") > 400
    pd.testing.assert_frame_equal(study.model_answers.codings, asked[1].model_answers.codings)


def test_ask_on_the_command_line_goes_on_where_it_stopped_and_says_what_it_did(asked):
    folder = asked[1].folder
    with serve(seeing) as server:
        declare(
            folder, server.url, log="data/stub", keep_back="data/keep_back.csv", keep_back_flags=["name", "contact"]
        )
        done = CliRunner().invoke(app, ["ask", str(folder)])
        assert server.answered["questions"] == 0
    assert done.exit_code == 0
    assert "0 questions" in done.output


def test_a_server_elsewhere_is_refused_without_terms(asked, tmp_path, root):
    folder = copy_study(root, tmp_path / "study")
    declare(folder, "https://llm.example.org/v1", log="data/stub")
    done = CliRunner().invoke(app, ["ask", str(folder)])
    assert done.exit_code != 0
    assert "terms" in str(done.exception) + done.output


def test_a_study_without_a_model_says_so(root, tmp_path):
    folder = copy_study(root, tmp_path / "study")
    text = without_model((folder / "study.toml").read_text())
    (folder / "study.toml").write_text(text)
    with pytest.raises(StudyFault, match="names no model"):
        ask_model(open_study(folder))
    assert open_study(folder).model_answers is None


def test_the_example_says_how_weak_its_recorded_model_is(root):
    """SmolLM2 with 135 million parameters codes about as by chance: every interval of kappa reaches 0.3 at most."""
    study = open_study(root)
    answers = study.model_answers
    sampled = set(study.sample.units["unit_id"])
    states = answers.units.set_index("unit_id")["state"]
    assert set(states[list(sampled)]) == {"coded", "failed"}
    body = study.tables.model_overlap().body
    kappa = body[body["measure"] == "kappa"]
    assert len(kappa) == 4
    assert (kappa["estimate"] < 0.2).all()
    shares = study.tables.model_prevalence()
    assert shares.body.loc[shares.body["method"] != "people", "estimate"].isna().all()
    assert "has not answered about" in " ".join(note.text for note in shares.footnotes) + shares.note
    assert (study.checklist("GUIDE-LLM").body["state"] == "from the study").sum() >= 12
