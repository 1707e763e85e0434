"""The coding room's speeds in one run: a log of 50,000 decisions, a desk over 10,000 units, a decision to the disk.

python benchmarks/coding_room.py
"""

import json
import os
import statistics
import tempfile
import time
from pathlib import Path

import pandas as pd

from medtw_qual._base.table_files import validate_table
from medtw_qual.codebook.codebook import Code, Codebook
from medtw_qual.coding import draw_sample, read_codings
from medtw_qual.coding.coding_log import CodingLog, decision_record, read_logs, seal
from medtw_qual.coding.desk_state import CodingState
from medtw_qual.schemas import UNITS

BOOK = Codebook("bench", "1", codes=tuple(Code(f"c{n}", f"Code {n}", definition="x") for n in range(4)))


class Units:
    """A corpus of invented units."""

    def __init__(self, n: int) -> None:
        rows = {"unit_id": [f"{10**18 + k}" for k in range(n)], "text": "words " * 30, "context": "", "author_id": "a"}
        self.units = validate_table(pd.DataFrame({**rows, "created_at": None, "n_posts": 1, "post_ids": "[]"}), UNITS)
        self.authors = pd.DataFrame({"author_id": ["a"]})


def report(what: str, seconds: float, limit: float) -> None:
    print(f"{what:58s} {seconds:7.3f} s   limit {limit:g} s   {limit / seconds:5.1f} times faster than that")


def load() -> str:
    """How busy the machine was: a figure taken on a busy machine says little."""
    return f"load average at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    with (folder / "KA--s.jsonl").open("w") as log:
        for k in range(50_000):
            record = decision_record(
                coder="KA", round_="1", unit_id=f"{10**18 + k}", codes=["c1"] if k % 3 else [], codes_seen=BOOK.ids,
                codebook_hash=BOOK.hash, seq=k + 1, memo="a memo" if k % 5 == 0 else "",
                decided_at=f"2026-01-{1 + k % 28:02d}T00:00:00.000Z",
            )  # fmt: skip
            log.write(json.dumps(seal(record)) + "\n")
    begun = time.perf_counter()
    held = read_logs(folder.glob("*.jsonl")).held
    report(f"replay of {len(held):,} decisions, every check sum verified", time.perf_counter() - begun, 1)
    begun = time.perf_counter()
    codings = read_codings(folder, BOOK)
    report(f"read_codings: {len(codings):,} rows", time.perf_counter() - begun, 5)

with tempfile.TemporaryDirectory() as name:
    sample = draw_sample(Units(10_000), 10_000, coders=["KA", "LB"], seed=1)
    for k, unit in enumerate(sample.order_for("KA")[:5_000]):
        if k == 0:
            log = CodingLog(name, "KA", "before")
        record = decision_record(
            coder="KA", round_="1", unit_id=unit, codes=[], codes_seen=BOOK.ids, codebook_hash=BOOK.hash, seq=k + 1
        )
        with log.path.open("a") as stream:
            stream.write(json.dumps(seal(record)) + "\n")
    begun = time.perf_counter()
    state = CodingState(sample, BOOK, "KA", name)
    view = state.respond({"type": "hello"})
    report("a desk over 10,000 units, 5,000 of them decided, opens", time.perf_counter() - begun, 2)
    print(f"{'what goes to the browser':58s} {len(json.dumps(view)):7,d} bytes, one unit")
    times = []
    for _ in range(200):
        begun = time.perf_counter()
        view = state.respond({"type": "decide", "unit_id": view["unit"]["id"], "codes": ["c1"]})
        times.append(time.perf_counter() - begun)
    report("a decision checked, appended, fsynced, answered (median)", statistics.median(times), 0.1)
print(load())
