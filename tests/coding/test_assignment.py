"""Guards batches: nobody gets a unit twice, the least coded units go first, earlier places stay."""

from collections import Counter

import pytest

from medtw_qual.coding import assign_coders, draw_sample
from medtw_qual.errors import InvalidArgument, UnknownUnit
from tests.coding.conftest import make_corpus


@pytest.fixture
def sample():
    return draw_sample(make_corpus(40), 30, seed=5)


def test_batches_fill_up_what_fewest_have(sample):
    given = assign_coders(sample, {"KA": 20, "LB": 20, "MC": 20})
    assert set(Counter(map(len, given.table["coders"])).items()) == {(2, 30)}
    assert all(len(given.order_for(coder)) == 20 for coder in ("KA", "LB", "MC"))
    assert given.hash == sample.hash


def test_a_second_batch_comes_after_the_first(sample):
    first = assign_coders(sample, {"KA": 10})
    second = assign_coders(first, {"KA": 10})
    assert second.order_for("KA")[:10] == first.order_for("KA")
    assert len(set(second.order_for("KA"))) == 20
    with pytest.raises(InvalidArgument, match="10 are left"):
        assign_coders(second, {"KA": 11})


def test_units_by_name_and_shares_by_names(sample):
    wanted = sample.table["unit_id"].tolist()[:3]
    given = assign_coders(sample, {"KA": wanted})
    assert sorted(given.order_for("KA")) == wanted
    assert sorted(assign_coders(given, {"KA": wanted}).order_for("KA")) == wanted
    with pytest.raises(UnknownUnit):
        assign_coders(sample, {"KA": ["77"]})
    shared = assign_coders(sample, ["KA", "LB"], double_coded=0.5)
    assert Counter(map(len, shared.table["coders"])) == {2: 15, 1: 15}


def test_two_coders_with_one_name_are_refused(sample):
    first = assign_coders(sample, {"KA": 10})
    for coders in (["LB", "lb"], {"ka": 5}):
        with pytest.raises(InvalidArgument, match="Two coders have the name"):
            assign_coders(first, coders)
    assert len(assign_coders(first, {"KA": 5}).order_for("KA")) == 15  # a second batch for the same coder
