"""Guards what a folder of coding logs says about lost, copied, awaited and contradictory sittings."""

import shutil
import unicodedata

import pytest

from medtw_qual.codebook.codebook import Code, Codebook
from medtw_qual.coding import build_consensus, read_codings
from medtw_qual.coding.coding_log import CodingLog
from medtw_qual.coding.consensus_state import ConsensusState
from medtw_qual.coding.log_replay import read_logs
from medtw_qual.errors import InvalidTable
from tests.coding.conftest import make_corpus

BOOK = Codebook("invented", "1", codes=(Code("thanks", "Thanks"), Code("grief", "Grief")))


def decide(folder, coder, sitting, units, code="thanks", minute=0):
    log = CodingLog(folder, coder, sitting)
    for number, unit in enumerate(units):
        log.decide(
            round_="1", unit_id=unit, codes=[code], codes_seen=BOOK.ids, codebook_hash=BOOK.hash,
            decided_at=f"2026-03-02T10:{minute + number:02d}:00.000Z",
        )  # fmt: skip
    return log.path


def notes(folder):
    return " ".join(read_logs(folder.glob("*.jsonl")).notes)


def test_decisions_taken_from_the_end_of_a_sitting_are_missed_by_the_next(tmp_path):
    first = decide(tmp_path, "KA", "a", "123")
    decide(tmp_path, "KA", "b", "4", minute=10)
    decide(tmp_path, "KA", "c", "5", minute=20)  # knows of b, and through it of a
    assert notes(tmp_path) == ""
    first.write_bytes(b"".join(first.read_bytes().splitlines(keepends=True)[:2]))
    assert "KA--a.jsonl holds 2 record(s), and 3 had been confirmed" in notes(tmp_path)
    first.unlink()
    assert "KA--a.jsonl, which held 3 confirmed record(s), is empty or gone" in notes(tmp_path)


def test_the_consensus_misses_decisions_that_it_was_made_from(tmp_path):
    corpus = make_corpus(3)
    units = corpus.units["unit_id"].tolist()
    paths = [
        decide(tmp_path / "codings", coder, "a", units, code) for coder, code in (("KA", "thanks"), ("LB", "grief"))
    ]
    codings = read_codings(tmp_path / "codings", BOOK)
    state = ConsensusState(codings, corpus, BOOK, tmp_path / "consensus.jsonl", "KA, LB")
    message = {"type": "decide", "unit_id": units[0], "codes": ["thanks"], "basis": "discussed", "memo": "read again"}
    assert state.respond(message)["type"] == "saved"
    paths[0].write_bytes(b"".join(paths[0].read_bytes().splitlines(keepends=True)[:2]))
    with pytest.warns(UserWarning, match=r"KA--a\.jsonl holds 2 record"):
        consensus = build_consensus(read_codings(tmp_path / "codings", BOOK), tmp_path / "consensus.jsonl")
    assert len(consensus.attrs["notes"]) == 1


@pytest.mark.parametrize("name", ["KA--a (conflicted copy).jsonl", "Copy of KA--a.jsonl", "KA--a 2.jsonl"])
def test_a_copy_of_a_sitting_counts_once_and_the_fuller_one_holds(tmp_path, name):
    path = decide(tmp_path, "KA", "a", "123")
    shutil.copy(path, tmp_path / name)
    assert len(read_logs(tmp_path.glob("*.jsonl")).held) == 3
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:1]))
    logs = read_logs(tmp_path.glob("*.jsonl"))
    assert (len(logs.held), name in " ".join(logs.notes)) == (3, True)


def test_a_copy_alone_is_read_in_the_place_of_its_log(tmp_path):
    path = decide(tmp_path, "KA", "a", "12")
    path.rename(tmp_path / "Copy of KA--a.jsonl")
    assert len(read_logs(tmp_path.glob("*.jsonl")).held) == 2
    assert "is missing: the copy was read" in notes(tmp_path)


@pytest.mark.parametrize(
    ("name", "content"),
    [(".LB--a.jsonl.icloud", b"x"), ("LB--a.jsonl.part", b"{"), ("LB--a.jsonl.tmp", b""), ("LB--a.jsonl", b""),
     ("LB--a.jsonl", b"\0" * 4096), (".syncthing.LB--a.jsonl.tmp", b"")],
)  # fmt: skip
def test_a_log_that_is_empty_or_not_here_yet_is_named(tmp_path, name, content):
    decide(tmp_path, "KA", "a", "12")
    (tmp_path / name).write_bytes(content)
    with pytest.warns(UserWarning, match=r"LB--a\.jsonl"):
        codings = read_codings(tmp_path, BOOK)
    assert any("LB--a.jsonl" in note for note in codings.attrs["notes"])


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_with_dots_is_one_name_however_it_is_spelt(tmp_path, form):
    path = decide(tmp_path, "Zoë", "a", "12")
    path.rename(tmp_path / unicodedata.normalize(form, "ZOË--a.jsonl"))
    assert {coder for coder, _, _ in read_logs(tmp_path.glob("*.jsonl")).held} == {"Zoë"}


def test_a_renamed_log_is_refused_by_name(tmp_path):
    decide(tmp_path, "KA", "a", "12").rename(tmp_path / "LB--a.jsonl")
    with pytest.raises(InvalidTable, match=r"LB--a\.jsonl is named for 'LB'"):
        notes(tmp_path)


def test_within_a_sitting_the_clock_decides_nothing(tmp_path):
    log = CodingLog(tmp_path, "KA", "a")
    for code, hour in (("grief", 12), ("thanks", 11)):
        log.decide(
            round_="1", unit_id="1", codes=[code], codes_seen=BOOK.ids, codebook_hash=BOOK.hash,
            decided_at=f"2026-10-25T{hour}:00:00.000Z",
        )  # fmt: skip
    logs = read_logs([log.path])
    assert [record["codes"] for record in logs.held.values()] == [["thanks"]]
    assert "The times in KA--a.jsonl go back at 1 decision(s)" in " ".join(logs.notes)
