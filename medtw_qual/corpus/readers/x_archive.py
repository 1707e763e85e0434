"""An account's own archive, as the platform hands it out: tweets.js in parts, long posts in note-tweet.js beside it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from medtw_qual.corpus.ids import id_text
from medtw_qual.corpus.json_records import parse_document
from medtw_qual.corpus.post_collector import NOT_A_POST, AuthorRow, PostCollector
from medtw_qual.corpus.readers.reader_protocol import ColumnMapping, SourceReader
from medtw_qual.corpus.readers.v1 import iso_time, take_post
from medtw_qual.corpus.source_files import Source, siblings
from medtw_qual.corpus.source_preview import SourcePreview, preview_source
from medtw_qual.corpus.text_entities import is_cut, unescape_once
from medtw_qual.corpus.times import to_utc
from medtw_qual.errors import UnreadableFile

Json = Mapping[str, Any]
_POSTS = re.compile(r"window\.YTD\.(tweets?|community_tweet)\.part\d+\s*=", re.IGNORECASE)
_HEAD = re.compile(r"\s*window\.YTD\.\w+\.part\d+\s*=\s*")
_PART = re.compile(r"(^|/)tweets?([-.]part\d+)?\.js$")
_ANSWERED = re.compile(r"^(?:@\w+\s+)+")
_SECOND = timedelta(seconds=1)
_COMPARED = 200
_TELLING = 100  # so many characters are found in one long text only
LONG_JOINED = "long post completed from note-tweet.js"
LONG_LEFT = "long text in note-tweet.js that fits no post of the archive"


def _recognises(source: Source, preview: SourcePreview) -> str:
    if preview.kind == "script" and _POSTS.match(preview.preamble):
        return "it is the posts' part of an account's own archive (window.YTD.tweets)"
    return ""


def load_script(source: Source, preview: SourcePreview, collector: PostCollector) -> list[Any]:
    """Return the list that a script of the archive assigns (``window.YTD.tweets.part0 = [...]``, perhaps with a ;)."""
    with source.open() as stream:
        text = stream.read().decode(preview.encoding, "replace").lstrip("\ufeff")
    body = _HEAD.sub("", text, count=1).rstrip().rstrip(";")
    value = parse_document(body.encode("utf-8", "replace"), source, collector)
    if not isinstance(value, list):
        raise UnreadableFile(f"{source.name} holds no list of posts.", "Download the archive again.")
    return value


def _read(source: Source, preview: SourcePreview, mapped: ColumnMapping, collector: PostCollector) -> None:
    beside = same_archive(source, siblings(source))
    owner = _owner(beside, collector) or _unnamed(source)
    collector.author(owner)
    longs = LongPosts.read(beside, collector)
    for entry in load_script(source, preview, collector):
        post = entry.get("tweet", entry) if isinstance(entry, dict) else None
        if not isinstance(post, dict) or not {"full_text", "text"} & set(post):
            collector.drop(NOT_A_POST)
            continue
        collector.attempt(_take, post, longs, owner.author_id, collector)
    # Every part reads all long texts: the first counts them as left over, and each post that takes one takes it off.
    collector.note(LONG_LEFT, (longs.held if _is_first_part(source, beside) else 0) - longs.joined)
    collector.note(LONG_JOINED, longs.joined)


def _take(post: dict[str, Any], longs: "LongPosts", author_id: str, collector: PostCollector) -> None:
    take_post(longs.complete(_as_repost(post)), collector, author_id)


def _as_repost(post: dict[str, Any]) -> dict[str, Any]:
    """The archive keeps a repost only as its first words ("RT @somebody: ..."); mark it as what it is."""
    text = str(post.get("full_text") or post.get("text") or "")
    if not text.startswith("RT @") or "retweeted_status" in post:
        return post
    return {**post, "retweeted_status": {"full_text": text.partition(": ")[2] or text}}


def same_archive(source: Source, beside: list[Source]) -> list[Source]:
    """Return of the files beside a part of an archive those of the same archive: several may lie in one folder or zip.

    Parts of one archive lie in one folder ("data"), whatever lies above it.
    """
    folder = source.member.rpartition("/")[0]
    return [item for item in beside if item.member.rpartition("/")[0] == folder]


def _top(source: Source) -> PurePosixPath | None:
    """Return the folder of an archive that lies with others in a folder or zip; None where it is the only one."""
    folder = PurePosixPath(source.member).parent
    above = folder.parent if folder.name == "data" else folder
    return PurePosixPath((source.within or source.path).name) / above if above.parts else None


def _is_first_part(source: Source, beside: list[Source]) -> bool:
    parts = sorted(file.member for file in beside if _PART.search(file.member))
    return not parts or parts[0].endswith(source.member or source.path.name)


def _unnamed(source: Source) -> AuthorRow:
    """Stand in for an account that the archive does not name (no account.js): all its posts are by one person."""
    top = _top(source)
    return AuthorRow(
        f"owner of {top.as_posix() if top else (source.path if source.packing else source.within or source.path).name}"
    )


def _owner(beside: list[Source], collector: PostCollector) -> AuthorRow | None:
    account = next(_entries(beside, "account.js", "account", collector), None)
    if account is None:
        return None
    if not account.get("accountId"):
        return None
    described = next(_entries(beside, "profile.js", "profile", collector), {}).get("description")
    profile = described if isinstance(described, dict) else {}
    return AuthorRow(
        author_id=id_text(account["accountId"]),
        handle=str(account.get("username") or ""),
        name=str(account.get("accountDisplayName") or ""),
        profile=str(profile.get("bio") or ""),
        followers=None,
        location=str(profile.get("location") or ""),
    )


def _entries(beside: list[Source], file: str, key: str, collector: PostCollector) -> Iterator[dict[str, Any]]:
    for source in beside:
        if source.member.rsplit("/", 1)[-1] == file:
            for entry in load_script(source, preview_source(source), collector):
                if isinstance(entry, dict) and isinstance(entry.get(key), dict):
                    yield entry[key]


class LongPosts:
    """The long texts of an archive, which carry no post id: they are joined by time and by their first words."""

    def __init__(self, by_second: dict[datetime, list[str]]) -> None:
        self._by_second = by_second
        self.held = sum(map(len, by_second.values()))
        self.joined = 0

    @classmethod
    def read(cls, beside: list[Source], collector: PostCollector) -> "LongPosts":
        """Read note-tweet.js where the archive has one."""
        found: dict[datetime, list[str]] = defaultdict(list)
        for note in _entries(beside, "note-tweet.js", "noteTweet", collector):
            core = note.get("core")
            when, text = _moment(note.get("createdAt")), core.get("text") if isinstance(core, dict) else ""
            if when and isinstance(text, str) and text:
                found[when].append(text)
        return cls(dict(found))

    def complete(self, post: dict[str, Any]) -> dict[str, Any]:
        """Return the post with its long text: written within a second and beginning with the same 200 characters."""
        when = _moment(post.get("created_at"))
        if when is None or not self._by_second:
            return post
        short = str(post.get("full_text") or post.get("text") or "")
        begins = _beginning(short)
        if len(begins) < _TELLING and not is_cut(short):
            return post  # a few words that no platform cut stand in many a text
        for moment in (when, when + _SECOND, when - _SECOND):
            for text in self._by_second.get(moment, ()):
                if begins and begins in unescape_once(text):
                    self._by_second[moment].remove(text)
                    self.joined += 1
                    return {**post, "extended_tweet": {"full_text": text}}
        return post


def _beginning(text: str) -> str:
    """The words of a cut text that its long form must contain.

    Without the handles that an answer begins with (the long form has none), links (they are shortened) and ellipsis.
    """
    return _ANSWERED.sub("", unescape_once(text)).split("http")[0].rstrip(" …\n")[:_COMPARED]


def _moment(written: object) -> datetime | None:
    """Return a time without its zone, in UTC; one that was written as a number counts seconds or milliseconds."""
    read = to_utc(iso_time(str(written or "")))
    try:
        return replace_zone(datetime.fromisoformat(read)).replace(microsecond=0)
    except ValueError:
        return None


def replace_zone(moment: datetime) -> datetime:
    """Return a time as UTC without its zone, so that all compare."""
    from datetime import UTC

    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(tzinfo=None)


READER = SourceReader("x_archive", "an account's own archive (tweets.js)", _recognises, _read)
