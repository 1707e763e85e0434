"""The theme table: themes with their codes, how often they occur, in whose posts, and in whose words."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.codebook import Codebook
from medtw_qual.codebook.code_families import descendants, family
from medtw_qual.coding.coders import require_known_units
from medtw_qual.corpus import Corpus
from medtw_qual.corpus.units import count_authors
from medtw_qual.manuscript.code_counts import CodeCount, count_codes, multiple_codes_note
from medtw_qual.manuscript.manuscript_table import Footnote, ManuscriptTable, Spanner, TableColumn
from medtw_qual.manuscript.number_format import confidence_of
from medtw_qual.manuscript.prevalence_rows import PEOPLE_ALONE, chosen_method, unconditioned
from medtw_qual.manuscript.quotation import Quotations
from medtw_qual.manuscript.quotation_rows import decisions_note, printed_quotation
from medtw_qual.manuscript.undecided_bounds import single_coded_note, undecided_bounds, undecided_note


@dataclass(frozen=True)
class Entry:
    """One line of the table: a theme, or a code at its depth below a theme or another code."""

    id: str
    name: str
    says: str
    codes: tuple[str, ...]
    depth: int
    is_theme: bool


def theme_entries(codebook: Codebook) -> list[Entry]:
    """Return themes with their codes below them, then the codes that belong to no theme.

    A code stands below its parent where both are in the same theme; a theme's codes are its members with all their
    sub-codes.
    """
    entries: list[Entry] = []
    placed: set[str] = set()
    for theme in codebook.themes:
        members = family(codebook, theme.id) if theme.id not in codebook else _of_theme(codebook, theme.codes)
        entries.append(Entry(theme.id, theme.name, theme.central_idea, members, 0, True))
        entries += _nested(codebook, members, 1)
        placed |= set(members)
    outside = tuple(code for code in codebook.ids if code not in placed)
    return entries + _nested(codebook, outside, 0)


def _of_theme(codebook: Codebook, members: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of a theme that has the id of a code."""
    return tuple(dict.fromkeys(code for member in members for code in descendants(codebook, member)))


def _nested(codebook: Codebook, members: tuple[str, ...], depth: int) -> list[Entry]:
    entries: list[Entry] = []

    def place(code: str, at: int) -> None:
        entry = codebook[code]
        says = entry.brief or entry.definition
        entries.append(Entry(code, entry.name, says, descendants(codebook, code), at, False))
        for child in codebook.codes:
            if child.parent == code and child.id in members:
                place(child.id, at + 1)

    for code in members:
        if codebook[code].parent not in members:
            place(code, depth)
    return entries


