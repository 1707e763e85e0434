"""Guards the prevalence table: identities, the published formulas, refusals, weights, and coverage of known truths."""

import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual._base.binomial import wilson
from medtw_qual.errors import InvalidArgument
from medtw_qual.reconciliation.finite_population import exact_finite
from medtw_qual.reconciliation.share_estimators import Evidence, assisted_share, people_share

from .conftest import make_consensus, make_sample


def predictions(ids, probability, coded, code="bond"):
    return pd.DataFrame(
        {
            "unit_id": ids,
            "code": code,
            "probability": probability,
            "predicted": np.asarray(probability) > 0.5,
            "out_of_fold": np.isin(ids, list(coded)),
        }
    )


@pytest.fixture(scope="module")
def world():
    """A thousand units, a machine that is right most of the time, and a random sample of 200."""
    rng = np.random.default_rng(7)
    ids = np.array([f"u{i:04d}" for i in range(1000)])
    truth = rng.random(1000) < 0.2
    machine = np.clip(np.where(truth, 0.7, 0.15) + rng.normal(0, 0.15, 1000), 0, 1)
    drawn = np.sort(rng.choice(1000, 200, replace=False))
    return ids, truth, machine, drawn


def consensus_of(ids, truth, drawn):
    return make_consensus({ids[i]: {"bond"} if truth[i] else set() for i in drawn}, ["bond"])


def test_wilson_is_that_of_statsmodels_and_everybody_coded_leaves_nothing():
    from statsmodels.stats.proportion import proportion_confint

    assert wilson(0.12, 50) == pytest.approx(proportion_confint(6, 50, method="wilson"))
    assert wilson(0.12, np.inf) == (0.12, 0.12)
    assert exact_finite(6, 50, 0) == pytest.approx(proportion_confint(6, 50, method="beta"))


@pytest.mark.parametrize("truth", [2, 10, 40])
def test_the_exact_interval_covers_at_least_as_often_as_it_says(truth):
    from scipy.stats import hypergeom

    covered = sum(
        hypergeom.pmf(seen, 200, truth, 60)
        for seen in range(min(truth, 60) + 1)
        if exact_finite(seen, 60, 200)[0] <= truth / 200 <= exact_finite(seen, 60, 200)[1]
    )
    assert covered >= 0.95


def test_without_help_from_the_machine_the_interval_is_wilsons():
    rng = np.random.default_rng(1)
    y = (rng.random(400) < 0.3).astype(float)
    evidence = Evidence(y, np.full(400, 5.0), np.ones(400, bool), 2000, np.full(400, 0.3), 0.3)
    people, assisted = people_share(evidence), assisted_share(evidence)
    assert assisted.estimate == pytest.approx(people.estimate)
    # The two differ by the two parameters charged to the assisted one: 400 / 398.
    assert (assisted.low, assisted.high) == pytest.approx((people.low, people.high), abs=3e-4)


def test_a_perfect_machine_leaves_little_but_not_nothing(world):
    """Forty and 160 units without a mistake: shares of mistakes up to a fortieth and a 160th are still possible."""
    ids, truth, _, drawn = world
    table = mq.prevalence(
        consensus_of(ids, truth, drawn),
        predictions(ids, truth.astype(float), ids[drawn]),
        make_sample(ids[drawn], 1000),
    ).set_index("method")
    assert table.loc["PPI++", "estimate"] == pytest.approx(truth.mean())
    assert 0.6 < table.loc["PPI++", "narrower"] < 0.9


def test_point_estimates_are_those_of_ppi_py_and_of_the_dsl_paper(world):
    from ppi_py import ppi_mean_pointestimate

    ids, truth, machine, drawn = world
    table = mq.prevalence(
        consensus_of(ids, truth, drawn), predictions(ids, machine, ids[drawn]), make_sample(ids[drawn], 1000)
    ).set_index("method")
    rest = np.setdiff1d(np.arange(1000), drawn)
    y, f = truth[drawn].astype(float), machine[drawn]
    weight = float(table.loc["PPI++", "note"].split("machine ")[1][:4])
    theirs = ppi_mean_pointestimate(y, f, machine[rest], lam=weight * (1 - 200 / 1000))
    assert table.loc["PPI++", "estimate"] == pytest.approx(float(theirs[0]), abs=2e-4)  # the note rounds the weight
    tuned = ppi_mean_pointestimate(y, f, machine[rest])
    assert table.loc["PPI++", "estimate"] == pytest.approx(float(tuned[0]), abs=5e-3)
    pseudo = machine.copy()
    pseudo[drawn] += (truth[drawn] - machine[drawn]) / 0.2
    assert table.loc["DSL", "estimate"] == pytest.approx(pseudo.mean())


