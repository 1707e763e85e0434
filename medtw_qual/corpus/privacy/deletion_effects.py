"""A deletion followed: which decisions go with the posts that went, and what that moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.table_files import require_columns

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus


def without_lost_units(table: pd.DataFrame, corpus: Corpus) -> pd.DataFrame:
    """Return a table's rows about units that are still in the corpus (codings, consensus, sample, assignments ...).

    Parameters
    ----------
    table : DataFrame
        Any table with the column unit_id.
    corpus : Corpus
        The corpus as it is now.

    Raises
    ------
    MissingColumn
        When the table has no unit_id.
    """
    require_columns(table, ["unit_id"], "given")
    return table[table["unit_id"].isin(set(corpus.units["unit_id"]))].reset_index(drop=True)


def deletion_effect(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Say what a deletion moved in the codes.

    Parameters
    ----------
    before, after : DataFrame
        Consensus or codings (unit_id, code, status) before and after.

    Returns
    -------
    DataFrame
        code, units_before, units_after, present_before, present_after, share_before, share_after (of the coded units, 0
        to 1; missing where none is left), change (in percentage points).
    """
    rows = []
    for code in dict.fromkeys(before["code"]):
        old, new = (_present(table, code) for table in (before, after))
        shares = [present / units if units else float("nan") for units, present in (old, new)]
        rows.append((code, old[0], new[0], old[1], new[1], *shares, 100 * (shares[1] - shares[0])))
    columns = ["code", "units_before", "units_after", "present_before", "present_after", "share_before", "share_after"]
    return pd.DataFrame(rows, columns=[*columns, "change"])


def _present(table: pd.DataFrame, code: str) -> tuple[int, int]:
    rows = table[table["code"] == code]
    decided = rows[rows["status"].isin(("present", "absent"))]
    return decided["unit_id"].nunique(), int(decided.loc[decided["status"] == "present", "unit_id"].nunique())
