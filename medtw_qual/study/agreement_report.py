"""`medtw-qual agreement FILE`: coefficients of any table of units x coders, or of a folder of codings."""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.errors import InvalidArgument, MissingFile, UnreadableFile
from medtw_qual._base.files import require_file
from medtw_qual._base.tables import read_csv_as_text

if TYPE_CHECKING:
    from medtw_qual.agreement import Coefficient

# Names of a first column that holds units, not a coder's ratings.
UNIT_COLUMNS = frozenset({"unit_id", "unit", "id", "post_id", "comment_id", "item", "subject", ""})


def agreement_report(file: str | Path, codebook: str | Path | None = None) -> str:
    """Return how well coders agree, as text for the terminal.

    Parameters
    ----------
    file : str or Path
        A .csv or .xlsx with one row per unit and one column per coder (a first column of unit ids is recognised by its
        name), or a folder of coding logs and sheets.
    codebook : str or Path, optional
        The codebook that the folder's codings were made with.

    Returns
    -------
    str

    Raises
    ------
    MissingFile, EmptyFile, UnreadableFile
    InvalidArgument
        When a folder is given without its codebook, or a table has fewer than two coders.
    """
    path = Path(file)
    if path.is_dir():
        return _of_codings(path, codebook)
    if not path.exists():
        raise MissingFile(f"There is no file {path}.", "Check the path and the folder you started in.")
    return _of_ratings(path)


def _of_codings(folder: Path, codebook: str | Path | None) -> str:
    from medtw_qual.agreement import measure_agreement
    from medtw_qual.codebook import read_codebook
    from medtw_qual.coding import read_codings

    if codebook is None:
        raise InvalidArgument(
            f"{folder} is a folder of codings, and these mean something only with their codebook.",
            f"Say: medtw-qual agreement {folder} --codebook codebooks/your_codebook.yaml",
        )
    codings = read_codings(folder, read_codebook(codebook))
    models = "coder_kind" in codings and bool((codings["coder_kind"] == "model").any())
    measured = measure_agreement(codings, by="code")
    heading = "Consistency between coders of whom some are models" if models else "Agreement between coders"
    rows = [
        (row.level, row.coefficient, row.estimate, row.low, row.high, row.n_units, row.n_coders, row.undefined)
        for row in measured.itertuples()
    ]
    return "\n".join([f"{heading}: {folder}", *_lines(rows), *_conventions(measured["interval"])])


def _of_ratings(path: Path) -> str:
    from medtw_qual import agreement

    table = _read(path)
    first = str(table.columns[0]) if len(table.columns) else ""
    ratings = table.drop(columns=first) if first.strip().lower() in UNIT_COLUMNS else table
    if ratings.shape[1] < 2:
        raise InvalidArgument(
            f"{path.name} has {ratings.shape[1]} column of ratings; agreement needs two coders.",
            "Give one column per coder, one row per unit.",
        )
    ratings = ratings.apply(lambda column: column.str.strip().replace("", None)).astype("object")
    kappa = agreement.cohen_kappa if ratings.shape[1] == 2 else agreement.fleiss_kappa
    measures = (agreement.percent_agreement, agreement.krippendorff_alpha, agreement.gwet_ac1, kappa)
    found = [measure(ratings) for measure in measures]
    rows = [_row(one) for one in found]
    coders = ", ".join(map(str, ratings.columns))
    head = [f"Agreement between {ratings.shape[1]} coders ({coders}) on {len(ratings)} units: {path.name}"]
    categories = ", ".join(str(one) for one in found[0].categories)
    conventions = _conventions(pd.Series([one.interval for one in found]))
    return "\n".join([*head, *_lines(rows), f"Categories: {categories}.", *conventions])


def _row(one: "Coefficient") -> tuple[str, str, float, float, float, int, int, str]:
    return "", one.name, one.estimate, one.low, one.high, one.n_units, one.n_coders, one.undefined or ""


def _lines(rows: list[tuple[str, str, float, float, float, int, int, str]]) -> list[str]:
    wide = max([len(row[0]) for row in rows] + [4])
    heading = "code" if any(row[0] for row in rows) else ""
    lines = [f"{heading:{wide}}  {'coefficient':20} {'estimate':>8}   95% interval      units"]
    for level, name, estimate, low, high, units, _, undefined in rows:
        shown = f"{estimate:8.3f}   [{low:6.3f}, {high:6.3f}]" if not undefined else "undefined: " + undefined
        lines.append(f"{level:{wide}}  {name:20} {shown}" + ("" if undefined else f"  {units:5d}"))
    return lines


def _conventions(words: pd.Series) -> list[str]:
    return [f"Intervals: {word}." for word in dict.fromkeys(words) if word]


def _read(path: Path) -> pd.DataFrame:
    if path.suffix.lower() == ".csv":
        return read_csv_as_text(path, sep=None, engine="python")
    if path.suffix.lower() == ".xlsx":
        return pd.read_excel(require_file(path), dtype="str", keep_default_na=False)
    raise UnreadableFile(f"{path.name} is neither .csv nor .xlsx.", "Save the ratings as one of these.")
