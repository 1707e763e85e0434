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

from medtw_qual._base.log_seals import FORMAT, seal_record
from medtw_qual._base.table_files import validate_table
from medtw_qual.codebook.codebook import Code, Codebook
from medtw_qual.coding import draw_sample, read_codings
from medtw_qual.coding.coding_log import CODING, decision_record
from medtw_qual.coding.desk_state import CodingState
from medtw_qual.coding.log_replay import read_logs
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


def write_sealed(path: Path, records) -> None:
    """Write a log as the desk does, without waiting for the disk at every line."""
    before = ""
    with path.open("wb") as log:
        for number, record in enumerate(records, 1):
            own = {"kind": CODING, "format": FORMAT, "seq": number, "before": before}
            line, sealed = seal_record({**record, **own})
            before = sealed["check"]
            log.write(line)


def load() -> str:
    """How busy the machine was: a figure taken on a busy machine says little."""
    return f"load average at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    records = (
        decision_record(
            coder="KA", round_="1", unit_id=f"{10**18 + k}", codes=["c1"] if k % 3 else [], codes_seen=BOOK.ids,
            codebook_hash=BOOK.hash, memo="a memo" if k % 5 == 0 else "", decided_at="2026-01-01T00:00:00.000Z",
        )
        for k in range(50_000)
    )  # fmt: skip
    write_sealed(folder / "KA--s.jsonl", records)
    begun = time.perf_counter()
    held = read_logs(folder.glob("*.jsonl")).held
    report(f"replay of {len(held):,} decisions, every seal verified", time.perf_counter() - begun, 1)
    begun = time.perf_counter()
    codings = read_codings(folder, BOOK)
    report(f"read_codings: {len(codings):,} rows", time.perf_counter() - begun, 5)

with tempfile.TemporaryDirectory() as name:
    sample = draw_sample(Units(10_000), 10_000, coders=["KA", "LB"], seed=1)
    records = (
        decision_record(coder="KA", round_="1", unit_id=unit, codes=[], codes_seen=BOOK.ids, codebook_hash=BOOK.hash)
        for unit in sample.order_for("KA")[:5_000]
    )
    write_sealed(Path(name) / "KA--before.jsonl", records)
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
