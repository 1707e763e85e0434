"""Units set apart before the first question: some to shape the prompt on, the others to judge the model by."""

import random
from collections.abc import Iterable
from pathlib import Path

from medtw_qual.errors import InvalidArgument, StaleDecision
from medtw_qual.llm.answer_log import AnswerLog


def split_units(
    log: str | Path, coder: str, units: Iterable[str], n_shaping: int, seed: int = 2020
) -> tuple[list[str], list[str]]:
    """Set units apart for shaping the prompt, at random, and record it before the model is asked anything.

    A prompt that was improved until it fitted some units looks better on these than on any others. So the units on
    which it was shaped are drawn and written down first, and the model is judged on the rest only.

    Parameters
    ----------
    log : str or Path
        The folder of the log.
    coder : str
        The model's name as a coder.
    units : iterable of str
        Ids of the units that people code.
    n_shaping : int
        How many are set apart; 0: none, for a prompt that is the codebook's words alone.
    seed : int
        Any whole number; the same seed sets the same units apart.

    Returns
    -------
    shaping, judging : list of str
        In the order of the ids. The same call again returns the same and records nothing.

    Raises
    ------
    InvalidArgument
        When there are not that many units.
    StaleDecision
        When the log holds answers and no split, or another one.
    """
    everyone = sorted({str(unit) for unit in units})
    if not 0 <= n_shaping < len(everyone):
        raise InvalidArgument(
            f"{n_shaping} of {len(everyone)} units cannot be set apart.", "Leave units to judge the model by."
        )
    shaping = sorted(random.Random(seed).sample(everyone, n_shaping))
    answers = AnswerLog(Path(log), coder)
    known = answers.split()
    if known is None and answers.settings() is not None:
        raise StaleDecision(
            f"{coder!r} has been asked already: units cannot be set apart afterwards.",
            "Split the units first, under a new name for the coder.",
        )
    if known is not None and known["shaping"] != shaping:
        raise StaleDecision(
            f"Other units were set apart for {coder!r} before.", "Keep that split, or give the coder a new name."
        )
    if known is None:
        answers.append({"action": "split", "coder": coder, "shaping": shaping, "of": len(everyone), "seed": seed})
    return shaping, [unit for unit in everyone if unit not in set(shaping)]
