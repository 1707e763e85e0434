"""The coded table: the coded units themselves, what each coder saw in them and what the consensus is."""

from pathlib import Path

import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.codebook import Codebook
from medtw_qual.coding.coders import require_known_units
from medtw_qual.corpus import Corpus
from medtw_qual.errors import InvalidArgument
from medtw_qual.manuscript.code_counts import multiple_codes_note
from medtw_qual.manuscript.manuscript_table import ManuscriptTable, Spanner, TableColumn
from medtw_qual.manuscript.number_format import joined
from medtw_qual.manuscript.unit_keys import keys_of

_MOST_COLUMNS = 20
_CONSENSUS = "Consensus"


def coded_table(
    consensus: pd.DataFrame,
    corpus: Corpus | None = None,
    codebook: Codebook | None = None,
    *,
    codings: pd.DataFrame | None = None,
    keys: pd.DataFrame | str | Path | None = None,
    layout: str = "auto",
    number: str | int = "",
    title: str = "",
) -> ManuscriptTable:
    """Make the table of coded units: unit by code, every coder and the consensus, by random key.

    Parameters
    ----------
    consensus : DataFrame
        `schemas.CONSENSUS`.
    corpus : Corpus, optional
        When given, every coded unit must be in it, and the note says how large it is.
    codebook : Codebook, optional
        Gives the codes' names and their order; without it, the consensus' codes stand in order of their ids.
    codings : DataFrame, optional
        `schemas.CODINGS`: adds one column per coder.
    keys : DataFrame or path, optional
        Columns unit_id and key, random keys kept apart from the publication. Without them rows are numbered after
        they were sorted by their codes, so that neither number nor order leads back to a post.
    layout : {"auto", "matrix", "lists"}
        matrix: one mark per code and coder. lists: the names of the codes per coder. auto: matrix up to 20 columns.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.

    Returns
    -------
    ManuscriptTable
        Its body has the columns unit, one per coder and code (``code | coder``), and basis; values are statuses. It
        holds no platform id, no author and no text.

    Raises
    ------
    UnknownUnit
        When a unit is not in the corpus or has no key.
    """
    require_columns(consensus, ("unit_id", "code", "status"), "consensus")
    if layout not in ("auto", "matrix", "lists"):
        raise InvalidArgument(f"There is no layout {layout!r}.", "Use auto, matrix or lists.")
    if corpus is not None:
        require_known_units(consensus["unit_id"], corpus.units["unit_id"], "the consensus")
    codes = _codes(consensus, codebook)
    units = pd.Index(sorted(consensus["unit_id"].unique()), name="unit_id")
    views = {**_coder_views(codings, units), _CONSENSUS: consensus}
    wide = pd.DataFrame(
        {_name(code, who): _statuses(view, code, units) for who, view in views.items() for code in codes}
    )
    wide = wide[[_name(code, who) for code in codes for who in views]]
    basis = consensus.drop_duplicates("unit_id").set_index("unit_id")["basis"] if "basis" in consensus else None
    if basis is not None:
        wide["basis"] = basis.reindex(units).astype("str")
    matrix = layout == "matrix" or (layout == "auto" and len(codes) * len(views) <= _MOST_COLUMNS)
    body = _in_order(wide, keys_of(units, keys), keyed=keys is not None)
    names = {code: codebook[code].name if codebook is not None else code for code in codes}
    make = _matrix if matrix else _lists
    columns, spanners, body = make(body, names, list(views))
    return ManuscriptTable(
        str(number),
        title or "Coded Units: Each Coder's Decisions and the Consensus",
        body,
        columns=columns,
        spanners=spanners,
        notes=_notes(consensus, corpus, list(views)[:-1], keys is not None, matrix),
    )


def _codes(consensus: pd.DataFrame, codebook: Codebook | None) -> list[str]:
    used = set(consensus["code"])
    if codebook is None:
        return sorted(used)
    for code in sorted(used):
        codebook.require(code, "the consensus")
    return [code for code in codebook.ids if code in used]


