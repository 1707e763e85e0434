"""What a coding desk knows and does, apart from any browser: which unit is next, what is written, what goes out.

The desk is never given clusters, and it reads only the logs that bear the coder's name.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from medtw_qual._base.hashing import hash_json, hash_words
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.codebook.revision import read_changes
from medtw_qual.codebook.snapshots import save_snapshot, snapshot_names
from medtw_qual.coding.codebook_changes import changed_rules
from medtw_qual.coding.coders import find_register, read_coders, require_coder_name
from medtw_qual.coding.coding_log import CodingLog, Record, decision_record, new_id, own_logs
from medtw_qual.coding.log_replay import read_logs
from medtw_qual.coding.sample import Sample
from medtw_qual.coding.stated_codes import followed_record
from medtw_qual.coding.unit_queue import DeskState, Message, Reply, UnitQueue, browser_time, describe_codes
from medtw_qual.errors import InvalidArgument, UnknownUnit

# What the desk offers besides the codes; what has no label is not there.
CODING_LABELS: Mapping[str, object] = {
    "memo": "Memo (m)",
    "new_code": "Propose a new code (n)",
    "none": "None of these",
    "impossible": "Cannot be coded",
    "passages": True,
}
SCREENING_LABELS: Mapping[str, object] = {"memo": "Reason (m)"}


class CodingState(DeskState):
    """One coder's way through a sample.

    Parameters
    ----------
    sample : Sample
        The sampled units, with those who code them.
    codebook : Codebook
        The codebook in the version that applies.
    coder : str
        The short name of the coder.
    folder : str or Path
        Where the logs of all coders lie; only this coder's are read.
    passages : bool
        Whether passages may be marked.
    recode : bool
        Also show again the units that `recode_needed` lists: those decided before a code was added, or by rules that
        have changed since.
    changes : str or Path, optional
        The log of changes of the codebook: decisions come up in the terms of the present version.
    labels : mapping
        What the desk offers besides the codes, and what it is called.

    Raises
    ------
    InvalidArgument
        When the coder's name cannot name a file, or no unit is assigned to this coder.
    """

    def __init__(
        self,
        sample: Sample,
        codebook: Codebook,
        coder: str,
        folder: str | Path,
        *,
        passages: bool = True,
        recode: bool = False,
        changes: str | Path | None = None,
        labels: Mapping[str, object] = CODING_LABELS,
    ) -> None:
        self.codebook = codebook
        self.labels = {**labels, "passages": passages and bool(labels.get("passages"))}
        self.coder = require_coder_name(coder)
        self.folder = self.place = Path(folder)
        self.round = sample.round
        self.order = sample.order_for(coder)
        rows = sample.units.set_index("unit_id")
        self.texts = dict(zip(rows.index, zip(rows["text"], rows["context"], strict=True), strict=True))
        self._own = set(self.order)
        self._log = CodingLog(folder, coder)
        self._changes = read_changes(changes) if changes is not None else []
        self._load()
        waiting = [unit for unit in self.order if unit not in self._held]
        waiting += self.needing_recode() if recode else []
        self.queue = UnitQueue(waiting)
        self._recode = recode
        self._undone: Record | None = None
        self._snapshot_kept = False
        self._lasting = self._lasting_notices()
        self._sizes_before = self._sizes()
        self._versions = snapshot_names(self.folder)

    def _load(self) -> None:
        """Read what this coder has decided; nobody else's logs are opened."""
        logs = read_logs(self._own_logs())
        for coder, _, _ in logs.held:
            if coder != self.coder:
                raise InvalidArgument(
                    f"{coder!r} and {self.coder!r} would share log files on many disks.", "Choose another name."
                )
        held = [record for (_, round_, unit), record in logs.held.items() if round_ == self.round and unit in self._own]
        place = {record_id: number for number, record_id in enumerate(logs.order)}
        held.sort(key=lambda record: place[record["id"]])
        followed = [followed_record(record, self.codebook.hash, self._changes) for record in held]
        self._other_words: dict[str, Record] = {r["unit_id"]: r for r in followed if self._is_about_other_words(r)}
        self._held: dict[str, Record] = {r["unit_id"]: r for r in followed if r["unit_id"] not in self._other_words}
        self._known_ids = set(logs.where)
        self.torn = dict(logs.torn)
        self._overlapping = logs.overlapping
        self._again = set(self.needing_recode())

    def _is_about_other_words(self, record: Record) -> bool:
        """Say whether a unit's words have changed since it was decided: it is shown again, with what was decided."""
        written = record.get("text_hash")
        return bool(written) and written != hash_words(self.texts[record["unit_id"]][0])

    def _own_logs(self) -> list[Path]:
        return own_logs(self.folder, self.coder)

    def needing_recode(self) -> list[str]:
        """Return the decided units of which `recode_needed` lists a code: not judged, or judged by other rules."""
        codes = set(self.codebook.ids)
        rules: dict[str, set[str]] = {}
        needed = []
        for unit in self.order:
            record = self._held.get(unit)
            if record is None:
                continue
            seen = set(record.get("codes_seen") or codes)
            version = str(record.get("codebook_hash") or "")
            if version not in rules:
                rules[version] = changed_rules(version, self.codebook, self.folder)
            if not codes.issubset(seen) or rules[version] & seen:
                needed.append(unit)
        return needed

    @property
    def key(self) -> str:
        """Names this desk in the browser's own store, where decisions wait that are not yet on the disk."""
        return hash_json([str(self.folder.resolve()), self.coder, self.round])[:16]

    @property
    def decided(self) -> Mapping[str, Record]:
        """What this coder decided in this round."""
        return self._held

    @property
    def total(self) -> int:
        """How many units this coder is to code."""
        return len(self.order)

    def _about(self) -> Reply:
        return {
            "key": self.key,
            "mode": "coding",
            "coder": self.coder,
            "title": self.codebook.title or self.codebook.label,
            "multiple": self.codebook.multiple_codes,
            "codes": describe_codes(self.codebook),
            "labels": self.labels,
        }

    def _notice(self) -> str:
        notices = [*self._lasting]
        if self._sizes() != self._sizes_before:
            notices.append(
                f"Another desk is writing as {self.coder}. If that is not you, stop and open yours with another name."
            )
        if snapshot_names(self.folder) - self._versions:
            notices.append(
                f"Somebody opened a desk here with another version than {self.codebook.label}."
                " Ask; if yours is the old one, read the codebook again and run this cell again."
            )
        if self._again:
            again = f"{len(self._again)} of your units were decided before a code was added or a rule changed"
            notices.append(f"{again}; they come last." if self._recode else f"{again}; open the desk with recode=True.")
        if self.queue.current in self._other_words:
            notices.append("The words of this unit have changed since you decided it: decide it again.")
        held = self._held.get(self.queue.current)
        parts = [self.codebook[code].name for code in (held or {}).get("unclear", ()) if code in self.codebook]
        if parts:
            notices.append(f"The code that you had given this one was split: choose among {', '.join(parts)}.")
        gone = [code for code in held["codes"] if code not in self.codebook] if held else []
        if gone:
            notices.append(f"You had coded this one {', '.join(gone)}, which this version no longer has.")
        return " ".join(notices)

    def _lasting_notices(self) -> list[str]:
        """What is so from the opening of the desk on."""
        notices = []
        register = find_register(self.folder)
        if register is not None and self.coder not in set(read_coders(register)["coder"]):
            notices.append(f"{self.coder} is not yet in coders.csv: add the coder's kind, training and note.")
        if self.folder.exists() and not os.access(self.folder, os.W_OK):
            notices.append(f"Nothing can be saved in {self.folder}: ask for the right to write there before you begin.")
        if self.torn:
            notices.append("An earlier sitting was cut off; the decision that was not confirmed then is shown again.")
        if self._overlapping:
            notices.append(
                f"Two sittings of {self.coder} overlap in time ({' and '.join(self._overlapping[0])})."
                " If two people use this name, one of them needs another."
            )
        return notices

    def _sizes(self) -> dict[Path, int]:
        """The other sittings under this name: one that grows while this desk is open is somebody else's."""
        return {path: path.stat().st_size for path in self._own_logs() if path != self._log.path}

    def _draft(self, unit: str) -> Reply | None:
        former = self._undone if self._undone and self._undone["unit_id"] == unit else self._held.get(unit)
        former = former or self._other_words.get(unit)
        return _draft_of(former, self.codebook) if former else None

    def _decide(self, message: Message) -> Reply:
        unit = str(message.get("unit_id", ""))
        if unit not in self._own:
            raise UnknownUnit(f"Unit {unit!r} is not yours to code.", "Open the desk for the sample it belongs to.")
        record_id = str(message.get("id") or new_id())
        if record_id not in self._known_ids:
            self._keep_codebook()
            record = self._log.append(self._record(message, unit, record_id))
            self._known_ids.add(record_id)
            self._held.pop(unit, None)
            self._other_words.pop(unit, None)
            self._held[unit] = record  # last: undo takes the latest
            self.queue.settle(unit)
            self._again.discard(unit)
            self._undone = None
        return {**self._view("saved"), "id": record_id}

    def _keep_codebook(self) -> None:
        if not self._snapshot_kept:
            self._versions.add(save_snapshot(self.codebook, self.folder).name)
            self._snapshot_kept = True

    def _record(self, message: Message, unit: str, record_id: str) -> Reply:
        codes = [str(code) for code in message.get("codes") or ()]
        for code in codes:
            self.codebook.require(code, "the desk's message")
        if len(codes) > 1 and not self.codebook.multiple_codes:
            raise InvalidArgument(
                f"{len(codes)} codes were given, and {self.codebook.label} allows one.", "Choose one."
            )
        return decision_record(
            coder=self.coder,
            round_=self.round,
            unit_id=unit,
            codes=[code for code in self.codebook.ids if code in codes],
            codes_seen=self.codebook.ids,
            codebook_hash=self.codebook.hash,
            text_hash=hash_words(self.texts[unit][0]),
            record_id=record_id,
            impossible=bool(message.get("impossible")),
            passages=checked_passages(message.get("passages") or (), codes, self.texts[unit][0]),
            memo=str(message.get("memo") or ""),
            new_code=str(message.get("new_code") or ""),
            shown_at=browser_time(message["shown_at"]) if message.get("shown_at") else None,
            decided_at=browser_time(message.get("decided_at")),
        )

    def _undo(self, message: Message) -> Reply:
        """Take back the decision on the screen, or else the last one."""
        record_id = str(message.get("id") or new_id())
        if record_id not in self._known_ids and self._held:
            unit = self.queue.visited or next(reversed(self._held))
            last = self._held[unit]
            self._log.undo(last, record_id=record_id, decided_at=browser_time(message.get("decided_at")))
            self._load()
            self._undone = last
            self.queue.reopen(unit)
        return {**self._view("saved"), "id": record_id}


