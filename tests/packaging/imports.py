"""Reads from the sources which packages each file imports, and in which optional part."""

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.utils import canonicalize_name

BASE = "base"


@dataclass(frozen=True)
class Import:
    """An import of somebody else's package: where it stands, what it imports, in which optional part ("base": none)."""

    file: str
    line: int
    module: str
    extra: str


def imports_of(folder: Path) -> Iterator[Import]:
    """Yield every import below a folder that happens when the code runs (not those for type checkers alone)."""
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for line, module, extra in _walk(tree, BASE):
            if module not in sys.stdlib_module_names and module != folder.name:
                yield Import(path.relative_to(folder.parent).as_posix(), line, module, extra)


def _walk(node: ast.AST, extra: str) -> Iterator[tuple[int, str, str]]:
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    if isinstance(node, ast.With):
        for item in node.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "needs_extra":
                extra = ast.literal_eval(call.args[0])
    if isinstance(node, ast.Import):
        yield from ((node.lineno, alias.name.partition(".")[0], extra) for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        yield node.lineno, node.module.partition(".")[0], extra
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, extra)


def distribution_of(module: str) -> str:
    """Return the name under which a module is installed: yaml comes with pyyaml."""
    return canonicalize_name(_installed().get(module, [module])[0])


@cache
def _installed() -> Mapping[str, list[str]]:
    return packages_distributions()  # reads the list of files of every package: seconds
