"""Shared by all tests: where ../shared lies, and what a test does when it is not there."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import pytest
from hypothesis import settings

from medtw_qual._base.extras import is_installed
from medtw_qual.errors import MissingExtra

if TYPE_CHECKING:
    from tests.browser import Lab

mpl.use("Agg")
# No deadline: a busy machine is no fault of the code. The same examples every time in CI: a red run can be run again.
settings.register_profile("project", deadline=None, print_blob=True)
settings.register_profile("ci", parent=settings.get_profile("project"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "project")
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
    parser.addoption(
        "--installed-parts",
        action="store_true",
        help="in an environment without all optional parts: leave out test files whose imports are not installed, and"
        " skip a test that ends in MissingExtra",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With --installed-parts, leave out a test file that imports at its top what is not installed."""
    if not config.getoption("--installed-parts") or collection_path.suffix != ".py":
        return None
    return None if imports_are_installed(collection_path) else True


def imports_are_installed(path: Path) -> bool:
    """Say whether all is installed that a file imports at its top, by way of other files of the tests too."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    names = [alias.name for node in body if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in body if isinstance(node, ast.ImportFrom) and not node.level]
    ours = [ROOT / f"{name.replace('.', '/')}.py" for name in names if name.startswith("tests.")]
    others = [name.partition(".")[0] for name in names if not name.startswith("tests.")]
    return is_installed(*others) and all(imports_are_installed(file) for file in ours if file.is_file())


def wants_another_part(raised: pytest.ExceptionInfo) -> bool:
    """Say whether a test ended for want of an optional part, or of a package that the test itself imports."""
    by_the_test = Path(raised.traceback[-1].path).is_relative_to(ROOT / "tests")
    return raised.errisinstance(MissingExtra) or (by_the_test and raised.errisinstance(ModuleNotFoundError))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """With --no-skips, a skip where this machine must be able to run a test fails; see also --installed-parts."""
    report = yield
    if report.skipped and item.config.getoption("--no-skips") and any(item.get_closest_marker(m) for m in MUST_RUN):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where it must run: {report.longrepr}"
    if call.excinfo is not None and item.config.getoption("--installed-parts") and wants_another_part(call.excinfo):
        report.outcome = "skipped"
        report.longrepr = (str(item.path), item.location[1] or 0, f"Skipped: {call.excinfo.value}")
    return report


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Lab"]:
    """A real JupyterLab on loopback with Debian's Chromium (see tests/browser.py); mark its tests extra and browser."""
    from tests.browser import running_lab

    with running_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running
