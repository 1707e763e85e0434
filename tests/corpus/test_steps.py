"""Every step leaves what it should, says why the rest left, and the flow adds up over all of them."""

from pathlib import Path

import pandas as pd
import pytest

import medtw_qual as mq
from medtw_qual.corpus.flow import require_sound_flow
from medtw_qual.errors import InvalidArgument, InvalidTable, MissingColumn, RoundedIds

ROWS = [
    # id, author, time, text, reply_to
    ("101", "ann", "2020-11-30T23:30:00Z", "So grateful for #MedTwitter tonight, all of you", ""),
    ("102", "ann", "2020-12-01T08:00:00Z", "it kept me awake in the best of ways", "101"),
    ("103", "ann", "2020-12-02T08:00:00Z", "Please wear the mask on the bus https://t.co/a1", ""),
    ("104", "ann", "2020-12-03T08:00:00Z", "please  wear the mask on the bus https://t.co/b2", ""),
    ("105", "bob", "2020-12-04T08:00:00Z", "Please wear the mask on the bus https://t.co/a1", ""),
    ("106", "bob", "2020-12-05T08:00:00Z", "Muchas gracias a todas las enfermeras de la planta siete", ""),
    ("107", "cat", "2020-12-06T08:00:00Z", "The canteen has run out of soup again and nobody is surprised", ""),
    ("108", "cat", "", "🤍🤍🤍", ""),
]


@pytest.fixture
def corpus(tmp_path: Path) -> mq.Corpus:
    path = tmp_path / "posts.csv"
    pd.DataFrame(ROWS, columns=["id", "who", "when", "text", "answers"]).to_csv(path, index=False)
    return mq.read_corpus(
        path, text="text", id="id", author="who", created_at="when", columns={"reply_to_id": "answers"}
    ).merge_threads()


def last(corpus: mq.Corpus, step: str) -> dict[str, int]:
    rows = corpus.flow[corpus.flow["step"] == step]
    return dict(zip(rows["reason"], (rows["dropped"] + rows["merged"]).astype(int), strict=True))


def ids(corpus: mq.Corpus) -> list[str]:
    return list(corpus.units["unit_id"])


def test_copies_are_those_of_the_same_author(corpus: mq.Corpus) -> None:
    assert ids(corpus.drop_duplicates()) == ["101", "103", "105", "106", "107", "108"]


def test_near_duplicates_are_marked_and_only_collapsed_on_request(corpus: mq.Corpus) -> None:
    marked = corpus.drop_duplicates(near=0.8)
    assert marked.units.set_index("unit_id")["near_duplicate_of"].to_dict() == {
        "101": "",
        "103": "",
        "105": "103",
        "106": "",
        "107": "",
        "108": "",
    }
    assert ids(marked.collapse_near_duplicates()) == ["101", "103", "106", "107", "108"]
    with pytest.raises(MissingColumn, match="not marked yet"):
        corpus.collapse_near_duplicates()


def test_language_is_told_from_the_words_and_an_emoji_stays(corpus: mq.Corpus) -> None:
    english = corpus.keep_language("en")
    assert ids(english) == ["101", "103", "104", "105", "107", "108"]
    assert last(english, "keep_language") == {"not in English but in Spanish": 1}
    assert ids(corpus.keep_language("en", keep_undetermined=False)) == ["101", "103", "104", "105", "107"]
    assert english.units.set_index("unit_id").loc["108", "language"] == "und"
    with pytest.raises(InvalidArgument, match="is no language code. Did you mean 'en'"):
        corpus.keep_language("english")


def test_matching_any_or_all_and_a_tag_on_the_first_post_keeps_the_thread(corpus: mq.Corpus) -> None:
    assert ids(corpus.keep_matching(hashtags=["#medtwitter"])) == ["101"]
    assert ids(corpus.keep_matching(hashtags=["MedTwitter"], lexicon="gratitude")) == ["101", "106"]
    assert ids(corpus.keep_matching(hashtags=["MedTwitter"], lexicon="gratitude", require="all")) == ["101"]
    assert ids(corpus.keep_matching(keywords=["mask*", "soup"])) == ["103", "104", "105", "107"]
    assert ids(corpus.keep_matching(keywords=["mas"])) == []
    assert last(corpus.keep_matching(keywords=["soup"]), "keep_matching") == {"no keyword soup": 6}
    with pytest.raises(InvalidArgument, match="nothing to match"):
        corpus.keep_matching()
    with pytest.raises(InvalidTable, match="Did you mean 'gratitude'"):
        corpus.keep_matching(lexicon="gratitud")


