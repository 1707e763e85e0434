"""When the codebook changes under way: what must be looked at again, what earlier decisions mean in the new version."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.codebook.codebook import RULES, Code, Codebook
from medtw_qual.codebook.revision import read_changes
from medtw_qual.codebook.snapshots import read_snapshot
from medtw_qual.codebook.version_difference import compare_codebooks
from medtw_qual.coding.code_labels import CodebookVersion
from medtw_qual.coding.subcodes import joined_codes
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
        One row per decision and code: unit_id, coder, round, code, why ("not judged", "rules changed"). A desk that is
        opened with recode=True goes through these units.
    """
    require_columns(codings, [*_DECISION, "code", "codebook_hash"], "codings")
    rows: list[tuple[object, ...]] = []
    versions = codings["codebook_hash"].unique() if folder is not None else ()
    changed = {version: changed_rules(version, codebook, folder or "") for version in versions}
    for key, decision in codings.groupby(_DECISION, sort=True):
        judged = set(decision["code"])
        rows += [(*key, code, "not judged") for code in codebook.ids if code not in judged]
        other = {code for version in set(decision["codebook_hash"]) for code in changed.get(version, ())}
        rows += [(*key, code, "rules changed") for code in codebook.ids if code in judged & other]
    return pd.DataFrame(rows, columns=[*_DECISION, "code", "why"], dtype="str")


def changed_rules(version: str, codebook: Codebook, folder: str | Path) -> set[str]:
    """Return the codes whose rules have changed since a version that a desk kept; none where it was not kept.

    Parameters
    ----------
    version : str
        The hash that a decision carries.
    codebook : Codebook
        The present version.
    folder : str or Path
        The folder of codings.
    """
    if version in ("", codebook.hash):
        return set()
    try:
        before = read_snapshot(version, folder)
    except MissingFile:
        return set()
    table = compare_codebooks(before, codebook)
    return set(table.loc[(table["kind"] == "code") & table["field"].isin(RULES), "id"])


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
        an old code stays with the merged one. Rows that a change was applied to carry the hash of the version they now
        speak.

    Raises
    ------
    UnknownCode
        When a code is left that the present version does not have: a change was not recorded.
    """
    require_columns(codings, [*_DECISION, "code", "status", "codebook_hash"], "codings")
    changes = read_changes(log)
    parts = []
    for version, part in codings.groupby("codebook_hash", sort=False):
        path = followed_changes(str(version), set(part["code"]), codebook.hash, changes)
        mapped = part
        for change in path:
            mapped = _apply(mapped, change)
        parts.append(mapped.assign(codebook_hash=_version_now(str(version), path, codebook)))
    result = pd.concat(parts, ignore_index=True) if parts else codings
    for code in result["code"].unique():
        if code not in codebook:
            raise UnknownCode(
                f"{code!r} is in the codings, not in {codebook.label}, and no change of it is recorded in {log}.",
                "Record what became of it with merge_codes or split_code.",
            )
    order = {code: place for place, code in enumerate(codebook.ids)}
    ordered = result.assign(_place=result["code"].map(order)).sort_values(["round", "unit_id", "coder", "_place"])
    ordered.attrs = {**codings.attrs, "changes": str(log)}
    return ordered.drop(columns="_place").reset_index(drop=True)


def _version_now(version: str, path: Sequence[Mapping[str, Any]], codebook: Codebook) -> str:
    """Return the hash of the version whose terms mapped decisions speak.

    That is the present one, unless its rules are known to have changed since the last change that was followed.
    """
    if not version or not path:
        return version
    rules = path[-1].get("to_rules", codebook.rules_hash)
    return codebook.hash if rules == codebook.rules_hash else str(path[-1]["to_hash"])


def with_same_rules(
    codings: pd.DataFrame, codebook: Codebook, folder: Path, log: str | Path | None = None
) -> pd.DataFrame:
    """Return the codings with the present version's hash on those that were coded by the same rules.

    A theme that was written after the coding, a title or a name in print makes a new version of the file, and nothing
    that a coder would judge otherwise.

    Parameters
    ----------
    codings : DataFrame
        `schemas.CODINGS`.
    codebook : Codebook
        The present version.
    folder : Path
        The folder of codings, where desks keep the versions that they showed.
    log : str or Path, optional
        The log of changes, which knows the rules of the versions it names.

    Returns
    -------
    DataFrame
        ``.attrs["same_rules"]`` lists the hashes of the other versions that have the present rules,
        ``.attrs["coded_by_same_rules"]`` says whether decisions carried one of them.
    """
    rules = {replace(codebook, themes=()).hash: codebook.rules_hash}
    for change in read_changes(log) if log is not None else ():
        rules |= {change[f"{end}_hash"]: change.get(f"{end}_rules", "") for end in ("from", "to")}
    rules |= {version: kept.rules_hash for version, kept in kept_versions(codings, folder).items()}
    same = sorted(version for version, its in rules.items() if its == codebook.rules_hash and version != codebook.hash)
    if not same:
        return codings
    other = codings["codebook_hash"].isin(same)
    result = codings.assign(codebook_hash=codings["codebook_hash"].where(~other, codebook.hash))
    result.attrs = {**codings.attrs, "same_rules": same, "coded_by_same_rules": bool(other.any())}
    return result


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


def followed_changes(
    version: str, judged: Collection[str], present_hash: str, changes: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return the recorded changes that lead from one version towards the present one, in their order.

    A version that no change starts from (somebody added a code, or mended a rule, before or after) is older than a
    change when it has a code that the change did away with.

    Parameters
    ----------
    version : str
        The hash of the version that was coded with.
    judged : collection of str
        The codes that decisions taken with it are about.
    present_hash : str
        The hash of the present version.
    changes : sequence of mapping
        All recorded changes, as `read_changes` returns them.
    """
    path: list[Mapping[str, Any]] = []
    at, codes = version, set(judged)
    for change in changes:
        gone = set(change["from"]) - set(change["to"])
        if at != present_hash and (change["from_hash"] == at or gone & codes):
            path.append(change)
            at, codes = change["to_hash"], (codes - gone) | set(change["to"])
    return path


def _apply(codings: pd.DataFrame, change: Mapping[str, Any]) -> pd.DataFrame:
    old, new = list(change["from"]), list(change["to"])
    if len(old) > 1 and len(new) > 1:
        raise InvalidArgument("A change goes from several codes to several.", "Record a merge and then a split.")
    mine = codings[codings["code"].isin(old)]
    rest = codings[~codings["code"].isin(old)]
    if len(new) == 1:
        return pd.concat([rest, joined_codes(mine, old, new[0])], ignore_index=True)
    certain = mine[mine["status"] != "present"]
    return pd.concat([rest, *(certain.assign(code=code) for code in new)], ignore_index=True)
