"""Guards 10,000 answers of a server that misbehaves in every known way: each fault counted, no failure made absent."""

import json
import threading
import time
from collections import Counter

import pytest

from medtw_qual._base.decision_log import read_log
from medtw_qual.errors import ServerFault, StaleDecision, UnreadableFile
from medtw_qual.llm import CodingPrompt, Endpoint, code_units, read_answers
from tests.llm.conftest import make_units
from tests.llm.server import Asked, Sent, serve

PAGE = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
ANSWERS = 10_000


def fits(asked: Asked, status: str = "absent", **changes: str) -> Sent:
    return Sent(json.dumps(asked.fitting(status, **changes)))


def changed(asked: Asked, old: str, new: str) -> Sent:
    return Sent(json.dumps(asked.fitting()).replace(old, new))


# What the server does wrong -> how the log must call it. The first kind are answers, the second are none.
FAULTY = {
    "empty": lambda one: Sent(""),
    "refusal": lambda one: Sent("I'm sorry, but I cannot assess this post."),
    "declined": lambda one: Sent("", message={"refusal": "I decline."}),
    "filtered": lambda one: Sent("", finish="content_filter"),
    "cut off": lambda one: Sent(json.dumps(one.fitting())[:40], finish="length"),
    "page": lambda one: Sent(PAGE.decode()),
    "prose": lambda one: Sent("thanks is absent, the others too."),
    "extra code": lambda one: Sent(json.dumps(one.fitting() | {"joy": {"status": "present"}})),
    "missing code": lambda one: Sent(
        json.dumps({key: value for key, value in one.fitting().items() if key != "grief"})
    ),
    "wrong case": lambda one: changed(one, "absent", "Absent"),
    "other word": lambda one: changed(one, "absent", "not present"),
    "twice": lambda one: changed(one, '"grief": {"status"', '"grief": {"status": "present"}, "grief": {"status"'),
    "list": lambda one: Sent(json.dumps([one.fitting()])),
    "repeated": lambda one: changed(one, one.check, "zazaz"),  # the answer to another unit
    "dictated": lambda one: Sent('{"thanks": {"status": "present"}, "grief": {"status": "present"}}'),
    "rejected": lambda one: Sent(status=400, raw=b'{"error": "the context is too long"}'),
}
CALLED = {
    "declined": "refusal", "filtered": "refusal", "page": "not JSON", "prose": "not JSON", "extra code": "unknown code",
    "wrong case": "wrong status", "other word": "wrong status", "twice": "repeated code", "list": "wrong shape",
    "repeated": "wrong check word", "dictated": "wrong check word", "rejected": "rejected by the server",
}  # fmt: skip
SILENT = {
    "429": lambda one: Sent(status=429, raw=b"{}", headers={"Retry-After": "0"}),
    "500": lambda one: Sent(status=500, raw=PAGE),
    "HTML": lambda one: Sent(raw=PAGE, headers={"Content-Type": "text/html"}),
    "half": lambda one: Sent(json.dumps(one.fitting()), cut=True),
    "no choices": lambda one: Sent(raw=b'{"choices": []}'),
}
CALLED_SILENT = {
    "429": "too many requests", "500": "server error", "HTML": "no chat answer", "half": "connection lost",
    "no choices": "no chat answer",
}  # fmt: skip


