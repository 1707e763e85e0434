"""Each source format: found by looking into the file, read without loss, and never stopped by one bad record."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import medtw_qual as mq
from medtw_qual._base.office import formula_safe
from medtw_qual.corpus.flow import require_sound_flow
from medtw_qual.corpus.readers import READERS
from medtw_qual.corpus.readers.minet import NOT_COLLECTED
from medtw_qual.corpus.spreadsheet_text import write_sheet
from medtw_qual.errors import MedtwQualError

NAMES = {
    "jetstream": "bluesky",
    "tap": "bluesky",
    "minet_json": "minet",
    "gazouilloire": "minet",
    "minet_bluesky_json": "minet_bluesky",
    "web_exporter_json": "web_exporter",
}
QUIET = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
POSTS = [
    ("1333333333333300001", "Thank you & good night <3 #MedTwitter"),
    ("1333333333333300002", '=SUM(A1) 👩🏽‍⚕️ NA, "quoted"\nsecond line; with | all \t delimiters'),
    ("1333333333333300003", "NA"),
]
FORMATS = [
    "twarc_pages", "twarc_flat", "v1", "graphql", "bluesky", "jetstream", "tap", "mastodon", "x_archive", "twarc_csv",
    "minet", "minet_json", "gazouilloire", "minet_bluesky", "minet_bluesky_json", "fourcat", "tcat", "hydrator",
    "meltwater", "brandwatch", "web_exporter", "web_exporter_json",
]  # fmt: skip

# Any text a person can post: no lone surrogates (tested apart), no control characters that platforms strip, not the
# beginning that marks a repost in tables, nor the two signs that stand for a line end in twarc-csv's table.
words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), min_size=1, max_size=60
).filter(lambda text: text.strip() and not text.upper().startswith("RT") and r"\n" not in text)
ids = st.integers(10**18 + 1, 2 * 10**18).filter(lambda number: number % 10**4 != 0).map(str)
posts = st.lists(st.tuples(ids, words), min_size=1, max_size=5, unique_by=lambda one: one[0])


def read_texts(corpus: mq.Corpus) -> dict[str, str]:
    return {
        key.rsplit("/", 1)[-1]: text for key, text in zip(corpus.posts["post_id"], corpus.posts["text"], strict=True)
    }


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_found_by_its_content_and_read_whole(name: str, tmp_path: Path, formats: Any) -> None:
    path = formats.WRITERS[name](tmp_path / "some.bin", POSTS)
    corpus = mq.read_corpus(path)
    assert corpus.provenance["sources"][0]["format"] == NAMES.get(name, name)
    assert corpus.provenance["sources"][0]["why"]
    assert read_texts(corpus) == dict(POSTS)
    require_sound_flow(corpus.flow)
    assert set(corpus.flow.loc[corpus.flow["dropped"] > 0, "reason"]) <= {NOT_COLLECTED}
    assert corpus.posts["text_complete"].all()


@pytest.mark.parametrize("name", FORMATS)
def test_ids_and_texts_come_through_to_the_code_point(name: str, tmp_path: Path, formats: Any) -> None:
    @QUIET
    @given(posts)
    def check(given_posts: list[tuple[str, str]]) -> None:
        corpus = mq.read_corpus(formats.WRITERS[name](tmp_path / "one.bin", given_posts))
        assert read_texts(corpus) == dict(given_posts)
        require_sound_flow(corpus.flow)

    check()


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 10**19)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
def test_any_table_with_named_columns_keeps_ids_and_texts(ending: str, tmp_path: Path) -> None:
    @QUIET
    @given(posts)
    def check(given_posts: list[tuple[str, str]]) -> None:
        path = tmp_path / f"answers.{ending}"
        if ending == "jsonl":
            path.write_text("".join(json.dumps({"row": one, "answer": text}) + "\n" for one, text in given_posts))
        else:
            write_sheet(pd.DataFrame(given_posts, columns=["row", "answer"]), path)
        corpus = mq.read_corpus(path, text="answer", id="row")
        # a CSV for spreadsheets carries an apostrophe before what would run as a formula; only our own table knows it
        texts = dict(given_posts) if ending != "csv" else {one: formula_safe(text) for one, text in given_posts}
        assert dict(zip(corpus.posts["post_id"], corpus.posts["text"], strict=True)) == texts

    check()


@pytest.mark.parametrize(
    "name",
    ["twarc_pages", "twarc_flat", "v1", "graphql", "bluesky", "jetstream", "gazouilloire", "minet_bluesky_json"],
)
def test_broken_records_are_counted_and_stop_nothing(name: str, tmp_path: Path, formats: Any) -> None:
    """Every field of a sound record is replaced by anything at all; the sound record after it is still read."""
    lines = formats.WRITERS[name](tmp_path / "sound.bin", POSTS[:1]).read_text().splitlines()
    sound = json.loads(lines[0])
    keys = list(_paths(sound))

    @QUIET
    @given(st.sampled_from(keys), json_values)
    def check(place: tuple[Any, ...], value: object) -> None:
        broken = json.loads(lines[0])
        inner = broken
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = value
        other = formats.WRITERS[name](tmp_path / "other.bin", POSTS[1:2]).read_text().splitlines()[0]
        path = tmp_path / "mixed.bin"
        path.write_text(json.dumps(broken) + "\n" + other + "\n")
        corpus = mq.read_corpus(path, format=NAMES.get(name, name))
        require_sound_flow(corpus.flow)
        assert POSTS[1][1] in set(corpus.posts["text"])

    check()


def _paths(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [above] if above else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += _paths(inner, (*above, key))
    return found


@pytest.mark.parametrize("name", ["twarc_flat", "v1", "minet", "bluesky"])
def test_a_file_cut_off_anywhere_is_an_account_or_a_clear_error(name: str, tmp_path: Path, formats: Any) -> None:
    whole = formats.WRITERS[name](tmp_path / "whole.bin", POSTS).read_bytes()

    @QUIET
    @given(st.integers(1, len(whole) - 1))
    def check(length: int) -> None:
        path = tmp_path / "cut.bin"
        path.write_bytes(whole[:length])
        with contextlib.suppress(MedtwQualError):
            require_sound_flow(mq.read_corpus(path).flow)

    check()


def test_several_formats_in_one_call_keep_a_shared_post_once(tmp_path: Path, formats: Any) -> None:
    one = formats.twarc_flat(tmp_path / "a.jsonl", POSTS[:2])
    two = formats.TABLES["minet"](tmp_path / "b.csv", POSTS[1:])
    corpus = mq.read_corpus([one, two])
    assert list(corpus.posts["source_format"]) == ["twarc_flat", "twarc_flat", "minet"]
    assert corpus.flow["dropped"].sum() == 1
    assert read_texts(corpus) == dict(POSTS)


def test_the_whole_text_wins_over_a_cut_copy(tmp_path: Path, formats: Any) -> None:
    whole = "a" * 150 + " and here it goes on"
    cut = formats.twarc_flat(tmp_path / "a.jsonl", [("1333333333333300001", "a" * 150 + "…")])
    full = formats.TABLES["minet"](tmp_path / "b.csv", [("1333333333333300001", whole)])
    for order in ([cut, full], [full, cut]):
        corpus = mq.read_corpus(order)
        assert corpus.posts["text"].tolist() == [whole]
        assert corpus.posts["text_complete"].tolist() == [True]
        require_sound_flow(corpus.flow)
    assert mq.read_corpus(cut).posts["text_complete"].tolist() == [False]


def test_a_new_format_is_one_line_in_the_register() -> None:
    names = [reader.name for reader in READERS]
    assert len(names) == len(set(names))
    assert all(reader.label for reader in READERS)
