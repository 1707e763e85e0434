"""Guards how an answer is read: what fits counts, everything else is named and never becomes a decision."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtw_qual.llm.answer_form import FAULTS, answer_schema, read_answer
from medtw_qual.llm.token_probabilities import status_probabilities
from medtw_qual.schemas import STATUS

CODES = ["thanks", "grief"]
FITS = '{"check": "balok", "thanks": {"status": "present", "reason": "r"}, "grief": {"status": "absent", "reason": ""}}'


@pytest.mark.parametrize(
    ("text", "finish", "fault"),
    [
        ("", "stop", "empty"),
        ("  \n", "stop", "empty"),
        ("I'm sorry, but I can't help with that.", "stop", "refusal"),
        (FITS, "content_filter", "refusal"),
        (FITS[:60], "length", "cut off"),
        (FITS[:60], "stop", "cut off"),
        ("<html><body>502</body></html>", "stop", "not JSON"),
        ("thanks: present, grief: absent", "stop", "not JSON"),
        ("[1, 2]", "stop", "wrong shape"),
        ('{"check": "balok", "thanks": "present", "grief": "absent"}', "stop", "wrong shape"),
        (FITS.replace("grief", "grieff"), "stop", "unknown code"),
        ('{"check": "balok", "thanks": {"status": "present"}}', "stop", "missing code"),
        (FITS.replace('"grief"', '"thanks"'), "stop", "repeated code"),
        (FITS.replace('"status": "absent"', '"status": "absent", "status": "present"'), "stop", "repeated code"),
        (FITS.replace('"present"', '"Present"'), "stop", "wrong status"),
        (FITS.replace('"present"', "true"), "stop", "wrong status"),
        (FITS.replace('"present"', '"present or absent"'), "stop", "wrong status"),
        (FITS.replace("balok", "tumir"), "stop", "wrong check word"),
        (FITS.replace('"check": "balok", ', ""), "stop", "wrong check word"),
        ("Here it is: " + FITS, "stop", "not JSON"),
    ],
)
def test_each_fault_is_named_and_decides_nothing(text, finish, fault):
    reading = read_answer(text, CODES, "balok", finish)
    assert (reading.fault, dict(reading.statuses)) == (fault, {})
    assert fault in FAULTS


def test_what_fits_is_read_in_a_fence_too():
    for text in (FITS, f"```json\n{FITS}\n```", f"\n {FITS} \n"):
        assert read_answer(text, CODES, "balok").statuses == {"thanks": "present", "grief": "absent"}


@given(st.text(max_size=200))
def test_no_text_but_a_fitting_one_decides(text):
    reading = read_answer(text, CODES, "balok")
    assert reading.fault
    assert not reading.statuses


@given(
    st.lists(st.sampled_from(STATUS), min_size=2, max_size=2),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
)
def test_one_foreign_key_spoils_an_answer_and_without_it_it_is_read(statuses, foreign):
    said = {code: {"status": status} for code, status in zip(CODES, statuses, strict=True)}
    assert read_answer(json.dumps(said), CODES).statuses == dict(zip(CODES, statuses, strict=True))
    assert read_answer(json.dumps(said | {"note": foreign}), CODES).fault == "unknown code"


@pytest.mark.parametrize("reasons", ["before", "after", "none"])
def test_the_schema_allows_what_is_read_and_nothing_besides(reasons):
    schema = answer_schema(CODES, reasons)
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["check", *CODES]
    for code in CODES:
        assert schema["properties"][code]["properties"]["status"]["enum"] == list(STATUS)
        assert schema["properties"][code]["additionalProperties"] is False
    assert "const" not in json.dumps(schema)  # a word that the schema dictates proves nothing


def token(word, logprob=-0.1, **others):
    listed = [
        {"token": word, "logprob": logprob},
        *({"token": name, "logprob": value} for name, value in others.items()),
    ]
    return {"token": word, "logprob": logprob, "top_logprobs": listed}


def test_probabilities_are_those_of_the_tokens_that_begin_a_status():
    """-ln 2 each for "pres" and "abs", -ln 10 for "imp": .5, .5 and .1 of their sum, 1.1."""
    words = ['{"', "thanks", '": {"', "status", '":', ' "']
    half, tenth = -0.6931471805599453, -2.302585092994046
    tokens = [token(word) for word in words]
    tokens += [token("pres", half, abs=half, imp=tenth, other=-0.01), token("ent"), token('"}}')]
    text = "".join(one["token"] for one in tokens)
    found = status_probabilities(text, tokens, ["thanks"])["thanks"]
    assert found == pytest.approx({"present": 0.5 / 1.1, "absent": 0.5 / 1.1, "impossible": 0.1 / 1.1})


def test_tokens_that_do_not_spell_the_answer_give_no_probabilities():
    assert status_probabilities('{"thanks": {"status": "present"}}', [token("{"), token("x")], ["thanks"]) == {}
    assert status_probabilities("", [], ["thanks"]) == {}
