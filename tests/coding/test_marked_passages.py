"""Guards what the desk says of a marked passage that it cannot keep: the code or the place, whichever is wrong."""

import pytest

from medtw_qual.coding.desk_state import checked_passages
from medtw_qual.errors import InvalidArgument


def test_a_code_that_is_not_given_is_named_and_the_place_is_not_blamed():
    with pytest.raises(InvalidArgument, match="'bread as care', which is not among the codes") as refused:
        checked_passages([{"code": "bread as care", "start": 0, "end": 4}], ["harm"], "warm bread")
    assert "does not lie in the text" not in str(refused.value)


def test_a_place_outside_the_text_is_named_as_one():
    with pytest.raises(InvalidArgument, match="does not lie in the text"):
        checked_passages([{"code": "harm", "start": 0, "end": 40}], ["harm"], "warm bread")


def test_what_is_right_is_kept_in_the_order_of_the_text():
    marked = [{"code": "harm", "start": 5, "end": 10}, {"code": "harm", "start": 0, "end": 4}]
    assert [one["start"] for one in checked_passages(marked, ["harm"], "warm bread")] == [0, 5]
