"""When the codebook changes under way: what must be looked at again, what earlier decisions mean in the new version."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.codebook.codebook import Code, Codebook
from medtw_qual.codebook.revision import read_changes
from medtw_qual.codebook.snapshots import read_snapshot
from medtw_qual.codebook.version_difference import RULES, compare_codebooks
from medtw_qual.coding.code_labels import CodebookVersion
from medtw_qual.errors import InvalidArgument, MissingFile, UnknownCode

_DECISION = ["unit_id", "coder", "round"]


def recode_needed(codings: pd.DataFrame, codebook: Codebook, folder: str | Path | None = None) -> pd.DataFrame:
    """List what coders have not judged by the present codebook.

    A code that was added later is not coded on the units decided before; it is not absent. A code whose rules changed
    was judged by other rules.

    Parameters
    ----------
    codings : DataFrame
        `schemas.CODINGS`.
    codebook : Codebook
        The present version.
    folder : str or Path, optional
        The folder of codings, where desks keep the versions that were coded with; with it, codes whose rules have
        changed are listed too.

    Returns
    -------
    DataFrame
        One row per decision and code: unit_id, coder, round, code, why ("not judged", "rules changed"). Open a desk
        with recode=True to go through the first kind.
    """
    require_columns(codings, [*_DECISION, "code", "codebook_hash"], "codings")
    rows: list[tuple[object, ...]] = []
    changed = _changed_rules(codings, codebook, folder)
    for key, decision in codings.groupby(_DECISION, sort=True):
        judged = set(decision["code"])
        rows += [(*key, code, "not judged") for code in codebook.ids if code not in judged]
        versions = set(decision["codebook_hash"])
        other = {code for version in versions for code in changed.get(version, ())}
        rows += [(*key, code, "rules changed") for code in codebook.ids if code in judged & other]
    return pd.DataFrame(rows, columns=[*_DECISION, "code", "why"], dtype="str")


def _changed_rules(codings: pd.DataFrame, codebook: Codebook, folder: str | Path | None) -> dict[str, set[str]]:
    changed: dict[str, set[str]] = {}
    for version, before in kept_versions(codings, folder).items() if folder is not None else ():
        table = compare_codebooks(before, codebook)
        changed[version] = set(table.loc[(table["kind"] == "code") & table["field"].isin(RULES), "id"])
    return changed


def kept_versions(codings: pd.DataFrame, folder: str | Path) -> dict[str, Codebook]:
    """Return the versions of the codebook that decisions were taken with and that desks kept, by their hash.

    What was coded elsewhere, without a desk, may have followed a version that is not known here.

    Parameters
    ----------
    codings : DataFrame
        `schemas.CODINGS`.
    folder : str or Path
        The folder of the coding logs, in which desks keep the codebooks they showed.
    """
    kept = {}
    for version in codings["codebook_hash"].unique():
        with suppress(MissingFile):
            kept.update({version: read_snapshot(version, folder)} if version else {})
    return kept


def map_codings(codings: pd.DataFrame, log: str | Path, codebook: Codebook) -> pd.DataFrame:
    """Return the codings in the terms of the present codebook, by the recorded splits and merges.

    Parameters
    ----------
    codings : DataFrame
        `schemas.CODINGS`, made with earlier versions. They are not changed.
    log : str or Path
        Where `merge_codes` and `split_code` recorded the changes.
    codebook : Codebook
        The present version, to which the changes lead.

    Returns
    -------
    DataFrame
        Merged: present where one of the old codes was, absent where all were judged and none was there, else not coded
        (no row). Split: absent where the old code was, else not coded; `recode_needed` lists it. A passage marked for
        an old code stays with the merged one. Rows carry the hash of the version they now speak.

    Raises
    ------
    UnknownCode
        When a code is left that the present version does not have: a change was not recorded.
    """
    require_columns(codings, [*_DECISION, "code", "status", "codebook_hash"], "codings")
    changes = read_changes(log)
    parts = []
    for version, part in codings.groupby("codebook_hash", sort=False):
        mapped = part
        for change in _path(str(version), set(part["code"]), codebook, changes):
            mapped = _apply(mapped, change)
        parts.append(mapped.assign(codebook_hash=codebook.hash if version else ""))
    result = pd.concat(parts, ignore_index=True) if parts else codings
    for code in result["code"].unique():
        if code not in codebook:
            raise UnknownCode(
                f"{code!r} is in the codings, not in {codebook.label}, and no change of it is recorded in {log}.",
                "Record what became of it with merge_codes or split_code.",
            )
    order = {code: place for place, code in enumerate(codebook.ids)}
    ordered = result.assign(_place=result["code"].map(order)).sort_values(["round", "unit_id", "coder", "_place"])
    return ordered.drop(columns="_place").reset_index(drop=True)


def known_versions(codebook: Codebook, log: str | Path | None, folder: Path) -> list[CodebookVersion]:
    """Return the versions that decisions may have been taken with, the present one first.

    Parameters
    ----------
    codebook : Codebook
        The present version.
    log : str or Path, optional
        The log of changes; without one only the present version is known.
    folder : Path
        The folder of codings, where desks keep the versions that they showed.
    """
    versions = [CodebookVersion(codebook.hash, codebook)]
    for change in reversed(read_changes(log)) if log is not None else ():
        before = _before(versions[-1].codebook, change)
        with suppress(MissingFile):
            before = read_snapshot(change["from_hash"], folder)
        versions.append(CodebookVersion(change["from_hash"], before))
    return versions


def _before(codebook: Codebook, change: Mapping[str, Any]) -> Codebook:
    """Undo one change: the codes that went stand again where the new ones stand, by their ids."""
    codes: list[Code] = []
    former = [codebook[id_] if id_ in codebook else Code(id_, id_) for id_ in change["from"]]
    for code in codebook.codes:
        if code.id not in change["to"]:
            codes.append(code)
        elif former[0] not in codes:
            codes += former
    ids = {code.id for code in codes}
    above = tuple(code if code.parent in ids else replace(code, parent="") for code in codes)
    return replace(codebook, version=str(change["versions"][0]), codes=above, themes=())


def with_codes_of(versions: Sequence[CodebookVersion]) -> Codebook:
    """Return the present codebook with the codes that only earlier versions have, so that decisions can be read."""
    present = versions[0].codebook
    former: dict[str, Code] = {}
    for version in versions[1:]:
        for code in version.codebook.codes:
            if code.id not in present:
                former.setdefault(code.id, replace(code, parent=""))
    return replace(present, codes=(*present.codes, *former.values()))


def _path(version: str, judged: set[str], codebook: Codebook, changes: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
    """The recorded changes that lead from one version towards the present one, in their order.

    A version that no change starts from (somebody added a code, or mended a rule, before or after) is older than a
    change when it has a code that the change did away with.
    """
    path: list[Mapping[str, Any]] = []
    at, judged = version, set(judged)
    for change in changes:
        gone = set(change["from"]) - set(change["to"])
        if at != codebook.hash and (change["from_hash"] == at or gone & judged):
            path.append(change)
            at, judged = change["to_hash"], (judged - gone) | set(change["to"])
    return path


def _apply(codings: pd.DataFrame, change: Mapping[str, Any]) -> pd.DataFrame:
    old, new = list(change["from"]), list(change["to"])
    if len(old) > 1 and len(new) > 1:
        raise InvalidArgument("A change goes from several codes to several.", "Record a merge and then a split.")
    mine = codings[codings["code"].isin(old)]
    rest = codings[~codings["code"].isin(old)]
    if len(new) == 1:
        return pd.concat([rest, _merged(mine, len(old), new[0])], ignore_index=True)
    certain = mine[mine["status"] != "present"]
    return pd.concat([rest, *(certain.assign(code=code) for code in new)], ignore_index=True)


def _merged(mine: pd.DataFrame, n_old: int, code: str) -> pd.DataFrame:
    present = mine[mine["status"] == "present"]
    have = pd.MultiIndex.from_frame(present[_DECISION])
    others = mine[~pd.MultiIndex.from_frame(mine[_DECISION]).isin(have)]
    judged = others.groupby(_DECISION)["code"].transform("nunique")
    absent = others[judged == n_old].drop_duplicates(_DECISION)
    keys = [*_DECISION, *(name for name in ("start", "end") if name in mine)]
    return pd.concat([present.drop_duplicates(keys), absent], ignore_index=True).assign(code=code)
