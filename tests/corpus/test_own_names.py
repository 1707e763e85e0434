"""Guards tables whose columns bear our own names: these are found without being named, and a named one goes before."""

import pandas as pd

import medtw_qual as mq


def test_columns_that_bear_our_names_need_not_be_named(tmp_path):
    file = tmp_path / "posts.csv"
    file.write_text("post_id,author_id,created_at,text,who\n7,a1,2020-12-01T08:00:00Z,Thank you,b2\n", "utf-8")
    posts = mq.read_corpus(file, text="text", id="post_id").posts
    assert posts.loc[0, ["author_id", "created_at"]].tolist() == ["a1", pd.Timestamp("2020-12-01 08:00", tz="UTC")]
    assert mq.read_corpus(file, text="text", id="post_id", author="who").posts["author_id"].tolist() == ["b2"]


def test_a_table_with_our_two_names_needs_no_word_from_the_researcher(tmp_path):
    file = tmp_path / "posts.csv"
    file.write_text("post_id;text;created_at\n7;Thank you;2020-12-01T08:00:00Z\n", "utf-8")
    posts = mq.read_corpus(file).posts
    assert posts.loc[0, ["post_id", "text", "source_format"]].tolist() == ["7", "Thank you", "table"]
