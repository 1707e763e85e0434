"""Guards the way to BERTopic: same numbers, same key words, and its five usual calls on our clusters."""

import pandas as pd
import plotly.graph_objects as go
import pytest

import medtw_qual as mq

TEXTS = [
    "night shift coffee again", "night shift is over", "coffee before the night shift", "tired after this shift",
    "my cat sleeps on the desk", "the cat wants food", "a cat and a dog", "dog walks in the rain",
    "vaccine trial results today", "the vaccine works", "trial data on the vaccine", "second dose of vaccine",
    "thank you all for this year", "grateful for this community", "thank you colleagues", "so grateful today",
]  # fmt: skip


@pytest.fixture(scope="module")
def clusters(corpus_of):
    months = [f"2020-{month:02}-15T10:00:00Z" for month in (9, 10, 11, 12)] * 4
    units = pd.DataFrame({"unit_id": [f"{n:02}" for n in range(16)], "text": TEXTS, "created_at": months})
    corpus = corpus_of(units)
    return mq.cluster(corpus, mq.embed(corpus), n_clusters=4)


def test_topics_have_our_numbers_also_where_sizes_tie(clusters):
    assert clusters.bertopic.topics_ == clusters.labels.tolist()
    sizes = clusters.bertopic.get_topic_freq().set_index("Topic")["Count"]
    assert sizes.to_dict() == clusters.summary().set_index("cluster")["size"].to_dict()


def test_key_words_are_those_of_the_summary(clusters):
    for row in clusters.summary(n_words=5).itertuples():
        theirs = dict(clusters.bertopic.get_topic(row.cluster))
        for word in row.key_words[:3]:
            assert word in theirs


def test_the_five_usual_calls_work(clusters):
    model = clusters.bertopic
    texts = clusters.units["text"].tolist()
    assert len(model.get_topic_info()) == len(clusters)
    assert isinstance(model.visualize_barchart(), go.Figure)
    assert isinstance(model.visualize_hierarchy(), go.Figure)
    over_time = model.topics_over_time(texts, clusters.units["created_at"].dt.tz_localize(None).tolist())
    assert over_time["Frequency"].sum() == len(texts)
    per_class = model.topics_per_class(texts, classes=["even", "odd"] * 8)
    assert set(per_class["Class"]) == {"even", "odd"}


def test_new_texts_are_embedded_and_join_the_nearest_cluster(clusters):
    topics, _ = clusters.bertopic.transform(TEXTS)
    assert list(topics) == clusters.labels.tolist()
    found, _ = clusters.bertopic.find_topics("my cat", top_n=1)
    assert found[0] == clusters.labels[TEXTS.index("the cat wants food")]


def test_representation_models_work_on_our_clusters(clusters):
    from bertopic.representation import KeyBERTInspired

    clusters.bertopic.update_topics(TEXTS, representation_model=KeyBERTInspired(), vectorizer_model=None)
    assert clusters.bertopic.topics_ == clusters.labels.tolist()
