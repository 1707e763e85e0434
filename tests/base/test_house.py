"""Guards the rules of the house that no linter knows: short files, no checking by assert, no post of a real person."""

import ast
import subprocess
from pathlib import Path

import pytest

LONGEST = 400
LONGEST_FUNCTION = 50  # its docstring not counted


def tracked(root: Path) -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [root / name for name in listed.stdout.splitlines() if (root / name).is_file()]


def test_a_file_is_read_in_one_sitting(root):
    sources = [path for path in tracked(root) if path.suffix in {".py", ".js", ".css"}]
    assert sources
    long = {path.name: lines for path in sources if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST}
    assert long == {}


def test_a_function_fits_a_screen(root):
    long = []
    for path in sorted((root / "medtw_qual").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                described = len((ast.get_docstring(node, clean=False) or "").splitlines())
                length = (node.end_lineno or node.lineno) - node.lineno - described
                if length > LONGEST_FUNCTION:
                    long.append((path.name, node.name, length))
    assert long == []


def test_nothing_large_and_nothing_computed_is_tracked(root):
    files = tracked(root)
    assert [path.name for path in files if path.stat().st_size > 2_000_000] == []
    computed = {"results", "cache", ".venv", "__pycache__", ".ipynb_checkpoints"}
    assert [path for path in files if computed & set(path.relative_to(root).parts)] == []


def test_every_test_file_says_what_it_guards(root):
    for path in sorted((root / "tests").rglob("test_*.py")):
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        assert len(said.split()) >= 5, path.name
