"""Tables and lists of twitter-web-exporter, a browser extension; its JSON holds the same columns as its CSV."""

from medtw_qual.corpus.readers.table_layout import TableLayout, reader_of

LAYOUT = TableLayout(
    name="web_exporter",
    label="twitter-web-exporter",
    marks=(("id", "full_text", "screen_name", "retweeted_status", "quoted_status"),),
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
    escaped_line_ends=True,
)
READER = reader_of(LAYOUT)
