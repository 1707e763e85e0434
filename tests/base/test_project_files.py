"""Guards that environment.yml, pyproject.toml, the locks and the citation say the same; no lock names a host."""

import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import medtw_qual

NOT_LOCKED = {"privacy": "brings spaCy and wants a language model that no registry of packages holds"}
GPL = {"krippendorff", "genieclust", "qdapy", "irrcac"}
ON_THE_CARD = {"jupyterlab", "pandas", "bertopic", "sentence-transformers", "matplotlib", "nbval"}


def pins_of(path: Path) -> dict[str, Version]:
    lines = path.read_text(encoding="utf-8").splitlines()
    pins = [
        re.fullmatch(r"([A-Za-z0-9._-]+)==([^\s;+@]+)", line) for line in lines if line and not line.startswith("#")
    ]
    assert all(pins), "a lock holds pins only: no address, no local version, no option"
    return {canonicalize_name(pin[1]): Version(pin[2]) for pin in pins if pin}


@pytest.fixture(scope="module")
def locked(root: Path) -> dict[str, Version]:
    return pins_of(root / "requirements.lock")


@pytest.fixture(scope="module")
def pyproject(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def project(pyproject) -> dict:
    return pyproject["project"]


def required(lists: Iterable[list]) -> list[Requirement]:
    """The requirements of some lists; parts of this package and groups that a list includes are not among them."""
    lines = [line for lines in lists for line in lines if isinstance(line, str)]
    return [one for one in map(Requirement, lines) if one.name != "medtw-qual"]


def test_every_dependency_is_locked_at_a_version_it_allows(pyproject, project, locked):
    extras = [extra for name, extra in project["optional-dependencies"].items() if name not in NOT_LOCKED]
    for requirement in required([project["dependencies"], *extras, *pyproject["dependency-groups"].values()]):
        version = locked.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in requirements.lock: make lock"
        assert version in requirement.specifier, f"{requirement} does not allow the locked {version}"


def test_the_users_lock_is_the_lock_without_the_tools_for_tests_and_docs(root, pyproject, project, locked):
    users = pins_of(root / "requirements-users.lock")
    assert users.items() <= locked.items()
    extras = [extra for name, extra in project["optional-dependencies"].items() if name not in NOT_LOCKED]
    needed = {canonicalize_name(one.name) for one in required([project["dependencies"], *extras])}
    assert needed <= users.keys()
    tools = {canonicalize_name(one.name) for one in required(pyproject["dependency-groups"].values())} - needed
    # nbval, which `medtw-qual verify` uses, needs these three itself.
    assert tools & users.keys() <= {"coverage", "packaging", "pytest"}


def test_the_version_stands_once_and_whoever_repeats_it_agrees(root, project):
    assert project["dynamic"] == ["version"]
    cited = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    described = json.loads((root / "codemeta.json").read_text(encoding="utf-8"))
    assert cited["version"] == described["version"] == medtw_qual.__version__
    assert described["name"] == project["name"]
    assert described["description"] == project["description"]
    assert described["keywords"] == project["keywords"]
    assert described["programmingLanguage"]["version"] == project["requires-python"]
    assert described["datePublished"] == cited["date-released"].isoformat()


def test_environment_yml_pins_what_the_lock_pins(root, locked, project):
    environment = yaml.safe_load((root / "environment.yml").read_text())
    lines = environment["dependencies"][-1]["pip"]
    pins = dict(line.split("==") for line in lines if "==" in line)
    assert set(pins) == ON_THE_CARD
    for name, version in pins.items():
        assert locked[canonicalize_name(name)] == Version(version)
    assert "-r requirements.lock" in lines
    python = environment["dependencies"][0].removeprefix("python=")
    assert f">={python}" == project["requires-python"]


def test_no_gpl_package_is_needed_to_use_the_project(root, project):
    extras = project["optional-dependencies"].values()
    needed = {canonicalize_name(one.name) for one in required([project["dependencies"], *extras])}
    assert not (needed | pins_of(root / "requirements-users.lock").keys()) & GPL
