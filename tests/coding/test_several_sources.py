"""Guards what several files, versions and rows of one coder come to: nothing is lost, nothing counts twice."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtw_qual.codebook import Code, Codebook, merge_codes, split_code
from medtw_qual.coding import read_codings
from medtw_qual.coding.coding_log import CodingLog
from medtw_qual.coding.joined_sources import KEY, join_sources
from medtw_qual.errors import InvalidTable, UnknownCode

WHO = {"reason": "one idea", "decided_by": "KA"}
BOOK = Codebook(
    "care", "1", codes=(Code("soup", "Soup"), Code("visit", "A visit"), Code("silence", "Silence"), Code("pay", "Pay"))
)


def write(folder, **tables):
    folder.mkdir(exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def present(codings):
    rows = codings[codings["status"] == "present"]
    return sorted(zip(rows["unit_id"], rows["coder"], rows["code"], strict=True))


@pytest.fixture
def merged(tmp_path):
    log = tmp_path / "changes.jsonl"
    return merge_codes(BOOK, ["soup", "visit"], Code("kindness", "Kindness"), version="2", log=log, **WHO), log


def test_each_table_is_read_by_the_version_that_its_codes_belong_to(tmp_path, merged):
    book, log = merged
    folder = write(
        tmp_path / "codings",
        KA="unit_id,codes\nu1,soup;visit\nu2,pay\nu3,\n",
        LB="unit_id,codes\nu1,Kindness\nu2,Pay\nu3,Kindness\n",
        MC="unit_id,codes\nu1,soup\nu2,pay\nu3,kindness\n",  # went on in the same table after the change
    )
    codings = read_codings(folder, book, changes=log)
    assert not codings.duplicated(["unit_id", "coder", "code"]).any()
    assert set(codings["codebook_hash"]) == {book.hash}
    assert len(codings) == 3 * 3 * 3  # units, coders, codes: all judged
    coders = ["KA", "LB", "MC"]
    kind = [("u1", "KA"), ("u1", "LB"), ("u1", "MC"), ("u3", "LB"), ("u3", "MC")]
    assert present(codings) == sorted([(u, c, "kindness") for u, c in kind] + [("u2", c, "pay") for c in coders])


def test_codes_of_two_versions_in_one_decision_are_refused(tmp_path, merged):
    book, log = merged
    folder = write(tmp_path / "codings", KA="unit_id,codes\nu1,soup;kindness\n")
    with pytest.raises(UnknownCode, match="no version of the codebook has all of them"):
        read_codings(folder, book, changes=log)
    with pytest.raises(UnknownCode, match="'soup'"):
        read_codings(write(tmp_path / "other", KA="unit_id,codes\nu1,soup\n"), book)


def test_tables_with_a_status_or_a_column_for_each_code_are_mapped_too(tmp_path, merged):
    book, log = merged
    folder = write(
        tmp_path / "codings",
        KA="unit_id,code,status\nu1,soup,absent\nu1,visit,absent\nu1,pay,present\nu2,soup,present\nu2,visit,absent\n",
        LB="unit_id,soup,visit,silence,pay\nu1,0,0,0,1\nu2,0,1,0,0\n",
    )
    codings = read_codings(folder, book, changes=log)
    grid = codings.set_index(["unit_id", "coder", "code"])["status"].to_dict()
    assert {key: value for key, value in grid.items() if key[2] == "kindness"} == {
        ("u1", "KA", "kindness"): "absent", ("u2", "KA", "kindness"): "present",
        ("u1", "LB", "kindness"): "absent", ("u2", "LB", "kindness"): "present",
    }  # fmt: skip
    assert ("u2", "KA", "pay") not in grid  # the table says nothing of it


def test_a_split_in_a_table_is_looked_at_again(tmp_path):
    log = tmp_path / "changes.jsonl"
    parts = [Code("meal", "A meal"), Code("tea", "Tea")]
    book = split_code(BOOK, "soup", parts, version="2", log=log, **WHO)
    codings = read_codings(write(tmp_path / "c", KA="unit_id,codes\nu1,soup\nu2,pay\n"), book, changes=log)
    grid = codings.set_index(["unit_id", "code"])["status"]
    assert "u1" not in grid[grid.index.get_level_values("code") == "meal"].index.get_level_values("unit_id")
    assert grid["u2", "meal"] == grid["u2", "tea"] == "absent"


def test_a_contradiction_is_looked_for_after_the_mapping_and_the_later_decision_holds(tmp_path, merged):
    book, log = merged
    folder = write(
        tmp_path / "codings",
        first="unit_id,coder,round,code,status,decided_at\nu1,KA,1,soup,present,2026-01-01T10:00:00Z\n",
    )
    later = {"round_": "1", "unit_id": "u1", "codes_seen": book.ids, "codebook_hash": book.hash}
    CodingLog(folder, "KA", "a").decide(codes=[], decided_at="2026-02-01T10:00:00Z", **later)
    with pytest.warns(UserWarning, match=r"KA decided 1 time anew what first\.csv holds"):
        codings = read_codings(folder, book, changes=log)
    assert present(codings) == []
    undated = write(tmp_path / "undated", first="unit_id,coder,round,code,status\nu1,KA,1,soup,present\n")
    CodingLog(undated, "KA", "a").decide(codes=[], decided_at="2026-02-01T10:00:00Z", **later)
    with pytest.raises(InvalidTable, match="KA coded 'kindness' on unit 'u1' twice, differently"):
        read_codings(undated, book, changes=log)


def test_passages_memos_and_times_of_a_second_file_are_joined(tmp_path):
    head = "unit_id,coder,code,status,start,end,memo,decided_at\n"
    folder = write(
        tmp_path / "codings",
        a=head + "u1,KA,soup,present,3,9,warm,2026-01-01T10:00:00Z\nu1,KA,pay,absent,,,,\n",
        b=head + "u1,KA,soup,present,20,24,hot,2026-01-02T10:00:00Z\nu1,KA,pay,absent,,,not here,\n",
        c=head + "u1,KA,soup,present,3,9,again,2026-01-03T10:00:00Z\nu2,KA,soup,present,,,,\n",
    )
    codings = read_codings(folder, BOOK)
    soup = codings[(codings["unit_id"] == "u1") & (codings["code"] == "soup")]
    assert soup[["start", "end", "memo"]].astype(str).to_numpy().tolist() == [
        ["3", "9", "warm\nagain"],
        ["20", "24", "hot"],
    ]
    assert soup["decided_at"].dt.day.tolist() == [3, 2]
    assert codings.loc[codings["code"] == "pay", "memo"].tolist()[0] == "not here"


def test_a_memo_and_a_time_for_each_coding_of_a_unit(tmp_path):
    table = (
        "unit_id,coder,code,memo,decided_at\n"
        "u1,KA,soup,brought it,2026-03-01T08:00:00Z\nu1,KA,pay,asked for it,2026-03-01T08:05:00Z\n"
        "u2,KA,,nothing in it,2026-03-01T08:06:00Z\n"
    )
    codings = read_codings(write(tmp_path / "c", KA=table), BOOK).set_index(["unit_id", "code"])
    assert codings.loc[("u1", "soup"), ["status", "memo"]].tolist() == ["present", "brought it"]
    assert codings.loc[("u1", "pay"), ["status", "memo"]].tolist() == ["present", "asked for it"]
    assert codings.loc[("u1", "visit"), ["status", "memo"]].tolist() == ["absent", ""]
    assert codings.loc[("u1", "visit"), "decided_at"].minute == 5
    assert set(codings.loc["u2", "memo"]) == {"nothing in it"}
    assert set(codings.loc["u2", "status"]) == {"absent"}


def test_two_codes_of_one_name_are_named_by_their_path(tmp_path):
    book = Codebook(
        "market", "1",
        codes=(
            Code("fruit", "Fruit"), Code("fruit_other", "Other", parent="fruit"),
            Code("greens", "Greens"), Code("greens_other", "Other", parent="greens"),
        ),
    )  # fmt: skip
    codings = read_codings(write(tmp_path / "c", KA="unit_id,codes\nu1,greens / OTHER\n"), book)
    assert present(codings) == [("u1", "KA", "greens_other")]


def rows(status, start, memo, day):
    place = {"start": start, "end": start + 3} if start is not None else {"start": None, "end": None}
    base = {"unit_id": "u", "coder": "A", "round": "1", "code": "x", "codebook_hash": "h"}
    return {**base, "status": status, "memo": memo, "decided_at": f"2026-01-{day:02d}T00:00:00Z", **place}


decision = st.builds(
    rows, st.just("present"), st.sampled_from([None, 1, 5]), st.sampled_from(["", "a", "b"]), st.integers(1, 28)
)


@given(st.lists(st.lists(decision, min_size=1, max_size=3), min_size=1, max_size=3))
def test_joining_loses_no_passage_and_no_memo_and_counts_nothing_twice(files):
    joined, notes = join_sources({f"{n}.csv": pd.DataFrame(file, dtype="object") for n, file in enumerate(files)})
    every = [row for file in files for row in file]
    assert not notes
    assert {row["start"] for row in every} - {None} == set(joined["start"].dropna())
    assert not joined.duplicated([*KEY, "start"]).any()
    assert {row["memo"] for row in every} - {""} == {line for memo in joined["memo"] for line in memo.split("\n")} - {
        ""
    }
