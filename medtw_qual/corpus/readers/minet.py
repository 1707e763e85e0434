"""What minet and gazouilloire write, as CSV or JSON: the quoted words appended to a text are parted from it again."""

import re
from collections.abc import Mapping
from typing import Any

from medtw_qual.corpus.readers.table_layout import TableLayout, json_or_parts, reader_of

NOT_COLLECTED = "came along with another post (quoted or answered) and did not match the collection's query"


def part_quotation(row: dict[str, str]) -> dict[str, str]:
    """Move an appended quotation from the text to the context.

    Examples
    --------
    >>> text = "so true « dr_ko: rest is care — https://t.co/1 »"
    >>> row = {"text": text, "quoted_id": "7", "quoted_user": "dr_ko"}
    >>> part_quotation(row)["text"], part_quotation(row)["context"]
    ('so true', 'rest is care')
    """
    text, handle = row.get("text", ""), row.get("quoted_user", "")
    if not row.get("quoted_id") or not handle:
        return row
    start, words = _quoted_words(text, f"« {handle}: ")
    return row if start < 0 else {**row, "text": text[:start].rstrip(), "context": words}


def _quoted_words(text: str, opening: str) -> tuple[int, str]:
    """Return where an appended quotation begins (-1: there is none) and its words without the link after the dash.

    It is written as "own words « handle: the quoted words — https://twitter.com/handle/status/123 »".

    Examples
    --------
    >>> _quoted_words("so true « dr_ko: rest — really — is care — https://t.co/1 »", "« Dr_Ko: ")
    (8, 'rest — really — is care')
    >>> _quoted_words("so true", "« dr_ko: ")
    (-1, '')
    """
    start = _position(text, opening)
    body = text[start + len(opening) :].rstrip() if start >= 0 else ""
    if not body.endswith("»"):
        return -1, ""
    words = body[:-1].rstrip()
    last = words.split()[-1] if words else ""
    before = words[: len(words) - len(last)].rstrip()
    if before.endswith("—"):
        return start, before[:-1].rstrip()
    return start, words[: len(words) - len(last) + last.index("—")].rstrip() if "—" in last else words


def _position(text: str, opening: str) -> int:
    """Return where `opening` stands last, in capitals or not; lower case may be longer than what it is made from."""
    found = list(re.finditer(re.escape(opening), text, re.IGNORECASE)) if "«" in text else []
    return found[-1].start() if found else -1


def own_words_of_bluesky(row: dict[str, str]) -> dict[str, str]:
    """Take the author's own words from their column; the appended quotation stands in the other, with links unfolded.

    Examples
    --------
    >>> row = {"original_text": "so true", "text": "so true « @dr.ko.example: rest — https://bsky.app/1 »"}
    >>> own_words_of_bluesky(row | {"quoted_user_handle": "dr.ko.example"})["context"]
    'rest'
    """
    text, handle = row.get("text", ""), row.get("quoted_user_handle", "")
    _, words = _quoted_words(text, f"« @{handle}: ") if handle else (-1, "")
    quoted = row.get("quoted_uri", "")
    own = {
        "text": row.get("original_text", text),
        "context": words,
        "lang": next(iter(json_or_parts(row.get("user_langs", ""), "|")), ""),
        "quoted_uri": quoted if "/app.bsky.feed.post/" in quoted else "",  # a list or a profile may be quoted, too
        "to_root_post_uri": row.get("to_root_post_uri") or row.get("uri", ""),
    }
    by = row.get("repost_by_user_did", "")
    return {**row, **own, **(_reposted(row, by) if by else {})}


def _reposted(row: Mapping[str, str], by: str) -> dict[str, str]:
    """A feed shows a post once more where somebody reposted it: that row is the other account's repost."""
    return {
        "uri": f"repost of {row.get('uri', '')} by {by}",
        "reposted_uri": row.get("uri", ""),
        "user_did": by,
        "user_handle": row.get("repost_by_user_handle", ""),
        "user_display_name": "",
        "quoted_uri": "",
        "to_root_post_uri": "",
        "like_count": "",
        "repost_count": "",
        "timestamp_utc": row.get("repost_timestamp_utc", ""),
    }


def _passed_over(row: Mapping[str, str]) -> str:
    return NOT_COLLECTED if row.get("match_query", "").lower() in ("0", "false") else ""


def _unwrap(value: dict[str, Any]) -> dict[str, Any]:
    """Take a post out of the envelope of gazouilloire's database."""
    inner = value.get("_source")
    return {"id": value.get("_id"), **inner} if isinstance(inner, dict) else value


LAYOUT = TableLayout(
    name="minet",
    label="minet or gazouilloire",
    marks=(
        ("id", "timestamp_utc", "user_screen_name", "text", "retweeted_id"),
        ("id", "timestamp_utc", "local_time", "user_screen_name", "text"),
    ),
    columns={
        "post_id": "id",
        "author_id": "user_id",
        "created_at": "timestamp_utc",
        "text": "text",
        "context": "context",
        "reply_to_id": "to_tweetid",
        "reply_to_author_id": "to_userid",
        "quoted_id": "quoted_id",
        "repost_of_id": "retweeted_id",
        "lang": "lang",
        "hashtags": "hashtags",
        "mentions": "mentioned_names",
        "urls": "links",
        "media": "media_urls",
        "alt_text": "media_alt_texts",
        "likes": "like_count",
        "reposts": "retweet_count",
        "handle": "user_screen_name",
        "name": "user_name",
        "profile": "user_description",
        "followers": "user_followers",
        "location": "user_location",
    },
    separator="|",
    further=("quoted_user", "match_query", "local_time"),
    prepare=part_quotation,
    passed_over=_passed_over,
)
_READ_BY_PREPARE = (
    "original_text", "quoted_user_handle", "user_langs", "repost_by_user_did", "repost_by_user_handle",
    "repost_timestamp_utc", "match_query",
)  # fmt: skip
BLUESKY_LAYOUT = TableLayout(
    name="minet_bluesky",
    label="minet for Bluesky",
    marks=(("uri", "user_did", "timestamp_utc", "text", "original_text"),),
    columns={
        "post_id": "uri",
        "author_id": "user_did",
        "created_at": "timestamp_utc",
        "text": "text",
        "context": "context",
        "conversation_id": "to_root_post_uri",
        "reply_to_id": "to_post_uri",
        "reply_to_author_id": "to_user_did",
        "quoted_id": "quoted_uri",
        "repost_of_id": "reposted_uri",
        "lang": "lang",
        "hashtags": "hashtags",
        "mentions": "mentioned_user_handles",
        "urls": "links",
        "media": "media_urls",
        "alt_text": "media_alt_texts",
        "likes": "like_count",
        "reposts": "repost_count",
        "handle": "user_handle",
        "name": "user_display_name",
    },
    separator="|",
    further=_READ_BY_PREPARE,
    other_texts=("original_text",),
    prepare=own_words_of_bluesky,
    passed_over=_passed_over,
)
READER = reader_of(LAYOUT, _unwrap)
BLUESKY_READER = reader_of(BLUESKY_LAYOUT)
