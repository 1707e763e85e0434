"""Guards that a desk answers every message, whatever is in it, and writes nothing that is no decision."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medtw_qual.coding import draw_sample
from medtw_qual.coding.desk_state import CodingState
from medtw_qual.coding.log_replay import read_logs

HALF = "half \ud83d here"
# JSON as a browser can send it, half surrogate pairs included.
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.just(HALF),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
TYPES = ("hello", "decide", "undo", "skip", "back", "forward", "open", "list")
FIELDS = (
    "id",
    "unit_id",
    "codes",
    "passages",
    "memo",
    "new_code",
    "impossible",
    "shown_at",
    "decided_at",
    "words",
    "start",
)


@pytest.fixture
def state(corpus, codebook, tmp_path):
    return CodingState(draw_sample(corpus, 6, coders=["KA"], seed=1), codebook, "KA", tmp_path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(TYPES) | VALUES, fields=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6))
def test_every_message_gets_an_answer_that_can_be_sent(state, tmp_path, kind, fields):
    answer = state.respond({**fields, "type": kind})
    assert answer["type"] in {"view", "saved", "list", "refused"}
    if answer["type"] == "refused":
        assert answer["message"].encode("utf-8")
        assert answer["id"].encode("utf-8") is not None
    read_logs(tmp_path.glob("*.jsonl"))  # what lies there can be read


@pytest.mark.parametrize("message", [None, [], "hello", 7, {}, {"type": None}, {"type": "no such"}])
def test_what_is_no_message_is_refused(state, message):
    assert state.respond(message)["type"] == "refused"


@pytest.mark.parametrize(
    "fields",
    [
        {"codes": 7},
        {"codes": [["a"]]},
        {"passages": [7]},
        {"passages": "ab"},
        {"codes": ["no code"]},
        {"unit_id": HALF},
    ],
)
def test_a_malformed_decision_is_refused_and_nothing_is_written(state, tmp_path, fields):
    unit = state.respond({"type": "hello"})["unit"]["id"]
    answer = state.respond({"type": "decide", "unit_id": unit, "codes": [], "id": "x", **fields})
    assert (answer["type"], answer["id"]) == ("refused", "x")
    assert list(tmp_path.glob("*.jsonl")) == []


def test_half_an_emoji_is_saved_as_a_missing_character(state, tmp_path):
    unit = state.respond({"type": "hello"})["unit"]["id"]
    assert state.respond({"type": "decide", "unit_id": unit, "codes": [], "memo": HALF})["type"] == "saved"
    (record,) = read_logs(tmp_path.glob("*.jsonl")).held.values()
    assert record["memo"] == "half \ufffd here"
