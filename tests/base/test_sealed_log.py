"""Guards the sealed log: any change of a line is named, copies count once, and a repair keeps what can be kept."""

import shutil

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtw_qual._base.decision_log import OpenLog, append_record, read_log, said
from medtw_qual._base.log_content import shortened_logs
from medtw_qual._base.log_copies import copies_of
from medtw_qual._base.log_repair import repair_log
from medtw_qual.errors import InvalidArgument, UnreadableFile

SPELLINGS = [
    "log (KA's conflicted copy 2026-03-06).jsonl", "log (conflicted copy 2026-03-06 101010).jsonl",
    "log.sync-conflict-20260306-101010-ABCDEFG.jsonl", "log_conflict-20260306-101010.jsonl", "Copy of log.jsonl",
    "log - Copy.jsonl", "log - Copy (2).jsonl", "log - Kopie.jsonl", "log copy 2.jsonl", "log (1).jsonl", "log 2.jsonl",
    "log (SFConflict ka 2026-03-06-10-10-10).jsonl", "log [Conflict].jsonl",
]  # fmt: skip


def written(folder, count=5, name="log.jsonl"):
    log = folder / name
    for number in range(count):
        append_record(log, {"id": str(number), "words": f"w{number}"}, "memo")
    return log


def ids(log):
    return [record["id"] for record in read_log(log, "memo").records]


@given(data=st.data())
def test_any_single_change_of_a_line_is_noticed_and_named(tmp_path_factory, data):
    log = written(tmp_path_factory.mktemp("log"), data.draw(st.integers(2, 7)))
    lines = log.read_bytes().splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines) - 1))
    what = data.draw(st.sampled_from(["edit", "remove", "swap", "insert", "byte"]))
    if what == "edit":
        record = orjson.loads(lines[place])
        field = data.draw(st.sampled_from(sorted(record)))
        record[field] = [record[field], "another"]
        lines[place] = orjson.dumps(record) + b"\n"
    elif what == "remove":
        place = data.draw(st.integers(0, len(lines) - 2))  # the last one: see the next test
        del lines[place]
    elif what == "swap":
        other = data.draw(st.integers(0, len(lines) - 1).filter(lambda n: n != place))
        lines[place], lines[other] = lines[other], lines[place]
        place = min(place, other)
    elif what == "insert":
        place = data.draw(st.integers(1, len(lines)))
        lines.insert(place, b'{"id": "9", "words": "by hand"}\n')
    else:
        at = data.draw(st.integers(0, len(lines[place]) - 2))
        sign = data.draw(st.integers(33, 126).filter(lambda n: n != lines[place][at]))
        lines[place] = lines[place][:at] + bytes([sign]) + lines[place][at + 1 :]
    log.write_bytes(b"".join(lines))
    said_ = heard(log)
    # A byte in the name of the seal makes a line look unsealed: then the line after it names the gap.
    named = [f"ine {place + 1} of log.jsonl", *([f"before line {place + 2} of log.jsonl"] if what == "byte" else [])]
    assert any(words in said_ for words in named)
    assert what == "byte" or "cut off" not in said_  # a byte may make a line look as if it had been cut off


def heard(log):
    """What a reader of the log is told, by refusal or by note."""
    try:
        return " ".join(read_log(log, "memo").notes)
    except UnreadableFile as error:
        return str(error)


@given(count=st.integers(2, 7), gone=st.integers(1, 7))
def test_lines_taken_from_the_end_are_missed_by_a_file_that_knows_of_them(tmp_path_factory, count, gone):
    log = written(tmp_path_factory.mktemp("log"), count)
    head = read_log(log).head
    lines = log.read_bytes().splitlines(keepends=True)
    left = max(count - gone, 0)
    log.write_bytes(b"".join(lines[:left]))
    assert shortened_logs([{"log.jsonl": head}], {"log.jsonl": read_log(log).head}) == {"log.jsonl": (left, count)}
    log.write_bytes(b"".join(lines))
    append_record(log, {"id": "more"}, "memo")
    assert shortened_logs([{"log.jsonl": head}], {"log.jsonl": read_log(log).head}) == {}


