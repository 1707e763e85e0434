"""Guards the command line: a mistake gives one message with its remedy, exit code 2, and nothing half written."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import medtw_qual as mq
from medtw_qual._base.decision_log import append_record, said
from tests.studies import example_study


def command(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    program = "import sys; from medtw_qual.cli import main; sys.argv[0] = 'medtw-qual'; main()"
    words = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, cwd=cwd, check=False)


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def write_anew(log: Path, old: str, new: str) -> None:
    """Write a log again with one record changed and every seal right, as a program that errs would have written it."""
    lines = log.read_text(encoding="utf-8").splitlines()
    log.unlink()
    assert old in "".join(lines)
    for line in lines:
        record = json.loads(line.replace(old, new))
        append_record(log, said(record), record["kind"])


def misspell_a_key(study: Path) -> None:
    replace(study / "study.toml", "sources", "sorces")


def lose_the_posts(study: Path) -> None:
    (study / "data" / "medtwitter_2020.jsonl").unlink()


def empty_the_posts(study: Path) -> None:
    (study / "data" / "medtwitter_2020.jsonl").write_bytes(b"")


def name_a_missing_text_column(study: Path) -> None:
    (study / "data" / "posts.csv").write_text("id,words\n1,hello\n", encoding="utf-8")
    replace(
        study / "study.toml",
        'sources = ["data/medtwitter_2020.jsonl"]',
        'sources = ["data/posts.csv"]\ntext = "text"\nid = "id"',
    )


def round_the_ids(study: Path) -> None:
    (study / "data" / "posts.csv").write_text("id,text\n1.27E+18,hello\n1.28E+18,there\n", encoding="utf-8")
    replace(
        study / "study.toml",
        'sources = ["data/medtwitter_2020.jsonl"]',
        'sources = ["data/posts.csv"]\ntext = "text"\nid = "id"',
    )


def give_two_codes_one_id(study: Path) -> None:
    replace(study / "codebooks" / "gratitude_2020.yaml", "id: true_selves", "id: finding_family")


def use_an_unknown_code(study: Path) -> None:
    write_anew(study / "data" / "codings" / "A--1.jsonl", '"codes":["finding_family"]', '"codes":["finding_famly"]')


def code_an_unknown_unit(study: Path) -> None:
    write_anew(study / "data" / "codings" / "A--1.jsonl", '"unit_id":"1337565537327933849"', '"unit_id":"42"')


MISTAKES = {
    misspell_a_key: ["sorces", "Did you mean 'sources'"],
    lose_the_posts: ["data/medtwitter_2020.jsonl", "does not hold it"],
    empty_the_posts: ["medtwitter_2020.jsonl is empty"],
    name_a_missing_text_column: ["posts.csv", "'text'", "words"],
    round_the_ids: ["posts.csv", "1.27E+18"],
    give_two_codes_one_id: ["gratitude_2020.yaml", "two codes have the id 'finding_family'"],
    use_an_unknown_code: ["'finding_famly'", "A--1.jsonl", "Did you mean 'finding_family'"],
    code_an_unknown_unit: ["42", "not in the corpus"],
}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_a_mistake_is_said_in_words_and_nothing_is_written(root, tmp_path, mistake):
    study = example_study(root, tmp_path / "study")
    mistake(study)
    before = files_below(study)
    done = command("run", study)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    for words in MISTAKES[mistake]:
        assert words in done.stderr
    assert files_below(study) == before


def test_the_program_says_its_version():
    done = command("--version")
    assert done.returncode == 0
    assert done.stdout.strip() == f"medtw-qual {mq.__version__}"


def test_the_file_study_toml_stands_for_its_study(root, tmp_path):
    study = example_study(root, tmp_path / "study")
    misspell_a_key(study)
    by_file, by_folder = command("run", study / "study.toml"), command("run", study)
    assert (by_file.returncode, by_file.stderr) == (2, by_folder.stderr)
    assert "sorces" in by_file.stderr


def test_a_folder_that_is_no_study_is_said_so(tmp_path):
    done = command("run", tmp_path)
    assert done.returncode == 2
    assert "no study.toml" in done.stderr


def test_new_never_writes_into_a_folder_that_holds_something(tmp_path):
    (tmp_path / "mine.txt").write_text("precious")
    done = command("new", tmp_path)
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert files_below(tmp_path) == {"mine.txt"}


def test_verify_before_run_says_what_to_do(root, tmp_path):
    study = example_study(root, tmp_path / "study")
    done = command("verify", study)
    assert done.returncode == 2
    assert "medtw-qual run" in done.stderr


def test_a_new_study_has_what_it_names(tmp_path):
    done = command("new", tmp_path / "mine")
    assert done.returncode == 0, done.stderr
    made = files_below(tmp_path / "mine")
    assert {"study.toml", ".gitignore", "README.md", "data/example_posts.csv", "codebooks/my_codebook.yaml"} <= made
    shutil.rmtree(tmp_path / "mine")


def test_stored_vectors_stay_the_authority_and_no_scheduler_is_asked(root, tmp_path):
    done = command("run", example_study(root, tmp_path / "study"), "--scheduler", "tcp://127.0.0.1:1")
    assert done.returncode == 0, done.stderr
    assert "The vectors stand in data/vectors.npz" in done.stderr


def test_repair_joins_copies_keeps_the_old_files_and_says_what_is_lost(root, tmp_path):
    study = tmp_path / "study"
    shutil.copytree(root / "data", study / "data")
    shutil.copytree(root / "codebooks", study / "codebooks")
    shutil.copy(root / "study.toml", study)
    log = study / "data/decisions/consensus.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.with_name("consensus (conflicted copy).jsonl").write_bytes(b"".join(lines))
    log.write_bytes(b"".join(lines[:40]))
    done = command("repair", study)
    assert (done.returncode, log.read_bytes()) == (0, b"".join(lines))
    assert "consensus.jsonl: joined with consensus (conflicted copy).jsonl" in done.stdout
    assert len(list(log.parent.glob("*.before-repair-*"))) == 2
    assert command("repair", study).stdout == "Every log is whole: nothing was changed.\n"
    log.write_bytes(b"".join(lines[:10] + lines[11:]))
    done = command("repair", study)
    assert (done.returncode, "NOT MENDED: A decision is missing before line 11 of consensus.jsonl" in done.stdout) == (
        1,
        True,
    )
