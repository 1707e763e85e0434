"""Qualitative analysis of a professional community's posts, from raw exports to the tables of a manuscript.

The public names are listed in ``__init__.pyi`` and loaded on first use, so that importing the package costs little.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.1.0"
