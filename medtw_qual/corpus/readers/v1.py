"""Posts of API version 1.1, one JSON object each: `full_text`, or `text` with `extended_tweet`; reposts nested."""

from collections.abc import Mapping
from typing import Any

from medtw_qual.corpus.ids import id_text
from medtw_qual.corpus.json_records import json_values
from medtw_qual.corpus.post_collector import (
    DELETED,
    ERROR_OBJECT,
    NOT_A_POST,
    WITHHELD,
    AuthorRow,
    PostCollector,
    PostRow,
)
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview
from medtw_qual.corpus.text_entities import find_hashtags, find_mentions, find_urls, is_cut, unescape_once

Json = Mapping[str, Any]
STREAM_NOTICE = "notice of the stream (limit, deletion, disconnection)"
_ACCOUNT_NOTICES = {
    "user_delete": "its account was deleted",
    "user_suspend": "its account was suspended",
    "user_protect": "its account was protected",
    "user_withheld": "its account was withheld by the platform",
}
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: f"{number:02d}" for number, name in enumerate(_MONTH_NAMES, 1)}
_ACCOUNT = {"screen_name", "id_str"}  # other platforms call an account a user, too, and spell its fields otherwise
_NONE: dict[str, Any] = {}


def _recognises(source: Source, preview: SourcePreview) -> str:
    if any(is_v1(record) for record in preview.objects):
        return "its objects are posts of API version 1.1 ('id_str', 'user')"
    if any(is_v1(record) for page in preview.objects for record in _listed_posts(page)):
        return "it is a page of the search of API version 1.1 ('statuses')"
    start = preview.preamble
    if preview.cut_document and '"rest_id"' not in start and ('"id_str"' in start or '"full_text"' in start):
        return "it is a list of posts of API version 1.1 ('id_str')" if '"legacy"' not in start else ""
    return ""


def _listed_posts(page: Json) -> list[Any]:
    listed = page.get("statuses")
    return listed if isinstance(listed, list) else []


def is_v1(value: object) -> bool:
    """Say whether an object looks like a post of API version 1.1."""
    return (
        isinstance(value, dict)
        and bool({"id_str", "id"} & set(value))
        and bool({"full_text", "text"} & set(value))
        and isinstance(value.get("user"), dict)
        and bool(_ACCOUNT & set(value["user"]))
    )


def iso_time(written: str) -> str:
    """Turn the platform's old way of writing times into ISO 8601.

    Examples
    --------
    >>> iso_time("Thu Jul 28 16:10:07 +0000 2022")
    '2022-07-28T16:10:07+00:00'
    """
    parts = written.split()
    if len(parts) == 6 and parts[1] in _MONTHS:
        zone = f"{parts[4][:3]}:{parts[4][3:]}"
        return f"{parts[5]}-{_MONTHS[parts[1]]}-{int(parts[2]):02d}T{parts[3]}{zone}"
    return written


def _read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
    for value in json_values(source, preview, collector):
        collector.attempt(_take_record, value, collector)


def _take_record(value: object, collector: PostCollector) -> None:
    if not isinstance(value, dict):
        collector.drop(NOT_A_POST)
    elif {"full_text", "text"} & set(value):
        take_author(value.get("user") or _NONE, collector)
        take_post(value, collector)
    elif isinstance(value.get("statuses"), list):  # a page of the search
        for status in value["statuses"]:
            collector.attempt(_take_record, status, collector)
    elif "delete" in value:
        collector.drop(STREAM_NOTICE)
        collector.withdraw(_text_of((value["delete"].get("status") or _NONE), "id_str", "id"), DELETED)
    elif account := next((entry for entry in _ACCOUNT_NOTICES if entry in value), ""):
        collector.drop(STREAM_NOTICE)
        collector.withdraw_author(_text_of(value[account], "id_str", "id"), _ACCOUNT_NOTICES[account])
    elif "status_withheld" in value:
        collector.drop(STREAM_NOTICE)
        collector.withdraw(_text_of(value["status_withheld"], "id_str", "id"), WITHHELD)
    elif "errors" in value:
        collector.drop(ERROR_OBJECT)
    else:
        collector.drop(STREAM_NOTICE if len(value) == 1 else NOT_A_POST)


