"""People's view: the sample, the desk, the coding log, sheets, consensus, memos and retrieval."""

from typing import TYPE_CHECKING

from medtw_qual.coding.assignment import assign_coders
from medtw_qual.coding.codebook_changes import kept_versions, map_codings, recode_needed
from medtw_qual.coding.coders import read_coders, with_kinds
from medtw_qual.coding.coding_sheets import write_coding_sheet
from medtw_qual.coding.codings import read_codings
from medtw_qual.coding.consensus import build_consensus, open_disagreements
from medtw_qual.coding.consensus_decisions import decide_units
from medtw_qual.coding.consensus_sheet import read_consensus_sheet, write_consensus_sheet
from medtw_qual.coding.memos import add_memo, read_memos
from medtw_qual.coding.retrieval import co_occurrence, code_matrix, retrieve
from medtw_qual.coding.sample import Sample, read_sample
from medtw_qual.coding.sampling import draw_sample
from medtw_qual.coding.screening_log import read_screening
from medtw_qual.coding.subcodes import with_subcodes

if TYPE_CHECKING:
    from medtw_qual.coding.desk import CodingDesk, ConsensusDesk, ScreeningDesk

__all__ = [
    "CodingDesk",
    "ConsensusDesk",
    "ScreeningDesk",
    "Sample",
    "assign_coders",
    "build_consensus",
    "co_occurrence",
    "code_matrix",
    "decide_units",
    "draw_sample",
    "kept_versions",
    "map_codings",
    "add_memo",
    "read_coders",
    "read_codings",
    "read_consensus_sheet",
    "read_memos",
    "read_sample",
    "read_screening",
    "recode_needed",
    "retrieve",
    "open_disagreements",
    "with_kinds",
    "with_subcodes",
    "write_coding_sheet",
    "write_consensus_sheet",
]

_DESKS = ("CodingDesk", "ConsensusDesk", "ScreeningDesk")


def __getattr__(name: str) -> type:
    """Load a desk when it is first asked for: it needs the notebook's libraries, and coding in a sheet does not."""
    if name in _DESKS:
        from medtw_qual.coding import desk

        return getattr(desk, name)  # type: ignore[no-any-return]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
