"""Guards a newcomer's first hour: from the built wheel, in an empty folder, to a notebook in a real JupyterLab."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import running_lab

NOTEBOOK = "my_study/notebooks/01_corpus.ipynb"


@pytest.fixture(scope="module")
def folder(root, tmp_path_factory):
    """An empty folder far from the repository, with the wheel installed beside it and found before anything else."""
    place = tmp_path_factory.mktemp("newcomer")
    wheels, site, folder = place / "wheels", place / "site", place / "empty"
    folder.mkdir()
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels), str(root)]
    subprocess.run(build, check=True, capture_output=True)
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(site)]
    subprocess.run([*install, str(next(wheels.glob("*.whl")))], check=True, capture_output=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(site))
        patch.setenv("PATH", f"{site / 'bin'}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("MEDTW_QUAL_PROGRESS", "0")
        yield folder


def command(*words: str, cwd: Path) -> str:
    done = subprocess.run(["medtw-qual", *words], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.extra
@pytest.mark.browser
def test_install_new_run_open_a_notebook_and_verify(folder):
    where = [sys.executable, "-c", "import medtw_qual; print(medtw_qual.__file__)"]
    assert str(folder.parent / "site") in subprocess.check_output(where, cwd=folder, text=True)

    assert "medtw-qual run" in command("new", "my_study", cwd=folder)
    study = folder / "my_study"
    said = command("run", cwd=study)
    assert "20 units by 9 authors" in said
    assert "Coding: none yet" in said
    assert (study / "results" / "report.html").is_file()
    assert (study / "results" / "working" / "sample.csv").is_file()

    with running_lab(folder) as lab:
        page = lab.open(NOTEBOOK)
        lab.run_all(page)
        assert lab.errors(page) == []
        saved = lab.save(page, NOTEBOOK)
    counts = [cell.execution_count for cell in saved.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))

    said = command("verify", cwd=study)
    assert "all" in said
    assert "the same, byte for byte" in said
    assert "passed" in said

    shutil.rmtree(study / "results")
    shutil.rmtree(study / "cache")
    assert "20 units by 9 authors" in command("run", cwd=study)
