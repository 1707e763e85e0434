"""Guards the coding log: an acknowledged decision is on disk, undo is a record, hand edits and torn lines are seen."""

import json

import pytest

from medtw_qual.coding.coding_log import CodingLog, decision_record, log_path
from medtw_qual.coding.log_replay import read_logs
from medtw_qual.errors import InvalidArgument, InvalidTable, UnreadableFile


def decide(log, unit, *codes, **more):
    return log.decide(
        round_="1", unit_id=unit, codes=codes, codes_seen=["isolation", "family"], codebook_hash="h", **more
    )


def held(folder):
    return {key[2]: record["codes"] for key, record in read_logs(folder.glob("*.jsonl")).held.items()}


def test_the_last_decision_holds_and_undo_brings_back_the_one_before(tmp_path):
    log = CodingLog(tmp_path, "KA", "s1")
    decide(log, "1", "isolation")
    second = decide(log, "1", "family")
    decide(log, "2")
    assert held(tmp_path) == {"1": ["family"], "2": []}
    log.undo(second)
    assert held(tmp_path) == {"1": ["isolation"], "2": []}
    assert len(log.path.read_text().splitlines()) == 4


def test_sittings_merge_by_time_and_a_record_sent_twice_counts_once(tmp_path):
    later = CodingLog(tmp_path, "KA", "a-later")
    earlier = CodingLog(tmp_path / "another computer", "KA", "b-earlier")
    record = decide(later, "1", "family", decided_at="2026-01-02T00:00:00.000Z")
    decide(earlier, "1", "isolation", decided_at="2026-01-01T00:00:00.000Z")
    earlier.path.rename(tmp_path / earlier.path.name)
    assert held(tmp_path) == {"1": ["family"]}
    later.append(record)
    assert len(later.path.read_text().splitlines()) == 1
    CodingLog(tmp_path, "KA", "c").append(record)
    assert held(tmp_path) == {"1": ["family"]}


def test_a_torn_last_line_is_reported_and_the_next_decision_stands_on_its_own_line(tmp_path):
    log = CodingLog(tmp_path, "KA", "s1")
    decide(log, "1", "isolation")
    whole = log.path.read_bytes()
    decide(log, "2", passages=[{"code": "family", "start": 0, "end": 3}])
    line = log.path.read_bytes()[len(whole) :].rstrip()
    for cut in range(1, len(line)):
        log.path.write_bytes(whole + line[:cut])
        logs = read_logs([log.path])
        assert [key[2] for key in logs.held] == ["1"]
        assert logs.torn == {log.path.name: line[:cut].decode()}
        decide(CodingLog(tmp_path, "KA", "s1"), "3")
        assert set(held(tmp_path)) == {"1", "3"}


def test_a_log_edited_by_hand_is_named_with_its_line(tmp_path):
    log = CodingLog(tmp_path, "KA", "s1")
    decide(log, "1", "isolation")
    decide(log, "2", "family")
    text = log.path.read_text()
    log.path.write_text(text.replace('["isolation"]', '["family"]', 1))
    with pytest.raises(UnreadableFile, match=r"Line 1 of KA--s1\.jsonl was changed"):
        held(tmp_path)
    log.path.write_text("hello\n" + text)
    with pytest.raises(UnreadableFile, match="Line 1"):
        held(tmp_path)
    log.path.write_text(json.dumps({"id": "x", "action": "decide", "coder": "KA"}) + "\n")
    with pytest.raises(InvalidTable, match="no 'unit_id'"):
        held(tmp_path)


def test_a_line_that_somebody_removed_is_missed(tmp_path):
    log = CodingLog(tmp_path, "KA", "s1")
    for unit in ("1", "2", "3", "4"):
        decide(log, unit)
    lines = log.path.read_text().splitlines(keepends=True)
    for gone in range(3):
        log.path.write_text("".join(lines[:gone] + lines[gone + 1 :]))
        with pytest.raises(UnreadableFile, match=f"missing before line {gone + 1} of KA--s1.jsonl"):
            held(tmp_path)
    log.path.write_text("".join(lines) + lines[1])  # a line that stands twice is no gap
    assert len(held(tmp_path)) == 4


def test_one_file_holds_one_coder(tmp_path):
    decide(CodingLog(tmp_path, "KA", "s1"), "1")
    log_path(tmp_path, "KA", "s1").rename(tmp_path / "LB--s1.jsonl")
    with pytest.raises(InvalidTable, match="Two coders have one name"):
        held(tmp_path)


@pytest.mark.parametrize("name", ["", "K A", "K--A", "../KA", "K/A", "x" * 41, None])
def test_names_that_cannot_name_a_file_are_refused(tmp_path, name):
    with pytest.raises(InvalidArgument, match="cannot name a coder"):
        CodingLog(tmp_path, name)


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    import os

    log = CodingLog(tmp_path, "KA", "s1")
    decide(log, "1")
    before = log.path.read_bytes()
    real = os.write

    def short(descriptor, line):
        if len(line) > 40:
            return real(descriptor, line[:40])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", short)
    with pytest.raises(OSError, match="No space"):
        decide(log, "2")
    monkeypatch.undo()
    assert log.path.read_bytes() == before
    decide(log, "2")
    assert set(held(tmp_path)) == {"1", "2"}


def test_records_have_the_documented_fields():
    record = decision_record(
        coder="KA", round_="1", unit_id="1", codes=[], codes_seen=[], codebook_hash="h", record_id="r"
    )
    assert list(record) == [
        "id", "action", "coder", "round", "unit_id", "codes", "codes_seen", "impossible", "passages", "memo",
        "new_code", "codebook_hash", "shown_at", "decided_at",
    ]  # fmt: skip