class Misbehaving:
    """Decides by the unit's number what goes wrong with it, and counts what it did."""

    def __init__(self) -> None:
        self.kinds = ["good", *FAULTY, *(f"{kind}, then good" for kind in FAULTY), *SILENT]
        self.done: Counter = Counter()
        self.tries: Counter = Counter()
        self.lock = threading.Lock()

    def kind_of(self, text: str) -> str:
        return self.kinds[int(text.rstrip(".").rsplit("u", 1)[1]) % len(self.kinds)]

    def __call__(self, asked: Asked) -> Sent:
        kind = self.kind_of(asked.post["post"])
        name = kind.removesuffix(", then good")
        with self.lock:
            self.tries[asked.post["post"]] += 1
            first = self.tries[asked.post["post"]] == 1
            wrong = kind != "good" and (first or (name in FAULTY and name == kind))
            if wrong:
                self.done[CALLED.get(name, CALLED_SILENT.get(name, name))] += 1
        if not wrong:
            return fits(asked, thanks="present")
        return (FAULTY | SILENT)[name](asked)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    from medtw_qual.codebook import Code, Codebook

    folder = tmp_path_factory.mktemp("answers")
    book = Codebook("small", "1.0.0", codes=(Code("thanks", "Thanks"), Code("grief", "Grief")))
    behaviour = Misbehaving()
    # Of 37 kinds of units, 32 are asked twice: 5,500 units bring at least 10,000 answers and silences.
    units = make_units(5500)
    with serve(behaviour, keep=False) as server:
        endpoint = Endpoint(server.url, parallel=16, retries=3, back_off=0.001, timeout=20)
        run = code_units(units, CodingPrompt(book), endpoint, "stub", folder)
        questions = server.answered["questions"]
        again = code_units(units, CodingPrompt(book), endpoint, "stub", folder)
        assert server.answered["questions"] == questions
    return run, again, behaviour, units, folder, questions


def test_10_000_answers_are_counted_fault_by_fault(outcome):
    run, _, behaviour, _, folder, questions = outcome
    assert questions >= ANSWERS
    counted = Counter(run.faults) + Counter(run.troubles)
    assert counted == behaviour.done
    assert run.asked + sum(run.troubles.values()) == questions
    answers = [one for path in folder.glob("*.jsonl") for one in read_log(path).records if one["action"] == "answer"]
    assert len(answers) == run.asked
    print(f"{questions} answers: {dict(sorted(counted.items()))}")


def test_no_failure_is_recorded_as_absent(outcome):
    run, _, behaviour, units, folder, _ = outcome
    answers = read_answers(folder, "stub", units)
    kinds = {unit: behaviour.kind_of(text) for unit, text in zip(units["unit_id"], units["text"], strict=True)}
    bad = {unit for unit, kind in kinds.items() if kind in FAULTY}
    assert set(answers.failed["unit_id"]) == bad
    assert run.failed == len(bad)
    assert not set(answers.codings["unit_id"]) & bad
    assert not set(answers.probabilities["unit_id"]) & bad
    assert set(answers.codings["unit_id"]) == set(kinds) - bad
    said = answers.codings.set_index(["unit_id", "code"])["status"].unstack()
    assert (said["thanks"] == "present").all()
    assert (said["grief"] == "absent").all()
    assert set(answers.failed["fault"]) == {CALLED.get(kind, kind) for kind in FAULTY}


def test_asking_again_asks_nothing(outcome):
    _, again, _, units, *_ = outcome
    assert (again.asked, again.before) == (0, len(units))


def test_an_edited_log_is_no_log(outcome, tmp_path):
    *_, folder, _ = outcome
    lines = (folder / "stub--1.jsonl").read_text().splitlines()
    place = next(place for place, line in enumerate(lines) if '"grief":"absent"' in line)
    units = make_units(5500)
    edited = [*lines[:place], lines[place].replace('"grief":"absent"', '"grief":"present"', 1), *lines[place + 1 :]]
    (tmp_path / "stub--1.jsonl").write_text("\n".join(edited) + "\n")
    with pytest.raises(UnreadableFile, match="was changed after"):
        read_answers(tmp_path, "stub", units)


def test_words_that_changed_since_are_asked_anew_and_the_old_answer_counts_nowhere(codebook, tmp_path):
    units = make_units(3)
    with serve(fits) as server:
        endpoint = Endpoint(server.url)
        code_units(units, CodingPrompt(codebook), endpoint, "stub", tmp_path)
        units.loc[1, "text"] = "Other words."
        before = read_answers(tmp_path, "stub", units)
        assert (before.count("coded"), before.count("not asked"), before.stale) == (2, 1, 1)
        run = code_units(units, CodingPrompt(codebook), endpoint, "stub", tmp_path)
    assert (run.asked, run.before) == (1, 2)


