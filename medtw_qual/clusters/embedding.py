"""From texts to vectors: each text once, kept on disk, the same every time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from medtw_qual._base.hashing import hash_json, hash_text, hash_words
from medtw_qual._base.progress import track
from medtw_qual.clusters.cache import VectorCache
from medtw_qual.clusters.encoders import encoder_notes, find_encoder, load_encoder
from medtw_qual.clusters.engines import Encode, models_folder
from medtw_qual.clusters.model_source import ModelSource
from medtw_qual.clusters.vectors import Vectors, as_vectors, to_unit_length
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.errors import InvalidArgument

# How many texts are encoded between two writes to the cache: an interrupted run loses at most these.
PIECE = 2048


def embed(
    corpus: Corpus,
    cache: str | Path | None = None,
    model: str | Path | None = None,
    vectors: Any = None,  # noqa: ANN401 - anything array-like
    precision: str = "auto",
) -> Vectors:
    """Give every unit of a corpus a vector: near in meaning, near in space.

    Equal texts are encoded once. Batches are fixed and texts run in a fixed order, since batching alone changes the
    last bits; across machines vectors agree to about 1e-3 only, so save them (`Vectors.save`) and let the file be the
    authority for everything that follows.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    cache : str or Path, optional
        A folder in which vectors are kept by text, model and precision. Safe under two processes; a damaged entry is
        computed again.
    model : str or Path, optional
        A folder or a name on the hub of any sentence-transformers model; default the packaged all-MiniLM-L6-v2
        (Reimers & Gurevych 2019; Apache-2.0), its hash checked.
    vectors : array or Vectors, optional
        Your own vectors instead: one row per unit, in the order of ``corpus.units``; nothing is encoded then.
    precision : str
        "auto" (default): "exact" where the model's full weights are installed, "compact" where they are not; the
        vectors' account and notes say which. "exact": float32. "compact": the packaged model with its weights rounded
        to 8 bits and all else in float32, a mean cosine of .999 to exact; needs no torch. "fast": 8-bit arithmetic
        too, about three times as fast at a mean cosine of .99 to exact. "static": word-piece vectors distilled once
        from the model, for millions of posts.

    Returns
    -------
    Vectors
        Rows of unit length, one per unit; a unit without words has a row of zeros and is named in ``.notes``.
        ``.encoder`` says what made them: model and hash, precision, engine, longest input, library versions.

    Raises
    ------
    MissingDependency
        When the model, or what runs it, is not on this computer; the message ends with the command that brings it.
    InvalidArgument
        When the corpus is empty, or your own vectors do not fit it.

    Examples
    --------
    >>> from medtw_qual.clusters.example_corpus import small_corpus
    >>> embed(small_corpus(), vectors=[[3, 4], [0, 2], [5, 0]]).array
    array([[0.6, 0.8], [0. , 1. ], [1. , 0. ]], dtype=float32)
    """
    require_units(corpus)
    if vectors is not None:
        return as_vectors(corpus, vectors)
    source, encoder = find_encoder(model, precision)
    unique = sorted({text for text in corpus.units["text"] if text.strip()})
    return broadcast(corpus, unique, embed_texts(unique, source, encoder, cache), encoder)


def broadcast(corpus: Corpus, unique: Sequence[str], rows: np.ndarray, encoder: dict[str, Any]) -> Vectors:
    """Give every unit the vector of its text, and units without words a row of zeros.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    unique : sequence of str
        Distinct texts.
    rows : ndarray, shape (texts, dimensions)
        Their vectors.
    encoder : dict
        The account of what made them.

    Returns
    -------
    Vectors
    """
    texts = pd.Index(corpus.units["text"].astype("object"))
    place = pd.Index(unique, dtype="object").get_indexer(texts)
    array = np.zeros((len(texts), rows.shape[1]), dtype=np.float32)
    array[place >= 0] = rows[place[place >= 0]]
    notes = (*encoder_notes(encoder), *_notes(texts, place, encoder["max_length"]))
    return Vectors(list(corpus.units["unit_id"]), array, encoder, notes, tuple(map(hash_words, texts)))


def embed_texts(
    texts: Sequence[str],
    source: ModelSource,
    encoder: dict[str, Any],
    cache: str | Path | None = None,
) -> np.ndarray:
    """Return the vectors of distinct texts, from the cache where it has them.

    Parameters
    ----------
    texts : sequence of str
        Distinct, none empty, in a fixed order.
    source, encoder
        What `embed` found: the model, and the account of it and of the way to run it.
    cache : str or Path, optional

    Returns
    -------
    ndarray of float32, shape (texts, dimensions)
    """
    keys = [hash_text(text) for text in texts]
    store = VectorCache(cache, hash_json(encoder)) if cache is not None else None
    known = store.read(keys) if store else {}
    missing = [row for row, key in enumerate(keys) if key not in known]
    missing = [missing[row] for row in in_encoding_order([texts[m] for m in missing], [keys[m] for m in missing])]
    encode: Encode | None = None
    starts = range(0, len(missing), PIECE)
    for start in track(starts, "embedding", unit="piece"):
        encode = encode or load_encoder(source, encoder, models_folder(cache))
        rows = missing[start : start + PIECE]
        array = to_unit_length(encode([texts[row] for row in rows])).astype(np.float32)
        piece = [keys[row] for row in rows]
        known.update(zip(piece, array, strict=True))
        if store:
            store.write(piece, array)
    return np.vstack([known[key] for key in keys]) if keys else np.zeros((0, 1), dtype=np.float32)


def require_units(corpus: Any) -> None:  # noqa: ANN401 - people pass tables and lists
    """Raise `InvalidArgument` unless this is a corpus with units."""
    if not isinstance(corpus, Corpus):
        raise InvalidArgument(
            f"This needs a corpus, not a {type(corpus).__name__}.",
            'Read one: mq.read_corpus("posts.csv", text="text", id="id").',
        )
    if corpus.units.empty:
        raise InvalidArgument("The corpus has no units.", "See corpus.flow for the step that dropped the last of them.")


def in_encoding_order(texts: Sequence[str], keys: Sequence[str]) -> list[int]:
    """Return the rows longest first, so that a batch pads little; equal lengths in the order of their hashes."""
    return sorted(range(len(texts)), key=lambda row: (-len(texts[row]), keys[row]))


def _notes(texts: Sequence[str], place: np.ndarray, max_length: int) -> tuple[str, ...]:
    notes = []
    empty = int((place < 0).sum())
    if empty:
        notes.append(f"Units without words, and so without a vector: {empty}; they belong to no cluster.")
    # English runs to about four characters a word piece: texts above that many are surely cut or nearly so.
    long = sum(len(text) > 4 * max_length for text in texts)
    if long:
        notes.append(f"Texts longer than the model reads (about {4 * max_length} characters): {long}; the rest is cut.")
    return tuple(notes)