def theme_table(
    consensus: pd.DataFrame,
    corpus: Corpus,
    codebook: Codebook,
    prevalence: pd.DataFrame | None = None,
    quotations: Quotations | pd.DataFrame | None = None,
    *,
    codings: pd.DataFrame | None = None,
    method: str = "",
    shares: bool = True,
    number: str | int = "",
    title: str = "",
) -> ManuscriptTable:
    """Make the table of themes and codes.

    Parameters
    ----------
    consensus : DataFrame
        `schemas.CONSENSUS`.
    corpus : Corpus
        The corpus, after the steps that select its units.
    codebook : Codebook
        Gives themes, hierarchy, names and definitions.
    prevalence : DataFrame, optional
        `schemas.PREVALENCE`: adds the estimated share of the whole corpus with its interval.
    quotations : Quotations or DataFrame, optional
        Decided quotations (`schemas.QUOTATIONS` with a column ``code``): adds one exemplar per code. Only those that
        a recorded decision allows are printed; of several the first.
    codings : DataFrame, optional
        Every coder's decisions (`schemas.CODINGS`). Where several people coded a unit and the consensus lacks it, the
        share is also given with all such units absent and all present (see `undecided_bounds`).
    method : str
        Which method of `prevalence` is shown; by default the one that uses most of the evidence.
    shares : bool
        Whether the share of the coded units is printed; False for a reflexive study, which counts its material only.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.

    Returns
    -------
    ManuscriptTable
        Body: id, name, definition, n_units, n_authors, judged, share; with undecided units least, most (shares); with
        prevalence estimate, low, high; with quotations quotation. A theme counts units with at least one of its codes;
        a code with sub-codes includes them. A code that nobody judged has no count, and a note names it.

    Raises
    ------
    UnknownUnit, UnknownCode, MissingColumn
    """
    require_known_units(consensus["unit_id"], corpus.units["unit_id"], "the consensus")
    for code in sorted(set(consensus["code"])):
        codebook.require(code, "the consensus")
    entries = theme_entries(codebook)
    counts = [count_codes(consensus, corpus, entry.codes) for entry in entries]
    body, columns = _counted(entries, counts, shares), _count_columns(codebook, shares)
    notes = [_count_note(consensus, corpus, counts, shares), _unjudged_note(entries, counts)]
    notes += [single_coded_note(consensus), multiple_codes_note(consensus), _nesting_note(codebook, entries)]
    bounds = undecided_bounds(consensus, codings, [entry.codes for entry in entries]) if shares else None
    if bounds is not None:
        body = body.assign(least=bounds["least"].to_numpy(), most=bounds["most"].to_numpy())
        columns.append(TableColumn(("least", "most"), "% with undecided units", "percent interval"))
        notes.append(undecided_note(bounds))
    spanners = [Spanner("Coded sample", 2, len(columns) - 1)]
    footnotes: list[Footnote] = []
    if prevalence is not None:
        rolled = bool(prevalence.attrs.get("subcodes"))
        composite = [not rolled and not entry.is_theme and len(entry.codes) > 1 for entry in entries]
        body, shown, note, footnotes = _with_prevalence(body, prevalence, method, len(columns), composite)
        spanners.append(Spanner("Whole corpus", len(columns), len(columns) + 1))
        columns += shown
        notes.append(note)
    if quotations is not None:
        decided = quotations.printable() if isinstance(quotations, Quotations) else quotations
        body, shown = _with_exemplars(body, entries, decided)
        columns += shown
        notes.append(_quotation_note(entries, decided))
    return ManuscriptTable(
        str(number),
        title or ("Themes and Codes" if codebook.themes else "Codes") + " in the Coded Sample",
        body,
        columns=tuple(columns),
        spanners=tuple(spanners) if prevalence is not None else (),
        notes=tuple(notes),
        footnotes=tuple(footnotes),
        indents=tuple(entry.depth for entry in entries),
        strong=tuple(row for row, entry in enumerate(entries) if entry.is_theme),
    )


def _with_exemplars(
    body: pd.DataFrame, entries: list[Entry], decided: pd.DataFrame
) -> tuple[pd.DataFrame, list[TableColumn]]:
    """Add a quotation per code; where nothing is decided yet, no empty column is printed."""
    body = body.assign(quotation=[_exemplar(entry, decided) for entry in entries])
    found = bool((body["quotation"] != "").any())
    return body, [TableColumn(("quotation",), "Exemplar quotation", width=44)] if found else []


def _count_columns(codebook: Codebook, shares: bool) -> list[TableColumn]:
    columns = [
        TableColumn(("name",), "Theme and code" if codebook.themes else "Code", width=22),
        TableColumn(("definition",), "What it says" if codebook.themes else "Definition", width=34),
        TableColumn(("n_units",), "Units", "whole"),
        TableColumn(("n_authors",), "Authors", "whole"),
        TableColumn(("share",), "%", "percent"),
    ]
    return columns if shares else columns[:-1]


def _counted(entries: list[Entry], counts: list[CodeCount], shares: bool) -> pd.DataFrame:
    body = pd.DataFrame(
        {
            "id": pd.Series([entry.id for entry in entries], dtype="str"),
            "name": pd.Series([entry.name for entry in entries], dtype="str"),
            "definition": pd.Series([entry.says for entry in entries], dtype="str"),
            "n_units": pd.Series([count.n_units if count.judged else pd.NA for count in counts], dtype="Int64"),
            "n_authors": pd.Series([count.n_authors if count.judged else pd.NA for count in counts], dtype="Int64"),
            "judged": pd.Series([count.judged for count in counts], dtype="Int64"),
            "share": pd.Series([count.share for count in counts], dtype="float64"),
        }
    )
    return body if shares else body.drop(columns=["judged", "share"])


def _count_note(consensus: pd.DataFrame, corpus: Corpus, counts: list[CodeCount], shares: bool) -> str:
    n_units = consensus["unit_id"].nunique()
    judged = {count.judged for count in counts if count.judged} or {0}
    coded = corpus.units[corpus.units["unit_id"].isin(consensus["unit_id"])]
    n_authors = count_authors(coded["author_id"])
    note = f"N = {n_units:,} coded units by {n_authors:,} authors, of {len(corpus.units):,} units in the corpus."
    if not shares:
        return note
    note += " %: of the units judged for the code"
    if judged <= {n_units}:
        return note + f" (all {n_units:,})."
    return note + f" (between {min(judged):,} and {max(judged):,}; units that could not be judged do not count)."