def _coder_views(codings: pd.DataFrame | None, units: pd.Index) -> dict[str, pd.DataFrame]:
    if codings is None or codings.empty:
        return {}
    require_columns(codings, ("unit_id", "coder", "code", "status"), "codings")
    rows = codings[codings["unit_id"].isin(units)]
    return {f"{coder}": rows[rows["coder"] == coder] for coder in sorted(rows["coder"].unique())}


def _name(code: str, who: str) -> str:
    return f"{code} | {who}"


def _statuses(view: pd.DataFrame, code: str, units: pd.Index) -> pd.Series:
    """Return the status of one code in each unit; empty: not coded. Of several rounds the last one counts."""
    rows = view[view["code"] == code].drop_duplicates("unit_id", keep="last")
    return rows.set_index("unit_id")["status"].reindex(units).astype("object").fillna("").astype("str")


def _in_order(wide: pd.DataFrame, keys: pd.Series, keyed: bool) -> pd.DataFrame:
    """Rows by key; without keys by their codes, units with many codes first, so that the order says nothing else."""
    if keyed:
        body = wide.assign(unit=keys).sort_values("unit")
    else:
        body = wide.sort_values(list(wide.columns), ascending=False, kind="stable")
        body = body.assign(unit=[str(place) for place in range(1, len(body) + 1)])
    return body[["unit", *wide.columns]].reset_index(drop=True)


Parts = tuple[tuple[TableColumn, ...], tuple[Spanner, ...], pd.DataFrame]


def _matrix(body: pd.DataFrame, names: dict[str, str], views: list[str]) -> Parts:
    columns = [TableColumn(("unit",), "Unit")]
    spanners = []
    for code, name in names.items():
        spanners.append(Spanner(name, len(columns), len(columns) + len(views) - 1))
        short = {view: "Cons." if view == _CONSENSUS and len(views) > 1 else view for view in views}
        columns += [TableColumn((_name(code, view),), short[view], "mark") for view in views]
    if "basis" in body:
        columns.append(TableColumn(("basis",), "Basis", width=13))
    return tuple(columns), tuple(spanners), body


def _lists(body: pd.DataFrame, names: dict[str, str], views: list[str]) -> Parts:
    lists = {"unit": body["unit"]}
    for view in views:
        statuses = body[[_name(code, view) for code in names]]
        lists[view] = pd.Series([_codes_in_words(row, names) for row in statuses.itertuples(index=False)], dtype="str")
    if "basis" in body:
        lists["basis"] = body["basis"]
    columns = [TableColumn(("unit",), "Unit"), *(TableColumn((view,), view, width=24) for view in views)]
    if "basis" in body:
        columns.append(TableColumn(("basis",), "Basis", width=13))
    return tuple(columns), (), pd.DataFrame(lists)


def _codes_in_words(statuses: tuple[str, ...], names: dict[str, str]) -> str:
    if not any(statuses):
        return ""
    if "impossible" in statuses:
        return "coding impossible"
    return (
        "; ".join(name for name, status in zip(names.values(), statuses, strict=True) if status == "present") or "none"
    )


def _notes(
    consensus: pd.DataFrame, corpus: Corpus | None, coders: list[str], keyed: bool, matrix: bool
) -> tuple[str, ...]:
    n_units = consensus["unit_id"].nunique()
    of = f" of the {len(corpus.units):,} in the corpus" if corpus is not None else ""
    return (
        f"N = {n_units:,} coded units{of}.",
        f"Columns {joined(coders)} show each coder’s own decisions." if coders else "",
        ("● present, · absent, × coding impossible, blank: not coded." if matrix else "Blank: not coded."),
        "Cons.: consensus." if coders and matrix else "",
        "Units stand under random keys; the key file is kept apart."
        if keyed
        else "Units are numbered in the order of their codes; the numbers lead to no post.",
        "Basis: whether the coders had agreed, or how their disagreement was settled." if "basis" in consensus else "",
        multiple_codes_note(consensus),
    )
