"""How often do the intervals of alpha contain the true alpha? A simulation over 48 designs.

Each coder sees a unit's true category with probability sqrt(alpha), else guesses from the categories' shares; then two
coders agree beyond chance with probability alpha, which is Krippendorff's alpha of the population. Shares .5/.5, .8/.2,
.9/.1 and .4/.3/.2/.1; two, three and five coders; alpha .4, .6, .8 and .9: 48 cells. Undefined samples (one category
only) give no interval and are left out; their share is printed. "no exact" counts the default's exact limits at full
agreement as misses: what a zero-width interval would do.

    python benchmarks/agreement_coverage.py [repetitions] [n ...]
"""

import sys
from itertools import product

import numpy as np

from medtw_qual.agreement import krippendorff_alpha
from medtw_qual.agreement.ratings import Ratings

SHARES = ((0.5, 0.5), (0.8, 0.2), (0.9, 0.1), (0.4, 0.3, 0.2, 0.1))
CODERS = (2, 3, 5)
ALPHAS = (0.4, 0.6, 0.8, 0.9)
METHODS = ("fisher", "t", "jackknife")


def draw(rng, n, n_coders, shares, alpha):
    truth = rng.choice(len(shares), p=shares, size=n)
    ratings = np.repeat(truth[:, None], n_coders, axis=1)
    guesses = rng.random((n, n_coders)) >= np.sqrt(alpha)
    ratings[guesses] = rng.choice(len(shares), p=shares, size=int(guesses.sum()))
    return Ratings(ratings, tuple(range(len(shares))), tuple(map(str, range(n_coders))))


def cell(rng, n, n_coders, shares, alpha, repetitions, methods):
    inside = dict.fromkeys((*methods, "no exact"), 0)
    defined = 0
    for _ in range(repetitions):
        ratings = draw(rng, n, n_coders, shares, alpha)
        for place, method in enumerate(methods):
            value = krippendorff_alpha(ratings, interval=method, n_resamples=400)
            if value.undefined:
                break
            hit = value.low <= alpha <= value.high
            defined += place == 0
            inside[method] += hit
            inside["no exact"] += place == 0 and hit and "exact" not in value.interval
    return {method: hits / max(defined, 1) for method, hits in inside.items()}, 1 - defined / repetitions


def main(repetitions=600, sizes=(10, 20, 40, 100), methods=METHODS):
    rng = np.random.default_rng(2020)
    print(f"Coverage of nominal 95% intervals of alpha, {repetitions} repetitions a cell: mean / least over 48 cells")
    print("    n  undefined  " + "  ".join(f"{method:>11}" for method in (*methods, "no exact")))
    for n in sizes:
        found = [cell(rng, n, r, p, a, repetitions, methods) for p, r, a in product(SHARES, CODERS, ALPHAS)]
        parts = [
            f"{np.mean([one[method] for one, _ in found]):.3f}/{min(one[method] for one, _ in found):.2f}"
            for method in (*methods, "no exact")
        ]
        print(f"{n:5}  {np.mean([undefined for _, undefined in found]):9.3f}  " + "  ".join(f"{x:>11}" for x in parts))


if __name__ == "__main__":
    arguments = [int(one) for one in sys.argv[1:]]
    main(*([arguments[0], arguments[1:] or (10, 20, 40, 100)] if arguments else []))
