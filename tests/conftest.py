"""Shared by all tests: where ../shared lies, and what a test does when it is not there."""

import os
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import pytest
from hypothesis import settings

from tests.browser import Lab, running_lab

mpl.use("Agg")
# No deadline: a busy machine is no fault of the code. The same examples every time in CI: a red run can be run again.
settings.register_profile("project", deadline=None, derandomize=bool(os.environ.get("CI")), print_blob=True)
settings.load_profile("project")
# Whatever the caller says (`make test` says 1): a bar's text would stand among the words that tests read.
os.environ["MEDTW_QUAL_PROGRESS"] = "0"
os.environ["HF_HUB_OFFLINE"] = "1"
ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files beside the checkout; a test that needs it is skipped, with a reason, without it."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (real files that the repository may not contain)")
    return SHARED


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


MUST_RUN = ("shared", "browser", "office", "dask")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="a skipped test that needs ../shared or a program fails")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """With --no-skips, turn the skip of a test that this machine must be able to run into a failure."""
    report = yield
    if report.skipped and item.config.getoption("--no-skips") and any(item.get_closest_marker(m) for m in MUST_RUN):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where it must run: {report.longrepr}"
    return report


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A real JupyterLab on loopback with Debian's Chromium (see tests/browser.py); mark its tests extra and browser."""
    with running_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running
