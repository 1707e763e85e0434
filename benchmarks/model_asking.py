"""How much time and memory the toolkit adds when a model codes: a stub server, 16 questions at a time.

Run: python benchmarks/model_asking.py [UNITS]. The server is a process of its own that answers at once, so what is
measured is the toolkit: question, answer, record on the disk. Wanted: under 10 ms a unit, under 200 MB for 100,000.
"""

import json
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

UNITS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
WORDS = "Invented words of a post that is as long as posts on such a platform mostly are, number "


def stub(pipe) -> None:
    from tests.llm.server import Sent, serve

    with serve(lambda asked: Sent(json.dumps(asked.fitting())), keep=False) as server:
        pipe.send(server.url)
        pipe.recv()


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=stub, args=(there,), daemon=True)
    server.start()
    url = here.recv()
    from medtw_qual.codebook import Code, Codebook
    from medtw_qual.llm import CodingPrompt, Endpoint, code_units

    codes = tuple(Code(f"code_{n}", f"Code {n}", definition="What the code means, in a sentence.") for n in range(4))
    ids = [f"{10**18 + n}" for n in range(UNITS)]
    units = pd.DataFrame({"unit_id": ids, "text": [f"{WORDS}{n}." for n in range(UNITS)], "context": ""})
    before = megabytes()
    with tempfile.TemporaryDirectory() as folder:
        prompt = CodingPrompt(Codebook("stub", "1.0.0", codes=codes))
        for run in ("asked", "asked again (nothing to ask)"):
            started = time.perf_counter()
            done = code_units(units, prompt, Endpoint(url, parallel=16), "stub", folder)
            seconds = time.perf_counter() - started
            print(f"{run}: {done.asked:,} questions, {1000 * seconds / UNITS:.2f} ms a unit; peak {megabytes():.0f} MB"
                  f" ({before:.0f} MB with the units alone)", flush=True)  # fmt: skip
    here.send("done")


if __name__ == "__main__":
    main()
