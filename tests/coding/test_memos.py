"""Guards memos: dated, signed, written once however often a notebook runs, and the coders' own among them."""

import pytest

from medtw_qual.coding import read_memos
from medtw_qual.coding.coding_log import CodingLog
from medtw_qual.coding.memos import add_memo
from medtw_qual.errors import InvalidArgument, InvalidTable, UnknownCode


def test_the_same_memo_twice_is_one(tmp_path, codebook):
    for _ in range(2):
        add_memo("Irony hides here.", about="code", key="isolation", author="KA", folder=tmp_path, codebook=codebook)
    add_memo("We are insiders.", about="study", author="LB", folder=tmp_path)
    memos = read_memos(tmp_path)
    assert sorted(memos["author"]) == ["KA", "LB"]
    assert memos["date"].notna().all()


def test_memos_about_nothing_are_refused(tmp_path, codebook):
    for wrong in ({"about": "codes", "key": "x"}, {"about": "unit"}, {"about": "theme", "key": "x"}):
        with pytest.raises(InvalidArgument):
            add_memo("words", author="KA", folder=tmp_path, codebook=codebook, **wrong)
    with pytest.raises(UnknownCode, match="Did you mean 'isolation'"):
        add_memo("words", about="code", key="isolatio", author="KA", folder=tmp_path, codebook=codebook)
    with pytest.raises(InvalidArgument):
        add_memo(" ", about="study", author="KA", folder=tmp_path)
    (tmp_path / "KA--memos.jsonl").write_text('{"id": "1"}\n')
    with pytest.raises(InvalidTable, match="Line 1"):
        read_memos(tmp_path)


def test_what_coders_noted_at_the_desk_is_there_too(tmp_path):
    log = CodingLog(tmp_path / "codings", "KA", "s")
    fields = {"round_": "1", "codes_seen": ["a"], "codebook_hash": "h"}
    log.decide(unit_id="1", codes=[], memo="half a joke", **fields)
    log.decide(unit_id="2", codes=[], memo="see 1", new_code="Gallows humour", **fields)
    memos = read_memos(tmp_path / "none", tmp_path / "codings").set_index("about")
    assert memos.loc["new code", "key"] == "Gallows humour"
    assert memos.loc["new code", "text"] == "Proposed at unit 2. see 1"
    assert memos.loc["unit", "text"].tolist() == ["half a joke", "see 1"]
    assert read_memos(tmp_path / "none").empty


def test_the_memos_of_earlier_decisions_are_the_history(tmp_path):
    log = CodingLog(tmp_path, "KA")
    about = {"round_": "1", "unit_id": "u7", "codes": [], "codes_seen": ["x"], "codebook_hash": ""}
    log.decide(**about, memo="reads as irony", new_code="armour")
    second = log.decide(**about, memo="no, as grief")
    log.undo(second)
    log.decide(**about, memo="both at once")
    folder = tmp_path / "none"
    assert read_memos(folder, tmp_path)["text"].tolist() == ["both at once"]
    history = read_memos(folder, tmp_path, history=True)
    assert history.loc[history["about"] == "unit", "text"].tolist() == [
        "reads as irony",
        "no, as grief",
        "both at once",
    ]
    assert history.loc[history["about"] == "new code", "key"].tolist() == ["armour"]
