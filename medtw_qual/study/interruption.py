"""Ctrl-C that is never lost: Python drops it where it falls into a clean-up that ignores errors."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def noticing_interrupts() -> Iterator[Callable[[], None]]:
    """Within this block, remember that somebody pressed Ctrl-C; the function given says so between two steps.

    An interrupt that comes while a finaliser or a callback of a library runs is printed by Python as ignored, and the
    program goes on (documentation of ``sys.unraisablehook``). The run asks before each of its stages and before it
    replaces any result.

    Yields
    ------
    callable
        Raises KeyboardInterrupt when an interrupt came and was dropped.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None  # signals reach the main thread only
        return
    came: list[int] = []
    before = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: FrameType | None) -> None:
        came.append(number)
        if callable(before):
            before(number, frame)

    def check() -> None:
        if came:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, note)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)
