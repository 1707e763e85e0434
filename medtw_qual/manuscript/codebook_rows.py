"""The codebook as an appendix: every code with its rules, below its theme."""

import pandas as pd

from medtw_qual.codebook import Codebook
from medtw_qual.manuscript.manuscript_table import ManuscriptTable, TableColumn
from medtw_qual.manuscript.theme_rows import theme_entries

_RULES = {
    "definition": "Definition",
    "include_when": "Use when",
    "exclude_when": "Do not use when",
    "typical": "Typical example",
    "close_but_no": "Looks like it and is not",
    "source": "Source",
}


def codebook_table(codebook: Codebook, *, number: str | int = "", title: str = "") -> ManuscriptTable:
    """Make the appendix table of a codebook, after MacQueen et al. (1998).

    Parameters
    ----------
    codebook : Codebook
        The codebook in the version that applies.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.

    Returns
    -------
    ManuscriptTable
        Body: id, name and the rules that at least one code has; a theme's central idea stands as its definition.
        Examples are printed as they stand in the codebook: they must not be posts.
    """
    entries = theme_entries(codebook)
    rows = []
    for entry in entries:
        if entry.is_theme:
            rows.append({"id": entry.id, "name": entry.name, "definition": entry.says})
        else:
            code = codebook[entry.id]
            rows.append({"id": code.id, "name": code.name, **{rule: getattr(code, rule) for rule in _RULES}})
    body = pd.DataFrame(rows, columns=["id", "name", *_RULES]).astype("object").fillna("").astype("str")
    used = [rule for rule in _RULES if rule == "definition" or (body[rule] != "").any()]
    several = "Several codes may be given to a unit." if codebook.multiple_codes else "A unit gets one code."
    unit = f"Unit of coding: {codebook.unit_of_coding.rstrip('.')}." if codebook.unit_of_coding else ""
    return ManuscriptTable(
        str(number),
        title or f"Codebook: {codebook.title or codebook.name}",
        body[["id", "name", *used]],
        columns=(
            TableColumn(("name",), "Theme and code" if codebook.themes else "Code", width=16),
            *(TableColumn((rule,), _RULES[rule], width=30) for rule in used),
        ),
        notes=(f"{codebook.label}, {len(codebook)} codes.", unit, several),
        indents=tuple(entry.depth for entry in entries),
        strong=tuple(row for row, entry in enumerate(entries) if entry.is_theme),
    )
