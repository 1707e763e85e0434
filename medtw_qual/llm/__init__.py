"""A language model as one more coder: asked by the codebook, every answer recorded, a failure never read as absent."""

from medtw_qual.llm.answer_replay import ModelAnswers, read_answers
from medtw_qual.llm.coding_prompt import CodingPrompt
from medtw_qual.llm.endpoint import Endpoint
from medtw_qual.llm.judging_split import split_units
from medtw_qual.llm.kept_back import find_kept_back
from medtw_qual.llm.model_coding import CodingRun, code_units

__all__ = [
    "CodingPrompt",
    "CodingRun",
    "Endpoint",
    "ModelAnswers",
    "code_units",
    "find_kept_back",
    "read_answers",
    "split_units",
]


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
