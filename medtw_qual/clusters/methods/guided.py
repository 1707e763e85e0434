"""Guided by a codebook: every text joins the code whose words it is nearest to, or none."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from medtw_qual.clusters.encoders import load_known_encoder
from medtw_qual.clusters.methods.method_protocol import Partition, Points
from medtw_qual.clusters.projection import centres_of
from medtw_qual.clusters.vectors import to_unit_length
from medtw_qual.codebook.codebook import Code, Codebook
from medtw_qual.errors import InvalidArgument

# Cosine below which a text is near no code; short posts and definitions of all-MiniLM-L6-v2 meet at .2 to .5.
THRESHOLD = 0.25


def fit_guided(points: Points, n_clusters: int | None, seed: int, options: Mapping[str, Any]) -> Partition:
    """Put each text to the nearest code of a codebook (zero-shot), by cosine between its vector and the code's words.

    Options: ``codebook`` (a Codebook; needed), ``threshold`` (least cosine, default .25; texts below are in no
    cluster), ``code_vectors`` (one row per code, where the texts' vectors are your own).
    """
    codebook = options.get("codebook")
    if not isinstance(codebook, Codebook) or not len(codebook):
        raise InvalidArgument("The method 'guided' needs a codebook.", "Pass codebook=mq.read_codebook(path).")
    if n_clusters is not None:
        raise InvalidArgument(
            "The method 'guided' has as many clusters as the codebook has codes.", "Leave n_clusters out."
        )
    threshold = float(options.get("threshold", THRESHOLD))
    codes = to_unit_length(_code_vectors(codebook, options))
    if codes.shape != (len(codebook), points.array.shape[1]):
        raise InvalidArgument(
            f"The code vectors have shape {codes.shape}; the codebook has {len(codebook)} codes and the texts"
            f" {points.array.shape[1]} dimensions.",
            "Give one row per code, made by the encoder of the texts.",
        )
    nearness = np.round(points.array @ codes.T, 9)
    nearest = nearness.argmax(axis=1)
    best = nearness.max(axis=1)
    labels = np.where(best >= threshold, nearest, -1)
    present, compact = np.unique(labels[labels >= 0], return_inverse=True)
    labels[labels >= 0] = compact
    strength = np.where(labels >= 0, np.clip(best, 0.0, 1.0), 0.0)
    names = tuple(codebook.ids[code] for code in present)
    missing = [code for code in codebook.ids if code not in names]
    notes = ["Guided by the codebook: these clusters are no evidence for it."]
    if missing:
        notes.append(f"No text is nearest to: {', '.join(missing)}.")
    centres = centres_of(points.reduced, labels) if len(present) else np.empty((0, points.reduced.shape[1]))
    return Partition(labels, centres, strength, None, tuple(notes), {"threshold": threshold}, names, codebook.hash)


def _code_vectors(codebook: Codebook, options: Mapping[str, Any]) -> np.ndarray:
    given = options.get("code_vectors")
    if given is not None:
        return np.atleast_2d(np.asarray(given, dtype=np.float64))
    return load_known_encoder(options.get("encoder") or {})([code_words(code) for code in codebook.codes])


def code_words(code: Code) -> str:
    """Return what a code says, for the encoder: name, brief, definition, when to use it and a typical example.

    Examples
    --------
    >>> code_words(Code("thanks", "Thanks", brief="Gratitude is voiced."))
    'Thanks. Gratitude is voiced.'
    """
    parts = (code.name, code.brief, code.definition, code.include_when, code.typical)
    return " ".join(part.strip().rstrip(".") + "." for part in parts if part.strip())
