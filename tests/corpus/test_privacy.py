"""People stay protected: keys are random, exports cannot be joined, details are flagged, deletions are followed."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.corpus.privacy.flags import flag_text
from medtw_qual.errors import InvalidArgument, InvalidTable, MissingDependency


@pytest.fixture
def corpus(tmp_path: Path, inv: Any) -> mq.Corpus:
    posts = [
        inv.post(
            1, "Night three. Thank you @dr_imagined and @nobody_here, see https://t.co/x1 or write ward@seven.example"
        ),
        inv.post(2, "still here", referenced_tweets=inv.answers(1)),
        inv.post(3, "Ward Seven taught me this", author="12"),
    ]
    return mq.read_corpus(inv.write_lines(tmp_path / "p.jsonl", [inv.page(posts)])).merge_threads()


def test_nothing_that_leads_back_is_left_outside_the_key_file(corpus: mq.Corpus, tmp_path: Path) -> None:
    keys = tmp_path / "keys.csv"
    hidden = mq.privacy.pseudonymise(corpus, keys)
    written = "".join(table.to_csv() for table in (hidden.posts, hidden.units, hidden.authors)) + repr(
        dict(hidden.provenance)
    )
    for telling in [*corpus.posts["post_id"], "ward_seven", "dr_imagined", "nobody_here", "Ward Seven", "t.co", "ward@",
                    "gardener", "p.jsonl"]:  # fmt: skip
        assert telling not in written, telling
    book = pd.read_csv(keys, dtype="str").set_index(["kind", "id"])["key"]
    thread = hidden.units.set_index("unit_id").loc[book["post", corpus.units["unit_id"].iloc[0]]]
    assert thread["n_posts"] == 2
    assert f"@{book['author', '12']}" in thread["text"]
    assert "[link]" in thread["text"] and "[mail]" in thread["text"]  # noqa: PT018
    assert "[name] taught me this" in set(hidden.units["text"])
    assert set(hidden.units["author_id"]) == {book["author", "11"], book["author", "12"]}
    joined = {entry for ids in hidden.units["post_ids"] for entry in ids}
    assert joined == set(hidden.posts["post_id"])


def test_keys_are_random_but_stay_once_drawn(corpus: mq.Corpus, tmp_path: Path) -> None:
    entry = mq.privacy.pseudonymise(corpus, tmp_path / "a.csv")
    again = mq.privacy.pseudonymise(corpus, tmp_path / "a.csv")
    other = mq.privacy.pseudonymise(corpus, tmp_path / "b.csv")
    pd.testing.assert_frame_equal(entry.units, again.units)
    assert not set(entry.units["unit_id"]) & set(other.units["unit_id"])
    drawn = mq.privacy.draw_unit_keys(corpus, tmp_path / "units.csv")
    assert mq.privacy.draw_unit_keys(corpus, tmp_path / "units.csv").equals(drawn)
    named = mq.privacy.pseudonymise(corpus, tmp_path / "a.csv", unit_keys=tmp_path / "units.csv", dates="month")
    assert sorted(named.units["unit_id"]) == sorted(drawn["key"])
    assert set(named.units["created_at"].dt.strftime("%Y-%m-%d %H:%M")) == {"2020-12-01 00:00"}
    (tmp_path / "broken.csv").write_text("kind,id,key\npost,1,P-X\npost,2,P-X\n")
    with pytest.raises(InvalidTable, match="share a key"):
        mq.privacy.pseudonymise(corpus, tmp_path / "broken.csv")


@pytest.mark.parametrize(
    ("text", "kind", "passage"),
    [
        ("he died on 14 March and", "date", "14 March"),
        ("seen Dec 3rd again", "date", "Dec 3rd"),
        ("on 12/03/2020 we", "date", "12/03/2020"),
        ("it was three weeks ago", "time frame", "three weeks ago"),
        ("a 97-year-old man", "age over 89", "97-year-old"),
        ("she turned 102 today", "age over 89", "turned 102"),
        ("our ward in Saskatoon", "place", "in Saskatoon"),
        ("at Mercy Valley Hospital", "place", "Mercy Valley Hospital"),
        ("thanks Dr Okonkwo for", "name", "Dr Okonkwo"),
        ("my patient Rosa sang", "name", "my patient Rosa"),
        ("call 555-201-3344 now", "contact", "555-201-3344"),
        ("the man in room 412", "record or room", "room 412"),
        ("my sickest patient today", "patient", "my sickest patient"),
    ],
)
def test_details_that_a_reader_must_look_at(text: str, kind: str, passage: str) -> None:
    found = {(entry, words) for entry, words, _, _ in flag_text(text)}
    assert any(entry == kind and passage in words for entry, words in found), found
    for _, words, start, end in flag_text(text):
        assert text[start:end] == words


@pytest.mark.parametrize("text", ["I love this place", "thank you all, 89 times", "In English please", "we are 12 now"])
def test_plain_words_are_not_flagged(text: str) -> None:
    assert list(flag_text(text)) == []


def test_flags_name_the_unit_and_presidio_is_asked_for_by_name(corpus: mq.Corpus) -> None:
    flags = mq.privacy.flags(corpus)
    mail = flags[(flags["kind"] == "contact") & flags["passage"].str.endswith(".example")]
    assert mail["passage"].tolist() == ["ward@seven.example"]
    assert (corpus.units["text"].iloc[0])[mail["start"].iloc[0] : mail["end"].iloc[0]] == "ward@seven.example"
    with pytest.raises(InvalidArgument, match="There is no engine 'presidium'"):
        mq.privacy.flags(corpus, engine="presidium")
    if find_spec("presidio_analyzer") is None:
        with pytest.raises(MissingDependency, match=r'pip install "medtw-qual\[privacy\]"'):
            mq.privacy.flags(corpus, engine="presidio")


def test_the_researchers_own_presidio_engine_is_asked_in_its_language(corpus: mq.Corpus) -> None:
    """Any object that analyses as Presidio's AnalyzerEngine does; the real one stands beside it in the test below."""
    asked: list[str] = []

    class Finding(NamedTuple):
        entity_type: str
        start: int
        end: int

    class Engine:
        def analyze(self, text: str, language: str) -> list[Finding]:
            asked.append(language)
            place = text.find("Ward Seven")
            return [Finding("PERSON", place, place + 10)] if place >= 0 else []

    flags = mq.privacy.flags(corpus, engine=Engine(), language="es")
    assert flags[["kind", "passage"]].values.tolist() == [["person", "Ward Seven"]]
    assert set(asked) == {"es"}


