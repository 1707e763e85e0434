"""A Mastodon account's own archive: outbox.json, an ActivityPub collection whose texts are HTML."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from medtw_qual.corpus.htmltext import html_to_text
from medtw_qual.corpus.json_records import json_document, mend_json, mend_pairs
from medtw_qual.corpus.post_collector import NOT_A_POST, AuthorRow, PostCollector, PostRow
from medtw_qual.corpus.readers.json_form import objects
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.source_files import Source, siblings
from medtw_qual.corpus.source_preview import SourcePreview
from medtw_qual.corpus.text_entities import find_urls

Json = Mapping[str, Any]
NOT_PUBLIC = "not public (for followers or named people only)"
_ADDRESSES = re.compile(r'"orderedItems"\s*:\s*\[\s*"')  # likes.json and bookmarks.json list addresses only
_PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
# FEP-044f and Mastodon 4.5; the other names are those of Fedibird, Pleroma and Misskey.
_QUOTES = ("quote", "quoteUri", "quoteUrl", "_misskey_quote")
_NONE: dict[str, Any] = {}


def _recognises(source: Source, preview: SourcePreview) -> str:
    head = preview.preamble
    if '"OrderedCollection' in head and "activitystreams" in head and not _ADDRESSES.search(head):
        return "it is an ActivityPub outbox ('OrderedCollection')"
    return ""


def _read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
    document = _document(source, preview, collector)
    _take_owner(source, collector)
    items = document.get("orderedItems") or []
    announced = document.get("totalItems")
    if isinstance(announced, int) and announced != len(items):
        collector.note(f"the outbox announces {announced} items and holds {len(items)}")
    for item in items:
        collector.attempt(_take, item, collector)


def _take_owner(source: Source, collector: PostCollector) -> None:
    """Read the account's own description, which lies beside the outbox."""
    folder = source.member.rpartition("/")[0]  # several archives may lie in one folder or zip
    name = f"{folder}/actor.json" if folder else "actor.json"
    beside = next((entry for entry in siblings(source) if entry.member == name), None)
    actor = json_document(beside, "utf-8", collector) if beside else None
    if isinstance(actor, dict) and actor.get("id"):
        words = html_to_text(str(actor.get("summary") or ""))
        handle, name = str(actor.get("preferredUsername") or ""), str(actor.get("name") or "")
        collector.author(AuthorRow(author_id=str(actor["id"]), handle=handle, name=name, profile=words))


def _document(source: Source, preview: SourcePreview, collector: PostCollector) -> Json:
    """Load the outbox; some archives hold the key orderedItems twice, and then both lists count."""
    with source.open() as stream:
        raw = stream.read()
    if raw.count(b'"orderedItems"') < 2:
        value = json_document(source, preview.encoding, collector)
    else:
        value = mend_pairs(raw, "orderedItems") or mend_json(raw, collector) or orjson.loads(raw)
    return value if isinstance(value, dict) else _NONE


def _take(item: object, collector: PostCollector) -> None:
    if not isinstance(item, dict) or item.get("type") not in ("Create", "Announce"):
        collector.drop(NOT_A_POST)
        return
    actor = str(item.get("actor") or "")
    if not _PUBLIC & {*_listed(item.get("to")), *_listed(item.get("cc"))}:
        collector.drop(NOT_PUBLIC)
        return
    collector.author(collector.authors.get(actor) or AuthorRow(actor, actor.rstrip("/").rpartition("/")[2].lstrip("@")))
    held = item.get("object")
    when = str(item.get("published") or "")
    if item["type"] == "Announce":
        of = held if isinstance(held, str) else str((held or _NONE).get("id") or "")
        collector.post(PostRow(str(item.get("id") or ""), actor, when, is_repost=True, repost_of_id=of))
    elif isinstance(held, dict):
        collector.post(_row(held, actor, when))
    else:
        collector.drop(NOT_A_POST)


def _listed(value: object) -> list[str]:
    return [str(address) for address in value] if isinstance(value, list) else [str(value)] if value else []


def _row(note: Json, actor: str, when: str) -> PostRow:
    choices = [str(entry["name"]) for entry in objects(note.get("oneOf") or note.get("anyOf")) if entry.get("name")]
    parts = (html_to_text(str(note.get("content") or "")), "\n".join(choices))  # the choices of a poll
    words = "\n\n".join(entry for entry in parts if entry)
    warning = str(note.get("summary") or "")
    tags = [tag for tag in note.get("tag") or () if isinstance(tag, dict)]
    attached = [item for item in note.get("attachment") or () if isinstance(item, dict)]
    answers = str(note.get("inReplyTo") or "")
    quotes = next((str(note[key]) for key in _QUOTES if isinstance(note.get(key), str)), "")
    post_id = str(note.get("id") or "")
    languages = list(note.get("contentMap") or _NONE)
    return PostRow(
        post_id=post_id,
        author_id=actor,
        created_at=str(note.get("published") or when),
        text=f"{warning}\n\n{words}" if warning else words,
        context="",
        is_reply=bool(answers),
        is_quote=bool(quotes),
        conversation_id=str(note.get("conversation") or post_id),
        reply_to_id=answers,
        lang=languages[0] if languages else "",
        hashtags=[str(tag.get("name") or "").lstrip("#") for tag in tags if tag.get("type") == "Hashtag"],
        mentions=[str(tag.get("name") or "").lstrip("@") for tag in tags if tag.get("type") == "Mention"],
        urls=find_urls(words),
        media=[str(entry.get("url") or entry.get("mediaType") or "unknown") for entry in attached],
        alt_text=[str(entry["name"]) for entry in attached if entry.get("name")],
        quoted_id=quotes,
        reply_to_author_id=actor if answers.startswith(actor + "/") else "",
    )


READER = SourceReader("mastodon", "a Mastodon archive (outbox.json)", _recognises, _read)
