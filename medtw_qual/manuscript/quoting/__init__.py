"""Whose words may be printed: proposals, recorded decisions, overlap of a paraphrase, the gate before print."""

from medtw_qual.manuscript.quoting.gate import find_leaks, require_publishable
from medtw_qual.manuscript.quoting.model import Quotations
from medtw_qual.manuscript.quoting.overlap import Overlap, verbatim_overlap
from medtw_qual.manuscript.quoting.proposing import quotations

__all__ = ["Overlap", "Quotations", "find_leaks", "quotations", "require_publishable", "verbatim_overlap"]