@pytest.mark.extra
def test_presidio_itself_finds_what_it_knows(tmp_path: Path, inv: Any) -> None:
    """With a blank language model: Presidio's own patterns need none."""
    analyzer = pytest.importorskip("presidio_analyzer", reason="the optional installation medtw-qual[privacy]")
    spacy = pytest.importorskip("spacy")
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    page = inv.page([inv.post(1, "Write to ward@example.com any night")])
    corpus = mq.read_corpus(inv.write_lines(tmp_path / "p.jsonl", [page]))
    nlp = SpacyNlpEngine()
    nlp.nlp = {"en": spacy.blank("en")}
    flags = mq.privacy.flags(corpus, engine=analyzer.AnalyzerEngine(nlp_engine=nlp, supported_languages=["en"]))
    assert flags.loc[flags["kind"] == "email_address", "passage"].tolist() == ["ward@example.com"]


def test_ids_and_codes_leave_apart_and_cannot_be_joined(corpus: mq.Corpus, tmp_path: Path) -> None:
    codes = pd.DataFrame(
        [
            (unit, coder, code, "present", "memo")
            for unit in [f"u{n:03d}" for n in range(60)]
            for coder in "AB"
            for code in "xy"
        ],
        columns=["unit_id", "coder", "code", "status", "memo"],
    )
    mq.privacy.export_codes(codes, tmp_path / "one.csv")
    mq.privacy.export_codes(codes, tmp_path / "two.csv")
    entry = pd.read_csv(tmp_path / "one.csv", dtype="str")
    assert list(entry.columns) == ["unit", "coder", "code", "status"]
    assert len(entry) == len(codes)
    assert not set(entry["unit"]) & set(codes["unit_id"])
    numbered = codes.assign(n=codes["unit_id"].str[1:].astype(int)).groupby("unit_id")["n"].first()
    assert list(numbered) == sorted(
        numbered
    )  # the table that went in stands in order; what comes out must not follow it
    ids = mq.privacy.export_ids(corpus, tmp_path / "ids.txt").read_text().split()
    assert ids == sorted(corpus.posts["post_id"])
    with pytest.raises(Exception, match="holds ids only"):
        mq.read_corpus(tmp_path / "ids.txt")


