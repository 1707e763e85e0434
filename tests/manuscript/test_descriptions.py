"""Guards the tables about corpus, authors, groups and hashtags: counted by hand, small groups never shown alone."""

from dataclasses import replace

import pandas as pd
import pytest

from medtw_qual.errors import InvalidArgument
from medtw_qual.manuscript import (
    author_table,
    check_arithmetic,
    check_counts,
    corpus_table,
    flow_table,
    hashtag_table,
    matrix_table,
    theme_table,
)


def test_authors_are_counted_once_and_add_up(corpus):
    table = author_table(corpus, ["role"], smallest=1)
    # nurses a1 (units 1, 2) and a2 (3); doctors a3 (4, 5) and a4 (6); nothing is known of a5 (7, 8)
    assert [line for line in table.cells] == [
        ("Role", "5 (100.0)", "8 (100.0)"),
        ("doctor", "2 (40.0)", "3 (37.5)"),
        ("nurse", "2 (40.0)", "3 (37.5)"),
        ("not known", "1 (20.0)", "2 (25.0)"),
    ]
    assert table.indents == (0, 1, 1, 1)


def test_small_groups_are_printed_together(corpus, consensus, codebook):
    table = author_table(corpus, ["role"])
    assert list(table.body["value"]) == ["Role", "other", "not known"]
    assert list(table.body["n_authors"]) == [5, 4, 1]
    matrix = matrix_table(consensus, corpus, codebook, "role")
    assert [spanner.label for spanner in matrix.spanners] == ["other", "not known"]
    assert corpus.authors["role"].tolist() == ["nurse", "nurse", "doctor", "doctor", ""]  # the corpus is as it was


def test_the_matrix_counts_units_and_authors_of_each_group(corpus, consensus, codebook):
    table = matrix_table(consensus, corpus, codebook, "role", smallest=1)
    assert [spanner.label for spanner in table.spanners] == ["doctor", "nurse", "not known"]
    # kin: units 1 2 3 (nurses, 2 authors), 5 (doctor), and its sub-code awe: 3, 4 (a doctor, the author of 5)
    # grief: 5, 6 (doctors, 2 authors)
    assert table.cells[0] == ("Finding kin", "2 (66.7)", "1", "3 (100.0)", "2", "0 (0.0)", "0")
    assert table.cells[2] == ("Grief", "2 (66.7)", "2", "0 (0.0)", "0", "0 (0.0)", "0")
    with pytest.raises(InvalidArgument, match="Did you mean 'role'"):
        author_table(corpus, ["rol"])


def test_the_corpus_is_described(corpus):
    table = corpus_table(corpus)
    values = dict(zip(table.body["what"], table.body["value"], strict=True))
    assert values["Units of analysis"] == "8"
    assert values["Authors"] == "5"
    assert values["Units per author, median (range)"] == "2 (1–2)"
    assert values["First and last post"] == "2020-12-01 to 2020-12-02"


def test_hashtags_ignore_case_count_once_and_hide_the_rare(corpus):
    table = hashtag_table(corpus, smallest=1)
    # MedTwitter: posts 1, 2 (a1) and 5 (a3); NurseTwitter: post 2
    assert table.cells[0] == ("#MedTwitter", "3 (37.5)", "2", "2020-12-01")
    assert table.cells[1] == ("#NurseTwitter", "1 (12.5)", "1", "2020-12-01")
    hidden = hashtag_table(corpus, smallest=2)
    assert [line[0] for line in hidden.cells] == ["#MedTwitter"]
    assert "1 used by fewer than 2 authors are left out" in hidden.note
    twice = replace(corpus, posts=corpus.posts.assign(hashtags=[["A", "a"]] * 8))
    assert hashtag_table(twice, smallest=1).body["n_posts"].tolist() == [8]


def test_this_package_s_own_tables_are_sound(consensus, corpus, codebook, prevalence):
    assert check_arithmetic(flow_table(corpus)) == []
    assert check_arithmetic(theme_table(consensus, corpus, codebook, prevalence)) == []
    assert check_arithmetic(author_table(corpus, ["role"])) == []


def test_faults_are_found():
    flow = pd.DataFrame({"before": [10, 7], "dropped": [2, 0], "merged": [0, 0], "kept": [8, 7]})
    assert check_arithmetic(flow) == ["Row 2 begins with 7, but row 1 kept 8."]
    shares = pd.DataFrame({"n_units": [3, 9], "judged": [4, 8], "share": [0.7, 1.125], "n_authors": [1, 10]})
    faults = check_arithmetic(shares)
    assert faults[0] == "Row 1: 3 of 4 is 0.7500, not 0.7000."
    assert "Row 2: n_units 9 is more than judged 8." in faults
    assert "Row 2: n_authors 10 is more than n_units 9." in faults
    limits = pd.DataFrame({"a estimate": [0.5], "a low": [0.6], "a high": [0.7]})
    assert len(check_arithmetic(limits)) == 1


def test_published_tables_are_checked_as_a_reader_would():
    # #BlackInTheIvory: 881, 441, 414, 388, 210, 166 of 2,500; the fourth is printed as 15%
    counts = {"a": 881, "b": 441, "c": 414, "d": 388, "e": 210, "f": 166}
    faults = check_counts(counts, 2500, {"a": "35", "b": "18", "c": "17", "d": "15", "e": "8", "f": "7"})
    assert faults == ["d: 388 of 2,500 is 15.52%, which rounds to 16, not 15."]
    # #ShareAStoryInOneTweet: 486 (74.1%) doctors and 98 (14.9%) nurses of 656 authors
    assert check_counts({"doctors": 486, "nurses": 98}, 656, ["74.1", "14.9"]) == []
    assert check_counts({"a": 5, "b": 5}, 8, several=True) == []
    with pytest.raises(InvalidArgument, match="as many percentages"):
        check_counts(counts, 2500, ["35"])


def test_a_code_too_rare_for_the_assisted_method_shows_people_s_estimate(consensus, corpus, codebook, prevalence):
    table = theme_table(consensus, corpus, codebook, prevalence)
    grief = table.body.set_index("id").loc["grief"]
    assert grief["estimate"] == 0.25  # PPI++ is undefined for it
    assert [text for _, text in table.lettered_notes] == [
        "From people’s codes alone; PPI++: fewer than 5 units with the code."
    ]
