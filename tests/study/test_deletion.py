"""Guards a deletion after coding: a post of a coded thread goes, its unit and codes with it, and what moved is said."""

import pytest

import medtw_qual as mq
from medtw_qual.study.running import run_study
from tests.studies import example_study

COUNTS = ["present_before", "units_before", "present_after", "units_after"]


@pytest.fixture(scope="module")
def folder(root, tmp_path_factory):
    """The example study with three coded posts of one theme and one post inside a coded thread deleted since."""
    folder = example_study(root, tmp_path_factory.mktemp("deleted") / "study")
    before = mq.open_study(folder)
    consensus = before.consensus
    present = consensus[(consensus["status"] == "present") & (consensus["code"] == "isolation")]["unit_id"]
    threads = before.sample.units[before.sample.units["n_posts"] > 1]
    inside = next(ids[1] for unit, ids in threads[["unit_id", "post_ids"]].itertuples(index=False) if unit not in
                  set(present))  # fmt: skip
    (folder / "data" / "deleted.csv").write_text(
        "post_id,reason\n" + "".join(f"{one},deleted\n" for one in [*present[:3], inside, "1234567890123456789"])
    )
    toml = folder / "study.toml"
    toml.write_text(
        toml.read_text("utf-8").replace("[corpus]\n", '[corpus]\ndeleted = "data/deleted.csv"\n', 1), "utf-8"
    )
    return folder


def test_units_codes_sample_and_population_shrink_together(root, folder):
    before, after = mq.open_study(root), mq.open_study(folder)
    assert len(before.corpus.units) - len(after.corpus.units) == 4
    assert after.corpus.flow["reason"].iloc[-1] == "deleted or withdrawn since collection (deleted)"
    lost = set(before.corpus.units["unit_id"]) - set(after.corpus.units["unit_id"])
    for table in (after.codings, after.consensus, after.sample.table, after.sample.units):
        assert not lost & set(table["unit_id"])
    assert (len(after.sample), after.sample.population) == (len(before.sample) - 4, before.sample.population - 4)
    kept = after.corpus.units.merge(before.corpus.units, on="unit_id")
    assert (kept["text_x"] == kept["text_y"]).all()  # nothing coded stays under other words


def test_what_moved_is_counted(folder):
    moved = mq.open_study(folder).moved.set_index("code")
    assert moved.loc["isolation", COUNTS].tolist() == [31, 300, 28, 296]
    assert moved.loc["isolation", "change"] == pytest.approx(100 * (28 / 296 - 31 / 300))


def test_a_run_follows_it_and_says_so(folder):
    said = run_study(folder)
    assert "Left since they were coded: 4 units, and their codes with them." in said
    assert "isolation 31 of 300 -> 28 of 296 (-0.9 points)" in said
    assert "the decisions in data/decisions/crosswalk.jsonl are set aside" in said
    assert "Left since they were coded" in (folder / "results" / "report.html").read_text("utf-8")


def test_nothing_is_said_where_nothing_left(root):
    assert mq.open_study(root).moved is None
