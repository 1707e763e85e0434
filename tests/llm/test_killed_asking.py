"""Guards the log with real processes: 100 kills while a model is asked lose no answer and repeat none."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from medtw_qual._base.decision_log import read_log
from medtw_qual.llm import CodingPrompt, Endpoint, code_units, read_answers
from tests.llm.asking_process import UNITS
from tests.llm.conftest import make_units
from tests.llm.server import Asked, Sent, serve

KILLS = 100
ROOT = Path(__file__).resolve().parents[2]


class Counting:
    """Answers every second first question badly, and remembers how often each question came."""

    def __init__(self) -> None:
        self.times: Counter = Counter()
        self.lock = threading.Lock()

    def __call__(self, asked: Asked) -> Sent:
        with self.lock:
            self.times[asked.post["post"], asked.again] += 1
        bad = int(asked.post["post"].rstrip(".")[-1]) % 2 and not asked.again
        return Sent("Well ..." if bad else json.dumps(asked.fitting()))


def answered(folder: Path) -> list[tuple[str, int]]:
    records = [one for path in sorted(folder.glob("*.jsonl")) for one in read_log(path).records]
    return [(one["unit_id"], one["attempt"]) for one in records if one["action"] == "answer"]


def wait_gone(process: int) -> None:
    for _ in range(5000):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.001)
    raise RuntimeError(f"process {process} survived SIGKILL")


def test_100_kills_lose_no_answer_and_ask_no_answered_question_again(tmp_path):
    chance = random.Random(2020)
    behaviour = Counting()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MEDTW_QUAL_PROGRESS": "0"}
    with (
        serve(behaviour, keep=False) as server,
        subprocess.Popen(
            [sys.executable, "-m", "tests.llm.asking_process"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=ROOT, env=environment,
        ) as nursery,
    ):  # fmt: skip
        known: list[tuple[str, int]] = []
        for _ in range(KILLS):
            seen = server.answered["questions"]
            nursery.stdin.write(f"{server.url} {tmp_path}\n")
            nursery.stdin.flush()
            asking = int(nursery.stdout.readline())
            deadline = time.monotonic() + 20
            while server.answered["questions"] == seen and time.monotonic() < deadline:
                time.sleep(0.001)
            time.sleep(chance.random() * 0.03)
            os.kill(asking, signal.SIGKILL)
            wait_gone(asking)
            now = answered(tmp_path)
            assert now[: len(known)] == known  # nothing lost
            known = now
        nursery.stdin.close()
        endpoint = Endpoint(server.url, parallel=4)
        units = make_units(UNITS)
        killed_at = len(known)
        from medtw_qual.codebook import Code, Codebook

        book = Codebook("small", "1.0.0", codes=(Code("thanks", "Thanks"), Code("grief", "Grief")))
        code_units(units, CodingPrompt(book), endpoint, "stub", tmp_path)
    every = answered(tmp_path)
    assert len(set(every)) == len(every)  # nothing twice
    assert read_answers(tmp_path, "stub", units).count("coded") == UNITS
    asked_twice = sum(behaviour.times.values()) - len(every)
    print(f"{KILLS} kills, {killed_at} answers before the last; {asked_twice} questions were under way when killed")
    # What was under way at a kill had no answer in the log and is the only thing that is asked again.
    assert asked_twice <= KILLS * endpoint.parallel
    assert killed_at > KILLS
