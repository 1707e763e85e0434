"""Posts in: readers, flow of records, threads, screening, selection, hashtags and pseudonyms."""

from medtw_qual.corpus.model import Corpus

__all__ = ["Corpus"]
