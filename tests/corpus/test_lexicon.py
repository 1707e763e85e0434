"""Guards the packaged word list: every term once and with its kind, and what the how-to says that it finds."""

import re
from pathlib import Path

import medtw_qual as mq


def test_every_term_stands_once_and_says_what_it_is_of() -> None:
    table = mq.corpus.read_lexicon("gratitude").table
    assert not table["term"].str.casefold().duplicated().any()
    assert (table["kind"] != "").all()
    assert {"gratitude", "reflection", "finding family", "coping with isolation"} <= set(table["kind"])
    pattern = mq.corpus.read_lexicon("gratitude").pattern()
    assert all(pattern.search(term.rstrip("*")) for term in table["term"])


def test_the_how_to_says_what_it_finds_in_the_example(root: Path) -> None:
    corpus = mq.read_corpus(root / "data" / "medtwitter_2020.jsonl").drop_reposts().merge_threads()
    found = set(corpus.keep_matching(lexicon="gratitude").units["unit_id"])
    codings = mq.read_codings(root / "data" / "codings", mq.read_codebook(root / "codebooks" / "gratitude_2020.yaml"))
    coder = codings[codings["coder"] == "A"]
    coded = set(coder["unit_id"])
    present = set(coder.loc[coder["status"] == "present", "unit_id"])
    told = re.sub(r"\s+", " ", (root / "docs" / "how-to" / "corpus.md").read_text(encoding="utf-8"))
    assert f"it holds {len(found)} of the {len(corpus.units)} units" in told
    assert f"Of the {len(present)} coded units that carry a code by coder A it finds {len(found & present)};" in told
    assert f"of the {len(found & coded)} coded units that it holds, these {len(found & present)} carry a code" in told
