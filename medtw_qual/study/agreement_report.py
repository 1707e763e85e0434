"""`medtw-qual agreement FILE`: coefficients of any table of units x coders, or of a folder of coding logs."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from medtw_qual._base.files import require_file
from medtw_qual._base.table_files import read_csv_as_text
from medtw_qual.errors import InvalidArgument, MissingFile, UnreadableFile

# Names of a first column that holds units, not a coder's ratings.
UNIT_COLUMNS = frozenset({"unit_id", "unit", "id", "post_id", "comment_id", "item", "subject", ""})
# A column of this name says who rated: then a row is one coder's ratings of one unit.
CODER_COLUMN = "coder"
_NO_RATINGS = frozenset({
    "text", "context", "memo", "note", "round", "start", "end", "seq", "shown_at", "decided_at", "created_at",
    "author_id", "coder_kind", "codebook_hash",
})  # fmt: skip


def agreement_report(file: str | Path, codebook: str | Path | None = None) -> str:
    """Return how well coders agree, as text for the terminal.

    Parameters
    ----------
    file : str or Path
        A .csv or .xlsx with one row per unit and one column per coder (a first column of unit ids is recognised by its
        name); or with one row per unit and coder, a column ``coder`` and one column per code; or a folder of coding
        logs and sheets.
    codebook : str or Path, optional
        The codebook that codings were made with: needed for a folder, and for a table that lists the codes given.

    Returns
    -------
    str

    Raises
    ------
    MissingFile, EmptyFile, UnreadableFile
    InvalidArgument
        When a folder is given without its codebook, a table has fewer than two coders, or a unit occurs twice.
    """
    path = Path(file)
    if not path.exists():
        raise MissingFile(f"There is no file {path}.", "Check the path and the folder you started in.")
    if path.is_dir() or codebook is not None:
        return _of_codings(path, codebook)
    table = _read(path)
    columns = {str(name).strip().lower(): name for name in table.columns}
    unit = table.columns[0] if str(table.columns[0]).strip().lower() in UNIT_COLUMNS else None
    if CODER_COLUMN in columns:
        return _of_rows_per_coder(table, unit, columns, path)
    return _of_columns_per_coder(table, unit, path)


def _of_codings(folder: Path, codebook: str | Path | None) -> str:
    from medtw_qual.agreement import agreement_text, measure_agreement
    from medtw_qual.codebook import read_codebook
    from medtw_qual.coding import read_codings

    if codebook is None:
        raise InvalidArgument(
            f"{folder} is a folder of codings, and these mean something only with their codebook.",
            f"Say: medtw-qual agreement {folder} --codebook codebooks/your_codebook.yaml",
        )
    codings = read_codings(folder, read_codebook(codebook))
    return f"{_heading(codings)}: {folder}\n{agreement_text(measure_agreement(codings, by='code'))}"


def _heading(codings: pd.DataFrame) -> str:
    """Name what is measured: agreement is between people."""
    is_model = codings["coder_kind"] == "model" if "coder_kind" in codings else pd.Series([False])
    if is_model.all():
        return "Consistency between model coders"
    return "Consistency between coders of whom some are models" if is_model.any() else "Agreement between coders"


def _of_columns_per_coder(table: pd.DataFrame, unit: str | None, path: Path) -> str:
    """Measure a table with one row per unit and one column per coder."""
    from medtw_qual.agreement import agreement_text, measure_ratings

    ratings = table if unit is None else table.drop(columns=unit)
    if ratings.shape[1] < 2:
        raise InvalidArgument(
            f"{path.name} has {ratings.shape[1]} column of ratings; agreement needs two coders.",
            "Give one column per coder, one row per unit.",
        )
    if unit is not None:
        _require_once(table[[unit]], path, "Give one row per unit, or a column 'coder' that says whose row it is.")
    return f"{_head(map(str, ratings.columns), len(ratings), path)}\n{agreement_text(measure_ratings(ratings))}"


def _of_rows_per_coder(table: pd.DataFrame, unit: str | None, columns: dict[str, str], path: Path) -> str:
    """Measure a table with one row per unit and coder: every other column was rated, such as a code."""
    from medtw_qual.agreement import agreement_text, measure_ratings

    coder = columns[CODER_COLUMN]
    if unit is None or {"code", "codes"} & set(columns):
        raise InvalidArgument(
            f"{path.name} has a column {coder!r} and "
            + (
                "no first column of unit ids."
                if unit is None
                else "lists codes; which ones a coder looked for, it does not say."
            ),
            "Call the first column unit_id."
            if unit is None
            else "Name the codebook too: --codebook codebooks/your_codebook.yaml",
        )
    if "round" in columns and len(table[columns["round"]].unique()) > 1:
        raise InvalidArgument(
            f"{path.name} holds several rounds; agreement is that of one round.", "Keep the rows of one round."
        )
    _require_once(table[[unit, coder]], path, "Keep the row that holds.")
    rated = [name for low, name in columns.items() if name not in (unit, coder) and low not in _NO_RATINGS]
    by_unit = table.set_index([unit, coder])
    wide = {name: by_unit[name].unstack(fill_value="") for name in rated}  # noqa: PD010 - a pivot table adds up
    if not wide:
        raise InvalidArgument(f"{path.name} has no column of ratings.", "Give one column per code.")
    measured = pd.concat([measure_ratings(ratings, name=name) for name, ratings in wide.items()], ignore_index=True)
    return f"{_head(table[coder].unique(), table[unit].nunique(), path)}\n{agreement_text(measured)}"


def _require_once(keys: pd.DataFrame, path: Path, remedy: str) -> None:
    again = keys[keys.duplicated()]
    if len(again):
        what = " by coder ".join(map(str, again.iloc[0]))
        raise InvalidArgument(f"Row {again.index[0] + 2} of {path.name} holds unit {what} once more.", remedy)


def _head(coders: Iterable[str], n_units: int, path: Path) -> str:
    names = list(coders)
    return f"Agreement between {len(names)} coders ({', '.join(names)}) on {n_units} units: {path.name}"


def _read(path: Path) -> pd.DataFrame:
    if path.suffix.lower() == ".csv":
        return read_csv_as_text(path)
    if path.suffix.lower() == ".xlsx":
        return pd.read_excel(require_file(path), dtype="str", keep_default_na=False)
    raise UnreadableFile(f"{path.name} is neither .csv nor .xlsx.", "Save the ratings as one of these.")
