"""Guards the public names: each loads, twice, in both import orders, and importing the package loads nothing heavy."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import medtw_qual as mq

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


def test_a_public_name_is_what_its_room_defines_and_is_described(root):
    for module, name in public_names(root):
        value = getattr(mq, name)
        if module:
            assert value.__module__.startswith(f"medtw_qual.{module}"), name
        assert (value.__doc__ or "").strip(), f"{name} has no docstring"


def test_no_module_of_the_top_level_bears_a_public_functions_name(root):
    modules = {path.stem for path in (root / "medtw_qual").iterdir() if path.suffix == ".py" or path.is_dir()}
    functions = {name for module, name in public_names(root) if module}
    assert modules & functions == set()


def test_dir_lists_the_public_names(root):
    assert {name for _, name in public_names(root)} <= set(dir(mq))
