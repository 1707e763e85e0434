"""Guards the public names: few on top, each loads, twice, in both import orders, and importing loads nothing heavy."""

import ast
import importlib
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import medtw_qual as mq
from medtw_qual._base.extras import is_installed

HEAVY = (
    "torch",
    "bertopic",
    "sentence_transformers",
    "umap",
    "hdbscan",
    "plotly",
    "dask",
    "matplotlib",
    "pandas",
    "numpy",
)
NAMESPACES = (
    "activity", "agreement", "clusters", "codebook", "coding", "corpus", "errors", "exchange", "llm", "manuscript",
    "plot", "privacy", "reconciliation", "tables",
)  # fmt: skip
MOST_ON_TOP = 40


def public_names(root: Path) -> list[tuple[str, str]]:
    tree = ast.parse((root / "medtw_qual" / "__init__.pyi").read_text())
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return [(node.module or "", alias.name) for node in imports for alias in node.names]


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout


def test_importing_the_package_loads_nothing_heavy():
    loaded = json.loads(run("import medtw_qual, sys, json; print(json.dumps(list(sys.modules)))"))
    assert [name for name in HEAVY if name in loaded] == []


@pytest.mark.parametrize("order", ["as listed", "reversed"])
def test_every_public_name_is_the_same_object_the_second_time_in_both_orders(root, order):
    names = [name for _, name in public_names(root)]
    program = (
        "import medtw_qual as mq\n"
        f"names = {names if order == 'as listed' else names[::-1]!r}\n"
        "first = [getattr(mq, name) for name in names]\n"
        "second = [getattr(mq, name) for name in names]\n"
        "print([name for name, a, b in zip(names, first, second) if a is not b])\n"
    )
    assert run(program).strip() == "[]"


@pytest.mark.parametrize("name", NAMESPACES)
def test_a_namespace_is_there_as_soon_as_the_package_is_imported(name):
    listed = run(f"import medtw_qual as mq; print(mq.{name}.__name__, *mq.{name}.__all__)").split()
    assert listed[0] == f"medtw_qual.{name}"
    assert len(listed) > 3


@pytest.mark.parametrize("name", NAMESPACES)
def test_every_name_of_a_namespace_loads_in_both_orders_and_is_described(name):
    if name == "coding" and not is_installed("anywidget"):
        pytest.skip("the desks need an optional part that is not installed")
    program = (
        f"import medtw_qual.{name} as space, json\n"
        "names = list(space.__all__)\n"
        "first = {name: id(getattr(space, name)) for name in names}\n"
        "again = {name: id(getattr(space, name)) for name in reversed(names)}\n"
        "print(first == again)\n"
    )
    assert run(program).strip() == "True"
    space = importlib.import_module(f"medtw_qual.{name}")
    assert set(dir(space)) == set(space.__all__)
    assert [one for one in space.__all__ if not (getattr(space, one).__doc__ or "").strip()] == []


def test_the_top_holds_few_names_and_lists_them(root):
    assert {name for _, name in public_names(root)} <= set(dir(mq))
    assert len(dir(mq)) <= MOST_ON_TOP


def test_a_public_name_is_what_its_room_defines_and_is_described(root):
    for module, name in public_names(root):
        value = getattr(mq, name)
        if module:
            assert value.__module__.startswith(f"medtw_qual.{module}"), name
        assert (value.__doc__ or "").strip(), f"{name} has no docstring"


def test_no_module_bears_a_public_functions_name_unless_it_is_the_namespace(root):
    for name in ("", *NAMESPACES):
        space = importlib.import_module("medtw_qual" + (name and f".{name}"))
        folder = root / "medtw_qual" / name
        modules = (
            {path.stem for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()}
            if folder.is_dir()
            else set()
        )
        functions = {one for one in space.__all__ if not inspect.ismodule(getattr(space, one))}
        assert modules & functions == set(), name


def test_a_file_name_says_one_thing_in_the_whole_tree(root):
    stems = [path.stem for path in (root / "medtw_qual").rglob("*.py") if path.stem != "__init__"]
    assert len(stems) > 200
    assert sorted({stem for stem in stems if stems.count(stem) > 1}) == []


def test_every_error_is_public_and_most_are_also_the_built_in_one_that_fits():
    from medtw_qual import errors

    defined = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}
    assert defined == set(mq.errors.__all__)
    fitting = (ValueError, LookupError, FileNotFoundError, ImportError)
    plain = [name for name in defined if not issubclass(getattr(mq.errors, name), fitting)]
    assert plain == ["MedtwQualError"]
    with pytest.raises(FileNotFoundError, match=r"no such|not there|There is no"):
        mq.read_codebook("nowhere.yaml")
    with pytest.raises(ValueError, match="0 is not over 0"):
        raise mq.errors.InvalidArgument("0 is not over 0.", "Give more.")
