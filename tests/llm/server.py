"""Servers of our own on loopback: one that answers as it should, one that misbehaves in every known way."""

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Asked"], "Sent"]


@dataclass(frozen=True)
class Asked:
    """A question as the server saw it."""

    system: str
    post: dict[str, str]
    codes: list[str]
    check: str
    again: bool
    body: dict[str, Any]
    number: int

    def fitting(self, status: str = "absent", **changes: str) -> dict[str, Any]:
        """An answer that fits: every code `status`, some changed."""
        said = {code: {"status": changes.get(code, status), "reason": "as the words say"} for code in self.codes}
        return ({"check": self.check} if self.check else {}) | said


@dataclass(frozen=True)
class Sent:
    """What the server sends back."""

    content: str = ""
    status: int = 200
    raw: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    finish: str = "stop"
    message: dict[str, Any] = field(default_factory=dict)
    wait: float = 0.0
    cut: bool = False
    tokens: list[dict[str, Any]] | None = None


@dataclass
class Server:
    """A running server and what it has seen."""

    url: str
    seen: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    answered: Counter = field(default_factory=Counter)

    @property
    def words(self) -> str:
        """Every word that reached the server."""
        return "\n".join(json.dumps(one.body, ensure_ascii=False) for one in self.seen)


@contextmanager
def serve(answer: Answer, keep: bool = True) -> Iterator[Server]:
    """Run a server until the block ends."""
    running = Server("")
    http = _Quiet(("127.0.0.1", 0), _handler(running, answer, keep))
    running.url = f"http://127.0.0.1:{http.server_port}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        """A client that went away is no news."""


def _handler(running: Server, answer: Answer, keep: bool) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *args):
            pass

        def do_GET(self):
            if self.path.endswith("/models"):
                self._send(200, json.dumps({"data": [{"id": "stub"}]}).encode(), {})
            else:
                self._send(404, b"{}", {})

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with running.lock:
                running.answered["questions"] += 1
                asked = read_question(body, running.answered["questions"])
                if keep:
                    running.seen.append(asked)
            sent = answer(asked)
            if sent.wait:
                time.sleep(sent.wait)
            raw = sent.raw if sent.raw is not None else _chat(sent)
            if sent.cut:
                self.send_response(200)
                self.send_header("Content-Length", str(len(raw) + 100))
                self.end_headers()
                self.wfile.write(raw[: len(raw) // 2])
                self.close_connection = True
                return
            self._send(sent.status, raw, sent.headers)

        def _send(self, status, raw, headers):
            head = {"Content-Type": "application/json", "Content-Length": str(len(raw)), **headers}
            lines = [f"HTTP/1.1 {status} x", *(f"{name}: {value}" for name, value in head.items()), "", ""]
            self.wfile.write("\r\n".join(lines).encode() + raw)

    return Handler


def read_question(body: dict[str, Any], number: int = 0) -> Asked:
    """Read a question as a model would: codes from the system's message, the post from the user's."""
    system = body["messages"][0]["content"]
    check = re.search(r'begins with "check": "([a-z]{5})"', system)
    return Asked(
        system, json.loads(body["messages"][1]["content"]), re.findall(r"^Code (\S+):", system, re.MULTILINE),
        check[1] if check else "", len(body["messages"]) > 2, body, number,
    )  # fmt: skip


def _chat(sent: Sent) -> bytes:
    message = {"role": "assistant", "content": sent.content} | sent.message
    choice: dict[str, Any] = {"index": 0, "message": message, "finish_reason": sent.finish}
    if sent.tokens is not None:
        choice["logprobs"] = {"content": sent.tokens}
    return json.dumps({"model": "stub", "choices": [choice]}).encode()
