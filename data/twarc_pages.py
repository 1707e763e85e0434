"""Put invented posts into the shape that twarc2 writes: pages of an API v2 answer, one page a line.

Around the posts come the things every real collection holds and every reader must get rid of again: native reposts,
a page delivered twice, quoted posts that were not collected themselves, an edited post in two versions, a withheld
post, references that the platform no longer answers for, and a line that is no page at all.
"""

import html
import random
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

Post = dict[str, str | None]
Tweet = dict[str, object]

SEED = 2020
PAGE_SIZE = 100
LONGEST = 280  # characters of a post without note_tweet
REPOSTS = 12
RETRIEVED = datetime.fromisoformat("2023-03-04T09:00:00+00:00")
EPOCH_MS = 1288834974657  # the platform counts milliseconds of an id from this moment

# Pictures: the last link of these posts shows one; some come with a description for people who cannot see it.
PICTURES = {
    "1332819298313021752": "A stained tissue section whose pink outline looks like a roast turkey.",
    "1342402367714212114": "A laboratory analyzer wearing felt antlers.",
    "1343029668345045635": "A wrist splint drawn in ballpoint on a napkin.",
    "1335670436999303958": "An empty beach; a seal lies across the only path.",
    "1332929960454676400": "",
    "1348168139083958743": "",
}
# The platform's own language tag is a guess by machine; it is wrong for mixed posts here as it is there.
WORDS_OF = {
    "es": {"que", "de", "la", "el", "mi", "y", "una", "con", "los", "las", "por", "no", "en", "me", "somos"},
    "fr": {"les", "des", "est", "pas", "pour", "nuit", "on", "merci", "vraiment", "sinon", "une", "toujours"},
    "pt": {"não", "uma", "da", "de", "do", "me", "um", "quem", "pra", "aqui", "quase", "depois", "em"},
    "en": {"the", "and", "to", "of", "a", "i", "my", "in", "is", "for", "on", "that", "it", "you", "was", "with", "me"},
}
TAG = re.compile(r"(?<![\w&/])#(\w*[^\W\d_]\w*)")
MENTION = re.compile(r"(?<![\w@])@(\w{1,15})")
LINK = re.compile(r"https://t\.co/\w+")


def build_pages(posts: Sequence[Post]) -> list[dict[str, object]]:
    """Return the lines of the file: newest first, as the platform's search answers."""
    maker = _Maker(posts)
    tweets = [maker.tweet(post) for post in posts]
    tweets += [*maker.reposts(tweets), maker.first_version(tweets), maker.withheld()]
    tweets.sort(key=lambda tweet: int(str(tweet["id"])), reverse=True)
    starts = range(0, len(tweets), PAGE_SIZE)
    pages = [maker.page(tweets[start : start + PAGE_SIZE], number) for number, start in enumerate(starts)]
    pages.insert(4, pages[3])  # delivered twice, as happens when a collection is taken up again
    pages.insert(6, _DISCONNECTED)
    return pages


# What the platform sends when it ends a connection; it stands in the file like a page and holds no posts.
_DISCONNECTED: dict[str, object] = {
    "errors": [
        {
            "title": "operational-disconnect",
            "disconnect_type": "UpstreamOperationalDisconnect",
            "detail": "This stream has been disconnected upstream for operational reasons.",
            "type": "https://api.twitter.com/2/problems/operational-disconnect",
        }
    ],
    "__twarc": {"version": "2.13.0", "retrieved_at": "2023-03-04T09:00:05+00:00"},
}


