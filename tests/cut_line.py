"""A line between browser and server that a test can cut and mend: what a lost Wi-Fi does to a notebook."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class CutLine:
    """Hands everything on to a port of loopback, until it is cut.

    Attributes
    ----------
    port : int
        Where the browser connects.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._whole = True
        self._answers = True
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._start(self._accept)

    def swallow_answers(self) -> None:
        """Let what the browser says through, and nothing of what the server answers, until the line is mended."""
        self._answers = False

    def cut(self) -> None:
        """Drop every connection, websockets too, and take no new one."""
        self._whole = False
        for end in self._ends:
            _shut(end)

    def mend(self) -> None:
        """Take connections again."""
        self._whole = self._answers = True

    def close(self) -> None:
        """End for good."""
        _shut(self._listener)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(timeout=5)
        for end in self._ends:
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if not self._whole:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self._target))
            self._ends += [near, far]
            self._start(self._pump, near, far)
            self._start(self._pump, far, near, True)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _pump(self, source: socket.socket, sink: socket.socket, answers: bool = False) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                if self._answers or not answers:
                    sink.sendall(piece)
        _shut(source)
        _shut(sink)


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def cut_line(target: int) -> Iterator[CutLine]:
    """Open such a line to a port, and close it."""
    line = CutLine(target)
    try:
        yield line
    finally:
        line.close()
