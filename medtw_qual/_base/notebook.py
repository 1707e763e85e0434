"""Whether this runs in a notebook."""

from typing import Any


def notebook_shell() -> Any:  # noqa: ANN401 - IPython's shell, which has no type here
    """Return IPython's shell where this runs in a notebook's kernel, None elsewhere."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    return shell if shell is not None and getattr(shell, "kernel", None) is not None else None
