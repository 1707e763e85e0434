"""Encoders: texts in, vectors out. One function per precision, and the registry that names them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from medtw_qual._base.errors import InvalidArgument, did_you_mean
from medtw_qual.clusters.sources import ModelSource

# Batching alone changes vectors in the last bits, so the batch is fixed and belongs to the encoder's key.
BATCH = 32
Encode = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True)
class Precision:
    """One way to run a model.

    Attributes
    ----------
    name : str
    words : str
        What it trades for what.
    load : function
        ModelSource in, a function from texts to unit-length float32 rows out.
    libraries : tuple of str
        Whose versions belong to the account of the vectors.
    """

    name: str
    words: str
    load: Callable[[ModelSource], Encode]
    libraries: tuple[str, ...]


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Load a model without the loader's bars and reports, which would stand in every notebook."""
    from transformers.utils import logging as transformers_logging

    logging: Any = transformers_logging
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def load_exact(source: ModelSource) -> Encode:
    """Run the model in float32 through sentence-transformers, on the processor (a graphics card changes last bits)."""
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


PRECISIONS = {
    one.name: one
    for one in (
        Precision("exact", "float32 throughout", load_exact, ("sentence-transformers", "transformers", "torch")),
    )
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


def describe_encoder(source: ModelSource, precision: Precision, max_length: int) -> dict[str, Any]:
    """Return the account of an encoder that goes with its vectors; it holds nothing of the texts."""
    return {
        "model": source.name,
        "model_hash": source.hash,
        "precision": precision.name,
        "max_length": max_length,
        "batch": BATCH,
        "libraries": {name: _version(name) for name in precision.libraries},
    }


def _version(library: str) -> str:
    try:
        return version(library).split("+")[0]
    except PackageNotFoundError:
        return "not installed"
