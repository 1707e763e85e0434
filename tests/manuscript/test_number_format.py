"""Guards the rounding policy: printed figures are what a reader gets by hand, never what binary floats make of them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtw_qual.errors import InvalidArgument
from medtw_qual.manuscript.number_format import FORMATS, format_named, rounded


def test_published_counts_round_as_their_authors_should_have():
    # #BlackInTheIvory printed "388; 15%" of 2,500; 388/2500 = 15.52% and rounds to 16 (or 15.5)
    assert rounded(388 / 2500, 0, scale=100) == "16"
    assert FORMATS["percent"].print(388 / 2500) == "15.5"
    # #ShareAStoryInOneTweet: 486 of 656 authors are doctors (74.1%), 98 nurses (14.9%)
    assert FORMATS["count (percent)"].print(486, 486 / 656) == "486 (74.1)"
    assert FORMATS["count (percent)"].print(98, 98 / 656) == "98 (14.9)"


@given(st.integers(-(10**7), 10**7), st.integers(0, 3))
def test_rounding_is_half_away_from_zero(thousandths, digits):
    value = thousandths / 1000
    text = rounded(value, digits).replace(",", "").replace("−", "-")
    step = Decimal(1).scaleb(-digits)
    exact = Decimal(thousandths) / 1000
    assert abs(Decimal(text) - exact) <= step / 2
    if abs(Decimal(text) - exact) == step / 2:
        assert abs(Decimal(text)) > abs(exact)
    assert len(text.partition(".")[2]) == digits


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if one.sources == 1 and one.excel])
def test_an_undefined_number_prints_a_dash(name):
    assert FORMATS[name].print(float("nan")) == FORMATS[name].print(None) == "—"


def test_infinite_limits_are_shown():
    assert FORMATS["decimal interval"].print(0.4, float("inf")) == "[0.40, ∞]"


def test_a_misspelt_format_is_named():
    with pytest.raises(InvalidArgument, match="Did you mean 'percent'"):
        format_named("precent")
