"""Makes fresh environments with chosen parts of the package, weighs them and runs the tests of what they hold.

    python tests/packaging/fresh_environments.py base base+desk base+clusters all

Each environment is made in a folder of its own (--folder, by default a temporary one that is removed), at the versions
of requirements.lock; its size and the number of packages are taken before the tools for tests are added. "all" brings
torch: gigabytes, and minutes. Tests of parts that an environment does not have are left out (--installed-parts).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BASE = ("agreement", "base", "codebook", "coding", "corpus", "exchange", "manuscript", "reconciliation", "study")
ENVIRONMENTS = {
    "base": ("", BASE),
    "base+desk": ("[desk]", (*BASE, "notebooks")),
    "base+clusters": ("[clusters]", (*BASE, "clusters")),
    "all": ("[all]", (*BASE, "clusters", "notebooks", "packaging")),
}
TOOLS = ("bcubed", "build", "editables", "hatchling", "hypothesis", "krippendorff", "nltk", "packaging", "pytest")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environments", nargs="*", default=list(ENVIRONMENTS), help=", ".join(ENVIRONMENTS))
    parser.add_argument("--folder", type=Path, help="where to make and keep them")
    parser.add_argument("--no-tests", action="store_true", help="only weigh them and try the main job")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        failed = [name for name in chosen.environments if not check(name, chosen.folder or Path(scratch), chosen)]
    print("failed: " + ", ".join(failed) if failed else "all environments are in order")
    return bool(failed)


def check(name: str, folder: Path, chosen: argparse.Namespace) -> bool:
    """Make one environment, print what it weighs, run its main job and its tests."""
    extra, rooms = ENVIRONMENTS[name]
    target = folder / name.replace("+", "-")
    python = make(target, f"{ROOT}{extra}")
    print(f"{name}: {megabytes(target)} MB, {len(packages(python))} packages", flush=True)
    good = run([str(python), str(ROOT / "tests" / "packaging" / "study_in_parts.py")], folder)
    if chosen.no_tests:
        return good
    install(python, *TOOLS)
    tests = [str(ROOT / "tests" / room) for room in rooms]
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--installed-parts", "-m", "not extra"]
    return run([*command, "--rootdir", str(ROOT), *tests], ROOT) and good


def make(target: Path, package: str, interpreter: str = sys.executable, *others: str) -> Path:
    """Make an environment with the package and others, and return its Python."""
    subprocess.run([interpreter, "-m", "venv", "--clear", str(target)], check=True)
    python = target / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    install(python, package, *others)
    return python


def install(python: Path, *what: str) -> None:
    """Install at the locked versions."""
    options = ["--quiet", "--disable-pip-version-check", "-c", str(ROOT / "requirements.lock")]
    subprocess.run([str(python), "-m", "pip", "install", *options, *what], check=True, stderr=subprocess.DEVNULL)


def packages(python: Path) -> list[str]:
    """Return the names of the packages of an environment, pip and this package excepted."""
    command = [str(python), "-m", "pip", "list", "--format=json", "--disable-pip-version-check"]
    listed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return [one["name"] for one in listed if one["name"] not in {"pip", "setuptools", "medtw-qual"}]


def megabytes(folder: Path) -> int:
    """Return what the files of a folder weigh, in MB of 1,000,000 bytes."""
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6)


def run_here(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as somebody outside this environment and these tests would, and return what it said."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "PYTHON", "COV_"))}
    return subprocess.run(
        command, cwd=folder, env={**kept, "MEDTW_QUAL_PROGRESS": "0"}, capture_output=True, text=True, check=False
    )


def run(command: list[str], folder: Path) -> bool:
    """Run a command, showing what it says, and return whether it ended well."""
    return subprocess.run(command, cwd=folder, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
