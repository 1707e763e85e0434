"""JSON lines as `twarc2 flatten` writes them: one post a line, with its author and referenced posts inlined."""

from collections.abc import Mapping
from typing import Any

from medtw_qual.corpus.glimpse import Glimpse, shared_keys
from medtw_qual.corpus.intake import ERROR_OBJECT, NOT_A_POST, Intake
from medtw_qual.corpus.jsonstream import json_values
from medtw_qual.corpus.readers.api_v2 import take_author, take_post
from medtw_qual.corpus.readers.protocol import Mapped, Reader
from medtw_qual.corpus.sources import Source

Json = Mapping[str, Any]
_MARKS = {"author_id", "conversation_id", "public_metrics", "referenced_tweets", "edit_history_tweet_ids", "__twarc"}


def _recognises(source: Source, glimpse: Glimpse) -> str:
    keys = shared_keys([one for one in glimpse.objects if "text" in one])
    if {"id", "text"} <= keys and len(_MARKS & keys) >= 2:
        return "its lines are single posts of API version 2 (" + ", ".join(sorted(_MARKS & keys)) + ")"
    start = glimpse.preamble
    if glimpse.cut_document and start.startswith("[") and '"author_id"' in start and '"text"' in start:
        return "it is a list of posts of API version 2"
    return ""


def _read(source: Source, glimpse: Glimpse, mapped: Mapped, intake: Intake) -> None:
    for post in json_values(source, glimpse, intake):
        if not isinstance(post, dict):
            intake.drop(NOT_A_POST)
        elif "text" not in post and "errors" in post:
            intake.drop(ERROR_OBJECT)
        else:
            intake.attempt(_take, post, intake)


def _take(post: Json, intake: Intake) -> None:
    author = post.get("author") or post.get("author_user")  # as twarc2 and as 4CAT call it
    if isinstance(author, dict):
        take_author(author, intake)
    around = {one["id"]: one for one in post.get("referenced_tweets") or () if "text" in one and "id" in one}
    take_post(post, around, {}, intake)


READER = Reader("twarc_flat", "API v2 posts, flattened (twarc2 flatten)", _recognises, _read)