def take_author(user: Json, collector: PostCollector) -> None:
    """Hand an account in."""
    author_id = _text_of(user, "id_str", "id")
    if author_id:
        collector.author(
            AuthorRow(
                author_id=author_id,
                handle=user.get("screen_name") or "",
                name=user.get("name") or "",
                profile=unescape_once(user.get("description") or ""),
                followers=whole(user.get("followers_count")),
                location=user.get("location") or "",
            )
        )


def own_words(post: Json) -> tuple[str, Json, bool]:
    """Return a post's words, the entities that belong to them, and whether the words are whole."""
    long = post.get("extended_tweet")
    if isinstance(long, dict) and long.get("full_text"):
        return unescape_once(long["full_text"]), long.get("entities") or _NONE, True
    text = unescape_once(str(post.get("full_text") or post.get("text") or ""))
    return text, post.get("entities") or _NONE, not (post.get("truncated") or is_cut(text))


def take_post(post: Json, collector: PostCollector, author_id: str = "") -> None:
    """Hand a post in; the words of what it quotes are its context, those of what it reposts too."""
    post_id = _text_of(post, "id_str", "id")
    if post.get("withheld_copyright") or post.get("withheld_in_countries"):
        collector.drop_post(post_id, WITHHELD)
        return
    text, entities, complete = own_words(post)
    original, quoted = post.get("retweeted_status"), post.get("quoted_status")
    repost_of = _text_of(original, "id_str", "id") if isinstance(original, dict) else ""
    context = own_words(quoted)[0] if isinstance(quoted, dict) else ""
    if isinstance(original, dict):
        context, _, complete = own_words(original)
        text = ""
    shown, described = _media(post)
    quotes = _text_of(post, "quoted_status_id_str", "quoted_status_id")
    answers = _text_of(post, "in_reply_to_status_id_str", "in_reply_to_status_id")
    answered_author = _text_of(post, "in_reply_to_user_id_str", "in_reply_to_user_id")
    collector.post(
        PostRow(
            post_id=post_id,
            author_id=_text_of(post.get("user") or _NONE, "id_str", "id") or author_id,
            created_at=iso_time(str(post.get("created_at") or "")),
            text=text,
            context=context,
            is_reply=bool(answers or answered_author),
            is_quote=bool(quotes) and not isinstance(original, dict),
            is_repost=isinstance(original, dict),
            conversation_id=_text_of(post, "conversation_id_str"),
            reply_to_id=answers,
            lang=post.get("lang") or "",
            hashtags=_listed(entities, "hashtags", "text") if entities else find_hashtags(text),
            mentions=_listed(entities, "user_mentions", "screen_name") if entities else find_mentions(text),
            urls=_listed(entities, "urls", "expanded_url") if entities else find_urls(text),
            media=shown,
            alt_text=described,
            likes=whole(post.get("favorite_count")),
            reposts=whole(post.get("retweet_count")),
            text_complete=complete,
            reply_to_author_id=answered_author,
            quoted_id=quotes,
            repost_of_id=repost_of,
        ),
        _editions(post),
    )


def _editions(post: Json) -> list[str]:
    """Return the ids of all versions of an edited post, oldest first, by whichever name the source tells them."""
    told = post.get("edit_control") or post.get("edit_info") or post.get("edit_history") or _NONE
    inner = told.get("initial") or (told.get("edit") or _NONE).get("editControlInitial") or told
    inner = inner.get("edit_control_initial") or inner
    return [str(id_) for id_ in inner.get("edit_tweet_ids") or inner.get("editTweetIds") or ()]


def _text_of(value: Json, *names: str) -> str:
    for name in names:
        found = id_text(value.get(name))
        if found and found != "0":
            return found
    return ""


def whole(value: object) -> int | None:
    """Return a count that may be written as text, or None."""
    try:
        return int(str(value)) if value is not None else None
    except ValueError:
        return None


def _listed(entities: Json, kind: str, field: str) -> list[str]:
    return [str(entity.get(field) or "") for entity in entities.get(kind) or () if entity.get(field)]


def _media(post: Json) -> tuple[list[str], list[str]]:
    inner = post.get("extended_tweet") or post
    held = inner.get("extended_entities") or post.get("extended_entities") or inner.get("entities") or _NONE
    found = held.get("media") or ()
    shown = [item.get("media_url_https") or item.get("media_url") or item.get("type") or "unknown" for item in found]
    return shown, [item["ext_alt_text"] for item in found if item.get("ext_alt_text")]


READER = SourceReader("v1", "API v1.1 posts (JSON or JSON lines)", _recognises, _read)
