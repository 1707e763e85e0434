"""Do the intervals of `prevalence` hold? A thousand samples of 300 from a corpus whose truth is known.

    python benchmarks/reconciliation_coverage.py VECTORS.npz [SAMPLES] [FIGURE]

The corpus are the 7,908 NHS comments in ../shared, all coded by people. From every random sample of 300 a fast machine
(ridge regression on the 100 leading directions of the vectors, 10 folds) predicts all codes; the estimators are those
of the package. FIGURE (.png) receives the coverage figure of the documentation.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from medtw_qual._base.figure_style import figure_style, save_figure
from medtw_qual.reconciliation.share_estimators import Evidence, assisted_share, people_share

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
SIZE, FOLDS, DIRECTIONS, PENALTY, INTERCEPT = 300, 10, 100, 1.0, 0.1
METHODS = ("people", "normal PPI++", "PPI++", "DSL", "PPI++ or people")


def read_corpus(vectors_path):
    table = pd.read_csv(SHARED / "nhs_px_qdc" / "comments_codes.csv", dtype=str, keep_default_na=False)
    codes = table["codes"].str.get_dummies(";")
    codes = codes.loc[:, codes.mean() > 0.02]
    stored = np.load(vectors_path)
    array = stored["array"][pd.Index(stored["unit_ids"]).get_indexer(table["comment_id"])].astype(float)
    centred = array - array.mean(axis=0)
    left, lengths, _ = np.linalg.svd(centred, full_matrices=False)
    return codes.columns.to_numpy(), codes.to_numpy(dtype=float), (left * lengths)[:, :DIRECTIONS]


def predict(features, truth, drawn, rng):
    """Scores out of fold for the sample, and the mean of the folds' models' scores over the rest."""
    x, y = features[drawn], truth[drawn]
    inverse = np.linalg.inv(x @ x.T + INTERCEPT + PENALTY * np.eye(SIZE))
    weights = inverse @ y
    folds = rng.permutation(SIZE) % FOLDS
    held_out, mean_weights = np.empty_like(y), np.zeros_like(weights)
    for fold in range(FOLDS):
        block = np.flatnonzero(folds == fold)
        residual = np.linalg.solve(inverse[np.ix_(block, block)], weights[block])
        held_out[block] = y[block] - residual
        without = weights - inverse[:, block] @ residual
        without[block] = 0
        mean_weights += without / FOLDS
    rest = (features.sum(axis=0) - x.sum(axis=0)) / (len(features) - SIZE)
    return held_out, rest @ (x.T @ mean_weights) + INTERCEPT * mean_weights.sum(axis=0)


def normal_interval(evidence):
    """What PPI++ is usually given: estimate plus and minus 1.96 standard errors (finite-population corrected)."""
    y, f = evidence.present, evidence.machine
    k = float(np.clip(np.cov(y, f)[0, 1] / max(np.var(f, ddof=1), 1e-12), 0, 1))
    left = 1 - len(y) / evidence.population
    centre = y.mean() + left * k * (evidence.machine_rest - f.mean())
    error = np.sqrt(left * np.var(y - k * f, ddof=2) / len(y))
    return centre - 1.96 * error, centre + 1.96 * error


def intervals(evidence):
    people, ppi, dsl = people_share(evidence), assisted_share(evidence), assisted_share(evidence, "DSL")
    best = people if np.isnan(ppi.low) else ppi
    return (
        [(s.low, s.high) for s in (people,)] + [normal_interval(evidence)] + [(s.low, s.high) for s in (ppi, dsl, best)]
    )


def simulate(truth, features, samples):
    """Limits: samples x codes x methods x (low, high)."""
    limits = np.empty((samples, truth.shape[1], len(METHODS), 2))
    for number in range(samples):
        rng = np.random.default_rng(number)
        drawn = rng.choice(len(truth), SIZE, replace=False)
        machine, rest = predict(features, truth, drawn, rng)
        weights, judged = np.full(SIZE, len(truth) / SIZE), np.ones(SIZE, dtype=bool)
        for code in range(truth.shape[1]):
            evidence = Evidence(truth[drawn, code], weights, judged, len(truth), machine[:, code], float(rest[code]))
            limits[number, code] = intervals(evidence)
    return limits


def summarise(names, share, limits):
    low, high = limits[..., 0], limits[..., 1]
    given = ~np.isnan(low)
    held = (low <= share[None, :, None]) & (share[None, :, None] <= high)
    coverage = np.where(given, held, 0).sum(axis=0) / np.maximum(given.sum(axis=0), 1)
    coverage[given.sum(axis=0) == 0] = np.nan
    table = pd.DataFrame(coverage, columns=list(METHODS), index=[name[:34] for name in names])
    table.insert(0, "share", share)
    width = high - low
    both = given[..., 2]
    ratio = [width[both[:, c], c, 2].mean() / width[both[:, c], c, 0].mean() for c in range(len(names))]
    return table.assign(PPI_width=ratio, refused=1 - both.mean(axis=0)).sort_values("share", ascending=False)


def draw(table, samples):
    from matplotlib.figure import Figure

    shown = table[table["share"] > 0.03]
    marks = {"people": ("o", "white"), "normal PPI++": ("x", "0.55"), "PPI++ or people": ("D", "black")}
    names = {
        "people": "people alone (Wilson)",
        "normal PPI++": "PPI++, normal interval",
        "PPI++ or people": "PPI++, score interval",
    }
    with figure_style():
        figure = Figure(figsize=(6.5, 3.4), layout="constrained")
        axes = figure.add_subplot()
        axes.axhspan(0.93, 0.97, color="0.93", lw=0)
        axes.axhline(0.95, color="0.6", lw=0.8)
        for method, (mark, face) in marks.items():
            edge = {"facecolor": face} if mark != "x" else {}
            colour = "0.45" if mark == "x" else "black"
            axes.scatter(
                shown["share"],
                shown[method],
                marker=mark,
                s=30,
                label=names[method],
                edgecolor=None if mark == "x" else "black",
                color=colour if mark == "x" else None,
                **edge,
            )
        axes.set_xscale("log")
        axes.set_xticks([0.03, 0.05, 0.1, 0.2], ["3%", "5%", "10%", "20%"])
        axes.minorticks_off()
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.set_xlabel("the code's true share of the corpus")
        axes.set_ylabel("intervals that hold the truth")
        axes.set_ylim(0.88, 1.0)
        axes.legend(frameon=False, loc="lower right", fontsize=8)
        axes.set_title(f"95% intervals from {samples:,} samples of 300 of 7,908 coded comments")
    return figure


def main(vectors_path, samples="1000", figure=None):
    names, truth, features = read_corpus(vectors_path)
    start = time.perf_counter()
    table = summarise(names, truth.mean(axis=0), simulate(truth, features, int(samples)))
    print(f"{samples} samples of {SIZE} of {len(truth)}, {time.perf_counter() - start:.0f} s")
    print(table.round(3).to_string())
    common = table[table["share"] > 0.03]
    print("\ncodes above 3%: mean / least coverage")
    for method in METHODS:
        print(f"  {method:16s} {common[method].mean():.3f} / {common[method].min():.3f}")
    large = table[table["share"] > 0.1]
    print(f"PPI++ narrower than people alone, codes above 10%: {1 - large['PPI_width'].mean():.1%} on average")
    if figure:
        alt = "Coverage of 95% intervals against the true share of each code: " + "; ".join(
            f"{row.Index} ({row.share:.1%}): people {row.people:.1%}" for row in common.itertuples()
        )
        save_figure(draw(table, int(samples)), figure, alt + ".")


if __name__ == "__main__":
    main(*sys.argv[1:])
