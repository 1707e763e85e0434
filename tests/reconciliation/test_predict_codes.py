"""Guards predicted codes: a unit's own coding never enters its prediction, blocks equal refits, own machines fit."""

from types import SimpleNamespace

import numpy as np
import pytest

import medtw_qual as mq
from medtw_qual.errors import InvalidArgument
from medtw_qual.reconciliation.calibration import deal_folds, fit_platt, platt, share_threshold
from medtw_qual.reconciliation.learner import PENALTY, RidgeFolds, read_features

from .conftest import make_consensus, make_corpus, make_sample

WORDS = {"bond": "my people here text me after a shift", "voice": "I finally wrote about my own illness"}


@pytest.fixture(scope="module")
def invented():
    """Two hundred short posts, 120 of them coded, two codes with words of their own and noise."""
    rng = np.random.default_rng(0)
    noise = ["coffee", "ward", "journal", "dog", "match", "residency", "night", "snow", "paper", "call"]
    texts, sets = {}, {}
    for i in range(200):
        own = {code for code in WORDS if rng.random() < 0.3}
        pieces = [" ".join(rng.permutation(WORDS[code].split())[:5]) for code in sorted(own)]
        texts[f"u{i:03d}"] = " ".join([*pieces, *rng.choice(noise, 4)])
        if i < 120:
            sets[f"u{i:03d}"] = own
    corpus = make_corpus(texts)
    vectors = SimpleNamespace(unit_ids=list(corpus.units["unit_id"]), array=rng.normal(size=(200, 8)))
    return corpus, vectors, sets


def test_a_fold_left_out_by_blocks_is_a_fold_left_out_by_refitting(invented):
    corpus, vectors, sets = invented
    features = read_features(corpus.units["text"].tolist()[:120], vectors.array[:120])
    present = np.array([[code in own for code in WORDS] for own in sets.values()], dtype=float)
    folds = np.arange(120) % 5
    ridge = RidgeFolds(features, present, folds)
    weights, held_out, inner = ridge.without(2)
    joint = features.products(features)
    keep = folds != 2
    refit = np.linalg.solve(joint[np.ix_(keep, keep)] + PENALTY * np.eye(keep.sum()), present[keep])
    assert np.allclose(weights[keep], refit)
    assert np.allclose(held_out, joint[np.ix_(~keep, keep)] @ refit)
    less = keep & (folds != 4)
    refit = np.linalg.solve(joint[np.ix_(less, less)] + PENALTY * np.eye(less.sum()), present[less])
    assert np.allclose(inner[folds == 4], joint[np.ix_(folds == 4, less)] @ refit)
    assert np.isnan(inner[folds == 2]).all()
    assert np.allclose(ridge.score(weights, features), joint @ weights)


def test_a_unit_s_own_coding_does_not_enter_its_prediction(invented):
    corpus, vectors, sets = invented
    before = mq.predict_codes(corpus, vectors, make_consensus(sets, WORDS), n_folds=5)
    turned = {**sets, "u007": set(WORDS) - sets["u007"]}
    after = mq.predict_codes(corpus, vectors, make_consensus(turned, WORDS), n_folds=5)
    own = before["unit_id"] == "u007"
    assert np.allclose(before[own]["probability"], after[own]["probability"], atol=1e-10)
    assert not np.allclose(before[~own]["probability"], after[~own]["probability"])


def test_it_learns_what_can_be_learned_and_says_what_is_out_of_fold(invented):
    corpus, vectors, sets = invented
    predicted = mq.predict_codes(corpus, vectors, make_consensus(sets, WORDS))
    assert len(predicted) == 400
    assert predicted["out_of_fold"].sum() == 240
    truth = [code in sets[unit] for unit, code in predicted[["unit_id", "code"]].to_numpy() if unit in sets]
    coded = predicted[predicted["out_of_fold"]]
    assert (coded["predicted"].to_numpy() == truth).mean() > 0.9
    assert abs(coded["probability"].mean() - np.mean(truth)) < 0.05


def test_the_same_twice_in_any_order(invented):
    corpus, vectors, sets = invented
    consensus = make_consensus(sets, WORDS)
    first = mq.predict_codes(corpus, vectors, consensus)
    order = np.random.default_rng(1).permutation(200)
    shuffled = SimpleNamespace(unit_ids=[vectors.unit_ids[i] for i in order], array=vectors.array[order])
    second = mq.predict_codes(corpus, shuffled, consensus.sample(frac=1, random_state=1).sort_values("code"))
    both = first.merge(second, on=["unit_id", "code"])
    assert len(both) == 400
    assert np.allclose(both["probability_x"], both["probability_y"])


def test_a_machine_of_one_s_own_never_sees_what_it_predicts(invented):
    corpus, vectors, sets = invented
    asked = []

    def keyword_coder(texts, vectors, present, new_texts, new_vectors):
        asked.append((len(texts), present.shape, len(new_texts)))
        assert not set(texts) & set(new_texts)
        return np.array([[float("people" in text), float("illness" in text)] for text in new_texts])

    predicted = mq.predict_codes(
        corpus, vectors, make_consensus(sets, WORDS), model=keyword_coder, learns=True, n_folds=4
    )
    assert len(asked) == 4
    assert predicted["probability"].between(0, 1).all()
    with pytest.raises(InvalidArgument, match="one finite score per unit and code"):
        mq.predict_codes(corpus, vectors, make_consensus(sets, WORDS), model=lambda *_: np.zeros((3, 1)))


