"""Guards the spread over runs, and that no name a model proposed counts before a person decided."""

import json

import pandas as pd
import pytest

from medtw_qual.errors import InvalidArgument, StaleDecision
from medtw_qual.llm import (
    CodingPrompt,
    Endpoint,
    answer_spread,
    code_units,
    decide_name,
    decided_names,
    propose_names,
    read_answers,
    spread_figure,
)
from tests.llm.conftest import make_units
from tests.llm.server import Sent, serve


def by_number(limit):
    """A model that sees thanks in the units up to a number."""

    def answer(asked):
        number = int(asked.post["post"].rstrip(".").rsplit("u", 1)[1])
        return Sent(json.dumps(asked.fitting("absent", thanks="present" if number < limit else "absent")))

    return answer


def test_the_spread_counts_the_units_that_all_runs_coded(codebook, tmp_path):
    runs = {}
    for name, limit, count in (("narrow", 2, 10), ("wide", 6, 12)):
        with serve(by_number(limit)) as server:
            code_units(make_units(count), CodingPrompt(codebook), Endpoint(server.url), name, tmp_path)
        runs[name] = read_answers(tmp_path, name, make_units(count))
    groups = {f"u{number:05d}": "early" if number < 5 else "late" for number in range(12)}
    found = answer_spread(runs, groups)
    assert found.attrs["units"] == 10
    thanks = found[found["code"] == "thanks"].set_index(["quantity", "run"])["value"]
    assert thanks["share"].to_dict() == {"narrow": 0.2, "wide": 0.6}
    assert thanks["early - late"].to_dict() == pytest.approx({"narrow": 0.4, "wide": 0.8})
    figure = spread_figure(found, codebook.names)
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == ["Anger", "Grief", "Thanks"]
    with pytest.raises(InvalidArgument, match="early - late"):
        spread_figure(found, quantity="middle - late")
    with pytest.raises(InvalidArgument, match="no spread"):
        answer_spread({"narrow": runs["narrow"]})


GROUPS = {
    "cluster 0": pd.DataFrame(
        {"unit_id": ["u1", "u2"], "text": ["the crew on nights keeps me going", "tired, so tired"]}
    ),
    "cluster 1": pd.DataFrame({"unit_id": ["u3"], "text": ["a new guideline is out today"]}),
    "cluster 2": pd.DataFrame({"unit_id": ["u4"], "text": ["nothing to see"]}),
}


def naming(body):
    texts = body["messages"][1]["content"]
    if "crew" in texts:
        return json.dumps({"name": "Exhaustion and support", "sentence": "People write of long shifts."})
    if "guideline" in texts:
        return json.dumps({"name": "A new guideline is out", "sentence": "News."})
    return "I see nothing."


@pytest.fixture
def namer(monkeypatch):
    """A server that names groups: its questions hold a list of texts, no codes."""
    from tests.llm import server as servers

    class Naming:
        def __init__(self, body):
            self.body = body

    monkeypatch.setattr(servers, "read_question", lambda body, number=0: Naming(body))
    with serve(lambda asked: Sent(naming(asked.body))) as running:
        yield running


def test_a_name_counts_only_when_a_person_decided(namer, tmp_path):
    endpoint = Endpoint(namer.url)
    proposed = propose_names(GROUPS, endpoint, "stub", tmp_path).set_index("about")
    assert proposed.loc["cluster 0", "name"] == "Exhaustion and support"
    assert proposed.loc["cluster 0", "units"] == ["u1", "u2"]
    assert "takes over" in proposed.loc["cluster 1", "fault"]
    assert "form" in proposed.loc["cluster 2", "fault"]
    assert decided_names(tmp_path, "stub").empty
    asked = namer.answered["questions"]
    propose_names(GROUPS, endpoint, "stub", tmp_path)
    assert namer.answered["questions"] == asked
    decide_name(tmp_path, "stub", proposed.loc["cluster 0", "proposal"], "accepted", "KA")
    with pytest.raises(InvalidArgument, match="takes over"):
        decide_name(tmp_path, "stub", proposed.loc["cluster 1", "proposal"], "accepted", "KA")
    decide_name(tmp_path, "stub", proposed.loc["cluster 1", "proposal"], "changed", "KA", name="Clinical news")
    decide_name(tmp_path, "stub", proposed.loc["cluster 2", "proposal"], "declined", "KA", reason="no name")
    found = decided_names(tmp_path, "stub")
    assert found["name"].tolist() == ["Exhaustion and support", "Clinical news"]
    decide_name(tmp_path, "stub", proposed.loc["cluster 0", "proposal"], "declined", "LB")
    assert decided_names(tmp_path, "stub")["about"].tolist() == ["cluster 1"]


@pytest.mark.parametrize(
    ("decision", "by", "name"), [("maybe", "KA", ""), ("accepted", " ", ""), ("changed", "KA", "")]
)
def test_half_a_decision_is_refused(decision, by, name, tmp_path):
    with pytest.raises(InvalidArgument):
        decide_name(tmp_path, "stub", "abc", decision, by, name=name)
    with pytest.raises(StaleDecision):
        decide_name(tmp_path, "stub", "abc", "declined", "KA")
