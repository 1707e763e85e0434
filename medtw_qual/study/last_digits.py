"""Telling another result from another computer: do two result files say the same but for the last digits?

Processors and libraries add in different orders, so the sixteenth digit of a number differs between computers although
labels, counts and rounded numbers are equal.
"""

import math
import re
from collections.abc import Iterable
from pathlib import Path

# Far below anything that is printed, far above what the order of additions can do.
TOLERANCE = 1e-6
_NUMBER = re.compile(r"-?\d+\.\d+(?:[eE][-+]?\d+)?|-?\d+[eE][-+]?\d+")
# matplotlib names a shape in an SVG by a hash of its coordinates.
_SHAPE_NAME = re.compile(r"""(?<=[#"'])[A-Za-z]+[0-9a-f]{10}(?=["')])""")
# A file that is not text says what its neighbour of this ending says in text.
_SAID_BY = {".pdf": ".svg", ".png": ".svg", ".xlsx": ".csv", ".docx": ".md"}


def differ_in_last_digits_only(names: Iterable[str], old: Path, new: Path) -> set[str]:
    """Return which of the files that differ say the same in both folders, numbers equal to a millionth.

    Parameters
    ----------
    names : iterable of str
        Paths in the folders of files that are in both and differ in their bytes.
    old, new : Path
        The two folders.

    Returns
    -------
    set of str
        A Word file is judged by the Markdown file beside it, a workbook by the .csv, a picture by the .svg.
    """
    return {name for name in names if _same_but_for_last_digits(*_texts(name, old, new))}


def _texts(name: str, old: Path, new: Path) -> tuple[str, str]:
    said = Path(name)
    said = said.with_suffix(_SAID_BY.get(said.suffix, said.suffix))
    if not (old / said).is_file() or not (new / said).is_file():
        return "", "nothing to judge it by"
    return tuple((folder / said).read_text(encoding="utf-8") for folder in (old, new))  # type: ignore[return-value]


def _same_but_for_last_digits(old: str, new: str) -> bool:
    """Compare word for word and number for number.

    Examples
    --------
    >>> _same_but_for_last_digits("isolation,0.7120454867364081,n=300", "isolation,0.7120454867364084,n=300")
    True
    >>> _same_but_for_last_digits("isolation .71", "isolation .72")
    False
    >>> _same_but_for_last_digits("isolation,0.71", "finding_family,0.71")
    False
    >>> _same_but_for_last_digits("units,2000000", "units,2000001")
    False
    """
    old, new = _SHAPE_NAME.sub("shape", old), _SHAPE_NAME.sub("shape", new)
    if _NUMBER.sub("#", old) != _NUMBER.sub("#", new):  # a count and an id have no point: they are words here
        return False
    return all(
        math.isclose(float(before), float(other), rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        for before, other in zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=True)
    )
