"""The table of what moved when posts that had been coded were deleted."""

import pandas as pd

from medtw_qual.codebook import Codebook
from medtw_qual.corpus.privacy.deletion_effects import deletion_effect
from medtw_qual.manuscript.manuscript_table import ManuscriptTable, Spanner, TableColumn


def deletion_table(
    before: pd.DataFrame,
    after: pd.DataFrame,
    codebook: Codebook | None = None,
    *,
    number: str | int = "",
    title: str = "",
) -> ManuscriptTable:
    """Make the table of every code's share before and after posts that had been coded were deleted.

    Parameters
    ----------
    before, after : DataFrame
        The consensus (or one coder's codings) with and without the deleted units: unit_id, code, status.
    codebook : Codebook, optional
        Gives the codes' names.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.

    Returns
    -------
    ManuscriptTable
        Body: what `deletion_effect` returns, with name; shares are of the units judged for the code, the change is in
        percentage points.

    Examples
    --------
    >>> rows = [("1", "thanks", "present"), ("2", "thanks", "absent"), ("3", "thanks", "present")]
    >>> before = pd.DataFrame(rows, columns=["unit_id", "code", "status"])
    >>> table = deletion_table(before, before.head(2))
    >>> print(table.text.to_string(index=False))
      Code Units Present    % Units Present    % Change
    thanks     3       2 66.7     2       1 50.0 −16.67
    """
    effect = deletion_effect(before, after)
    names = codebook.names if codebook is not None else {}
    effect.insert(0, "name", [names.get(code, code) for code in effect["code"]])
    columns = [TableColumn(("name",), "Code", width=22)]
    for when in ("before", "after"):
        columns += [
            TableColumn((f"units_{when}",), "Units", "whole"),
            TableColumn((f"present_{when}",), "Present", "whole"),
            TableColumn((f"share_{when}",), "%", "percent"),
        ]
    return ManuscriptTable(
        str(number),
        title or "Codes Before and After Posts Were Deleted",
        effect,
        spanners=(Spanner("Before", 1, 3), Spanner("After", 4, 6)),
        columns=(*columns, TableColumn(("change",), "Change", "decimal")),
        notes=(
            "Units: judged for the code. Change: in percentage points. What is printed elsewhere is that of after.",
        ),
    )
