"""A real JupyterLab on loopback and Debian's Chromium, for tests that must see what a researcher sees.

Use the fixture `lab` (tests/conftest.py): ``lab.open("notebook.ipynb")`` gives a page, ``lab.run_all(page)`` runs it.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

CHROMIUM = Path("/usr/bin/chromium")
_FORGET_NUMBERS = """() => {
    for (const prompt of document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')) prompt.textContent = '[ ]:';
}"""
_BEGUN = """() => [...document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')]
    .some((prompt) => /[*\\d]/.test(prompt.textContent))"""
# The kernel rests, and every cell that holds code has its number, or an error ended the run.
_ALL_RUN = """() => {
    const cells = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')];
    const written = cells.filter((cell) => cell.querySelector('.cm-content')?.textContent.trim());
    const done = (cell) => /\\d/.test(cell.querySelector('.jp-InputArea-prompt')?.textContent || '');
    const idle = document.querySelector('.jp-Notebook-ExecutionIndicator[data-status=idle]');
    const failed = document.querySelector(".jp-Notebook [data-mime-type='application/vnd.jupyter.error']");
    return idle && written.length && (failed || written.every(done));
}"""


@dataclass
class Lab:
    """A running JupyterLab and a browser.

    Attributes
    ----------
    folder : Path
        The folder that the server shows; put notebooks there.
    url : str
    browser : playwright Browser
    """

    folder: Path
    url: str
    token: str
    browser: Any
    patience: type[Exception]

    def notebook(self, name: str, *cells: str) -> Path:
        """Write a notebook of code cells."""
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = self.folder / name
        nbformat.write(book, path)
        return path

    def new_page(self, **context: Any) -> Any:
        """Return an empty page in a browser context of its own (its own storage)."""
        return self.browser.new_context(**{"viewport": {"width": 1150, "height": 900}, **context}).new_page()

    def settings(self, extension: str, plugin: str, values: dict[str, Any]) -> None:
        """Set a user's settings of JupyterLab, for pages opened from now on."""
        folder = self.folder / ".home" / "config" / "lab" / "user-settings" / extension
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{plugin}.jupyterlab-settings").write_text(json.dumps(values))

    def open(self, name: str, page: Any = None, **context: Any) -> Any:
        """Open a notebook alone on the page (?reset: no other tabs) and wait until its kernel is idle."""
        page = page or self.new_page(**context)
        workspace = Path(name).stem  # one for each notebook: a reload must not bring back the tabs of another test
        page.goto(f"{self.url}/lab/workspaces/{workspace}/tree/{name}?reset&token={self.token}")
        self.wait_idle(page)
        return page

    def wait_idle(self, page: Any, seconds: float = 60) -> None:
        """Wait until the notebook is there and its kernel idle."""
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=seconds * 1000)
        page.wait_for_selector("#jp-main-statusbar :text('| Idle')", timeout=seconds * 1000)
        page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", timeout=seconds * 1000)

    def run_all(self, page: Any, seconds: float = 120) -> None:
        """Run all cells from the menu and wait until the kernel has done them, or an error ended the run."""
        page.evaluate(_FORGET_NUMBERS)
        for _ in range(5):
            page.click("text=Run >> nth=0")
            page.click("li[data-command='runmenu:run-all']")
            try:
                page.wait_for_function(_BEGUN, timeout=5_000)
                break
            except self.patience:  # the page showed a kernel that was not yet connected
                continue
        page.wait_for_function(_ALL_RUN, timeout=seconds * 1000)

    def dismiss(self, page: Any) -> None:
        """Close the dialog that JupyterLab shows, for instance when a kernel died."""
        page.click("dialog .jp-mod-accept", timeout=60_000)

    def errors(self, page: Any) -> list[str]:
        """Return the errors that the notebook's cells show."""
        shown = page.locator(".jp-Notebook [data-mime-type='application/vnd.jupyter.error']")
        return shown.all_inner_texts()

    def save(self, page: Any, name: str) -> Any:
        """Save the notebook from the menu and return what is then on the disk."""
        path = self.folder / name
        before = path.stat().st_mtime_ns
        page.click("text=File >> nth=0")
        page.click("li[data-command='docmanager:save']")
        for _ in range(100):
            page.wait_for_timeout(100)
            if path.stat().st_mtime_ns != before and _is_whole(path):
                return nbformat.read(path, as_version=4)
        raise RuntimeError(f"{name} was not saved")

    def cells(self, page: Any) -> list[str]:
        """Return the types of the notebook's cells as the page shows them: code, markdown or raw."""
        return page.evaluate(
            """() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')].map((cell) =>
                cell.classList.contains('jp-CodeCell') ? 'code' :
                cell.classList.contains('jp-MarkdownCell') ? 'markdown' : 'raw')"""
        )

    def kernels(self) -> list[dict[str, Any]]:
        """Return the running kernels, as the server lists them."""
        return self._get("api/kernels")

    def kill_kernels(self) -> None:
        """Kill the kernels of this server as a crash does (SIGKILL)."""
        for process in _children_with(self.folder, "ipykernel_launcher"):
            os.kill(process, signal.SIGKILL)

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.url}/{path}?token={self.token}", timeout=10) as answer:
            return json.loads(answer.read())


def _is_whole(path: Path) -> bool:
    """The server empties a notebook's file before it writes it: what is read in between is no JSON."""
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return True


def _children_with(folder: Path, word: str) -> list[int]:
    """Return the processes that this server started and whose command holds `word`: their working folder is ours."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_text()
                cwd = (entry / "cwd").resolve()
            except OSError:
                continue
            if word in command and folder.resolve() in (cwd, *cwd.parents):
                found.append(int(entry.name))
    return found


@contextmanager
def running_lab(folder: Path) -> Iterator[Lab]:
    """Start JupyterLab on a free port of loopback and a headless Chromium; end both."""
    if not CHROMIUM.exists():
        pytest.skip("needs Debian's chromium at /usr/bin/chromium")
    from playwright.sync_api import TimeoutError as TimeoutError_
    from playwright.sync_api import sync_playwright

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(8)
    home = folder / ".home"
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}",
        "--ServerApp.ip=127.0.0.1", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}",
        "--ServerApp.port_retries=0", "--LabApp.extension_manager=readonly",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    environment = {**os.environ, **_home(home)}
    with (folder / ".lab.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, token, server, folder / ".lab.log")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
            try:
                yield Lab(folder, url, token, browser, TimeoutError_)
            finally:
                browser.close()
    finally:
        server.send_signal(signal.SIGINT)
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _home(home: Path) -> dict[str, str]:
    """A home of its own, so that no setting of the machine's user changes what the test sees."""
    settings = home / "config" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(
        json.dumps({"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True})
    )
    return {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
    }


def _wait_for(url: str, token: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(240):
        if server.poll() is not None:
            raise RuntimeError(f"JupyterLab ended: {log.read_text(errors='replace')[-2000:]}")
        try:
            with urllib.request.urlopen(f"{url}/api/status?token={token}", timeout=2):
                return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError(f"JupyterLab did not start: {log.read_text(errors='replace')[-2000:]}")
