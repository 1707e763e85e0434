"""How often do 95% intervals of alpha and AC1 hold the truth where a code is rare and units are few?

Two categories; shares .03, .05, .2 and .5; agreement .4, .6, .8 and .9; two and three coders; three ways in which
coders can come to that agreement: a common correlation, a common part with probability sqrt(agreement) and guesses at
the share otherwise, and the same with coders whose guesses differ (1.5 and .5 times the share). What alpha and AC1 then
are follows from the probabilities of the counts. With two coders, and with three and ten units, all possible samples
are gone through and their probabilities summed; elsewhere samples are drawn. "before" is the interval that was the
default before (Fisher's z). Undefined samples (one category only) give no interval and are left out.

    python benchmarks/agreement_coverage.py [draws] [file for the table as CSV]
"""

import sys
from itertools import product
from math import comb

import numpy as np
import pandas as pd
from scipy.special import gammaln

from medtw_qual import agreement as ag
from medtw_qual.agreement.ratings import Ratings

SHARES, AGREEMENTS, SIZES = (0.03, 0.05, 0.2, 0.5), (0.4, 0.6, 0.8, 0.9), (10, 20, 40, 100)
MOST_SAMPLES = 1500  # possible samples that are all gone through
FIGURES = {
    "alpha, before": lambda ratings: ag.krippendorff_alpha(ratings, interval="fisher"),
    "alpha, now": ag.krippendorff_alpha,
    "AC1, before": lambda ratings: ag.gwet_ac1(ratings, interval="fisher"),
    "AC1, now": ag.gwet_ac1,
}


def count_cells(patterns, n_coders):
    """Probabilities of 0, 1 ... yes from {(yes of each coder): probability}."""
    cells = np.zeros(n_coders + 1)
    for pattern, p in patterns.items():
        cells[sum(pattern)] += p
    return cells


def common(share, kappa, n_coders):
    k = np.arange(n_coders + 1)
    alone = np.array([comb(n_coders, j) for j in k]) * share**k * (1 - share) ** (n_coders - k)
    cells = (1 - kappa) * alone
    cells[0] += kappa * (1 - share)
    cells[-1] += kappa * share
    return cells


def guessing(share, kappa, n_coders, factors):
    seen, patterns = np.sqrt(kappa), {}
    for pattern in product((0, 1), repeat=n_coders):
        patterns[pattern] = 0.0
        for truth, weight in ((1, share), (0, 1 - share)):
            yes = [seen * truth + (1 - seen) * share * factor for factor in factors]
            patterns[pattern] += weight * np.prod([y if one else 1 - y for y, one in zip(yes, pattern, strict=True)])
    return count_cells(patterns, n_coders)


def truths(cells):
    """Alpha (Scott's pi of the population) and AC1 from the probabilities of the counts."""
    n_coders = len(cells) - 1
    k = np.arange(n_coders + 1)
    share = cells @ k / n_coders
    differ = cells @ (k * (n_coders - k)) * 2 / (n_coders * (n_coders - 1))
    return 1 - differ / (2 * share * (1 - share)), (1 - differ - 2 * share * (1 - share)) / (
        1 - 2 * share * (1 - share)
    )


def populations(n_coders):
    uneven = (1.5, 0.5) if n_coders == 2 else (1.5, 1.0, 0.5)
    for share, kappa in product(SHARES, AGREEMENTS):
        yield "common", share, kappa, common(share, kappa, n_coders)
        yield "guessing", share, kappa, guessing(share, kappa, n_coders, (1.0,) * n_coders)
        yield "guessing unequally", share, kappa, guessing(share, kappa, n_coders, uneven)


def samples(n, width):
    if width == 1:
        return np.full((1, 1), n)
    return np.vstack([
        np.hstack([np.full((len(rest), 1), first), rest])
        for first in range(n + 1)
        for rest in (samples(n - first, width - 1),)
    ])  # fmt: skip


class Limits:
    """The limits of every figure for a table of counts, worked out once."""

    def __init__(self, n_coders):
        self.rows = np.tril(np.ones((n_coders + 1, n_coders), dtype=np.int64), -1)
        self.known = {}

    def of(self, counts):
        key = tuple(int(k) for k in counts)
        if key not in self.known:
            names = tuple(map(str, range(self.rows.shape[1])))
            ratings = Ratings(np.repeat(self.rows, key, axis=0), ("no", "yes"), names)
            values = [figure(ratings) for figure in FIGURES.values()]
            self.known[key] = None if values[0].undefined else [(v.low, v.high) for v in values]
        return self.known[key]


def coverage(n, n_coders, draws, rng):
    limits = Limits(n_coders)
    whole = comb(n + n_coders, n_coders) <= MOST_SAMPLES
    possible = samples(n, n_coders + 1) if whole else None
    for kind, share, kappa, cells in populations(n_coders):
        if whole:
            log = gammaln(n + 1) - gammaln(possible + 1).sum(axis=1) + possible @ np.log(cells)
            counts, weight = possible, np.exp(log)
        else:
            drawn = rng.multinomial(n, cells, size=draws)
            counts, weight = np.unique(drawn, axis=0, return_counts=True)
        found = [limits.of(one) for one in counts]
        defined = np.array([one is not None for one in found])
        true = np.repeat(truths(cells), 2)
        inside = np.array([
            [low - 1e-9 <= truth <= high + 1e-9 for (low, high), truth in zip(one, true, strict=True)]
            for one in found if one is not None
        ])  # fmt: skip
        weight = weight[defined] / weight[defined].sum()
        yield {"n": n, "coders": n_coders, "kind": kind, "share": share, "agreement": kappa,
               **dict(zip(FIGURES, weight @ inside, strict=True))}  # fmt: skip


def main(draws=400, path=None):
    rng = np.random.default_rng(2020)
    rows = [row for n, r in product(SIZES, (2, 3)) for row in coverage(n, r, draws, rng)]
    table = pd.DataFrame(rows)
    print(f"Coverage of 95% intervals, {len(table) // len(SIZES)} cells a size: mean / least")
    for n, cells in table.groupby("n"):
        parts = [f"{name} {cells[name].mean():.3f}/{cells[name].min():.3f}" for name in FIGURES]
        print(f"n = {n:3}: " + "   ".join(parts))
    if path:
        table.round(4).to_csv(path, index=False)


if __name__ == "__main__":
    main(*([int(sys.argv[1]), *sys.argv[2:]] if len(sys.argv) > 1 else []))
