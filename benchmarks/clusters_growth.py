"""How cost grows with the number of posts: clustering and describing given vectors, and a million posts end to end.

Run from the repository's root: ``python benchmarks/clusters_growth.py`` (1,000 to 100,000 posts with given vectors,
then up to a million by the static encoder, text to described themes; distilling that encoder, once for all sizes, is a
row of its own). Each size runs in a fresh process; printed are seconds and peak memory, and
docs/images/clusters_growth.csv is written for `docs/draw_clusters.py`.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GIVEN = (1_000, 10_000, 100_000)
STATIC = (1_000, 10_000, 100_000, 1_000_000)
OUT = Path(__file__).resolve().parents[1] / "docs" / "images" / "clusters_growth.csv"
TOPICS = 40
WORDS = 30
SYLLABLES = "ka mi to re sun lo ven da pri shu night care ward dose mask"


def synthetic(n):
    """Invented posts of 8 to 24 words, each from one of forty topics' made-up words and from words of no topic."""
    import numpy as np
    import pandas as pd

    import medtw_qual as mq
    from medtw_qual._base.table_files import empty_table
    from medtw_qual.schemas import AUTHORS, FLOW, POSTS

    random = np.random.default_rng(1)
    words = np.array(["".join(random.choice(SYLLABLES.split(), 3)) for _ in range((TOPICS + 10) * WORDS)])
    topic = random.integers(TOPICS, size=n)
    texts = []
    for one in topic:
        length = random.integers(8, 25)
        own = random.integers(WORDS, size=length) + one * WORDS
        other = random.integers(10 * WORDS, size=length) + TOPICS * WORDS
        texts.append(" ".join(words[np.where(random.random(length) < 0.5, own, other)]))
    ids = [f"{number:08}" for number in range(n)]
    units = pd.DataFrame({"unit_id": ids, "text": texts, "context": "", "author_id": "", "n_posts": 1})
    units["created_at"] = pd.Timestamp("2020-12-01", tz="UTC") + pd.to_timedelta(random.integers(0, 10**7, n), unit="s")
    return mq.Corpus(empty_table(POSTS), empty_table(AUTHORS), units, empty_table(FLOW)), topic


def given_vectors(topic):
    import numpy as np

    random = np.random.default_rng(2)
    centres = random.normal(size=(TOPICS, 384)).astype(np.float32)
    array = centres[topic] + 1.5 * random.normal(size=(len(topic), 384)).astype(np.float32)
    return array / np.linalg.norm(array, axis=1, keepdims=True)


def distil():
    from medtw_qual.clusters.engines import load_static, models_folder
    from medtw_qual.clusters.model_source import find_model

    start = time.perf_counter()
    load_static(find_model(), models_folder(None))
    print(
        json.dumps({"how": "distil", "posts": 0, "total_s": round(time.perf_counter() - start, 1), "peak_mb": peak()})
    )


def peak():
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)


def child(how, n):
    if how == "distil":
        return distil()
    import medtw_qual as mq

    corpus, topic = synthetic(int(n))
    vectors = given_vectors(topic) if how == "given" else None
    start = time.perf_counter()
    if vectors is None:
        vectors = mq.embed(corpus, precision="static")
    embedded = time.perf_counter()
    clusters = mq.cluster(corpus, vectors)
    clustered = time.perf_counter()
    described = len(clusters.summary())
    end = time.perf_counter()
    print(json.dumps({
        "how": how, "posts": int(n), "embed_s": round(embedded - start, 1), "cluster_s": round(clustered - embedded, 1),
        "describe_s": round(end - clustered, 1), "total_s": round(end - start, 1), "method": clusters.method,
        "themes": described, "true_topics": TOPICS, "peak_mb": peak(),
    }))  # fmt: skip


def main(sizes):
    with tempfile.TemporaryDirectory() as home:
        measure(sizes, {**os.environ, "HOME": home, "HF_HUB_OFFLINE": "1", "MEDTW_QUAL_PROGRESS": "0"})


def measure(sizes, environment):
    import pandas as pd

    rows = []
    for how, n in sizes:
        done = subprocess.run(
            [sys.executable, __file__, how, str(n)], capture_output=True, text=True, env=environment, check=False
        )
        if done.returncode:
            sys.exit(done.stderr[-3000:])
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        print(rows[-1], flush=True)
        pd.DataFrame(rows).to_csv(OUT, index=False, lineterminator="\n")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        child(*sys.argv[1:3])
    else:
        main([("given", n) for n in GIVEN] + [("distil", 0)] + [("static", n) for n in STATIC])
