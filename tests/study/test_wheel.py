"""Guards what is installed: the wheel holds the package with its template and desk, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.base.test_house import tracked


@pytest.fixture(scope="module")
def members(root, tmp_path_factory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return set(wheel.namelist())


def test_the_wheel_holds_the_package_as_it_is_in_the_repository_and_nothing_more(root, members):
    ours = {path.relative_to(root).as_posix() for path in tracked(root) if path.is_relative_to(root / "medtw_qual")}
    installed = {name for name in members if not Path(name).parts[0].endswith(".dist-info")}
    assert installed == ours


def test_the_wheel_holds_what_a_new_study_and_the_desk_need(members):
    needed = {
        "medtw_qual/__init__.pyi",
        "medtw_qual/py.typed",
        "medtw_qual/coding/static/desk/desk.js",
        "medtw_qual/coding/static/desk/desk.css",
        "medtw_qual/template/study.toml",
        "medtw_qual/template/gitignore",
        "medtw_qual/template/notebooks/01_corpus.ipynb",
        "medtw_qual/template/data/example_posts.csv",
    }
    assert needed <= members


def test_the_wheel_holds_no_tests_and_no_data_beyond_the_template(members):
    data = {
        name
        for name in members
        if name.endswith((".csv", ".jsonl", ".npz", ".ipynb", ".parquet", ".xlsx", ".png")) and "/template/" not in name
    }
    assert data <= {"medtw_qual/corpus/lexicons/gratitude.csv"}
    assert {name for name in members if "test" in Path(name).name or "results/" in name or "cache/" in name} == set()
