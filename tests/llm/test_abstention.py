"""Guards the bound of abstention: over repeated samples what stands is wrong too often in at most 5 of 100."""

import numpy as np
import pandas as pd
import pytest

from medtw_qual.errors import InvalidArgument
from medtw_qual.llm.abstention import abstain, more_needed, tail


def drawn(chance, n, calibration=1.0):
    """Probabilities of an invented model and the truth: with `calibration` below 1 it is surer than it may be."""
    sure = chance.beta(0.4, 0.4, n)
    true = chance.random(n) < 0.5 + calibration * (sure - 0.5)
    ids = [f"u{number}" for number in range(n)]
    probabilities = pd.DataFrame({"unit_id": ids, "code": "thanks", "present": sure})
    return probabilities, probabilities.assign(status=np.where(true, "present", "absent"))


@pytest.mark.parametrize("calibration", [1.0, 0.9])
def test_what_stands_is_wrong_in_more_than_the_error_in_at_most_5_of_100_samples(calibration):
    chance = np.random.default_rng(2020)
    large = drawn(chance, 30_000, calibration)
    exceeded = {"present": 0, "absent": 0}
    stood = 0
    for _ in range(100):
        found = abstain(*drawn(chance, 400, calibration), error=0.1)
        decided = found.decide(large[0])
        for side in exceeded:
            stands = (decided["decision"] == side).to_numpy()
            stood += int(stands.any())
            exceeded[side] += int(stands.any() and (large[1]["status"][stands] != side).mean() > 0.1)
    # 5 of 100 are allowed; more than 13 would come about less than once in a thousand times.
    assert max(exceeded.values()) <= 13
    if calibration == 1.0:
        assert stood > 100


def test_a_rare_code_is_refused_and_it_says_how_many_units_would_do():
    table = pd.DataFrame({"unit_id": [f"u{n}" for n in range(100)], "code": "rare"})
    sure = np.r_[np.ones(8), np.zeros(92)]
    found = abstain(table.assign(present=sure), table.assign(status=np.where(sure == 1, "present", "absent")))
    rule = found.rules.set_index("side").loc["present"]
    assert np.isnan(rule["threshold"])
    assert rule["more_needed"] == 59 - 8  # .95^59 is the first power below .05
    assert "51 more" in rule["note"]
    decided = found.decide(table.assign(present=sure))
    assert set(decided["decision"]) == {"abstains", "absent"}


def test_a_model_that_is_wrong_too_often_abstains_for_good():
    table = pd.DataFrame({"unit_id": [f"u{n}" for n in range(200)], "code": "thanks", "present": 1.0})
    truth = table.assign(status=["present"] * 150 + ["absent"] * 50)
    rule = abstain(table, truth).rules.iloc[0]
    assert rule["more_needed"] == -1
    assert "50 of 200" in rule["note"]


def test_the_numbers_follow_from_the_binomial_distribution():
    from scipy.stats import binom

    assert tail(3, 120, 0.05) == pytest.approx(binom.cdf(3, 120, 0.05))
    n = 120 + more_needed(3, 120, 0.05, 0.95)
    wrong = int(np.ceil(0.025 * n - 1e-9))
    assert binom.cdf(wrong, n, 0.05) <= 0.05


def test_nonsense_is_refused():
    table = pd.DataFrame({"unit_id": ["u1"], "code": "thanks", "present": [1.0]})
    with pytest.raises(InvalidArgument):
        abstain(table, table.assign(status="present"), error=0)
    with pytest.raises(InvalidArgument):
        abstain(table, table.assign(status="impossible"))
