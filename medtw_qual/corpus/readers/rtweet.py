"""Tables of the R package rtweet, before and since its version 1.0; it writes ids with an x so that they stay text."""

import re

from medtw_qual.corpus.readers.table_layout import TableLayout, reader_of

_MARKED = re.compile(r"x\d{5,}")


def _without_x(row: dict[str, str]) -> dict[str, str]:
    """Take off the x that ``write_as_csv(prepend_ids = TRUE)`` puts before ids.

    Examples
    --------
    >>> _without_x({"status_id": "x1331967234567890123", "text": "x1"})
    {'status_id': '1331967234567890123', 'text': 'x1'}
    """
    return {name: cell[1:] if name.endswith("_id") and _MARKED.fullmatch(cell) else cell for name, cell in row.items()}


_OLD = TableLayout(
    name="rtweet",
    label="rtweet",
    marks=(("user_id", "status_id", "created_at", "screen_name", "text"),),
    columns={
        "post_id": "status_id",
        "author_id": "user_id",
        "created_at": "created_at",
        "text": "text",
        "context": ("quoted_text", "retweet_text"),
        "reply_to_id": "reply_to_status_id",
        "reply_to_author_id": "reply_to_user_id",
        "quoted_id": "quoted_status_id",
        "repost_of_id": "retweet_status_id",
        "lang": "lang",
        "hashtags": "hashtags",
        "mentions": "mentions_screen_name",
        "urls": "urls_expanded_url",
        "media": "media_url",
        "alt_text": "ext_alt_text",
        "likes": "favorite_count",
        "reposts": "retweet_count",
        "handle": "screen_name",
        "name": "name",
        "profile": "description",
        "followers": "followers_count",
        "location": "location",
    },
    separator=" ",
    escaped=True,
    repost_prefix=True,
    repost_flag="is_retweet",
    quote_flag="is_quote",
    prepare=_without_x,
)
_NEW = TableLayout(
    name="rtweet_1",
    label="rtweet since 1.0",
    marks=(("id_str", "full_text", "created_at", "in_reply_to_status_id_str", "display_text_range"),),
    columns={
        "post_id": "id_str",
        "author_id": ("user_id_str", "user_id"),
        "created_at": "created_at",
        "text": "full_text",
        "reply_to_id": "in_reply_to_status_id_str",
        "reply_to_author_id": "in_reply_to_user_id_str",
        "quoted_id": "quoted_status_id_str",
        "lang": "lang",
        "likes": "favorite_count",
        "reposts": "retweet_count",
        "handle": "screen_name",
    },
    escaped=True,
    repost_prefix=True,
    quote_flag="is_quote_status",
)
READERS = (reader_of(_OLD), reader_of(_NEW))
