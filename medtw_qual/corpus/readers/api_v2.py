"""A post of the platform's API version 2, however it was packed: in pages or flattened."""

from collections.abc import Mapping
from typing import Any

from medtw_qual.corpus.ids import id_text
from medtw_qual.corpus.post_collector import NOT_A_POST, WITHHELD, AuthorRow, PostCollector, PostRow
from medtw_qual.corpus.text_entities import find_hashtags, find_mentions, find_urls, is_cut, unescape_once

Json = Mapping[str, Any]
_NONE: dict[str, Any] = {}


def own_words(post: Json) -> tuple[str, Json, bool]:
    """Return a post's words, its entities and whether the words are whole; a long post's own field comes first."""
    long = post.get("note_tweet")
    if long and long.get("text"):
        return unescape_once(long["text"]), long.get("entities") or _NONE, True
    text = unescape_once(post.get("text") or "")
    return text, post.get("entities") or _NONE, not is_cut(text)


def take_author(user: Json, collector: PostCollector) -> None:
    """Hand an account in."""
    author_id = user.get("id")
    if author_id and author_id not in collector.authors:
        metrics = user.get("public_metrics") or _NONE
        row = AuthorRow(
            author_id=id_text(author_id),
            handle=user.get("username") or "",
            name=user.get("name") or "",
            profile=unescape_once(user.get("description") or ""),
            followers=metrics.get("followers_count"),
            location=user.get("location") or "",
        )
        collector.author(row)


def take_post(post: Json, posts: Mapping[str, Json], media: Mapping[str, Json], collector: PostCollector) -> None:
    """Hand a post in, with the words of the posts it refers to as its context.

    Parameters
    ----------
    post : mapping
    posts, media : mapping
        What the same delivery tells of other posts and of pictures, by id and by media key.
    collector : PostCollector
    """
    if not isinstance(post, dict) or ("text" not in post and "note_tweet" not in post):
        collector.drop(NOT_A_POST)
        return
    if post.get("withheld"):
        collector.drop_post(id_text(post.get("id")), WITHHELD)
        return
    text, entities, complete = own_words(post)
    links = {entry.get("type"): id_text(entry.get("id")) for entry in post.get("referenced_tweets") or ()}
    repost_of, answers, quotes = links.get("retweeted", ""), links.get("replied_to", ""), links.get("quoted", "")
    words: list[str] = []
    for other in (repost_of, quotes, answers):
        if other and other in posts:
            words.append(own_words(posts[other])[0])
    if repost_of:
        complete = repost_of in posts or complete
        text, words = "", words or [text]
    tags, mentions, urls = read_entities(text, entities)
    shown, described = _media(post, media)
    metrics = post.get("public_metrics") or _NONE
    row = PostRow(
        post_id=id_text(post.get("id")),
        author_id=id_text(post.get("author_id")),
        created_at=post.get("created_at") or "",
        text=text,
        context="\n\n".join(words),
        is_reply=bool(answers or post.get("in_reply_to_user_id")),
        is_quote=bool(quotes),
        is_repost=bool(repost_of),
        conversation_id=id_text(post.get("conversation_id")),
        reply_to_id=answers,
        lang=post.get("lang") or "",
        hashtags=tags,
        mentions=mentions,
        urls=urls,
        media=shown,
        alt_text=described,
        likes=metrics.get("like_count"),
        reposts=metrics.get("retweet_count"),
        text_complete=complete,
        reply_to_author_id=id_text(post.get("in_reply_to_user_id")),
        quoted_id=quotes,
        repost_of_id=repost_of,
    )
    collector.post(row, post.get("edit_history_tweet_ids") or ())


def read_entities(text: str, entities: Json) -> tuple[list[str], list[str], list[str]]:
    """Return hashtags, mentions and links: the platform's own reading where there is one, else ours of the text."""
    if not entities:
        return find_hashtags(text), find_mentions(text), find_urls(text)
    tags = [tag.get("tag") or tag.get("text") or "" for tag in entities.get("hashtags") or ()]
    mentions = [
        mention.get("username") or mention.get("screen_name") or "" for mention in entities.get("mentions") or ()
    ]
    urls = [
        url.get("unwound_url") or url.get("expanded_url") or url.get("url") or ""
        for url in entities.get("urls") or ()
        if "media_key" not in url
    ]
    return tags, mentions, urls


def _media(post: Json, media: Mapping[str, Json]) -> tuple[list[str], list[str]]:
    attached = post.get("attachments")
    if not attached:
        return [], []
    shown: list[str] = []
    described: list[str] = []
    keys = attached.get("media_keys") or ()  # 4CAT puts the picture itself in its key's place
    for item in attached.get("media") or [
        key if isinstance(key, dict) else media.get(key) or {"type": "unknown"} for key in keys
    ]:
        shown.append(item.get("url") or item.get("preview_image_url") or item.get("type") or "unknown")
        if item.get("alt_text"):
            described.append(item["alt_text"])
    return shown, described
