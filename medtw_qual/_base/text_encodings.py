"""Which encoding a text is in, and its characters as UTF-8, every one that cannot be read counted."""

import codecs
import io
from collections.abc import Callable
from typing import Any, BinaryIO, cast

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
REPLACEMENT = "\ufffd"


def find_encoding(head: bytes, whole: bool = False) -> str:
    r"""Return the encoding of a text: by its mark, by its zero bytes, or by whether it is UTF-8.

    Parameters
    ----------
    head : bytes
        The first bytes of the file.
    whole : bool
        Whether `head` is the whole file; otherwise a character that is cut off at its end does not count.

    Returns
    -------
    str
        "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", or "cp1252", which older spreadsheets on
        Windows write, for what is none of these.

    Examples
    --------
    >>> find_encoding("Zoë".encode("utf-8")), find_encoding("Zoë".encode("cp1252"), whole=True)
    ('utf-8', 'cp1252')
    >>> find_encoding("id;text\n1;thanks".encode("utf-16-be"))
    'utf-16-be'
    """
    marked = next((name for mark, name in _BOMS if head.startswith(mark)), "")
    if marked:
        return marked
    # In UTF-16 the line ends, digits and delimiters of any script have a zero byte, always on the same side.
    shown = head[: len(head) // 2 * 2][:20_000]
    first, second = shown[::2].count(0), shown[1::2].count(0)
    if max(first, second) > len(shown) // 40 and min(first, second) * 10 < max(first, second):
        return "utf-16-le" if second > first else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(head, final=whole)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def open_text(stream: BinaryIO, encoding: str, count: Callable[[int], None]) -> io.TextIOWrapper:
    """Open a stream of bytes as text whose line ends stay as they are.

    A character that cannot be read becomes U+FFFD, as the Unicode Standard (section 5.22) has it.

    Parameters
    ----------
    stream : binary stream
    encoding : str
        As `find_encoding` names it.
    count : function
        Is called with how many characters were replaced, each time that some were.
    """
    raw = _Utf8Stream(stream, encoding, count)
    return io.TextIOWrapper(io.BufferedReader(raw, _CHUNK), encoding="utf-8", errors="strict", newline="")


class _Utf8Stream(io.RawIOBase):
    """Bytes in any encoding, handed on as valid UTF-8.

    An error handler of its own would have to be registered for the whole interpreter; so the bytes are mended instead.
    """

    def __init__(self, stream: BinaryIO, encoding: str, count: Callable[[int], None]) -> None:
        self._stream, self._count = stream, count
        self._pending, self._ready, self._ended = b"", b"", False
        self._encoding = encoding
        self._decode: Callable[[bytes, str, bool], tuple[str, int]] | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        while not self._ready and not self._ended:
            more = self._stream.read(_CHUNK)
            self._ended = not more
            self._ready = self._utf8(more)
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _utf8(self, more: bytes) -> bytes:
        content = self._pending + more
        if self._decode is None:
            self._decode, content = _decoder(self._encoding, content)
        clean = True
        try:
            text, used = self._decode(content, "strict", self._ended)
        except UnicodeDecodeError:
            clean = False
            text, used = self._decode(content, "replace", self._ended)
            self._count(text.count(REPLACEMENT) - _written(content[:used], _PLAIN.get(self._decode, "")))
        self._pending = content[used:]
        return content[:used] if clean and self._decode is codecs.utf_8_decode else text.encode()


def _written(content: bytes, encoding: str) -> int:
    """Count the characters U+FFFD that the file itself holds."""
    return content.count(REPLACEMENT.encode(encoding)) if encoding else 0


def _cp1252(content: bytes, errors: str, final: bool) -> tuple[str, int]:
    return content.decode("cp1252", errors), len(content)


_PLAIN: dict[Any, str] = {
    codecs.utf_8_decode: "utf-8",
    codecs.utf_16_le_decode: "utf-16-le",
    codecs.utf_16_be_decode: "utf-16-be",
    codecs.utf_32_le_decode: "utf-32-le",
    codecs.utf_32_be_decode: "utf-32-be",
}


def _decoder(encoding: str, content: bytes) -> tuple[Callable[[bytes, str, bool], tuple[str, int]], bytes]:
    """Return the function that decodes, and the content without its mark."""
    if encoding == "cp1252":
        return _cp1252, content
    marks: tuple[tuple[bytes, Any], ...] = (
        (codecs.BOM_UTF8, codecs.utf_8_decode),
        (codecs.BOM_UTF32_LE, codecs.utf_32_le_decode),
        (codecs.BOM_UTF32_BE, codecs.utf_32_be_decode),
        (codecs.BOM_UTF16_LE, codecs.utf_16_le_decode),
        (codecs.BOM_UTF16_BE, codecs.utf_16_be_decode),
    )
    for mark, decode in marks:
        if content.startswith(mark):
            return cast("Any", decode), content[len(mark) :]
    named = next((decode for decode, name in _PLAIN.items() if name == encoding), codecs.utf_8_decode)
    return cast("Any", named), content
