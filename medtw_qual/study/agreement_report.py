"""`medtw-qual agreement FILE`: coefficients of any table of units x coders, or of a folder of coding logs."""

from pathlib import Path

import pandas as pd

from medtw_qual._base.errors import InvalidArgument, MissingFile, UnreadableFile
from medtw_qual._base.files import require_file
from medtw_qual._base.tables import read_csv_as_text

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
    from medtw_qual.agreement import agreement_text, measure_agreement
    from medtw_qual.codebook import read_codebook
    from medtw_qual.coding import read_codings

    if codebook is None:
        raise InvalidArgument(
            f"{folder} is a folder of codings, and these mean something only with their codebook.",
            f"Say: medtw-qual agreement {folder} --codebook codebooks/your_codebook.yaml",
        )
    codings = read_codings(folder, read_codebook(codebook))
    models = "coder_kind" in codings and bool((codings["coder_kind"] == "model").any())
    heading = "Consistency between coders of whom some are models" if models else "Agreement between coders"
    return f"{heading}: {folder}\n{agreement_text(measure_agreement(codings, by='code'))}"


def _of_ratings(path: Path) -> str:
    from medtw_qual.agreement import agreement_text, measure_ratings

    table = _read(path)
    first = str(table.columns[0]) if len(table.columns) else ""
    ratings = table.drop(columns=first) if first.strip().lower() in UNIT_COLUMNS else table
    if ratings.shape[1] < 2:
        raise InvalidArgument(
            f"{path.name} has {ratings.shape[1]} column of ratings; agreement needs two coders.",
            "Give one column per coder, one row per unit.",
        )
    coders = ", ".join(map(str, ratings.columns))
    head = f"Agreement between {ratings.shape[1]} coders ({coders}) on {len(ratings)} units: {path.name}"
    return f"{head}\n{agreement_text(measure_ratings(ratings))}"


def _read(path: Path) -> pd.DataFrame:
    if path.suffix.lower() == ".csv":
        return read_csv_as_text(path, sep=None, engine="python")
    if path.suffix.lower() == ".xlsx":
        return pd.read_excel(require_file(path), dtype="str", keep_default_na=False)
    raise UnreadableFile(f"{path.name} is neither .csv nor .xlsx.", "Save the ratings as one of these.")
