"""Writers of every source format, for posts that are only an id and a text: what goes in must come out again.

The columns and envelopes are those that the tools themselves write (read in their public source code and test files).
"""

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


def twarc_csv_text(text: str) -> str:
    r"""twarc-csv writes a line end as the two signs \n and leaves carriage returns out."""
    return sent(text).replace("\r", "").replace("\n", r"\n")


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


def tap(path: Path, posts: Posts) -> Path:
    fixed = {"live": False, "did": "did:plc:w7", "collection": "app.bsky.feed.post", "action": "create"}
    values = [
        {"id": n, "type": "record", "record": {**fixed, "rkey": one, "record": {"text": text, "createdAt": WHEN_ISO}}}
        for n, (one, text) in enumerate(posts)
    ]
    path.write_text(json.dumps(values, indent=1), encoding="utf-8")
    return path


def minet_json(path: Path, posts: Posts) -> Path:
    """A list of lists: each post with those it refers to, which did not match the query."""
    fixed = {"timestamp_utc": 1606809600, "local_time": "2020-12-01T09:00:00", "user_screen_name": "ward_seven"}
    fixed |= {"user_id": "1", "quoted_id": None, "retweeted_id": None, "hashtags": [], "user_verified": False}
    other = {**fixed, "id": "99", "text": "somebody else's", "collected_via": ["quote"], "match_query": False}
    values = [[other, {**fixed, "id": one, "text": text, "match_query": True}] for one, text in posts]
    path.write_text(json.dumps(values, indent=1), encoding="utf-8")
    return path


def gazouilloire(path: Path, posts: Posts) -> Path:
    """A dump of its database: a post a line, its id beside it."""
    fixed = {"timestamp_utc": "1606809600.0", "local_time": "2020-12-01T09:00:00", "user_screen_name": "ward_seven"}
    fixed |= {"user_id": "1", "match_query": True, "links": []}
    return _lines(path, [{"_index": "x_tweets", "_id": one, "_source": {**fixed, "text": text}} for one, text in posts])


def minet_bluesky_json(path: Path, posts: Posts) -> Path:
    fixed = {"timestamp_utc": 1606809600, "user_did": "did:plc:w7", "user_handle": "w7.example", "user_langs": ["en"]}
    values = [
        {
            **fixed,
            "uri": f"at://did:plc:w7/app.bsky.feed.post/{one}",
            "original_text": text,
            "text": f"{text} https://a",
        }
        for one, text in posts
    ]
    return _lines(path, values)


def web_exporter_json(path: Path, posts: Posts) -> Path:
    fixed = {"created_at": "2020-12-01 09:00:00 +01:00", "screen_name": "ward_seven", "name": "W", "user_id": "1"}
    fixed |= {"in_reply_to": None, "retweeted_status": None, "quoted_status": None, "favorited": False, "media": []}
    path.write_text(json.dumps([{"id": o, "full_text": sent(t), **fixed} for o, t in posts], indent=1), "utf-8")
    return path


def _wide(
    header: str, id_name: str, text_name: str, write_text: Callable[[str], str] = str, id_form: str = "{}"
) -> Callable[[Path, Posts], Path]:
    names = header.split(",")

    def write(path: Path, posts: Posts) -> Path:
        rows = []
        for one, text in posts:
            row = dict.fromkeys(names, "") | {id_name: id_form.format(one), text_name: write_text(text)}
            rows.append([row[name] for name in names])
        return _table(path, names, rows)

    return write


