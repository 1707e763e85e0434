"""People's decisions about cells of the crosswalk: an append-only log that replays, and refuses what is out of date."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from medtw_qual._base.decision_log import append_record, read_log
from medtw_qual._base.hashing import hash_json
from medtw_qual._base.utc_times import utc_now
from medtw_qual.errors import InvalidArgument, StaleDecision, did_you_mean
from medtw_qual.schemas import CROSSWALK_DECISIONS

Stale = Literal["refuse", "set aside"]
Record = dict[str, Any]
CROSSWALK = "crosswalk"  # the kind of record that this log holds

_SAID = ("cluster", "code", "decision", "reason", "decided_by")
_ABOUT = ("assignments_hash", "codebook_hash")


def make_record(said: Mapping[str, Any], assignments_hash: str, codebook_hash: str) -> Record:
    """Return a decision as the log keeps it: what was said, about what, by whom, when.

    Raises
    ------
    InvalidArgument
        When the decision is not one of the four, or nobody signs it, or no reason is given.
    """
    if said["decision"] not in CROSSWALK_DECISIONS:
        raise InvalidArgument(
            f"{said['decision']!r} is no decision about a cell."
            f"{did_you_mean(str(said['decision']), CROSSWALK_DECISIONS)}",
            f"Use one of: {', '.join(CROSSWALK_DECISIONS)}.",
        )
    for field in ("reason", "decided_by"):
        if not str(said[field]).strip():
            raise InvalidArgument(
                f"The decision about cluster {said['cluster']} and code {said['code']!r} has no {field}.",
                "A reader must be able to see who decided and why; fill it in.",
            )
    record: Record = {name: said[name] for name in _SAID}
    record["cluster"] = int(record["cluster"])
    record |= {"assignments_hash": assignments_hash, "codebook_hash": codebook_hash}
    record["decided_at"] = utc_now()
    record["id"] = hash_json(record)[:16]
    return record


def log_decision(log: str | Path, record: Record) -> Record:
    """Append a decision unless the log's last word on this cell says the same; return what stands in the log.

    Raises
    ------
    StaleDecision
        When the very same words were logged about other clusters or another codebook: a notebook that is run again
        must not carry a judgement over to clusters nobody has looked at.
    """
    cell = (record["cluster"], record["code"])
    standing: Record | None = None
    for earlier in read_log(log, CROSSWALK).records:
        if (earlier.get("cluster"), earlier.get("code")) != cell:
            continue
        same_words = all(earlier.get(name) == record[name] for name in _SAID)
        if same_words and any(earlier.get(name) != record[name] for name in _ABOUT):
            raise StaleDecision(_stale_words(earlier, record), "Look at the cluster again and give your reason anew.")
        if all(earlier.get(name) == record[name] for name in _ABOUT):
            standing = earlier
    if standing is not None and all(standing.get(name) == record[name] for name in _SAID):
        return standing
    return append_record(log, record, CROSSWALK)


def _stale_words(earlier: Record, record: Record) -> str:
    what = "the clusters" if earlier.get("assignments_hash") != record["assignments_hash"] else "the codebook"
    return (
        f"The decision about cluster {record['cluster']} and code {record['code']!r} was made by"
        f" {earlier.get('decided_by')} on {str(earlier.get('decided_at'))[:10]}; {what} changed since."
    )


def replay_log(
    log: str | Path,
    assignments_hash: str,
    codebook_hash: str,
    stale: Stale = "refuse",
    same_rules: Collection[str] = (),
) -> tuple[list[Record], int]:
    """Return the last decision on every cell, in the order of the cells, and how many cells were set aside.

    Parameters
    ----------
    log : str or Path
        A log that is not there holds no decision.
    assignments_hash, codebook_hash : str
        What the decisions must be about.
    stale : {"refuse", "set aside"}
        What to do with decisions about other clusters or another codebook: refuse the log, or leave them out. A cell
        that was decided on again under today's clusters and codebook has no stale decision any more.
    same_rules : collection of str
        Hashes of other versions of the codebook with today's rules: a title or a theme was changed, nothing else.

    Raises
    ------
    StaleDecision
    """
    current: dict[tuple[int, str], Record] = {}
    old: dict[tuple[int, str], Record] = {}
    for record in read_log(log, CROSSWALK).records:
        same_book = record.get("codebook_hash") in {codebook_hash, *same_rules}
        about_today = same_book and record.get("assignments_hash") == assignments_hash
        (current if about_today else old)[int(record["cluster"]), str(record["code"])] = record
    left = [record for cell, record in old.items() if cell not in current]
    if left and stale == "refuse":
        asked = {**left[0], "assignments_hash": assignments_hash, "codebook_hash": codebook_hash}
        raise StaleDecision(
            _stale_words(left[0], asked),
            'Decide the cells again, or leave the old decisions out: stale="set aside" (in study.toml below'
            " [reconciliation], or when you replay the log).",
        )
    return [current[cell] for cell in sorted(current)], len(left)


def apply_records(table: pd.DataFrame, records: list[Record]) -> pd.DataFrame:
    """Write decisions into the crosswalk's rows; a new code gets a row of its own, which has no counts yet."""
    columns = ["decision", "reason", "decided_by", "decided_at"]
    result = table.copy()
    result["decided_at"] = pd.to_datetime(result["decided_at"], utc=True).astype("datetime64[us, UTC]")
    place = {cell: row for row, cell in enumerate(zip(result["cluster"], result["code"], strict=True))}
    added = []
    for record in records:
        values = [record["decision"], record["reason"], record["decided_by"], pd.Timestamp(record["decided_at"])]
        row = place.get((record["cluster"], record["code"]))
        if row is None:
            added.append(
                {"cluster": record["cluster"], "code": record["code"], **dict(zip(columns, values, strict=True))}
            )
            continue
        for column, value in zip(columns, values, strict=True):
            result.loc[row, column] = value
    if not added:
        return result
    return _append(result, added)


def _append(table: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    texts = {name: "" for name in table.columns if isinstance(table[name].dtype, pd.StringDtype)}
    hashes = {name: table[name].iloc[0] for name in _ABOUT}
    full = [{**dict.fromkeys(table.columns), **texts, **hashes, **row} for row in rows]
    extra = pd.DataFrame(full, columns=table.columns).astype(table.dtypes.to_dict())
    return pd.concat([table, extra], ignore_index=True).sort_values("cluster", kind="stable", ignore_index=True)
