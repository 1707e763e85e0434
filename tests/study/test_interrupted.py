"""Guards Ctrl-C and the death of a run on the way: the results of before stay whole, and a new run makes them again."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from medtw_qual.study.run import run_study
from medtw_qual.study.study_template import create_study

PROGRAM = "import sys; from medtw_qual.cli import main; sys.argv[:] = ['medtw-qual', 'run']; main()"


@pytest.fixture
def study(tmp_path) -> Path:
    folder = tmp_path / "my_study"
    create_study(folder)
    run_study(folder)
    return folder


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def run_until_tables_are_written(study: Path) -> subprocess.Popen[str]:
    run = subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=study, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 120
    while not list(study.glob(".results-*.part/tables/flow.*")):
        assert run.poll() is None, "the run ended before it was interrupted"
        assert time.monotonic() < until
        time.sleep(0.01)
    return run


def test_ctrl_c_in_a_run_leaves_everything_as_it_was_and_says_so(study):
    before = bytes_below(study)
    run = run_until_tables_are_written(study)
    run.send_signal(signal.SIGINT)
    said = run.communicate(timeout=60)[1]
    assert run.returncode == 130
    assert "stopped" in said
    assert "Traceback" not in said
    assert bytes_below(study) == before


def test_a_run_that_was_killed_harms_no_results_and_a_later_run_clears_up(study):
    before = bytes_below(study / "results")
    run = run_until_tables_are_written(study)
    run.kill()
    run.communicate(timeout=60)
    assert bytes_below(study / "results") == before
    (left,) = study.glob(".results-*.part")
    run_study(study)
    assert left.is_dir(), "it may belong to a run that is still going on"
    os.utime(left, (0, 0))
    run_study(study)
    assert list(study.glob(".results-*")) == []


@pytest.mark.parametrize("folder", ["results", "cache"])
def test_what_the_computer_makes_may_be_deleted_and_is_made_again(study, folder):
    before = set(bytes_below(study))
    shutil.rmtree(study / folder)
    run_study(study)
    assert set(bytes_below(study)) == before
