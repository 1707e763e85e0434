"""The raw values of a table as CSV: what another program reads, exact and without the print's rounding."""

from pathlib import Path

import pandas as pd

from medtw_qual._base.files import atomic_path
from medtw_qual._base.office import formula_safe
from medtw_qual._base.table_files import csv_quoting
from medtw_qual.manuscript.manuscript_table import ManuscriptTable
from medtw_qual.manuscript.number_format import is_missing


def write_csv(table: ManuscriptTable, path: Path) -> None:
    """Write the body as CSV: UTF-8, LF, full precision, missing values as empty cells.

    A text that a spreadsheet would run as a formula gets a leading apostrophe; nothing else is changed.
    """
    shielded = pd.DataFrame({name: [_shield(value) for value in table.body[name]] for name in table.body}, dtype=object)
    shielded.columns = pd.Index([formula_safe(str(name)) for name in table.body.columns])
    with atomic_path(path) as temporary:
        shielded.to_csv(
            temporary,
            index=False,
            encoding="utf-8",
            lineterminator="\n",
            errors="replace",
            quoting=csv_quoting(shielded),
        )


def _shield(value: object) -> object:
    if is_missing(value):
        return ""
    return formula_safe(value) if isinstance(value, str) else value
