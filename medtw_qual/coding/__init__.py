"""People's view: the sample, the desk, the coding log, sheets, consensus, memos and retrieval."""

from medtw_qual.coding.assignment import assign
from medtw_qual.coding.coders import read_coders, with_kinds
from medtw_qual.coding.codings import read_codings
from medtw_qual.coding.consensus import build_consensus, undecided
from medtw_qual.coding.drawing import draw_sample
from medtw_qual.coding.memos import memo, read_memos
from medtw_qual.coding.recoding import kept_versions, map_codings, recode_needed
from medtw_qual.coding.retrieval import co_occurrence, code_matrix, retrieve
from medtw_qual.coding.sample import Sample, read_sample
from medtw_qual.coding.screening import read_screening
from medtw_qual.coding.sheets import write_coding_sheet

__all__ = [
    "Sample",
    "assign",
    "build_consensus",
    "co_occurrence",
    "code_matrix",
    "draw_sample",
    "kept_versions",
    "map_codings",
    "memo",
    "read_coders",
    "read_codings",
    "read_memos",
    "read_sample",
    "read_screening",
    "recode_needed",
    "retrieve",
    "undecided",
    "with_kinds",
    "write_coding_sheet",
]
