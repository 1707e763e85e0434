"""Guards Ctrl-C and the death of a run on the way: the results of before stay whole, and a new run makes them again."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from medtw_qual.errors import StudyFault
from medtw_qual.study.interruption import noticing_interrupts
from medtw_qual.study.results_folder import ResultsFolder
from medtw_qual.study.run import changed_meanwhile, run_study
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


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # it tells of the ignored interrupt
def test_an_interrupt_that_falls_into_a_finaliser_is_not_lost():
    class Closing:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)  # Python prints the interrupt as ignored, and goes on

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), noticing_interrupts() as check:
        check()
        thing = Closing()
        del thing
        check()
    assert signal.getsignal(signal.SIGINT) is before


def test_a_run_that_was_killed_harms_no_results_and_a_later_run_clears_up(study):
    before = bytes_below(study / "results")
    run = run_until_tables_are_written(study)
    run.kill()
    run.communicate(timeout=60)
    assert bytes_below(study / "results") == before
    (left,) = study.glob(".results-*.part")
    going_on = study / f".results-{left.name.split('-')[1]}-{os.getpid()}-abcd.part"  # this process runs
    elsewhere = study / ".results-000000-1-abcd.part"  # of another computer: nobody here knows
    going_on.mkdir(), elsewhere.mkdir()
    run_study(study)
    assert not left.exists()
    assert going_on.is_dir()
    assert elsewhere.is_dir()
    os.utime(elsewhere, (0, 0))
    os.utime(going_on, (0, 0))
    run_study(study)
    assert list(study.glob(".results-*")) == []


def test_results_that_a_kill_left_between_two_renamings_are_put_back(study):
    before = bytes_below(study / "results")
    (study / "results").rename(study / ".results-old-abcdef-1-x.part")
    folder = ResultsFolder.of_study(study)
    shutil.rmtree(folder.prepare())
    assert bytes_below(study / "results") == before


def test_a_link_to_results_elsewhere_stays_a_link(study, tmp_path):
    elsewhere = tmp_path / "big disk"
    (study / "results").rename(elsewhere)
    (study / "results").symlink_to(elsewhere, target_is_directory=True)
    shutil.rmtree(elsewhere / "tables")
    run_study(study)
    assert (study / "results").is_symlink()
    assert (elsewhere / "tables").is_dir()
    (study / "results").unlink()
    (study / "results").symlink_to(tmp_path / "gone" / "disk", target_is_directory=True)
    with pytest.raises(StudyFault, match="no such place"):
        run_study(study)


def test_what_people_put_into_results_or_changed_there_is_kept_and_named(study):
    (study / "results/my notes.txt").write_text("mine")
    report = study / "results/methods.md"
    report.write_text("my own words")
    os.chmod(study / "results", 0o775)
    said = run_study(study)
    assert "results/my notes.txt was not made by a run" in said
    assert "results/methods.md was changed by hand; your version is kept as results/edited/methods.md" in said
    assert (study / "results/my notes.txt").read_text() == "mine"
    assert (study / "results/edited/methods.md").read_text() == "my own words"
    assert report.read_text() != "my own words"
    assert (study / "results").stat().st_mode & 0o777 == 0o775
    run_study(study)
    assert (study / "results/edited/methods.md").read_text() == "my own words"


def test_an_input_that_changes_during_a_run_is_named():
    assert changed_meanwhile({"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "4"}) == [
        "b changed while the run was going on: run again.", "c changed while the run was going on: run again.",
    ]  # fmt: skip


@pytest.mark.parametrize("folder", ["results", "cache"])
def test_what_the_computer_makes_may_be_deleted_and_is_made_again(study, folder):
    before = set(bytes_below(study))
    shutil.rmtree(study / folder)
    run_study(study)
    assert set(bytes_below(study)) == before
