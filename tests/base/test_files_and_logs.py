"""Guards that no crash leaves half a file, and that a log keeps every acknowledged record whatever tears its end."""

import os
import resource
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtw_qual._base.decision_log import OWN_NAMES, append_record, read_log, said
from medtw_qual._base.files import atomic_path, require_file, write_text
from medtw_qual._base.hashing import hash_file, hash_unchanged
from medtw_qual.errors import EmptyFile, MissingFile, UnreadableFile


def test_an_error_while_writing_leaves_the_old_file_and_no_other(tmp_path):
    target = write_text(tmp_path / "a.txt", "old")
    with pytest.raises(KeyboardInterrupt), atomic_path(target) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_is_readable_by_co_authors(tmp_path):
    old = os.umask(0o022)
    try:
        target = write_text(tmp_path / "a.txt", "x")
    finally:
        os.umask(old)
    assert target.stat().st_mode & 0o777 == 0o644


def test_missing_and_empty_files_are_told_apart(tmp_path):
    with pytest.raises(MissingFile, match="There is no file"):
        require_file(tmp_path / "a")
    (tmp_path / "a").touch()
    with pytest.raises(EmptyFile, match="is empty"):
        require_file(tmp_path / "a")


names = st.text(min_size=1).filter(lambda name: name not in OWN_NAMES)
records = st.lists(st.dictionaries(names, st.text() | st.integers(-(2**53), 2**53)), min_size=1, max_size=6)


@given(written=records, cut=st.integers(1, 30))
def test_a_torn_last_line_costs_that_record_only_and_the_log_goes_on(tmp_path_factory, written, cut):
    log = tmp_path_factory.mktemp("log") / "KA--1.jsonl"
    for record in written:
        append_record(log, record)
    whole = log.read_bytes()
    last = len(whole.splitlines(keepends=True)[-1])
    log.write_bytes(whole[: len(whole) - min(cut, last - 1)])
    kept = written if cut == 1 else written[:-1]  # a line that lost its line feed only is whole
    assert [said(record) for record in read_log(log).records] == kept
    append_record(log, {"after": 1})
    assert [said(record) for record in read_log(log).records] == [*kept, {"after": 1}]


def test_a_line_edited_by_hand_is_named(tmp_path):
    log = tmp_path / "KA--1.jsonl"
    log.write_text('{"a":1}\nremoved by me\n{"a":2}\n')
    with pytest.raises(UnreadableFile, match="Line 2 .*removed by me"):
        read_log(log)


def test_a_full_disk_is_an_error_and_the_log_stays_whole(tmp_path):
    log = tmp_path / "KA--1.jsonl"
    append_record(log, {"n": 1})
    program = (
        "import resource, signal, sys\n"
        "from medtw_qual._base.decision_log import append_record\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({log.stat().st_size + 20}, resource.RLIM_INFINITY))\n"
        "try:\n"
        f"    append_record({str(log)!r}, {{'n': 'x' * 4000}})\n"
        "except OSError:\n"
        "    sys.exit(7)\n"
    )
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 7
    assert ([said(record) for record in read_log(log).records], read_log(log).torn) == ([{"n": 1}], "")


def test_a_file_put_in_another_s_place_is_hashed_anew(tmp_path):
    path = tmp_path / "weights"
    path.write_bytes(b"old weights")
    before, state = hash_unchanged(path), path.stat()
    path.write_bytes(b"new weights")  # as long, in place, and with the old time put back
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (state.st_size, state.st_mtime_ns)
    assert before != hash_unchanged(path) == hash_file(path)
