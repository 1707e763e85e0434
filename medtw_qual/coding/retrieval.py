"""Finding coded posts again: by code, by what is absent, by who wrote them; units and authors are counted both."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas.api.types import is_list_like

from medtw_qual._base.calendar_names import FREQUENCY, period_names
from medtw_qual._base.table_files import require_columns
from medtw_qual.codebook.code_families import family
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.coding.coders import require_known_units
from medtw_qual.coding.subcodes import with_subcodes
from medtw_qual.corpus.units import count_authors
from medtw_qual.errors import InvalidArgument, MissingColumn, UnknownCode, did_you_mean

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus


def retrieve(
    codings: pd.DataFrame,
    corpus: "Corpus",
    *,
    codes: str | Sequence[str] = (),
    without: str | Sequence[str] = (),
    where: Mapping[str, object] | None = None,
    match: str = "all",
    coder: str | None = None,
    codebook: Codebook | None = None,
    subcodes: bool = True,
) -> pd.DataFrame:
    """Return the coded units that show some codes and lack others.

    Parameters
    ----------
    codings : DataFrame
        A consensus, or codings (name the `coder` when several coded).
    corpus : Corpus
        The corpus, after the steps that select its units.
    codes : str or sequence of str
        Codes that must be present; none given: any coded unit.
    without : str or sequence of str
        Codes that must be judged absent. A unit on which such a code was not judged is not returned.
    where : mapping, optional
        Column of units or authors -> value, or a list of values: ``{"role": "nurse"}``.
    match : {"all", "any"}
        Whether all of `codes` must be present, or one of them.
    coder : str, optional
        Whose decisions, where `codings` holds several coders'.
    codebook : Codebook, optional
        With it a code includes its sub-codes, and themes may be named among `codes` and `without`.
    subcodes : bool
        False: with a codebook, too, each code by itself.

    Returns
    -------
    DataFrame
        One row per unit, by unit_id: unit_id, codes (list of those present), text, context, created_at, author_id, and
        the authors' own columns. ``.attrs["n_units"]`` and ``.attrs["n_authors"]`` count both.

    Raises
    ------
    UnknownCode, UnknownUnit, MissingColumn
    InvalidArgument
        Also when a value in `where` occurs nowhere in the corpus: a slip would else look like "nobody wrote of it".
    """
    if match not in ("all", "any"):
        raise InvalidArgument(f"match is {match!r}.", "Say 'all' or 'any'.")
    own = status_grid(codings, coder)
    codes, without = _listed(codes), _listed(without)
    grid = _counted_grid(codings, coder, codebook, (*codes, *without), subcodes)
    keep = pd.Series(True, index=grid.index)
    if codes:
        present = grid[codes] == "present"
        keep &= present.all(axis=1) if match == "all" else present.any(axis=1)
    if without:
        keep &= (grid[without] == "absent").all(axis=1)
    table = with_authors(grid.index[keep], corpus)
    for column, value in (where or {}).items():
        _require_column(column, table)
        values = _listed(value)
        _require_values(values, column, corpus)
        table = table[table[column].isin(values)]
    given = own.loc[table["unit_id"]].eq("present")
    table.insert(1, "codes", [[code for code in own.columns if row[code]] for _, row in given.iterrows()])
    result = table.drop(columns=["n_posts", "post_ids"], errors="ignore").reset_index(drop=True)
    result.attrs = {"n_units": len(result), "n_authors": count_authors(result["author_id"])}
    return result


def code_matrix(
    codings: pd.DataFrame,
    corpus: "Corpus",
    *,
    by: str,
    codes: str | Sequence[str] = (),
    coder: str | None = None,
    codebook: Codebook | None = None,
    subcodes: bool = True,
) -> pd.DataFrame:
    """Count each code within groups of authors or units.

    Parameters
    ----------
    codings, corpus, coder, codebook, subcodes
        As for `retrieve`.
    by : str
        A column of authors or units (role, country), or day, week (ISO 8601), month, year of the post, UTC.
    codes : str or sequence of str
        Which codes (with a codebook, also themes) are counted; none given: every code that was judged.

    Returns
    -------
    DataFrame
        One row per code and group: code, group, n_units and n_authors (with the code), of_units and of_authors (on
        which it was judged present or absent), share (n_units / of_units, 0 to 1; NaN where none was judged).
        ``.pivot`` makes a matrix of it. Several codes may lie on a unit: shares of a group need not add up to 1.
    """
    grid = _counted_grid(codings, coder, codebook, _listed(codes), subcodes)
    grid = grid[_listed(codes)] if _listed(codes) else grid
    table = with_authors(grid.index, corpus)
    groups = _groups(table, by)
    rows = []
    for code in grid.columns:
        judged = grid.loc[table["unit_id"], code].isin(["present", "absent"]).to_numpy()
        for group in sorted(groups.unique()):
            inside = table[(groups == group).to_numpy() & judged]
            found = inside[grid.loc[inside["unit_id"], code].to_numpy() == "present"]
            n, of = len(found), len(inside)
            authors = (count_authors(found["author_id"]), count_authors(inside["author_id"]))
            rows.append((code, group, n, authors[0], of, authors[1], n / of if of else float("nan")))
    columns = ["code", "group", "n_units", "n_authors", "of_units", "of_authors", "share"]
    return pd.DataFrame(rows, columns=columns)


def co_occurrence(
    codings: pd.DataFrame,
    corpus: "Corpus",
    *,
    codes: str | Sequence[str] = (),
    coder: str | None = None,
    codebook: Codebook | None = None,
    subcodes: bool = True,
) -> pd.DataFrame:
    """Count how often two codes lie on the same unit, and in the posts of the same author.

    Parameters
    ----------
    codings, corpus, coder, codebook, subcodes
        As for `retrieve`. With sub-codes, a code makes no pair with one that includes it.
    codes : str or sequence of str
        Which codes (with a codebook, also themes) are paired; none given: every code that was judged.

    Returns
    -------
    DataFrame
        One row per pair of codes: code, other, n_units (both on the unit), n_authors (who wrote such a unit),
        authors_with_both (who wrote the one and the other, be it in different units), n_code, n_other (units with
        each), jaccard (units with both / units with either, 0 to 1; NaN where neither occurs; Jaccard 1912).
    """
    chosen = _listed(codes)
    grid = _counted_grid(codings, coder, codebook, chosen, subcodes)
    grid = grid[chosen] if chosen else grid
    within = {code: set(family(codebook, code)) for code in grid.columns} if codebook is not None and subcodes else {}
    table = with_authors(grid.index, corpus)
    author = table.set_index("unit_id")["author_id"]
    units = {code: set(grid.index[grid[code] == "present"]) for code in grid.columns}
    writers = {code: set(author.loc[sorted(found)]) for code, found in units.items()}
    rows = []
    for code, other in combinations(grid.columns, 2):
        if within and (within[code] <= within[other] or within[other] <= within[code]):
            continue
        both, either = units[code] & units[other], units[code] | units[other]
        jaccard = len(both) / len(either) if either else float("nan")
        people = (author.loc[sorted(both)].nunique(), len(writers[code] & writers[other]))
        rows.append((code, other, len(both), *people, len(units[code]), len(units[other]), jaccard))
    columns = ["code", "other", "n_units", "n_authors", "authors_with_both", "n_code", "n_other", "jaccard"]
    return pd.DataFrame(rows, columns=columns)


def _counted_grid(
    codings: pd.DataFrame, coder: str | None, codebook: Codebook | None, wanted: Sequence[str], subcodes: bool
) -> pd.DataFrame:
    """Return units x codes as they are counted: with sub-codes where a codebook says which these are, and themes.

    Raises
    ------
    UnknownCode
        When a wanted code or theme is not there, or nobody judged it.
    """
    if codebook is None:
        grid = status_grid(codings, coder)
    else:
        ids = {theme.id for theme in codebook.themes} - set(codebook.ids)
        themes = [code for code in wanted if code in ids]
        if subcodes:
            grid = status_grid(with_subcodes(codings, codebook, themes), coder)
        else:
            grid = status_grid(codings, coder)
            rolled = status_grid(with_subcodes(codings, codebook, themes), coder) if themes else grid
            grid = grid.join(rolled[[theme for theme in themes if theme in rolled]])
    for code in wanted:
        _require_code(code, grid, codebook)
    return grid


def status_grid(codings: pd.DataFrame, coder: str | None = None) -> pd.DataFrame:
    """Return units x codes with present, absent, impossible, or "" where the code was not judged.

    Raises
    ------
    InvalidArgument
        When several coders' or rounds' decisions on one unit would be mixed.
    """
    require_columns(codings, ["unit_id", "code", "status"], "codings")
    if "coder" in codings:
        codings = _one_coder(codings, coder)
    elif coder is not None:
        raise InvalidArgument("A consensus has no coders.", "Leave coder= out, or give the codings.")
    cells = codings.drop_duplicates(["unit_id", "code", "status"])
    if cells.duplicated(["unit_id", "code"]).any():
        raise InvalidArgument("The codings hold several rounds.", 'Choose one: codings[codings["round"] == "1"].')
    order = list(dict.fromkeys(codings["code"]))
    grid = cells.pivot_table(index="unit_id", columns="code", values="status", aggfunc="first").reindex(columns=order)
    return grid.astype("object").where(grid.notna(), "").sort_index()


def _one_coder(codings: pd.DataFrame, coder: str | None) -> pd.DataFrame:
    names = sorted(codings["coder"].unique())
    if coder is None and len(names) > 1:
        raise InvalidArgument(
            f"These are the codings of {', '.join(names)}.", f"Name one (coder={names[0]!r}), or give the consensus."
        )
    if coder is not None and coder not in names:
        raise InvalidArgument(
            f"{coder!r} coded nothing here.{did_you_mean(coder, names)}", f"Coders are: {', '.join(names)}."
        )
    return codings if coder is None else codings[codings["coder"] == coder]


def with_authors(unit_ids: "pd.Index[Any]", corpus: "Corpus") -> pd.DataFrame:
    """Return these units, by unit_id, with their authors' columns beside them.

    Raises
    ------
    UnknownUnit
    """
    require_known_units(pd.Series(unit_ids), corpus.units["unit_id"], "the codings")
    table = corpus.units[corpus.units["unit_id"].isin(unit_ids)].sort_values("unit_id")
    own = [name for name in corpus.authors.columns if name == "author_id" or name not in table.columns]
    return table.merge(corpus.authors[own], on="author_id", how="left", validate="many_to_one")


def _groups(table: pd.DataFrame, by: str) -> pd.Series:
    if by in table.columns:
        values = table[by]
        return values.astype("object").where(values.notna(), "").map(str)
    if by in FREQUENCY:
        return period_names(table["created_at"], by)
    _require_column(by, table)
    return table[by]


def _listed(one_or_several: object) -> list[Any]:
    return list(one_or_several) if is_list_like(one_or_several) else [one_or_several]  # type: ignore[call-overload]


def _require_values(values: list[Any], column: str, corpus: "Corpus") -> None:
    known = (corpus.units if column in corpus.units else corpus.authors)[column]
    for value in values:
        if not known.isin([value]).any():
            there = sorted({str(value) for value in known.dropna()})
            raise InvalidArgument(
                f"No unit of the corpus has {column} {value!r}.{did_you_mean(str(value), there)}",
                f"There are: {', '.join(there[:20])}{' ...' if len(there) > 20 else ''}.",
            )


def _require_column(column: str, table: pd.DataFrame) -> None:
    if column not in table.columns:
        raise MissingColumn(
            f"Neither units nor authors have a column {column!r}.{did_you_mean(column, map(str, table.columns))}",
            f"Columns are: {', '.join(map(str, table.columns))}.",
        )


def _require_code(code: str, grid: pd.DataFrame, codebook: Codebook | None) -> None:
    if code in grid.columns:
        return
    if codebook is not None:
        family(codebook, code)  # says so where it is neither a code nor a theme
    raise UnknownCode(
        f"Nobody judged the code {code!r}.{did_you_mean(code, grid.columns)}",
        f"Codes are: {', '.join(grid.columns)}."
        + ("" if codebook is not None else " A theme, or a code for its sub-codes, needs codebook=."),
    )
