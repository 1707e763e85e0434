"""Guards a study whose coding goes on: what is written at a desk is seen, changes are found, hashed and said."""

from pathlib import Path

import pytest

import medtw_qual as mq
from medtw_qual.codebook import Code, merge_codes
from medtw_qual.coding.coding_log import CodingLog
from medtw_qual.errors import StudyFault
from medtw_qual.study.coded_part import coded_parts, one_state
from medtw_qual.study.input_files import input_hashes

TOML = """
[corpus]
sources = ["data/posts.csv"]
text = "words"
id = "row"
merge_threads = false

[codebook]
file = "codebooks/book.yaml"

[coding]
source = "data/codings"
decisions = "data/decisions/consensus.jsonl"
"""
BOOK = """
name: care
version: "1"
codes:
- {id: soup, name: Soup, definition: Food is brought.}
- {id: visit, name: A visit, definition: Somebody comes.}
- {id: pay, name: Pay, definition: Money is spoken of.}
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    """An invented study of four posts; KA has coded the first."""
    for name in ("data/codings", "codebooks"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "study.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "codebooks/book.yaml").write_text(BOOK, encoding="utf-8")
    posts = "row,words\n" + "".join(f"p{n},invented post number {n}\n" for n in range(1, 5))
    (tmp_path / "data/posts.csv").write_text(posts, encoding="utf-8")
    code(tmp_path, "KA", "p1", ["soup"])
    return tmp_path


def code(folder, coder, unit, codes, sitting="a"):
    book = mq.read_codebook(folder / "codebooks/book.yaml")
    log = CodingLog(folder / "data/codings", coder, sitting)
    log.decide(round_="main", unit_id=unit, codes=codes, codes_seen=book.ids, codebook_hash=book.hash)


def test_what_is_coded_after_the_study_was_opened_is_seen_everywhere(folder):
    study = mq.open_study(folder)
    assert (study.codings["unit_id"].nunique(), study.consensus["unit_id"].nunique()) == (1, 1)
    corpus = study.corpus
    code(folder, "KA", "p2", ["pay"])
    code(folder, "LB", "p1", ["visit"])
    assert study.codings["unit_id"].nunique() == 2
    assert study.undecided == ["p1"]
    assert study.consensus["unit_id"].tolist() == ["p2"] * 3
    assert study.corpus is corpus  # what does not rest on the coding stays
    assert study.codings is study.codings  # and nothing is read again for nothing
    assert study.changed == []


def test_a_run_is_of_one_state_of_the_coding(folder):
    study = mq.open_study(folder)
    with one_state(study):
        assert study.codings["unit_id"].nunique() == 1
        code(folder, "KA", "p2", ["pay"])
        assert study.codings["unit_id"].nunique() == 1
    assert study.codings["unit_id"].nunique() == 2


def test_every_part_that_rests_on_the_coding_is_known():
    names = {"codings", "consensus", "agreement", "crosswalk", "prevalence", "quotations", "remarks"}
    assert names <= set(coded_parts(mq.Study))
    with pytest.raises(AttributeError):
        mq.open_study(Path(__file__).parents[2]).codings = None


@pytest.mark.parametrize("place", ["codebooks/changes.jsonl", "data/changes.jsonl"])
def test_recorded_changes_are_found_followed_hashed_and_said(folder, place):
    book = mq.read_codebook(folder / "codebooks/book.yaml")
    food = Code("food", "Food", definition="Somebody cares.")
    new = merge_codes(
        book, ["soup", "visit"], food, version="2", reason="one idea", decided_by="KA, LB", log=folder / place
    )
    new.save(folder / "codebooks/book.yaml")
    if place != "codebooks/changes.jsonl":
        text = TOML.replace("[codebook]", f'[codebook]\nchanges = "{place}"')
        (folder / "study.toml").write_text(text, encoding="utf-8")
    study = mq.open_study(folder)
    present = study.consensus[study.consensus["status"] == "present"]
    assert present[["unit_id", "code"]].to_numpy().tolist() == [["p1", "food"]]
    assert place in input_hashes(study)
    assert place in study.log_heads
    said = study.methods_text()
    assert "soup and visit were merged into food (KA, LB: one idea)" in said
    assert "another version" not in said


def test_a_declared_rule_settles_and_is_said(folder):
    code(folder, "LB", "p1", ["soup", "pay"])
    code(folder, "LM", "p1", ["pay"])
    text = TOML.replace("[coding]", '[coding]\nrule = "majority"')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    study = mq.open_study(folder)
    present = study.consensus[study.consensus["status"] == "present"]
    assert present["code"].tolist() == ["soup", "pay"]
    said = study.methods_text()
    assert "1 settled by the rule that the status given by more than half of the coders counts" in said
    assert "settled by the rule “" not in said  # no person decided, and none is named
    (folder / "study.toml").write_text(text.replace("majority", "most"), encoding="utf-8")
    with pytest.raises(StudyFault, match="rule"):
        mq.open_study(folder)


def test_a_theme_written_after_the_coding_is_said_to_be_later(folder):
    path = folder / "codebooks/book.yaml"
    path.write_text(BOOK + "themes:\n- {id: near, name: Nearness, codes: [visit]}\n", encoding="utf-8")
    study = mq.open_study(folder)
    assert "by the rules of this version of the codebook (care 1); names, titles or themes" in study.methods_text()
    assert not any("another version" in remark for remark in study.remarks)
