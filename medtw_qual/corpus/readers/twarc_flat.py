"""JSON lines as `twarc2 flatten` writes them: one post a line, with its author and referenced posts inlined."""

from collections.abc import Mapping
from typing import Any

from medtw_qual.corpus.json_records import json_values
from medtw_qual.corpus.post_collector import ERROR_OBJECT, NOT_A_POST, PostCollector
from medtw_qual.corpus.readers.api_v2 import take_author, take_post
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview

Json = Mapping[str, Any]
_MARKS = {"author_id", "conversation_id", "public_metrics", "referenced_tweets", "edit_history_tweet_ids", "__twarc"}


def _recognises(source: Source, preview: SourcePreview) -> str:
    for record in preview.objects:  # an optional key may be missing from any of them
        if {"id", "text"} <= set(record) and len(_MARKS & set(record)) >= 2:
            return "its lines are single posts of API version 2 (" + ", ".join(sorted(_MARKS & set(record))) + ")"
    start = preview.preamble
    if preview.cut_document and start.startswith("[") and '"author_id"' in start and '"text"' in start:
        return "it is a list of posts of API version 2"
    return ""


def _read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
    for post in json_values(source, preview, collector):
        if not isinstance(post, dict):
            collector.drop(NOT_A_POST)
        elif "text" not in post and "errors" in post:
            collector.drop(ERROR_OBJECT)
        else:
            collector.attempt(_take, post, collector)


def _take(post: Json, collector: PostCollector) -> None:
    author = post.get("author") or post.get("author_user")  # as twarc2 and as 4CAT call it
    if isinstance(author, dict):
        take_author(author, collector)
    around = {
        reference["id"]: reference
        for reference in post.get("referenced_tweets") or ()
        if "text" in reference and "id" in reference
    }
    take_post(post, around, {}, collector)


READER = SourceReader("twarc_flat", "API v2 posts, flattened (twarc2 flatten)", _recognises, _read)
