"""Speed and memory of the agreement engine beside other packages, as ratios of one run on one thread.

    python benchmarks/agreement_speed.py [python of an environment with irrCAC and simpledorff | memory]

irrCAC wants an older pandas, so that it lives in an environment of its own: python -m venv elsewhere;
elsewhere/bin/pip install irrCAC simpledorff; then name elsewhere/bin/python here. Without it these rows are left out.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

SIZES = ((1_000, 3), (10_000, 3), (100_000, 5))
CATEGORIES, MISSING, RESAMPLES = 8, 0.05, 1000


def make(n, r, q=CATEGORIES, seed=2020):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, q, n)
    ratings = np.where(rng.random((n, r)) < 0.3, rng.integers(0, q, (n, r)), truth[:, None]).astype(float)
    ratings[rng.random((n, r)) < MISSING] = np.nan
    return ratings


def best(work, at_most=5, seconds=20.0):
    """Shortest of up to five runs: what the machine can do when nobody disturbs it."""
    times = []
    started = time.perf_counter()
    while len(times) < at_most and (not times or time.perf_counter() - started < seconds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def ours(ratings):
    from medtw_qual import agreement as ag

    return {
        "alpha, SE and interval": best(lambda: ag.krippendorff_alpha(ratings)),
        f"alpha and {RESAMPLES} resamples": best(
            lambda: ag.krippendorff_alpha(ratings, interval="bootstrap", n_resamples=RESAMPLES)
        ),
        "Conger's kappa, SE and interval": best(lambda: ag.conger_kappa(ratings)),
    }


def krippendorff_alone(ratings):
    import krippendorff

    return best(lambda: krippendorff.alpha(ratings.T, level_of_measurement="nominal"))


def nltk_alpha(ratings):
    from nltk.metrics.agreement import AnnotationTask

    data = [
        (str(j), str(i), int(value)) for i, row in enumerate(ratings) for j, value in enumerate(row) if value == value
    ]
    return best(lambda: AnnotationTask(data).alpha(), at_most=2)


ELSEWHERE = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np, pandas as pd
def best(work, k):
    times = []
    for _ in range(k):
        begun = time.perf_counter(); work(); times.append(time.perf_counter() - begun)
    return min(times)
ratings = pd.DataFrame(np.load(sys.argv[1]))
found = {}
try:
    from irrCAC.raw import CAC
    found["irrCAC: alpha, SE and interval"] = best(lambda: CAC(ratings).krippendorff(), 3)
    found["irrCAC: Conger's kappa, SE and interval"] = best(lambda: CAC(ratings).conger(), 3)
except ImportError:
    pass
try:
    import simpledorff
    long = ratings.rename_axis("unit").reset_index().melt(id_vars="unit", var_name="coder").dropna()
    found["simpledorff: alpha"] = best(lambda: simpledorff.calculate_krippendorffs_alpha_for_df(
        long, experiment_col="unit", annotator_col="coder", class_col="value"), 1)
except ImportError:
    pass
print(json.dumps(found))
"""


def rare_codes(codes=20, units=300, coders=3, share=0.06):
    """Twenty rare codes by three coders: their intervals from the counts, beside krippendorff's bare alphas."""
    import krippendorff

    from medtw_qual import agreement as ag

    rng = np.random.default_rng(2020)
    tables = []
    for _ in range(codes):
        truth = rng.random(units) < share
        tables.append(np.where(rng.random((units, coders)) < 0.02, ~truth[:, None], truth[:, None]).astype(int))
    ours_ = best(lambda: [ag.krippendorff_alpha(table) for table in tables], at_most=3)
    linear = best(lambda: [ag.krippendorff_alpha(table, interval="fisher") for table in tables], at_most=3)
    bare = best(lambda: [krippendorff.alpha(one.T, level_of_measurement="nominal") for one in tables], at_most=3)
    print(f"\n{codes} codes x {coders} coders x {units} units, share {share} (seconds; ratio to bare alphas)")
    for name, seconds in (("from counts", ours_), ("linearised", linear), ("krippendorff: bare alphas", bare)):
        print(f"  {name:48} {seconds:10.4f} {seconds / bare:9.1f}")


