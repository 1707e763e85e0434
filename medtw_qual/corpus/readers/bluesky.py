"""Bluesky: posts as its API returns them, feed items around them, and the lines of the Jetstream."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from medtw_qual.corpus.htmltext import html_to_text
from medtw_qual.corpus.json_records import json_values
from medtw_qual.corpus.post_collector import NOT_A_POST, AuthorRow, PostCollector, PostRow
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview
from medtw_qual.corpus.text_entities import find_hashtags

Json = Mapping[str, Any]
DELETED = "deleted by its author while the stream ran"
OTHER_EVENT = "event of the stream that is no post (like, follow, profile)"
_POST, _REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
_CUT = "[…]"
_NONE: dict[str, Any] = {}


def _recognises(source: Source, preview: SourcePreview) -> str:
    if any("did" in record and "kind" in record and "time_us" in record for record in preview.objects):
        return "its lines are events of the Jetstream ('did', 'time_us', 'kind')"
    if any(_view(record) is not None for record in preview.objects):
        return "its objects are Bluesky posts ('uri' at://, 'record')"
    start = preview.preamble
    if any(_tapped(record) is not None for record in preview.objects):
        return "its lines are events of Tap ('type': 'record', 'did', 'rkey')"
    if preview.cut_document and '"at://' in start and '"record"' in start:
        return "it is a list of Bluesky posts ('uri' at://, 'record')"
    return ""


def _view(value: object) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("post"), dict):
        return value["post"] if "uri" in value["post"] else None
    return value if str(value.get("uri") or "").startswith("at://") and isinstance(value.get("record"), dict) else None


def _tapped(value: object) -> dict[str, Any] | None:
    """Return an event of Tap in the shape of one of the Jetstream."""
    held = value.get("record") if isinstance(value, dict) and value.get("type") == "record" else None
    if not isinstance(held, dict) or not {"did", "collection", "rkey"} <= set(held):
        return None
    return {"did": held["did"], "kind": "commit", "commit": {**held, "operation": held.get("action")}}


def _read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
    for value in json_values(source, preview, collector):
        collector.attempt(_take, value, collector)


def _take(value: object, collector: PostCollector) -> None:
    value = _tapped(value) or value
    if isinstance(value, dict) and "kind" in value and "did" in value:
        _take_event(value, collector)
    elif isinstance(value, dict) and isinstance(value.get("feed") or value.get("posts"), list):  # a page of the API
        for entry in value.get("feed") or value["posts"]:
            collector.attempt(_take, entry, collector)
    elif (view := _view(value)) is not None and isinstance(value, dict):
        _take_view(view, value, collector)
    else:
        collector.drop(NOT_A_POST)


def _take_event(event: Json, collector: PostCollector) -> None:
    commit = event.get("commit") or _NONE
    kind, action = commit.get("collection"), commit.get("operation")
    uri = f"at://{event['did']}/{kind}/{commit.get('rkey', '')}"
    if kind not in (_POST, _REPOST):
        collector.drop(OTHER_EVENT)
    elif action == "delete":
        collector.drop(OTHER_EVENT)
        collector.withdraw(uri, DELETED)
    else:
        record = commit.get("record") or _NONE
        collector.author(collector.authors.get(event["did"]) or AuthorRow(event["did"]))
        arrived = _microseconds(event.get("time_us"))
        if kind == _REPOST:
            of = str((record.get("subject") or _NONE).get("uri") or "")
            when = record.get("createdAt") or arrived
            collector.post(PostRow(uri, event["did"], when, is_repost=True, repost_of_id=of))
        else:
            collector.post(_row(uri, event["did"], record, _NONE, arrived))


def _microseconds(value: object) -> str:
    return datetime.fromtimestamp(value / 1e6, UTC).isoformat() if isinstance(value, int | float) else ""


def _take_view(view: Json, item: Json, collector: PostCollector) -> None:
    author = view.get("author") or _NONE
    did = str(author.get("did") or str(view["uri"]).split("/")[2])
    name, described = author.get("displayName") or "", author.get("description") or ""
    collector.author(AuthorRow(did, author.get("handle") or "", name, described, author.get("followersCount")))
    reason = item.get("reason") or _NONE
    if "Repost" in str(reason.get("$type") or ""):
        by = reason.get("by") or _NONE
        collector.author(AuthorRow(str(by.get("did") or ""), by.get("handle") or "", by.get("displayName") or ""))
        uri = str(reason.get("uri") or f"repost of {view['uri']} by {by.get('did')}")
        words = str(view["record"].get("text") or "")
        when = str(reason.get("indexedAt") or "")
        collector.post(
            PostRow(uri, str(by.get("did") or ""), when, "", words, is_repost=True, repost_of_id=str(view["uri"]))
        )
        return
    parent = ((item.get("reply") or _NONE).get("parent") or _NONE).get("record") or _NONE
    collector.post(_row(str(view["uri"]), did, view["record"], view, "", str(parent.get("text") or "")))


def _row(uri: str, did: str, record: Json, view: Json, arrived: str, answered: str = "") -> PostRow:
    text = str(record.get("text") or "")
    reply = record.get("reply") or _NONE
    answers = str((reply.get("parent") or _NONE).get("uri") or "")
    tags, mentions, urls = _facets(text, record.get("facets") or ())
    if text.rstrip().endswith(_CUT) and record.get("bridgyOriginalText"):  # a bridged post, its whole text beside
        text = html_to_text(str(record["bridgyOriginalText"]))
    embed, shown = record.get("embed") or _NONE, view.get("embed") or _NONE
    quoted = _quoted(embed)
    media, described = _media(embed, shown)
    quoted_words = _quoted_words(shown)
    return PostRow(
        uri,
        did,
        str(record.get("createdAt") or arrived),
        text,
        "\n\n".join(words for words in (quoted_words, answered) if words),
        bool(answers),
        bool(quoted),
        False,
        str((reply.get("root") or _NONE).get("uri") or uri),
        answers,
        (record.get("langs") or [""])[0],
        [*tags, *(str(tag) for tag in record.get("tags") or ())],
        mentions,
        urls,
        media,
        described,
        view.get("likeCount"),
        view.get("repostCount"),
        not text.rstrip().endswith(_CUT),
        answers.split("/")[2] if answers.count("/") > 2 else "",
        quoted,
    )


def _facets(text: str, facets: Iterable[Json]) -> tuple[list[str], list[str], list[str]]:
    """Read the platform's marks in the text; their offsets count bytes of UTF-8, not characters."""
    raw = text.encode("utf-8")
    tags: list[str] = []
    mentions: list[str] = []
    urls: list[str] = []
    for facet in facets:
        index = facet.get("index") or _NONE
        marked = raw[index.get("byteStart", 0) : index.get("byteEnd", 0)].decode("utf-8", "replace")
        for feature in facet.get("features") or ():
            # FlowStep by their fields: clients misspell the types, write empty features and spaces into tags.
            if feature.get("tag"):
                tags.append(str(feature["tag"]).strip().lstrip("#＃"))
            elif feature.get("did"):
                mentions.append(marked.strip().lstrip("@"))
            elif feature.get("uri"):
                urls.append(str(feature["uri"]))
    return tags or find_hashtags(text), mentions, urls