def test_days_begin_where_the_researcher_says(corpus: mq.Corpus) -> None:
    assert ids(corpus.between("2020-12-01", "2020-12-03")) == ["103", "104"]
    assert ids(corpus.between("2020-12-01", "2020-12-03", time_zone="Europe/Berlin")) == ["101", "103", "104"]
    assert last(corpus.between(None, "2020-12-03"), "between") == {
        "posted after 2020-12-03 (UTC)": 3,
        "time not known": 1,
    }
    with pytest.raises(InvalidArgument, match="ends before it begins"):
        corpus.between("2020-12-03", "2020-12-01")
    with pytest.raises(InvalidArgument, match="'1.12.2020' is no date. Write it as 2020-12-31"):
        corpus.between("1.12.2020", None)  # the first of December, or January the twelfth
    with pytest.raises(InvalidArgument, match="There is no time zone"):
        corpus.between("2020-12-01", None, time_zone="Europe/Nowhere")


def test_a_draw_is_the_same_whatever_the_order_and_bounded_by_group(corpus: mq.Corpus) -> None:
    drawn = corpus.sample_by("author_id", 1, seed=7)
    assert drawn.units["author_id"].tolist() == ["ann", "bob", "cat"] or drawn.units["author_id"].nunique() == 3
    assert len(drawn.units) == 3
    assert ids(drawn) == ids(corpus.sample_by("author_id", 1, seed=7))
    assert ids(corpus.sample_by("month", 99, seed=7)) == ids(corpus)
    with pytest.raises(MissingColumn, match="Did you mean 'author_id'"):
        corpus.sample_by("author", 1, seed=1)


def test_a_deletion_inside_a_thread_takes_the_whole_unit(corpus: mq.Corpus, tmp_path: Path) -> None:
    left = corpus.drop_posts(["102", "107", "999"], reason="ethics board")
    assert ids(left) == ["103", "104", "105", "106", "108"]
    assert set(left.posts["post_id"]) == {"103", "104", "105", "106", "108"}
    found = "2 of 3 ids of the list found in the corpus (the others were not collected, or left in an earlier step)"
    assert last(left, "drop_posts") == {"ethics board": 2, found: 0}
    assert f"There were {found}." in left.flow_text()
    assert left.provenance["drop_posts"] == [{"named": 3, "in_corpus": 2}]
    compliance = tmp_path / "compliance.jsonl"
    compliance.write_text('{"id":"103","action":"delete","reason":"protected"}\n{"id":"104","action":"keep"}\n')
    assert last(corpus.drop_posts(compliance), "drop_posts") == {
        "deleted or withdrawn (protected)": 1,
        "1 of 1 ids of the list found in the corpus": 0,
    }
    for name, content in (
        ("ids.txt", "103\n105\n"),
        ("ids.csv", "post_id,reason\n103,x\n105,x\n"),
        ("one.csv", "id\n103\n105\n"),
    ):
        (tmp_path / name).write_text(content)
        assert ids(corpus.drop_posts(tmp_path / name)) == ["101", "104", "106", "107", "108"]
    (tmp_path / "sheet.csv").write_text("id,reason\n1.27E+18,x\n")
    with pytest.raises(RoundedIds):
        corpus.drop_posts(tmp_path / "sheet.csv")


