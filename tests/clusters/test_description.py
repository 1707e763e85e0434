"""Guards what is said about clusters: central and borderline units, months, hashtags, key words by meaning."""

import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.clusters.description import diverse_words, nearest_words
from medtw_qual.errors import InvalidArgument, MissingDependency

TEXTS = ["shift #Night", "shift again #night", "shift #NIGHT #work #1", "cat", "cat and dog", "dog cat"]
ARRAY = [[1, 0.05], [1, 0], [1, 0.5], [0, 1], [0.1, 1], [0.4, 1]]
DAYS = ["2020-11-30T23:59:59Z", "2020-12-01T00:00:00Z", "2020-12-05T00:00:00Z", None, "2021-01-01T00:00:00Z", None]


@pytest.fixture(scope="module")
def clusters(corpus_of):
    units = pd.DataFrame({"unit_id": list("123456"), "text": TEXTS, "created_at": DAYS})
    return mq.cluster(corpus_of(units), ARRAY, n_clusters=2)


def test_central_units_lead_and_borderline_ones_are_the_loosest(clusters):
    summary = clusters.summary(n_central=2, n_borderline=1)
    assert clusters.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert summary.loc[0, "borderline_units"] == ["3"]
    assert summary.loc[1, "borderline_units"] == ["6"]
    assert "3" not in summary.loc[0, "central_units"]
    assert summary.loc[0, "central_texts"][0] in TEXTS[:2]


def test_months_and_hashtags_are_counted_by_units(clusters):
    summary = clusters.summary()
    assert summary.loc[0, "months"] == ["2020-12 (2)", "2020-11 (1)"]
    assert summary.loc[1, "months"] == ["2021-01 (1)"]
    assert summary.loc[0, "hashtags"] == ["#night (3)", "#work (1)"]
    assert summary.loc[1, "hashtags"] == []


def test_words_near_the_topic_and_words_unlike_each_other():
    embedded = {
        "a": np.array([1.0, 0]),
        "aa": np.array([0.999, 0.04]),
        "b": np.array([0.8, 0.6]),
        "c": np.array([0, 1.0]),
    }
    topic = np.array([1.0, 0])
    assert nearest_words(["c", "b", "aa", "a"], topic, embedded, 3) == ["a", "aa", "b"]
    # by hand, d = .3: aa .7*.999 - .3*.999 = .3996, b .7*.8 - .3*.8 = .32, c 0 - 0 = 0
    assert diverse_words(["c", "b", "aa", "a"], topic, embedded, 2) == ["a", "aa"]
    embedded["b"] = np.array([0.8, -0.6])
    embedded["aa"] = np.array([0.7, 0.714])
    assert diverse_words(["b", "aa", "a"], topic, embedded, 3)[1] == "b"


def test_choosing_words_by_meaning_needs_the_encoder(clusters):
    with pytest.raises(MissingDependency, match="without an encoder"):
        clusters.summary(words_by="keybert")
    with pytest.raises(InvalidArgument, match="Did you mean 'keybert'"):
        clusters.summary(words_by="keyberd")


def test_words_by_meaning_come_from_the_clusters_own_words(corpus_of):
    texts = ["night shift coffee", "night shift", "coffee at night", "cat sleeps", "cat food", "cat sleeps again"]
    corpus = corpus_of(pd.DataFrame({"unit_id": list("123456"), "text": texts}))
    clusters = mq.cluster(corpus, mq.embed(corpus), n_clusters=2)
    for way in ("keybert", "mmr"):
        words = clusters.summary(n_words=2, words_by=way).set_index("cluster")["key_words"]
        assert set(words[clusters.labels[0]]) <= {"night", "shift", "coffee"}
        assert words[clusters.labels[3]][0] == "cat"
