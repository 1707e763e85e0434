"""Whatever another program did to a table: the same posts come out, or a refusal in this package's words; never others.

`python -m tests.corpus.test_representation` prints the table that stands in docs/how-to/api-files.md.
"""

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.corpus.flow import require_sound_flow
from medtw_qual.errors import MedtwQualError
from tests.corpus.resavings import RESAVINGS, rows_of

# Invented words with what tears tables: delimiters, quotation marks, line ends, accents, another script.
TEXTS = (
    'She said "thank you"; we all cried, twice | really #NightShift',
    "Gracias a mis compañeras, café y más café",
    "first line\nsecond line, with a comma",
    "ありがとうございます",
)
IDS = tuple(str(1331967234567890123 + 987654321 * number) for number in range(len(TEXTS)))
COMPARED = ["post_id", "author_id", "created_at", "text", "is_reply", "is_quote", "is_repost", "reply_to_id", "likes"]
HEADERS: dict[str, dict[str, str]] = {
    "own": {"post_id": "id", "text": "text", "author_id": "who", "created_at": "when", "likes": "n",
            "reply_to_id": "re"},
    "hydrator": {"id": "id", "text": "text", "user_id": "who", "created_at": "when", "favorite_count": "n",
                 "in_reply_to_status_id": "re", "tweet_url": "", "user_screen_name": "name", "retweet_id": "",
                 "quote_id": "", "hashtags": "", "lang": ""},
    "twarc_csv": {"id": "id", "text": "text", "author_id": "who", "created_at": "when",
                  "public_metrics.like_count": "n",
                  "referenced_tweets.replied_to.id": "re", "referenced_tweets.retweeted.id": "",
                  "referenced_tweets.quoted.id": "", "author.username": "name", "__twarc.url": "", "lang": ""},
    "minet": {"id": "id", "timestamp_utc": "when", "local_time": "", "user_screen_name": "name", "user_id": "who",
              "text": "text", "to_tweetid": "re", "retweeted_id": "", "quoted_id": "", "like_count": "n", "lang": ""},
    "fourcat": {"id": "id", "thread_id": "", "timestamp": "when", "body": "text", "author": "name", "author_id": "who",
                "like_count": "n", "reply_to": "re", "is_retweet": "", "is_quote_tweet": "", "is_reply": ""},
    "tcat": {"id": "id", "time": "", "created_at": "when", "from_user_name": "name", "text": "text",
             "from_user_id": "who", "in_reply_to_status_id": "re", "favorite_count": "n", "lang": ""},
    "web_exporter": {"id": "id", "created_at": "when", "full_text": "text", "screen_name": "name", "user_id": "who",
                     "in_reply_to": "re", "retweeted_status": "", "quoted_status": "", "favorite_count": "n"},
    "rtweet": {"user_id": "who", "status_id": "id", "created_at": "when", "screen_name": "name", "text": "text",
               "reply_to_status_id": "re", "favorite_count": "n", "is_retweet": "", "retweet_status_id": ""},
    "twint": {"id": "id", "conversation_id": "id", "created_at": "when", "user_id": "who", "username": "name",
              "tweet": "text", "likes_count": "n", "retweet": ""},
}  # fmt: skip


def _original(name: str, folder: Path) -> Path:
    """Write an export as its program writes it, from one invented collection."""
    values = [
        {"id": ident, "text": text, "who": str(550 + number % 2), "when": f"2020-11-2{number} 14:10:07",
         "n": str(3 * number), "re": IDS[0] if number == 2 else "", "name": f"inv_{number % 2}"}
        for number, (ident, text) in enumerate(zip(IDS, TEXTS, strict=True))
    ]  # fmt: skip
    columns = HEADERS[name]
    body = [[value.get(source, "") for source in columns.values()] for value in values]
    frame = pd.DataFrame(body, columns=list(columns))
    path = folder / f"{name}.csv"
    if name == "twarc_csv":  # it writes line ends as two signs
        frame["text"] = frame["text"].str.replace("\n", "\\n")
    frame.to_csv(path, index=False, lineterminator="\r\n")
    return path


def _posts(path: Path) -> pd.DataFrame:
    corpus = mq.read_corpus(path)
    require_sound_flow(corpus.flow)
    return corpus.posts[COMPARED].sort_values("post_id", ignore_index=True)


def outcome(name: str, resaving: str, folder: Path) -> str:
    """Return "same", "refused", or what came out otherwise."""
    original = _original(name, folder)
    expected = _posts(original)
    assert expected["text"].tolist() == list(TEXTS)
    try:
        found = _posts(RESAVINGS[resaving](rows_of(original), folder))
    except MedtwQualError:
        return "refused"
    return (
        "same"
        if found.equals(expected)
        else f"other: {found.compare(expected) if len(found) == len(expected) else found}"
    )


@pytest.mark.parametrize("resaving", RESAVINGS)
@pytest.mark.parametrize("name", HEADERS)
def test_a_table_saved_again_gives_the_same_posts_or_is_refused(tmp_path: Path, name: str, resaving: str) -> None:
    found = outcome(name, resaving, tmp_path)
    assert found == ("refused" if resaving == "ids through a float" else "same"), found


def as_markdown() -> str:
    """Return the table of formats and re-savings."""
    lines = ["| saved again as | " + " | ".join(HEADERS) + " |", "|---|" + "---|" * len(HEADERS)]
    for resaving in RESAVINGS:
        cells: list[Any] = []
        for name in HEADERS:
            with tempfile.TemporaryDirectory() as folder:
                cells.append(outcome(name, resaving, Path(folder)))
        lines.append(f"| {resaving} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_markdown())
