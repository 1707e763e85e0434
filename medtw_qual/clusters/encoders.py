"""Precisions: exact, fast, static. The registry, and the account of an encoder that goes with its vectors."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from medtw_qual.clusters.bert_graph import can_build
from medtw_qual.clusters.engines import (
    BATCH,
    Encode,
    equals_torch,
    has_onnxruntime,
    load_int8,
    load_onnx,
    load_static,
    load_torch,
    models_folder,
)
from medtw_qual.clusters.model_source import DEFAULT_MODEL, ModelSource, find_model, longest_input
from medtw_qual.errors import InvalidArgument, MissingDependency, did_you_mean

_TORCH = ("sentence-transformers", "transformers", "torch")
_ONNX = ("onnxruntime", "tokenizers")


@dataclass(frozen=True)
class Precision:
    """One way to run a model.

    Attributes
    ----------
    name : str
        What `embed(precision=...)` and study.toml call it.
    words : str
        What it trades for what.
    engine : function
        ModelSource in, the name of the engine that will run it out.
    """

    name: str
    words: str
    engine: Callable[[ModelSource], str]


def _exact_engine(source: ModelSource) -> str:
    """Onnxruntime where its vectors are sentence-transformers' to 1e-5: known for the packaged model, else tried."""
    if has_onnxruntime() and can_build(source.folder) and (source.name == DEFAULT_MODEL or equals_torch(source)):
        return "onnxruntime"
    return "torch"


PRECISIONS = {
    one.name: one
    for one in (
        Precision("exact", "float32 throughout; vectors agree across machines to about 1e-3", _exact_engine),
        Precision("fast", "8-bit weights; about .99 cosine to exact, differs between processors", lambda _: "int8"),
        Precision("static", "a table of word-piece vectors distilled from the model; for millions", lambda _: "static"),
    )
}

_ENGINES: dict[str, tuple[Callable[[ModelSource, Path], Encode], tuple[str, ...]]] = {
    "torch": (lambda source, folder: load_torch(source), _TORCH),
    "onnxruntime": (lambda source, folder: load_onnx(source), _ONNX),
    "int8": (lambda source, folder: load_int8(source), _ONNX),
    "static": (load_static, ("model2vec", "tokenizers")),
}


def find_precision(name: str) -> Precision:
    """Return the precision of that name.

    Raises
    ------
    InvalidArgument
    """
    if name not in PRECISIONS:
        raise InvalidArgument(
            f"There is no precision {name!r}.{did_you_mean(name, PRECISIONS)}", f"Use one of: {', '.join(PRECISIONS)}."
        )
    return PRECISIONS[name]


def describe_encoder(source: ModelSource, precision: Precision) -> dict[str, Any]:
    """Return the account of an encoder that goes with its vectors; it holds nothing of the texts."""
    engine = precision.engine(source)
    return {
        "model": source.name,
        "model_hash": source.hash,
        "precision": precision.name,
        "engine": engine,
        "max_length": longest_input(source),
        "batch": BATCH,
        "libraries": {name: _version(name) for name in _ENGINES[engine][1]},
    }


def load_encoder(source: ModelSource, encoder: dict[str, Any], folder: Path) -> Encode:
    """Return the function from texts to vectors that an account describes; torch stands in for onnxruntime."""
    engine = encoder.get("engine", "torch")
    if engine == "onnxruntime" and not has_onnxruntime():
        engine = "torch"
    return _ENGINES[engine][0](source, folder)


def load_known_encoder(encoder: dict[str, Any]) -> Encode:
    """Return the function from texts to vectors that made some vectors, from their account.

    Raises
    ------
    MissingDependency
        When the account names no model, or the model on this computer is another.
    """
    if "model_hash" not in encoder:
        raise MissingDependency(
            "These vectors were given without an encoder, so other texts cannot be embedded beside them.",
            "Give vectors of the other texts too, or embed the corpus with mq.embed.",
        )
    source = find_model(encoder["model"])
    if source.hash != encoder["model_hash"]:
        raise MissingDependency(
            f"The model {encoder['model']!r} on this computer is not the one that made these vectors.",
            "Put the same version in its place, or embed the corpus again.",
        )
    return load_encoder(source, encoder, models_folder(None))


def _version(library: str) -> str:
    try:
        return version(library).split("+")[0]
    except PackageNotFoundError:
        return "not installed"
