"""Vectors: one per unit, with the account of the encoder that made them; the stored file is the authority."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import orjson
import pandas as pd

from medtw_qual._base.files import require_file
from medtw_qual._base.hashing import hash_text
from medtw_qual._base.zip_archive import open_zip, write_zip
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.errors import InvalidArgument, InvalidTable, UnreadableFile

StoredAs = Literal["float32", "float16"]
_BLOCK = 65_536


@dataclass(frozen=True, eq=False)
class Vectors:
    """One vector per unit and how it was made.

    Attributes
    ----------
    unit_ids : list of str
        The units, in the order of the rows.
    array : ndarray of float32, shape (units, dimensions)
        Unit length (to 1e-3 when they were stored as float16); a row of zeros belongs to a unit without words.
    encoder : dict
        Model and its hash, precision, longest input, library versions. Empty text: nothing known.
    notes : tuple of str
        What a reader should know: texts cut at the model's limit, units without words.
    text_hashes : tuple of str
        `hash_words` of each unit's text, in the same order, by which words that change later are noticed; empty: not
        known.

    Raises
    ------
    InvalidArgument
        When the rows do not fit the units, or a number is missing.

    Examples
    --------
    >>> two = Vectors(["a", "b"], np.array([[1, 0], [0, 1]]), {"model": "by hand"})
    >>> two
    Vectors(2 units x 2 dimensions, by hand)
    >>> two.rows_of(["b"])
    array([[0., 1.]], dtype=float32)
    """

    unit_ids: list[str]
    array: np.ndarray
    encoder: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    text_hashes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit_ids", [str(unit_id) for unit_id in self.unit_ids])
        object.__setattr__(self, "array", np.ascontiguousarray(self.array, dtype=np.float32))
        _require_sound(self.unit_ids, self.array)

    def __len__(self) -> int:
        """How many units there are."""
        return len(self.unit_ids)

    def __repr__(self) -> str:
        rows, dimensions = self.array.shape
        return f"Vectors({rows} units x {dimensions} dimensions, {self.encoder.get('model', 'unknown encoder')})"

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the units and their numbers, in the order of the unit ids; the encoder's words do not count."""
        order = np.argsort(np.asarray(self.unit_ids, dtype=object), kind="stable")
        ids = "\x1e".join(self.unit_ids[row] for row in order)
        numbers = hashlib.sha256()
        for start in range(0, len(order), _BLOCK):  # a million rows are not copied whole
            numbers.update(self.array[order[start : start + _BLOCK]].astype("<f4").tobytes())
        return hash_text(ids + numbers.hexdigest())

    @cached_property
    def _places(self) -> pd.Index:
        return pd.Index(self.unit_ids)

    def rows_of(self, unit_ids: Sequence[str]) -> np.ndarray:
        """Return the rows of these units, in their order; rows are found by id, never by position.

        Parameters
        ----------
        unit_ids : sequence of str
            The units, in the order in which their rows are wanted.

        Raises
        ------
        InvalidArgument
            When a unit has no vector.
        """
        at = self._places.get_indexer(pd.Index(list(unit_ids)))
        if (at < 0).any():
            missing = [unit_id for unit_id, row in zip(unit_ids, at, strict=True) if row < 0]
            raise InvalidArgument(
                f"{len(missing)} of {len(at)} units have no vector (the first is {missing[0]}).",
                "Embed this corpus again, mq.embed(corpus, cache=...), or load the vectors that belong to it.",
            )
        if len(at) == len(self.array) and (at == np.arange(len(at))).all():
            return self.array
        return np.asarray(self.array[at])

    def save(self, path: str | Path, precision: StoredAs = "float32") -> Path:
        """Write the vectors as .npz with their hash, atomically; the same vectors give the same bytes.

        Parameters
        ----------
        path : str or Path
            The file to write (.npz).
        precision : {"float32", "float16"}
            float16 halves the file at a loss of about 5e-4 relative; what is loaded from it is the authority from then
            on, so cluster the loaded vectors rather than those in memory.

        Returns
        -------
        Path
        """
        if precision not in ("float32", "float16"):
            raise InvalidArgument(f"Vectors are not stored as {precision!r}.", "Use 'float32' or 'float16'.")
        target = Path(path)
        stored = self.array.astype(np.dtype(precision).newbyteorder("<"))
        told = {"encoder": self.encoder, "notes": self.notes, "hash": Vectors(self.unit_ids, stored).hash}
        account = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
        parts = {
            "unit_ids": np.asarray(self.unit_ids, dtype=np.str_),
            "array": stored,
            "account": np.frombuffer(account, dtype=np.uint8),
        }
        if self.text_hashes:
            parts["text_hashes"] = np.asarray(self.text_hashes, dtype=np.str_)
        return write_zip(target, {f"{name}.npy": _npy(part) for name, part in parts.items()}, compressed=False)


def _npy(part: np.ndarray) -> bytes:
    """Return an array as a member of an .npz: `numpy.savez` stamps the time, and two saves would differ."""
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, part, allow_pickle=False)
    return buffer.getvalue()


