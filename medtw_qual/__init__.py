"""Qualitative analysis of a professional community's posts, from raw exports to the tables of a manuscript.

The public names are listed in ``__init__.pyi`` and loaded on first use, so that importing the package costs little.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said here, before something else fails in words that help nobody
    raise ImportError(
        "medtw_qual needs Python 3.11 or later, and this is Python " + sys.version.split()[0] + ". Install Python 3.11"
        " from python.org, make a new environment with it (py -3.11 -m venv .venv on Windows, python3.11 -m venv .venv"
        " elsewhere) and install medtw_qual there."
    )

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.1.0"
