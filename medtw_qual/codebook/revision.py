"""Splitting, merging, renaming codes: a new version of the codebook, and a record of what became of the old codes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from medtw_qual._base.decision_log import append_record, read_log
from medtw_qual._base.hashing import hash_json
from medtw_qual._base.utc_times import utc_now
from medtw_qual.codebook.codebook import Code, Codebook, Theme
from medtw_qual.errors import InvalidArgument

CHANGE = "codebook change"  # the kind of record that this log holds


def merge_codes(
    codebook: Codebook,
    codes: Sequence[str],
    into: Code,
    *,
    version: str,
    reason: str,
    decided_by: str,
    log: str | Path = "codebooks/changes.jsonl",
) -> Codebook:
    """Return a new version in which several codes (or one, renamed) are one code, and record it.

    Parameters
    ----------
    codebook : Codebook
        The codebook in the version that applies.
    codes : sequence of str
        The codes that go; their places in themes and their children go to the new code.
    into : Code
        The code that stands for them; it may keep the id of one of them.
    version : str
        The new version, another than the present one.
    reason, decided_by : str
        Why, and who decided.
    log : str or Path
        Where the change is recorded; `map_codings` applies it to codings made before. A repeated call adds nothing.

    Returns
    -------
    Codebook

    Raises
    ------
    UnknownCode
    InvalidArgument
        When version, reason or name is missing.
    """
    return _revise(codebook, list(codes), [into], version, reason, decided_by, log)


def split_code(
    codebook: Codebook,
    code: str,
    into: Sequence[Code],
    *,
    version: str,
    reason: str,
    decided_by: str,
    log: str | Path = "codebooks/changes.jsonl",
) -> Codebook:
    """Return a new version in which one code is several, and record it.

    Units on which the old code was present must be looked at again: which of the new codes is it? `map_codings` leaves
    them "not coded" for the new codes, and `recode_needed` lists them; where the old code was absent, the new ones are.

    Parameters
    ----------
    codebook : Codebook
        The version in force.
    code : str
        The id of the code that is split.
    into : sequence of Code
        The new codes, in their order.
    version : str
        The number of the new version.
    reason : str
        Why, in a sentence.
    decided_by : str
        Who decided.
    log : str or Path
        The log of changes that the record is added to.
    """
    if len(into) < 2:
        raise InvalidArgument("A code is split into two codes or more.", "Give them all in into=.")
    if code in {part.id for part in into}:
        raise InvalidArgument(
            f"{code!r} would stand for the whole on earlier units and for a part on later ones.",
            "Give every part an id of its own.",
        )
    return _revise(codebook, [code], list(into), version, reason, decided_by, log)


def read_changes(log: str | Path) -> list[dict[str, Any]]:
    """Return the recorded changes, in the order in which they were made; a missing file holds none."""
    return read_log(log, CHANGE).records


def _revise(
    codebook: Codebook, old: list[str], new: list[Code], version: str, reason: str, decided_by: str, log: str | Path
) -> Codebook:
    for code in old:
        codebook.require(code, "the change")
    if version in ("", codebook.version) or not reason.strip() or not decided_by.strip() or not old:
        raise InvalidArgument(
            "A change of the codebook needs codes, a new version, a reason and who decided.",
            f"The present version is {codebook.version!r}; give another, reason= and decided_by=.",
        )
    revised = replace(
        codebook,
        version=version,
        codes=_codes(codebook, old, new),
        themes=tuple(_theme(theme, old, [code.id for code in new]) for theme in codebook.themes),
    )
    change: dict[str, Any] = {
        "from": old,
        "to": [code.id for code in new],
        "from_hash": codebook.hash,
        "to_hash": revised.hash,
        "versions": [codebook.version, version],
        "reason": reason,
        "decided_by": decided_by,
    }
    identity = hash_json(change)[:16]  # of the change itself, so that a repeated call adds nothing
    change |= {"from_rules": codebook.rules_hash, "to_rules": revised.rules_hash}
    if identity not in {record.get("id") for record in read_log(log, CHANGE).records}:
        append_record(log, {"id": identity, **change, "decided_at": utc_now()}, CHANGE)
    return revised


def _codes(codebook: Codebook, old: list[str], new: list[Code]) -> tuple[Code, ...]:
    """The new codes stand where the first of the old ones stood; children of the old ones hang on the first new one."""
    result: list[Code] = []
    placed = False
    for code in codebook.codes:
        if code.id not in old:
            result.append(replace(code, parent=new[0].id) if code.parent in old else code)
        elif not placed:
            result += new
            placed = True
    return tuple(result)


def _theme(theme: Theme, old: list[str], new: list[str]) -> Theme:
    if not set(theme.codes) & set(old):
        return theme
    members: list[str] = []
    for code in theme.codes:
        members += [id_ for id_ in (new if code in old else [code]) if id_ not in members]
    return replace(theme, codes=tuple(members))
