"""Guards the comparison with a machine: panels without a unit that all decided, and the alternative annotator test."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from medtw_qual import agreement as ag
from medtw_qual.errors import InvalidArgument


def codings(ratings, coders, code="hope"):
    rows = [
        (f"u{i:03}", coder, "present" if value else "absent")
        for i, row in enumerate(ratings)
        for coder, value in zip(coders, row, strict=True)
        if value >= 0
    ]
    table = pd.DataFrame(rows, columns=["unit_id", "coder", "status"])
    return table.assign(code=code, round="1", codebook_hash="h")


def panel(n=150, seed=1, rates=(0.1, 0.1, 0.1, 0.1, 0.25)):
    """Four people, each unit decided by two of them in turn, and a machine that decided all."""
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < 0.4
    ratings = np.column_stack([np.where(rng.random(n) < rate, ~truth, truth) for rate in rates]).astype(int)
    pairs = [(0, 1), (2, 3), (0, 2), (1, 3), (0, 3), (1, 2)]
    for i in range(n):
        for coder in set(range(4)) - set(pairs[i % 6]):
            ratings[i, coder] = -1
    return ratings


def difference(ratings, who):
    """Mean percent agreement with the other people less that with the machine, straight from the definition."""
    mine = ratings[:, who] >= 0
    others = [o for o in range(4) if o != who]
    with_people = np.mean(
        [(ratings[b, who] == ratings[b, o]).mean() for o in others if (b := mine & (ratings[:, o] >= 0)).any()]
    )
    return with_people - (ratings[mine, who] == ratings[mine, 4]).mean()


def test_no_unit_needs_all_coders():
    ratings = panel()
    table = ag.compare_agreement(codings(ratings, "ABCDM"), machine="M", coefficient="percent_agreement")
    assert (table["undefined"] == "").all()
    for who, row in enumerate(table.itertuples()):
        assert row.difference == pytest.approx(difference(ratings, who))
        rated = np.flatnonzero(ratings[:, who] >= 0)
        assert row.n_units == len(rated)
        # Efron and Tibshirani (1993, chapter 11): the jackknife over the units that count for this person.
        left = np.array([difference(np.delete(ratings, i, axis=0), who) for i in rated])
        jackknife = np.sqrt((len(left) - 1) / len(left) * ((left - left.mean()) ** 2).sum())
        assert row.se == pytest.approx(jackknife, rel=0.05)


def test_the_bootstrap_serves_incomplete_panels_too():
    by = {
        name: ag.compare_agreement(codings(panel(), "ABCDM"), machine="M", interval=name, n_resamples=1000)["se"]
        for name in ("t", "bootstrap")
    }
    assert by["bootstrap"].to_numpy() == pytest.approx(by["t"].to_numpy(), rel=0.15)


def published_procedure(people, machine, epsilon):
    """Calderon, Reichart and Dror (2025), algorithm 1, person by person and unit by unit."""
    advantage, p_values = [], []
    for j in range(people.shape[1]):
        wins_machine, wins_person = [], []
        for i in range(len(people)):
            rest = [people[i, k] for k in range(people.shape[1]) if k != j and people[i, k] >= 0]
            if people[i, j] < 0 or not rest:
                continue
            s_person = np.mean([people[i, j] == r for r in rest])
            s_machine = np.mean([machine[i] == r for r in rest])
            wins_machine.append(s_machine >= s_person)
            wins_person.append(s_person >= s_machine)
        advantage.append(np.mean(wins_machine))
        gaps = np.subtract(wins_person, wins_machine, dtype=float)
        p_values.append(ttest_1samp(gaps, epsilon, alternative="less").pvalue)
    order, m = np.argsort(p_values), len(p_values)
    thresholds = np.arange(1, m + 1) / m * 0.05 / sum(1 / k for k in range(1, m + 1))
    passed = [k for k in range(m) if p_values[order[k]] <= thresholds[k]]
    return (passed[-1] + 1 if passed else 0) / m, float(np.mean(advantage)), p_values


@pytest.mark.parametrize("machine_rate", [0.05, 0.2, 0.45])
@pytest.mark.parametrize("epsilon", [0.0, 0.1, 0.2])
def test_it_follows_the_published_procedure(machine_rate, epsilon):
    ratings = panel(300, seed=3, rates=(0.1, 0.15, 0.1, 0.2, machine_rate))
    rate, advantage, p_values = published_procedure(ratings[:, :4], ratings[:, 4], epsilon)
    table = ag.alternative_annotator_test(codings(ratings, "ABCDM"), "M", epsilon=epsilon)
    assert table["winning_rate"].unique().tolist() == [pytest.approx(rate)]
    assert table["advantage_probability"].unique().tolist() == [pytest.approx(advantage)]
    assert table["p_value"].to_numpy() == pytest.approx(np.array(p_values))
    assert table["passes"].unique().tolist() == [rate >= 0.5]


def test_epsilon_is_declared_and_few_units_are_not_tested():
    data = codings(panel(), "ABCDM")
    with pytest.raises(TypeError, match="epsilon"):
        ag.alternative_annotator_test(data, "M")
    with pytest.raises(InvalidArgument, match="epsilon"):
        ag.alternative_annotator_test(data, "M", epsilon=1.5)
    few = ag.alternative_annotator_test(codings(panel(40), "ABCDM"), "M", epsilon=0.1)
    assert few["p_value"].isna().all()
    assert few["passes"].isna().all()
    assert "fewer than 30 units" in few["note"].iloc[0]


def test_predictions_serve_as_a_machine():
    ratings = panel()
    data = codings(ratings[:, :4], "ABCD")
    predicted = pd.DataFrame(
        {"unit_id": [f"u{i:03}" for i in range(150)], "code": "hope", "predicted": ratings[:, 4] == 1}
    )
    by_table = ag.alternative_annotator_test(data, predicted, epsilon=0.1)
    by_name = ag.alternative_annotator_test(codings(ratings, "ABCDM"), "M", epsilon=0.1)
    pd.testing.assert_frame_equal(by_table, by_name)