def _arrays(source: Path, names: Sequence[str]) -> list[np.ndarray]:
    """Return arrays of an .npz, which is opened under guard like every other archive; the last may be missing."""
    arrays: list[np.ndarray] = []
    opened = open_zip(source)
    try:
        for name in names:
            if name == names[-1] and f"{name}.npy" not in opened.members:
                return [*arrays, np.asarray([], dtype=np.str_)]
            with opened.open(f"{name}.npy") as stream:
                arrays.append(np.lib.format.read_array(stream, allow_pickle=False))
    finally:
        opened.close()
    return arrays


def load_vectors(path: str | Path) -> Vectors:
    """Read vectors that `Vectors.save` wrote.

    Parameters
    ----------
    path : str or Path
        A .npz file.

    Returns
    -------
    Vectors
        float32, whatever the file holds; loading and saving again changes nothing.

    Raises
    ------
    MissingFile, EmptyFile
    UnreadableFile
        When the file is damaged, changed since it was saved, or something else.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Vectors(["a"], np.array([[0.6, 0.8]])).save(Path(folder) / "vectors.npz")
    ...     load_vectors(path).array
    array([[0.6, 0.8]], dtype=float32)
    """
    source = require_file(path, "Make it with mq.embed(corpus, cache=...).save(path).")
    try:
        unit_ids, array, account, hashes = _arrays(source, ("unit_ids", "array", "account", "text_hashes"))
        words = orjson.loads(account.tobytes())
    except (ValueError, KeyError, OSError, EOFError, AttributeError) as error:
        raise UnreadableFile(
            f"{source} does not hold vectors saved by this program ({type(error).__name__}).",
            "Make it again with mq.embed(corpus, cache=...).save(path).",
        ) from error
    found = Vectors(
        [str(unit_id) for unit_id in unit_ids],
        array.astype(np.float32),
        words["encoder"],
        tuple(words["notes"]),
        tuple(map(str, hashes)),
    )
    if words.get("hash", found.hash) != found.hash:
        raise UnreadableFile(
            f"The vectors in {source} are not those that were saved: their hash is another.",
            "Fetch the file again, or make it again with mq.embed(corpus, cache=...).save(path).",
        )
    return found


def as_vectors(corpus: Corpus, given: Any, encoder: Mapping[str, Any] | None = None) -> Vectors:  # noqa: ANN401
    """Return anyone's own vectors as `Vectors`: an array with one row per unit, in the order of the corpus's units.

    Rows are brought to unit length; a row of zeros stays (a unit without words).

    Raises
    ------
    InvalidArgument
        When the rows do not match the units or a number is missing.
    """
    if isinstance(given, Vectors):
        return Vectors(
            list(corpus.units["unit_id"]), given.rows_of(corpus.units["unit_id"]), given.encoder, given.notes
        )
    array = _as_numbers(given)
    if array.ndim != 2 or len(array) != len(corpus.units):
        raise InvalidArgument(
            f"The vectors have shape {array.shape}, and the corpus has {len(corpus.units)} units.",
            "Give one row per unit, in the order of corpus.units.",
        )
    ids = list(corpus.units["unit_id"])
    _require_sound(ids, array)
    return Vectors(ids, to_unit_length(array), {"model": "given by the researcher", **(encoder or {})})


def _as_numbers(given: Any) -> np.ndarray:  # noqa: ANN401
    try:
        array = np.asarray(given)
        if not np.iscomplexobj(array):
            return array.astype(np.float32)
        problem = "complex numbers"
    except (ValueError, TypeError) as error:
        problem = str(error)
    hint = "read the file first: mq.load_vectors(path)" if isinstance(given, str | Path) else "give an array of numbers"
    raise InvalidArgument(
        f"These vectors are not rows of numbers of one length ({problem}).", f"{hint[0].upper()}{hint[1:]}."
    )


def to_unit_length(array: np.ndarray) -> np.ndarray:
    """Return the rows divided by their length; rows of zeros stay as they are."""
    wide = np.asarray(array, dtype=np.float64)
    length = np.sqrt(np.einsum("ij,ij->i", wide, wide))[:, None]
    return np.asarray(np.divide(wide, length, out=np.zeros_like(wide), where=length > 0))


def _require_sound(unit_ids: Sequence[str], array: np.ndarray) -> None:
    if array.ndim != 2 or len(array) != len(unit_ids):
        raise InvalidArgument(
            f"The vectors have shape {array.shape} for {len(unit_ids)} units.", "Give one row of numbers per unit."
        )
    sound = np.isfinite(array).all(axis=1)
    if not sound.all():
        bad = int(np.argmin(sound))
        raise InvalidArgument(
            f"The vector of unit {unit_ids[bad]} (row {bad + 1}) has a missing or infinite number;"
            f" {int((~sound).sum())} of {len(sound)} rows do.",
            "Embed these units again, or leave them out of the corpus.",
        )
    if len(set(unit_ids)) != len(unit_ids):
        raise InvalidTable("A unit has two vectors.", "Give one row per unit id.")
