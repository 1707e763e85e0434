"""The table that twarc-csv makes of API v2 posts; a repost's text and counts there are the original's."""

from medtw_qual.corpus.readers.layout import Layout, reader_of

LAYOUT = Layout(
    name="twarc_csv",
    label="twarc-csv",
    marks=(
        ("id", "text", "author_id", "referenced_tweets.retweeted.id"),
        ("id", "text", "author.username", "__twarc.url"),
    ),
    columns={
        "post_id": "id",
        "author_id": "author_id",
        "created_at": "created_at",
        "text": "text",
        "conversation_id": "conversation_id",
        "reply_to_id": "referenced_tweets.replied_to.id",
        "reply_to_author_id": "in_reply_to_user_id",
        "quoted_id": "referenced_tweets.quoted.id",
        "repost_of_id": "referenced_tweets.retweeted.id",
        "lang": "lang",
        "hashtags": "entities.hashtags",
        "mentions": "entities.mentions",
        "urls": "entities.urls",
        "media": "attachments.media",
        "likes": "public_metrics.like_count",
        "reposts": "public_metrics.retweet_count",
        "handle": "author.username",
        "name": "author.name",
        "profile": "author.description",
        "followers": "author.public_metrics.followers_count",
        "location": "author.location",
    },
    separator="json",
    escaped=True,
)
READER = reader_of(LAYOUT)
