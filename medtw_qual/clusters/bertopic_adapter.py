"""A BERTopic made from our clusters: its plots, representations and topics over time on our assignments."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from medtw_qual._base.extras import needs_extra
from medtw_qual.clusters.cluster_words import word_counter
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
        """Return the nearest centre of each row of principal coordinates."""
        from medtw_qual.clusters.projection import nearest_centre

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
    return model


def _keep_numbers(model: "BERTopic", documents: "pd.DataFrame") -> "pd.DataFrame":
    model.topic_mapper_.add_mappings({int(one): int(one) for one in set(documents.Topic)}, topic_model=model)
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
