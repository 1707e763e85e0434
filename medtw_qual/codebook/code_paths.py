"""Codes named by their path, as other programs write it: levels parted by ">" (MAXQDA) or a backslash (NVivo)."""

import re
from collections.abc import Iterable

from medtw_qual.codebook.code_names import one_line

Path = tuple[str, ...]

# "Age > 50" is a name: what follows the sign in a path is no number.
_STEP = re.compile(r"\s+>\s+(?!\d+(?:[\s.,%]|$))|\s*\\+\s*")


def split_path(label: str) -> Path:
    r"""Take a label apart at the signs that programs put between the levels.

    Examples
    --------
    >>> split_path("Care > Home"), split_path("Care\\Home"), split_path("Age > 50"), split_path("to/ from")
    (('Care', 'Home'), ('Care', 'Home'), ('Age > 50',), ('to/ from',))
    """
    parts = tuple(one_line(part) for part in _STEP.split(label) if one_line(part))
    return parts or (one_line(label),)


def with_parents(paths: Iterable[Path]) -> list[Path]:
    """All paths, each once, and the paths above them before their first use.

    Examples
    --------
    >>> with_parents([("A", "B", "C"), ("D",), ("A", "E")])
    [('A',), ('A', 'B'), ('A', 'B', 'C'), ('D',), ('A', 'E')]
    """
    found: dict[Path, None] = {}
    for path in paths:
        for length in range(1, len(path) + 1):
            found.setdefault(path[:length])
    return list(found)
