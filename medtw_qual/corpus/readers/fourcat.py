"""Tables of 4CAT, one layout a platform: they share some columns, and each has its own for replies, quotes, reposts."""

from collections.abc import Mapping
from dataclasses import replace

from medtw_qual.corpus.readers.table_layout import TableLayout, reader_of

_COMMON = ("id", "thread_id", "timestamp", "body", "author")
_REMOVED = ("[deleted]", "[removed]", "[deleted by user]")
REMOVED = "removed from the platform before it was collected ([removed], [deleted])"
_LINK = "/post/"


def _post_of_link(row: dict[str, str], link: str) -> str:
    """Turn a web address of a Bluesky post into the address that its table has as id, where the row knows the account.

    Examples
    --------
    >>> row = {"author": "alice.example", "author_id": "did:plc:a", "thread_id": "at://did:plc:b/app.bsky.feed.post/1"}
    >>> _post_of_link(row, "https://bsky.app/profile/alice.example/post/3l")
    'at://did:plc:a/app.bsky.feed.post/3l'
    """
    if _LINK not in link:
        return link
    account, _, key = link.split("/profile/")[-1].partition(_LINK)
    if account == row.get("author") and row.get("author_id"):
        account = row["author_id"]
    elif row.get("thread_id", "").endswith(f"/{key}"):
        return row["thread_id"]
    return f"at://{account}/app.bsky.feed.post/{key}"


def _bluesky(row: dict[str, str]) -> dict[str, str]:
    links = {name: _post_of_link(row, row.get(name, "")) for name in ("replied_to_post", "quoted_post")}
    return row | links | {"languages": row.get("languages", "").split(",")[0].strip()}


def _telegram(row: dict[str, str]) -> dict[str, str]:
    """Number answers as the table numbers posts (chat-10), and mark what was passed on from elsewhere."""
    chat, answers = row.get("thread_id") or row.get("chat", ""), row.get("reply_to", "").strip()
    passed_on = row.get("author_forwarded_from_name") or row.get("author_forwarded_from_username") or ""
    numbered = f"{chat}-{answers.removesuffix('.0')}" if answers.removesuffix(".0").isdigit() else answers
    return row | {"reply_to": numbered, "thread_id": "", "passed_on": passed_on}


def _reddit(row: dict[str, str]) -> dict[str, str]:
    """Put the title before the text; an answer to the thread or to a comment names it without its kind (t1_, t3_)."""
    title, body = row.get("subject", "").strip(), row.get("body", "")
    parent = row.get("parent", "").removeprefix("t1_").removeprefix("t3_")
    author = "" if row.get("author", "") in _REMOVED else row.get("author", "")
    words = "\n\n".join(part for part in (title, body) if part)
    return row | {"body": words, "parent": "" if parent == row.get("id") else parent, "author": author}


def _removed(row: Mapping[str, str]) -> str:
    return REMOVED if row.get("body", "").strip() in _REMOVED else ""


_TWITTER = TableLayout(
    name="fourcat",
    label="4CAT",
    marks=(_COMMON,),
    columns={
        "post_id": "id",
        "author_id": "author_id",
        "created_at": "timestamp",
        "text": "body",
        "context": "quote_body",
        "conversation_id": "thread_id",
        "reply_to_id": ("reply_to", "in_reply_to"),
        "quoted_id": ("quote_tweet_id", "quoted_post"),
        "lang": ("language_guess", "language"),
        "hashtags": "hashtags",
        "mentions": "mentions",
        "urls": "urls",
        "media": ("images", "videos", "image_url", "video_url"),
        "likes": ("like_count", "likes", "num_likes"),
        "reposts": ("retweet_count", "repost_count", "shares"),
        "handle": "author",
        "name": ("author_fullname", "author_full", "author_name", "author_display_name"),
        "profile": ("author_description", "author_bio"),
        "followers": "author_followers",
    },
    escaped=True,
    repost_prefix=True,
    repost_flag="is_retweet",
    quote_flag="is_quote_tweet",
    reply_flag="is_reply",
)
_BLUESKY = replace(
    _TWITTER,
    name="fourcat_bluesky",
    label="4CAT for Bluesky",
    marks=((*_COMMON, "replied_to_post", "quoted_post"),),
    columns={
        **_TWITTER.columns,
        "reply_to_id": "replied_to_post",
        "quoted_id": "quoted_post",
        "lang": "languages",
        "hashtags": "tags",
        "urls": "link_cards",
        "reposts": "repost_count",
        "name": "author_display_name",
    },
    escaped=False,
    repost_prefix=False,
    prepare=_bluesky,
)
_TELEGRAM = replace(
    _TWITTER,
    name="fourcat_telegram",
    label="4CAT for Telegram",
    marks=(("id", "chat", "body", "reply_to", "timestamp", "author"),),
    columns={
        **_TWITTER.columns,
        "author_id": "author",
        "handle": "author_username",
        "name": "author_name",
        "likes": "reactions_count",
        "reposts": "forwards",
        "hashtags": "hashtags",
    },
    escaped=False,
    repost_prefix=False,
    repost_flag="passed_on",
    further=("chat", "author_forwarded_from_name", "author_forwarded_from_username"),
    prepare=_telegram,
)
_REDDIT = replace(
    _TWITTER,
    name="fourcat_reddit",
    label="4CAT for Reddit",
    marks=((*_COMMON, "subreddit"), (*_COMMON, "subject", "parent", "score")),
    columns={
        **_TWITTER.columns,
        "author_id": "author",
        "reply_to_id": "parent",
        "likes": "score",
        "media": "image_file",
    },
    escaped=True,
    repost_prefix=False,
    further=("subject",),
    other_texts=("subject",),
    prepare=_reddit,
    passed_over=_removed,
)
_REPOSTED = replace(  # reblogs of Tumblr, Mastodon, Gab and their like
    _TWITTER,
    name="fourcat_reblogs",
    label="4CAT for a platform with reblogs",
    marks=((*_COMMON, "reblogged_from"), (*_COMMON, "is_reblog"), (*_COMMON, "reblogged_from_name")),
    repost_flag="is_reblog",
    columns={**_TWITTER.columns, "repost_of_id": ("reblogged_from_id", "reblogged_from", "reblogged_from_name")},
    repost_prefix=False,
)
# The more particular before the more general.
READERS = tuple(reader_of(layout) for layout in (_BLUESKY, _TELEGRAM, _REDDIT, _REPOSTED, _TWITTER))