def passages(texts=5000, coders="ABC", length=120):
    """Unitizing alpha over many texts, with and without its bootstrap."""
    import pandas as pd

    from medtw_qual import agreement as ag

    rng = np.random.default_rng(2020)
    rows = [
        (f"t{text}", coder, "xyz"[rng.integers(3)], begin + int(rng.integers(0, 10)), begin + int(rng.integers(12, 30)))
        for text in range(texts) for coder in coders for begin in (0, 40, 80) if rng.random() < 0.5
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["unit_id", "coder", "code", "start", "end"])
    lengths = {f"t{text}": length for text in range(texts)}
    whole = best(lambda: ag.unitizing_alpha(table, lengths), at_most=2)
    short = best(lambda: ag.unitizing_alpha(table, lengths, n_resamples=1), at_most=2)
    print(f"\nUnitizing alpha, {texts} texts x {len(coders)} coders, {len(table)} passages (seconds; ratio)")
    print(
        f"  {'alpha alone':48} {short:10.4f} {1:9.1f}\n  {'with 2,000 resamples':48} {whole:10.4f} {whole / short:9.1f}"
    )


def elsewhere(python, ratings):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ratings.npy"
        np.save(path, ratings)
        done = subprocess.run([python, "-c", ELSEWHERE, str(path)], capture_output=True, text=True, check=True,
            env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": ""})  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


MEMORY = """
import numpy as np
from benchmarks_agreement import make
import medtw_qual.agreement as ag
def peak():
    # VmHWM belongs to this program alone; getrusage's peak begins with that of the process that started it.
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
ratings = make(10_000, 3, q=100)
before = peak()
{work}
print(f"{{peak():.0f}} {{peak() - before:.0f}}")
"""
WORKS = {
    "medtw_qual: alpha, SE and interval": "ag.krippendorff_alpha(ratings)",
    f"medtw_qual: alpha and {RESAMPLES} resamples": (
        f"ag.krippendorff_alpha(ratings, interval='bootstrap', n_resamples={RESAMPLES})"
    ),
    "medtw_qual: Conger's kappa, SE and interval": "ag.conger_kappa(ratings)",
    "krippendorff: alpha": ("import krippendorff; krippendorff.alpha(ratings.T, level_of_measurement='nominal')"),
}


def memory():
    print("\nPeak memory, 100 categories x 10,000 units x 3 coders (MB of the whole process; of the work alone)")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "benchmarks_agreement.py").write_text(
            Path(__file__).read_text(encoding="utf-8"), encoding="utf-8"
        )
        path = os.pathsep.join([folder, os.environ.get("PYTHONPATH", "")])
        for name, work in WORKS.items():
            done = subprocess.run(
                [sys.executable, "-c", MEMORY.format(work=work)],
                capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": path},
            )  # fmt: skip
            whole, alone = done.stdout.split()
            print(f"  {name:48} {whole:>6} {alone:>6}")


def main(python=None):
    if python == "memory":
        return memory()
    for n, r in SIZES:
        ratings = make(n, r)
        bare = krippendorff_alone(ratings)
        times = ours(ratings)
        print(
            f"\n{n:,} units x {r} coders, {CATEGORIES} categories, {MISSING:.0%} missing (seconds; ratio to medtw_qual)"
        )
        alpha, resamples, conger = times.values()
        rows = {f"medtw_qual: {name}": (seconds, 1.0) for name, seconds in times.items()}
        rows["krippendorff: bare alpha"] = (bare, bare / alpha)
        rows[f"krippendorff: looped {RESAMPLES} times (reckoned)"] = (bare * RESAMPLES, bare * RESAMPLES / resamples)
        nltk = nltk_alpha(ratings)
        rows["NLTK: alpha"] = (nltk, nltk / alpha)
        for name, seconds in (elsewhere(python, ratings) if python else {}).items():
            rows[name] = (seconds, seconds / (conger if "Conger" in name else alpha))
        for name, (seconds, times_ours) in rows.items():
            print(f"  {name:48} {seconds:10.4f} {times_ours:9.1f}")
    rare_codes()
    passages()
    return memory()


if __name__ == "__main__":
    with threadpool_limits(1):
        main(*sys.argv[1:2])
