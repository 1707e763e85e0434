"""The account of every record: what was seen, what left and why, what was joined, what stayed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from medtw_qual._base.table_files import validate_table
from medtw_qual.errors import InvalidTable
from medtw_qual.schemas import FLOW


class Exclusion(NamedTuple):
    """How many left or were merged for one reason."""

    reason: str
    dropped: int = 0
    merged: int = 0


def flow_rows(step: str, counts_of: str, before: int, left: Sequence[Exclusion]) -> pd.DataFrame:
    """Return a step's rows of the flow table, one per reason, each beginning where the one above ended.

    Examples
    --------
    >>> flow_rows("drop_reposts", "posts", 10, [Exclusion("repost", 3), Exclusion("own repost", 1)])[
    ...     ["before", "dropped", "merged", "kept"]].values.tolist()
    [[10, 3, 0, 7], [7, 1, 0, 6]]
    """
    rows = []
    for reason, dropped, merged in left:
        kept = before - dropped - merged
        rows.append((step, reason, counts_of, before, dropped, merged, kept))
        before = kept
    return validate_table(pd.DataFrame(rows, columns=[column.name for column in FLOW.columns]), FLOW)


def flow_of_reading(seen: int, dropped: Mapping[str, int]) -> pd.DataFrame:
    """Return the flow rows of reading: the records seen, then every reason for which some were not taken in."""
    reasons = sorted(dropped.items(), key=lambda item: (-item[1], item[0]))
    return flow_rows(
        "read_corpus", "records", seen, [Exclusion("records in the files"), *(Exclusion(*reason) for reason in reasons)]
    )


def is_note(reason: str) -> bool:
    """Say whether a reason for which nothing left is a note: it begins with a number.

    Examples
    --------
    >>> is_note("3 units without an author, kept"), is_note("repost without own words")
    (True, False)
    """
    return reason[:1].isdigit()


def add_step(flow: pd.DataFrame, step: str, counts_of: str, before: int, left: Sequence[Exclusion]) -> pd.DataFrame:
    """Return the flow with a step's rows added; a step in which nothing happened gets its row too."""
    return pd.concat([flow, flow_rows(step, counts_of, before, left)], ignore_index=True)


def require_sound_flow(flow: pd.DataFrame) -> None:
    """Check that every row adds up and begins where the one above ended.

    Raises
    ------
    InvalidTable
    """
    adds_up = flow["before"] - flow["dropped"] - flow["merged"] == flow["kept"]
    follows = flow["before"].iloc[1:].to_numpy() == flow["kept"].iloc[:-1].to_numpy()
    if not adds_up.all() or not follows.all():
        raise InvalidTable("The flow table does not add up.", "It was changed by hand: build the corpus again.")