def _quoted(embed: Json) -> str:
    """Return the quoted post, alone or beside pictures; told by its address, since clients misspell the type."""
    record = embed.get("record") or _NONE
    inner = record["record"] if isinstance(record.get("record"), dict) else record
    uri = str(inner.get("uri") or "")
    return uri if f"/{_POST}/" in uri else ""  # a list, a feed or a profile may stand there, too


def _quoted_words(shown: Json) -> str:
    record = shown.get("record") or _NONE
    inner = record.get("record") if isinstance(record.get("record"), dict) else record
    return str(((inner or _NONE).get("value") or _NONE).get("text") or "")


def _media(embed: Json, shown: Json) -> tuple[list[str], list[str]]:
    held, seen = embed.get("media") or embed, shown.get("media") or shown
    if isinstance(held, list):  # some clients write a list where the schema has one object
        kinds = [str(item.get("mimeType") or "unknown") for item in held if isinstance(item, dict)]
        return kinds, [str(item["alt"]) for item in held if isinstance(item, dict) and item.get("alt")]
    seen = seen if isinstance(seen, dict) else _NONE
    images, pictures = held.get("images") or (), seen.get("images") or ()
    media = [str(picture.get("fullsize") or "image") for picture in pictures] or ["image"] * len(images)
    described = [str(image["alt"]) for image in images if image.get("alt")]
    if held.get("video") or "video" in str(held.get("$type") or ""):
        media.append(str(seen.get("playlist") or "video"))
        if held.get("alt"):
            described.append(str(held["alt"]))
    return media, described


READER = SourceReader("bluesky", "Bluesky posts, feeds or Jetstream lines", _recognises, _read)
