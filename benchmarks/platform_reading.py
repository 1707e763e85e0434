"""Reading Reddit (.zst) and Bluesky posts: records a second, and how many times a plain JSON parse of the same lines.

    python benchmarks/platform_reading.py --posts 50000

All lines are invented; the time of a plain parse (orjson, no tables made) stands beside ours.
"""

import argparse
import tempfile
import time
from pathlib import Path

import orjson
import pyarrow as pa

import medtw_qual as mq

WORDS = "Thank you to everyone on the ward tonight, number {}. We laughed, we cried, and nobody slept. #NightShift"


def reddit_line(number: int) -> bytes:
    """Return an invented comment with the fields that research archives hold."""
    return orjson.dumps(
        {
            "id": f"k{number}", "body": WORDS.format(number), "author": f"inv_{number % 997}", "link_id": "t3_a",
            "parent_id": "t3_a", "created_utc": 1600000000 + number, "subreddit": "invented", "score": number % 50,
            "author_flair_text": None, "controversiality": 0, "distinguished": None, "edited": False, "gilded": 0,
            "retrieved_on": 1700000000, "stickied": False, "permalink": f"/r/invented/comments/a/_/k{number}/",
        }
    )  # fmt: skip


def bluesky_line(number: int) -> bytes:
    """Return an invented event of the Jetstream."""
    text = WORDS.format(number)
    start = len(text.encode()) - len("#NightShift")
    facet = {"index": {"byteStart": start, "byteEnd": start + 11}, "features": [{"tag": "NightShift"}]}
    record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2024-11-20T10:00:00.000Z", "langs": ["en"],
              "facets": [facet]}  # fmt: skip
    commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": f"3l{number}", "record": record}
    did = f"did:plc:inv{number % 997}"
    return orjson.dumps({"did": did, "time_us": 1_732_096_800_000_000 + number, "kind": "commit", "commit": commit})


def measure(name: str, lines: list[bytes], path: Path) -> None:
    """Print the speed of reading a file, beside the plain parse of its lines."""
    started = time.perf_counter()
    for line in lines:
        orjson.loads(line)
    plain = time.perf_counter() - started
    started = time.perf_counter()
    posts = len(mq.read_corpus(path).posts)
    ours = time.perf_counter() - started
    print(f"{name}: {posts:,} posts, {posts / ours:,.0f} records/s; {ours / plain:.1f} times a plain JSON parse")


def main() -> None:
    """Write both files and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=int, default=50_000)
    posts = parser.parse_args().posts
    with tempfile.TemporaryDirectory() as folder:
        mq.read_corpus  # noqa: B018 - the package is imported before the clock starts
        for name, make, packed in (("Reddit, .zst", reddit_line, True), ("Bluesky Jetstream", bluesky_line, False)):
            lines = [make(number) for number in range(posts)]
            content = b"\n".join(lines) + b"\n"
            path = Path(folder, "posts.bin")
            path.write_bytes(pa.Codec("zstd").compress(content, asbytes=True) if packed else content)
            measure(name, lines, path)


if __name__ == "__main__":
    main()
