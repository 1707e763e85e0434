"""Vectors kept on disk between runs: files that never change, each named by the hash of what it holds."""

import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from medtw_qual._base.files import atomic_path
from medtw_qual._base.hashing import hash_bytes
from medtw_qual.errors import InvalidArgument

_KEY_BYTES = 32


class VectorCache:
    """Vectors of texts under one encoder, found by the SHA-256 of the text.

    A file is written once, atomically, and named by the hash of its content: two processes may fill the cache at once
    (they write different files, or the same one twice), and a file that does not match its name is removed and its
    texts are embedded again.

    Parameters
    ----------
    folder : str or Path
        The cache folder of the study; each encoder gets a folder of its own in it.
    encoder_key : str
        Hash of model, precision and limits: other settings, other vectors.
    """

    def __init__(self, folder: str | Path, encoder_key: str) -> None:
        self.folder = Path(folder) / "vectors" / encoder_key[:16]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidArgument(
                f"Vectors cannot be kept in {folder} ({error.strerror}).",
                "Name a folder that you may write to, or leave `cache` out.",
            ) from error

    def read(self, keys: Sequence[str]) -> dict[str, np.ndarray]:
        """Return the vectors that are there, by key (64 hexadecimal digits each)."""
        wanted = set(keys)
        found: dict[str, np.ndarray] = {}
        for path in sorted(self.folder.glob("[0-9a-f]*.npy")):  # a name with a dot is being written by another process
            if wanted <= found.keys():
                break
            for key, vector in _read_piece(path):
                if key in wanted:
                    found[key] = vector
        return found

    def write(self, keys: Sequence[str], array: np.ndarray) -> Path:
        """Keep `array`, float32, one row per key."""
        stored = np.empty(len(keys), dtype=[("key", f"V{_KEY_BYTES}"), ("vector", "<f4", (array.shape[1],))])
        stored["key"] = np.frombuffer(bytes.fromhex("".join(keys)), dtype=f"V{_KEY_BYTES}")
        stored["vector"] = array
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, stored, allow_pickle=False)
        content = buffer.getvalue()
        target = self.folder / f"{hash_bytes(content)}.npy"
        with atomic_path(target) as temporary:
            temporary.write_bytes(content)
        return target


def _read_piece(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Yield what a file holds, or nothing, and remove it, when its content is not what its name says."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:  # another process found it damaged first
        return
    if hash_bytes(content) != path.stem:
        with suppress(FileNotFoundError):
            path.unlink()
        return
    stored = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    for key, vector in zip(stored["key"], stored["vector"], strict=True):
        yield bytes(key).hex(), vector
