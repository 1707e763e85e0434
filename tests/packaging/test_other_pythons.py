"""Guards the base install on later Pythons: a fresh environment of each, a small study, two rooms."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.packaging.fresh_environments import ROOT, make, packages, run_here

# Where pyenv keeps interpreters; a computer without them skips.
PYTHONS = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
OTHERS = ("3.12", "3.13")
ROOMS = ("agreement", "codebook")


@pytest.mark.extra
@pytest.mark.parametrize("version", OTHERS)
def test_the_base_works_on_another_python(version, tmp_path):
    found = sorted(PYTHONS.glob(f"{version}.*/bin/python"))
    if not found:
        pytest.skip(f"Python {version} is not installed below {PYTHONS}")
    python = make(tmp_path / "env", str(ROOT), str(found[-1]), "hypothesis", "pytest")
    assert not {"torch", "jupyterlab", "onnxruntime"} & set(packages(python))
    said = run_here([str(python), str(ROOT / "tests" / "packaging" / "study_in_parts.py")], tmp_path)
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("corpus; agreement; sheet; Word; no desk, and it says so; no clusters")
    tests = [str(ROOT / "tests" / room) for room in ROOMS]
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--installed-parts"]
    done = run_here([*command, "-m", "not extra and not slow", "--rootdir", str(ROOT), *tests], ROOT)
    assert done.returncode == 0, done.stdout[-3000:]
    version_of = subprocess.run([str(python), "-V"], capture_output=True, text=True, check=True).stdout
    assert version_of.startswith(f"Python {version}.")
