"""The agreement table between people, and its sister for model coders, which never carries that name."""

from collections.abc import Sequence
from math import nan
from typing import Literal

import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.codebook import Codebook
from medtw_qual.errors import InvalidArgument, did_you_mean
from medtw_qual.manuscript.manuscript_table import Footnote, ManuscriptTable, Spanner, TableColumn
from medtw_qual.manuscript.number_format import confidence_of, is_missing, joined

By = Literal["code", "coder_pair", "overall", "round"]

LABELS = {
    "percent_agreement": "Observed agreement",
    "krippendorff_alpha": "Krippendorff’s α",
    "gwet_ac1": "Gwet’s AC1",
    "gwet_ac2": "Gwet’s AC2",
    "cohen_kappa": "Cohen’s κ",
    "fleiss_kappa": "Fleiss’ κ",
    "conger_kappa": "Conger’s κ",
    "light_kappa": "Light’s κ",
    "scott_pi": "Scott’s π",
    "brennan_prediger": "Brennan–Prediger",
    "pabak": "PABAK",
    "pooled_kappa": "Pooled κ",
    "alpha_sets": "α for sets (MASI)",
    "specific_agreement": "Specific agreement",
}
_HEADINGS = {"code": "Code", "coder_pair": "Coders", "overall": "", "round": "Round"}
_FEW = 20
_PREVALENCE = "prevalence_"
_MOST_CODERS = 4


def agreement_table(
    codings: pd.DataFrame,
    *,
    by: By = "code",
    measured: pd.DataFrame | None = None,
    primary: str = "",
    coefficients: Sequence[str] | None = None,
    coders: pd.DataFrame | None = None,
    codebook: Codebook | None = None,
    number: str | int = "",
    title: str = "",
) -> ManuscriptTable:
    """Make the table of agreement between people who coded independently.

    Parameters
    ----------
    codings : DataFrame
        `schemas.CODINGS`, or what `measure_agreement` returned.
    by : {"code", "coder_pair", "overall", "round"}
        One row per what; only used when `codings` still has to be measured.
    measured : DataFrame, optional
        What `measure_agreement` returned for these codings; without it they are measured here.
    primary : str
        The coefficient declared beforehand; stands first.
    coefficients : sequence of str, optional
        Which to show, in this order; by default all that were measured.
    coders : DataFrame, optional
        `schemas.CODERS`; says who is a person and who a model, where the codings do not.
    codebook : Codebook, optional
        Gives the codes' names and their order.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.

    Returns
    -------
    ManuscriptTable
        Body: level, n_units, n_coders, and for each coefficient ``<name> estimate``, ``<name> low``, ``<name> high``.
        An undefined coefficient carries its reason.

    Raises
    ------
    InvalidArgument
        When a coder is a model: reliability is between people. `consistency_table` is made for models.
    """
    kinds = coder_kinds(codings, coders)
    models = sorted(coder for coder, kind in kinds.items() if kind == "model")
    if models:
        raise InvalidArgument(
            f"{_are(models, 'a model', 'models')}; agreement is measured between people.",
            "Use mq.tables.consistency(...) for models, or leave their codings out.",
        )
    found = _measured(codings, measured, by, coefficients, primary)
    table = _table(found, by, _order(found, coefficients, primary), codebook)
    unknown = "" if kinds and all(kinds.values()) else "It is not recorded whether the coders are people."
    return table.replace(number=str(number), title=title or "Agreement Between Coders", notes=(unknown, *table.notes))


