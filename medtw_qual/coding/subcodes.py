"""One way to count a code with its sub-codes, and a theme: whatever is computed from codings is computed from this."""

from collections.abc import Sequence

import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.codebook.code_families import family
from medtw_qual.codebook.codebook import Codebook

_KEY = ("unit_id", "coder", "round")


def with_subcodes(codings: pd.DataFrame, codebook: Codebook, themes: Sequence[str] | bool = False) -> pd.DataFrame:
    """Return the codings in which every code with sub-codes includes them, and every theme its codes.

    Give the result to whatever counts: agreement, prevalence, a matrix, shares over time. A code is present where it or
    one of its sub-codes is; absent where all of them were judged absent; else not coded (no row), since one of them may
    be there. A sub-code that nobody has judged anywhere in these codings is no part of this.

    Parameters
    ----------
    codings : DataFrame
        `schemas.CODINGS` or `schemas.CONSENSUS`.
    codebook : Codebook
        Gives the hierarchy and the themes.
    themes : bool or sequence of str
        Whether the themes (or which of them) get rows as if they were codes; default: no.

    Returns
    -------
    DataFrame
        The same columns, sorted as before with the rows of themes at the end. A passage of a sub-code is one of the
        code above it. ``.attrs["subcodes"]`` is True.

    Raises
    ------
    UnknownCode
        When a theme is named that the codebook does not have.

    Examples
    --------
    >>> from medtw_qual.codebook import Code
    >>> book = Codebook("b", "1", codes=(Code("kin", "Kin"), Code("son", "Son", parent="kin")))
    >>> codings = pd.DataFrame({"unit_id": ["1", "1"], "code": ["kin", "son"], "status": ["absent", "present"]})
    >>> with_subcodes(codings, book)["status"].tolist()
    ['present', 'present']
    """
    require_columns(codings, ["unit_id", "code", "status"], "codings")
    named = [theme.id for theme in codebook.themes] if themes is True else list(themes or ())
    key = [name for name in _KEY if name in codings]
    there = set(codings["code"])
    groups = {code: [one for one in family(codebook, code) if one in there] for code in (*codebook.ids, *named)}
    changed = {code: codes for code, codes in groups.items() if codes not in ([], [code])}
    if not changed:
        return codings
    parts = [codings[~codings["code"].isin(list(changed))]]
    parts += [joined_codes(codings[codings["code"].isin(codes)], codes, code, key) for code, codes in changed.items()]
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    place = {code: number for number, code in enumerate((*codebook.ids, *named))}
    rows = rows.assign(_place=rows["code"].map(place)).sort_values([*key, "_place"], kind="stable")
    result = rows.drop(columns="_place").reset_index(drop=True)
    result.attrs = {**codings.attrs, "subcodes": True}
    return result


def joined_codes(rows: pd.DataFrame, codes: Sequence[str], code: str, key: Sequence[str] = _KEY) -> pd.DataFrame:
    """Return the rows of several codes as those of one.

    Parameters
    ----------
    rows : DataFrame
        The rows of these codes.
    codes : sequence of str
        The codes that are joined.
    code : str
        What they are together.
    key : sequence of str
        The columns of one decision on one unit.

    Returns
    -------
    DataFrame
        Present where one of them is (a row for each passage); absent or impossible where all of them were judged and
        none is present; nothing where one of them was not judged.
    """
    key = list(key)
    present = rows[rows["status"] == "present"]
    have = pd.MultiIndex.from_frame(present[key])
    others = rows[~pd.MultiIndex.from_frame(rows[key]).isin(have)]
    judged = others.groupby(key)["code"].transform("nunique")
    absent = others[judged == len(set(codes))].drop_duplicates(key)
    places = [*key, *(name for name in ("start", "end") if name in rows)]
    return pd.concat([present.drop_duplicates(places), absent], ignore_index=True).assign(code=code)
