"""Codes and themes, their versions, and codebook files in every format."""

from medtw_qual.codebook.model import Code, Codebook, Theme
from medtw_qual.codebook.reading import read_codebook

__all__ = ["Code", "Codebook", "Theme", "read_codebook"]
