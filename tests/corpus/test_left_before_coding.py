"""Guards that a corpus remembers the ids of records it did not take in: codings of these are about posts that left."""

import medtw_qual as mq


def test_a_record_without_words_is_remembered_and_a_later_copy_with_words_is_taken(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text('row_id,answer\n7,thanks\n8,""\n9,""\n9,grateful\n', encoding="utf-8")
    corpus = mq.read_corpus(path, text="answer", id="row_id")
    assert list(corpus.posts["post_id"]) == ["7", "9"]
    assert corpus.provenance["not_taken_in"] == ["8"]
    assert corpus.flow["dropped"].sum() == 2
