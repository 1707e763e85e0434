"""A language model as one more coder: asked by the codebook, every answer recorded, a failure never read as absent."""

from medtw_qual.llm.abstention import Abstention, abstain
from medtw_qual.llm.answer_replay import ModelAnswers, read_answers
from medtw_qual.llm.behaviour import behavioural_tests
from medtw_qual.llm.coding_prompt import CodingPrompt
from medtw_qual.llm.endpoint import Endpoint
from medtw_qual.llm.judging_split import split_units
from medtw_qual.llm.kept_back import find_kept_back
from medtw_qual.llm.model_coding import CodingRun, code_units
from medtw_qual.llm.name_proposals import decide_name, decided_names, propose_names
from medtw_qual.llm.run_spread import answer_spread, spread_figure

__all__ = [
    "Abstention",
    "CodingPrompt",
    "CodingRun",
    "Endpoint",
    "ModelAnswers",
    "abstain",
    "answer_spread",
    "behavioural_tests",
    "code_units",
    "decide_name",
    "decided_names",
    "find_kept_back",
    "propose_names",
    "read_answers",
    "split_units",
    "spread_figure",
]


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
