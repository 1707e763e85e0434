"""Guards that decisions are about words: a unit whose words changed is named and set aside until somebody confirms."""

import csv

import numpy as np
import pytest

import medtw_qual as mq
from medtw_qual._base.hashing import hash_words
from medtw_qual.clusters import load_vectors
from medtw_qual.coding.desk_state import CodingState
from medtw_qual.coding.sample import read_sample
from medtw_qual.errors import InvalidArgument, UnknownUnit

# Invented posts.
TEXTS = {f"u{n}": f"Number {n} of the invented posts about the lift on ward {n}" for n in range(1, 7)}
TOML = """title = "Words"
[corpus]
sources = ["data/posts.csv"]
text = "text"
id = "post_id"
author = "author_id"
[codebook]
file = "codebooks/book.yaml"
[sample]
file = "data/sample.csv"
[coding]
source = "data/codings"
decisions = "data/decisions/consensus.jsonl"
"""
BOOK = "name: b\nversion: '1'\ncodes:\n- id: lift\n  definition: The lift.\n"


def _write_posts(folder, texts):
    with (folder / "data" / "posts.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = [(unit, f"a{unit}", text) for unit, text in texts.items()]
        csv.writer(stream).writerows([("post_id", "author_id", "text"), *rows])


def _decide(state, unit, **more):
    return state.respond({"type": "decide", "unit_id": unit, "codes": ["lift"], **more})


@pytest.fixture
def folder(tmp_path):
    for name in ("data", "codebooks", "data/codings"):
        (tmp_path / name).mkdir()
    (tmp_path / "codebooks" / "book.yaml").write_text(BOOK, encoding="utf-8")
    _write_posts(tmp_path, TEXTS)
    (tmp_path / "study.toml").write_text(TOML.replace('file = "data/sample.csv"', ""), encoding="utf-8")
    corpus = mq.open_study(tmp_path).corpus
    sample = mq.draw_sample(corpus, 6, coders=["KA", "LB"], double_coded=1.0, seed=1)
    sample.save(tmp_path / "data" / "sample.csv")
    (tmp_path / "study.toml").write_text(TOML, encoding="utf-8")
    for coder in ("KA", "LB"):
        state = CodingState(sample, mq.open_study(tmp_path).codebook, coder, tmp_path / "data" / "codings")
        for unit in TEXTS:
            assert _decide(state, unit)["type"] == "saved"
    return tmp_path


def test_the_same_words_saved_otherwise_are_the_same(folder):
    _write_posts(folder, {unit: text.replace(" ", "  ") + "\r\n" for unit, text in TEXTS.items()})
    study = mq.open_study(folder)
    assert study.changed_words.units == set()
    assert study.codings["unit_id"].nunique() == 6


def test_a_unit_with_other_words_is_named_and_set_aside(folder):
    _write_posts(folder, TEXTS | {"u3": "A sentence about bananas"})
    study = mq.open_study(folder)
    assert study.changed_words.units == {"u3"}
    assert sorted(study.codings["unit_id"].unique()) == ["u1", "u2", "u4", "u5", "u6"]
    assert "u3" not in set(study.consensus["unit_id"])
    assert len(study.codings_read["unit_id"].unique()) == 6  # what was decided stays written
    said = [remark for remark in study.remarks if "words of 1 coded unit" in remark]
    assert len(said) == 1
    assert "u3" not in said[0]


def test_a_confirmation_holds_for_the_words_of_the_day_only(folder):
    _write_posts(folder, TEXTS | {"u3": "The lift, unfolded"})
    study = mq.open_study(folder)
    with pytest.raises(InvalidArgument):
        study.confirm_words("u3", " ", "KA")
    with pytest.raises(UnknownUnit):
        study.confirm_words("u9", "only a link", "KA")
    study = study.confirm_words("u3", "only a link was unfolded", "KA")
    assert study.changed_words.units == set()
    assert "u3" in set(study.consensus["unit_id"])
    _write_posts(folder, TEXTS | {"u3": "Other words again"})
    assert mq.open_study(folder).changed_words.units == {"u3"}


def test_who_decides_again_at_the_desk_decides_about_the_new_words(folder):
    _write_posts(folder, TEXTS | {"u3": "A sentence about bananas"})
    study = mq.open_study(folder)
    state = CodingState(study.sample, study.codebook, "KA", folder / "data" / "codings")
    view = state.respond({"type": "hello"})
    assert (view["unit"]["id"], view["draft"]["codes"]) == ("u3", ["lift"])
    assert "words of this unit have changed" in view["notice"]
    assert _decide(state, "u3", codes=[])["type"] == "saved"
    assert state.respond({"type": "hello"})["done"] == 6
    again = mq.open_study(folder)
    assert again.changed_words.decided["coder"].tolist() == ["LB"]
    assert again.codings[again.codings["unit_id"] == "u3"]["coder"].tolist() == ["KA"]


def test_without_hashes_nothing_is_claimed(folder):
    for log in (folder / "data" / "codings").glob("*.jsonl"):
        log.unlink()
    rows = "unit_id,coder,code,status\nu1,KA,lift,present\nu1,LB,lift,present\n"
    (folder / "data" / "codings" / "old.csv").write_text(rows, encoding="utf-8")
    sample = folder / "data" / "sample.csv"
    lines = sample.read_text(encoding="utf-8").splitlines()
    assert lines[0].endswith(",text_hash")
    sample.write_text("\n".join(line.rsplit(",", 1)[0] for line in lines) + "\n", encoding="utf-8")
    _write_posts(folder, TEXTS | {"u1": "Other words"})
    assert mq.open_study(folder).changed_words.units == set()


def test_the_sample_knows_the_words_that_a_table_does_not(folder):
    for log in (folder / "data" / "codings").glob("*.jsonl"):
        log.unlink()
    rows = "unit_id,coder,code,status\nu1,KA,lift,present\nu1,LB,lift,present\n"
    (folder / "data" / "codings" / "old.csv").write_text(rows, encoding="utf-8")
    _write_posts(folder, TEXTS | {"u1": "Other words", "u2": "And others"})
    changed = mq.open_study(folder).changed_words
    assert changed.units == {"u1"}
    assert changed.sampled == {"u1", "u2"}


def test_a_saved_sample_keeps_the_hashes_it_was_drawn_with(folder):
    _write_posts(folder, TEXTS | {"u1": "Other words"})
    path = folder / "data" / "sample.csv"
    before = path.read_bytes()
    read_sample(path, mq.open_study(folder).corpus).save(path)
    assert path.read_bytes() == before


def test_vectors_of_other_words_are_set_aside(folder, tmp_path):
    study = mq.open_study(folder)
    hashes = tuple(map(hash_words, study.corpus.units["text"]))
    vectors = mq.Vectors(list(study.corpus.units["unit_id"]), np.eye(6, 4) + 1, {"model": "by hand"}, (), hashes)
    again = load_vectors(vectors.save(tmp_path / "v.npz"))
    assert again.text_hashes == hashes
    _write_posts(folder, TEXTS | {"u2": "Other words"})
    kept = mq.open_study(folder).changed_words.without_vectors(again)
    assert kept.array.any(axis=1).tolist() == [True, False, True, True, True, True]
    assert "set aside: 1" in kept.notes[-1]