def consistency_table(
    codings: pd.DataFrame,
    *,
    by: By = "code",
    measured: pd.DataFrame | None = None,
    primary: str = "",
    coefficients: Sequence[str] | None = None,
    coders: pd.DataFrame | None = None,
    codebook: Codebook | None = None,
    data: str = "invented data",
    number: str | int = "",
    title: str = "",
) -> ManuscriptTable:
    """Make the table of consistency between model coders: the same figures, never called agreement or reliability.

    Parameters
    ----------
    codings : DataFrame
        `schemas.CODINGS`, or what `measure_agreement` returned.
    by : {"code", "coder_pair", "overall", "round"}
        One row per what; only used when `codings` still has to be measured.
    measured : DataFrame, optional
        What `measure_agreement` returned for these codings; without it they are measured here.
    primary : str
        The coefficient declared beforehand; stands first.
    coefficients : sequence of str, optional
        Which to show, in this order; by default all that were measured.
    coders : DataFrame, optional
        `schemas.CODERS`; says who is a person and who a model, where the codings do not.
    codebook : Codebook, optional
        Gives the codes' names and their order.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.
    data : str
        What kind of data the title names in brackets; empty: none.

    Returns
    -------
    ManuscriptTable
        As `agreement_table`; title and note say that the coders are models.
    """
    kinds = coder_kinds(codings, coders)
    people = sorted(coder for coder, kind in kinds.items() if kind == "person")
    named = "Consistency Between Model Coders" + (f" ({data})" if data else "")
    warning = "The coders are language models, not people: these figures are consistency, not reliability."
    if people:
        named = "Consistency Between Coders of Whom Some Are Models" + (f" ({data})" if data else "")
        warning = f"{_are(people, 'a person', 'people')}; the others are models: these figures are no reliability."
    found = _measured(codings, measured, by, coefficients, primary)
    table = _table(found, by, _order(found, coefficients, primary), codebook)
    return table.replace(number=str(number), title=title or named, notes=(warning, *table.notes))


def _are(coders: list[str], singular: str, several: str) -> str:
    return f"Coder {coders[0]} is {singular}" if len(coders) == 1 else f"Coders {joined(coders)} are {several}"


def coder_kinds(codings: pd.DataFrame, coders: pd.DataFrame | None) -> dict[str, str]:
    """Return each coder's kind (person, model, or empty where nobody recorded it)."""
    register = dict(zip(coders["coder"], coders["kind"], strict=True)) if coders is not None else {}
    if "coder" not in codings:
        return {str(coder): str(kind) for coder, kind in register.items()} or _kinds_of_figures(codings)
    kinds: dict[str, str] = {}
    for coder in codings["coder"].unique():
        own = (
            codings.loc[codings["coder"] == coder, "coder_kind"] if "coder_kind" in codings else pd.Series(dtype="str")
        )
        stated = [str(kind) for kind in own.unique() if not is_missing(kind) and kind]
        kinds[str(coder)] = str(register.get(coder, stated[0] if stated else ""))
    return kinds


def _kinds_of_figures(measured: pd.DataFrame) -> dict[str, str]:
    """Figures name no coders, but say for all of them whether models are among them."""
    stated = set(measured["coder_kind"]) if "coder_kind" in measured else set()
    if stated & {"model", "mixed"}:
        return {"behind these figures": "model"}
    return {"everybody": "person"} if stated == {"person"} else {}


def _table(measured: pd.DataFrame, by: str, shown: list[str], codebook: Codebook | None) -> ManuscriptTable:
    """Make the table without number and title: what the two public ones have in common."""
    level = next((name for name in ("level", by, *_HEADINGS) if name in measured), "")
    coders = [name for name in measured.columns if str(name).startswith(_PREVALENCE)]
    coders = coders if len(coders) <= _MOST_CODERS else []
    body = _one_row_per_level(measured, level, shown, coders, codebook)
    columns = [
        TableColumn(("level",), _HEADINGS.get(by, by.capitalize()), width=22),
        TableColumn(("n_units",), "Units", "whole"),
        TableColumn(("n_coders",), "Coders", "whole"),
        *(TableColumn((name,), name.removeprefix(_PREVALENCE), "percent") for name in coders),
    ]
    spanners = [Spanner("% present, by coder", 3, 2 + len(coders))] if coders else []
    first = len(columns)
    for name in shown:
        spanners.append(Spanner(LABELS.get(name, name), len(columns), len(columns) + 1))
        columns.append(TableColumn((f"{name} estimate",), "Est.", "proportion"))
        columns.append(
            TableColumn((f"{name} low", f"{name} high"), f"{confidence_of(measured)} CI", "proportion interval")
        )
    return ManuscriptTable(
        "",
        "",
        body,
        columns=tuple(columns),
        spanners=tuple(spanners),
        notes=_notes(measured[measured["coefficient"].isin(shown)]),
        footnotes=_reasons(measured, level, shown, list(body["key"]), first),
    )


