"""Whose words may be printed: proposals, recorded decisions, overlap of a paraphrase, the gate before print."""

from medtw_qual.manuscript.quotation.overlap import Overlap, verbatim_overlap
from medtw_qual.manuscript.quotation.publication_gate import find_leaks, require_publishable
from medtw_qual.manuscript.quotation.quotation_proposals import quotations
from medtw_qual.manuscript.quotation.quotation_set import Quotations
from medtw_qual.manuscript.quotation.quoted_words import find_words

__all__ = ["Overlap", "Quotations", "find_leaks", "find_words", "quotations", "require_publishable", "verbatim_overlap"]
