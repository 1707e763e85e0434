"""Posts as Meta's Threads API returns them, page by page."""

from medtw_qual.corpus.post_collector import AuthorRow, PostCollector, PostRow
from medtw_qual.corpus.readers.json_form import Json, ident, json_reader, part, words
from medtw_qual.corpus.text_entities import find_hashtags, find_mentions, find_urls

_HOSTS = ("threads.net/", "threads.com/")


def _is_post(value: Json) -> bool:
    """The API says THREADS in every post; pages that did not ask for that field show it in the address."""
    if not {"id", "username"} & set(value) or not {"text", "media_type", "timestamp"} & set(value):
        return False
    return value.get("media_product_type") == "THREADS" or any(host in words(value, "permalink") for host in _HOSTS)


def _take(value: Json, collector: PostCollector) -> None:
    handle = words(value, "username")
    author = ident(part(value, "owner"), "id") or handle
    text, when = words(value, "text"), words(value, "timestamp")
    reposted, quoted = ident(part(value, "reposted_post"), "id"), ident(part(value, "quoted_post"), "id")
    answers, root = ident(part(value, "replied_to"), "id"), ident(part(value, "root_post"), "id")
    is_repost = value.get("media_type") == "REPOST_FACADE" or bool(reposted)
    media = [] if value.get("media_type") in ("TEXT_POST", "REPOST_FACADE", None) else [words(value, "media_type")]
    if author:
        collector.author(AuthorRow(author, handle))
    tag = words(value, "topic_tag")
    collector.post(
        PostRow(
            post_id=ident(value, "id"),
            author_id=author,
            created_at=when,
            text="" if is_repost else text,
            context=text if is_repost else "",
            is_reply=bool(value.get("is_reply") or answers) and not is_repost,
            is_quote=bool(value.get("is_quote_post") or quoted) and not is_repost,
            is_repost=is_repost,
            conversation_id=root or ident(value, "id"),
            reply_to_id=answers,
            hashtags=list(dict.fromkeys([*find_hashtags(text), *([tag] if tag else [])])),
            mentions=find_mentions(text),
            urls=[*find_urls(text), *filter(None, [words(value, "link_attachment_url")])],
            media=media,
            alt_text=[entry for entry in [words(value, "alt_text")] if entry],
            quoted_id="" if is_repost else quoted,
            repost_of_id=reposted,
        )
    )


READER = json_reader(
    "threads",
    "posts of the Threads API",
    "its objects are posts of the Threads API ('media_product_type': 'THREADS')",
    _is_post,
    _take,
    lists=("data",),
    marks_in_head=('"THREADS"', '"media_product_type"'),
)
