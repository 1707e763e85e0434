"""Statuses as the API of Mastodon servers returns them: home and hashtag pages, contexts, searches."""

from datetime import datetime
from typing import Any

from medtw_qual.corpus.htmltext import html_to_text
from medtw_qual.corpus.post_collector import AuthorRow, PostCollector, PostRow
from medtw_qual.corpus.readers.json_form import Json, count, ident, json_reader, objects, part, words
from medtw_qual.corpus.text_entities import find_urls

NOT_PUBLIC = "not public (for followers or named people only)"
_MARKS = ("id", "content", "account", "visibility")


def is_status(value: Json) -> bool:
    """Say whether an object is a status: its account has an ``acct``, which no other platform writes."""
    return all(mark in value for mark in _MARKS) and "acct" in part(value, "account")


def take_status(value: Json, collector: PostCollector) -> None:
    """Hand a status in; of a boost, the boosted words are the context."""
    post_id = ident(value, "id")
    if value.get("visibility") in ("private", "direct"):
        collector.drop_post(post_id, NOT_PUBLIC)
        return
    author = part(value, "account")
    author_id = take_account(author, collector)
    when = words(value, "created_at")
    boosted, quoted = part(value, "reblog"), _quoted(value)
    if boosted:
        collector.post(_boost(post_id, author_id, when, boosted))
        return
    text, answers = own_words(value), ident(value, "in_reply_to_id")
    media = objects(value.get("media_attachments"))
    answered = ident(value, "in_reply_to_account_id")
    collector.post(
        PostRow(
            post_id=post_id,
            author_id=author_id,
            created_at=when,
            text=text,
            context=own_words(quoted) if quoted else "",
            is_reply=bool(answers or answered),
            is_quote=bool(value.get("quote") or value.get("quote_id")),
            is_repost=False,
            conversation_id="",
            reply_to_id=answers,
            lang=words(value, "language"),
            hashtags=_tags(value),
            mentions=[words(entry, "acct") for entry in objects(value.get("mentions")) if entry.get("acct")],
            urls=find_urls(text),
            media=[words(entry, "url", "type") or "unknown" for entry in media],
            alt_text=[words(entry, "description") for entry in media if entry.get("description")],
            likes=count(value, "favourites_count"),
            reposts=count(value, "reblogs_count"),
            text_complete=True,
            reply_to_author_id=answered,
            quoted_id=ident(quoted, "id")
            or ident(value, "quote_id")
            or ident(part(value, "quote"), "quoted_status_id"),
        ),
        version=_edition(value),
    )


def _boost(post_id: str, author_id: str, when: str, boosted: Json) -> PostRow:
    return PostRow(
        post_id=post_id,
        author_id=author_id,
        created_at=when,
        text="",
        context=own_words(boosted),
        is_repost=True,
        repost_of_id=ident(boosted, "id"),
        hashtags=_tags(boosted),
        lang=words(boosted, "language"),
    )


def _edition(value: Json) -> float | None:
    """Return when a status got its present wording, as seconds; the latest of several is kept."""
    try:
        return datetime.fromisoformat(words(value, "edited_at", "created_at")).timestamp()
    except ValueError:
        return None


def take_account(account: Json, collector: PostCollector) -> str:
    """Hand an account in and return its id."""
    author_id = ident(account, "id")
    if author_id:
        profile = html_to_text(words(account, "note"))
        handle, name = words(account, "acct", "username"), words(account, "display_name")
        collector.author(
            AuthorRow(
                author_id=author_id,
                handle=handle,
                name=name,
                profile=profile,
                followers=count(account, "followers_count"),
            )
        )
    return author_id


def own_words(status: Json) -> str:
    """Return a status's warning, its words and the choices of its poll."""
    choices = [words(entry, "title") for entry in objects(part(status, "poll").get("options"))]
    parts = (words(status, "spoiler_text"), html_to_text(words(status, "content")), "\n".join(filter(None, choices)))
    return "\n\n".join(entry for entry in parts if entry)


def _quoted(value: Json) -> dict[str, Any]:
    quote = part(value, "quote")
    return dict(part(quote, "quoted_status") or (quote if "content" in quote else {}))


def _tags(status: Json) -> list[str]:
    return [words(entry, "name") for entry in objects(status.get("tags")) if entry.get("name")]


READER = json_reader(
    "mastodon_api",
    "statuses of the Mastodon API",
    "its objects are statuses of Mastodon's API ('content', 'account' with 'acct', 'visibility')",
    is_status,
    take_status,
    lists=("statuses", "ancestors", "descendants"),
    marks_in_head=('"acct"', '"spoiler_text"', '"visibility"'),
)
