"""`medtw-qual agreement FILE`: coefficients of any table of units x coders, or of a folder of coding logs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from medtw_qual.agreement.coefficients.krippendorff import Level
from medtw_qual.errors import InvalidArgument, MissingColumn, MissingFile, did_you_mean
from medtw_qual.study.rating_columns import (
    CODER_COLUMN,
    NO_RATINGS,
    RatingTable,
    as_sets,
    coder_columns,
    read_rating_table,
    refuse_several_codes,
)


@dataclass(frozen=True)
class AgreementOptions:
    """What the researcher says about a table of ratings; the fields are the options of `agreement_report`."""

    level: Level = "nominal"
    categories: Sequence[str] | None = None
    sets: str | None = None
    groups: str | None = None
    sheet: str | None = None


def agreement_report(
    file: str | Path,
    codebook: str | Path | None = None,
    *,
    level: Level = "nominal",
    categories: Sequence[str] | None = None,
    sets: str | None = None,
    groups: str | None = None,
    sheet: str | None = None,
) -> str:
    """Return how well coders agree, as text for the terminal.

    Parameters
    ----------
    file : str or Path
        A table (.csv, .tsv, .txt, .xlsx, .xlsm, .xls, .ods) with one row per unit and one column per coder (columns of
        ids, texts and the consensus are recognised and named); or with one row per unit and coder, a column ``coder``
        and one column per code; or a folder of coding logs and sheets. NA, N/A, null, NaN, # and . are missing.
    codebook : str or Path, optional
        The codebook that codings were made with: needed for a folder, and for a table that lists the codes given. The
        log of its changes (changes.jsonl beside it) is followed where there is one.
    level : {"nominal", "ordinal", "interval", "ratio"}
        Level of measurement of the ratings.
    categories : sequence of str, optional
        All categories that could be used, in order; default: those that occur.
    sets : str, optional
        The sign between several codes in a cell, such as ";": alpha for sets with MASI distance is then computed.
    groups : str, optional
        The column with each unit's author, thread or document: the interval is then between groups.
    sheet : str, optional
        The sheet of a workbook.

    Returns
    -------
    str

    Raises
    ------
    MissingFile, EmptyFile, UnreadableFile, MissingColumn
    InvalidTable
        When two columns have one name, or several sheets could be meant.
    InvalidArgument
        When a folder is given without its codebook, a table has fewer than two coders, a unit occurs twice, several
        codes stand in a cell, or two categories differ in capitals only; when an option for ratings is given with a
        codebook.
    """
    path = Path(file)
    if not path.exists():
        raise MissingFile(f"There is no file {path}.", "Check the path and the folder you started in.")
    options = AgreementOptions(level, categories, sets, groups, sheet)
    if path.is_dir() or codebook is not None:
        return _of_codings(path, codebook, options)
    table = read_rating_table(path, sheet, categories or ())
    report = _of_rows_per_coder if CODER_COLUMN in table.columns else _of_columns_per_coder
    return "\n".join([report(table, path, options), *_remarks(table)])


def _remarks(table: RatingTable) -> list[str]:
    return ["", *(f"Read: {note}" for note in table.notes)] if table.notes else []


def _of_codings(folder: Path, codebook: str | Path | None, options: AgreementOptions) -> str:
    from medtw_qual.agreement import agreement_text, measure_agreement
    from medtw_qual.codebook import read_codebook
    from medtw_qual.coding import read_codings

    if codebook is None:
        raise InvalidArgument(
            f"{folder} is a folder of codings, and these mean something only with their codebook.",
            f"Say: medtw-qual agreement {folder} --codebook codebooks/your_codebook.yaml",
        )
    if options.level != "nominal" or options.categories or options.sets or options.groups:
        raise InvalidArgument(
            "Codes are present or absent: --level, --categories, --sets and --groups are for tables of ratings.",
            "Leave them out, or leave --codebook out if the table holds ratings.",
        )
    changes = Path(codebook).parent / "changes.jsonl"  # where merges and splits are recorded
    codings = read_codings(
        folder, read_codebook(codebook), sheet=options.sheet, changes=changes if changes.is_file() else None
    )
    return f"{_heading(codings)}: {folder}\n{agreement_text(measure_agreement(codings, by='code'))}"


def _heading(codings: pd.DataFrame) -> str:
    """Name what is measured: agreement is between people."""
    is_model = codings["coder_kind"] == "model" if "coder_kind" in codings else pd.Series([False])
    if is_model.all():
        return "Consistency between model coders"
    return "Consistency between coders of whom some are models" if is_model.any() else "Agreement between coders"


def _of_columns_per_coder(table: RatingTable, path: Path, options: AgreementOptions) -> str:
    """Measure a table with one row per unit and one column per coder."""
    from medtw_qual.agreement import agreement_text

    groups = _groups(table, options, path)
    coders, unit = coder_columns(table, path, [options.groups] if options.groups else [])
    ratings = table.frame[coders]
    if unit is not None:
        remedy = "Give one row per unit, or a column 'coder' that says whose row it is."
        _require_once(table, [unit], path, remedy)
    head = _head(coders, len(ratings), path)
    if options.sets:
        return f"{head}\n{_of_sets(ratings, options.sets, groups)}"
    return f"{head}\n{agreement_text(_measured(ratings, path, options, groups))}"


def _measured(
    ratings: pd.DataFrame, path: Path, options: AgreementOptions, groups: NDArray[Any] | None, name: str = "all units"
) -> pd.DataFrame:
    from medtw_qual.agreement import measure_ratings

    declared = options.categories
    if declared is not None and all(_is_number(word) for word in declared):
        declared = [float(word) for word in declared]  # type: ignore[misc]
    refuse_several_codes(ratings, path, options.categories or ())
    return measure_ratings(ratings, categories=declared, level=options.level, name=name, groups=groups)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _of_sets(ratings: pd.DataFrame, mark: str, groups: NDArray[Any] | None) -> str:
    """Measure ratings of which each is a set of codes."""
    from medtw_qual.agreement import alpha_sets

    found = alpha_sets(as_sets(ratings, mark), groups=groups)
    if found.estimate != found.estimate:
        return f"Krippendorff's alpha for sets (MASI distance): undefined: {found.undefined}."
    return (
        f"Krippendorff's alpha for sets (MASI distance, {len(found.categories)} different sets):"
        f" {found.estimate:.3f}, 95% interval {found.low:.3f} to {found.high:.3f}; {found.n_units} units."
    )


def _groups(table: RatingTable, options: AgreementOptions, path: Path) -> NDArray[Any] | None:
    if options.groups is None:
        return None
    if options.groups not in table.frame.columns:
        names = [str(name) for name in table.frame.columns]
        raise MissingColumn(
            f"{path.name} has no column {options.groups!r}.{did_you_mean(options.groups, names)}",
            f"It has: {', '.join(names)}.",
        )
    return np.asarray(table.frame[options.groups], dtype=object)


def _of_rows_per_coder(table: RatingTable, path: Path, options: AgreementOptions) -> str:
    """Measure a table with one row per unit and coder: every other column was rated, such as a code."""
    from medtw_qual.agreement import agreement_text

    columns, unit = table.columns, table.unit
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
    if options.sets or options.groups:
        raise InvalidArgument(
            "--sets and --groups go with one row per unit and one column per coder.", "Lay the table out like that."
        )
    if "round" in columns and len(table.frame[columns["round"]].unique()) > 1:
        raise InvalidArgument(
            f"{path.name} holds several rounds; agreement is that of one round.", "Keep the rows of one round."
        )
    _require_once(table, [unit, coder], path, "Keep the row that holds.")
    rated = [name for low, name in columns.items() if name not in (unit, coder) and low not in NO_RATINGS]
    by_unit = table.frame.set_index([unit, coder])
    wide = {name: by_unit[name].unstack(fill_value="") for name in rated}  # noqa: PD010 - a pivot table adds up
    if not wide:
        raise InvalidArgument(f"{path.name} has no column of ratings.", "Give one column per code.")
    measured = pd.concat(
        [_measured(ratings, path, options, None, name) for name, ratings in wide.items()], ignore_index=True
    )
    coders = table.frame[coder].unique()
    return f"{_head(coders, table.frame[unit].nunique(), path)}\n{agreement_text(measured)}"


def _require_once(table: RatingTable, names: list[str], path: Path, remedy: str) -> None:
    keys = table.frame[names]
    again = keys[keys.duplicated()]
    if len(again):
        what = " by coder ".join(map(str, again.iloc[0]))
        raise InvalidArgument(f"Row {table.rows[again.index[0]]} of {path.name} holds unit {what} once more.", remedy)


def _head(coders: Iterable[str], n_units: int, path: Path) -> str:
    names = list(coders)
    return f"Agreement between {len(names)} coders ({', '.join(names)}) on {n_units} units: {path.name}"
