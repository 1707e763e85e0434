"""A corpus that fits into memory: the workers embed, this computer clusters."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from medtw_qual._base.hashing import hash_text
from medtw_qual.clusters.clustering import cluster
from medtw_qual.clusters.clusters import Clusters
from medtw_qual.clusters.embedding import PIECE, broadcast, in_encoding_order, require_units
from medtw_qual.clusters.encoders import find_encoder, load_encoder
from medtw_qual.clusters.engines import Encode, models_folder
from medtw_qual.clusters.model_source import ModelSource
from medtw_qual.clusters.vectors import Vectors, to_unit_length
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.distributed.scheduler import connect, spread


def embed_on(
    scheduler: str | None,
    corpus: Corpus,
    model: str | Path | None = None,
    precision: str = "auto",
) -> Vectors:
    """Embed a corpus on a Dask cluster's workers: the vectors that `mq.embed` gives on one computer.

    Texts go out in the pieces in which `mq.embed` encodes them; the piece of a worker that dies goes to another.

    Parameters
    ----------
    scheduler : str or None
        As for `connect`.
    corpus : Corpus
        The corpus, after the steps that select its units.
    model, precision
        As for `mq.embed`; a model that is a folder must be there on every worker.

    Returns
    -------
    Vectors
    """
    require_units(corpus)
    source, encoder = find_encoder(model, precision)
    texts = corpus.units["text"].astype("object")
    unique = sorted({text for text in texts if text.strip()})
    order = in_encoding_order(unique, [hash_text(text) for text in unique])
    unique = [unique[row] for row in order]
    pieces = [unique[start : start + PIECE] for start in range(0, len(unique), PIECE)]
    with connect(scheduler) as client:
        found = spread(client, EmbedPiece(source, encoder), pieces, "embedding on workers")
    return broadcast(corpus, unique, np.vstack(found) if found else np.zeros((0, 1), dtype=np.float32), encoder)


def cluster_on(
    scheduler: str | None,
    corpus: Corpus,
    n_clusters: int | None = None,
    method: str | None = None,
    seed: int = 2020,
    model: str | Path | None = None,
    precision: str = "auto",
) -> tuple[Vectors, Clusters]:
    """Embed a corpus on a Dask cluster's workers and cluster it here.

    Parameters
    ----------
    scheduler : str or None
        As for `connect`.
    corpus : Corpus
        The corpus, after the steps that select its units.
    n_clusters, method, seed
        As for `mq.cluster`.
    model, precision
        As for `embed_on`.

    Returns
    -------
    Vectors, Clusters
    """
    vectors = embed_on(scheduler, corpus, model, precision)
    return vectors, cluster(corpus, vectors, n_clusters=n_clusters, method=method, seed=seed)


@dataclass(frozen=True)
class EmbedPiece:
    """Embeds a piece of texts on a worker; the encoder is loaded once per process."""

    source: ModelSource
    encoder: dict[str, Any]
    folder: Path | None = None

    def __call__(self, texts: list[str]) -> np.ndarray:
        """Return unit-length rows in the order of the texts."""
        encode = _loaded(self.source, orjson.dumps(self.encoder), self.folder)
        return to_unit_length(encode(texts)).astype(np.float32)


@lru_cache(maxsize=2)
def _loaded(source: ModelSource, encoder: bytes, folder: Path | None) -> Encode:
    return load_encoder(source, orjson.loads(encoder), models_folder(folder))
