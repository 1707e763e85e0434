"""Where a language model is asked: which server, which model, and under which terms texts may go there."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from medtw_qual.errors import InvalidArgument

ANSWER_FORMATS = ("json_schema", "json_object", "none")


@dataclass(frozen=True)
class Endpoint:
    """A server that speaks the OpenAI chat-completions form: Ollama, llama.cpp, vLLM, LM Studio and others.

    A server on this computer (loopback) needs no more than its address. Any other computer is refused unless the
    researcher says under which terms the texts may go there, and when those terms were read.

    Attributes
    ----------
    url : str
        Address up to and including ``/v1``. Default: llama.cpp's on this computer; Ollama's is
        ``http://127.0.0.1:11434/v1``.
    model : str
        The model's name at that server; empty: the only one it offers.
    terms : str
        For a server elsewhere: the terms under which texts may go there, in words (a contract, a data protection
        agreement, the platform's licence).
    terms_date : str
        For a server elsewhere: the day on which those terms were read, as 2026-11-30.
    key_variable : str
        Name of the environment variable that holds the server's key; the key itself is never written anywhere.
    timeout : float
        Seconds to wait for one answer; default 120.
    retries : int
        How often a question is sent again when the server is busy, slow or gone; default 4.
    back_off : float
        Seconds before the first such repetition; doubled each time, at most 60; default 1. A server that says how long
        to wait is obeyed, up to ten minutes.
    parallel : int
        Questions under way at one time, 1 to 64; default 1.
    per_minute : float
        Most questions a minute; 0 (default): no limit.
    answer_format : {"json_schema", "json_object", "none"}
        How the server is asked for the form of the answer; default: by a JSON schema. Older servers know only
        ``json_object``, or nothing of the kind: then the words of the question alone ask for it.

    Raises
    ------
    InvalidArgument
        When the address is none, a server elsewhere is named without terms, or a number is out of range.

    Examples
    --------
    >>> Endpoint("http://127.0.0.1:11434/v1", "qwen3:8b").is_local
    True
    """

    url: str = "http://127.0.0.1:8080/v1"
    model: str = ""
    terms: str = ""
    terms_date: str = ""
    key_variable: str = ""
    timeout: float = 120.0
    retries: int = 4
    back_off: float = 1.0
    parallel: int = 1
    per_minute: float = 0.0
    answer_format: str = "json_schema"

    def __post_init__(self) -> None:
        _require_address(self.url)
        if not self.is_local:
            _require_terms(self)
        _require_numbers(self)

    @property
    def host(self) -> str:
        """The computer that is asked."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_local(self) -> bool:
        """Whether the server is on this computer, so that no text leaves it."""
        return is_loopback(self.host)

    @property
    def root(self) -> str:
        """The address without ``/v1``: where some servers tell about themselves."""
        return re.sub(r"/v1/?$", "", self.url.rstrip("/"))


def is_loopback(host: str) -> bool:
    """Say whether a host is this computer.

    Examples
    --------
    >>> [is_loopback(host) for host in ("127.0.0.1", "localhost", "::1", "127.0.0.1.example.org", "10.0.0.5")]
    [True, True, True, False, False]
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _require_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise InvalidArgument(
            f"{url!r} is no address of a server.", "Write it up to /v1, for example http://127.0.0.1:11434/v1."
        )
    if parts.username or parts.password:
        raise InvalidArgument(
            f"The address of {parts.hostname} holds a name or password.",
            "Put the key into an environment variable and name that: key_variable.",
        )


def _require_terms(endpoint: Endpoint) -> None:
    if not endpoint.terms.strip():
        raise InvalidArgument(
            f"{endpoint.host} is another computer, and nothing says under which terms texts may go there.",
            "Use a server on this computer, or write terms and terms_date: what allows it, and when you read it.",
        )
    try:
        date.fromisoformat(endpoint.terms_date)
    except ValueError:
        raise InvalidArgument(
            f"terms_date = {endpoint.terms_date!r} is no day.", "Write the day on which you read the terms: 2026-11-30."
        ) from None
    if urlsplit(endpoint.url).scheme != "https":
        raise InvalidArgument(
            f"Texts would go to {endpoint.host} unencrypted.", "Use its https address, or a tunnel to this computer."
        )


def _require_numbers(endpoint: Endpoint) -> None:
    if endpoint.answer_format not in ANSWER_FORMATS:
        raise InvalidArgument(
            f"There is no answer format {endpoint.answer_format!r}.", f"Use one of: {', '.join(ANSWER_FORMATS)}."
        )
    if not 1 <= endpoint.parallel <= 64:
        raise InvalidArgument(f"parallel = {endpoint.parallel} is out of range.", "Ask 1 to 64 questions at a time.")
    if endpoint.timeout <= 0 or endpoint.retries < 0 or endpoint.back_off < 0 or endpoint.per_minute < 0:
        raise InvalidArgument(
            "A time or a number of repetitions is negative.",
            "timeout must be above 0; retries, back_off and per_minute 0 or more.",
        )
