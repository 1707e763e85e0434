"""Engines, the ways a model is run: torch, onnxruntime in float32 or with 8-bit weights, a static table."""

import io
import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stderr
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from medtw_qual._base.extras import needs_extra
from medtw_qual._base.progress import progress_shown
from medtw_qual.clusters.bert_graph import build_graph, can_build
from medtw_qual.clusters.model_source import ModelSource, longest_input
from medtw_qual.errors import InvalidArgument

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

# Batching alone changes vectors in the last bits, so the batch is fixed and belongs to the encoder's key.
BATCH = 32
Encode = Callable[[Sequence[str]], np.ndarray]
_PROBES = (
    "Night shift again.",
    "Thank you",
    "¿Quién más está de guardia? " * 20,
    "👩🏽‍⚕️ #MedTwitter @who https://x.org",
)


def load_torch(source: ModelSource) -> Encode:
    """Run the model in float32 through sentence-transformers, on the processor (a graphics card changes last bits)."""
    with needs_extra("bertopic"):
        from sentence_transformers import SentenceTransformer

    with quiet_transformers():
        model = SentenceTransformer(str(source.folder), device="cpu", local_files_only=True)
    model.eval()

    def encode(texts: Sequence[str]) -> np.ndarray:
        rows = model.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(rows, dtype=np.float32)

    return encode


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Load a model without the loader's bars and reports, which would stand in every notebook."""
    with needs_extra("bertopic"):
        from transformers.utils import logging as transformers_logging

    reports: Any = transformers_logging
    level, bars = reports.get_verbosity(), reports.is_progress_bar_enabled()
    reports.set_verbosity_error()
    reports.disable_progress_bar()
    try:
        yield
    finally:
        reports.set_verbosity(level)
        if bars:
            reports.enable_progress_bar()


def load_onnx(source: ModelSource) -> Encode:
    """Run the model in float32 through onnxruntime, on a graph written from its weights."""
    return _on_session(build_graph(source.folder).SerializeToString(), source)


def load_int8(source: ModelSource) -> Encode:
    """Run the model with its weight matrices as 8-bit integers, one scale per channel, activations scaled as they come.

    Vectors differ between processors with and without the VNNI instructions, and with the batch: never compare them
    across machines; save them.

    Raises
    ------
    InvalidArgument
        When the model is not of the BERT kind.
    MissingDependency
        When onnxruntime is not installed.
    """
    if not can_build(source.folder):
        raise InvalidArgument(
            f"The model {source.name!r} cannot be run with precision='fast': it is not a BERT with mean or first-token"
            " pooling.",
            "Use precision='exact', or 'static' for very many posts.",
        )
    with needs_extra("clusters"):
        from onnxruntime.quantization import QuantType, quantize_dynamic

    # The quantiser advises a preparation on the root logger; on this graph it changes no vector (tried).
    advice = logging.getLogger()
    level = advice.level
    advice.setLevel(logging.ERROR)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "int8.onnx"
            quantize_dynamic(
                build_graph(source.folder), path, per_channel=True, weight_type=QuantType.QInt8,
                op_types_to_quantize=["MatMul"],
            )  # fmt: skip
            return _on_session(path.read_bytes(), source)
    finally:
        advice.setLevel(level)


def open_session(model: bytes) -> "InferenceSession":
    """Open a graph in onnxruntime, on the processor."""
    with needs_extra("clusters"):
        from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.log_severity_level = 3
    return InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _on_session(model: bytes, source: ModelSource) -> Encode:
    with needs_extra("clusters"):
        from tokenizers import Tokenizer

    session = open_session(model)
    tokenizer = Tokenizer.from_file(str(source.folder / "tokenizer.json"))

    def run(ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        return np.asarray(session.run(None, {"input_ids": ids, "attention_mask": mask})[0])

    return encode_in_batches(tokenizer, longest_input(source), run)


def encode_in_batches(
    tokenizer: "Tokenizer", longest: int, run: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> Encode:
    """Return the function from texts to vectors of a tokenizer and a model: batches of texts of about one length.

    Parameters
    ----------
    tokenizer : Tokenizer
    longest : int
        How many word pieces the model reads.
    run : function
        Word pieces and mask of a batch in, one vector a text out.
    """
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest)

    def encode(texts: Sequence[str]) -> np.ndarray:
        tokens = [found.ids for found in tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(tokens)), key=lambda row: (len(tokens[row]), row))
        out: list[np.ndarray | None] = [None] * len(tokens)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            for row, vector in zip(rows, run(*_padded([tokens[row] for row in rows])), strict=True):
                out[row] = vector
        return np.array(out, dtype=np.float32)

    return encode


def _padded(tokens: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return a batch as word pieces and mask, shorter texts filled up with padding that the mask hides."""
    ids = np.zeros((len(tokens), len(tokens[-1])), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, pieces in enumerate(tokens):
        ids[row, : len(pieces)] = pieces
        mask[row, : len(pieces)] = 1
    return ids, mask


def equals_torch(source: ModelSource, tolerance: float = 1e-5) -> bool:
    """Say whether onnxruntime gives this model's vectors as sentence-transformers does, on a few odd texts."""
    return bool(np.abs(load_onnx(source)(_PROBES) - load_torch(source)(_PROBES)).max() <= tolerance)


def load_static(source: ModelSource, folder: Path) -> Encode:
    """Run a table of word-piece vectors distilled from the model (model2vec; Tulkens & van Dongen 2024).

    The table is made once, in under a minute and without any download, and kept in `folder`. A text's vector is the
    weighted mean of its word pieces: it depends on nothing but the text.
    """
    with needs_extra("static"):
        from model2vec import StaticModel
    kept = folder / f"static-{source.hash[:16]}"
    if not (kept / "model.safetensors").is_file():
        _distil(source, kept)
    model = StaticModel.from_pretrained(str(kept))

    def encode(texts: Sequence[str]) -> np.ndarray:
        return np.asarray(model.encode(list(texts), use_multiprocessing=False), dtype=np.float32)

    return encode


def _distil(source: ModelSource, target: Path) -> None:
    """Distil into a folder beside `target` and put it in place whole; another process may have been first."""
    with needs_extra("static"):
        from model2vec.distill import distill

    target.parent.mkdir(parents=True, exist_ok=True)
    bar = nullcontext() if progress_shown() else redirect_stderr(io.StringIO())  # model2vec's own has no switch
    with tempfile.TemporaryDirectory(dir=target.parent) as folder, quiet_transformers(), bar:
        made = Path(folder) / "model"
        distill(str(source.folder), device="cpu").save_pretrained(str(made))
        if not target.exists():
            made.rename(target)


def models_folder(cache: str | Path | None) -> Path:
    """Return where models made from others are kept: in the study's cache, or in the user's."""
    return (Path(cache) if cache is not None else Path.home() / ".cache" / "medtw_qual") / "models"
