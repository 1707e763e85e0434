"""Guards that each notebook opens and runs from top to bottom in a real JupyterLab, as a researcher does it."""

import nbformat
import pytest

from tests.notebooks.test_notebooks import NAMES
from tests.studies import example_study

pytestmark = [pytest.mark.extra, pytest.mark.browser]


@pytest.fixture(scope="module")
def study(root, lab):
    """The example study below the server's folder, its notebooks without outputs."""
    folder = lab.folder / "study"
    if not folder.exists():
        example_study(root, folder)
        for path in (folder / "notebooks").glob("*.ipynb"):
            book = nbformat.read(path, as_version=4)
            for cell in book.cells:
                if cell.cell_type == "code":
                    cell.outputs, cell.execution_count = [], None
            nbformat.write(book, path)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_in_jupyterlab(lab, study, name):
    place = f"study/notebooks/{name}"
    page = lab.open(place)
    lab.run_all(page, seconds=240)
    assert lab.errors(page) == []
    saved = lab.save(page, place)
    counts = [cell.execution_count for cell in saved.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert any(cell.get("outputs") for cell in saved.cells)
    page.close()
