"""A small invented study that the coding room's tests share."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from medtw_qual._base.table_files import validate_table
from medtw_qual.codebook.codebook import Code, Codebook
from medtw_qual.schemas import AUTHORS, UNITS
from tests.coding.desk_page import MODULE, WITHOUT_TOKEN

TEXTS = [
    "My people live in four time zones 👩🏽‍⚕️ and I have met none of them.",
    "NA",
    '=HYPERLINK("http://example.org","press")',
    "שלום to all who answered at 3 am",
    "Nobody on the ward asked.\n\nOn here three hundred did.",
    "<b>not bold</b> & proud",
]


def make_corpus(n: int = 12) -> SimpleNamespace:
    """Return invented units of two roles, in the order of their ids."""
    rows = [
        {
            "unit_id": str(1337565537327933000 + 7 * number),
            "text": TEXTS[number % len(TEXTS)],
            "context": "Whom do you thank?" if number % 3 == 0 else "",
            "created_at": f"2020-12-{1 + number % 28:02d}T10:00:00Z",
            "author_id": f"a{number % 4}",
            "n_posts": 1,
            "post_ids": [str(number)],
        }
        for number in range(n)
    ]
    units = validate_table(pd.DataFrame(rows), UNITS)
    authors = pd.DataFrame({"author_id": [f"a{k}" for k in range(4)], "role": ["nurse", "nurse", "physician", ""]})
    return SimpleNamespace(units=units, authors=validate_table(authors, AUTHORS), posts=pd.DataFrame())


@pytest.fixture
def corpus() -> SimpleNamespace:
    return make_corpus()


@pytest.fixture
def codebook() -> Codebook:
    return Codebook(
        "small",
        "1.0.0",
        codes=(
            Code("isolation", "Isolation", definition="Being apart."),
            Code("family", "Finding family", definition="Belonging."),
            Code("voice", "Finding a voice", definition="Speaking up."),
        ),
    )


@pytest.fixture
def small_disk() -> Iterator[Callable[..., Path]]:
    """Mount a disk of a few kilobytes on a folder; called again with "remount,ro" it becomes read-only.

    Only root may mount; elsewhere these tests are skipped, and others put the disk's errors in its place.
    """
    mounted: list[Path] = []

    def mount(folder: Path, options: str = "size=32k") -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"cannot mount a small disk here: {done.stderr.strip()}")
        if "remount" not in options:
            mounted.append(folder)
        return folder

    try:
        yield mount
    finally:
        for folder in mounted:
            subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(scope="module")
def study(lab, root):
    """A JupyterLab whose folder holds a study to code."""
    source = MODULE.format(root=str(root), codebook=str(root / "codebooks/gratitude_2020.yaml"))
    (lab.folder / "study_for_test.py").write_text(source)
    return lab


@pytest.fixture
def picture(root, tmp_path):
    """Take a picture of the desk; with MEDTW_QUAL_PICTURES=1 it goes into the documentation."""

    def take(page, name):
        folder = root / "docs/images" if os.environ.get("MEDTW_QUAL_PICTURES") == "1" else tmp_path
        folder.mkdir(parents=True, exist_ok=True)
        page.evaluate(WITHOUT_TOKEN)
        window = page.viewport_size
        page.set_viewport_size({**window, "height": 1500})  # the whole desk, not what JupyterLab's bars leave of it
        page.locator(".mq-desk").screenshot(path=folder / f"{name}.png")
        page.set_viewport_size(window)
        assert (folder / f"{name}.png").stat().st_size > 5_000

    return take
