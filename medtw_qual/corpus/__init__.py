"""Posts in: readers, flow of records, threads, screening, selection, hashtags and pseudonyms."""

from medtw_qual.corpus.model import Corpus
from medtw_qual.corpus.reading import read_corpus

__all__ = ["Corpus", "read_corpus"]
