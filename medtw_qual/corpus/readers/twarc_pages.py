"""JSON lines as twarc2 writes them: a page of the API a line, accounts and referenced posts beside the posts."""

from collections.abc import Mapping
from typing import Any

from medtw_qual.corpus.json_records import json_values
from medtw_qual.corpus.post_collector import ERROR_OBJECT, NOT_A_POST, PostCollector
from medtw_qual.corpus.readers.api_v2 import take_author, take_post
from medtw_qual.corpus.readers.json_form import part
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.reading_report import CONTEXT_ONLY
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview

Json = Mapping[str, Any]
_MARKS = {"author_id", "edit_history_tweet_ids", "public_metrics", "conversation_id", "referenced_tweets"}


def _recognises(source: Source, preview: SourcePreview) -> str:
    if any(_is_page(record) for record in preview.objects):
        return "its lines are pages of API version 2 ('data' beside 'includes' or 'meta')"
    start = preview.preamble
    if (
        preview.cut_document
        and '"data"' in start[:40]
        and '"text"' in start
        and any(f'"{entry}"' in start for entry in _MARKS)
    ):
        return "it is one page of API version 2"
    return ""


def _is_page(value: object) -> bool:
    """Many APIs call their answer "data": only fields count that this one has alone."""
    if not isinstance(value, dict) or {"text", "full_text"} & set(value):
        return False
    if "__twarc" in value or ("errors" in value and "includes" in value):
        return True
    found = value.get("data")
    posts = [entry for entry in (found if isinstance(found, list) else [found]) if isinstance(entry, dict)]
    if any("id" in entry and ({"text", "note_tweet"} & set(entry)) and (_MARKS & set(entry)) for entry in posts):
        return True
    said = set(part(value, "meta"))
    return not posts and bool(found is None or found == []) and bool({"result_count", "newest_id"} & said)


def _read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
    for page in json_values(source, preview, collector):
        if isinstance(page, dict):
            collector.attempt(_take_page, page, collector)
        else:
            collector.drop(NOT_A_POST)


def _take_page(page: Json, collector: PostCollector) -> None:
    includes = page.get("includes") or {}
    for user in includes.get("users") or ():
        collector.attempt(take_author, user, collector)
    posts = {tweet["id"]: tweet for tweet in includes.get("tweets") or () if "id" in tweet}
    media = {item["media_key"]: item for item in includes.get("media") or () if "media_key" in item}
    data = page.get("data")
    found = data if isinstance(data, list) else [data] if data else []
    around = {**posts, **{tweet["id"]: tweet for tweet in found if isinstance(tweet, dict) and "id" in tweet}}
    for post in found:
        collector.attempt(take_post, post, around, media, collector)
    errors = page.get("errors") or ()
    collector.drop(ERROR_OBJECT, len(errors))
    if not found and not errors and (page.get("meta") or {}).get("result_count") != 0:
        collector.drop(NOT_A_POST)
    collector.note(CONTEXT_ONLY, len(posts.keys() - {o.get("id") for o in found}))


READER = SourceReader("twarc_pages", "API v2 pages (twarc2 JSONL)", _recognises, _read)
