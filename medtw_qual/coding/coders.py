"""The coders register: who codes, a person or a model, how trained, from which standpoint."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from medtw_qual._base.table_files import read_table
from medtw_qual.errors import InvalidArgument, InvalidTable, UnknownUnit, did_you_mean
from medtw_qual.schemas import CODERS

_NAME = re.compile(r"\w(?:[\w.]|-(?!-))*")


def require_coder_name(coder: str) -> str:
    """Return the name, or say why it cannot name a coder: names become parts of file names on everybody's disk.

    A letter with an accent may be written as one character or as two; the name that is returned has one.

    Raises
    ------
    InvalidArgument

    Examples
    --------
    >>> require_coder_name("KA")
    'KA'
    """
    composed = unicodedata.normalize("NFC", coder) if isinstance(coder, str) else ""
    if not _NAME.fullmatch(composed) or len(composed) > 40:
        raise InvalidArgument(
            f"{coder!r} cannot name a coder.",
            "Use up to 40 letters, digits, '.', '_' or '-' (not two hyphens together), without spaces: 'KA'.",
        )
    return composed


def require_coder_names(coders: Iterable[str]) -> list[str]:
    """Return the names, or say which of them cannot name a coder or stands twice; capitals do not count.

    Raises
    ------
    InvalidArgument
    """
    if isinstance(coders, str):
        raise InvalidArgument(f"coders is the text {coders!r}.", f'Give a list of names: coders=["{coders}"].')
    names = [require_coder_name(coder) for coder in coders]
    for place, name in enumerate(names):
        if name.casefold() in {other.casefold() for other in names[:place]}:
            raise InvalidArgument(f"Two coders have the name {name!r}.", "Give each a name of their own.")
    return names


def read_coders(path: str | Path) -> pd.DataFrame:
    """Read the coders register.

    Parameters
    ----------
    path : str or Path
        A .csv with the columns coder, kind (person or model), training, note.

    Returns
    -------
    DataFrame
        `schemas.CODERS`, in the order of the file.

    Raises
    ------
    MissingFile, EmptyFile, MissingColumn
    InvalidTable
        When a kind is neither person nor model, or two coders have one name (also when only capitals differ: their
        logs would be one file on many disks).
    """
    coders = read_table(path, CODERS)
    coders = coders.assign(coder=[require_coder_name(name) for name in coders["coder"]]).astype({"coder": "str"})
    twice = coders["coder"].str.casefold().duplicated()
    if twice.any():
        raise InvalidTable(
            f"Two coders in {Path(path).name} have the name {coders.loc[twice.idxmax(), 'coder']!r}.",
            "Give each coder a name of their own (capitals do not count), in the register and at their desk.",
        )
    return coders


def find_register(path: Path) -> Path | None:
    """Return the coders.csv that belongs to a folder or file of codings: in it or beside it."""
    folder = path if path.is_dir() else path.parent
    return next((found for found in (folder / "coders.csv", folder.parent / "coders.csv") if found.is_file()), None)


def add_kinds(codings: pd.DataFrame, register: Path | None) -> pd.DataFrame:
    """Return the codings with the column coder_kind, from the register where there is one.

    Raises
    ------
    InvalidTable
        When somebody coded who is not in the register.
    """
    return codings if register is None else with_kinds(codings, read_coders(register), str(register))


def with_kinds(codings: pd.DataFrame, coders: pd.DataFrame, where: str = "the register of coders") -> pd.DataFrame:
    """Return the codings with the column coder_kind of a register that was read.

    Parameters
    ----------
    codings : DataFrame
        `schemas.CODINGS`.
    coders : DataFrame
        The register, as `read_coders` returns it.
    where : str
        What messages call the register.

    Raises
    ------
    InvalidTable
        When somebody coded who is not in the register.
    """
    kinds = coders.set_index("coder")["kind"]
    for coder in codings["coder"].unique():
        if coder not in kinds.index:
            raise InvalidTable(
                f"{coder!r} has coded and is not in {where}.{did_you_mean(coder, kinds.index)}",
                "Add the coder to the register with kind (person or model), training and note.",
            )
    return codings.assign(coder_kind=codings["coder"].map(kinds).astype("str"))


def require_different_names(coders: pd.Series, where: str) -> None:
    """Say when two coders' names differ in capitals only: whether they are one person, nobody can see.

    Raises
    ------
    InvalidTable
    """
    written: dict[str, str] = {}
    for name in map(str, coders.unique()):
        other = written.setdefault(name.casefold(), name)
        if other != name:
            raise InvalidTable(
                f"{where} has the coders {other!r} and {name!r}, whose names differ in capitals only.",
                "If they are one person, write the name alike everywhere; if they are two, give one another name.",
            )


def require_known_units(unit_ids: pd.Series, known: pd.Series, where: str) -> None:
    """Say which coded unit the corpus does not have.

    Raises
    ------
    UnknownUnit
    """
    strange = unit_ids[~unit_ids.isin(set(known))]
    if len(strange):
        near = {str(unit).casefold(): str(unit) for unit in known}.get(str(strange.iloc[0]).casefold())
        meant = f" The corpus has {near!r}: capitals count in ids." if near else ""
        raise UnknownUnit(
            f"{strange.nunique()} coded unit(s) in {where} are not in the corpus, the first is {strange.iloc[0]!r}."
            + meant,
            "Use the corpus that was coded; an id that Excel rounded ends in zeros: restore it from the source.",
        )
