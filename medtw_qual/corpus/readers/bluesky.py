"""Bluesky: posts as its API returns them, feed items around them, and the lines of the Jetstream."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from medtw_qual.corpus.htmltext import html_to_text
from medtw_qual.corpus.json_records import json_values
from medtw_qual.corpus.post_collector import DELETED, NOT_A_POST, AuthorRow, PostCollector, PostRow
from medtw_qual.corpus.readers.json_form import NONE, part
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview
from medtw_qual.corpus.text_entities import find_hashtags

Json = Mapping[str, Any]
NOT_SHOWN = "post of a thread that the platform does not show (deleted or blocked)"
OTHER_EVENT = "event of the stream that is no post (like, follow, profile)"
_POST, _REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
_CUT = "[…]"
_NONE: dict[str, Any] = {}


def _recognises(source: Source, preview: SourcePreview) -> str:
    if any("did" in record and "kind" in record and "time_us" in record for record in preview.objects):
        return "its lines are events of the Jetstream ('did', 'time_us', 'kind')"
    if any(_view(entry) is not None for value in preview.objects for entry in _items(value)):
        return "its objects are Bluesky posts ('uri' at://, 'record')"
    start = preview.preamble
    if any(_tapped(record) is not None for record in preview.objects):
        return "its lines are events of Tap ('type': 'record', 'did', 'rkey')"
    if preview.cut_document and '"at://' in start and ('"record"' in start or f"/{_POST}/" in start):
        return "it is a list of Bluesky posts ('uri' at://, 'record')"
    return ""


def _view(value: object) -> dict[str, Any] | None:
    """Return the post in a value of the API: a view, an item of a feed around one, or a record of a repository."""
    if not isinstance(value, dict):
        return None
    held = value["post"] if isinstance(value.get("post"), dict) else value
    if not str(held.get("uri") or "").startswith("at://"):
        return None
    if isinstance(held.get("record"), dict):
        return held
    of_posts = f"/{_POST}/" in held["uri"] or f"/{_REPOST}/" in held["uri"]
    return {**held, "record": held["value"]} if of_posts and isinstance(held.get("value"), dict) else None


def _items(value: object) -> Iterator[object]:
    """Yield what lies in a page of the API: of a search, a feed, a repository, or a thread with its branches."""
    if not isinstance(value, dict):
        yield from value if isinstance(value, list) else [value]
        return
    lists = [value[key] for key in ("feed", "posts", "records") if isinstance(value.get(key), list)]
    thread = value.get("thread")
    if lists:
        yield from lists[0]
    elif isinstance(thread, dict):
        yield from _branches(thread)
    else:
        yield value


def _branches(node: object) -> Iterator[object]:
    """Yield the posts of a thread: those above, the post, those below."""
    waiting = [node]
    seen: set[str] = set()
    while waiting:
        entry = waiting.pop()
        if not isinstance(entry, dict):
            continue
        yield {"post": entry["post"]} if isinstance(entry.get("post"), dict) else entry
        for other in (entry.get("parent"), *(entry.get("replies") or ())):
            uri = str(part(other, "post").get("uri") or "") if isinstance(other, dict) else ""
            if uri not in seen:
                seen.add(uri) if uri else None
                waiting.append(other)


def _in_api_spelling(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """Spell fields as the API does; the SDK for Python writes like_count for likeCount and py_type for $type."""
    if isinstance(value, dict):
        return {_spelt(key): _in_api_spelling(entry) for key, entry in value.items()}
    return [_in_api_spelling(entry) for entry in value] if isinstance(value, list) else value


def _spelt(key: str) -> str:
    if key == "py_type":
        return "$type"
    first, *others = key.split("_")
    return first + "".join(entry.title() for entry in others) if others and first else key


def _is_of_sdk(value: Any) -> bool:  # noqa: ANN401 - JSON of any shape
    """Say whether a value is spelt as the SDK spells it, by fields that every post has."""
    if not isinstance(value, dict):
        return False
    held = _view(value)
    inner = held["record"] if held else NONE
    return "py_type" in value or "created_at" in inner or "py_type" in inner or "indexed_at" in (held or NONE)


def _tapped(value: object) -> dict[str, Any] | None:
    """Return an event of Tap in the shape of one of the Jetstream."""
    held = value.get("record") if isinstance(value, dict) and value.get("type") == "record" else None
    if not isinstance(held, dict) or not {"did", "collection", "rkey"} <= set(held):
        return None
    return {"did": held["did"], "kind": "commit", "commit": {**held, "operation": held.get("action")}}


def _read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
    for value in json_values(source, preview, collector):
        for entry in _items(value):
            collector.attempt(_take, _in_api_spelling(entry) if _is_of_sdk(entry) else entry, collector)


def _take(value: object, collector: PostCollector) -> None:
    value = _tapped(value) or value
    if isinstance(value, dict) and "kind" in value and "did" in value:
        _take_event(value, collector)
    elif isinstance(value, dict) and (value.get("notFound") or value.get("blocked")):
        collector.drop(NOT_SHOWN)
    elif (view := _view(value)) is not None and isinstance(value, dict):
        _take_view(view, value, collector)
    else:
        collector.drop(NOT_A_POST)


def _take_event(event: Json, collector: PostCollector) -> None:
    commit = event.get("commit") or _NONE
    kind, action = commit.get("collection"), commit.get("operation")
    heard = event.get("time_us")
    version = float(heard) if isinstance(heard, int | float) else None
    if event.get("kind") == "account":
        _take_account_event(event, version, collector)
        return
    uri = f"at://{event['did']}/{kind}/{commit.get('rkey', '')}"
    if kind not in (_POST, _REPOST):
        collector.drop(OTHER_EVENT)
    elif action == "delete":
        collector.drop(OTHER_EVENT)
        collector.withdraw(uri, DELETED, version)
    else:
        record = commit.get("record") or _NONE
        collector.author(collector.authors.get(event["did"]) or AuthorRow(event["did"]))
        arrived = _microseconds(event.get("time_us"))
        if kind == _REPOST:
            of = str((record.get("subject") or _NONE).get("uri") or "")
            when = record.get("createdAt") or arrived
            collector.post(PostRow(uri, event["did"], when, is_repost=True, repost_of_id=of), version=version)
        else:
            collector.post(_row(uri, event["did"], record, _NONE, arrived), version=version)


def _take_account_event(event: Json, version: float | None, collector: PostCollector) -> None:
    """Follow an account that was deleted, taken down or closed; the stream says later where it is back."""
    account = part(event, "account")
    collector.drop(OTHER_EVENT)
    if "active" in account:
        status = str(account.get("status") or "deleted")
        reason = f"its account is gone ({status})"
        collector.withdraw_author(str(event["did"]), reason, version, back=bool(account["active"]))


def _microseconds(value: object) -> str:
    try:
        return datetime.fromtimestamp(value / 1e6, UTC).isoformat() if isinstance(value, int | float) else ""
    except (OverflowError, ValueError):  # no time that a calendar knows
        return ""


def _take_view(view: Json, item: Json, collector: PostCollector) -> None:
    if f"/{_REPOST}/" in str(view["uri"]):
        _take_repost_record(view, collector)
        return
    author = view.get("author") or _NONE
    did = str(author.get("did") or str(view["uri"]).split("/")[2])
    name, described = author.get("displayName") or "", author.get("description") or ""
    collector.author(
        AuthorRow(
            author_id=did,
            handle=author.get("handle") or "",
            name=name,
            profile=described,
            followers=author.get("followersCount"),
        )
    )
    reason = item.get("reason") or _NONE
    if "Repost" in str(reason.get("$type") or ""):
        by = reason.get("by") or _NONE
        collector.author(AuthorRow(str(by.get("did") or ""), by.get("handle") or "", by.get("displayName") or ""))
        uri = str(reason.get("uri") or f"repost of {view['uri']} by {by.get('did')}")
        words = str(view["record"].get("text") or "")
        when = str(reason.get("indexedAt") or "")
        collector.post(
            PostRow(
                post_id=uri,
                author_id=str(by.get("did") or ""),
                created_at=when,
                text="",
                context=words,
                is_repost=True,
                repost_of_id=str(view["uri"]),
            )
        )
        return
    parent = ((item.get("reply") or _NONE).get("parent") or _NONE).get("record") or _NONE
    collector.post(_row(str(view["uri"]), did, view["record"], view, "", str(parent.get("text") or "")))


def _take_repost_record(view: Json, collector: PostCollector) -> None:
    did, record = str(view["uri"]).split("/")[2], part(view, "record")
    collector.author(collector.authors.get(did) or AuthorRow(did))
    of = str(part(record, "subject").get("uri") or "")
    when = str(record.get("createdAt") or "")
    collector.post(PostRow(str(view["uri"]), did, when, is_repost=True, repost_of_id=of))


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
        post_id=uri,
        author_id=did,
        created_at=str(record.get("createdAt") or arrived),
        text=text,
        context="\n\n".join(words for words in (quoted_words, answered) if words),
        is_reply=bool(answers),
        is_quote=bool(quoted),
        is_repost=False,
        conversation_id=str((reply.get("root") or _NONE).get("uri") or uri),
        reply_to_id=answers,
        lang=(record.get("langs") or [""])[0],
        hashtags=[*tags, *(str(tag) for tag in record.get("tags") or ())],
        mentions=mentions,
        urls=urls,
        media=media,
        alt_text=described,
        likes=view.get("likeCount"),
        reposts=view.get("repostCount"),
        text_complete=not text.rstrip().endswith(_CUT),
        reply_to_author_id=answers.split("/")[2] if answers.count("/") > 2 else "",
        quoted_id=quoted,
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
    record = part(shown, "record")
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
