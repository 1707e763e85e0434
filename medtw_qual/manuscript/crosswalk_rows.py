"""The crosswalk table: where the machine's clusters meet the people's codes."""

from typing import Any

import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.codebook import Codebook
from medtw_qual.errors import InvalidArgument
from medtw_qual.manuscript.manuscript_table import ManuscriptTable, TableColumn
from medtw_qual.manuscript.number_format import is_missing
from medtw_qual.reconciliation.coded_units import WEIGHTED

_NEEDED = (
    "cluster",
    "code",
    "n",
    "share_of_cluster",
    "share_of_code",
    "over_representation",
    "odds_ratio",
    "low",
    "high",
)


def crosswalk_table(
    crosswalk: Any,  # noqa: ANN401 - a Crosswalk or its table
    codebook: Codebook | None = None,
    *,
    cells: str = "telling",
    labels: dict[int, str] | None = None,
    number: str | int = "",
    title: str = "",
) -> ManuscriptTable:
    """Make the table of clusters and codes.

    Parameters
    ----------
    crosswalk : Crosswalk or DataFrame
        What `reconcile` returned, or its table (`schemas.CROSSWALK`).
    codebook : Codebook, optional
        Gives the codes' names.
    cells : {"telling", "decided", "all"}
        telling: every cell that people decided on, and for each cluster and each code the cell in which the code is
        most over-represented. decided: only the former.
    labels : dict, optional
        Words for each cluster, such as its key words.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.

    Returns
    -------
    ManuscriptTable
        Body: the columns of `schemas.CROSSWALK` that carry evidence, and the decision. People and machine are
        compared as overlap, never as agreement.
    """
    table = crosswalk if isinstance(crosswalk, pd.DataFrame) else crosswalk.table
    require_columns(table, _NEEDED, "crosswalk")
    if cells not in ("telling", "decided", "all"):
        raise InvalidArgument(f"There is no choice of cells {cells!r}.", "Use telling, decided or all.")
    chosen = _chosen(table.reset_index(drop=True), cells)
    names = codebook.names if codebook is not None else {}
    body = chosen.assign(
        code_name=[names.get(code, code) for code in chosen["code"]],
        cluster_label=[_label(cluster, labels) for cluster in chosen["cluster"]],
    )
    columns = [
        TableColumn(("cluster_label",), "Cluster", width=26 if labels else 8),
        TableColumn(("code_name",), "Code", width=22),
        TableColumn(("n",), "Units", "whole"),
        TableColumn(("share_of_cluster",), "% of cluster", "percent"),
        TableColumn(("share_of_code",), "% of code", "percent"),
        TableColumn(("over_representation",), "Ratio", "decimal"),
        TableColumn(("odds_ratio",), "OR", "decimal"),
        TableColumn(("low", "high"), f"{100 * getattr(crosswalk, 'confidence', 0.95):g}% CI", "decimal interval"),
    ]
    if "stability" in body and body["stability"].notna().any():
        columns.append(TableColumn(("stability",), "Stability", "proportion"))
    if "decision" in body and (body["decision"].fillna("") != "").any():
        columns.append(TableColumn(("decision",), "Decision", width=10))
    return ManuscriptTable(
        str(number),
        title or "Overlap of the Machine’s Clusters With the Codes",
        body,
        stub=2,
        columns=tuple(columns),
        notes=(*_notes(table, chosen, cells, columns), _weighting(crosswalk)),
    )


def _weighting(crosswalk: Any) -> str:  # noqa: ANN401 - a Crosswalk or its table
    """A share of a stratified sample is not the printed count over another: say so."""
    design = getattr(crosswalk, "design", None)
    return "" if design is None or design.equal else f"Shares are {WEIGHTED}."


def _label(cluster: int, labels: dict[int, str] | None) -> str:
    if cluster < 0:
        return "in no cluster"
    words = (labels or {}).get(int(cluster), "")
    # The number comes last: key words and the code in the next cell must not read as one sentence, which may be a post.
    return f"{words} (cluster {int(cluster)})" if words else str(int(cluster))


def _chosen(table: pd.DataFrame, cells: str) -> pd.DataFrame:
    if cells == "all" or table.empty:
        return table
    decided = table["decision"].fillna("") != "" if "decision" in table else pd.Series(False, index=table.index)
    keep = set(table.index[decided])
    if cells == "telling":
        candidates = table[(table["n"] > 0) & table["over_representation"].notna() & (table["over_representation"] > 1)]
        for key in ("cluster", "code"):
            keep |= set(candidates.groupby(key)["over_representation"].idxmax())
    return table.loc[sorted(keep)].sort_values(["cluster", "code"], kind="stable").reset_index(drop=True)


def _notes(table: pd.DataFrame, chosen: pd.DataFrame, cells: str, columns: list[TableColumn]) -> tuple[str, ...]:
    shown = "" if len(chosen) == len(table) else (
        f"{len(chosen):,} of {len(table):,} cells are shown: those decided on"
        + (", and the most over-represented one of each cluster and each code." if cells == "telling" else ".")
    )  # fmt: skip
    labels = {column.label for column in columns}
    undefined = any(is_missing(value) for value in chosen["odds_ratio"])
    return (
        "Units: coded units in the cluster that carry the code. Ratio: the code’s share of the cluster over its share"
        " of all coded units. OR: odds ratio; CI: confidence interval.",
        "Stability: share of resampled clusterings in which the cell stands." if "Stability" in labels else "",
        "Decision: taken by people who saw this evidence." if "Decision" in labels else "",
        "A dash: undefined." if undefined else "",
        shown,
    )
