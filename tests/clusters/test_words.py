"""Guards the key words: class-based TF-IDF equals BERTopic's, words are read as a person would read them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from medtw_qual.clusters.cluster_words import class_tfidf, key_words, plain_words, word_counter


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 6), st.integers(2, 12), st.integers(0, 2**31))  # BERTopic fails on one word
def test_weights_are_those_of_bertopic(classes, words, seed):
    from bertopic.vectorizers import ClassTfidfTransformer

    counts = np.random.default_rng(seed).integers(0, 5, size=(classes, words))
    counts[0, counts.sum(axis=0) == 0] = 1  # a word that occurs nowhere is in no vocabulary
    matrix = csr_matrix(counts)
    theirs = ClassTfidfTransformer().fit(matrix).transform(matrix).toarray()
    np.testing.assert_allclose(class_tfidf(matrix).toarray(), theirs, atol=1e-12)


def test_the_key_words_of_two_plain_groups():
    texts = ["cats purr and cats sleep", "dogs bark", "cats purr", "dogs bark and dogs run"]
    found = key_words(texts, np.array([0, 1, 0, 1]), 2)
    assert [word for word, _ in found[0]] == ["cats", "purr"]
    assert [word for word, _ in found[1]] == ["dogs", "bark"]


def test_words_of_other_scripts_hyphens_and_apostrophes_stay_whole():
    words = word_counter(stop_words=["xx"]).build_analyzer()(
        "L’hôpital @who #CovidVaccine https://t.co/x t-shirt 2020 मरीज़ x5"
    )
    assert words == ["l'hôpital", "covidvaccine", "t-shirt", "मरीज़", "x5"]


def test_the_text_that_words_are_counted_in_has_no_links_and_handles():
    assert plain_words("See WWW.site.org, @Dr_Lee: ok").split() == ["see", ":", "ok"]


@pytest.mark.parametrize("texts", [["the", "and of"], ["123", "!!"]])
def test_texts_without_key_words_give_none(texts):
    assert key_words(texts, np.array([0, 1])) == {0: [], 1: []}


def test_a_word_of_one_post_is_no_key_word_of_a_larger_group():
    texts = ["cats purr zebra zebra zebra", "cats purr", "cats sleep", "dogs run", "dogs bark", "dogs bark"]
    found = key_words(texts, np.array([0, 0, 0, 1, 1, 1]), 5)
    assert [word for word, _ in found[0]] == ["cats", "purr"]
    assert [word for word, _ in found[1]] == ["dogs", "bark", "run"]
