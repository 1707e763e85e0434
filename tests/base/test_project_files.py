"""Guards that environment.yml, pyproject.toml and requirements.lock say the same, and that the lock names no host."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

NOT_LOCKED = {"privacy": "brings spaCy and wants a language model that no registry of packages holds"}
ON_THE_CARD = {"jupyterlab", "pandas", "bertopic", "sentence-transformers", "matplotlib", "nbval"}


@pytest.fixture(scope="module")
def locked(root: Path) -> dict[str, Version]:
    lines = (root / "requirements.lock").read_text().splitlines()
    pins = [
        re.fullmatch(r"([A-Za-z0-9._-]+)==([^\s;+@]+)", line) for line in lines if line and not line.startswith("#")
    ]
    assert all(pins), "the lock holds pins only: no address, no local version, no option"
    return {canonicalize_name(pin[1]): Version(pin[2]) for pin in pins if pin}


@pytest.fixture(scope="module")
def project(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


def test_every_dependency_is_locked_at_a_version_it_allows(project, locked):
    extras = {name: extra for name, extra in project["optional-dependencies"].items() if name not in NOT_LOCKED}
    wanted = [*project["dependencies"], *(one for extra in extras.values() for one in extra)]
    for requirement in map(Requirement, wanted):
        version = locked.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in requirements.lock: make lock"
        assert version in requirement.specifier, f"{requirement} does not allow the locked {version}"


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


def test_no_gpl_package_is_needed_to_use_the_project(project):
    needed = {canonicalize_name(Requirement(one).name) for one in project["dependencies"]}
    optional = project["optional-dependencies"]
    needed |= {
        canonicalize_name(Requirement(one).name) for extra in optional if extra != "test" for one in optional[extra]
    }
    assert not needed & {"krippendorff", "genieclust", "qdapy", "irrcac"}
