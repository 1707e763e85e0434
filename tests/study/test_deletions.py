"""Guards a deletion after coding: it goes through the whole study, changes no other unit, and what moved is printed."""

import json

import pytest

import medtw_qual as mq
from medtw_qual.study.run import run_study
from tests.studies import example_study, read_rows


@pytest.fixture(scope="module")
def before(root, tmp_path_factory):
    return mq.open_study(example_study(root, tmp_path_factory.mktemp("before") / "study"))


@pytest.fixture(scope="module")
def thread(before):
    """A coded thread with a decision about it: deleting one post in its middle must take the whole unit."""
    log = before.path("data/decisions/consensus.jsonl").read_text(encoding="utf-8")
    decided = {json.loads(line)["unit_id"] for line in log.splitlines()}
    units = before.corpus.units
    return units[(units["n_posts"] > 2) & units["unit_id"].isin(decided)].iloc[0]


@pytest.fixture(scope="module")
def gone(before, thread):
    """What is deleted: the thread, a coded unit whose quotation was permitted, and one that nobody coded."""
    quoted = before.quotations.printable()
    quoted = quoted.loc[quoted["decision"] == "permission", "unit_id"].iloc[0]
    uncoded = sorted(set(before.corpus.units["unit_id"]) - set(before.codings["unit_id"]))[0]
    return {thread["unit_id"], quoted, uncoded}


@pytest.fixture(scope="module")
def folder(root, tmp_path_factory, thread, gone):
    study = example_study(root, tmp_path_factory.mktemp("after") / "study")
    ids = [thread["post_ids"][1], *(gone - {thread["unit_id"]})]
    (study / "data" / "deleted.csv").write_text("post_id\n" + "\n".join(ids) + "\n", encoding="utf-8")
    toml = (study / "study.toml").read_text(encoding="utf-8")
    toml = toml.replace('display_zone = "UTC"', 'display_zone = "UTC"\ndeleted = "data/deleted.csv"')
    (study / "study.toml").write_text(toml, encoding="utf-8")
    return study


def test_every_part_of_the_study_is_without_the_deleted_units_and_otherwise_the_same(before, folder, gone):
    after = mq.open_study(folder)
    assert after.units_deleted == gone
    assert set(before.corpus.units["unit_id"]) - set(after.corpus.units["unit_id"]) == gone
    kept = before.corpus.units[~before.corpus.units["unit_id"].isin(gone)]
    assert list(kept["text"]) == list(after.corpus.units["text"])
    for name in ("codings", "consensus"):
        old, new = getattr(before, name), getattr(after, name)
        expected = old[~old["unit_id"].isin(gone)].reset_index(drop=True)
        assert new.astype("object").fillna("").equals(expected.astype("object").fillna("")), name
    assert len(after.sample) == 298
    assert after.sample.population == 549
    assert "2 of the units drawn were deleted since" in after.sample.design


def test_the_run_prints_what_moved_and_quotes_no_deleted_post(before, folder, gone):
    said = run_study(folder)
    assert "3 units left with posts that were deleted; 2 of them had been coded" in said
    assert "What that moved: Finding family 87 of 300 -> " in said
    assert "4 decisions about other clusters or another codebook set aside" in said
    assert "may not be printed any more" in said
    rows = {row["code"]: row for row in read_rows(folder / "results" / "tables" / "deletions.csv")}
    old = before.consensus
    for code, row in rows.items():
        own = old[old["code"] == code]
        left = own[~own["unit_id"].isin(gone)]
        assert int(row["present_before"]) == (own["status"] == "present").sum()
        assert int(row["present_after"]) == (left["status"] == "present").sum()
    texts = before.corpus.units.set_index("unit_id")["text"]
    printed = (folder / "results" / "report.html").read_text(encoding="utf-8")
    assert [unit for unit in gone if texts[unit][:60] in printed] == []
