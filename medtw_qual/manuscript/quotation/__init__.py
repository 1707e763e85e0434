"""Whose words may be printed: proposals, recorded decisions, overlap of a paraphrase, the gate before print."""

from medtw_qual.manuscript.quotation.overlap import Overlap, verbatim_overlap
from medtw_qual.manuscript.quotation.publication_gate import find_leaks, require_publishable
from medtw_qual.manuscript.quotation.quotation_proposals import quotations
from medtw_qual.manuscript.quotation.quotation_set import Quotations

__all__ = ["Overlap", "Quotations", "find_leaks", "quotations", "require_publishable", "verbatim_overlap"]