def test_every_interval_holds_its_estimate_and_the_machine_narrows_it(world):
    ids, truth, machine, drawn = world
    table = mq.prevalence(
        consensus_of(ids, truth, drawn), predictions(ids, machine, ids[drawn]), make_sample(ids[drawn], 1000)
    )
    assert (table["low"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["high"]).all()
    assert table.set_index("method").loc["PPI++", "narrower"] > 0.3
    assert table["note"].str.contains("conditional on the consensus").all()


def test_rare_codes_are_refused_the_machine_and_given_the_exact_interval():
    ids = np.array([f"u{i:03d}" for i in range(400)])
    truth = np.arange(400) < 8
    drawn = np.arange(0, 400, 2)
    table = mq.prevalence(
        consensus_of(ids, truth, drawn), predictions(ids, truth * 0.8, ids[drawn]), make_sample(ids[drawn], 400)
    ).set_index("method")
    assert np.isnan(table.loc["PPI++", "estimate"])
    assert "fewer than 5 coded units have the code" in table.loc["PPI++", "note"]
    assert (table.loc["people", "low"], table.loc["people", "high"]) == exact_finite(4, 200, 400)


def test_a_machine_that_saw_the_coding_is_refused(world):
    ids, truth, machine, drawn = world
    with pytest.raises(InvalidArgument, match="had seen the coding of 200 units"):
        mq.prevalence(consensus_of(ids, truth, drawn), predictions(ids, machine, []), make_sample(ids[drawn], 1000))


def test_unequal_probabilities_weight_the_share_and_unknown_ones_say_so(world):
    ids, truth, _, _ = world
    # All with the code were drawn, and a tenth of the others: the plain share would be far too high.
    chosen = np.sort(np.concatenate([np.flatnonzero(truth), np.flatnonzero(~truth)[::10]]))
    chance = np.where(truth[chosen], 1.0, 0.1)
    consensus = consensus_of(ids, truth, chosen)
    weighted = mq.prevalence(consensus, None, make_sample(ids[chosen], 1000, probability=chance)).iloc[0]
    assert weighted["estimate"] == pytest.approx(truth.mean(), abs=0.005)
    blind = mq.prevalence(consensus, None, make_sample(ids[chosen], 1000, probability=np.nan)).iloc[0]
    assert blind["estimate"] == pytest.approx(truth[chosen].mean())
    assert "unweighted" in blind["note"]


def test_groups_are_estimated_within_their_own_size(world):
    ids, truth, machine, drawn = world
    by = pd.Series(np.where(np.arange(1000) < 250, "nurses", "doctors"), index=ids)
    table = mq.prevalence(
        consensus_of(ids, truth, drawn), predictions(ids, machine, ids[drawn]), make_sample(ids[drawn], 1000), by=by
    ).set_index(["group", "method"])
    ours = truth[drawn][drawn < 250]
    assert table.loc[("nurses", "people"), "n"] == len(ours)
    assert table.loc[("nurses", "people"), "estimate"] == pytest.approx(ours.mean())
    n, size = len(ours), 250
    expected = wilson(ours.mean(), n * (size - 1) / (size - n))
    assert (table.loc[("nurses", "people"), "low"], table.loc[("nurses", "people"), "high"]) == pytest.approx(expected)
    assert ("", "PPI++") in table.index


def test_coverage_of_a_known_truth():
    """In 400 worlds of 1,500 units the 95% intervals for a code of 5% hold the truth in 92 to 98 of 100."""
    rng = np.random.default_rng(3)
    truth = np.zeros(1500)
    truth[:75] = 1
    hits = {"PPI++": 0, "people": 0}
    for _ in range(400):
        machine = np.clip(0.05 + 0.4 * truth + rng.normal(0, 0.12, 1500), 0, 1)
        drawn = rng.choice(1500, 300, replace=False)
        rest = np.setdiff1d(np.arange(1500), drawn)
        evidence = Evidence(
            truth[drawn], np.full(300, 5.0), np.ones(300, bool), 1500, machine[drawn], float(machine[rest].mean())
        )
        for name, share in (("people", people_share(evidence)), ("PPI++", assisted_share(evidence))):
            interval = people_share(evidence) if np.isnan(share.low) else share
            hits[name] += interval.low <= truth.mean() <= interval.high
    assert all(0.92 <= count / 400 <= 0.985 for count in hits.values()), hits


def test_units_that_could_not_be_judged_are_left_out_of_the_share(world):
    ids, truth, machine, drawn = world
    sets = {ids[i]: {"bond"} if truth[i] else set() for i in drawn}
    odd = set(ids[drawn][::50])  # four of two hundred
    consensus = make_consensus(sets, ["bond"], impossible=odd)
    table = mq.prevalence(consensus, predictions(ids, machine, ids[drawn]), make_sample(ids[drawn], 1000))
    table = table.set_index("method")
    judged = [i for i in drawn if ids[i] not in odd]
    assert table.loc["people", "n"] == 196
    assert table.loc["people", "estimate"] == pytest.approx(truth[judged].mean())
    assert table.loc["PPI++", "estimate"] == pytest.approx(truth.mean(), abs=0.03)
    many = make_consensus(sets, ["bond"], impossible=set(ids[drawn][::10]))
    table = mq.prevalence(many, predictions(ids, machine, ids[drawn]), make_sample(ids[drawn], 1000)).set_index(
        "method"
    )
    assert "only 90% of the coded units could be judged" in table.loc["PPI++", "note"]


def test_with_everybody_coded_nothing_is_left_to_estimate(world):
    ids, truth, machine, _ = world
    everything = consensus_of(ids, truth, np.arange(1000))
    table = mq.prevalence(everything, predictions(ids, machine, ids)).set_index("method")
    for method in ("people", "PPI++", "DSL"):
        row = table.loc[method]
        assert row["estimate"] == row["low"] == row["high"] == pytest.approx(truth.mean())


def test_everything_one_code_and_a_code_nobody_used():
    ids = [f"u{i:03d}" for i in range(100)]
    consensus = make_consensus({unit: {"all"} for unit in ids}, ["all", "none"])
    table = mq.prevalence(consensus, None, make_sample(ids, 400)).set_index("code")
    assert table.loc["all", "estimate"] == 1.0
    assert table.loc["all", "high"] == 1.0
    assert table.loc["all", "low"] > 0.96
    assert table.loc["none", "low"] == 0.0
    assert 0 < table.loc["none", "high"] < 0.04


def test_each_coder_has_a_row_of_one_s_own():
    ids = [f"u{i:03d}" for i in range(60)]
    sets = {"KA": {u: {"bond"} for u in ids[:30]}, "LB": {u: set() for u in ids}}
    codings = pd.concat(
        [
            make_consensus({u: own.get(u, set()) for u in ids}, ["bond"]).assign(coder=coder, round="1", memo="")
            for coder, own in sets.items()
        ]
    )
    consensus = make_consensus({u: {"bond"} if i < 15 else set() for i, u in enumerate(ids)}, ["bond"])
    table = mq.prevalence(consensus, None, make_sample(ids, 300), codings=codings).set_index("method")
    assert table.index.tolist() == ["coder KA", "coder LB", "people"]
    assert table["estimate"].tolist() == [0.5, 0.0, 0.25]
    assert "this coder's own decisions" in table.loc["coder KA", "note"]


def test_coverage_under_unequal_chances():
    """Two strata drawn at 1 in 3 and 1 in 12, the code commoner in the smaller: weighted intervals hold the truth."""
    rng = np.random.default_rng(8)
    small = np.arange(1500) < 450
    truth = np.where(small, rng.random(1500) < 0.25, rng.random(1500) < 0.06).astype(float)
    machine = np.clip(0.1 + 0.5 * truth + rng.normal(0, 0.15, 1500), 0, 1)
    hits = {"people": 0, "PPI++": 0}
    estimates = {"people": [], "PPI++": []}
    for _ in range(300):
        drawn = np.concatenate([rng.choice(450, 150, replace=False), 450 + rng.choice(1050, 88, replace=False)])
        rest = np.setdiff1d(np.arange(1500), drawn)
        weights = np.where(small[drawn], 3.0, 1050 / 88)
        evidence = Evidence(
            truth[drawn], weights, np.ones(len(drawn), bool), 1500, machine[drawn], float(machine[rest].mean())
        )
        for name, share in (("people", people_share(evidence)), ("PPI++", assisted_share(evidence))):
            hits[name] += share.low <= truth.mean() <= share.high
            estimates[name].append(share.estimate)
    for own in estimates.values():
        assert abs(np.mean(own) - truth.mean()) < 4 * np.std(own) / np.sqrt(300)
    assert all(0.92 <= count / 300 <= 1 for count in hits.values()), hits


def test_a_machine_that_errs_rarely_is_not_taken_for_one_that_never_errs():
    """Three mistakes in a thousand units: most samples hold none, and the interval must cover the truth even so."""
    rng = np.random.default_rng(2)
    truth = (np.arange(1000) < 200).astype(float)
    machine = truth.copy()
    machine[[5, 50, 150]] = 0.0
    held = 0
    for _ in range(200):
        drawn = rng.choice(1000, 150, replace=False)
        rest = np.setdiff1d(np.arange(1000), drawn)
        evidence = Evidence(
            truth[drawn],
            np.full(150, 1000 / 150),
            np.ones(150, bool),
            1000,
            machine[drawn],
            float(machine[rest].mean()),
        )
        share = assisted_share(evidence)
        held += share.low <= truth.mean() <= share.high
    assert held >= 188
