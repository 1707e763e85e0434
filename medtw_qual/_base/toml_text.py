"""TOML as people write it: what no study needs, and what would take Python's reader very long, is refused first."""

import re
import tomllib
from typing import Any

# Of a key with thousands of parts the reader takes time with the square of their number.
_MANY_PARTS = re.compile(r"""(?<![\w"'.-])(?:[\w"'-]{1,80}\.){50}""")


def load_toml(text: str) -> dict[str, Any]:
    r"""Read a TOML text.

    Parameters
    ----------
    text : str
        The content of a file.

    Returns
    -------
    dict

    Raises
    ------
    tomllib.TOMLDecodeError
        When the text is no TOML, a key has more than 50 parts, or lists are nested deeper than Python goes.

    Examples
    --------
    >>> load_toml("[corpus]\nsources = ['a.csv']")
    {'corpus': {'sources': ['a.csv']}}
    """
    if _MANY_PARTS.search(text):
        raise tomllib.TOMLDecodeError("A key has more than 50 parts.")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise tomllib.TOMLDecodeError("Lists or tables are nested too deep.") from error
