"""Starts writers: for every line on stdin (folder, sitting, file of acknowledgements) one that decides without end.

Each writer is a process of its own, forked from this one so that 200 of them need not load Python 200 times. It notes a
decision as acknowledged only after the log has returned.
"""

import os
import secrets
import signal
import sys
from itertools import count

from medtw_qual.coding.coding_log import CodingLog


def write_without_end(folder: str, sitting: str, acknowledged: str) -> None:
    """Decide until killed."""
    log = CodingLog(folder, "KA", sitting)
    notes = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    me = secrets.token_hex(4)
    for number in count():
        log.decide(
            record_id=f"{me}-{number}", round_="1", unit_id=f"u{number}", codes=["isolation"] if number % 2 else [],
            codes_seen=["isolation", "family"], codebook_hash="h", memo="some words " * (number % 400),
            passages=[{"code": "isolation", "start": 0, "end": 3}],
        )  # fmt: skip
        os.write(notes, f"{me}-{number}\n".encode())


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            write_without_end(*line.split())
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
