"""Guards what a run says of things that it could not take in or that wait for the team: nothing is left out unsaid."""

import shutil

import pytest

import medtw_qual as mq
from medtw_qual.errors import StaleDecision
from medtw_qual.study.study_template import create_study
from tests.studies import example_study

POSTS = "post_id,text,author_id,answers,role\n" + "\n".join(
    f"p{n},words of post {n},a{n % 4},{f'p{n - 4}' if n in (5, 6) else ''},nurse" for n in range(1, 13)
)


@pytest.fixture
def new(tmp_path):
    create_study(tmp_path / "study")
    (tmp_path / "study" / "data" / "example_posts.csv").write_text(POSTS + "\n", encoding="utf-8")
    return tmp_path / "study"


@pytest.fixture
def example(root, tmp_path):
    return example_study(root, tmp_path / "study")


def declare(study, old, new):
    path = study / "study.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_example_leaves_nothing_to_look_at(example):
    assert mq.open_study(example).remarks == []


def test_times_and_answers_that_no_column_gave_are_said(new):
    untimed, unanswered = mq.open_study(new).remarks[-2:]
    assert "12 of 12 posts have no time" in untimed
    assert "reply_to_id" in unanswered


def test_columns_named_in_study_toml_join_threads_and_describe_authors(new):
    declare(new, "[corpus]", '[corpus]\ncolumns = { reply_to_id = "answers" }\nauthor_columns = ["role"]')
    study = mq.open_study(new)
    assert sorted(study.corpus.units.loc[study.corpus.units["n_posts"] > 1, "unit_id"]) == ["p1", "p2"]
    assert set(study.corpus.authors["role"]) == {"nurse"}
    assert not [remark for remark in study.remarks if "reply_to_id" in remark]


def test_a_log_that_is_named_and_not_there_is_said(example):
    declare(example, "consensus.jsonl", "consensuss.jsonl")
    said = mq.open_study(example).remarks
    assert any("consensuss.jsonl ([coding] decisions)" in remark for remark in said)
    assert any("On 71 units the coders differ" in remark for remark in said)


def test_a_coder_who_has_not_finished_is_named_with_the_number_of_units(example):
    log = example / "data" / "codings" / "B--1.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    log.write_text("".join(lines[:-4]), encoding="utf-8")
    shutil.rmtree(example / "data" / "decisions")
    assert "Coder B has decided 296 of 300 units." in mq.open_study(example).remarks


def test_rules_that_changed_after_the_coding_are_said(example):
    book = mq.read_codebook(example / "codebooks" / "gratitude_2020.yaml")
    from medtw_qual.codebook.snapshots import save_snapshot

    declare(example, 'file = "codebooks/gratitude_2020.yaml"', 'file = "codebooks/next.yaml"')
    text = (example / "codebooks" / "gratitude_2020.yaml").read_text(encoding="utf-8")
    assert "Relatives, patients or colleagues" in text
    changed = text.replace("Relatives, patients or colleagues", "Relatives or patients", 1)
    (example / "codebooks" / "next.yaml").write_text(changed, encoding="utf-8")
    shutil.rmtree(example / "data" / "decisions")
    assert any("750 decisions were taken with another version" in remark for remark in mq.open_study(example).remarks)
    save_snapshot(book, example / "data" / "codings")
    said = mq.open_study(example).remarks
    assert any("750 decisions were taken by rules that the codebook has changed since" in remark for remark in said)


def test_decisions_about_other_clusters_stop_a_study_until_the_team_sets_them_aside(example):
    declare(example, "n_clusters = 0", "n_clusters = 5")
    with pytest.raises(StaleDecision, match=r'stale="set aside" \(in study.toml below \[reconciliation\]'):
        mq.open_study(example).crosswalk  # noqa: B018 - computing it is what is tried
    declare(example, "[reconciliation]", '[reconciliation]\nstale = "set aside"')
    study = mq.open_study(example)
    assert (study.crosswalk.table["decision"] == "").all()
    assert any("4 decisions about other clusters or another codebook set aside" in remark for remark in study.remarks)
