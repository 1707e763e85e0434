"""What readers of JSON share: where the posts of a page lie, and how their fields become text, numbers and lists."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from medtw_qual.corpus.ids import id_text
from medtw_qual.corpus.json_records import json_values
from medtw_qual.corpus.post_collector import NOT_A_POST, PostCollector
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview

Json = Mapping[str, Any]
NONE: dict[str, Any] = {}


def json_reader(
    name: str,
    label: str,
    why: str,
    is_post: Callable[[Json], bool],
    take: Callable[[Json, PostCollector], None],
    *,
    lists: Iterable[str] = (),
    marks_in_head: Iterable[str] = (),
) -> SourceReader:
    """Return the reader of posts that are JSON objects: single ones, in lists, or in the lists of pages.

    Parameters
    ----------
    name, label : str
        As in `SourceReader`.
    why : str
        What is said where the format is recognised: the marks that only this format has.
    is_post : callable
        Whether an object is a post of this format.
    take : callable
        Hands one post in.
    lists : iterable of str
        Keys of a page below which its posts lie.
    marks_in_head : iterable of str
        Texts that all stand in the head of a file whose first value is longer than that head.
    """
    keys, marks = tuple(lists), tuple(marks_in_head)

    def recognises(source: Source, preview: SourcePreview) -> str:
        if any(
            is_post(entry) for value in preview.objects for entry in posts_of(value, keys) if isinstance(entry, dict)
        ):
            return why
        return why if preview.cut_document and marks and all(mark in preview.preamble for mark in marks) else ""

    def read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
        for value in json_values(source, preview, collector):
            found = 0
            for entry in posts_of(value, keys):
                found += 1
                if isinstance(entry, dict) and is_post(entry):
                    collector.attempt(take, entry, collector)
                else:
                    collector.drop(NOT_A_POST)
            if not found and not (isinstance(value, dict) and any(value.get(key) == [] for key in keys)):
                collector.drop(NOT_A_POST)

    return SourceReader(name, label, recognises, read)


def posts_of(value: object, keys: tuple[str, ...]) -> Iterator[object]:
    """Yield what lies in a value: the members of a page's lists, or the value itself."""
    if isinstance(value, list):
        for entry in value:
            yield from posts_of(entry, keys)
        return
    lists = [value[key] for key in keys if isinstance(value.get(key), list)] if isinstance(value, dict) else []
    if lists:
        for entry in lists:
            yield from entry
    else:
        yield value


def part(value: object, *path: str) -> Json:
    """Return an object that lies deeper in another; an empty one where there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else NONE


def words(value: Json, *names: str) -> str:
    """Return the first of these fields that holds a text."""
    for name in names:
        found = value.get(name)
        if found and isinstance(found, str):
            return found
    return ""


def ident(value: Json, *names: str) -> str:
    """Return the first of these fields that holds an id, as text."""
    for name in names:
        found = id_text(value.get(name))
        if found:
            return found
    return ""


def count(value: Json, *names: str) -> int | None:
    """Return the first of these fields that holds a whole number."""
    for name in names:
        found = value.get(name)
        if isinstance(found, str) and found.isdigit():
            return int(found)
        if isinstance(found, int | float) and not isinstance(found, bool) and float(found).is_integer():
            return int(found)
    return None


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects in a list; none where it is no list."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """Return the texts in a list; none where it is no list."""
    return [entry for entry in value if isinstance(entry, str) and entry] if isinstance(value, list) else []