class _Maker:
    """Turns posts into the platform's objects; every invented number comes from one seeded source."""

    def __init__(self, posts: Sequence[Post]) -> None:
        self.random = random.Random(SEED)
        self.posts = {str(post["id"]): post for post in posts}
        self.roles = {str(post["author"]): str(post["role"]) for post in posts}
        self.account = {author: str(self.random.randrange(10**8, 4 * 10**9)) for author in sorted(self.roles)}
        self.handle = self._handles()
        self.users = {self.account[author]: self._user(author) for author in sorted(self.roles)}
        self.elsewhere: dict[str, Tweet] = {}
        self.passed_on = self._uncollected()
        self.tweets: dict[str, Tweet] = {}

    def _handles(self) -> dict[str, str]:
        """Whoever is answered by name has that name; the others get one from their occupation."""
        handles: dict[str, str] = {}
        for post in self.posts.values():
            answered = self.posts.get(str(post["reply_to"]))
            called = MENTION.match(str(post["text"]))
            if answered and called and answered["author"] != post["author"]:
                handles[str(answered["author"])] = called[1]
        for number, author in enumerate(sorted(self.roles)):
            word = re.sub(r"\W", "", self.roles[author].lower().split(",")[0].split()[-1])[:7]
            handles.setdefault(author, f"inv_{word}_{number:03d}")
        return handles

    def _user(self, author: str, text: str | None = None) -> dict[str, object]:
        number = self.account[author]
        return {
            "id": number,
            "username": self.handle[author],
            "name": self.handle[author].replace("_", " ").title(),
            "description": html.escape(self.roles[author] if text is None else text, quote=False),
            "created_at": f"20{self.random.randint(10, 19)}-0{self.random.randint(1, 9)}-1{self.random.randint(0, 9)}"
            "T08:00:00.000Z",
            "protected": False,
            "verified": False,
            "public_metrics": {
                "followers_count": int(self.random.lognormvariate(6, 1.2)),
                "following_count": int(self.random.lognormvariate(6, 0.8)),
                "tweet_count": int(self.random.lognormvariate(8, 1)),
                "listed_count": self.random.randint(0, 40),
            },
        }

    def _stranger(self, handle: str) -> str:
        """An account outside the collection, known only since somebody named or passed it on."""
        known = next((number for number, user in self.users.items() if user["username"] == handle), None)
        if known:
            return known
        self.account[handle] = str(self.random.randrange(10**8, 4 * 10**9))
        self.handle[handle], self.roles[handle] = handle, ""
        self.users[self.account[handle]] = self._user(handle)
        return self.account[handle]

    def tweet(self, post: Post) -> Tweet:
        """One collected post."""
        own, written = str(post["id"]), html.escape(html.unescape(str(post["text"])), quote=False)
        tweet: Tweet = {
            "id": own,
            "author_id": self.account[str(post["author"])],
            "created_at": str(post["created_at"]).replace("Z", ".000Z"),
            "conversation_id": self._root(post),
            "text": written,
            "lang": _language(written),
            "edit_history_tweet_ids": [own],
            "possibly_sensitive": False,
            "reply_settings": "everyone",
            "source": "Twitter Web App",
            "public_metrics": self._metrics(),
        }
        references = [
            {"type": kind, "id": str(post[key])}
            for kind, key in (("replied_to", "reply_to"), ("quoted", "quotes"))
            if post[key]
        ]
        if references:
            tweet["referenced_tweets"] = references
        if post["reply_to"]:
            tweet["in_reply_to_user_id"] = self.account[str(self.posts[str(post["reply_to"])]["author"])]
        if own in PICTURES:
            tweet["attachments"] = {"media_keys": [f"3_{own}"]}
        if len(written) > LONGEST:
            tweet["note_tweet"] = {"text": written, **_with_entities(self._entities(written, own))}
            tweet["text"] = written = f"{written[: LONGEST - 26].rstrip()}… https://t.co/{_short(own)}"
        tweet.update(_with_entities(self._entities(written, own)))
        self.tweets[own] = tweet
        return tweet

    def _root(self, post: Post) -> str:
        while post["reply_to"]:
            post = self.posts[str(post["reply_to"])]
        return str(post["id"])

    def _metrics(self) -> dict[str, int]:
        likes = int(self.random.lognormvariate(2.2, 1.3))
        return {
            "retweet_count": likes // 9,
            "reply_count": likes // 14,
            "like_count": likes,
            "quote_count": likes // 60,
        }

    def _entities(self, text: str, own: str) -> dict[str, object]:
        """Hashtags, mentions and links with their places in `text`, in code points."""
        found: dict[str, list[dict[str, object]]] = {
            "hashtags": [{"start": m.start(), "end": m.end(), "tag": m[1]} for m in TAG.finditer(text)],
            "mentions": [
                {"start": m.start(), "end": m.end(), "username": m[1], "id": self._stranger(m[1])}
                for m in MENTION.finditer(text)
            ],
            "urls": [_link(m, own) for m in LINK.finditer(text)],
        }
        if own in PICTURES and found["urls"]:
            found["urls"][-1] |= {
                "expanded_url": f"https://twitter.com/i/web/status/{own}/photo/1",
                "display_url": f"pic.twitter.com/{own[-8:]}",
                "media_key": f"3_{own}",
            }
        return {kind: places for kind, places in found.items() if places}

    def _uncollected(self) -> Tweet:
        """A post that was passed on twice and never collected: it must not be counted."""
        author, own = self._stranger("inv_roundup_x"), _id_at("2020-12-20T10:00:00Z", 77)
        tweet: Tweet = {
            "id": own,
            "author_id": author,
            "created_at": "2020-12-20T10:00:00.000Z",
            "conversation_id": own,
            "text": "Five invented ways to fall asleep after a night shift, ranked by an invented owl #MedTwitter",
            "lang": "en",
            "edit_history_tweet_ids": [own],
            "public_metrics": self._metrics(),
        }
        tweet.update(_with_entities(self._entities(str(tweet["text"]), own)))
        self.elsewhere[own] = tweet
        return tweet

    def reposts(self, tweets: Sequence[Tweet]) -> list[Tweet]:
        """Native reposts by collected authors: ten of collected posts, two of one that was not collected."""
        originals = [*self.random.sample([tweet for tweet in tweets if tweet["lang"] == "en"], REPOSTS - 2)]
        originals += [self.passed_on, self.passed_on]
        people = sorted({str(tweet["author_id"]) for tweet in tweets})
        made = []
        for number, original in enumerate(originals):
            author = self.random.choice([one for one in people if one != original["author_id"]])
            time = datetime.fromisoformat(str(original["created_at"])) + timedelta(minutes=17 + 31 * number)
            own = _id_at(time.isoformat(), 100 + number)
            called = str(self.users[str(original["author_id"])]["username"])
            text = f"RT @{called}: {original['text']}"
            text = text if len(text) <= 140 else text[:139] + "…"
            made.append(
                {
                    "id": own,
                    "author_id": author,
                    "created_at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                    "conversation_id": own,
                    "text": text,
                    "lang": original["lang"],
                    "edit_history_tweet_ids": [own],
                    "referenced_tweets": [{"type": "retweeted", "id": original["id"]}],
                    # The platform gives a repost the original's count of reposts and no likes of its own.
                    "public_metrics": {**self._metrics(), "like_count": 0},
                    **_with_entities(self._entities(text, own)),
                }
            )
        return made

    def first_version(self, tweets: Sequence[Tweet]) -> Tweet:
        """The post as it stood before its author mended a word; the last version is what counts and keeps its id."""
        last = next(t for t in tweets if "the " in str(t["text"])[:60] and not t.get("referenced_tweets"))
        first = _id_at((datetime.fromisoformat(str(last["created_at"])) - timedelta(minutes=4)).isoformat(), 9)
        last["edit_history_tweet_ids"] = [first, last["id"]]
        text = str(last["text"]).replace("the ", "teh ", 1)
        time = datetime.fromisoformat(str(last["created_at"])) - timedelta(minutes=4)
        return {
            **last,
            "id": first,
            "conversation_id": first,
            "text": text,
            "created_at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            **_with_entities(self._entities(text, first)),
        }

    def withheld(self) -> Tweet:
        """A post of which only the notice is left."""
        own = _id_at("2020-12-09T18:30:00Z", 501)
        return {
            "id": own,
            "author_id": self._stranger("inv_withheld_x"),
            "created_at": "2020-12-09T18:30:00.000Z",
            "conversation_id": own,
            "text": "This Tweet from @inv_withheld_x has been withheld in response to a report from the copyright"
            " holder.",
            "lang": "en",
            "edit_history_tweet_ids": [own],
            "withheld": {"copyright": True, "country_codes": ["XY"], "scope": "tweet"},
            "public_metrics": {"retweet_count": 0, "reply_count": 0, "like_count": 0, "quote_count": 0},
        }

    def page(self, tweets: Sequence[Tweet], number: int) -> dict[str, object]:
        """One answer of the search: posts, what they refer to, and what could not be shown."""
        known = {**self.tweets, **self.elsewhere}
        referred = [known[ref["id"]] for t in tweets for ref in t.get("referenced_tweets", [])]  # type: ignore[attr-defined]
        unique = {str(tweet["id"]): tweet for tweet in referred}
        accounts = {str(t["author_id"]) for t in (*tweets, *unique.values())}
        accounts |= {m["id"] for t in tweets for m in t.get("entities", {}).get("mentions", [])}  # type: ignore[attr-defined]
        accounts |= {str(t["in_reply_to_user_id"]) for t in tweets if "in_reply_to_user_id" in t}
        media = [_picture(str(t["id"])) for t in tweets if t["id"] in PICTURES]
        page: dict[str, object] = {
            "data": list(tweets),
            "includes": {
                "users": [self.users[number] for number in sorted(accounts, key=int)],
                "tweets": [unique[own] for own in sorted(unique)],
                **({"media": media} if media else {}),
            },
            "meta": {"newest_id": tweets[0]["id"], "oldest_id": tweets[-1]["id"], "result_count": len(tweets)},
            "__twarc": {
                "url": "https://api.twitter.com/2/tweets/search/all?query=invented",
                "version": "2.13.0",
                "retrieved_at": (RETRIEVED + timedelta(seconds=number)).isoformat(),
            },
        }
        if number == 2:
            page["errors"] = [_gone(_id_at("2020-12-18T07:00:00Z", 3))]
        return page


