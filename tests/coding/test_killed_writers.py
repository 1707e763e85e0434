"""Guards the log's promise with real processes: SIGKILL at any moment loses no acknowledged decision, invents none."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from medtw_qual.coding.coding_log import CodingLog
from medtw_qual.coding.log_replay import read_logs

WRITER = Path(__file__).with_name("writer_process.py")
KILLS = 200


def test_200_kills_lose_no_acknowledged_decision_and_invent_none(tmp_path):
    """Every second writer goes on in the file that a kill may have left torn."""
    chance = random.Random(2020)
    folder = tmp_path / "codings"
    notes = tmp_path / "acknowledged.txt"
    command = [sys.executable, str(WRITER)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as nursery:
        for kill in range(KILLS):
            before = notes.stat().st_size if notes.exists() else 0
            nursery.stdin.write(f"{folder} s{kill // 2:03d} {notes}\n")
            nursery.stdin.flush()
            writer = int(nursery.stdout.readline())
            while not notes.exists() or notes.stat().st_size == before:
                time.sleep(0.001)
            time.sleep(chance.random() * 0.02)
            os.kill(writer, signal.SIGKILL)
            _wait_gone(writer)
    acknowledged = {line for line in notes.read_text().split("\n")[:-1] if line.count("-") == 1}
    logs = read_logs(folder.glob("*.jsonl"))
    written = set(logs.where)
    unseen = written - acknowledged
    print(f"{KILLS} kills: {len(acknowledged)} acknowledged, all there; {len(unseen)} written and not yet acknowledged")
    assert len(acknowledged) >= KILLS
    assert acknowledged <= written
    assert len({one.split("-")[0] for one in unseen}) == len(unseen) <= KILLS  # at most the last one of each writer
    for number in range(0, KILLS // 2, 10):
        CodingLog(folder, "KA", f"s{number:03d}").decide(
            round_="1",
            unit_id="after",
            codes=[],
            codes_seen=["isolation"],
            codebook_hash="h",
            record_id=f"after{number}",
        )
    assert set(read_logs(folder.glob("*.jsonl")).where) == written | {f"after{n}" for n in range(0, KILLS // 2, 10)}


def _wait_gone(process: int) -> None:
    for _ in range(2000):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.001)
    raise RuntimeError(f"process {process} survived SIGKILL")
