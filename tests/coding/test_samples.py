"""Guards sampling: the right number, the stated probability, the same draw everywhere, blind orders, honest files."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medtw_qual.coding import draw_sample, read_sample
from medtw_qual.coding.sampling import _proportional
from medtw_qual.errors import InvalidArgument, MissingColumn, StaleDecision, UnknownUnit
from tests.coding.conftest import make_corpus


def test_a_simple_sample_has_its_size_and_probability(corpus):
    sample = draw_sample(corpus, 6, seed=2020)
    assert len(sample) == 6
    assert sample.table["inclusion_probability"].eq(0.5).all()
    assert sample.table["unit_id"].is_monotonic_increasing
    assert sample.units["unit_id"].tolist() == sample.table["unit_id"].tolist()
    assert sample.population == 12
    assert "simple random sample of 6 of the 12 units" in sample.design


def test_every_unit_is_drawn_equally_often_over_seeds(corpus):
    """3 of 12 in 400 draws: each unit is expected 100 times, standard deviation 8.7; five of them allowed."""
    counts = Counter(u for seed in range(400) for u in draw_sample(corpus, 3, seed=seed).table["unit_id"])
    assert len(counts) == 12
    assert all(abs(count - 100) < 44 for count in counts.values())


@pytest.mark.parametrize("allocation", ["proportional", "equal", {"nurse": 7, "physician": 2, "": 1}])
def test_the_stated_probability_is_how_often_a_unit_is_drawn(allocation):
    """400 draws of 10 from strata of 20, 10 and 10: each unit's count is within five standard deviations of 400 p."""
    corpus = make_corpus(40)
    stated: dict[str, float] = {}
    counts: Counter[str] = Counter()
    for seed in range(400):
        table = draw_sample(corpus, 10, stratify_by="role", allocation=allocation, seed=seed).table
        counts.update(table["unit_id"])
        stated.update(zip(table["unit_id"], table["inclusion_probability"], strict=True))
    assert len(stated) == 40
    for unit, p in stated.items():
        assert abs(counts[unit] - 400 * p) < 5 * (400 * p * (1 - p)) ** 0.5


@given(sizes=st.lists(st.integers(1, 60), min_size=1, max_size=8), share=st.floats(0.01, 1))
def test_proportional_means_within_one_unit_of_the_exact_share(sizes, share):
    """The quota rule of largest remainders (Hamilton's method); only strata too small for one unit may get more."""
    n = max(1, round(share * sum(sizes)))
    numbers = _proportional(pd.Series(sizes, index=[f"s{k}" for k in range(len(sizes))]), n)
    exact = [n * size / sum(sizes) for size in sizes]
    assert sum(numbers.values()) == n
    assert all(number <= size for number, size in zip(numbers.values(), sizes, strict=True))
    if n >= len(sizes):
        assert min(numbers.values()) >= 1
    if min(exact) >= 1 or n < len(sizes):
        assert all(abs(number - wanted) < 1 for number, wanted in zip(numbers.values(), exact, strict=True))


def test_who_is_coded_twice_is_left_to_chance():
    """A quarter of 40 units in 400 draws: each unit is double coded 100 times, standard deviation 8.7."""
    corpus = make_corpus(40)
    counts: Counter[str] = Counter()
    for seed in range(400):
        table = draw_sample(corpus, 40, coders=["KA", "LB"], double_coded=0.25, seed=seed).table
        twice = table["coders"].map(len) == 2
        assert twice.sum() == 10
        assert Counter(name for names in table.loc[~twice, "coders"] for name in names) == {"KA": 15, "LB": 15}
        counts.update(table.loc[twice, "unit_id"])
    assert all(abs(counts[unit] - 100) < 44 for unit in corpus.units["unit_id"])


@given(n=st.integers(1, 40), seed=st.integers(0, 10**6), allocation=st.sampled_from(["proportional", "equal"]))
@settings(max_examples=40, deadline=None)
def test_stratified_samples_add_up_and_weights_return_the_population(n, seed, allocation):
    corpus = make_corpus(40)
    sample = draw_sample(corpus, n, stratify_by="role", allocation=allocation, seed=seed)
    assert len(sample) == n
    assert sample.table["unit_id"].is_unique
    drawn = set(sample.table["stratum"])
    roles = corpus.units["author_id"].map(corpus.authors.set_index("author_id")["role"])
    expected = roles[roles.isin(drawn)].size
    assert (1 / sample.table["inclusion_probability"]).sum() == pytest.approx(expected)


