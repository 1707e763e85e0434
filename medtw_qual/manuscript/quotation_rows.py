"""The table of all quotations that may be printed: more than the one exemplar that fits beside a code."""

import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.codebook import Codebook
from medtw_qual.manuscript.manuscript_table import ManuscriptTable, TableColumn
from medtw_qual.manuscript.quotation import Quotations

_REWORDED = ("paraphrased", "composite")


def printed_quotation(row: pd.Series) -> str:
    """Return a quotation as it is printed: in quotation marks unless reworded, with what stands behind it in brackets.

    Examples
    --------
    >>> printed_quotation(pd.Series({"text": "My people.", "decision": "permission", "attribution": "nurse"}))
    '“My people.” (nurse)'
    >>> printed_quotation(pd.Series({"text": "A group that stays.", "decision": "paraphrased", "attribution": ""}))
    'A group that stays. (paraphrased)'
    """
    reworded = str(row["decision"]) if row["decision"] in _REWORDED else ""
    words = str(row["text"]) if reworded else f"“{str(row['text']).strip('“”')}”"
    tail = ", ".join(filter(None, (str(row.get("attribution", "") or ""), reworded)))
    return words + (f" ({tail})" if tail else "")


def decisions_note(shown: pd.DataFrame) -> str:
    """Say what stands behind the quotations that are printed, and where those in print already were taken from."""
    published = shown[shown["decision"] == "published source"]
    said = published["source"] if "source" in published else published.get("reason", pd.Series(dtype="str"))
    sources = list(dict.fromkeys(str(source).rstrip(".") for source in said if source))
    return (
        "Each quotation is printed by a recorded decision; what is paraphrased or composite is not in its author’s"
        " words." + (f" In print already: {'; '.join(sources)}." if sources else "")
    )


def quotation_table(
    quotations: Quotations | pd.DataFrame,
    codebook: Codebook | None = None,
    *,
    number: str | int = "",
    title: str = "",
) -> ManuscriptTable:
    """Make the table of every quotation that a recorded decision allows, by code.

    Parameters
    ----------
    quotations : Quotations or DataFrame
        Decided quotations; what is undecided, withheld or of a deleted post is not printed.
    codebook : Codebook, optional
        Gives the codes' names and their order.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.

    Returns
    -------
    ManuscriptTable
        Body: label (the code's name, once for all its rows), code, quotation (as printed), decision.

    Raises
    ------
    MissingColumn
    """
    printable = quotations.printable() if isinstance(quotations, Quotations) else quotations
    require_columns(printable, ("text", "decision", "code"), "quotations")
    names = codebook.names if codebook is not None else {}
    order = {code: place for place, code in enumerate(names)}
    rows = printable.assign(_place=[order.get(code, len(order)) for code in printable["code"]])
    rows = rows.sort_values("_place", kind="stable").reset_index(drop=True)
    shown = [names.get(code, code) for code in rows["code"]]
    body = pd.DataFrame(
        {
            "label": [name if row == 0 or name != shown[row - 1] else "" for row, name in enumerate(shown)],
            "code": rows["code"],
            "quotation": [printed_quotation(row) for _, row in rows.iterrows()],
            "decision": rows["decision"],
        }
    ).astype("str")
    withheld = ""
    if isinstance(quotations, Quotations):
        n = int((quotations.table["decision"] == "withheld").sum())
        withheld = f"{n} more {'was' if n == 1 else 'were'} considered and withheld." if n else ""
    return ManuscriptTable(
        str(number),
        title or "Quotations by Code",
        body,
        columns=(
            TableColumn(("label",), "Code", width=22),
            TableColumn(("quotation",), "Quotation", width=80),
            TableColumn(("decision",), "Printed by", width=16),
        ),
        notes=(decisions_note(rows), withheld),
    )
