"""Other programs: REFI-QDA projects out and in, the spreadsheets of Taguette and QualCoder."""

from medtw_qual.exchange.handouts import write_survey, write_tags
from medtw_qual.exchange.model import RefiProject
from medtw_qual.exchange.reading import read_refi_qda
from medtw_qual.exchange.spreadsheets import read_coded_passages
from medtw_qual.exchange.writing import write_refi_qda

__all__ = [
    "RefiProject",
    "read_coded_passages",
    "read_refi_qda",
    "write_refi_qda",
    "write_survey",
    "write_tags",
]
