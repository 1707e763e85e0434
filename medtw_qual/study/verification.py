"""Verifying a study: everything is computed again beside the old results, and what differs is said."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medtw_qual._base.extras import install_command, is_installed
from medtw_qual.errors import MissingFile
from medtw_qual.study.input_files import input_hashes
from medtw_qual.study.last_digits import differ_in_last_digits_only
from medtw_qual.study.outputs import MANIFEST, hash_folder
from medtw_qual.study.results_folder import RESULTS
from medtw_qual.study.run import computer, write_results
from medtw_qual.study.study import open_study


@dataclass(frozen=True)
class Verification:
    """What a verification found.

    Attributes
    ----------
    differences : tuple of str
        One sentence a difference; empty: every label, count and rounded number is the same.
    last_digits : tuple of str
        Files that were computed again and say the same, but not in the same bytes: what another computer does.
    computers : str
        In what this computer and its libraries differ from those that made the results; empty: in nothing known.
    checked : int
        Result files compared.
    notebooks : str
        What the notebooks' check said; empty: not asked for.
    """

    differences: tuple[str, ...]
    checked: int
    last_digits: tuple[str, ...] = ()
    computers: str = ""
    notebooks: str = ""

    @property
    def text(self) -> str:
        """The finding in words."""
        said = [self._head, *(f"- {line}" for line in self.differences)]
        if self.last_digits and self.differences:
            said.append(f"In their last digits only: {', '.join(self.last_digits)}.")
        elif self.last_digits:
            said.append(f"In their bytes {len(self.last_digits)} differ: {', '.join(self.last_digits)}.")
        if self.computers and (self.differences or self.last_digits):
            said.append(self.computers)
        return "\n".join([*said, *([self.notebooks] if self.notebooks else [])])

    @property
    def _head(self) -> str:
        n = len(self.differences)
        if n:
            return f"{n} difference{'s' if n > 1 else ''} found ({self.checked} result files compared):"
        if self.last_digits:
            return (
                f"Verified: all {self.checked} result files say the same: every word, and every number to a millionth."
            )
        return f"Verified: all {self.checked} result files are the same, byte for byte."


def verify_study(folder: str | Path = ".", notebooks: bool = True) -> Verification:
    """Recompute a study and compare every result file with the one that is there.

    Parameters
    ----------
    folder : str or Path
        The study.
    notebooks : bool
        Run the study's notebooks on a copy of it and compare their outputs with those that were saved (nbval).

    Returns
    -------
    Verification

    Raises
    ------
    MissingFile
        When there are no results yet.
    """
    study = open_study(folder)
    results = study.folder / RESULTS
    if not (results / MANIFEST).is_file():
        raise MissingFile(f"{study.folder} has no {RESULTS}/{MANIFEST}.", "Run the study first: medtw-qual run")
    manifest = json.loads((results / MANIFEST).read_text(encoding="utf-8"))
    differences = _compare(manifest["inputs"], input_hashes(study), "The input")
    found = hash_folder(results)
    differences += _compare(manifest["outputs"], found, "In results/, the file")
    with tempfile.TemporaryDirectory() as scratch:
        write_results(study, Path(scratch))
        again = hash_folder(Path(scratch))
        changed = [name for name in sorted(set(found) & set(again)) if found[name] != again[name]]
        last_digits = differ_in_last_digits_only(changed, results, Path(scratch))
    found |= {name: again[name] for name in last_digits}
    differences += _compare(found, again, "Computed again, the file")
    said, failed = _check_notebooks(study.folder) if notebooks else ("", False)
    if failed:
        differences.append(
            "The notebooks do not print what they printed when they were saved (see below). If the study has changed"
            " since, run them again and save them: medtw-qual lab"
        )
    return Verification(
        tuple(dict.fromkeys(differences)), len(again), tuple(sorted(last_digits)), _computers(manifest), said
    )


def _computers(manifest: dict[str, Any]) -> str:
    """Say in what this computer differs from the one that made the results."""
    made, here = manifest.get("computer", {}), computer()
    differing = [name for name in here if name in made and made[name] != here[name]]
    return "; ".join(f"made with {name} {made[name]}, here {here[name]}" for name in differing).capitalize()


def _compare(old: dict[str, str], new: dict[str, str], what: str) -> list[str]:
    gone = [f"{what} {name} is gone." for name in sorted(set(old) - set(new))]
    added = [f"{what} {name} is new." for name in sorted(set(new) - set(old))]
    changed = [f"{what} {name} has changed." for name in sorted(set(old) & set(new)) if old[name] != new[name]]
    return gone + added + changed


def _check_notebooks(folder: Path) -> tuple[str, bool]:
    """Run nbval on a copy of the study, so that no notebook changes the study itself."""
    if not list((folder / "notebooks").glob("*.ipynb")):
        return "There are no notebooks to check.", False
    if not is_installed("nbval", "ipykernel"):
        return f"The notebooks were not checked: that needs JupyterLab. Run: {install_command('desk')}", False
    with tempfile.TemporaryDirectory() as scratch:
        copy = copy_study(folder, Path(scratch) / "study")
        sanitize = copy / "notebooks" / "nbval_sanitize.cfg"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env"]
        command += ["--nbval-cell-timeout=300", "--rootdir", str(copy), "-c", os.devnull]
        command += ["--nbval-sanitize-with", str(sanitize)] if sanitize.is_file() else []
        # A pytest around this one (the project's own tests) must not hand its options on.
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
        environment["MEDTW_QUAL_PROGRESS"] = "0"
        done = subprocess.run(
            [*command, str(copy / "notebooks")], capture_output=True, text=True, env=environment, cwd=copy, check=False
        )
    lines = done.stdout.strip().splitlines() or [done.stderr.strip()[-300:]]
    return "\n".join([f"Notebooks: {lines[-1].strip('= ')}", *_failed_cells(lines)]), done.returncode != 0


def _failed_cells(lines: list[str]) -> list[str]:
    """Name each notebook once, with the numbers of the code cells that print something else, as people count them.

    Examples
    --------
    >>> _failed_cells(["FAILED notebooks/01.ipynb::Cell 0", "FAILED notebooks/01.ipynb::Cell 2 - x", "2 failed"])
    ['  notebooks/01.ipynb: code cells 1, 3']
    """
    cells: dict[str, list[str]] = {}
    for line in lines:
        found = re.match(r"FAILED (.+)::Cell (\d+)", line)
        if found:
            cells.setdefault(found[1], []).append(str(int(found[2]) + 1))
    return [f"  {name}: code cell{'s' if len(own) > 1 else ''} {', '.join(own)}" for name, own in cells.items()]


def copy_study(folder: Path, target: Path) -> Path:
    """Copy what makes a study (study.toml, data, codebooks, notebooks) and nothing that is computed from it."""
    target.mkdir(parents=True)
    shutil.copy2(folder / "study.toml", target)
    for name in ("data", "codebooks", "notebooks"):
        if (folder / name).is_dir():
            shutil.copytree(folder / name, target / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return target
