"""The results folder: replaced whole or not at all, also through a link, between two users, and after a crash."""

import os
import platform
import shutil
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import orjson

from medtw_qual._base.hashing import hash_file, hash_text
from medtw_qual.errors import StudyFault
from medtw_qual.study.outputs import MANIFEST

RESULTS = "results"
EDITED = "edited"  # where a run puts results that somebody changed by hand
_LONGEST_RUN = 7 * 24 * 3600  # seconds: the longest that a batch system usually lets a job run


@dataclass(frozen=True)
class ResultsFolder:
    """Where the results of a study are, and where new ones are made.

    Attributes
    ----------
    target : Path
        The folder itself; where ``results`` is a link, the folder that it leads to.
    """

    target: Path

    @classmethod
    def of_study(cls, folder: Path) -> "ResultsFolder":
        """Return the results folder of a study.

        Raises
        ------
        StudyFault
            When ``results`` is a file, or a link to a place that is not there.
        """
        named = folder / RESULTS
        target = named.resolve() if named.is_symlink() else named
        if target.exists() and not target.is_dir():
            raise StudyFault(f"{named} is a file.", "Give it another name: the results need a folder called results.")
        if not target.parent.is_dir():
            raise StudyFault(
                f"{named} is a link to {target}, and there is no such place now.",
                "Connect that disk, or remove the link; nothing was changed.",
            )
        return cls(target)

    def prepare(self) -> Path:
        """Clear up after runs that were killed and return a new folder to write into, beside the target.

        Results that a kill between two renamings left under another name are put back first.
        """
        old = self._left_aside()
        if old and not self.target.exists():
            old[-1].rename(self.target)
        for left in (*self._left_aside(), *self.target.parent.glob(f".{self.target.name}-*.part")):
            if left.is_dir() and _surely_dead(left):
                shutil.rmtree(left, ignore_errors=True)
        return Path(tempfile.mkdtemp(prefix=self._prefix(), suffix=".part", dir=self.target.parent))

    def _prefix(self) -> str:
        return f".{self.target.name}-{_computer()}-{os.getpid()}-"

    def _left_aside(self) -> list[Path]:
        return sorted(self.target.parent.glob(f".{self.target.name}-old-*.part"))

    def replace(self, new: Path) -> list[str]:
        """Put `new` where the target is; the old folder goes only when the new one stands.

        Returns
        -------
        list of str
            What was found in the old folder that no run had written, or that somebody had changed: it is kept.
        """
        notes = _carried_over(self.target, new) if self.target.is_dir() else []
        mode = self.target.stat().st_mode & 0o7777 if self.target.is_dir() else 0o777 & ~_umask()
        new.chmod(mode)  # a folder that a group may write to stays one
        old = self.target.with_name(f".{self.target.name}-old-{new.name.removeprefix(f'.{self.target.name}-')}")
        if self.target.exists():
            self.target.rename(old)
        new.rename(self.target)
        shutil.rmtree(old, ignore_errors=True)
        return notes


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


def _computer() -> str:
    """Six digits that stand for this computer: whether a run is dead can be asked only where it ran."""
    return hash_text(platform.node())[:6]


def _surely_dead(left: Path) -> bool:
    """Say whether the run that made a folder is over: its process is gone, or it is older than any run."""
    if time.time() - left.stat().st_mtime > _LONGEST_RUN:
        return True
    parts = left.name.removesuffix(".part").split("-")
    made = [part for part in pairwise(parts) if part[0] == _computer() and part[1].isdigit()]
    return bool(made) and os.name == "posix" and not _runs(int(made[0][1]))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)  # asks only; on Windows it would end the process
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it runs, and belongs to somebody else
    return True


def _carried_over(target: Path, new: Path) -> list[str]:
    """Copy into the new folder what people put or changed in the old one: a run deletes nothing that it did not write.

    Only where a manifest says what the last run wrote can that be known.
    """
    try:
        written = orjson.loads((target / MANIFEST).read_bytes())["outputs"]
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        written = {}
    notes = []
    for path in sorted(file for file in target.rglob("*") if file.is_file() and file.name != MANIFEST):
        name = path.relative_to(target).as_posix()
        made_again = (new / name).exists()
        if (name in written and hash_file(path) == written[name]) or (made_again and not written):
            continue
        place = new / EDITED / name if name in written or made_again else new / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)
        if not name.startswith(f"{EDITED}/"):
            how = "was changed by hand; your version is" if name in written else "was not made by a run; it is"
            notes.append(f"{RESULTS}/{name} {how} kept as {RESULTS}/{place.relative_to(new).as_posix()}.")
    return notes