def test_the_words_of_a_deleted_post_leave_the_contexts_too(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("id,text,quotes,who\n1,the quoted words,,ann\n2,my own words,1,bob\n")
    corpus = mq.read_corpus(path, text="text", id="id", author="who", columns={"quoted_id": "quotes"})
    assert corpus.units["context"].tolist() == ["", "the quoted words"]
    left = corpus.drop_posts(["1"])
    assert left.units["context"].tolist() == [""]
    assert left.posts["context"].tolist() == [""]


def test_screening_by_people_and_the_recall_of_the_keywords(corpus: mq.Corpus, tmp_path: Path) -> None:
    found = corpus.keep_matching(lexicon="gratitude")
    sheet = mq.corpus.screening_sheet(corpus, found, tmp_path / "sheet.xlsx", n_left_out=2, seed=3)
    assert sorted(sheet["arm"]) == ["found by the keywords"] * 2 + ["left out by the keywords"] * 2
    assert (tmp_path / "sheet.xlsx").stat().st_size > 0
    sheet["decision"] = ["not" if unit == "106" else "eligible" for unit in sheet["unit_id"]]
    sheet["reason"] = ["for other things" if unit == "106" else "" for unit in sheet["unit_id"]]
    screened = found.apply_screening(sheet)
    assert ids(screened) == ["101"]
    assert last(screened, "apply_screening") == {"screened by people: not eligible (for other things)": 1}
    recall = screened.provenance["screening"]
    assert (recall["eligible_found"], recall["eligible_left_out"], recall["left_out"]) == (1, 2, 5)
    assert recall["recall"] == pytest.approx(1 / 6)  # 1 found; 2 of 2 drawn of the 5 left out are eligible, so 5 of 5
    assert "recall is estimated at 0.17" in screened.flow_text()
    partly = sheet.assign(decision=sheet["decision"].where(sheet["unit_id"] != "101", ""))
    untold = found.apply_screening(partly, unscreened="keep")
    assert "recall of the keywords was not estimated: 1 of the 2 units that they found were not" in untold.flow_text()
    with pytest.raises(InvalidTable, match="have no screening decision"):
        found.apply_screening(sheet[sheet["unit_id"] != "101"])
    with pytest.raises(InvalidTable, match="Did you mean 'eligible'"):
        found.apply_screening(sheet.assign(decision="eligble"))


def test_the_flow_adds_up_over_all_steps_and_is_told_in_words(corpus: mq.Corpus) -> None:
    last_corpus = (
        corpus.drop_reposts()
        .drop_duplicates()
        .keep_language("en", "es")
        .between("2020-11-01", "2020-12-31")
        .keep_matching(keywords=["the", "a*", "g*", "m*"])
        .sample_by("author_id", 2, seed=1)
        .drop_posts(["107"])
    )
    require_sound_flow(last_corpus.flow)
    assert last_corpus.flow["kept"].iloc[-1] == len(last_corpus.units)
    text = last_corpus.flow_text()
    assert text.startswith("The collection (1 file) held 8 records, all of them posts.")
    assert "joined into one unit (answer to one's own post, joined to the post that began the thread, n = 1)" in text
    assert text.endswith(" authors).")
    assert last_corpus.flow_chart().axes


def test_attributes_join_by_id_or_handle(corpus: mq.Corpus, tmp_path: Path) -> None:
    table = tmp_path / "roles.csv"
    table.write_text("handle,role\n@Ann,nurse\nbob,physician\nzoe,student\n")
    assert corpus.with_attributes(table).authors["role"].tolist() == ["nurse", "physician", ""]
    by_id = corpus.with_attributes(pd.DataFrame({"author_id": ["cat"], "role": ["porter"]}))
    assert by_id.authors["role"].tolist() == ["", "", "porter"]
    assert ids(by_id.sample_by("role", 1, seed=1))
    with pytest.raises(MissingColumn, match="neither 'author_id' nor 'handle'"):
        corpus.with_attributes(pd.DataFrame({"user": ["cat"]}))


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_saved_corpus_comes_back_equal(corpus: mq.Corpus, tmp_path: Path, kind: str) -> None:
    corpus.save(tmp_path / "corpus", kind)
    again = mq.load_corpus(tmp_path / "corpus")
    for name in ("posts", "authors", "units", "flow"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(corpus, name))
    assert again.provenance == corpus.provenance


@pytest.mark.parametrize(
    ("written", "day_first", "read"),
    [
        ("3/4/2020 10:05", True, "2020-04-03 10:05:00+00:00"),
        ("3/4/2020 10:05", False, "2020-03-04 10:05:00+00:00"),
        ("03.04.2020 12:05 AM", True, "2020-04-03 00:05:00+00:00"),
        ("31/12/2020", None, "2020-12-31 00:00:00+00:00"),
        ("12/31/2020 23:59:59", None, "2020-12-31 23:59:59+00:00"),
        ("5/5/2020", None, "2020-05-05 00:00:00+00:00"),
    ],
)
def test_a_day_is_never_taken_for_a_month(written: str, day_first: bool | None, read: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"id,text,when\n1,thanks,{written}\n")
    corpus = mq.read_corpus(tmp_path / "a.csv", text="text", id="id", created_at="when", day_first=day_first)
    assert str(corpus.posts["created_at"].iloc[0]) == read


def test_a_time_that_may_be_read_in_two_ways_is_asked_about(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text,when\n1,thanks,3/4/2020 10:05\n")
    with pytest.raises(InvalidArgument, match="may be read in two ways. Say which number is the day: day_first=True"):
        mq.read_corpus(tmp_path / "a.csv", text="text", id="id", created_at="when")