def test_strata_by_number(corpus):
    sample = draw_sample(corpus, 3, stratify_by="role", allocation={"nurse": 2, "physician": 1}, seed=1)
    assert Counter(sample.table["stratum"]) == {"nurse": 2, "physician": 1}
    with pytest.raises(InvalidArgument, match="Did you mean 'nurse'"):
        draw_sample(corpus, 3, stratify_by="role", allocation={"nurze": 3}, seed=1)


def test_coders_get_the_shared_units_and_their_own_blind_order():
    sample = draw_sample(make_corpus(100), 80, double_coded=0.25, coders=["KA", "LB", "MC"], seed=7)
    assert Counter(map(len, sample.table["coders"])) == {3: 20, 1: 60}
    orders = {coder: sample.order_for(coder) for coder in sample.coders}
    assert all(len(order) == 40 for order in orders.values())
    shared = set(orders["KA"]) & set(orders["LB"])
    assert len(shared) == 20
    in_common = [[unit for unit in orders[c] if unit in shared] for c in ("KA", "LB")]
    assert in_common[0] != in_common[1]
    with pytest.raises(InvalidArgument, match="Did you mean 'KA'"):
        sample.order_for("KAA")


def test_an_unassigned_sample_is_open_to_all(corpus):
    sample = draw_sample(corpus, 6, seed=1)
    assert sorted(sample.order_for("KA")) == sorted(sample.order_for("LB")) == sample.table["unit_id"].tolist()
    assert sample.order_for("KA") != sample.order_for("LB")


def test_a_later_round_draws_what_is_left(corpus):
    pilot = draw_sample(corpus, 4, round="pilot", seed=1)
    main = draw_sample(corpus, 8, round="main", seed=1, exclude=[pilot])
    assert not set(pilot.table["unit_id"]) & set(main.table["unit_id"])
    assert main.population == 8
    with pytest.raises(InvalidArgument, match="there are 8"):
        draw_sample(corpus, 9, seed=1, exclude=[pilot])


def test_wishes_that_cannot_be_met_are_named(corpus):
    for wish in (
        {"n_units": 0},
        {"n_units": 13},
        {"n_units": 3, "double_coded": 1.2},
        {"n_units": 3, "coders": ["K A"]},
        {"n_units": 3, "coders": ["KA", "KA"]},
        {"n_units": 3, "coders": ["KA", "ka"]},
        {"n_units": 3, "coders": "KA"},
        {"n_units": 3.5},
    ):
        with pytest.raises(InvalidArgument):
            draw_sample(corpus, seed=1, **wish)
    with pytest.raises(MissingColumn, match="Did you mean 'role'"):
        draw_sample(corpus, 3, stratify_by="rolle", seed=1)


def test_a_sample_comes_back_from_disk_without_text_in_its_files(corpus, tmp_path):
    sample = draw_sample(corpus, 6, stratify_by="role", coders=["KA", "LB"], seed=3)
    path = sample.save(tmp_path / "sample.csv")
    back = read_sample(path, corpus)
    assert back.hash == sample.hash
    assert (back.seed, back.population, back.round, back.design) == (3, 12, "1", sample.design)
    assert back.order_for("LB") == sample.order_for("LB")
    pd.testing.assert_frame_equal(back.units, sample.units)
    written = "".join(file.read_text(encoding="utf-8") for file in tmp_path.iterdir())
    assert not any(text in written for text in corpus.units["text"] if len(text) > 2)


def test_a_sample_edited_by_hand_or_of_another_corpus_is_refused(corpus, tmp_path):
    path = draw_sample(corpus, 6, seed=3).save(tmp_path / "sample.csv")
    fewer = make_corpus(12)
    fewer.units = fewer.units.iloc[8:]
    with pytest.raises(UnknownUnit, match="not in the corpus"):
        read_sample(path, fewer)
    path.write_text(path.read_text(encoding="utf-8").replace(",0.5,", ",0.9,", 1), encoding="utf-8")
    with pytest.raises(StaleDecision, match="changed since"):
        read_sample(path, corpus)


def test_without_its_description_a_sample_has_no_known_population(corpus, tmp_path):
    path = draw_sample(corpus, 6, seed=3).save(tmp_path / "sample.csv")
    path.with_suffix(".json").unlink()
    assert read_sample(path, corpus).population == 0


def test_a_saved_sample_is_frozen_and_not_replaced_by_another_draw(corpus, tmp_path):
    path = draw_sample(corpus, 6, seed=3).save(tmp_path / "sample.csv")
    before = path.read_bytes()
    draw_sample(corpus, 6, seed=3).save(path)  # the same draw: a notebook that is run again
    with pytest.raises(StaleDecision, match="holds another sample"):
        draw_sample(corpus, 6, seed=4).save(path)
    assert path.read_bytes() == before
