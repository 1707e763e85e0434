"""How long the crosswalk and the prevalence table take at full size: 5,000 units, 40 clusters, 50 codes.

python benchmarks/reconciliation_speed.py
"""

import time
from types import SimpleNamespace

import numpy as np
import pandas as pd

import medtw_qual as mq

UNITS, CLUSTERS, CODES, RESAMPLED = 5000, 40, 50, 200


def made_up():
    rng = np.random.default_rng(0)
    ids = np.array([f"{i:019d}" for i in range(UNITS)])
    labels = rng.integers(0, CLUSTERS, UNITS)
    lean = rng.beta(0.5, 8, (CLUSTERS, CODES))
    present = rng.random((UNITS, CODES)) < lean[labels]
    codes = np.array([f"code_{i:02d}" for i in range(CODES)])
    consensus = pd.DataFrame(
        {
            "unit_id": np.repeat(ids, CODES), "code": np.tile(codes, UNITS), "basis": "agreed", "reason": "",
            "status": np.where(present.ravel(), "present", "absent"), "decided_by": "", "decided_at": None,
            "codebook_hash": "x",
        }
    )  # fmt: skip
    assignments = pd.DataFrame({"unit_id": ids, "cluster": labels, "strength": 1.0})
    clusters = SimpleNamespace(assignments=assignments, assignments_hash="a", units=assignments.assign(text=""))
    table = pd.DataFrame({"unit_id": ids, "stratum": "", "inclusion_probability": 0.25, "round": "1"})
    return clusters, consensus, SimpleNamespace(table=table, population=4 * UNITS), present, rng


def main():
    clusters, consensus, sample, present, rng = made_up()
    start = time.perf_counter()
    crosswalk = mq.reconcile(clusters, consensus, sample)
    exact = (crosswalk.table["interval"] == "exact").mean()
    seconds = time.perf_counter() - start
    print(f"crosswalk, {UNITS} x {CLUSTERS} x {CODES} ({exact:.0%} exact)          {seconds:6.2f} s (goal 2)")
    labels = clusters.assignments.set_index("unit_id")["cluster"]
    others = []
    for _ in range(RESAMPLED):
        noise = np.where(rng.random(UNITS) < 0.3, rng.integers(0, CLUSTERS, UNITS), labels)
        others.append(pd.Series(noise, index=labels.index))
    start = time.perf_counter()
    mq.reconcile(clusters, consensus, sample, resampled=others)
    print(f"the same with {RESAMPLED} resampled clusterings         {time.perf_counter() - start:6.2f} s (goal 10)")
    rest = np.array([f"{i:019d}" for i in range(UNITS, 4 * UNITS)])
    everyone = np.concatenate([clusters.assignments["unit_id"], rest])
    probability = np.clip(rng.normal(0.1, 0.1, (4 * UNITS, CODES)), 0, 1)
    probability[:UNITS] += 0.3 * present
    predicted = pd.DataFrame(
        {
            "unit_id": np.repeat(everyone, CODES), "code": np.tile(crosswalk.units.codes, 4 * UNITS),
            "probability": probability.ravel(), "predicted": False,
            "out_of_fold": np.repeat(np.arange(4 * UNITS) < UNITS, CODES),
        }
    )  # fmt: skip
    start = time.perf_counter()
    mq.prevalence(consensus, predicted, sample)
    print(
        f"prevalence table, {UNITS} coded of {4 * UNITS}, {CODES} codes   {time.perf_counter() - start:6.2f} s (goal 5)"
    )


if __name__ == "__main__":
    main()