def test_a_rare_code_is_not_learned(invented):
    corpus, vectors, sets = invented
    rare = {unit: own | ({"rare"} if unit in ("u001", "u002") else set()) for unit, own in sets.items()}
    predicted = mq.predict_codes(corpus, vectors, make_consensus(rare, [*WORDS, "rare"]))
    own = predicted[predicted["code"] == "rare"]
    assert not own["predicted"].any()
    assert own["probability"].between(0.005, 0.04).all()


def test_missing_vectors_and_too_few_units_are_named(invented):
    corpus, vectors, sets = invented
    with pytest.raises(InvalidArgument, match=r"1 units of the corpus have no vector \(the first: u199\)"):
        short = SimpleNamespace(unit_ids=vectors.unit_ids[:199], array=vectors.array[:199])
        mq.predict_codes(corpus, short, make_consensus(sets, WORDS))
    with pytest.raises(InvalidArgument, match="4 coded units of the corpus cannot be dealt into 10 folds"):
        mq.predict_codes(corpus, vectors, make_consensus(dict(list(sets.items())[:4]), WORDS))


def test_platt_is_a_logistic_regression_on_smoothed_targets():
    import statsmodels.api as sm

    rng = np.random.default_rng(2)
    score = rng.normal(size=300)
    present = rng.random(300) < 1 / (1 + np.exp(-(2 * score - 1)))
    target = np.where(present, (present.sum() + 1) / (present.sum() + 2), 1 / ((~present).sum() + 2))
    reference = sm.GLM(target, np.column_stack([score, np.ones(300)]), family=sm.families.Binomial()).fit()
    assert fit_platt(score, present) == pytest.approx(tuple(reference.params), abs=1e-4)
    assert platt(np.array([0.0]), (1.0, 0.0))[0] == 0.5


def test_a_score_that_tells_nothing_falls_back_to_the_share():
    slope, _ = fit_platt(-np.arange(10.0), np.arange(10) > 5)
    assert slope == 0.0


def test_threshold_of_ties_takes_all_of_them():
    assert share_threshold(np.array([0.5, 0.5, 0.5]), np.array([True, False, True])) < 0.5


def test_folds_are_of_equal_size():
    assert np.bincount(deal_folds(23, 5, 0)).tolist() == [5, 5, 5, 4, 4]


def test_shares_stay_right_in_a_corpus_full_of_copies():
    """A quarter of the corpus is one text: the machine knows its copies, coded or not, and must not mislead by it."""
    rng = np.random.default_rng(1)
    kinds = [" ".join(rng.choice([f"word{i}" for i in range(60)], 5)) for _ in range(40)]
    kind = np.where(np.arange(600) < 150, 0, np.arange(600) % 39 + 1)
    texts = {f"u{i:03d}": kinds[kind[i]] for i in range(600)}
    corpus = make_corpus(texts)
    has_code = (np.arange(40) == 0) | (rng.random(40) < 0.2)
    truth = has_code[kind] ^ (rng.random(600) < 0.03)
    vectors = SimpleNamespace(unit_ids=list(texts), array=np.repeat(np.eye(8), 75, axis=0))
    errors, held = [], 0
    for seed in range(40):
        drawn = [f"u{i:03d}" for i in np.sort(np.random.default_rng(seed).choice(600, 150, replace=False))]
        consensus = make_consensus({unit: {"bond"} if truth[int(unit[1:])] else set() for unit in drawn}, ["bond"])
        predicted = mq.predict_codes(corpus, vectors, consensus, seed=seed)
        row = mq.prevalence(consensus, predicted, make_sample(drawn, 600)).set_index("method").loc["DSL"]
        errors.append(row["estimate"] - truth.mean())
        held += row["low"] <= truth.mean() <= row["high"]
    assert abs(np.mean(errors)) < 4 * np.std(errors) / np.sqrt(40)
    assert held >= 34


def test_a_weak_machine_does_not_say_yes_to_everybody():
    # Lipton, Elkan and Naryanaswamy (2014): the greatest F1 of scores that tell nothing is had by yes to all.
    rng = np.random.default_rng(3)
    score, present = rng.random(500), rng.random(500) < 0.21
    cut = share_threshold(score, present)
    assert (score > cut).sum() == present.sum()
    assert (score > share_threshold(score, np.zeros(500, bool))).sum() == 0
    assert (score > share_threshold(score, np.ones(500, bool))).all()


def test_a_machine_that_does_not_learn_is_asked_once_and_keeps_its_word(invented):
    corpus, vectors, sets = invented
    asked = []

    def machine(texts, vectors, present, new_texts, new_vectors):
        assert not len(texts)
        assert present.shape == (0, 2)
        asked.extend(new_texts)
        return np.array([[float("people" in text), float(len(text) % 17 == 0)] for text in new_texts])

    predicted = mq.predict_codes(corpus, vectors, make_consensus(sets, WORDS), model=machine)
    assert len(asked) == len(corpus.units)
    for code, says in zip(
        sorted(set(predicted["code"]), key=list(predicted["code"]).index),
        (lambda text: "people" in text, lambda text: len(text) % 17 == 0),
        strict=True,
    ):
        own = predicted[predicted["code"] == code].set_index("unit_id")["predicted"]
        word = {unit: says(text) for unit, text in corpus.units[["unit_id", "text"]].itertuples(index=False)}
        assert own.to_dict() == word
