"""People's screening for relevance: eligible, not, or unsure, made at the same desk as codes are."""

from pathlib import Path

import pandas as pd

from medtw_qual.codebook.codebook import Code, Codebook
from medtw_qual.coding.codings import read_codings
from medtw_qual.coding.sample import Sample
from medtw_qual.schemas import HasUnits

SCREENING = Codebook(
    "screening",
    "1",
    title="Does it belong to the study?",
    codes=(
        Code("eligible", "Eligible", brief="It belongs to the study.", definition="The unit meets the criteria."),
        Code("not", "Not eligible", brief="It does not.", definition="The unit does not meet the criteria."),
        Code("unsure", "Unsure", brief="To be talked about.", definition="It cannot be said from the unit alone."),
    ),
    multiple_codes=False,
)


def everything(corpus: HasUnits) -> Sample:
    """Return all units of a corpus as a sample: each is in it with probability 1."""
    units = corpus.units.sort_values("unit_id", ignore_index=True)
    table = pd.DataFrame(
        {
            "unit_id": units["unit_id"],
            "stratum": "",
            "inclusion_probability": 1.0,
            "round": "screening",
            "coders": [[] for _ in range(len(units))],
            "orders": [[] for _ in range(len(units))],
        }
    )
    return Sample(table, units, "screening", 0, len(units), f"all {len(units)} units")


def read_screening(folder: str | Path = "data/screening", coder: str | None = None) -> pd.DataFrame:
    """Read what was decided at screening desks.

    Parameters
    ----------
    folder : str or Path
        The folder in which screening desks keep their logs.
    coder : str, optional
        Whose decisions; default: everybody's.

    Returns
    -------
    DataFrame
        One row per unit and coder: unit_id, coder, decision (eligible, not, unsure), reason, decided_at, as
        ``corpus.apply_screening`` takes it (one coder's, or the consensus of several).

    Raises
    ------
    MissingFile, EmptyFile, UnreadableFile
    """
    codings = read_codings(folder, SCREENING)
    given = codings[codings["status"] == "present"]
    if coder is not None:
        given = given[given["coder"] == coder]
    renamed = given.rename(columns={"code": "decision", "memo": "reason"})
    return renamed[["unit_id", "coder", "decision", "reason", "decided_at"]].reset_index(drop=True)
