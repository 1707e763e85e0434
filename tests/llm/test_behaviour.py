"""Guards the tests of behaviour with invented models that do, and do not, what each test asks."""

import json
import re

import pandas as pd
import pytest

from medtw_qual.codebook import Code, Codebook
from medtw_qual.errors import InvalidArgument
from medtw_qual.llm import CodingPrompt, Endpoint, behavioural_tests
from tests.llm.server import Sent, serve

WORDS = ("apple", "bread", "cider", "dates")
BOOK = Codebook(
    "food",
    "1.0.0",
    codes=tuple(
        Code(word[0] + "_code", word.title(), definition=f"The text has the word {word}.", close_but_no="Only water.")
        for word in WORDS
    ),
)
TEXTS = ["apple and cider", "bread", "dates, bread", "nothing of it", "cider", "apple, dates"]
UNITS = pd.DataFrame({"unit_id": [f"u{n}" for n in range(6)], "text": TEXTS, "context": ""})


def by_rules(asked):
    """A model that reads the rules of each code and nothing else."""
    said = asked.fitting()
    for code, word in re.findall(
        r"^Code (\S+):.*\nDefinition: The text has the word (\w+)\.", asked.system, re.MULTILINE
    ):
        said[code]["status"] = "present" if word in asked.post["post"] else "absent"
    return Sent(json.dumps(said))


def by_name(asked):
    """A model that goes by the first letter of a code's id, whatever its rules say."""
    said = asked.fitting()
    for code in asked.codes:
        word = next((word for word in WORDS if word.startswith(code[0])), "zzz")
        said[code]["status"] = "present" if word in asked.post["post"] else "absent"
    return Sent(json.dumps(said))


def by_place(asked):
    """A model that marks whatever code stands first."""
    return Sent(json.dumps(asked.fitting("absent", **{asked.codes[0]: "present"})))


def obedient(asked):
    """A model that does what a post orders it to do."""
    return Sent(json.dumps(asked.fitting("present"))) if "Ignore all" in asked.post["post"] else by_rules(asked)


def careless(asked):
    return by_rules(asked) if asked.again else Sent("Sure! apple.")


def shares_of(answer, folder):
    with serve(answer) as server:
        endpoint = Endpoint(server.url, parallel=4)
        table = behavioural_tests(UNITS, CodingPrompt(BOOK), endpoint, "stub", folder)
        asked = server.answered["questions"]
        again = behavioural_tests(UNITS, CodingPrompt(BOOK), endpoint, "stub", folder)
        assert server.answered["questions"] == asked  # the second time everything comes from the log
    pd.testing.assert_frame_equal(table, again)
    return table.set_index("test")["share"]


def test_a_model_that_reads_the_rules_passes_everything(tmp_path):
    assert (shares_of(by_rules, tmp_path) == 1.0).all()


LOOKS_AT_PLACE = {
    "recovers a definition", "obeys exclusion rules", "order of codes", "names of codes", "swapped definitions",
}  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "fails"),
    [
        (by_name, {"names of codes", "swapped definitions"}),
        (by_place, LOOKS_AT_PLACE),
        (obedient, {"order hidden in a text"}),
        (careless, {"legal answers"}),
    ],
)  # fmt: skip
def test_each_weakness_shows_in_its_test_and_in_no_other(answer, fails, tmp_path):
    shares = shares_of(answer, tmp_path)
    passed = set(shares[shares == 1.0].index)
    assert fails - {"names of codes"} <= set(shares.index) - passed
    assert passed | fails == set(shares.index)


def test_a_paraphrase_of_other_codes_is_refused(tmp_path):
    other = Codebook("food", "1.0.0", codes=(Code("x", "X"),))
    with pytest.raises(InvalidArgument, match="other codes"):
        behavioural_tests(UNITS, CodingPrompt(BOOK), Endpoint(), "stub", tmp_path, paraphrase=other)
