"""Invented posts in the shapes that real exports have; nobody wrote them on a platform."""

from pathlib import Path
from typing import Any

import orjson

USERS = {
    "11": {"id": "11", "username": "ward_seven", "name": "Ward Seven", "description": "night nurse &amp; gardener"},
    "12": {"id": "12", "username": "dr_imagined", "name": "Dr I.", "description": "anaesthetist"},
}


def post(number: int, text: str, author: str = "11", **fields: Any) -> dict[str, Any]:
    """One API v2 post; ids are 19 digits long and end in `number`."""
    return {
        "id": post_id(number),
        "author_id": author,
        "conversation_id": post_id(number),
        "created_at": f"2020-12-01T08:{number // 60:02d}:{number % 60:02d}.000Z",
        "text": text,
        "lang": "en",
        "public_metrics": {"like_count": 1, "retweet_count": 0, "reply_count": 0, "quote_count": 0},
    } | fields


def post_id(number: int) -> str:
    return str(1333333333333300001 + number)


def answers(number: int) -> list[dict[str, str]]:
    return [{"type": "replied_to", "id": post_id(number)}]


def page(posts: list[Any], **more: Any) -> dict[str, Any]:
    return {
        "data": posts,
        "includes": {"users": list(USERS.values())},
        "meta": {"result_count": len(posts)},
        "__twarc": {"url": "https://api.example.org/2/tweets/search/all", "version": "2.14.0"},
    } | more


def write_lines(path: Path, values: list[Any]) -> Path:
    path.write_bytes(b"\n".join(orjson.dumps(value) for value in values) + b"\n")
    return path
