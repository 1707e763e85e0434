"""Posts of X as snscrape wrote them, a JSON object a line, until the platform closed in 2023."""

from medtw_qual.corpus.post_collector import AuthorRow, PostCollector, PostRow
from medtw_qual.corpus.readers.json_form import Json, count, ident, json_reader, objects, part, texts, words
from medtw_qual.corpus.text_entities import is_cut, unescape_once

_MARKS = {"rawContent", "renderedContent", "content"}


def _is_post(value: Json) -> bool:
    return bool(_MARKS & set(value)) and {"id", "date", "user", "conversationId"} <= set(value)


def _own_words(value: Json) -> str:
    return unescape_once(words(value, "rawContent", "content", "renderedContent"))


def _take(value: Json, collector: PostCollector) -> None:
    user = part(value, "user")
    author = ident(user, "id")
    if author:
        profile = words(user, "rawDescription", "description")
        row = (words(user, "username"), words(user, "displayname"), profile, count(user, "followersCount"))
        collector.author(AuthorRow(author, *row, words(user, "location")))
    reposted, quoted = part(value, "retweetedTweet"), part(value, "quotedTweet")
    text = _own_words(value)
    media = objects(value.get("media"))
    answers = ident(value, "inReplyToTweetId")
    collector.post(
        PostRow(
            post_id=ident(value, "id"),
            author_id=author,
            created_at=str(value.get("date") or ""),  # pandas writes milliseconds
            text="" if reposted else text,
            context=_own_words(reposted) if reposted else _own_words(quoted),
            is_reply=bool(answers or value.get("inReplyToUser")),
            is_quote=bool(quoted) and not reposted,
            is_repost=bool(reposted),
            conversation_id=ident(value, "conversationId"),
            reply_to_id=answers,
            lang=words(value, "lang"),
            hashtags=texts(value.get("hashtags")),
            mentions=[words(entry, "username") for entry in objects(value.get("mentionedUsers"))],
            urls=[words(entry, "url") for entry in objects(value.get("links"))] or texts(value.get("outlinks")),
            media=[words(entry, "fullUrl", "thumbnailUrl", "_type") or "unknown" for entry in media],
            alt_text=[words(entry, "altText") for entry in media if entry.get("altText")],
            likes=count(value, "likeCount"),
            reposts=count(value, "retweetCount"),
            text_complete=not is_cut(text),
            reply_to_author_id=ident(part(value, "inReplyToUser"), "id"),
            quoted_id="" if reposted else ident(quoted, "id"),
            repost_of_id=ident(reposted, "id"),
        )
    )


READER = json_reader(
    "snscrape",
    "posts collected by snscrape",
    "its objects are posts as snscrape writes them ('conversationId', 'user', 'date')",
    _is_post,
    _take,
    marks_in_head=('"snscrape.modules.twitter',),
)
