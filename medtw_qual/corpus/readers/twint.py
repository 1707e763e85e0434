"""Tables and JSON lines of twint, in which the conversation alone shows that a post is an answer."""

from medtw_qual.corpus.readers.table_layout import TableLayout, reader_of


def _prepare(row: dict[str, str]) -> dict[str, str]:
    """Join date and time where the older versions part them; mark answers."""
    when = row.get("created_at", "")
    if row.get("date") and row.get("time") and not when:
        when = f"{row['date']} {row['time']} {row.get('timezone', '')}".strip()
    answers = row.get("conversation_id", "") not in ("", row.get("id", ""))
    quoted = row.get("quote_url", "").rsplit("/status/", 1)
    return row | {
        "created_at": when,
        "is answer": "true" if answers else "",
        "quote_url": quoted[1] if len(quoted) == 2 else "",
    }


LAYOUT = TableLayout(
    name="twint",
    label="twint",
    marks=(("id", "conversation_id", "tweet", "username", "user_id"),),
    columns={
        "post_id": "id",
        "author_id": "user_id",
        "created_at": "created_at",
        "text": "tweet",
        "conversation_id": "conversation_id",
        "quoted_id": "quote_url",
        "repost_of_id": "retweet_id",
        "lang": "language",
        "hashtags": "hashtags",
        "mentions": "mentions",
        "urls": "urls",
        "media": "photos",
        "likes": ("likes_count", "nlikes"),
        "reposts": ("retweets_count", "nretweets"),
        "handle": "username",
        "name": "name",
    },
    escaped=True,
    repost_flag="retweet",
    reply_flag="is answer",
    further=("date", "time", "timezone"),
    prepare=_prepare,
)
READER = reader_of(LAYOUT)
