"""Deciding without a widget where coders differ: what was settled goes into the same log with the same evidence."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from medtw_qual._base.decision_log import OpenLog, read_log
from medtw_qual._base.hashing import hash_json
from medtw_qual._base.utc_times import utc_now
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.coding.consensus_log import CONSENSUS_RECORD, consensus_record, current_decisions
from medtw_qual.coding.unit_statuses import by_unit
from medtw_qual.errors import InvalidArgument, UnknownUnit, did_you_mean


def decide_units(
    codings: pd.DataFrame,
    codes: Mapping[str, Sequence[str] | None],
    codebook: Codebook,
    decisions: str | Path = "data/decisions/consensus.jsonl",
    *,
    decided_by: str,
    reason: str | Mapping[str, str],
    basis: str | Mapping[str, str] = "discussed",
    round: str | int | None = None,
) -> int:
    """Write decisions on units into the log that `build_consensus` reads. A repeated call adds nothing.

    Parameters
    ----------
    codings : DataFrame
        `schemas.CODINGS`, of one round: what the decisions are about.
    codes : mapping
        unit_id -> the codes that were settled on (empty: none of those seen), or None: it cannot be coded.
    codebook : Codebook
        The codebook in the version that applies.
    decisions : str or Path
        The log of decisions.
    decided_by : str
        Who decided: "KA, LB", or the third person.
    reason, basis : str or mapping
        Why, and how it was settled: one for all, or unit_id -> its own. Bases are "discussed" and "third person" (which
        need a reason), "agreed" and "single coded".
    round : str or int, optional
        The round of coding; by default the only one there is.

    Returns
    -------
    int
        How many decisions were added.

    Raises
    ------
    UnknownUnit
        When nobody coded a unit.
    UnknownCode
        When a code is not in the codebook.
    InvalidArgument
        When nobody is named, a reason is missing, or several codes are given where one is allowed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from medtw_qual.codebook import Code
    >>> from medtw_qual.coding import build_consensus
    >>> book = Codebook("small", "1", codes=(Code("thanks", "Thanks"),))
    >>> rows = [("1", "A", "1", "thanks", "present"), ("1", "B", "1", "thanks", "absent")]
    >>> codings = pd.DataFrame(rows, columns=["unit_id", "coder", "round", "code", "status"])
    >>> with TemporaryDirectory() as folder:
    ...     log = Path(folder) / "consensus.jsonl"
    ...     n = decide_units(codings, {"1": ["thanks"]}, book, log, decided_by="A, B", reason="a plain thank you")
    ...     build_consensus(codings, log)[["unit_id", "status", "basis", "decided_by"]].to_dict("records")
    [{'unit_id': '1', 'status': 'present', 'basis': 'discussed', 'decided_by': 'A, B'}]
    """
    if not decided_by.strip():
        raise InvalidArgument("Nobody is named who decides.", "Give decided_by='KA, LB'.")
    units = by_unit(codings, round)
    records = []
    for unit, given in codes.items():
        if unit not in units:
            raise UnknownUnit(
                f"Nobody coded unit {unit!r}.{did_you_mean(unit, units)}", "Read the codings it belongs to."
            )
        chosen = _checked(codebook, given or (), unit)
        record = consensus_record(
            unit,
            units[unit],
            chosen,
            basis=basis if isinstance(basis, str) else basis.get(unit, "discussed"),
            reason=reason if isinstance(reason, str) else reason.get(unit, ""),
            decided_by=decided_by,
            decided_at=utc_now(),
            record_id="",
            codebook_hash=codebook.hash,
            impossible=given is None,
        )
        records.append(record)
    return _added(records, Path(decisions), dict(codings.attrs.get("heads", {})))


def _checked(codebook: Codebook, codes: Sequence[str], unit: str) -> list[str]:
    for code in codes:
        codebook.require(code, f"the decision on unit {unit!r}")
    if len(codes) > 1 and not codebook.multiple_codes:
        raise InvalidArgument(
            f"{len(codes)} codes are given to unit {unit!r}, and {codebook.label} allows one.", "Choose one."
        )
    return [code for code in codebook.ids if code in codes]


def _added(records: Sequence[dict[str, object]], path: Path, heads: dict[str, tuple[int, str]]) -> int:
    """Append what does not hold already; a decision that was changed and is taken again is a new record."""
    known = {str(record.get("id")) for record in read_log(path, CONSENSUS_RECORD).records}
    current = current_decisions(path)
    log = OpenLog(path, CONSENSUS_RECORD, lambda: heads)
    added = 0
    for record in records:
        content = {name: value for name, value in record.items() if name not in ("id", "decided_at")}
        holds = current.get(str(record["unit_id"]))
        if holds is not None and {name: holds.get(name) for name in content} == content:
            continue
        identity, turn = hash_json(content)[:16], 1
        while identity in known:
            turn += 1
            identity = hash_json({**content, "turn": turn})[:16]
        known.add(identity)
        log.append({**record, "id": identity})
        added += 1
    return added
