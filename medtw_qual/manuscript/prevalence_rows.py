"""The prevalence table: how much of the corpus shows each code, by every method side by side."""

import pandas as pd

from medtw_qual._base.table_files import require_columns, validate_table
from medtw_qual.codebook import Codebook
from medtw_qual.errors import InvalidArgument
from medtw_qual.manuscript.manuscript_table import Footnote, ManuscriptTable, TableColumn
from medtw_qual.manuscript.number_format import confidence_of, joined
from medtw_qual.schemas import PREVALENCE

# Names of the estimate from people's codes alone; a method that uses predictions for the other units comes before it.
PEOPLE_ALONE = ("people", "human-only")
_CONDITION = "conditional on the consensus"
_PREFERENCE = ("ppi", "dsl", "human", "people")


def chosen_method(prevalence: pd.DataFrame) -> str:
    """Return the method that uses most of the evidence: prediction-powered, else people alone, else the first.

    Raises
    ------
    InvalidArgument
        When the table is empty.
    """
    methods = list(dict.fromkeys(prevalence["method"]))
    if not methods:
        raise InvalidArgument("The prevalence table has no rows.", "Estimate it first with mq.prevalence(...).")
    for word in _PREFERENCE:
        for method in methods:
            rows = prevalence[prevalence["method"] == method]
            if word in method.lower() and rows["estimate"].notna().any():
                return str(method)
    return str(methods[0])


def prevalence_table(
    prevalence: pd.DataFrame,
    codebook: Codebook | None = None,
    *,
    number: str | int = "",
    title: str = "",
) -> ManuscriptTable:
    """Make the table of estimated shares of the corpus.

    Parameters
    ----------
    prevalence : DataFrame
        `schemas.PREVALENCE`: one row per code, method and group.
    codebook : Codebook, optional
        Gives the codes' names and their order.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.

    Returns
    -------
    ManuscriptTable
        Body: label (the code's name, once for all its rows), code, name, method, group, estimate, low, high, n, note.
        An undefined estimate carries its reason; what all rows of a method say stands in the note.
    """
    require_columns(prevalence, ("code", "method", "estimate", "low", "high", "n"), "prevalence")
    table = validate_table(prevalence.assign(**_defaults(prevalence)), PREVALENCE)
    body = _ordered(table, codebook)
    grouped = bool((body["group"] != "").any())
    columns = [TableColumn(("label",), "Code", width=22), TableColumn(("method",), "Method", width=24)]
    if grouped:
        columns.append(TableColumn(("group",), "Group", width=14))
    columns += [
        TableColumn(("estimate",), "%", "percent"),
        TableColumn(("low", "high"), f"{confidence_of(prevalence)} CI", "percent interval"),
        TableColumn(("n",), "Coded units", "whole"),
    ]
    where = next(place for place, column in enumerate(columns) if column.sources == ("estimate",))
    common, footnotes = _notes(body, where)
    return ManuscriptTable(
        str(number),
        title or "Estimated Share of the Corpus With Each Code",
        body,
        columns=tuple(columns),
        notes=(
            "%: share of all units of the corpus.",
            f"CI: confidence interval; {_CONDITION}.",
            *common,
        ),
        footnotes=footnotes,
    )


def _defaults(prevalence: pd.DataFrame) -> dict[str, str]:
    return {name: "" for name in ("group", "note") if name not in prevalence}


def _ordered(table: pd.DataFrame, codebook: Codebook | None) -> pd.DataFrame:
    names = codebook.names if codebook is not None else {}
    order = {code: place for place, code in enumerate(names)}
    place = [order.get(code, len(order)) for code in table["code"]]
    body = table.assign(_place=place).sort_values("_place", kind="stable").drop(columns="_place")
    body = body.reset_index(drop=True)
    body.insert(1, "name", [names.get(code, code) for code in body["code"]])
    body.insert(0, "label", body["name"].where(body["code"] != body["code"].shift(), ""))
    return body


def _notes(body: pd.DataFrame, column: int) -> tuple[tuple[str, ...], tuple[Footnote, ...]]:
    """Put what all rows of a method say into the general note, and what one row says to its cell."""
    texts = pd.Series([unconditioned(text) for text in body["note"]], index=body.index, dtype="str")
    methods_by_text: dict[str, list[str]] = {}
    special: list[Footnote] = []
    for method in dict.fromkeys(body["method"]):
        own = texts[body["method"] == method]
        if (own == own.iloc[0]).all() and body.loc[own.index, "estimate"].notna().all():
            methods_by_text.setdefault(own.iloc[0], []).append(method)
        else:
            special += [Footnote(int(row), column, _sentence(text)) for row, text in own.items() if text]
    common = [_sentence(f"{joined(methods)}: {text}") for text, methods in methods_by_text.items() if text]
    return tuple(common), tuple(special)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def unconditioned(note: str) -> str:
    """A row's note without the condition that the general note states for all."""
    pieces = [piece.strip() for piece in note.split(";")]
    return "; ".join(piece for piece in pieces if piece and piece != _CONDITION)