def test_lines_that_a_program_wrote_anew_still_say_the_same(tmp_path):
    log = written(tmp_path)
    spaced = [orjson.dumps(orjson.loads(line), option=orjson.OPT_INDENT_2).replace(b"\n", b" ") for line in
              log.read_bytes().splitlines()]  # fmt: skip
    log.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(spaced) + b"\r\n")
    assert ids(log) == list("01234")


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("left", [0, 2, 5])
def test_a_conflict_copy_counts_once_and_is_named(tmp_path, name, left):
    log = written(tmp_path)
    shutil.copy(log, tmp_path / name)
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:left]))
    content = read_log(log, "memo")
    if left == 0 and name in ("log (1).jsonl", "log 2.jsonl"):
        assert content.records == []  # nothing ties a mere number to the log
        return
    assert [record["id"] for record in content.records] == list("01234")
    assert any(name in note for note in content.notes)


def test_two_branches_are_both_counted_and_said_to_have_parted(tmp_path):
    log = written(tmp_path, 2)
    other = tmp_path / "log (conflicted copy).jsonl"
    shutil.copy(log, other)
    for path, minute in ((log, 1), (other, 2), (log, 3)):
        append_record(path, {"id": f"m{minute}", "date": f"2026-01-01T10:0{minute}:00.000Z"}, "memo")
    content = read_log(log, "memo")
    assert [record["id"] for record in content.records] == ["0", "1", "m1", "m2", "m3"]
    assert any("on several computers at once" in note for note in content.notes)


def test_another_log_of_a_like_name_is_left_alone(tmp_path):
    log = written(tmp_path, 2)
    written(tmp_path, 3, "log 2.jsonl")
    append_record(tmp_path / "log 3.jsonl", {"id": "x"}, "memo")
    lines = read_log(tmp_path / "log 3.jsonl", "memo")
    assert (len(lines.records), ids(log)[:2]) == (1, ["0", "1"])


def test_a_damaged_copy_stops_nothing(tmp_path):
    log = written(tmp_path)
    copy = tmp_path / "Copy of log.jsonl"
    copy.write_bytes(log.read_bytes().replace(b"w3", b"W3"))
    content = read_log(log, "memo")
    assert len(content.records) == 5
    assert any("Copy of log.jsonl is a damaged copy" in note for note in content.notes)


