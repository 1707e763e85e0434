"""Posts in: readers, flow of records, threads, screening, selection, hashtags and pseudonyms."""

from medtw_qual.corpus.lexicon import Lexicon, read_lexicon
from medtw_qual.corpus.model import Corpus
from medtw_qual.corpus.reading import read_corpus
from medtw_qual.corpus.saving import load_corpus
from medtw_qual.corpus.steps.screening import screening_sheet

__all__ = ["Corpus", "Lexicon", "load_corpus", "read_corpus", "read_lexicon", "screening_sheet"]
