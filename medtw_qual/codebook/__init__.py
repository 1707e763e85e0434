"""Codes and themes, their versions, and codebook files in every format."""

from medtw_qual.codebook.model import Code, Codebook, Theme
from medtw_qual.codebook.reading import read_codebook
from medtw_qual.codebook.revising import merge_codes, split_code

__all__ = ["Code", "Codebook", "Theme", "merge_codes", "read_codebook", "split_code"]
