"""Letting a model code: every unit asked once, every answer on the disk, failures listed, nothing asked twice."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from medtw_qual._base.hashing import hash_json
from medtw_qual._base.progress import progress_shown
from medtw_qual._base.table_files import require_columns
from medtw_qual._base.utc_times import utc_now
from medtw_qual.errors import InvalidArgument, ServerFault, StaleDecision
from medtw_qual.llm.answer_form import Reading, read_answer
from medtw_qual.llm.answer_log import AnswerLog, Record
from medtw_qual.llm.chat_client import ChatClient, Reply
from medtw_qual.llm.coding_prompt import CodingPrompt, Question, text_hash
from medtw_qual.llm.endpoint import Endpoint
from medtw_qual.llm.token_probabilities import status_probabilities

QUESTIONS = 2  # an answer that does not fit is asked for once more, and then the unit stands as failed
PARAMETERS: Mapping[str, Any] = {"temperature": 0.0, "max_tokens": 1000, "logprobs": True, "top_logprobs": 20}
# So many units in a row without any answer, and the server is taken to be gone.
_GIVEN_UP_AFTER = 5


@dataclass(frozen=True)
class CodingRun:
    """What one run of asking did.

    Attributes
    ----------
    coder : str
        The model's name as a coder.
    asked : int
        Questions put in this run, second ones included.
    coded, failed, unanswered : int
        Units that now have a decision for every code; whose answers never fitted; that the server gave no answer for.
    before : int
        Units that were settled by an earlier run and not asked again.
    kept_back : int
        Units whose text was not sent.
    faults : mapping
        What was wrong with answers and how often, in this run.
    troubles : mapping
        What the server did wrong before it answered, and how often, in this run.
    """

    coder: str
    asked: int
    coded: int
    failed: int
    unanswered: int
    before: int
    kept_back: int
    faults: Mapping[str, int]
    troubles: Mapping[str, int]

    def __str__(self) -> str:
        """Say it in a few lines."""
        lines = [
            f"{self.coder}: {self.coded:,} units coded, {self.failed:,} failed, {self.unanswered:,} without an answer;"
            f" {self.before:,} were settled before, {self.kept_back:,} were kept back. {self.asked:,} questions."
        ]
        for title, counted in (("Answers that did not fit", self.faults), ("Troubles of the server", self.troubles)):
            if counted:
                lines.append(
                    f"{title}: " + ", ".join(f"{name} {count:,}" for name, count in sorted(counted.items())) + "."
                )
        if self.unanswered:
            lines.append("Ask again: what has an answer is not asked twice.")
        return "\n".join(lines)


@dataclass(frozen=True)
class Task:
    """A question to be put: the first about a unit, or the second after an answer that did not fit."""

    question: Question
    text_hash: str
    attempt: int
    messages: list[dict[str, str]]


@dataclass
class Progress:
    """What is settled so far, by unit and text; strings are short, so that 100,000 units stay small."""

    settled: set[str] = field(default_factory=set)
    unfit: dict[str, tuple[str, str]] = field(default_factory=dict)

    def take(self, record: Record) -> None:
        """Take in an answer from the log."""
        key = unit_key(record["unit_id"], record["text_hash"])
        if not record["fault"] or record["attempt"] >= QUESTIONS:
            self.settled.add(key)
            self.unfit.pop(key, None)
        else:
            self.unfit[key] = (record["raw"], record["fault"])


def unit_key(unit_id: str, of_text: str) -> str:
    """Name a unit with the words it had."""
    return f"{unit_id}/{of_text[:16]}"


def code_units(
    units: pd.DataFrame,
    prompt: CodingPrompt,
    endpoint: Endpoint,
    coder: str,
    log: str | Path,
    *,
    keep_back: Iterable[str] = (),
    parameters: Mapping[str, Any] | None = None,
    seed: int = 2020,
) -> CodingRun:
    """Let a language model code units; every answer is in the log before the next step.

    An answer that does not fit the form is asked for once more and then stands as failed: the unit is not coded, and
    is listed. A server that is busy, slow or gone is asked again with growing pauses. Stopped by Ctrl-C, a crash or a
    power cut, the same call goes on where it stopped: what has an answer in the log is not asked again.

    Parameters
    ----------
    units : DataFrame
        unit_id, text and, where there is one, context: ``corpus.units`` or ``sample.units``.
    prompt : CodingPrompt
        The codebook and how it is put to the model. It is kept in full in the log, once.
    endpoint : Endpoint
        The server.
    coder : str
        The model's name as a coder. One name stands for one prompt, model and set of parameters.
    log : str or Path
        The folder of the log.
    keep_back : iterable of str
        Ids of units whose text is not sent: see `find_kept_back`.
    parameters : mapping, optional
        Sent with every question; default: temperature 0, at most 1,000 tokens, log-probabilities where given.
    seed : int
        Sent with every question: the server's random numbers, where it draws any.

    Returns
    -------
    CodingRun
        What this run did; the codings are read by `read_answers`.

    Raises
    ------
    InvalidArgument
        When a unit id occurs twice or the server offers several models.
    StaleDecision
        When the log holds answers of this coder to another prompt, model or set of parameters.
    ServerFault
        When the server turns every question away or stops answering; what was answered is in the log.
    MissingExtra
        When httpx is not installed.
    """
    require_columns(units, ("unit_id", "text"), "units")
    if units["unit_id"].duplicated().any():
        raise InvalidArgument("A unit id occurs twice.", "Give each unit once.")
    answers = AnswerLog(Path(log), coder)
    back = frozenset(str(unit) for unit in keep_back)
    sent = {**PARAMETERS, "seed": seed, **(parameters or {})}
    with ChatClient(endpoint) as client:
        facts = client.facts()
        identity = _settle(answers, prompt, endpoint, facts, sent)
        progress = Progress()
        for record in answers.records():
            if record.get("action") == "answer":
                progress.take(record)
        work = _Work(
            client, answers, identity, sent, facts, progress, len(units) - int(units["unit_id"].isin(back).sum())
        )
        work.run(_tasks(units, prompt, back, progress))
    return work.finished(len(units), int(units["unit_id"].isin(back).sum()))


def _settle(
    answers: AnswerLog, prompt: CodingPrompt, endpoint: Endpoint, facts: Mapping[str, str], sent: Mapping[str, Any]
) -> Record:
    """Write down the settings before the first question, or see that they are those of the answers in the log."""
    model = {"model": facts["model"], "digest": facts.get("digest", "")}
    identity = {"prompt": prompt.hash, **model, "sent": dict(sent), "form": endpoint.answer_format}
    settings = {
        "action": "settings", "coder": answers.coder, "prompt_hash": prompt.hash, "template": prompt.template,
        "codebook_hash": prompt.codebook.hash, "codebook": prompt.codebook.label, **model,
        "facts": dict(facts), "server": server_name(endpoint), "local": endpoint.is_local, "terms": endpoint.terms,
        "terms_date": endpoint.terms_date, "answer_format": endpoint.answer_format, "parameters": dict(sent),
        "settings_hash": hash_json(identity),
    }  # fmt: skip
    known = answers.settings()
    if known is None:
        answers.append({**settings, "written_at": utc_now()})
        return settings
    differing = [
        words
        for key, words in (
            ("prompt_hash", "prompt or codebook"), ("model", "model"), ("digest", "model file"),
            ("parameters", "parameters"), ("answer_format", "answer format"),
        )
        if known.get(key) != settings[key]
    ]  # fmt: skip
    if differing:
        raise StaleDecision(
            f"{answers.coder!r} has answered to another {' and '.join(differing)} before.",
            f"A coder is one model with one prompt: give this one a name of its own, such as {answers.coder + '-2'!r}.",
        )
    return settings


def server_name(endpoint: Endpoint) -> str:
    """Return what the log calls the server: this computer has no address worth recording."""
    return "this computer" if endpoint.is_local else endpoint.url


def _tasks(units: pd.DataFrame, prompt: CodingPrompt, back: frozenset[str], progress: Progress) -> Iterator[Task]:
    """Yield the questions that are open, in the order of the unit ids."""
    table = units.sort_values("unit_id", kind="stable")
    contexts = table["context"] if "context" in table else [""] * len(table)
    for unit_id, text, context in zip(table["unit_id"], table["text"], contexts, strict=True):
        of_text = text_hash(text, context)
        key = unit_key(unit_id, of_text)
        if unit_id in back or key in progress.settled:
            continue
        question = prompt.question(unit_id, text, context)
        if key in progress.unfit:
            yield Task(question, of_text, 2, question.asked_again(*progress.unfit.pop(key)))
        else:
            yield Task(question, of_text, 1, question.messages)


class _Work:
    """Questions under way: bounded in number, their answers written down by one thread only."""

    def __init__(
        self, client: ChatClient, answers: AnswerLog, identity: Record, sent: Mapping[str, Any],
        facts: Mapping[str, str], progress: Progress, total: int,
    ) -> None:  # fmt: skip
        self.client, self.answers, self.identity, self.sent, self.facts = client, answers, identity, sent, facts
        self.before = len(progress.settled)
        self.total = total
        self.counts: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.troubles: Counter[str] = Counter()
        self.silent = 0

    def run(self, tasks: Iterator[Task]) -> None:
        """Put every question; a Ctrl-C writes down what has been answered and goes on upwards."""
        again: deque[Task] = deque()
        under_way: dict[Future[Reply], Task] = {}
        hidden = not progress_shown()
        description = f"asking {self.answers.coder}"
        with (
            tqdm(total=self.total, desc=description, unit="unit", delay=2, leave=False, disable=hidden) as bar,
            ThreadPoolExecutor(self.client.endpoint.parallel, "question") as pool,
        ):
            try:
                while True:
                    while len(under_way) < self.client.endpoint.parallel:
                        task = again.popleft() if again else next(tasks, None)
                        if task is None:
                            break
                        under_way[pool.submit(self._ask, task)] = task
                    if not under_way:
                        break
                    done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                    for future in done:
                        second = self._take(under_way.pop(future), future.result())
                        again.extend(second)
                        bar.update(not second)
            finally:
                self._rescue(under_way)

    def _ask(self, task: Task) -> Reply:
        return self.client.ask(task.messages, task.question.schema, self._parameters())

    def _parameters(self) -> Mapping[str, Any]:
        return {**self.sent, "model": self.facts["model"]}

    def _take(self, task: Task, reply: Reply) -> list[Task]:
        """Write down one answer; return the second question where it needs one."""
        self.troubles.update(reply.troubles)
        if reply.no_answer:
            self._no_answer(task, reply)
            return []
        self.silent = 0
        reading = read_reply(reply, task.question)
        self.answers.append(self._record(task, reply, reading))
        self.counts["asked"] += 1
        if not reading.fault:
            self.counts["coded"] += 1
            return []
        self.faults[reading.fault] += 1
        if task.attempt >= QUESTIONS:
            self.counts["failed"] += 1
            return []
        messages = task.question.asked_again(reply.text, reading.fault)
        return [Task(task.question, task.text_hash, task.attempt + 1, messages)]

    def _no_answer(self, task: Task, reply: Reply) -> None:
        if reply.no_answer == "interrupted":
            return
        self.counts["unanswered"] += 1
        self.silent += 1
        self.answers.append(
            {
                "action": "no answer", "coder": self.answers.coder, "unit_id": task.question.unit_id,
                "text_hash": task.text_hash, "why": reply.no_answer, "troubles": list(reply.troubles), "at": utc_now(),
            }
        )  # fmt: skip
        if self.silent >= _GIVEN_UP_AFTER + self.client.endpoint.parallel:
            raise ServerFault(
                f"{self.client.endpoint.url} has given no answer to {self.silent} questions in a row"
                f" ({reply.no_answer}).",
                "See to the server and start again: what has an answer is not asked twice.",
            )

    def _record(self, task: Task, reply: Reply, reading: Reading) -> Record:
        question = task.question
        record: Record = {
            "action": "answer", "coder": self.answers.coder, "unit_id": question.unit_id, "attempt": task.attempt,
            "text_hash": task.text_hash, "codebook_hash": self.identity["codebook_hash"],
            "prompt_hash": self.identity["prompt_hash"], "settings_hash": self.identity["settings_hash"],
            "messages_hash": hash_json(task.messages), "model": reply.model or self.facts["model"],
            "digest": self.identity["digest"], "server": self.identity["server"], "build": reply.fingerprint,
            "parameters": {**self.sent, **({"cache_prompt": False} if self.client.sends_cache_prompt else {})},
            "at": utc_now(), "seconds": round(reply.seconds, 3), "raw": reply.text, "finish": reply.finish,
            "fault": reading.fault, "detail": reading.detail, "decision": dict(reading.statuses),
            "troubles": list(reply.troubles),
        }  # fmt: skip
        if reply.refusal or reply.rejected:
            record["refused"] = reply.rejected or "declined"
        shares = status_probabilities(reply.text, reply.tokens, question.codes) if not reading.fault else {}
        if shares:
            record["probabilities"] = {
                code: {status: round(share, 5) for status, share in own.items()} for code, own in shares.items()
            }
        return record

    def _rescue(self, under_way: dict[Future[Reply], Task]) -> None:
        """After a Ctrl-C or an error: write down what came back meanwhile, and let the rest go."""
        for future in under_way:
            future.cancel()
        if under_way:
            self.client.close()
        for future, task in under_way.items():
            if not future.cancelled() and future.exception() is None and not future.result().no_answer:
                self._take(task, future.result())

    def finished(self, n_units: int, kept_back: int) -> CodingRun:
        """Return what this run did."""
        counts = self.counts
        settled = counts["coded"] + counts["failed"] + counts["unanswered"]
        return CodingRun(
            self.answers.coder, counts["asked"], counts["coded"], counts["failed"], counts["unanswered"],
            max(n_units - kept_back - settled, 0), kept_back, dict(self.faults), dict(self.troubles),
        )  # fmt: skip


def read_reply(reply: Reply, question: Question) -> Reading:
    """Read what came back for a question."""
    if reply.rejected:
        return Reading(fault="rejected by the server", detail=reply.rejected[:80])
    if reply.refusal:
        return Reading(fault="refusal", detail="declined, says the server")
    return read_answer(reply.text, question.codes, question.check_word, reply.finish)
