"""Files that are either the old one or the new one, never half of each."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from medtw_qual.errors import EmptyFile, MissingFile


@contextmanager
def atomic_path(path: str | Path, *, private: bool = False) -> Iterator[Path]:
    """Give a temporary path beside `path` to write to; it takes `path`'s place when the block ends without an error.

    The temporary name keeps the suffix of `path`, since many writers choose their format by it. When the block raises
    (also on Ctrl-C), the old file stays as it was and the temporary one is removed.

    Parameters
    ----------
    path : str or Path
        The file to write. Its folder is made when missing.
    private : bool
        Whether a new file is for its owner's eyes only (mode 600), as a file of keys is. A file that is there already
        keeps the mode that its owner gave it, private or not.

    Yields
    ------
    Path
        Where to write.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=f".part{target.suffix}", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(_mode_of(target, private))
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        temporary.replace(target)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _mode_of(target: Path, private: bool) -> int:
    """Return the mode that a written file gets: as its owner left it, or as a new file's."""
    with suppress(OSError):
        return stat.S_IMODE(target.stat().st_mode) & 0o666 | 0o600
    if private:
        return 0o600
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask  # mkstemp makes private files; a co-author on a shared drive must read this one


def write_text(path: str | Path, text: str) -> Path:
    """Write `text` as UTF-8 with LF line ends, atomically, and return the path."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(text.encode("utf-8"))
    return Path(path)


def require_file(path: str | Path, remedy: str = "Check the path and the folder you started in.") -> Path:
    """Return `path` as a Path, or say that it is missing or empty.

    Raises
    ------
    MissingFile
        When there is no such file.
    EmptyFile
        When the file holds no bytes.
    """
    found = Path(path)
    if not found.is_file():
        raise MissingFile(f"There is no file {found}.", remedy)
    if found.stat().st_size == 0:
        raise EmptyFile(f"{found} is empty.", "Export or copy it again; nothing was read.")
    return found
