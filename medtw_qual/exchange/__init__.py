"""Other programs: REFI-QDA projects out and in, other programs' spreadsheets of passages, annotation tools."""

from medtw_qual.exchange.annotations import read_annotations
from medtw_qual.exchange.handouts import write_survey, write_tags
from medtw_qual.exchange.passage_spreadsheets import read_coded_passages
from medtw_qual.exchange.project_reader import read_refi_qda
from medtw_qual.exchange.project_writer import write_refi_qda
from medtw_qual.exchange.refi_project import RefiProject

__all__ = [
    "RefiProject",
    "read_annotations",
    "read_coded_passages",
    "read_refi_qda",
    "write_refi_qda",
    "write_survey",
    "write_tags",
]


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
