"""Asks a server about the same units until it is killed or done; forked for every line on stdin (url, folder)."""

import os
import signal
import sys

from medtw_qual.codebook import Code, Codebook
from medtw_qual.llm import CodingPrompt, Endpoint, code_units
from tests.llm.conftest import make_units

UNITS = 1500


def ask(url: str, folder: str) -> None:
    """Ask about every unit that has no answer yet."""
    book = Codebook("small", "1.0.0", codes=(Code("thanks", "Thanks"), Code("grief", "Grief")))
    code_units(make_units(UNITS), CodingPrompt(book), Endpoint(url, parallel=4), "stub", folder)


if __name__ == "__main__":
    import httpx  # noqa: F401 - loaded once, before the forks

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            ask(*line.split())
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
