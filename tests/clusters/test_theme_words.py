"""Guards the words that name clusters: phrases, neighbours, query words with their warning, handles, placeholders."""

import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.clusters.cluster_words import plain_words
from medtw_qual.clusters.query_words import propose_ignored_words, warn_of_spellings
from medtw_qual.clusters.theme_words import theme_words
from medtw_qual.errors import InvalidArgument


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("hello @may-lin.pager.example again", "hello again"),
        ("hello @may_lin@server.example again", "hello again"),
        ("hello ＠may_lin again", "hello again"),
        ("<user> said <url>", "said"),
        ("[deleted] well {{link}} and [NAME]", "well and"),
        ("@USER see HTTPURL now", "see now"),
        ("tea &amp; toast t.co/Ab1", "tea toast"),
        ("a user named the link", "a user named the link"),  # the words themselves stay
    ],
)
def test_what_stands_for_a_person_or_a_link_is_no_word(text, left):
    assert plain_words(text).split() == left.split()


def test_neighbouring_words_become_one_phrase():
    texts = ["night shift again", "long night shift", "a night shift tale", "tea room", "tea again", "long tea"]
    assert theme_words(texts, np.array([0, 0, 0, 1, 1, 1]), 3)[0][0] == "night shift"


def test_a_word_that_the_nearest_cluster_has_as_often_does_not_name_either():
    ward = ["nurse shift lamp", "nurse shift lamp", "nurse bell lamp", "nurse bell"]
    night = ["nurse moon", "nurse moon owl", "nurse owl", "nurse owl moon"]
    other = ["bread oven", "bread oven flour", "flour bread", "bread"]
    found = theme_words([*ward, *night, *other], np.repeat([0, 1, 2], 4), 4)
    assert "nurse" not in found[0]
    assert "nurse" not in found[1]
    assert found[2][0].startswith("bread")


def test_words_to_ignore_are_left_out_whatever_their_spelling():
    texts = ["#Lamp lit", "lamp lit", "lamp lit", "oak leaf", "oak leaf", "oak leaf"]
    words = theme_words(texts, np.repeat([0, 1], 3), 3, ["#LAMP"])
    assert words[0] == ["lit"]


def test_handles_of_the_corpus_are_never_key_words(corpus_of):
    texts = ["maylin brought soup", "maylin brought soup", "thanks maylin soup", "oak leaf", "oak tree", "oak leaf"]
    corpus = corpus_of(pd.DataFrame({"unit_id": list("abcdef"), "text": texts}))
    authors = pd.DataFrame({"author_id": ["a"], "handle": ["MayLin"]})
    corpus = mq.Corpus(corpus.posts, authors, corpus.units, corpus.flow)
    clusters = mq.cluster(corpus, np.repeat(np.eye(2), 3, axis=0) + 0.01 * np.arange(12).reshape(6, 2), n_clusters=2)
    assert "maylin" not in {word for words in clusters.summary()["key_words"] for word in words}
    with pytest.raises(InvalidArgument, match="is one text"):
        mq.cluster(corpus, np.eye(6), n_clusters=2, ignore_words="oak")


SPELLINGS = ("lantern", "lanterns", "LanternNight")


def collection() -> list[str]:
    random = np.random.default_rng(4)
    words = np.array(["cat", "rain", "bread", "bus", "letter", "garden", "window", "chair", "song", "river"])
    return [f"{' '.join(random.choice(words, 4, replace=False))} {SPELLINGS[at % 3]}" for at in range(120)]


def test_query_words_in_their_spellings_are_proposed_and_other_texts_have_none():
    assert set(propose_ignored_words(collection())) == {word.lower() for word in SPELLINGS}
    plain = [text.rsplit(" ", 1)[0] for text in collection()]
    assert propose_ignored_words(plain) == []
    assert propose_ignored_words([]) == []


def test_clusters_that_are_spellings_are_named():
    texts = collection()
    warned = warn_of_spellings(texts, np.arange(120) % 3)
    assert "spelling" in warned
    assert "0 (lantern), 1 (lanterns), 2 (lanternnight)" in warned
    assert warn_of_spellings(texts, np.arange(120) // 40) == ""
