"""Tables of minet and gazouilloire, which append a quoted post to the text: own words and context are parted again."""

import re

from medtw_qual.corpus.readers.layout import Layout, reader_of

# "own words « handle: the quoted words — https://twitter.com/handle/status/123 »"
_QUOTED = re.compile(r"«\s*(?P<handle>\w+): (?P<words>.*?)(?:\s*—\s*\S*)?\s*»\s*$", re.DOTALL)


def part_quotation(row: dict[str, str]) -> dict[str, str]:
    """Move an appended quotation from the text to the context.

    Examples
    --------
    >>> text = "so true « dr_ko: rest is care — https://t.co/1 »"
    >>> row = {"text": text, "quoted_id": "7", "quoted_user": "dr_ko"}
    >>> part_quotation(row)["text"], part_quotation(row)["context"]
    ('so true', 'rest is care')
    """
    text, handle = row.get("text", ""), row.get("quoted_user", "")
    if not row.get("quoted_id") or not handle:
        return row
    start = text.lower().rfind(f"« {handle.lower()}: ")
    found = _QUOTED.match(text, start) if start >= 0 else None
    if found is None:
        return row
    return {**row, "text": text[:start].rstrip(), "context": found["words"].rstrip()}


LAYOUT = Layout(
    name="minet",
    label="minet or gazouilloire",
    marks=(("id", "timestamp_utc", "user_screen_name", "text", "retweeted_id"),),
    columns={
        "post_id": "id",
        "author_id": "user_id",
        "created_at": "timestamp_utc",
        "text": "text",
        "context": "context",
        "reply_to_id": "to_tweetid",
        "reply_to_author_id": "to_userid",
        "quoted_id": "quoted_id",
        "repost_of_id": "retweeted_id",
        "lang": "lang",
        "hashtags": "hashtags",
        "mentions": "mentioned_names",
        "urls": "links",
        "media": "media_urls",
        "alt_text": "media_alt_texts",
        "likes": "like_count",
        "reposts": "retweet_count",
        "handle": "user_screen_name",
        "name": "user_name",
        "profile": "user_description",
        "followers": "user_followers",
        "location": "user_location",
    },
    separator="|",
    prepare=part_quotation,
)
READER = reader_of(LAYOUT)
