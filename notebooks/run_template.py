"""Runs the notebooks that `medtw-qual new` brings, in a new study, and keeps what they print: `make notebooks`."""

import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from medtw_qual.study.study_template import create_study

TEMPLATE = Path(__file__).resolve().parents[1] / "medtw_qual" / "template" / "notebooks"


def run_notebook(path: Path) -> nbformat.NotebookNode:
    """Run a notebook from top to bottom where it lies; nothing of widgets or of the clock is kept."""
    book = nbformat.read(path, as_version=4)
    client = NotebookClient(
        book,
        kernel_name="python3",
        timeout=300,
        store_widget_state=False,
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    return book


def main() -> None:
    """Run all of them in one new study, in order, as a researcher would."""
    os.environ["MEDTW_QUAL_PROGRESS"] = "0"
    with tempfile.TemporaryDirectory() as scratch:
        study = Path(scratch) / "study"
        create_study(study)
        for path in sorted((study / "notebooks").glob("*.ipynb")):
            nbformat.write(run_notebook(path), TEMPLATE / path.name)


if __name__ == "__main__":
    main()
