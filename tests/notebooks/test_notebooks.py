"""Guards the notebooks: each ran from top to bottom, holds no widget state, and prints the same when it runs again."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.studies import example_study

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


def cells(name: str) -> list[dict]:
    return [
        cell
        for cell in json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]


def test_the_six_notebooks_are_there_in_the_order_of_the_study():
    assert [name[:2] for name in NAMES] == ["01", "02", "03", "04", "05", "06"]


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_committed_as_it_ran(name):
    """nbval compares nothing in a cell that has no execution count, and is green all the same."""
    book = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))
    assert [cell["execution_count"] for cell in cells(name)] == list(range(1, len(cells(name)) + 1))
    assert len(cells(name)) >= 4
    kinds = [output["output_type"] for cell in cells(name) for output in cell["outputs"]]
    assert "error" not in kinds
    assert any(kind in {"execute_result", "display_data", "stream"} for kind in kinds)
    assert "widgets" not in book["metadata"]
    assert book["metadata"]["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_shows_no_path_time_or_warning(name):
    for cell in cells(name):
        for output in cell["outputs"]:
            assert output.get("name") != "stderr", output
            shown = json.dumps({key: value for key, value in output.get("data", output).items() if key != "image/png"})
            assert not re.search(r"/(work|tmp|home|root|Users)/", shown)
            assert not re.search(r"0x[0-9a-f]{8}", shown)


@pytest.mark.notebooks
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_prints_the_same_when_it_runs_again(root, tmp_path, name):
    """nbval in strict mode, on a copy of the study, so that no notebook changes the study itself."""
    study = example_study(root, tmp_path / "study")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(study),
    ]
    command += ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=300"]
    command += [
        "--nbval-sanitize-with",
        str(study / "notebooks" / "nbval_sanitize.cfg"),
        str(study / "notebooks" / name),
    ]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    environment |= {"MEDTW_QUAL_PROGRESS": "0", "PYTHONPATH": str(root)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=study, check=False)
    assert done.returncode == 0, done.stdout[-6000:]
    assert f"{len(cells(name))} passed" in done.stdout
