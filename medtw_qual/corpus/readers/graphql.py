"""Posts as the platform's own web page receives them (GraphQL), saved by Zeeschuimer or similar browser extensions."""

from collections.abc import Mapping
from typing import Any

from medtw_qual.corpus.json_records import json_values
from medtw_qual.corpus.post_collector import NOT_A_POST, PostCollector
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.readers.v1 import take_author, take_post
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview

Json = Mapping[str, Any]
TOMBSTONE = "tombstone: the platform no longer shows the post"
OTHER_PLATFORM = "item of another platform"
PROMOTED = "advertisement that the platform put among the posts (promoted)"
_PLATFORMS = ("twitter.com", "x.com")


def _recognises(source: Source, preview: SourcePreview) -> str:
    if any(_result(record) is not None for record in preview.objects):
        return "its objects are posts as the web page receives them ('rest_id', 'legacy')"
    if preview.cut_document and '"rest_id"' in preview.preamble and '"legacy"' in preview.preamble:
        return "it is a list of posts as the web page receives them ('rest_id', 'legacy')"
    return ""


def _result(value: object) -> dict[str, Any] | None:
    """Unwrap a post: from Zeeschuimer's envelope, from the page's result, from the notice of limited visibility."""
    for _ in range(6):
        if not isinstance(value, dict):
            return None
        if "legacy" in value and ("rest_id" in value or "id_str" in value["legacy"]):
            return value
        if value.get("__typename") == "TweetTombstone":
            return value
        value = next(
            (value[key] for key in ("data", "tweet", "result", "tweet_results", "tweetResult") if key in value), None
        )
    return None


def _read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
    for value in json_values(source, preview, collector):
        platform = value.get("source_platform") if isinstance(value, dict) else None
        result = _result(value)
        if result is None:
            collector.drop(OTHER_PLATFORM if platform and platform not in _PLATFORMS else NOT_A_POST)
        elif result.get("promoted"):
            collector.drop(PROMOTED)
        elif "legacy" not in result:
            collector.drop(TOMBSTONE)
        else:
            collector.attempt(take_result, result, collector)


def take_result(result: Json, collector: PostCollector) -> None:
    """Hand in one post with its author."""
    user = _user(result)
    take_author(user, collector)
    take_post(as_v1(result), collector, str(user.get("id_str") or ""))


def as_v1(result: Json) -> dict[str, Any]:
    """Return a GraphQL post in the shape of API version 1.1, its long text in first place."""
    legacy = dict(result["legacy"])
    legacy["id_str"] = str(result.get("rest_id") or legacy.get("id_str") or "")
    note = (((result.get("note_tweet") or {}).get("note_tweet_results") or {}).get("result")) or {}
    if note.get("text"):
        entities = note.get("entity_set") or legacy.get("entities") or {}
        legacy["extended_tweet"] = {
            "full_text": note["text"],
            "entities": entities,
            "extended_entities": legacy.get("extended_entities"),
        }
    legacy["user"] = _user(result)
    legacy["edit_control"] = result.get("edit_control")
    for name, inner in (
        ("retweeted_status", legacy.pop("retweeted_status_result", None)),
        ("quoted_status", result.get("quoted_status_result") or result.get("quoted_tweet")),
    ):
        nested = _result(inner)
        if nested is not None and "legacy" in nested:
            legacy[name] = as_v1(nested)
    return legacy


def _user(result: Json) -> dict[str, Any]:
    held = (((result.get("core") or {}).get("user_results") or {}).get("result")) or {}
    # Until 2023 the page got accounts beside the posts, in the older shape; Zeeschuimer put them into the post.
    legacy, core = held.get("legacy") or result.get("user") or {}, held.get("core") or {}
    place, told = held.get("location"), held.get("profile_bio") or {}
    counts = held.get("relationship_counts") or {}
    return {
        **legacy,
        "description": legacy.get("description") or told.get("description") or "",
        "followers_count": legacy.get("followers_count", counts.get("followers")),
        "id_str": str(held.get("rest_id") or result["legacy"].get("user_id_str") or ""),
        "screen_name": core.get("screen_name") or legacy.get("screen_name") or "",
        "name": core.get("name") or legacy.get("name") or "",
        "location": (place.get("location") if isinstance(place, dict) else None) or legacy.get("location") or "",
    }


READER = SourceReader("graphql", "GraphQL posts (Zeeschuimer and other browser exports)", _recognises, _read)
