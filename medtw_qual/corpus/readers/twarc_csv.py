"""The table that twarc-csv makes of API v2 posts; a repost's text and counts there are the original's."""

import orjson

from medtw_qual.corpus.readers.table_layout import TableLayout, reader_of

_REPOST, _LIKES = "referenced_tweets.retweeted.id", "public_metrics.like_count"
_TEXTS = ("text", "author.description", "author.name", "author.location")


def undo_escapes(row: dict[str, str]) -> dict[str, str]:
    r"""Give texts their line ends back, which twarc-csv writes as two signs, and take a repost's likes away.

    Whether an author typed these two signs can no longer be told. With ``--json-encode-text`` every cell is a JSON
    text; the id then begins with a quotation mark.

    Examples
    --------
    >>> undo_escapes({"id": "1", "text": r"one\ntwo"})["text"]
    'one\ntwo'
    >>> undo_escapes({"id": '"1"', "text": r'"one\ntwo"'})
    {'id': '1', 'text': 'one\ntwo'}
    """
    if row.get("id", "").startswith('"'):
        row = {name: _decoded(cell) for name, cell in row.items()}
    else:
        row = row | {name: row[name].replace(r"\n", "\n") for name in _TEXTS if name in row}
    return row | {_LIKES: ""} if row.get(_REPOST) else row


def _decoded(cell: str) -> str:
    try:
        value = orjson.loads(cell) if cell.startswith('"') else cell
    except orjson.JSONDecodeError:
        return cell
    return value if isinstance(value, str) else cell


LAYOUT = TableLayout(
    name="twarc_csv",
    label="twarc-csv",
    marks=(
        ("id", "text", "author_id", _REPOST),
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
        "repost_of_id": _REPOST,
        "lang": "lang",
        "hashtags": "entities.hashtags",
        "mentions": "entities.mentions",
        "urls": "entities.urls",
        "media": "attachments.media",
        "likes": _LIKES,
        "reposts": "public_metrics.retweet_count",
        "handle": "author.username",
        "name": "author.name",
        "profile": "author.description",
        "followers": "author.public_metrics.followers_count",
        "location": "author.location",
    },
    separator="json",
    escaped=True,
    prepare=undo_escapes,
)
READER = reader_of(LAYOUT)
