"""What academictwitteR writes beside its posts: users_*.json with the accounts and the posts referred to."""

from medtw_qual.corpus.json_records import json_values
from medtw_qual.corpus.post_collector import PostCollector
from medtw_qual.corpus.readers.api_v2 import own_words, take_author
from medtw_qual.corpus.readers.json_form import ident, objects
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.source_files import Source
from medtw_qual.corpus.source_preview import SourcePreview

COMPLETED = "account or referenced post that completes the posts beside it (users_*.json)"


def _recognises(source: Source, preview: SourcePreview) -> str:
    for value in preview.objects:
        users = objects(value.get("users"))
        if users and "data" not in value and {"id", "username"} <= set(users[0]):
            return "it holds the accounts and referenced posts of a collection ('users', 'tweets')"
    head = preview.preamble
    if preview.cut_document and head.startswith('{"users"') and '"username"' in head:
        return "it holds the accounts and referenced posts of a collection ('users', 'tweets')"
    return ""


def _read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
    """Take accounts and words in; none of these posts is one of the collection."""
    for value in json_values(source, preview, collector):
        users, posts = (objects(value.get(key)) if isinstance(value, dict) else [] for key in ("users", "tweets"))
        for user in users:
            collector.attempt(take_author, user, collector)
        for post in posts:
            collector.beside.setdefault(ident(post, "id"), own_words(post)[0])
        collector.note(COMPLETED, len(users) + len(posts))


READER = SourceReader("academictwitter", "accounts and referenced posts (academictwitteR)", _recognises, _read)
