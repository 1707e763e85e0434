"""Tables and lists of twitter-web-exporter, a browser extension; its JSON holds the same columns as its CSV."""

from collections.abc import Mapping
from typing import Any

import orjson

from medtw_qual.corpus.glimpse import Glimpse
from medtw_qual.corpus.ids import IdCheck
from medtw_qual.corpus.intake import NOT_A_POST, Intake
from medtw_qual.corpus.jsonstream import json_values
from medtw_qual.corpus.readers.layout import Layout, read_rows, reader_of, take_row
from medtw_qual.corpus.readers.protocol import Mapped, Reader
from medtw_qual.corpus.sources import Source

_MARKS = ("id", "full_text", "screen_name", "retweeted_status", "quoted_status")
LAYOUT = Layout(
    name="web_exporter",
    label="twitter-web-exporter",
    marks=(_MARKS,),
    columns={
        "post_id": "id",
        "author_id": "user_id",
        "created_at": "created_at",
        "text": "full_text",
        "reply_to_id": "in_reply_to",
        "quoted_id": "quoted_status",
        "repost_of_id": "retweeted_status",
        "media": "media",
        "likes": "favorite_count",
        "reposts": "retweet_count",
        "handle": "screen_name",
        "name": "name",
    },
    separator="json",
    escaped=True,
    time_zone="",
)
_TABLE = reader_of(LAYOUT)


def _recognises(source: Source, glimpse: Glimpse) -> str:
    if any(set(_MARKS) <= set(one) for one in glimpse.objects):
        return f"its objects are those of {LAYOUT.label}"
    if glimpse.kind == "json document" and all(
        f'"{mark}"' in glimpse.preamble for mark in ("full_text", "screen_name")
    ):
        return f"it is a list as {LAYOUT.label} writes it" if '"user"' not in glimpse.preamble else ""
    return _TABLE.recognises(source, glimpse)


def _read(source: Source, glimpse: Glimpse, mapped: Mapped, intake: Intake) -> None:
    if glimpse.kind in ("table", "workbook"):
        read_rows(LAYOUT, source, glimpse, intake, mapped.time_zone)
        return
    check = IdCheck(source.name)
    for value in json_values(source, glimpse, intake):
        if isinstance(value, dict) and "full_text" in value:
            take_row({key: _cell(one) for key, one in value.items()}, LAYOUT, check, intake, mapped.time_zone)
        else:
            intake.drop(NOT_A_POST)
    check.finish()


def _cell(value: Any) -> str:  # noqa: ANN401 - JSON of any shape
    if value is None:
        return ""
    return orjson.dumps(value).decode() if isinstance(value, list | Mapping) else str(value)


READER = Reader(LAYOUT.name, LAYOUT.label, _recognises, _read)
