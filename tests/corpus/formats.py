"""Writers of every source format, for posts that are only an id and a text: what goes in must come out again."""

import csv
import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

Posts = Sequence[tuple[str, str]]
WHEN_OLD, WHEN_ISO = "Tue Dec 01 08:00:00 +0000 2020", "2020-12-01T08:00:00.000Z"


def sent(text: str) -> str:
    """The platform escapes these three characters."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _lines(path: Path, values: Sequence[object]) -> Path:
    path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")
    return path


def _table(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str = ",") -> Path:
    held = io.StringIO(newline="")
    writer = csv.writer(held, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(rows)
    path.write_bytes(held.getvalue().encode("utf-8", "surrogatepass"))
    return path


def twarc_pages(path: Path, posts: Posts) -> Path:
    data = [{"id": one, "text": sent(text), "author_id": "1", "created_at": WHEN_ISO} for one, text in posts]
    users = [{"id": "1", "username": "ward_seven", "name": "W"}]
    return _lines(path, [{"data": data, "includes": {"users": users}, "meta": {"result_count": len(data)}}])


def twarc_flat(path: Path, posts: Posts) -> Path:
    fixed = {"author_id": "1", "conversation_id": "1", "created_at": WHEN_ISO, "public_metrics": {"like_count": 3}}
    return _lines(path, [{"id": one, "text": sent(text), **fixed} for one, text in posts])


def v1(path: Path, posts: Posts) -> Path:
    user = {"id_str": "1", "screen_name": "ward_seven", "name": "W", "followers_count": 5}
    fixed = {"user": user, "created_at": WHEN_OLD}
    return _lines(path, [{"id_str": one, "full_text": sent(text), **fixed} for one, text in posts])


def graphql(path: Path, posts: Posts) -> Path:
    user = {"result": {"rest_id": "1", "legacy": {"screen_name": "ward_seven", "name": "W"}}}
    legacy = {"created_at": WHEN_OLD, "favorite_count": 1}
    values = [
        {
            "item_id": one,
            "source_platform": "twitter.com",
            "data": {"rest_id": one, "core": {"user_results": user}, "legacy": {**legacy, "full_text": sent(text)}},
        }
        for one, text in posts
    ]
    return _lines(path, values)


def x_archive(path: Path, posts: Posts) -> Path:
    fixed = {"created_at": WHEN_OLD, "favorite_count": "4"}
    entries = [{"tweet": {"id_str": one, "full_text": sent(text), **fixed}} for one, text in posts]
    account = [{"account": {"accountId": "1", "username": "ward_seven", "accountDisplayName": "W"}}]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/tweets.js", "window.YTD.tweets.part0 = " + json.dumps(entries) + ";")
        archive.writestr("data/account.js", "window.YTD.account.part0 = " + json.dumps(account))
        archive.writestr("data/like.js", "window.YTD.like.part0 = []")
    return path


def bluesky(path: Path, posts: Posts) -> Path:
    record = {"$type": "app.bsky.feed.post", "createdAt": WHEN_ISO}
    author = {"did": "did:plc:w7", "handle": "w7.example"}
    values = [
        {"uri": f"at://did:plc:w7/app.bsky.feed.post/{o}", "author": author, "record": {**record, "text": t}}
        for o, t in posts
    ]
    return _lines(path, values)


def jetstream(path: Path, posts: Posts) -> Path:
    commit = {"operation": "create", "collection": "app.bsky.feed.post"}
    values = [
        {
            "did": "did:plc:w7",
            "time_us": 1606809600000000,
            "kind": "commit",
            "commit": {**commit, "rkey": one, "record": {"text": text, "createdAt": WHEN_ISO}},
        }
        for one, text in posts
    ]
    return _lines(path, values)


def mastodon(path: Path, posts: Posts) -> Path:
    actor, public = "https://a.example/users/w7", "https://www.w3.org/ns/activitystreams#Public"
    items = [
        {
            "id": f"{actor}/statuses/{one}/activity",
            "type": "Create",
            "actor": actor,
            "published": WHEN_ISO,
            "to": [public],
            "object": {"id": f"{actor}/statuses/{one}", "type": "Note", "content": "<p>" + _as_html(text) + "</p>"},
        }
        for one, text in posts
    ]
    outbox = {"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection", "orderedItems": items}
    path.write_text(json.dumps(outbox), encoding="utf-8")
    return path


def _as_html(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def _wide(header: str, id_name: str, text_name: str, escaped: bool) -> Callable[[Path, Posts], Path]:
    names = header.split(",")

    def write(path: Path, posts: Posts) -> Path:
        rows = []
        for one, text in posts:
            row = dict.fromkeys(names, "") | {id_name: one, text_name: sent(text) if escaped else text}
            rows.append([row[name] for name in names])
        return _table(path, names, rows)

    return write


TABLES: dict[str, Callable[[Path, Posts], Path]] = {
    "twarc_csv": _wide(
        "id,conversation_id,referenced_tweets.replied_to.id,referenced_tweets.retweeted.id,author_id,created_at,text,lang",
        "id", "text", True,
    ),
    "minet": _wide(
        "id,timestamp_utc,local_time,user_screen_name,text,retweeted_id,quoted_id,links", "id", "text", False
    ),
    "fourcat": _wide("id,thread_id,timestamp,unix_timestamp,subject,body,author,is_retweet", "id", "body", True),
    "tcat": _wide("id,time,created_at,from_user_name,text,in_reply_to_status_id", "id", "text", True),
    "hydrator": _wide("created_at,id,lang,text,tweet_url,user_screen_name,retweet_id", "id", "text", True),
    "meltwater": _wide(
        "Date,Headline,URL,Opening Text,Hit Sentence,Source,Influencer,Tweet Id", "Tweet Id", "Hit Sentence", True
    ),
    "brandwatch": _wide(
        "Query Id,Query Name,Date,Title,Snippet,Full Text,Url,Twitter Tweet ID", "Twitter Tweet ID", "Full Text", True
    ),
    "web_exporter": _wide(
        "id,created_at,full_text,media,screen_name,name,user_id,in_reply_to,retweeted_status,quoted_status",
        "id", "full_text", True,
    ),
}  # fmt: skip

JSON_KINDS = {
    "twarc_pages": twarc_pages,
    "twarc_flat": twarc_flat,
    "v1": v1,
    "graphql": graphql,
    "bluesky": bluesky,
    "jetstream": jetstream,
    "mastodon": mastodon,
    "x_archive": x_archive,
}
WRITERS = {**JSON_KINDS, **TABLES}


def gz(path: Path, target: Path) -> Path:
    target.write_bytes(gzip.compress(path.read_bytes()))
    return target


def zipped(path: Path, target: Path, name: str = "inner/posts.bin") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, name)
    return target


def tarred(path: Path, target: Path, name: str = "outbox.json") -> Path:
    with tarfile.open(target, "w:gz") as archive:
        archive.add(path, name)
    return target
