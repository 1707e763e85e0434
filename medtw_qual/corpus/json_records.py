"""JSON as exports really contain it: torn lines, lone surrogates and other encodings are counted, not fatal."""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from medtw_qual._base.progress import track
from medtw_qual.corpus.post_collector import BAD_JSON, PostCollector
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview
from medtw_qual.errors import UnreadableFile

_SURROGATE = "lone surrogate became U+FFFD"
_BAD_BYTES = "line with bytes that are not UTF-8 (became U+FFFD)"


def json_lines(source: Source, encoding: str, collector: PostCollector) -> Iterator[Any]:
    """Yield the value of every line; a line that is no JSON is counted as dropped and the next one is read.

    Parameters
    ----------
    source : Source
    encoding : str
        As the preview found it; anything but UTF-8 is converted on the way.
    collector : PostCollector
        Where unreadable lines are counted.
    """
    loads = orjson.loads
    with source.open() as stream:
        lines = stream if encoding == "utf-8" else _utf8_lines(stream, encoding)
        for line in track(lines, f"Reading {source.name}", unit=" lines"):
            try:
                value = loads(line)
            except orjson.JSONDecodeError:
                if line.isspace() or not line:
                    continue
                value = mend_json(line, collector)
                if value is None:
                    collector.drop(BAD_JSON)
                    continue
            yield value


def _utf8_lines(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    for line in codecs.getreader(encoding)(stream, "replace"):
        yield line.encode("utf-8")


def json_values(source: Source, preview: SourcePreview, collector: PostCollector) -> Iterator[Any]:
    """Yield the values of a JSON file of either kind: its lines, or the members of its one list."""
    if preview.kind != "json document":
        yield from json_lines(source, preview.encoding, collector)
        return
    document = json_document(source, preview.encoding, collector)
    yield from document if isinstance(document, list) else [document]


def mend_json(raw: bytes, collector: PostCollector) -> Any:  # noqa: ANN401 - JSON of any shape
    """Parse what the strict parser refuses: broken bytes and lone surrogates become U+FFFD, counted. None: no JSON."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")
        collector.note(_BAD_BYTES)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    counted = [0]
    value = _without_surrogates(value, counted)
    if counted[0]:
        collector.note(_SURROGATE, counted[0])
    return value


def _without_surrogates(value: Any, counted: list[int]) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            counted[0] += sum("\ud800" <= char <= "\udfff" for char in value)
            return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in value)
        return value
    if isinstance(value, list):
        return [_without_surrogates(item, counted) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(k, counted): _without_surrogates(item, counted) for k, item in value.items()}
    return value


def json_document(source: Source, encoding: str, collector: PostCollector) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return the value of a file that is one JSON document.

    Raises
    ------
    UnreadableFile
        When the document is cut off or not JSON.
    """
    with source.open() as stream:
        raw = stream.read()
    if encoding != "utf-8":
        raw = raw.decode(encoding, "replace").encode("utf-8")
    return parse_document(raw, source, collector)


def parse_document(raw: bytes, source: Source, collector: PostCollector) -> Any:  # noqa: ANN401 - JSON of any shape
    """Parse one JSON document, mending what can be mended."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        value = mend_json(raw, collector)
        if value is None:
            raise UnreadableFile(
                f"{source.name} is JSON that breaks off or is damaged ({error}).",
                "Export or copy it again; half a document cannot be counted.",
            ) from error
        return value


def mend_pairs(raw: bytes, repeated: str) -> Any:  # noqa: ANN401 - JSON of any shape
    """Parse JSON whose objects may hold one key twice; the lists under that key are joined."""

    def join(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        joined = dict(pairs)
        lists = [value for key, value in pairs if key == repeated and isinstance(value, list)]
        if len(lists) > 1:
            joined[repeated] = [item for items in lists for item in items]
        return joined

    try:
        return json.loads(raw.decode("utf-8", "replace"), object_pairs_hook=join)
    except (ValueError, RecursionError):
        return None
