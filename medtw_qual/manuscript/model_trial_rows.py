"""Tables of what was tried on a language model: its behaviour, the spread of its results, where it may decide."""

import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.codebook import Codebook
from medtw_qual.manuscript.manuscript_table import ManuscriptTable, TableColumn
from medtw_qual.manuscript.model_rows import labelled


def model_behaviour_table(tests: pd.DataFrame, coder: str, *, number: str | int = "") -> ManuscriptTable:
    """Make the table of a model's behavioural tests.

    Parameters
    ----------
    tests : DataFrame
        What `mq.llm.behavioural_tests` returned.
    coder : str
        The model's name as a coder.
    number : str
        The number of the table in the manuscript; default: none.

    Returns
    -------
    ManuscriptTable
        Body: test, asks, n, passed, share, low, high, note.
    """
    require_columns(tests, ("test", "asks", "n", "passed", "share", "low", "high", "note"), "tests")
    notes = [f"{row.test[:1].upper()}{row.test[1:]}: {row.note}." for row in tests.itertuples() if row.note]
    return ManuscriptTable(
        str(number),
        f"Does the Language Model {coder} Follow the Codebook?",
        tests.assign(test=[f"{test[:1].upper()}{test[1:]}" for test in tests["test"]]),
        columns=(
            TableColumn(("test",), "Test", width=24),
            TableColumn(("asks",), "What is counted", width=44),
            TableColumn(("passed",), "Passed", "whole"),
            TableColumn(("n",), "Of", "whole"),
            TableColumn(("share",), "Share", "proportion"),
            TableColumn(("low", "high"), "95% CI", "proportion interval"),
        ),
        notes=(
            "No person’s code enters these tests; after Halterman and Keith (2025). Decisions on one unit are not"
            " independent: the intervals are a guide.",
            *notes,
        ),
    )


def model_spread_table(
    spread: pd.DataFrame, coder: str, codebook: Codebook | None = None, *, number: str | int = ""
) -> ManuscriptTable:
    """Make the table of how far a model's shares move with the way in which it is asked.

    Parameters
    ----------
    spread : DataFrame
        What `mq.llm.answer_spread` returned.
    coder : str
        The model's name as a coder.
    codebook : Codebook, optional
        Gives the codes' names and order.
    number : str
        The number of the table in the manuscript; default: none.

    Returns
    -------
    ManuscriptTable
        Body: label, code, quantity, lowest, lowest_run, highest, highest_run, range, runs, n.
    """
    require_columns(spread, ("code", "quantity", "run", "value", "n"), "spread")
    names = {} if codebook is None else codebook.names
    rows = []
    for (code, quantity), own in spread.groupby(["code", "quantity"], sort=False):
        values = own.set_index("run")["value"].astype(float)
        known = values.dropna()
        low, high = (known.idxmin(), known.idxmax()) if len(known) else ("", "")
        rows.append(
            {
                "label": names.get(str(code), str(code)), "code": code, "quantity": quantity,
                "lowest": values.min(), "lowest_run": low, "highest": values.max(), "highest_run": high,
                "range": values.max() - values.min(), "runs": len(values), "n": int(own["n"].min()),
            }
        )  # fmt: skip
    return ManuscriptTable(
        str(number),
        f"How Far the Shares of the Language Model {coder} Move With the Way It Is Asked",
        pd.DataFrame(rows),
        columns=(
            TableColumn(("label",), "Code", width=24),
            TableColumn(("quantity",), "Quantity", width=12),
            TableColumn(("lowest",), "Lowest", "proportion"),
            TableColumn(("lowest_run",), "Run", width=14),
            TableColumn(("highest",), "Highest", "proportion"),
            TableColumn(("highest_run",), "Run", width=14),
            TableColumn(("range",), "Range", "proportion"),
            TableColumn(("n",), "Units", "whole"),
        ),
        notes=(
            f"Runs, declared beforehand: {', '.join(dict.fromkeys(spread['run']))}. Only units that every run coded"
            " count; what a run found impossible to judge is left out.",
        ),
    )


def model_abstention_table(
    rules: pd.DataFrame, coder: str, codebook: Codebook | None = None, *, error: float = 0.05, number: str | int = ""
) -> ManuscriptTable:
    """Make the table of where a model's decisions may stand, and what it would take where they may not.

    Parameters
    ----------
    rules : DataFrame
        The rules of what `mq.llm.abstain` returned.
    coder : str
        The model's name as a coder.
    codebook : Codebook, optional
        Gives the codes' names and order.
    error : float
        The share of standing decisions that may be wrong, as given to `mq.llm.abstain`; default .05.
    number : str
        The number of the table in the manuscript; default: none.

    Returns
    -------
    ManuscriptTable
        Body: label, code, side, threshold, n_called, n_wrong, bound, more_needed, note.
    """
    require_columns(
        rules, ("code", "side", "threshold", "n_called", "n_wrong", "bound", "more_needed", "note"), "rules"
    )
    body = rules[["code", "side", "threshold", "n_called", "n_wrong", "bound", "more_needed"]].copy()
    body = labelled(body, codebook)
    body["note"] = [note or "may decide" for note in rules["note"]]
    return ManuscriptTable(
        str(number),
        f"Where the Language Model {coder} May Decide: at Most {error:.0%} Wrong",
        body.reset_index(drop=True),
        columns=(
            TableColumn(("label",), "Code", width=24),
            TableColumn(("side",), "Decision", width=9),
            TableColumn(("threshold",), "From probability", "proportion"),
            TableColumn(("n_called",), "Judged so", "whole"),
            TableColumn(("n_wrong",), "Wrong", "whole"),
            TableColumn(("bound",), "Upper limit of the share wrong", "proportion"),
            TableColumn(("note",), "What follows", width=44),
        ),
        notes=(
            "Judged on the consensus, without the units on which the prompt was shaped. The bound holds at 95% for"
            " units drawn as these were (Angelopoulos et al., 2021); a dash: no threshold passed, a person decides.",
        ),
    )
