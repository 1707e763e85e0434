"""Guards the models of coders' errors, against the data of their authors and against known truths."""

import numpy as np
import pandas as pd
import pytest

from medtw_qual import agreement as ag
from medtw_qual.errors import InvalidArgument

# Dawid and Skene (1979, Applied Statistics 28:20-28), table 1: 45 patients, fitness for anaesthesia (1 to 4); the first
# of five anaesthetists judged three times.
ANAESTHESIA = """
1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 1111111 2223212
1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222 1111111
1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111
2322222 1211111 2222222
"""


def test_the_authors_own_data():
    rows = [[int(sign) for sign in row] for row in ANAESTHESIA.split()]
    ratings = pd.DataFrame(rows, columns=["first"] * 3 + ["second", "third", "fourth", "fifth"])
    found = ag.coder_errors(ratings, n_resamples=30)
    # Their table 4 prints the shares of the four classes as .40, .42, .11 and .07.
    assert found.prevalence["estimate"].round(2).tolist() == [0.40, 0.42, 0.11, 0.07]
    assert found.errors.groupby(["coder", "truth"])["probability"].sum().to_numpy() == pytest.approx(1)
    assert (found.prevalence["low"] <= found.prevalence["estimate"]).all()
    assert (found.prevalence["estimate"] <= found.prevalence["high"]).all()
    assert "model" in found.note


def test_known_errors_are_found_again():
    rng = np.random.default_rng(1)
    truth = rng.random(4000) < 0.2
    rates = {"A": (0.9, 0.97), "B": (0.7, 0.95), "C": (0.8, 0.99), "D": (0.6, 0.9)}
    ratings = pd.DataFrame(
        {
            name: np.where(truth, rng.random(4000) < se, rng.random(4000) > sp).astype(float)
            for name, (se, sp) in rates.items()
        }
    )
    ratings[rng.random(ratings.shape) < 0.2] = np.nan
    found = ag.coder_errors(ratings, n_resamples=20)
    assert found.prevalence["estimate"].iloc[1] == pytest.approx(truth.mean(), abs=0.02)
    table = found.errors.set_index(["coder", "truth", "said"])["probability"]
    for name, (se, sp) in rates.items():
        assert table[name, 1, 1] == pytest.approx(se, abs=0.05)
        assert table[name, 0, 0] == pytest.approx(sp, abs=0.02)


def test_two_coders_are_not_enough():
    with pytest.raises(InvalidArgument, match="three coders"):
        ag.coder_errors([[1, 0], [1, 1], [0, 0]])


def test_the_corrected_share_covers():
    """Rogan and Gladen (1978): a coder with .8 and .9, known from 200 adjudicated units of each kind."""
    rng = np.random.default_rng(2)
    hits = 0
    for _ in range(500):
        share = rng.binomial(400, 0.3 * 0.8 + 0.7 * 0.1) / 400
        found = ag.rogan_gladen(share, 400, (rng.binomial(200, 0.8), 200), (rng.binomial(200, 0.9), 200))
        hits += found["low"] <= 0.3 <= found["high"]
    assert 0.92 < hits / 500 < 0.98
    assert ag.rogan_gladen(0.5, 100, (50, 100), (50, 100))["undefined"] == "the coder does no better than chance"