def _draft_of(record: Record, codebook: Codebook) -> Reply:
    """What was decided, as far as the present codebook still has its codes."""
    codes = [code for code in record["codes"] if code in codebook]
    passages = [passage for passage in record.get("passages") or () if passage["code"] in codes]
    rest = {name: record.get(name) for name in ("memo", "impossible", "new_code")}
    none = not record["codes"] and not record.get("impossible") and not record.get("unclear")
    return {"codes": codes, "passages": passages, **rest, "none": none}


def checked_passages(passages: Sequence[Message], codes: Sequence[str], text: str) -> list[dict[str, Any]]:
    """Return the marked passages as whole numbers inside the text, or say what is wrong with one.

    Raises
    ------
    InvalidArgument
    """
    checked = []
    for passage in passages:
        start, end, code = passage.get("start"), passage.get("end"), passage.get("code")
        inside = isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)
        if code not in codes:
            raise InvalidArgument(
                f"The passage is marked for {code!r}, which is not among the codes given to this unit.",
                "Give the unit that code too. A proposed code takes no passage before it is in the codebook: say in the"
                " memo which words it is about.",
            )
        if not inside:
            raise InvalidArgument(f"The passage {dict(passage)!r} does not lie in the text.", "Mark it again.")
        checked.append({"code": code, "start": start, "end": end})
    return sorted(checked, key=lambda passage: (passage["start"], passage["end"], passage["code"]))