def _unjudged_note(entries: list[Entry], counts: list[CodeCount]) -> str:
    """Name the codes that nobody judged: they were not looked for, which is not to be found nowhere."""
    names = [entry.name for entry, count in zip(entries, counts, strict=True) if not count.judged]
    return f"Judged on no unit, and so without a count: {', '.join(names)}." if names else ""


def _nesting_note(codebook: Codebook, entries: list[Entry]) -> str:
    parts = []
    if codebook.themes:
        parts.append("A theme counts the units with at least one of its codes.")
    if any(not entry.is_theme and len(entry.codes) > 1 for entry in entries):
        parts.append("A code with sub-codes includes them.")
    return " ".join(parts)


def _with_prevalence(
    body: pd.DataFrame, prevalence: pd.DataFrame, method: str, column: int, composite: list[bool]
) -> tuple[pd.DataFrame, list[TableColumn], str, list[Footnote]]:
    """Add the estimates of one method; where it has none, those of people's codes alone, with a note that says so.

    An estimate is of the code alone: beside a count that includes sub-codes it would contradict it, so none is shown.
    """
    require_columns(prevalence, ("code", "method", "estimate", "low", "high"), "prevalence")
    whole = prevalence[prevalence["group"].fillna("") == ""] if "group" in prevalence else prevalence
    name = method or chosen_method(whole)
    parts = ["estimate", "low", "high"]
    rows = whole[whole["method"] == name].drop_duplicates("code").set_index("code")[parts].reindex(body["id"])
    people = whole[whole["method"].isin(PEOPLE_ALONE)].drop_duplicates("code").set_index("code")[parts]
    people = people.reindex(body["id"])
    for table in (rows, people):
        table.loc[composite] = np.nan
    alone = (rows["estimate"].isna() & people["estimate"].notna()).to_numpy()
    rows = rows.mask(pd.DataFrame(dict.fromkeys(parts, alone), index=rows.index), people)
    extended = body.assign(**{part: rows[part].to_numpy() for part in parts})
    said = whole[whole["method"] == name].drop_duplicates("code").set_index("code")
    reasons = [_reason(said, code) for code in body["id"]]
    footnotes = [
        Footnote(int(row), column, f"From people’s codes alone; {name}: {reasons[row]}.") for row in alone.nonzero()[0]
    ]
    columns = [
        TableColumn(("estimate",), "%", "percent"),
        TableColumn(("low", "high"), f"{confidence_of(whole)} CI", "percent interval"),
    ]
    note = (
        f"Whole corpus: estimated share of all units (method: {name}) with its {confidence_of(whole)} interval,"
        " conditional on the consensus; a dash where there is no estimate"
        + (", as of a code together with its sub-codes." if any(composite) else ".")
    )
    return extended, columns, note, footnotes


def _reason(said: pd.DataFrame, code: str) -> str:
    """Why a method gave no estimate for a code, in its own words."""
    note = str(said["note"].get(code, "")) if "note" in said else ""
    return unconditioned(note).rstrip(".") or "no estimate"


def _quotation_note(entries: list[Entry], quotations: pd.DataFrame) -> str:
    shown = [row for row in (_first_allowed(entry, quotations) for entry in entries) if row is not None]
    return decisions_note(pd.DataFrame(shown)) if shown else ""


def _first_allowed(entry: Entry, quotations: pd.DataFrame) -> pd.Series | None:
    """Return the first quotation that may be printed for a code; a theme shows none when its codes do."""
    require_columns(quotations, ("text", "decision", "code"), "quotations")
    if entry.is_theme and len(entry.codes) > 0:
        return None
    allowed = quotations[(quotations["code"] == entry.id) & (quotations["decision"] != "withheld")]
    allowed = allowed[(allowed["decision"] != "") & (allowed["text"] != "")]
    return None if allowed.empty else allowed.iloc[0]


def _exemplar(entry: Entry, quotations: pd.DataFrame) -> str:
    first = _first_allowed(entry, quotations)
    return "" if first is None else printed_quotation(first)
