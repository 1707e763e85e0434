"""Values of other kinds anywhere in a record: no traceback that is not ours, and the flow adds up, in every format."""

import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import medtw_qual as mq
from medtw_qual.corpus.flow import require_sound_flow
from medtw_qual.errors import MedtwQualError
from tests.corpus.invented_platforms import JSON_WRITERS

POSTS = [(str(7132096800000000001 + number), f"Thank you all, number {number} #Night") for number in range(4)]
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 1e300, 10**30, "", "x", "NaN", [], [None], [[1]], {}, {"id": {}}, {"x": [1]}, "2020", 1e7,
)  # fmt: skip
MANY = ("v1", "graphql", "bluesky", "jetstream", "mastodon", "tap", "minet_json", "gazouilloire", "web_exporter_json",
        "twarc_pages", "twarc_flat", "minet_bluesky_json")  # fmt: skip


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value inside a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from _places(inner, (*path, key))


def _changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    copy = json.loads(json.dumps(value))
    held = copy
    for key in path[:-1]:
        held = held[key]
    held[path[-1]] = new
    return copy


def _mutants(values: list[Any], seed: int, number: int) -> Iterator[list[Any]]:
    chance = random.Random(seed)
    places = list(_places(values))
    for _ in range(number):
        yield _changed(values, chance.choice(places), chance.choice(ODD))


def _read_soundly(path: Path) -> None:
    try:
        corpus = mq.read_corpus(path)
    except MedtwQualError:
        return
    require_sound_flow(corpus.flow)
    assert corpus.flow["kept"].iloc[-1] == len(corpus.posts) == corpus.reading["posts"].sum()
    assert corpus.reading["records"].sum() == corpus.flow["before"].iloc[0]
    corpus.drop_reposts().merge_threads().drop_duplicates()


def _values(path: Path) -> tuple[list[Any], bool]:
    text = path.read_text(encoding="utf-8")
    try:
        return [json.loads(text)], False
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines()], True


def _save(path: Path, values: list[Any], *, lines: bool) -> Path:
    path.write_text("".join(json.dumps(value) + "\n" for value in values) if lines else json.dumps(values[0]))
    return path


@pytest.mark.parametrize("name", [*JSON_WRITERS, *MANY])
def test_no_value_of_another_kind_ends_in_a_traceback(tmp_path: Path, formats: Any, name: str) -> None:
    write = JSON_WRITERS.get(name) or formats.WRITERS[name]
    values, lines = _values(write(tmp_path / "whole.json", POSTS))
    for number, mutant in enumerate(_mutants(values, seed=len(name), number=20)):
        _read_soundly(_save(tmp_path / f"{number}.json", mutant, lines=lines))


def test_no_odd_value_in_an_archive_ends_in_a_traceback(tmp_path: Path) -> None:
    tweets = [
        {"tweet": {"id_str": number, "full_text": text, "created_at": "Thu Nov 26 14:10:07 +0000 2020", "lang": "en",
                   "entities": {"hashtags": [{"text": "Night"}], "urls": [], "user_mentions": []},
                   "favorite_count": "3",
                   "edit_info": {"initial": {"editTweetIds": [number]}}}}
        for number, text in POSTS
    ]  # fmt: skip
    whole = {
        "tweets": tweets,
        "account": [{"account": {"accountId": "7", "username": "w7", "accountDisplayName": "W"}}],
        "profile": [{"profile": {"description": {"bio": "nurse", "location": "here"}}}],
        "note_tweet": [
            {"noteTweet": {"noteTweetId": "1", "createdAt": "2020-11-26T14:10:07.000Z", "core": {"text": "x"}}}
        ],
    }
    for number, mutant in enumerate(made for made in _mutants([whole], seed=3, number=80) if isinstance(made[0], dict)):
        path = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(path, "w") as packed:
            for part, values in mutant[0].items():
                name = part.replace("_", "-") + ".js"
                packed.writestr(f"data/{name}", f"window.YTD.{part}.part0 = {json.dumps(values)}")
        _read_soundly(path)
