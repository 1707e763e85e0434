"""Two exports for two purposes that cannot be joined: ids without codes, and codes without ids."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual._base.files import atomic_path, write_text
from medtw_qual._base.table_files import csv_quoting, require_columns
from medtw_qual.errors import InvalidTable

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus


def export_ids(corpus: Corpus, path: str | Path) -> Path:
    """Write the ids of all posts, one a line: the only form in which platforms let posts be shared.

    The ids stand in their own order and tell nothing else: no code, no author, no unit.

    Parameters
    ----------
    corpus : Corpus
        The corpus.
    path : str or Path
        The text file to write.
    """
    ids = sorted(
        {post_id for ids in corpus.units["post_ids"] for post_id in ids}, key=lambda post_id: (len(post_id), post_id)
    )
    return write_text(path, "".join(f"{post_id}\n" for post_id in ids))


def export_codes(codes: pd.DataFrame, path: str | Path) -> Path:
    """Write codes under random keys, so that no row leads to a post.

    A code such as *burnout* beside an id would say something about a person's health. So the keys are drawn anew at
    every export and kept nowhere, the rows stand in an order drawn by chance, and memos, passages, times, reasons and
    names of coders are left out. Two exports of the same codes cannot be joined with each other either.

    Parameters
    ----------
    codes : DataFrame
        Codings or consensus: unit_id, code, status, and perhaps coder (it becomes coder 1, coder 2, by chance).
    path : path
        A .csv file.

    Raises
    ------
    MissingColumn, InvalidTable
    """
    require_columns(codes, ["unit_id", "code", "status"], "codes")
    if Path(path).suffix != ".csv":
        raise InvalidTable(f"{Path(path).name} is no .csv file.", "Give it the ending .csv.")
    chance = secrets.SystemRandom()
    keys = _by_chance(list(dict.fromkeys(codes["unit_id"])), "unit", chance)
    table = pd.DataFrame({"unit": codes["unit_id"].map(keys), "code": codes["code"], "status": codes["status"]})
    if "coder" in codes.columns:
        table.insert(1, "coder", codes["coder"].map(_by_chance(list(dict.fromkeys(codes["coder"])), "coder", chance)))
    table = table.sort_values(list(table.columns), ignore_index=True)  # the keys are random, and so is this order
    with atomic_path(path) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n", quoting=csv_quoting(table))
    return Path(path)


def _by_chance(names: list[str], what: str, chance: secrets.SystemRandom) -> dict[str, str]:
    """Number names in an order drawn by chance."""
    chance.shuffle(names)
    width = len(str(len(names)))
    return {name: f"{what} {place:0{width}d}" for place, name in enumerate(names, 1)}
