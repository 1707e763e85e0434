"""Reading API v2 posts: this package beside twarc-csv, in one run, on files generated from real pages' shapes.

    python benchmarks/corpus_reading.py --posts 20000 --twarc-python /path/to/venv/bin/python   # ratio
    python benchmarks/corpus_reading.py --million                                               # memory

twarc-csv needs pandas < 3 and so a Python environment of its own:
``python -m venv twarc && twarc/bin/pip install "twarc-csv" "pandas<3"``. Without it only our own figures are printed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import orjson

SHARED = Path(__file__).resolve().parents[2] / "shared" / "fixtures" / "twarc"


def write_flat(path: Path, posts: int) -> None:
    """Write so many flattened posts, each line of flat.jsonl in turn under a new id."""
    lines = [orjson.loads(line) for line in (SHARED / "flat.jsonl").open("rb")]
    first = 1_300_000_000_000_000_000
    with path.open("wb") as stream:
        for number in range(posts):
            line = lines[number % len(lines)] | {"id": str(first + number * 4097)}
            stream.write(orjson.dumps(line) + b"\n")


def write_pages(path: Path, posts: int) -> None:
    """Write so many posts as pages of 100, the pages of noflat.jsonl and 2sets.jsonl in turn under new ids."""
    names = ("noflat.jsonl", "2sets.jsonl")
    pages = [orjson.loads(line) for name in names for line in (SHARED / name).open("rb")]
    number = 1_300_000_000_000_000_000
    with path.open("wb") as stream:
        for turn in range(posts // 100):
            page = dict(pages[turn % len(pages)])
            page["data"] = [post | {"id": str(number + place * 4097)} for place, post in enumerate(page["data"])]
            number += 100 * 4097
            stream.write(orjson.dumps(page) + b"\n")


OURS = """
import resource, sys, time
import medtw_qual as mq
mq.read_corpus
started = time.perf_counter()
corpus = mq.read_corpus(sys.argv[1])
seconds = time.perf_counter() - started
print(len(corpus.posts), seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)
"""
THEIRS = """
import sys, time
from click.testing import CliRunner
from twarc_csv import CSVConverter
started = time.perf_counter()
with open(sys.argv[1]) as infile, open(sys.argv[2], "w") as outfile:
    CSVConverter(infile, outfile).process()
seconds = time.perf_counter() - started
with open(sys.argv[2], newline="") as made:
    import csv
    csv.field_size_limit(10**9)
    print(sum(1 for _ in csv.reader(made)) - 1, seconds, 0.0)
"""


def measure(python: str, code: str, *paths: Path) -> tuple[int, float, float]:
    """Run a reader in a fresh process; return rows, seconds, peak memory in GB."""
    done = subprocess.run([python, "-c", code, *map(str, paths)], capture_output=True, text=True, check=True, env=None)
    rows, seconds, memory = done.stdout.split("\n")[-2].split()
    return int(rows), float(seconds), float(memory)


def report(name: str, path: Path, rows: int, seconds: float, memory: float) -> float:
    """Print one line and return rows per second."""
    size = path.stat().st_size / 1e6
    speed = rows / seconds
    print(
        f"{name:22} {rows:>9,} rows {seconds:7.2f} s {speed:9,.0f} rows/s  {size / seconds:6.1f} MB/s  {memory:.2f} GB"
    )
    return speed


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--posts", type=int, default=14_000)
    given.add_argument("--million", action="store_true")
    given.add_argument("--twarc-python", default="")
    given.add_argument("--repeats", type=int, default=3)
    chosen = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "posts.jsonl")
        if chosen.million:
            write_pages(path, 1_000_000)
            report("medtw_qual, pages", path, *measure(sys.executable, OURS, path))
            return
        write_flat(path, chosen.posts)
        print(json.dumps({"posts": chosen.posts, "MB": round(path.stat().st_size / 1e6)}))
        ours = max(
            report("medtw_qual, flattened", path, *measure(sys.executable, OURS, path)) for _ in range(chosen.repeats)
        )
        if chosen.twarc_python:
            out = Path(folder, "posts.csv")
            theirs = report("twarc-csv", path, *measure(chosen.twarc_python, THEIRS, path, out))
            print(f"ratio {ours / theirs:.1f}")


if __name__ == "__main__":
    main()