def test_two_programs_that_write_at_once_lose_nothing(tmp_path):
    first, second = OpenLog(tmp_path / "log.jsonl", "memo"), OpenLog(tmp_path / "log.jsonl", "memo")
    lines = []
    for number in range(3):
        first.append({"id": f"a{number}"})
        second.append({"id": f"b{number}"})
    lines = (tmp_path / "log.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "log.jsonl").write_bytes(b"".join(lines))
    assert ids(tmp_path / "log.jsonl") == ["a0", "b0", "a1", "b1", "a2", "b2"]


@pytest.mark.parametrize("left", [None, 0, 1, 2.5])
def test_what_a_synchronising_program_takes_from_an_open_log_comes_back(tmp_path, left):
    log = OpenLog(tmp_path / "log.jsonl", "memo")
    for number in range(3):
        log.append({"id": str(number), "words": "x"})
    whole = log.path.read_bytes()
    if left is None:
        log.path.unlink()
    else:
        log.path.write_bytes(whole[: int(len(whole) * left / 3)])
    log.append({"id": "3", "words": "x"})
    assert ids(log.path) == ["0", "1", "2", "3"]


def test_a_name_of_the_log_s_own_is_refused_in_a_record(tmp_path):
    with pytest.raises(InvalidArgument, match="'seq' in a record"):
        append_record(tmp_path / "log.jsonl", {"id": "1", "seq": 4})


def test_half_a_character_is_kept_as_a_sign_that_one_is_missing(tmp_path):
    append_record(tmp_path / "log.jsonl", {"id": "1", "memo": ["half \ud83d here"]})
    assert read_log(tmp_path / "log.jsonl").records[0]["memo"] == ["half \ufffd here"]


def test_a_log_of_another_kind_or_a_later_version_is_refused(tmp_path):
    log = written(tmp_path, 1)
    with pytest.raises(UnreadableFile, match="another kind"):
        read_log(log, "consensus")
    log.write_bytes(log.read_bytes().replace(b'"format":1', b'"format":9'))
    with pytest.raises(UnreadableFile, match="later version"):
        read_log(log)


@pytest.mark.parametrize(
    ("damage", "left", "lost"),
    [
        (lambda lines: [*lines[:4], lines[4][:20]], "0123", ()),  # cut off
        (lambda lines: [*lines[:2], *lines[3:]], "0134", ("missing",)),
        (lambda lines: [*lines[:2], lines[2].replace(b"w2", b"W2"), *lines[3:]], "0134", ("changed",)),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "01234", ()),
        (lambda lines: [*lines, lines[2]], "01234", ()),
        (lambda lines: [*lines[:3], b"a note of mine\n", *lines[3:]], "01234", ("is not a decision",)),
        (lambda lines: [*lines[:4], b"\0" * 300], "0123", ()),
    ],
)
def test_a_repair_keeps_what_is_sound_says_the_rest_and_keeps_the_old_file(tmp_path, damage, left, lost):
    log = written(tmp_path)
    before = b"".join(damage(log.read_bytes().splitlines(keepends=True)))
    log.write_bytes(before)
    repair = repair_log(log)
    assert repair.done or repair.lost
    assert [any(words in said_ for said_ in repair.lost) for words in lost] == [True] * len(lost)
    assert bool(repair.lost) == bool(lost)
    assert ids(log) == list(left)
    assert [path.read_bytes() for path in repair.kept] == [before]
    append_record(log, {"id": "5"}, "memo")
    assert ids(log) == [*left, "5"]
    again = repair_log(log)
    assert (again.done, again.lost, again.kept) == ((), (), ())
    assert not lost or any("was repaired on" in note for note in read_log(log).notes)


def test_a_repair_joins_copies_and_finds_the_missing_line_in_one(tmp_path):
    log = written(tmp_path)
    lines = log.read_bytes().splitlines(keepends=True)
    copy = tmp_path / "log (conflicted copy).jsonl"
    copy.write_bytes(b"".join(lines[:3]))
    log.write_bytes(b"".join([*lines[:2], *lines[3:]]))
    repair = repair_log(log, copies_of(log))
    assert (ids(log), repair.lost, copy.exists(), len(repair.kept)) == (list("01234"), (), False, 2)
    assert [said(record)["words"] for record in read_log(log).records] == ["w0", "w1", "w2", "w3", "w4"]
    assert read_log(log).notes == ()


def test_a_log_written_by_hand_is_sealed_as_it_stands(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text('{"id": "0"}\n{"id": "1"}\n')
    head = read_log(log).head
    repair = repair_log(log)
    assert "2 record(s) that had no seals" in repair.done[0]
    content = read_log(log)
    assert (content.sealed, [said(record) for record in content.records]) == (True, [{"id": "0"}, {"id": "1"}])
    assert content.head == head


def test_the_example_s_logs_are_sealed_and_hold_what_they_held(root):
    held = {
        "codings/A--1": 300, "codings/B--1": 300, "codings/C--1": 150,
        "decisions/consensus": 71, "decisions/crosswalk": 4, "decisions/quotations": 12,
    }  # fmt: skip
    found = {name: read_log(root / "data" / f"{name}.jsonl") for name in held}
    assert {name: len(log.records) for name, log in found.items()} == held
    assert all(log.sealed and not log.notes for log in found.values())
