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
        theirs = clusters.bertopic.get_topic(row.cluster)
        assert [word for word, _ in theirs if word][:5] == row.key_words
        weights = [weight for _, weight in theirs]
        assert weights == sorted(weights, reverse=True)


def test_bertopic_puts_a_text_where_our_clusters_put_it(clusters):
    vectors = clusters.vectors.rows_of(clusters.units["unit_id"])
    topics, _ = clusters.bertopic.transform(clusters.units["text"].tolist(), embeddings=vectors)
    assert list(topics) == clusters.model.assign(vectors)[0].tolist()


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


@pytest.fixture(scope="module")
def many(corpus_of):
    """Twelve clusters with vectors from the encoder: enough for BERTopic's map of topics, which runs UMAP over them."""
    things = ["vaccine", "coffee", "cat", "exam", "rain", "train", "bread", "music", "garden", "paper", "shift", "mask"]
    texts = [f"{thing} {ending}" for thing in things for ending in ("today", "again and again", "for everyone here")]
    units = pd.DataFrame({"unit_id": [f"{n:02}" for n in range(36)], "text": texts})
    corpus = corpus_of(units.assign(created_at=[f"2020-{n % 12 + 1:02}-05T00:00:00Z" for n in range(36)]))
    return mq.cluster(corpus, mq.embed(corpus), n_clusters=12)


@pytest.mark.filterwarnings("ignore:n_jobs value")  # umap-learn, when BERTopic seeds it
def test_every_picture_that_bertopic_draws_is_drawn_of_our_topics(many):
    model, texts = many.bertopic, many.units["text"].tolist()
    assert model.topics_ == many.labels.tolist()
    assert isinstance(model.visualize_topics(), go.Figure)
    heat = model.visualize_heatmap()
    assert heat.data[0].z.shape == (12, 12)
    tree = model.hierarchical_topics(texts)
    assert len(tree) == 11
    assert isinstance(model.visualize_hierarchy(hierarchical_topics=tree), go.Figure)
    bars = model.visualize_barchart(top_n_topics=12)
    assert len(bars.data) == 12
    assert isinstance(model.visualize_term_rank(), go.Figure)
    array = many.vectors.rows_of(many.units["unit_id"])
    dots = model.visualize_documents(texts, reduced_embeddings=array[:, :2])
    assert sum(len(trace.x) for trace in dots.data if trace.hovertext is not None) >= len(texts)
    over_time = model.topics_over_time(texts, many.units["created_at"].dt.tz_localize(None).tolist())
    assert isinstance(model.visualize_topics_over_time(over_time), go.Figure)
    per_class = model.topics_per_class(texts, classes=["even", "odd"] * 18)
    assert isinstance(model.visualize_topics_per_class(per_class), go.Figure)
    info = model.get_document_info(texts)
    assert info["Topic"].tolist() == many.labels.tolist()


def test_representation_models_work_on_our_clusters(clusters):
    from bertopic.representation import KeyBERTInspired, MaximalMarginalRelevance

    model = clusters.bertopic
    for representation in (KeyBERTInspired(), MaximalMarginalRelevance(diversity=0.3)):
        model.update_topics(TEXTS, representation_model=representation, vectorizer_model=model.vectorizer_model)
        assert model.topics_ == clusters.labels.tolist()
        cats = dict(model.get_topic(clusters.labels[TEXTS.index("the cat wants food")]))
        assert "cat" in cats
        assert not {"the", "on", "and"} & set(cats)


@pytest.mark.parametrize("serialization", ["pickle", "safetensors"])
def test_a_saved_model_comes_back_with_our_numbers_and_embeds_new_texts(clusters, tmp_path, serialization):
    from bertopic import BERTopic

    model = clusters.bertopic
    model.save(str(tmp_path / "model"), serialization=serialization)
    loaded = BERTopic.load(
        str(tmp_path / "model"), **({} if serialization == "pickle" else {"embedding_model": model.embedding_model})
    )
    assert loaded.topics_ == clusters.labels.tolist()
    topics, _ = loaded.transform(["my cat sleeps on the desk", "second dose of vaccine"])
    assert list(topics) == [clusters.labels[4], clusters.labels[11]]


def test_units_in_no_cluster_are_bertopics_outliers(corpus_of):
    corpus = corpus_of(pd.DataFrame({"unit_id": [f"{n:02}" for n in range(17)], "text": [*TEXTS, " "]}))
    clusters = mq.cluster(corpus, mq.embed(corpus), n_clusters=3)
    assert clusters.bertopic.topics_ == [*clusters.labels[:16].tolist(), -1]