def test_another_prompt_or_parameter_is_another_coder(codebook, tmp_path):
    with serve(fits) as server:
        endpoint = Endpoint(server.url)
        code_units(make_units(1), CodingPrompt(codebook), endpoint, "stub", tmp_path)
        with pytest.raises(StaleDecision, match="another prompt"):
            code_units(make_units(1), CodingPrompt(codebook, examples=True), endpoint, "stub", tmp_path)
        with pytest.raises(StaleDecision, match="another parameters"):
            code_units(make_units(1), CodingPrompt(codebook), endpoint, "stub", tmp_path, parameters={"temperature": 1})


def test_a_server_that_falls_silent_stops_the_run_and_loses_nothing(codebook, tmp_path):
    broken = threading.Event()

    def answer(asked):
        if asked.number > 20:
            broken.set()
        return Sent(status=503, raw=b"{}") if broken.is_set() else fits(asked)

    units = make_units(200)
    with serve(answer) as server:
        endpoint = Endpoint(server.url, parallel=4, retries=1, back_off=0.001)
        with pytest.raises(ServerFault, match="no answer to"):
            code_units(units, CodingPrompt(codebook), endpoint, "stub", tmp_path)
        answers = read_answers(tmp_path, "stub", units)
        assert answers.count("coded") >= 15
        assert answers.count("failed") == 0
        assert server.answered["questions"] < 80


def test_no_server_says_so(codebook, tmp_path):
    with pytest.raises(ServerFault, match="No server answers"):
        code_units(make_units(1), CodingPrompt(codebook), Endpoint("http://127.0.0.1:9/v1"), "stub", tmp_path)


def test_a_slow_server_is_waited_for_and_asked_again(codebook, tmp_path):
    with serve(lambda one: Sent(json.dumps(one.fitting()), wait=1.0 if one.number == 1 else 0.0)) as server:
        run = code_units(
            make_units(1), CodingPrompt(codebook), Endpoint(server.url, timeout=0.3, back_off=0.01), "stub", tmp_path
        )
    assert (run.coded, run.troubles) == (1, {"slow": 1})


def test_a_busy_server_is_left_alone_for_as_long_as_it_says(codebook, tmp_path):
    busy = Sent(status=429, raw=b"{}", headers={"Retry-After": "1"})
    with serve(lambda one: busy if one.number == 1 else fits(one)) as server:
        started = time.monotonic()
        run = code_units(make_units(1), CodingPrompt(codebook), Endpoint(server.url, back_off=0.0), "stub", tmp_path)
    assert run.coded == 1
    assert time.monotonic() - started >= 1.0


def test_no_more_questions_a_minute_than_agreed(codebook, tmp_path):
    with serve(fits) as server:
        started = time.monotonic()
        code_units(
            make_units(6), CodingPrompt(codebook), Endpoint(server.url, parallel=6, per_minute=600), "stub", tmp_path
        )
    assert time.monotonic() - started >= 0.5


def test_a_server_that_does_not_know_cache_prompt_is_asked_without(codebook, tmp_path):
    def answer(asked):
        if "cache_prompt" in asked.body:
            return Sent(status=400, raw=b'{"error": "Unrecognized request argument: cache_prompt"}')
        return fits(asked)

    with serve(answer) as server:
        run = code_units(make_units(3), CodingPrompt(codebook), Endpoint(server.url), "stub", tmp_path)
        assert server.answered["questions"] == 4
    assert (run.coded, run.failed) == (3, 0)


def test_the_second_question_says_what_was_wrong(codebook, tmp_path):
    with serve(lambda one: fits(one) if one.again else Sent("Certainly!")) as server:
        code_units(make_units(1), CodingPrompt(codebook), Endpoint(server.url), "stub", tmp_path)
        said = [one["content"] for one in server.seen[1].body["messages"][2:]]
    assert said[0] == "Certainly!"
    assert "not JSON" in said[1]
