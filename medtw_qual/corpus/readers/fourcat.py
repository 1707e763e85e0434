"""Tables of 4CAT; its times are UTC without saying so, and a repost is told by a column of its own."""

from medtw_qual.corpus.readers.table_layout import TableLayout, reader_of

LAYOUT = TableLayout(
    name="fourcat",
    label="4CAT",
    marks=(("id", "thread_id", "timestamp", "body", "author"),),
    columns={
        "post_id": "id",
        "author_id": "author_id",
        "created_at": "timestamp",
        "text": "body",
        "context": "quote_body",
        "conversation_id": "thread_id",
        "reply_to_id": "reply_to",
        "quoted_id": "quote_tweet_id",
        "lang": "language_guess",
        "urls": "urls",
        "media": ("images", "videos"),
        "likes": "like_count",
        "reposts": "retweet_count",
        "handle": "author",
        "name": "author_fullname",
        "profile": "author_description",
        "followers": "author_followers",
    },
    escaped=True,
    repost_prefix=True,
    repost_flag="is_retweet",
    quote_flag="is_quote_tweet",
    reply_flag="is_reply",
)
READER = reader_of(LAYOUT)
