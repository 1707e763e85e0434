"""Codes and themes, their versions, and codebook files in every format."""

from medtw_qual.codebook.codebook import Code, Codebook, Theme
from medtw_qual.codebook.codebook_files import read_codebook
from medtw_qual.codebook.revision import merge_codes, split_code

__all__ = ["Code", "Codebook", "Theme", "merge_codes", "read_codebook", "split_code"]


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
