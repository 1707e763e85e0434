"""A progress bar for anything that takes longer than two seconds."""

import os
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


def track(items: Iterable[Item], description: str, total: int | None = None, unit: str = "it") -> Iterator[Item]:
    """Yield `items` behind a progress bar that appears after two seconds and goes when it is done.

    Set the environment variable ``MEDTW_QUAL_PROGRESS=0`` for no bar at all: the notebooks are checked that way,
    since a bar's text differs from run to run.
    """
    yield from tqdm(items, desc=description, total=total, unit=unit, delay=2, leave=False, disable=not progress_shown())


def progress_shown() -> bool:
    """Return False where the researcher switched progress bars off (``MEDTW_QUAL_PROGRESS=0``)."""
    return os.environ.get("MEDTW_QUAL_PROGRESS", "1") != "0"
