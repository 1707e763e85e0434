"""Making a new study folder from the template that the package carries."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from medtw_qual.errors import StudyFault

# A wheel cannot carry a file named .gitignore safely through every tool, so the template names it without its dot.
_RENAMED = {"gitignore": ".gitignore"}


def create_study(folder: str | Path) -> list[Path]:
    """Make a study folder that runs as it is.

    Parameters
    ----------
    folder : str or Path
        The folder to make; it may exist if it is empty.

    Returns
    -------
    list of Path
        The files made.

    Raises
    ------
    StudyFault
        When the folder holds something already: nothing is overwritten.
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StudyFault(f"{target} is there already and is not empty.", "Name a folder that does not exist yet.")
    with as_file(files("medtw_qual") / "template") as template:
        shutil.copytree(template, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    for name, real in _RENAMED.items():
        (target / name).rename(target / real)
    return sorted(path for path in target.rglob("*") if path.is_file())
