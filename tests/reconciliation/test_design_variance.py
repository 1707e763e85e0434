"""Guards estimates by design: strata, unequal probabilities and whole clusters, against formulas and known truths."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.errors import InvalidArgument
from medtw_qual.reconciliation.coded_units import CodedUnits, Design
from medtw_qual.reconciliation.design_variance import design_variance, total_variances
from medtw_qual.reconciliation.evidence import cell_table
from medtw_qual.reconciliation.share_estimators import Evidence, people_share


def evidence(y, weights, population, **more):
    return Evidence(np.asarray(y, float), np.asarray(weights, float), np.ones(len(y), bool), population, **more)


def test_one_stratum_is_the_textbooks_variance():
    rng = np.random.default_rng(1)
    y = (rng.random(80) < 0.3).astype(float)
    right = (1 - 80 / 400) * y.var(ddof=1) / 80  # Cochran (1977), 2.15
    assert design_variance(y, np.full(80, 5.0), np.zeros(80, int)) == pytest.approx(right)


def test_clusters_are_taken_as_totals():
    """Cochran (1977), 9A.2, equal sizes: the variance between the clusters' means, over their number."""
    rng = np.random.default_rng(2)
    means = rng.random(12)
    y = np.repeat(means, 5)
    cluster = np.repeat(np.arange(12), 5)
    right = (1 - 12 / 60) * means.var(ddof=1) / 12
    assert design_variance(y, np.full(60, 5.0), np.zeros(60, int), cluster) == pytest.approx(right)


def cover(draw, truth, times=400):
    found = [people_share(draw()) for _ in range(times)]
    inside = np.mean([share.low <= truth <= share.high for share in found])
    return inside, np.mean([share.high - share.low for share in found])


def test_a_sample_of_authors_covers():
    """Thirty authors of 300, with 3 to 12 posts each of which half are the author's habit."""
    rng = np.random.default_rng(3)
    sizes = rng.integers(3, 13, 300)
    habit = np.repeat(rng.random(300) < 0.3, sizes)
    author = np.repeat(np.arange(300), sizes)
    truth = np.where(rng.random(len(author)) < 0.7, habit, rng.random(len(author)) < 0.3).astype(float)

    def draw(with_clusters=True):
        chosen = np.isin(author, rng.choice(300, 30, replace=False))
        clusters = author[chosen] if with_clusters else None
        return evidence(truth[chosen], np.full(chosen.sum(), 10.0), len(author), clusters=clusters)

    known, _ = cover(draw, truth.mean())
    unsaid, _ = cover(lambda: draw(False), truth.mean())
    assert known > 0.92
    assert unsaid < 0.75


def test_strata_that_differ_narrow_the_interval_and_it_still_covers():
    """A stratum in which the code is common and one in which it is rare, drawn 50 and 100 strong."""
    rng = np.random.default_rng(4)
    stratum = np.repeat([0, 1], [500, 2000])
    truth = (rng.random(2500) < np.where(stratum == 0, 0.8, 0.05)).astype(float)

    def draw(with_strata=True):
        rows = np.concatenate([rng.choice(500, 50, replace=False), 500 + rng.choice(2000, 100, replace=False)])
        strata = stratum[rows] if with_strata else None
        return evidence(truth[rows], np.where(stratum[rows] == 0, 10.0, 20.0), 2500, strata=strata)

    inside, width = cover(draw, truth.mean())
    _, as_one = cover(lambda: draw(False), truth.mean())
    assert inside > 0.93
    assert width < 0.8 * as_one