def test_keys_of_a_codes_export_follow_no_order(tmp_path: Path) -> None:
    """Each unit has a code of its own, so that its new key can be read off: 100 of them do not keep their order."""
    codes = pd.DataFrame(
        {"unit_id": [f"{n:03d}" for n in range(100)], "code": [f"c{n:03d}" for n in range(100)], "status": "present"}
    )
    mq.privacy.export_codes(codes, tmp_path / "codes.csv")
    out = pd.read_csv(tmp_path / "codes.csv", dtype="str")
    place = out["code"].str[1:].astype(int).to_numpy()
    assert sorted(place) == list(range(100))
    assert list(place) != list(range(100))
    assert abs(pd.Series(place).corr(pd.Series(range(100)))) < 0.6  # far beyond chance (standard error .1) when kept


def test_a_deletion_is_followed_into_the_codes(corpus: mq.Corpus) -> None:
    thread, other = corpus.units["unit_id"]
    codes = pd.DataFrame(
        {"unit_id": [thread, thread, other, other], "code": ["x", "y", "x", "y"], "status": ["present", "absent"] * 2}
    )
    left = corpus.drop_posts([corpus.posts["post_id"].iloc[1]])
    kept = mq.privacy.without_lost_units(codes, left)
    assert kept["unit_id"].unique().tolist() == [other]
    effect = mq.privacy.deletion_effect(codes, kept).set_index("code")
    assert effect.loc["x", ["present_before", "present_after", "share_before", "share_after"]].tolist() == [
        2,
        1,
        1.0,
        1.0,
    ]


def test_no_column_stays_unasked_and_every_id_is_keyed(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    words = "thank you to everyone on the ward tonight"
    table.write_text(
        "id,who,mail,page,role,words\n"
        f"70001,31,kit@a.example,https://x.example/kit_inv,nurse,.@lou_inv {words}\n"
        f"70002,32,lou@a.example,https://x.example/lou_inv,porter,.@lou_inv {words}!\n",
        encoding="utf-8",
    )
    named = {"text": "words", "id": "id", "author": "who", "author_columns": ["mail", "role"]}
    corpus = mq.read_corpus(table, **named).mark_near_duplicates()
    hidden = mq.privacy.pseudonymise(corpus, tmp_path / "keys.csv", keep_columns="role")
    tables = (hidden.posts, hidden.units, hidden.authors, hidden.reading)
    written = " ".join(str(cell) for held in tables for cell in held.to_numpy().ravel())
    for telling in ("70001", "kit", "lou", "a.example", "x.example", "t.csv"):
        assert telling not in written, telling
    assert sorted(hidden.authors["role"]) == ["nurse", "porter"]
    marks = set(hidden.units["near_duplicate_of"]) - {""}
    assert marks < set(hidden.units["unit_id"])
    with pytest.raises(InvalidArgument, match="roll"):
        mq.privacy.pseudonymise(corpus, tmp_path / "keys.csv", keep_columns=["roll"])


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        (".@lou_inv thank you", "lou_inv"),
        ("thanks @lou_inv@ward.example", "lou_inv"),
        ("see u/lou_inv for more", "lou_inv"),
        ("I met Lou Invented today", "Lou Invented"),
        ("lou invented was there", "lou invented"),
        ("look at twitter.com/lou_inv now", "lou_inv"),
        ("ask lou_inv, without the sign", "lou_inv"),
        ("write to lou@ward.example", "lou@ward"),
        ("at://did:plc:abc/app.bsky.feed.post/1", "did:plc"),
        ("my post 1331967234567890123 says it", "1331967234567890123"),
        ("so said #lou_inv", "lou_inv"),
    ],
)
def test_nothing_in_the_words_leads_to_an_account(tmp_path: Path, inv: Any, text: str, telling: str) -> None:
    page = inv.page([inv.post(1, text, author="41")])
    page["includes"]["users"].append({"id": "41", "username": "lou_inv", "name": "Dr. Lou Invented, RN 🩺 (she/her)"})
    corpus = mq.read_corpus(inv.write_lines(tmp_path / "p.jsonl", [page]))
    hidden = mq.privacy.pseudonymise(corpus, tmp_path / "keys.csv")
    assert telling.casefold() not in hidden.units["text"][0].casefold()
    assert telling.casefold() not in str(hidden.posts.iloc[0].tolist()).casefold()
