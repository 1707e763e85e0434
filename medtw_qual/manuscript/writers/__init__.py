"""One writer a file format; a new format is a new file beside these and one line below."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from medtw_qual.errors import InvalidArgument

if TYPE_CHECKING:
    from medtw_qual.manuscript.manuscript_table import ManuscriptTable

# ending -> module and function; loaded on use, since each brings a library of its own
WRITERS = {
    ".docx": ("word", "write_docx"),
    ".xlsx": ("excel", "write_xlsx"),
    ".tex": ("latex", "write_tex"),
    ".html": ("web", "write_html"),
    ".csv": ("raw_values", "write_csv"),
    ".md": ("markdown", "write_md"),
}


def writer_for(suffix: str) -> Callable[["ManuscriptTable", Path], None]:
    """Return the function that writes a table to a file with this ending.

    Raises
    ------
    InvalidArgument
        When there is none.
    """
    if suffix.lower() not in WRITERS:
        raise InvalidArgument(
            f"No table format ends in {suffix!r}.", f"Save the table with one of: {', '.join(WRITERS)}."
        )
    module, function = WRITERS[suffix.lower()]
    writer: Callable[[ManuscriptTable, Path], None] = getattr(import_module(f"{__name__}.{module}"), function)
    return writer
