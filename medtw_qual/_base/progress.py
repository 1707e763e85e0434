"""A progress bar for anything that takes longer than two seconds."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


def track(items: Iterable[Item], description: str, total: int | None = None, unit: str = "it") -> Iterator[Item]:
    """Yield `items` behind a progress bar that appears after two seconds and goes when it is done.

    There is no bar where its text would only fill a log (a batch job, a pipe). Set the environment variable
    ``MEDTW_QUAL_PROGRESS=1`` for a bar there too, and ``MEDTW_QUAL_PROGRESS=0`` for no bar anywhere: the notebooks
    are checked that way, since a bar's text differs from run to run.
    """
    yield from tqdm(items, desc=description, total=total, unit=unit, delay=2, leave=False, disable=not progress_shown())


@contextmanager
def busy(description: str, after: float = 2.0) -> Iterator[None]:
    """Say what is being done and for how long, from the second second on, where no steps can be counted.

    Also a decorator: ``@busy("Joining threads")``.
    """
    done = Event()

    def show() -> None:
        if done.wait(after):
            return
        with tqdm(desc=description, bar_format="{desc}: {elapsed}", leave=False) as clock:
            clock.start_t -= after
            while not done.wait(0.5):
                clock.refresh()

    teller = Thread(target=show, daemon=True) if progress_shown() else None
    if teller:
        teller.start()
    try:
        yield
    finally:
        done.set()
        if teller:
            teller.join()


def progress_shown() -> bool:
    """Return whether to draw bars: as ``MEDTW_QUAL_PROGRESS`` says; unsaid, on a terminal and in a notebook."""
    said = os.environ.get("MEDTW_QUAL_PROGRESS")
    return said != "0" if said is not None else sys.stderr.isatty() or "ipykernel" in sys.modules
