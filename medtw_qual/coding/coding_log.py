"""The coding log: one append-only file per coder and sitting, merged on replay.

Shared drives do not honour locks, so no two programs ever write one file: the name holds coder and sitting. A decision
counts when its record is on the disk; an undo is another record; the last decision on a unit holds.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from medtw_qual._base.decision_log import Heads, OpenLog, heads_followed, read_log
from medtw_qual._base.log_copies import original_name
from medtw_qual._base.utc_times import utc_now
from medtw_qual.coding.coders import require_coder_name

Record = Mapping[str, Any]
CODING = "coding"  # the kind of record that these logs hold


def new_id() -> str:
    """Return a new record's id, 16 hexadecimal digits that nobody else has."""
    return secrets.token_hex(8)


def log_path(folder: str | Path, coder: str, sitting: str) -> Path:
    """Return the file that a coder's sitting is written to."""
    return Path(folder) / f"{require_coder_name(coder)}--{sitting}.jsonl"


def decision_record(
    *,
    coder: str,
    round_: str,
    unit_id: str,
    codes: Sequence[str],
    codes_seen: Sequence[str],
    codebook_hash: str,
    record_id: str = "",
    impossible: bool = False,
    passages: Sequence[Mapping[str, Any]] = (),
    memo: str = "",
    new_code: str = "",
    shown_at: str | None = None,
    decided_at: str | None = None,
    text_hash: str = "",
) -> dict[str, Any]:
    """Return one decision in the shape of the log.

    Parameters
    ----------
    coder, round_, unit_id : str
    codes : sequence of str
        The codes that the coder gave; empty: none of those seen.
    codes_seen : sequence of str
        All codes that were before the coder. Another code was not judged, which is not the same as absent.
    codebook_hash : str
    record_id : str
        Empty: a new one.
    impossible : bool
        The unit cannot be coded (unreadable, another language).
    passages : sequence of mapping
        ``{"code", "start", "end"}``, code points of the unit's text, half open.
    memo, new_code : str
        The coder's note; a proposed new code.
    shown_at, decided_at : str, optional
        ISO 8601, UTC; None where the source has no times.
    text_hash : str
        `hash_words` of the unit's text as it was shown; empty: not known.
    """
    return {
        "id": record_id or new_id(),
        "action": "decide",
        "coder": coder,
        "round": round_,
        "unit_id": unit_id,
        "codes": list(codes),
        "codes_seen": list(codes_seen),
        "impossible": impossible,
        "passages": [dict(passage) for passage in passages],
        "memo": memo,
        "new_code": new_code,
        "codebook_hash": codebook_hash,
        **({"text_hash": text_hash} if text_hash else {}),
        "shown_at": shown_at,
        "decided_at": decided_at,
    }


class CodingLog:
    """One sitting of one coder, being written.

    Parameters
    ----------
    folder : str or Path
        Where the logs of all coders lie.
    coder : str
        The short name of the coder.
    sitting : str, optional
        Default: the present time and four random digits, so that two desks never write one file.
    """

    def __init__(self, folder: str | Path, coder: str, sitting: str | None = None) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        self.path = log_path(folder, coder, sitting or f"{stamp}-{secrets.token_hex(2)}")
        self.coder = coder
        self._log = OpenLog(self.path, CODING, self._earlier_sittings)
        self._written = {record["id"] for record in read_log(self.path, CODING).records}

    def _earlier_sittings(self) -> Heads:
        """The ends of this coder's other logs that no later sitting knows of: if they are shortened, this one tells."""
        logs = {path.name: read_log(path) for path in own_logs(self.path.parent, self.coder) if path != self.path}
        records = (record for log in logs.values() for record in log.records if "follows" in record)
        known = {check for record in records for _, check in heads_followed(record).values()}
        return {name: log.head for name, log in logs.items() if log.records and log.head[1] not in known}

    def append(self, record: Record) -> dict[str, Any]:
        """Write one record; when this returns, it is on the disk. A record that was written before is not repeated.

        Raises
        ------
        OSError
            When the disk is full, or the folder is read-only or gone; nothing then counts as decided.
        """
        if record["id"] in self._written:
            return dict(record)
        sealed = self._log.append(record)
        self._written.add(record["id"])
        return sealed

    def decide(self, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - handed on
        """Write a decision; the fields are those of `decision_record`, without coder."""
        fields.setdefault("decided_at", utc_now())
        return self.append(decision_record(coder=self.coder, **fields))

    def undo(self, decision: Record, *, record_id: str = "", decided_at: str | None = None) -> dict[str, Any]:
        """Take back a decision by another record; what was written stays written."""
        return self.append(
            {
                "id": record_id or new_id(),
                "action": "undo",
                "undoes": decision["id"],
                "coder": self.coder,
                "round": decision.get("round") or "",
                "unit_id": decision["unit_id"],
                "codebook_hash": decision.get("codebook_hash") or "",
                "decided_at": decided_at or utc_now(),
            }
        )


def own_logs(folder: Path, coder: str) -> list[Path]:
    """Return the files that bear a coder's name, copies of them included."""
    if not folder.is_dir():
        return []
    start = f"{coder}--".casefold()  # some disks change capitals
    return sorted(
        path
        for path in folder.glob("*.jsonl")
        if not path.name.startswith(".") and original_name(path.name).casefold().startswith(start)
    )
