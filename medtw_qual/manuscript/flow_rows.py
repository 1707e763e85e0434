"""Tables about the corpus: how records became units."""

import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.corpus import Corpus
from medtw_qual.corpus.units import by_authors
from medtw_qual.manuscript.manuscript_table import ManuscriptTable, TableColumn


def flow_table(corpus: Corpus, *, number: str | int = "", title: str = "") -> ManuscriptTable:
    """Make the table of every step from the records in the files to the units of analysis.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.

    Returns
    -------
    ManuscriptTable
        Body: `schemas.FLOW` and label, the step in words, once for all its rows.
    """
    require_columns(corpus.flow, ("step", "reason", "counts_of", "before", "dropped", "merged", "kept"), "flow")
    body = corpus.flow.reset_index(drop=True)
    body.insert(0, "label", _step_labels(body["step"]))
    labels = {"label": "Step", "reason": "Reason", "counts_of": "Counted",
              "before": "Before", "dropped": "Left out",
              "merged": "Joined", "kept": "Kept"}  # fmt: skip
    numeric = ("before", "dropped", "merged", "kept")
    return ManuscriptTable(
        str(number),
        title or "From Records to Units of Analysis",
        body,
        columns=tuple(
            TableColumn((name,), label, "whole" if name in numeric else "text") for name, label in labels.items()
        ),
        notes=(
            "Kept = before − left out − joined, at every step.",
            f"The corpus holds {len(corpus.units):,} units by {by_authors(corpus)}.",
        ),
    )


def _step_labels(steps: pd.Series) -> list[str]:
    """``drop_reposts`` becomes ``Drop reposts``; below its first row a step is not repeated."""
    labels = [str(step).replace("_", " ").capitalize() for step in steps]
    return [label if row == 0 or label != labels[row - 1] else "" for row, label in enumerate(labels)]
