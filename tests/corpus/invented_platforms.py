"""Writers of further formats, one post each by number; all words are invented. The shapes are the documented ones."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Posts = Sequence[tuple[str, str]]
ISO, SECONDS = "2024-11-20T10:00:00.000Z", 1732096800


def _lines(path: Path, values: Sequence[Any]) -> Path:
    path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")
    return path


def mastodon_api(path: Path, posts: Posts) -> Path:
    account = {"id": "7", "username": "w7", "acct": "w7@a.example", "display_name": "W", "note": "<p>nurse</p>"}
    values = [
        {"id": number, "created_at": ISO, "content": f"<p>{text}</p>", "account": account, "visibility": "public",
         "spoiler_text": "", "reblog": None, "language": "en", "tags": [], "mentions": [], "media_attachments": [],
         "favourites_count": 3, "reblogs_count": 1, "in_reply_to_id": None, "uri": f"https://a.example/{number}"}
        for number, text in posts
    ]  # fmt: skip
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


def threads(path: Path, posts: Posts) -> Path:
    data = [
        {"id": number, "media_product_type": "THREADS", "media_type": "TEXT_POST", "username": "w7", "text": text,
         "timestamp": "2024-11-20T10:00:00+0000", "is_quote_post": False}
        for number, text in posts
    ]  # fmt: skip
    path.write_text(json.dumps({"data": data, "paging": {"cursors": {}}}), encoding="utf-8")
    return path


def reddit(path: Path, posts: Posts) -> Path:
    fixed = {"subreddit": "inventednurses", "created_utc": SECONDS, "author": "w7", "score": 3}
    values = [{"id": number, "body": text, "link_id": "t3_x", "parent_id": "t3_x", **fixed} for number, text in posts]
    return _lines(path, values)


def snscrape(path: Path, posts: Posts) -> Path:
    user = {"username": "w7", "id": 7, "displayname": "W", "followersCount": 5}
    fixed = {"_type": "snscrape.modules.twitter.Tweet", "date": "2020-12-01T08:00:00+00:00", "user": user, "lang": "en"}
    values = [{**fixed, "id": int(number), "rawContent": text, "conversationId": int(number)} for number, text in posts]
    return _lines(path, values)


def twint(path: Path, posts: Posts) -> Path:
    fixed = {"created_at": "2020-12-01 08:00:00 UTC", "user_id": 7, "username": "w7", "name": "W", "language": "en"}
    values = [{**fixed, "id": int(number), "conversation_id": number, "tweet": text} for number, text in posts]
    return _lines(path, values)


def bluesky_sdk(path: Path, posts: Posts) -> Path:
    author = {"did": "did:plc:w7", "handle": "w7.example", "display_name": "W", "py_type": "app.bsky.actor.defs"}
    values = [
        {"author": author, "cid": "c", "indexed_at": ISO, "uri": f"at://did:plc:w7/app.bsky.feed.post/{number}",
         "record": {"created_at": ISO, "text": text, "py_type": "app.bsky.feed.post"}, "like_count": 2}
        for number, text in posts
    ]  # fmt: skip
    return _lines(path, values)


def bluesky_records(path: Path, posts: Posts) -> Path:
    records = [
        {"uri": f"at://did:plc:w7/app.bsky.feed.post/{number}", "cid": "c",
         "value": {"$type": "app.bsky.feed.post", "text": text, "createdAt": ISO}}
        for number, text in posts
    ]  # fmt: skip
    path.write_text(json.dumps({"records": records, "cursor": "x"}), encoding="utf-8")
    return path


def bluesky_search(path: Path, posts: Posts) -> Path:
    found = [
        {"uri": f"at://did:plc:w7/app.bsky.feed.post/{number}", "cid": "c",
         "author": {"did": "did:plc:w7", "handle": "w7.example"},
         "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": ISO}}
        for number, text in posts
    ]  # fmt: skip
    path.write_text(json.dumps({"posts": found, "cursor": "x"}), encoding="utf-8")
    return path


def _saved(platform: str, item: Callable[[str, str], dict[str, Any]]) -> Callable[[Path, Posts], Path]:
    def write(path: Path, posts: Posts) -> Path:
        envelope = {"nav_index": "1:1", "timestamp_collected": SECONDS * 1000, "source_platform": platform}
        return _lines(path, [{**envelope, "item_id": number, "data": item(number, text)} for number, text in posts])

    return write


def _tiktok(number: str, text: str) -> dict[str, Any]:
    author = {"id": "7", "uniqueId": "w7", "nickname": "W"}
    return {"id": number, "desc": text, "createTime": SECONDS, "author": author, "stats": {"diggCount": 3}}


def _instagram(number: str, text: str) -> dict[str, Any]:
    user = {"pk": "7", "username": "w7", "full_name": "W"}
    return {"id": f"{number}_7", "pk": number, "caption": {"text": text}, "taken_at": SECONDS, "user": user}


def _threads_item(number: str, text: str) -> dict[str, Any]:
    return {**_instagram(number, text), "text_post_app_info": {"repost_count": 1, "share_info": {}}}


def _linkedin(number: str, text: str) -> dict[str, Any]:
    actor = {"name": {"text": "W Seven"}, "navigationContext": {"actionTarget": "https://l.example/in/w7?x=1"}}
    urn = f"urn:li:fs_updateV2:(urn:li:activity:{number},FEED)"
    return {"preDashEntityUrn": urn, "actor": actor, "commentary": {"text": {"text": text}}}


JSON_WRITERS: dict[str, Callable[[Path, Posts], Path]] = {
    "mastodon_api": mastodon_api,
    "threads": threads,
    "reddit": reddit,
    "snscrape": snscrape,
    "twint": twint,
    "bluesky_sdk": bluesky_sdk,
    "bluesky_records": bluesky_records,
    "bluesky_search": bluesky_search,
    "zeeschuimer_tiktok": _saved("tiktok.com", _tiktok),
    "zeeschuimer_instagram": _saved("instagram.com", _instagram),
    "zeeschuimer_threads": _saved("threads.net", _threads_item),
    "zeeschuimer_linkedin": _saved("linkedin.com", _linkedin),
}
