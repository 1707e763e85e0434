"""Hashes: what a decision was about, what a result was made from."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
import pandas as pd


def hash_bytes(content: bytes) -> str:
    """Return the SHA-256 of `content`, 64 hexadecimal digits.

    Examples
    --------
    >>> hash_bytes(b"abc")[:16]  # FIPS 180-2, appendix B.1
    'ba7816bf8f01cfea'
    """
    return hashlib.sha256(content).hexdigest()


def hash_text(text: str) -> str:
    """Return the SHA-256 of `text` in UTF-8; lone surrogates are kept apart from the characters that replace them."""
    return hash_bytes(text.encode("utf-8", "surrogatepass"))


def hash_words(text: str) -> str:
    r"""Return a hash of a unit's words, 16 hexadecimal digits: what a decision was about.

    What a re-saved file changes and no reader sees does not count: kinds of line ends, blanks at the ends and several
    in a row, composed or decomposed letters (Unicode Standard Annex 15).

    Examples
    --------
    >>> hash_words("thank  you\r\n") == hash_words("thank you"), hash_words("thank you") == hash_words("Thank you")
    (True, False)
    """
    return hash_text(" ".join(unicodedata.normalize("NFC", text).split()))[:16]


def hash_file(path: str | Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def hash_unchanged(path: str | Path) -> str:
    """Return the SHA-256 of a file that is asked for again and again; it is read anew when the file has changed.

    A file counts as the same while its place on the disk, its size and the times of its last change all are: its path
    alone says nothing, since another file may have been put there.
    """
    file = Path(path).resolve()
    state = file.stat()
    return _hash_of(file, state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


@lru_cache(maxsize=64)
def _hash_of(file: Path, *_state: int) -> str:
    return hash_file(file)


def hash_json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return the SHA-256 of a JSON value with sorted keys: the order a dictionary was filled in does not matter."""
    return hash_bytes(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


def hash_table(table: pd.DataFrame, columns: Sequence[str]) -> str:
    """Return the SHA-256 of some columns of a table, independent of the order of its rows.

    Parameters
    ----------
    table : DataFrame
        Any table.
    columns : sequence of str
        The columns that count, in this order.

    Examples
    --------
    >>> a = pd.DataFrame({"unit_id": ["1", "2"], "cluster": [0, 1]})
    >>> hash_table(a, ["unit_id", "cluster"]) == hash_table(a[::-1], ["unit_id", "cluster"])
    True
    """
    rows = sorted("\x1f".join(str(cell) for cell in row) for row in table[list(columns)].itertuples(index=False))
    return hash_text("\x1e".join(rows))