def _measured(
    codings: pd.DataFrame, measured: pd.DataFrame | None, by: By, coefficients: Sequence[str] | None, primary: str
) -> pd.DataFrame:
    """Return what was measured: given, in place of the codings, or measured now - what was asked for, or the usual."""
    from medtw_qual.agreement import measure_agreement

    found: pd.DataFrame | None = codings if "coefficient" in codings else measured
    if found is None:
        wanted = list(dict.fromkeys([*([primary] if primary else []), *coefficients])) if coefficients else None
        found = measure_agreement(codings, by=by, coefficients=wanted)
    require_columns(found, ("coefficient", "estimate", "low", "high", "n_units", "n_coders"), "agreement")
    return found


def _order(measured: pd.DataFrame, wanted: Sequence[str] | None, primary: str) -> list[str]:
    there = [str(name) for name in dict.fromkeys(measured["coefficient"])]
    declared = [primary] if primary else []
    for name in (*(wanted or ()), *declared):
        if name not in there:
            raise InvalidArgument(
                f"{name!r} was not measured.{did_you_mean(name, there)}", f"Measured were: {', '.join(there)}."
            )
    return list(dict.fromkeys([*declared, *(wanted if wanted is not None else there)]))


def _one_row_per_level(
    measured: pd.DataFrame, level: str, shown: list[str], coders: list[str], codebook: Codebook | None
) -> pd.DataFrame:
    keys = measured[level].astype("str") if level else pd.Series("all", index=measured.index)
    names = codebook.names if codebook is not None else {}
    place = {code: number for number, code in enumerate(names)}
    rows: list[dict[str, object]] = []
    for key in sorted(dict.fromkeys(keys), key=lambda code: place.get(code, len(place))):
        here = measured[(keys == key).to_numpy()]
        row: dict[str, object] = {
            "key": key,
            "level": names.get(key, key),
            "n_units": here["n_units"].max(),
            "n_coders": here["n_coders"].max(),
            **{name: here[name].iloc[0] for name in coders},
        }
        for name in shown:
            figures = here[here["coefficient"] == name]
            row |= {
                f"{name} {part}": figures[part].iloc[0] if len(figures) else nan for part in ("estimate", "low", "high")
            }
        rows.append(row)
    parts = [f"{name} {part}" for name in shown for part in ("estimate", "low", "high")]
    body = pd.DataFrame(rows, columns=["key", "level", "n_units", "n_coders", *coders, *parts])
    return body.astype({"n_units": "Int64", "n_coders": "Int64"} | dict.fromkeys([*coders, *parts], "float64"))


def _reasons(measured: pd.DataFrame, level: str, shown: list[str], keys: list[str], first: int) -> tuple[Footnote, ...]:
    if "undefined" not in measured:
        return ()
    notes = []
    for _, row in measured.iterrows():
        reason = row["undefined"]
        if is_missing(reason) or not str(reason) or row["coefficient"] not in shown:
            continue
        key = str(row[level]) if level else "all"
        notes.append(Footnote(keys.index(key), first + 2 * shown.index(row["coefficient"]), str(reason)))
    return tuple(notes)


def _interval_note(measured: pd.DataFrame) -> str:
    """Say how each coefficient's interval was made; the words of a method hold commas, so methods stand apart."""
    if "interval" not in measured:
        return ""
    with_interval = measured[measured["interval"].fillna("") != ""]
    names = with_interval.groupby("interval", sort=False)["coefficient"].agg(lambda own: list(dict.fromkeys(own)))
    if len(names) == 1:
        return f"Intervals: {names.index[0]}."
    each = [
        f"{joined([LABELS.get(coefficient, coefficient) for coefficient in own])}, {method}"
        for method, own in names.items()
    ]
    return f"Intervals: {'; '.join(each)}." if each else ""


def _notes(measured: pd.DataFrame) -> tuple[str, ...]:
    fewest = measured["n_units"].dropna().min()
    few = not is_missing(fewest) and fewest < _FEW
    return (
        "Each coder’s own decisions, not the consensus. Units: coded by at least two coders. Est.: estimate; CI:"
        " confidence interval.",
        "% present: of each coder’s own units; an interval’s degrees of freedom count units that one coder coded, too."
        if "missing" in measured and (measured["missing"] > 0).any()
        else "",
        _interval_note(measured),
        f"With fewer than {_FEW} units an interval is only a rough guide." if few else "",
    )
