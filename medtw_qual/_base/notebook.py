"""Whether this runs in a notebook."""

import sys
from typing import Any


def notebook_shell() -> Any:  # noqa: ANN401 - IPython's shell, which has no type here
    """Return IPython's shell where this runs in a notebook's kernel, None elsewhere."""
    ipython = sys.modules.get("IPython")  # loaded before any cell runs; where it is not, this is no notebook
    shell = ipython.get_ipython() if ipython is not None else None
    return shell if shell is not None and getattr(shell, "kernel", None) is not None else None