def _with_entities(entities: dict[str, object]) -> dict[str, object]:
    return {"entities": entities} if entities else {}


def _picture(own: str) -> dict[str, object]:
    alt = {"alt_text": PICTURES[own]} if PICTURES[own] else {}
    return {"media_key": f"3_{own}", "type": "photo", "url": f"https://pictures.example/{own}.jpg", **alt}


def _gone(own: str) -> dict[str, object]:
    return {
        "resource_id": own,
        "parameter": "referenced_tweets.id",
        "resource_type": "tweet",
        "section": "includes",
        "title": "Not Found Error",
        "value": own,
        "detail": f"Could not find tweet with referenced_tweets.id: [{own}].",
        "type": "https://api.twitter.com/2/problems/resource-not-found",
    }


def _link(match: re.Match[str], own: str) -> dict[str, object]:
    return {
        "start": match.start(),
        "end": match.end(),
        "url": match[0],
        "expanded_url": f"https://invented.example/{own}",
        "display_url": f"invented.example/{own[:8]}…",
    }


def _short(own: str) -> str:
    """Ten characters for the link to the whole of a long post."""
    return f"{int(own) % 62**6:010x}"


def _language(text: str) -> str:
    words = re.findall(r"[^\W\d_]+", LINK.sub("", text).lower())
    counts = {tag: sum(word in known for word in words) for tag, known in WORDS_OF.items()}
    best = max(counts, key=lambda tag: (counts[tag], tag == "en"))
    return best if counts[best] else ("und" if len(words) < 3 else "en")


def _id_at(time: str, step: int) -> str:
    """An id of that moment: milliseconds since the platform's epoch, 22 bits for machine and step."""
    return str(((int(datetime.fromisoformat(time).timestamp() * 1000) - EPOCH_MS) << 22) + step)
