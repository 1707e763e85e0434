"""A BERTopic made from our clusters: its plots, representations and topics over time on our assignments."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from medtw_qual._base.extras import needs_extra
from medtw_qual.clusters.cluster_words import word_counter
from medtw_qual.clusters.description import describing_words
from medtw_qual.clusters.encoders import load_known_encoder
from medtw_qual.clusters.engines import Encode

if TYPE_CHECKING:
    import pandas as pd
    from bertopic import BERTopic

    from medtw_qual.clusters.clusters import Centres, Clusters


class ProjectionStep:
    """Our projection where BERTopic expects a dimensionality reducer."""

    def __init__(self, centres: "Centres") -> None:
        self.centres = centres

    def fit(self, X: np.ndarray, y: Any = None) -> "ProjectionStep":  # noqa: ANN401, N803 - scikit-learn's names
        """Nothing to learn: the projection is fitted."""
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        """Return principal coordinates."""
        from medtw_qual.clusters.vectors import to_unit_length

        return self.centres.space.project(to_unit_length(X))


class AssignmentStep:
    """Our assignments where BERTopic expects a clusterer."""

    def __init__(self, centres: "Centres", labels: np.ndarray) -> None:
        self.centres = centres
        self.labels_ = labels

    def fit(self, X: np.ndarray, y: Any = None) -> "AssignmentStep":  # noqa: ANN401, N803
        """Nothing to learn: the assignments stand."""
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        """Return the cluster of each row of principal coordinates: by a consensus's votes, else the nearest centre."""
        from medtw_qual.clusters.projection import nearest_centre

        if self.centres.votes is not None:
            return np.asarray(self.centres.votes.memberships(X).argmax(axis=1))
        return nearest_centre(X, self.centres.centres)[0]


def as_bertopic(clusters: "Clusters") -> "BERTopic":
    """Return a fitted BERTopic with these assignments; see `Clusters.bertopic`."""
    with needs_extra("bertopic"):
        from bertopic import BERTopic

    model = BERTopic(
        language="multilingual",  # only says that its clean-up of English text stays off; the embedder is ours
        embedding_model=_embedder(clusters.vectors.encoder),
        umap_model=ProjectionStep(clusters.model),
        hdbscan_model=AssignmentStep(clusters.model, clusters.labels),
        vectorizer_model=word_counter(),
        calculate_probabilities=False,
    )
    # BERTopic numbers topics by size and breaks ties as they fall; ours are numbered by size already, ties settled.
    model._sort_mappings_by_frequency = lambda documents: _keep_numbers(model, documents)
    texts = clusters.units["text"].tolist()
    model.fit(texts, embeddings=clusters.vectors.rows_of(clusters.units["unit_id"]))
    del model._sort_mappings_by_frequency
    _take_key_words(model, clusters)
    return model


def _take_key_words(model: "BERTopic", clusters: "Clusters") -> None:
    """Put our key words where BERTopic's own stood: its plots then print the words that our tables print.

    Weights stay BERTopic's class-based TF-IDF; a phrase has that of its heaviest word.
    """
    column = {word: at for at, word in enumerate(model.vectorizer_model.get_feature_names_out())}
    ours = describing_words(clusters, 10, "ctfidf")
    for row, topic in enumerate(sorted(model.topic_representations_)):
        weights = model.c_tf_idf_[[row]].toarray()[0]
        words = ours[topic]
        heaviest = [
            max((weights[column[part]] for part in word.split() if part in column), default=0.0) for word in words
        ]
        if words:  # else BERTopic's own stay: its plots cannot draw a topic without words
            filled = [*zip(words, map(float, heaviest), strict=True), *[("", 1e-5)] * (10 - len(words))]
            model.topic_representations_[topic] = filled  # filled up to ten, as BERTopic does


def _keep_numbers(model: "BERTopic", documents: "pd.DataFrame") -> "pd.DataFrame":
    model.topic_mapper_.add_mappings({int(topic): int(topic) for topic in set(documents.Topic)}, topic_model=model)
    return documents


def _embedder(encoder: dict[str, Any]) -> Any:  # noqa: ANN401 - BERTopic's class is imported late
    """Return an embedder that loads our encoder when it is first asked; without a known encoder it says so."""
    with needs_extra("bertopic"):
        from bertopic.backend import BaseEmbedder

    class Embedder(BaseEmbedder):  # type: ignore[misc]
        """The encoder of our vectors, loaded on first use."""

        loaded: Encode | None = None

        def __reduce__(self) -> tuple[Any, tuple[dict[str, Any]]]:
            return _embedder, (encoder,)  # BERTopic's save() pickles: the encoder is found again, not stored

        def embed(self, documents: Sequence[str], verbose: bool = False) -> np.ndarray:
            if self.loaded is None:
                self.loaded = load_known_encoder(encoder)
            return np.asarray(self.loaded(list(documents)))

    return Embedder()