def test_a_census_has_no_interval_for_coders_and_people_alike():
    ids = [f"u{i}" for i in range(20)]
    rows = [(u, c, "1", "joy", "present" if i < 5 else "absent", "h") for i, u in enumerate(ids) for c in "AB"]
    codings = pd.DataFrame(rows, columns=["unit_id", "coder", "round", "code", "status", "codebook_hash"])
    codings = codings.assign(memo="", decided_at=pd.NaT)
    table = pd.DataFrame({"unit_id": ids, "stratum": "", "inclusion_probability": 1.0, "round": "1"})
    sample = SimpleNamespace(table=table, population=20)
    found = mq.prevalence(mq.build_consensus(codings), sample=sample, codings=codings)
    assert (found[["estimate", "low", "high"]] == 0.25).all(axis=None)
    assert found["note"].str.contains("census").all()


def corpus(n_authors=40):
    rng = np.random.default_rng(5)
    author = np.repeat([f"@a{i}" for i in range(n_authors)], rng.integers(1, 9, n_authors))
    units = pd.DataFrame({"unit_id": [f"u{i:03}" for i in range(len(author))], "text": "x", "author_id": author})
    return SimpleNamespace(units=units, authors=pd.DataFrame({"author_id": sorted(set(author))}))


def test_clusters_are_drawn_whole_and_named_without_their_names():
    whole = corpus()
    sample = mq.draw_sample(whole, 60, cluster_by="author_id", seed=1)
    author = sample.units["author_id"]
    assert set(author.groupby(sample.table["cluster"].to_numpy()).nunique()) == {1}
    for name in author.unique():
        assert (author == name).sum() == (whole.units["author_id"] == name).sum()
    assert sample.table["inclusion_probability"].unique().tolist() == [author.nunique() / 40]
    assert not sample.table["cluster"].isin(author).any()
    assert f"{author.nunique()} of the 40 clusters by author_id" in sample.design
    assert 30 < len(sample) < 90
    again = mq.draw_sample(whole, 60, cluster_by="author_id", seed=1)
    assert again.hash == sample.hash
    with pytest.raises(InvalidArgument, match="not both"):
        mq.draw_sample(whole, 60, cluster_by="author_id", stratify_by="author_id", seed=1)


def test_the_column_survives_a_file(tmp_path):
    from medtw_qual.coding.sample import read_sample

    sample = mq.draw_sample(corpus(), 60, cluster_by="author_id", seed=1)
    back = read_sample(sample.save(tmp_path / "sample.csv"), corpus())
    assert back.table["cluster"].tolist() == sample.table["cluster"].tolist()


def test_odds_with_equal_weights_are_woolfs():
    """Woolf (1955): the variance of the log odds ratio is the sum of 1 / counts; the design's is n / (n - 1) of it."""
    cells = {"a": 20, "b": 40, "c": 30, "d": 90}
    flags = {"a": (1, 1), "b": (1, 0), "c": (0, 1), "d": (0, 0)}
    rows = np.array([flags[name] for name, times in cells.items() for _ in range(times)], dtype=bool)
    counts = {name: float(times) for name, times in cells.items()}
    z = rows[:, 0] * (rows[:, 1] / counts["a"] - ~rows[:, 1] / counts["b"])
    z = z - ~rows[:, 0] * (rows[:, 1] / counts["c"] - ~rows[:, 1] / counts["d"])
    n = len(rows)
    right = n / (n - 1) * sum(1 / times for times in cells.values())
    assert total_variances(z[:, None], np.zeros(n, int))[0] == pytest.approx(right)
    units = CodedUnits(
        tuple(map(str, range(n))), ("x",), rows[:, 1:], np.ones((n, 1), bool), np.zeros((n, 1), bool), "h"
    )
    weights = np.where(np.arange(n) % 2, 2.0, 2.0 + 1e-6)  # unequal in name only
    found = cell_table(rows[:, 0].astype(int), [1], units, Design(weights, np.zeros(n, int), True, 2 * n), 0.95)
    reach = 1.959964 * right**0.5
    assert np.log(found.loc[0, "high"] / found.loc[0, "odds_ratio"]) == pytest.approx(reach, rel=1e-3)
    assert found.loc[0, "interval"] == "logit, variance of the design"