TABLES: dict[str, Callable[[Path, Posts], Path]] = {
    "twarc_csv": _wide(
        "id,conversation_id,referenced_tweets.replied_to.id,referenced_tweets.retweeted.id,referenced_tweets.quoted.id,"
        "author_id,in_reply_to_user_id,in_reply_to_username,retweeted_user_id,retweeted_username,quoted_user_id,"
        "quoted_username,created_at,text,lang,source,public_metrics.impression_count,public_metrics.reply_count,"
        "public_metrics.retweet_count,public_metrics.quote_count,public_metrics.like_count,entities.annotations,"
        "entities.cashtags,entities.hashtags,entities.mentions,entities.urls,attachments.media,author.id,author.username,"
        "author.name,author.description,author.location,author.public_metrics.followers_count,__twarc.url",
        "id", "text", twarc_csv_text,
    ),
    "minet": _wide(
        "id,timestamp_utc,local_time,user_screen_name,text,possibly_sensitive,retweet_count,like_count,reply_count,lang,"
        "to_username,to_userid,to_tweetid,source_name,source_url,user_location,lat,lng,user_id,user_name,user_verified,"
        "user_description,user_url,user_image,user_tweets,user_followers,user_friends,user_likes,user_lists,"
        "user_created_at,user_timestamp_utc,collected_via,match_query,retweeted_id,retweeted_user,retweeted_user_id,"
        "retweeted_timestamp_utc,quoted_id,quoted_user,quoted_user_id,quoted_timestamp_utc,collection_time,url,"
        "place_country_code,place_name,place_type,place_coordinates,links,domains,media_urls,media_files,media_types,"
        "mentioned_names,mentioned_ids,hashtags",
        "id", "text",
    ),
    "minet_bluesky": _wide(
        "cid,did,uri,url,timestamp_utc,local_time,indexed_at_utc,user_did,user_handle,text,original_text,repost_count,"
        "like_count,reply_count,quote_count,bookmark_count,user_url,user_display_name,user_langs,to_post_uri,to_user_did,"
        "to_root_post_uri,repost_by_user_did,repost_timestamp_utc,quoted_uri,quoted_user_handle,links,media_urls,"
        "media_alt_texts,mentioned_user_handles,hashtags,collected_via,match_query",
        "uri", "original_text", id_form="at://did:plc:w7/app.bsky.feed.post/{}",
    ),
    "fourcat": _wide(
        "collected_from_url,id,thread_id,timestamp,unix_timestamp,link,body,author,author_fullname,author_id,"
        "author_avatar_url,author_banner_url,verified,source,language_guess,possibly_sensitive,retweet_count,reply_count,"
        "like_count,quote_count,impression_count,is_retweet,retweeted_user,is_quote_tweet,quote_tweet_id,quote_author,"
        "quote_body,quote_images,quote_videos,is_quote_withheld,is_reply,replied_author,is_withheld,hashtags,urls,images,"
        "videos,mentions,long_lat,place_name",
        "id", "body", sent,
    ),
    "tcat": _wide(
        "id,time,created_at,from_user_name,text,filter_level,possibly_sensitive,withheld_copyright,withheld_scope,"
        "truncated,retweet_count,favorite_count,lang,to_user_name,in_reply_to_status_id,source,location,lat,lng,"
        "from_user_id,from_user_realname,from_user_verified,from_user_description,from_user_url,"
        "from_user_profile_image_url,from_user_utcoffset,from_user_timezone,from_user_lang,from_user_tweetcount,"
        "from_user_followercount,from_user_friendcount,from_user_favourites_count,from_user_listed,"
        "from_user_withheld_scope,from_user_created_at",
        "id", "text", sent,
    ),
    "hydrator": _wide(
        "coordinates,created_at,hashtags,media,urls,favorite_count,id,in_reply_to_screen_name,in_reply_to_status_id,"
        "in_reply_to_user_id,lang,place,possibly_sensitive,quote_id,retweet_count,retweet_id,retweet_screen_name,source,"
        "text,tweet_url,user_created_at,user_id,user_default_profile_image,user_description,user_favourites_count,"
        "user_followers_count,user_friends_count,user_listed_count,user_location,user_name,user_screen_name,"
        "user_statuses_count,user_time_zone,user_urls,user_verified",
        "id", "text", sent,
    ),
    "meltwater": _wide(
        "Date,Headline,URL,Opening Text,Hit Sentence,Source,Influencer,Country,Subregion,Language,Reach,Desktop Reach,"
        "Mobile Reach,Twitter Social Echo,Facebook Social Echo,Reddit Social Echo,National Viewership,Engagement,AVE,"
        "Sentiment,Key Phrases,Input Name,Keywords,Twitter Authority,Tweet Id,Twitter Id,Twitter Client,"
        "Twitter Screen Name,User Profile Url,Twitter Bio,Twitter Followers,Twitter Following,Alternate Date Format,"
        "Time,State,City,Document Tags",
        "Tweet Id", "Hit Sentence", sent,
    ),
    "brandwatch": _wide(
        "Query Id,Query Name,Date,Title,Snippet,Url,Domain,Sentiment,Page Type,Language,Country Code,Author,Avatar,"
        "Expanded URLs,Full Name,Full Text,Gender,Hashtags,Media URLs,Mentioned Authors,Original Url,Thread Author,"
        "Thread Entry Type,Thread Id,Thread URL,Twitter Author ID,Twitter Followers,Twitter Following,"
        "Twitter Reply Count,Twitter Reply to,Twitter Retweet of,Twitter Retweets,Twitter Likes,Updated",
        "Url", "Full Text", sent, "http://twitter.com/ward_seven/statuses/{}",
    ),
    "web_exporter": _wide(
        "id,created_at,full_text,media,screen_name,name,profile_image_url,user_id,in_reply_to,retweeted_status,"
        "quoted_status,media_tags,favorite_count,retweet_count,bookmark_count,quote_count,reply_count,views_count,"
        "favorited,retweeted,bookmarked,url",
        "id", "full_text", sent,
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
    "tap": tap,
    "minet_json": minet_json,
    "gazouilloire": gazouilloire,
    "minet_bluesky_json": minet_bluesky_json,
    "web_exporter_json": web_exporter_json,
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
