"""Reddit: submissions and comments as JSON lines (the collections of research archives), or pages of its API."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from medtw_qual.corpus.json_records import json_values
from medtw_qual.corpus.post_collector import NOT_A_POST, AuthorRow, PostCollector, PostRow
from medtw_qual.corpus.readers.json_form import Json, count, ident, part, words
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview
from medtw_qual.corpus.text_entities import find_urls, unescape_once
from medtw_qual.corpus.times import to_utc

REMOVED = "removed from the platform before it was collected ([removed], [deleted])"
_GONE = frozenset({"[removed]", "[deleted]", "[deleted by user]", "[ Removed by Reddit ]"})
_NOBODY = frozenset({"", "[deleted]", "[removed]"})


def _is_post(value: object) -> bool:
    """A submission has a title and a text of its own, a comment the ids of what it answers; both name a subreddit."""
    if not isinstance(value, dict) or "subreddit" not in value or "created_utc" not in value:
        return False
    return ("body" in value and ("link_id" in value or "parent_id" in value)) or (
        "title" in value and "selftext" in value
    )


def _posts(value: object) -> Iterator[object]:
    """Yield the posts of a value: a post, one in its envelope ({kind, data}), or those of a listing, answers too."""
    if isinstance(value, list):
        for entry in value:
            yield from _posts(entry)
        return
    held = part(value, "data")
    if isinstance(held.get("children"), list):
        yield from _posts(held["children"])
    elif isinstance(value, dict) and value.get("kind") in ("t1", "t3") and held:
        yield held
        yield from _posts(held["replies"]) if isinstance(held.get("replies"), dict) else ()
    else:
        yield value


def _recognises(source: Source, preview: SourcePreview) -> str:
    if any(_is_post(entry) for value in preview.objects for entry in _posts(value)):
        return "its objects are submissions or comments of Reddit ('subreddit', 'created_utc')"
    head = preview.preamble
    if preview.cut_document and '"Listing"' in head and '"children"' in head and '"subreddit"' in head:
        return "it is a listing of Reddit's API"
    return ""


def _read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
    for value in json_values(source, preview, collector):
        for entry in _posts(value):
            if isinstance(entry, dict) and _is_post(entry):
                collector.attempt(_take, entry, collector)
            else:
                collector.drop(NOT_A_POST)


def _take(value: dict[str, Any], collector: PostCollector) -> None:
    comment = "body" in value
    post_id = f"{'t1' if comment else 't3'}_{ident(value, 'id').removeprefix('t1_').removeprefix('t3_')}"
    body = words(value, "body" if comment else "selftext")
    if body.strip() in _GONE or value.get("removed_by_category"):
        collector.drop_post(post_id, REMOVED)
        return
    author = words(value, "author")
    author = "" if author in _NOBODY else author  # the platform's word for a person who left is no person
    if author and author not in collector.authors:
        collector.author(AuthorRow(author, author))
    parts = (body,) if comment else (words(value, "title"), body)
    text = unescape_once("\n\n".join(entry for entry in parts if entry.strip()))
    edited = value.get("edited")
    version = float(edited) if isinstance(edited, int | float) and edited else None
    collector.post(_row(value, post_id, author, text, comment), version=version)


def _moment(seconds: object) -> str:
    """Return a time that is written as seconds since 1970; older collections write the number as text."""
    if type(seconds) is int:
        try:
            return datetime.fromtimestamp(seconds, UTC).isoformat()
        except (OverflowError, ValueError, OSError):
            return ""
    return to_utc(str(int(seconds) if isinstance(seconds, float) and seconds == seconds // 1 else seconds or ""))


def _row(value: Json, post_id: str, author: str, text: str, comment: bool) -> PostRow:
    shared = "" if comment else ident(value, "crosspost_parent")
    address = "" if comment or value.get("is_self") else words(value, "url")
    answers = ident(value, "parent_id") if comment else ""
    return PostRow(
        post_id=post_id,
        author_id=author,
        created_at=_moment(value.get("created_utc")),
        text=text,
        context="",
        is_reply=comment,
        is_quote=bool(shared),
        is_repost=False,
        conversation_id=ident(value, "link_id") if comment else post_id,
        reply_to_id=answers if answers.startswith(("t1_", "t3_")) else f"t1_{answers}" if answers else "",
        urls=list(dict.fromkeys([*find_urls(text), *([address] if address else [])])),
        media=[address] if address and words(value, "post_hint") in ("image", "hosted:video", "rich:video") else [],
        likes=count(value, "score"),
        quoted_id=shared,
    )


READER = SourceReader("reddit", "Reddit submissions and comments", _recognises, _read)
