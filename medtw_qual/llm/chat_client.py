"""Asking a server that speaks the chat-completions form: one request, with patience and without a vendor's package."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Event, Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any

import orjson

from medtw_qual._base.extras import needs_extra
from medtw_qual.errors import InvalidArgument, ServerFault
from medtw_qual.llm.endpoint import Endpoint

if TYPE_CHECKING:
    import httpx

# Why there is no answer: the question is sent again, and when that does not help, asked again in the next run.
NO_ANSWER = (
    "slow", "connection lost", "too many requests", "server error", "no chat answer", "interrupted",
)  # fmt: skip
_LONGEST_PAUSE = 60.0  # seconds, of our own accord
_LONGEST_ORDERED = 600.0  # seconds, when the server says how long to wait
_LARGEST_BODY = 4_000_000  # bytes: no answer about one unit is as long


@dataclass(frozen=True)
class Reply:
    """What came back for one question.

    Attributes
    ----------
    text : str
        What the model wrote.
    finish : str
        Why the server says it ended.
    refusal : bool
        The server marks the answer as declined.
    rejected : str
        The server's words where it turned the question itself down (too long, filtered).
    no_answer : str
        Why there is none, one of `NO_ANSWER`; empty: there is one.
    tokens : tuple of dict
        The tokens with their log-probabilities, where the server gives them.
    model : str
        The model's name as the server states it.
    fingerprint : str
        The server's own mark of its build, where it gives one.
    seconds : float
        From the (last) sending to the answer.
    troubles : tuple of str
        What went wrong before, one entry a try.
    """

    text: str = ""
    finish: str = ""
    refusal: bool = False
    rejected: str = ""
    no_answer: str = ""
    tokens: tuple[Mapping[str, Any], ...] = ()
    model: str = ""
    fingerprint: str = ""
    seconds: float = 0.0
    troubles: tuple[str, ...] = ()


@dataclass
class Pace:
    """Spaces questions so that there are at most so many a minute; shared by all that ask."""

    per_minute: float
    _next: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def wait(self, stop: Event) -> None:
        """Wait for the next place in the queue."""
        if not self.per_minute:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(self._next, now)
            self._next = turn + 60 / self.per_minute
        stop.wait(turn - now)


class ChatClient:
    """Sends questions to an endpoint; safe to use from several threads.

    Parameters
    ----------
    endpoint : Endpoint

    Raises
    ------
    MissingExtra
        When httpx is not installed.
    InvalidArgument
        When the environment variable with the server's key is empty.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.stop = Event()
        self.sends_cache_prompt = True
        self._pace = Pace(endpoint.per_minute)
        self._http = _connect(endpoint)

    def __enter__(self) -> "ChatClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every wait and close the connections."""
        self.stop.set()
        self._http.close()

    def ask(self, messages: list[dict[str, str]], schema: Mapping[str, Any], parameters: Mapping[str, Any]) -> Reply:
        """Send one question and return what came back, after as many tries as the endpoint allows.

        Parameters
        ----------
        messages : list of dict
        schema : mapping
            JSON schema of the answer.
        parameters : mapping
            temperature, seed, max_tokens and what else the server knows.

        Returns
        -------
        Reply
            With `no_answer` where every try failed.

        Raises
        ------
        ServerFault
            When the server does not know us, the model or the address: no other question would fare better.
        """
        body = self._body(messages, schema, parameters)
        troubles: list[str] = []
        for tried in range(self.endpoint.retries + 1):
            if self.stop.is_set():
                break
            self._pace.wait(self.stop)
            found, pause = self._once(body)
            if "cache_prompt" in body and "cache_prompt" in found.rejected:
                self.sends_cache_prompt = False
                del body["cache_prompt"]
                found, pause = self._once(body)
            if not found.no_answer:
                return _with_troubles(found, troubles)
            troubles.append(found.no_answer)
            if tried < self.endpoint.retries:
                self.stop.wait(pause if pause is not None else min(self.endpoint.back_off * 2**tried, _LONGEST_PAUSE))
        return Reply(no_answer="interrupted" if self.stop.is_set() else troubles[-1], troubles=tuple(troubles))

    def facts(self) -> dict[str, str]:
        """Return what the server tells about itself and its model (see `server_facts`).

        Raises
        ------
        ServerFault
            When nothing answers there.
        """
        from medtw_qual.llm.server_facts import server_facts

        return server_facts(self.endpoint, self.fetch)

    def fetch(self, address: str) -> object:
        """Return the JSON that an address of the server holds; None where it holds none.

        Raises
        ------
        ServerFault
            When nothing answers there.
        """
        with needs_extra("llm"):
            import httpx

        try:
            response = self._http.get(address)
            return orjson.loads(response.content) if response.status_code == 200 else None
        except orjson.JSONDecodeError:
            return None
        except httpx.HTTPError as error:
            raise ServerFault(
                f"No server answers at {self.endpoint.url} ({type(error).__name__}).",
                "Start it (Ollama, llama-server, LM Studio ...) and check the address; nothing was asked.",
            ) from error

    def _body(
        self, messages: list[dict[str, str]], schema: Mapping[str, Any], parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        body = {"model": self.endpoint.model, "messages": messages, "stream": False, **parameters}
        if self.endpoint.answer_format == "json_schema":
            form = {"name": "answer", "strict": True, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        elif self.endpoint.answer_format == "json_object":
            body["response_format"] = {"type": "json_object"}
        if self.sends_cache_prompt:
            body["cache_prompt"] = False  # a cached prompt changes the probabilities, also at temperature 0
        return body

    def _once(self, body: Mapping[str, Any]) -> tuple[Reply, float | None]:
        """Send once; also return how long the server wants to be left alone, None where it does not say."""
        with needs_extra("llm"):
            import httpx

        started = time.monotonic()
        try:
            response = self._http.post("chat/completions", content=orjson.dumps(body))
        except httpx.TimeoutException:
            return Reply(no_answer="slow"), None
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError):  # RuntimeError: closed under way
            return Reply(no_answer="connection lost"), None
        return self._understood(response, time.monotonic() - started), _ordered_pause(response)

    def _understood(self, response: "httpx.Response", seconds: float) -> Reply:
        status = response.status_code
        if status == 429:
            return Reply(no_answer="too many requests")
        if status >= 500 or status == 408:
            return Reply(no_answer="server error")
        if status in (401, 403, 404) or 300 <= status < 400:
            raise ServerFault(
                f"{self.endpoint.url} turns every question away (HTTP {status}): {_words(response)}",
                "Check address, model and key_variable; a redirection to another address is never followed.",
            )
        if status >= 400:
            return Reply(rejected=_words(response) or f"HTTP {status}", seconds=seconds)
        return _chat_answer(response.content, seconds)


def _connect(endpoint: Endpoint) -> "httpx.Client":
    with needs_extra("llm"):
        import httpx
    headers = {"Content-Type": "application/json"}
    if endpoint.key_variable:
        key = os.environ.get(endpoint.key_variable, "").strip()
        if not key:
            raise InvalidArgument(
                f"The environment variable {endpoint.key_variable} is empty.", "Put the server's key into it."
            )
        headers["Authorization"] = f"Bearer {key}"
    # trust_env=False: a proxy that the environment names would carry the texts to another computer.
    return httpx.Client(
        base_url=endpoint.url.rstrip("/") + "/",
        headers=headers,
        timeout=httpx.Timeout(endpoint.timeout, connect=min(10.0, endpoint.timeout)),
        limits=httpx.Limits(max_connections=endpoint.parallel, max_keepalive_connections=endpoint.parallel),
        follow_redirects=False,
        trust_env=False,
    )


def _ordered_pause(response: "httpx.Response") -> float | None:
    if response.status_code not in (429, 503):
        return None
    try:
        return min(max(float(response.headers.get("retry-after", "")), 0.0), _LONGEST_ORDERED)
    except ValueError:
        return None


def _words(response: "httpx.Response") -> str:
    """Return the server's own words for what is wrong, in one line."""
    return " ".join(response.text[:300].split())


def _chat_answer(content: bytes, seconds: float) -> Reply:
    """Read a chat answer; whatever else came (a page, half an answer, another form) is none."""
    try:
        body = orjson.loads(content if len(content) <= _LARGEST_BODY else b"{}")
        choice = body["choices"][0]
        message = choice["message"]
        text, finish = message.get("content") or "", choice.get("finish_reason") or ""
        tokens = (choice.get("logprobs") or {}).get("content") or ()
        refusal, model = bool(message.get("refusal")), str(body.get("model") or "")
        fingerprint = str(body.get("system_fingerprint") or "")
    except (orjson.JSONDecodeError, KeyError, IndexError, TypeError, AttributeError):
        return Reply(no_answer="no chat answer")
    if not isinstance(text, str):
        return Reply(no_answer="no chat answer")
    return Reply(text, str(finish), refusal, "", "", tuple(tokens), model, fingerprint, seconds)


def _with_troubles(reply: Reply, troubles: list[str]) -> Reply:
    return replace(reply, troubles=tuple(troubles)) if troubles else reply
