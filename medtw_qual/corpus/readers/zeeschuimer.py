"""What the browser extension Zeeschuimer saves of platforms other than X: own words, author, time and id."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from medtw_qual.corpus.json_records import json_values
from medtw_qual.corpus.post_collector import NOT_A_POST, AuthorRow, PostCollector, PostRow
from medtw_qual.corpus.readers.json_form import Json, count, ident, objects, part, words
from medtw_qual.corpus.readers.mastodon_api import is_status, take_status
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview
from medtw_qual.corpus.text_entities import find_hashtags, find_mentions, find_urls
from medtw_qual.corpus.times import to_utc

PROMOTED = "advertisement that the platform put among the posts (promoted)"
_ENVELOPE = {"source_platform", "data"}
_ACTIVITY = re.compile(r"urn:li:(?:activity|ugcPost|share):(\d+)")
_LINKEDIN_BITS = 22  # the id of an activity begins with its time in milliseconds, 22 bits further left


def _recognises(source: Source, preview: SourcePreview) -> str:
    platforms = {_platform(entry) for entry in preview.objects if set(entry) >= _ENVELOPE}
    known = sorted(platforms & set(_TAKERS))
    return f"its lines are items that Zeeschuimer saved of {', '.join(known)}" if known else ""


def _platform(item: Json) -> str:
    """Return the platform without what the extension adds for kinds of items (tiktok.com, tiktok-comments)."""
    return words(item, "source_platform").removeprefix("www.")


def _read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
    for item in json_values(source, preview, collector):
        platform = _platform(item) if isinstance(item, dict) else ""
        data = part(item, "data")
        if platform in _TAKERS and data:
            collector.attempt(_TAKERS[platform], data, collector)
        elif platform:
            collector.drop(f"item of {platform}, which is not read here")
        else:
            collector.drop(NOT_A_POST)


def _seconds(value: Json, *names: str) -> str:
    when = count(value, *names)
    return to_utc(str(when)) if when else ""


def _hand_in(
    collector: PostCollector,
    author: AuthorRow,
    post_id: str,
    when: str,
    text: str,
    **more: Any,  # noqa: ANN401 - as in PostRow
) -> None:  # what follows is by name as in PostRow
    if author.author_id:
        collector.author(author)
    more.setdefault("hashtags", find_hashtags(text))
    collector.post(
        PostRow(
            post_id=post_id,
            author_id=author.author_id,
            created_at=when,
            text=text,
            mentions=find_mentions(text),
            urls=find_urls(text),
            **more,
        )
    )


def _number(data: Json) -> str:
    """Return the post's own number; the page writes the account's behind it (post_account)."""
    return ident(data, "pk", "id").partition("_")[0]


def _tiktok(data: Json, collector: PostCollector) -> None:
    author = part(data, "author")
    handle = words(author, "uniqueId") or words(data, "author")
    row = AuthorRow(
        author_id=ident(author, "id") or words(data, "authorId") or handle,
        handle=handle,
        name=words(author, "nickname") or words(data, "nickname"),
        profile=words(author, "signature"),
        followers=count(part(data, "authorStats"), "followerCount"),
    )
    if data.get("isAd"):
        collector.drop(PROMOTED)
        return
    stats = part(data, "stats")
    tags = [words(entry, "hashtagName") for entry in objects(data.get("textExtra")) if entry.get("hashtagName")]
    text = words(data, "desc")
    _hand_in(
        collector,
        row,
        ident(data, "id"),
        _seconds(data, "createTime"),
        text,
        media=["video"],
        hashtags=tags or find_hashtags(text),
        lang=words(data, "textLanguage"),
        likes=count(stats, "diggCount"),
        reposts=count(stats, "shareCount"),
    )


def _tiktok_comment(data: Json, collector: PostCollector) -> None:
    user = part(data, "user")
    row = AuthorRow(ident(user, "uid", "id"), words(user, "unique_id"), words(user, "nickname"))
    answered = ident(data, "reply_id")
    _hand_in(
        collector, row, ident(data, "cid"), _seconds(data, "create_time"), words(data, "text"), is_reply=True,
        reply_to_id=answered if answered not in ("", "0") else ident(data, "aweme_id"),
        conversation_id=ident(data, "aweme_id"), lang=words(data, "comment_language"), likes=count(data, "digg_count"),
    )  # fmt: skip


def _instagram(data: Json, collector: PostCollector) -> None:
    """Read a post in either of the forms in which the page receives it."""
    user = part(data, "user") or part(data, "owner")
    row = AuthorRow(ident(user, "pk", "id"), words(user, "username"), words(user, "full_name"))
    edges = objects(part(data, "edge_media_to_caption").get("edges"))
    text = words(part(data, "caption"), "text") or (words(part(edges[0], "node"), "text") if edges else "")
    likes = count(data, "like_count")
    described = words(data, "accessibility_caption")
    _hand_in(
        collector, row, _number(data), _seconds(data, "taken_at", "taken_at_timestamp"), text,
        likes=likes if likes is not None else count(part(data, "edge_media_preview_like"), "count"),
        media=[words(data, "product_type", "__typename") or "image"], alt_text=[described] if described else [],
    )  # fmt: skip


def _threads(data: Json, collector: PostCollector) -> None:
    user, info = part(data, "user"), part(data, "text_post_app_info")
    row = AuthorRow(ident(user, "pk", "id"), words(user, "username"), words(user, "full_name"))
    share = part(info, "share_info")
    quoted, reposted = part(share, "quoted_post"), part(share, "reposted_post")
    text = words(part(data, "caption"), "text")
    post_id = _number(data)
    if reposted:
        _hand_in(
            collector, row, post_id, _seconds(data, "taken_at"), "", is_repost=True,
            context=words(part(reposted, "caption"), "text"), repost_of_id=_number(reposted),
        )  # fmt: skip
        return
    answered = ident(part(info, "reply_to_author"), "pk", "id")
    _hand_in(
        collector, row, post_id, _seconds(data, "taken_at"), text, is_reply=bool(info.get("is_reply") or answered),
        reply_to_author_id=answered, is_quote=bool(quoted), quoted_id=_number(quoted),
        context=words(part(quoted, "caption"), "text"), likes=count(data, "like_count"),
        reposts=count(info, "repost_count"), media=["image"] if data.get("image_versions2") else [],
    )  # fmt: skip


def _linkedin(data: Json, collector: PostCollector) -> None:
    """Read an update; the page shows only how old it is ("2d"), so the time is taken from its id."""
    urn = words(data, "preDashEntityUrn", "entityUrn", "urn") or words(part(data, "updateMetadata"), "urn")
    found = _ACTIVITY.search(urn) or _ACTIVITY.search(words(part(data, "updateMetadata"), "urn"))
    actor = part(data, "actor")
    if "promot" in words(part(actor, "subDescription"), "text").lower():
        collector.drop(PROMOTED)
        return
    name = words(part(actor, "name"), "text")
    place = words(part(actor, "navigationContext"), "actionTarget").partition("?")[0].rstrip("/")
    author = words(actor, "backendUrn", "urn") or place or name
    row = AuthorRow(
        author_id=author, handle=place.rsplit("/", 1)[-1], name=name, profile=words(part(actor, "description"), "text")
    )
    text = words(part(data, "commentary", "text"), "text")
    counts = part(data, "socialDetail", "totalSocialActivityCounts")
    post_id = found.group(1) if found else ""
    when = to_utc(str(int(post_id) >> _LINKEDIN_BITS)) if len(post_id) >= 19 else ""
    shared = part(data, "resharedUpdate")
    of = _ACTIVITY.search(words(shared, "preDashEntityUrn", "entityUrn", "urn"))
    _hand_in(
        collector, row, post_id, when, text, is_quote=bool(shared and text), is_repost=bool(shared and not text),
        context=words(part(shared, "commentary", "text"), "text"), likes=count(counts, "numLikes"),
        **{"quoted_id" if text else "repost_of_id": of.group(1) if of else ""},
    )  # fmt: skip


def _status(data: Json, collector: PostCollector) -> None:
    if is_status(data):
        take_status(data, collector)
    else:
        collector.drop(NOT_A_POST)


_TAKERS: Mapping[str, Callable[[Json, PostCollector], None]] = {
    "tiktok.com": _tiktok,
    "tiktok-comments": _tiktok_comment,
    "tiktok.com-comments": _tiktok_comment,
    "instagram.com": _instagram,
    "threads.net": _threads,
    "threads.com": _threads,
    "linkedin.com": _linkedin,
    "truthsocial.com": _status,
    "gab.com": _status,
}


def platforms() -> Iterator[str]:
    """Yield the platforms whose items are read."""
    yield from _TAKERS


READER = SourceReader("zeeschuimer", "items saved by Zeeschuimer", _recognises, _read)
