"""What a coding desk knows and does, apart from any browser: which unit is next, what is written, what goes out.

Blindness is kept here: a view holds the text of one unit, the coder's own, and counts. The desk is never given
clusters, and it reads only the logs that bear the coder's name.
"""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from medtw_qual._base.errors import InvalidArgument, MedtwQualError, UnknownUnit
from medtw_qual._base.hashing import hash_json
from medtw_qual.codebook.model import Codebook
from medtw_qual.codebook.snapshots import save_snapshot
from medtw_qual.coding.coders import find_register, read_coders, require_coder_name
from medtw_qual.coding.ledger import CodingLog, Record, decision_record, new_id, now, read_logs
from medtw_qual.coding.sample import Sample

Message = Mapping[str, Any]
Reply = dict[str, Any]

# What the desk offers besides the codes; what has no label is not there.
CODING_LABELS: Mapping[str, object] = {
    "memo": "Memo (m)",
    "new_code": "Propose a new code (n)",
    "none": "None of these",
    "impossible": "Cannot be coded",
    "passages": True,
}
SCREENING_LABELS: Mapping[str, object] = {"memo": "Reason (m)"}


class CodingState:
    """One coder's way through a sample.

    Parameters
    ----------
    sample : Sample
    codebook : Codebook
    coder : str
    folder : str or Path
        Where the logs of all coders lie; only this coder's are read.
    passages : bool
        Whether passages may be marked.
    recode : bool
        Also show again the units that were decided before a code was added.
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
        labels: Mapping[str, object] = CODING_LABELS,
    ) -> None:
        self.codebook = codebook
        self.labels = {**labels, "passages": passages and bool(labels.get("passages"))}
        self.coder = require_coder_name(coder)
        self.folder = Path(folder)
        self.round = sample.round
        self.order = sample.order_for(coder)
        rows = sample.units.set_index("unit_id")
        self._texts: dict[str, tuple[str, str]] = dict(
            zip(rows.index, zip(rows["text"], rows["context"], strict=True), strict=True)
        )
        self._own = set(self.order)
        self._log = CodingLog(folder, coder)
        self._opened = time.time()
        self._load()
        waiting = [unit for unit in self.order if unit not in self._held]
        waiting += self.needing_recode() if recode else []
        self._queue = deque(waiting)
        self._draft: Record | None = None
        self._snapshot_kept = False
        register = find_register(self.folder)
        self._stranger = register is not None and self.coder not in set(read_coders(register)["coder"])

    def _load(self) -> None:
        """Read what this coder has decided; nobody else's logs are opened."""
        logs = read_logs(self._own_logs())
        for coder, _, _ in logs.held:
            if coder != self.coder:
                raise InvalidArgument(
                    f"{coder!r} and {self.coder!r} would share log files on many disks.", "Choose another name."
                )
        held = [record for (_, round_, unit), record in logs.held.items() if round_ == self.round and unit in self._own]
        held.sort(key=lambda record: (record.get("decided_at") or "", record.get("seq") or 0))
        self._held: dict[str, Record] = {record["unit_id"]: record for record in held}
        self._known_ids = set(logs.where)
        self.torn = dict(logs.torn)
        self._again = set(self.needing_recode())

    def _own_logs(self) -> list[Path]:
        return sorted(self.folder.glob(f"{self.coder}--*.jsonl"))

    def needing_recode(self) -> list[str]:
        """Return the decided units whose coder did not see every code of the present codebook."""
        codes = set(self.codebook.ids)
        return [
            unit
            for unit in self.order
            if unit in self._held and not codes.issubset(self._held[unit].get("codes_seen") or codes)
        ]

    @property
    def key(self) -> str:
        """Names this desk in the browser's own store, where decisions wait that are not yet on the disk."""
        return hash_json([str(self.folder.resolve()), self.coder, self.round])[:16]

    @property
    def n_decided(self) -> int:
        """How many units are decided."""
        return len(self._held)

    def respond(self, message: Message) -> Reply | None:
        """Answer one message of the browser; what cannot be done is said in words, never raised.

        Parameters
        ----------
        message : mapping
            ``type`` is hello, decide, undo or skip; decide carries a record's fields.

        Returns
        -------
        dict or None
            A view, what was saved, or a refusal; None for a message that no desk sends.
        """
        actions = {"hello": self._hello, "decide": self._decide, "undo": self._undo, "skip": self._skip}
        action = actions.get(str(message.get("type")))
        if action is None:
            return None
        try:
            return action(message)
        except (OSError, MedtwQualError) as error:
            return refusal(message, error, self.folder)

    def _hello(self, message: Message) -> Reply:
        return {**self._view("view"), "desk": self._about()}

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
        notices = []
        if self._other_desk():
            notices.append(
                f"Another desk is writing as {self.coder}. If that is not you, stop and open yours with another name."
            )
        if self._stranger:
            notices.append(f"{self.coder} is not yet in coders.csv: add the coder's kind, training and note.")
        if self._again:
            again = f"{len(self._again)} of your units were decided before a code was added"
            notices.append(f"{again}; open the desk with recode=True.")
        if self.torn:
            notices.append("An earlier sitting was cut off; the decision that was not confirmed then is shown again.")
        return " ".join(notices)

    def _other_desk(self) -> bool:
        """Whether somebody has written under this name since this desk was opened; two people may have chosen it."""
        times = [path.stat().st_mtime for path in self._own_logs() if path != self._log.path]
        return max(times, default=0.0) > self._opened

    def _current(self) -> str:
        return self._queue[0] if self._queue else ""

    def _view(self, kind: str) -> Reply:
        """All that leaves for the browser: the present unit and counts."""
        unit = self._current()
        view: Reply = {
            "type": kind,
            "unit": None,
            "done": self.n_decided,
            "total": len(self.order),
            "can_undo": bool(self._held),
            "notice": self._notice(),
            "draft": None,
        }
        if unit:
            text, context = self._texts[unit]
            view["unit"] = {"id": unit, "text": text, "context": context}
            former = self._draft if self._draft and self._draft["unit_id"] == unit else self._held.get(unit)
            if former:
                view["draft"] = _draft_of(former)
        return view

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
            self._held[unit] = record  # last: undo takes the latest
            if unit in self._queue:
                self._queue.remove(unit)
            self._again.discard(unit)
            self._draft = None
        return {**self._view("saved"), "id": record_id}

    def _keep_codebook(self) -> None:
        if not self._snapshot_kept:
            save_snapshot(self.codebook, self.folder)
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
            record_id=record_id,
            impossible=bool(message.get("impossible")),
            passages=checked_passages(message.get("passages") or (), codes, self._texts[unit][0]),
            memo=str(message.get("memo") or ""),
            new_code=str(message.get("new_code") or ""),
            shown_at=browser_time(message["shown_at"]) if message.get("shown_at") else None,
            decided_at=browser_time(message.get("decided_at")),
        )

    def _undo(self, message: Message) -> Reply:
        record_id = str(message.get("id") or new_id())
        if record_id in self._known_ids or not self._held:
            return {**self._view("saved"), "id": record_id}
        unit, last = next(reversed(self._held.items()))
        self._log.undo(last, record_id=record_id, decided_at=browser_time(message.get("decided_at")))
        self._load()
        self._draft = last
        if unit in self._queue:
            self._queue.remove(unit)
        self._queue.appendleft(unit)
        return {**self._view("saved"), "id": record_id}

    def _skip(self, message: Message) -> Reply:
        self._queue.rotate(-1)
        return self._view("view")


def refusal(message: Message, error: Exception, folder: Path) -> Reply:
    """Say in words why nothing was saved; where the disk was the reason, the browser tries again."""
    words = f"Not saved: {error}"
    if isinstance(error, OSError):
        words = (
            f"Not saved: {error.strerror or error} ({folder})."
            " Free the disk or ask for the right to write there; your decision is kept in this browser."
        )
    return {"type": "refused", "id": message.get("id", ""), "message": words, "again": isinstance(error, OSError)}


def _draft_of(record: Record) -> Reply:
    draft = {name: record.get(name) for name in ("codes", "memo", "passages", "impossible", "new_code")}
    return {**draft, "none": not record.get("codes") and not record.get("impossible")}


def browser_time(value: object) -> str:
    """Return the browser's time where it is one, else the present: the browser's clock orders its own decisions."""
    try:
        moment = datetime.fromisoformat(str(value)).astimezone(UTC)
    except ValueError:
        return now()
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def describe_codes(codebook: Codebook) -> list[dict[str, Any]]:
    """Return what the desk shows of each code, with its depth in the hierarchy."""
    parents = {code.id: code.parent for code in codebook.codes}

    def depth(code: str) -> int:
        steps = 0
        while (code := parents.get(code, "")) and steps < len(parents):
            steps += 1
        return steps

    fields = ("id", "name", "brief", "definition", "include_when", "exclude_when", "typical", "close_but_no")
    return [{**{name: getattr(code, name) for name in fields}, "depth": depth(code.id)} for code in codebook.codes]


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
        if code not in codes or not inside:
            raise InvalidArgument(f"The passage {dict(passage)!r} does not lie in the text.", "Mark it again.")
        checked.append({"code": code, "start": start, "end": end})
    return sorted(checked, key=lambda one: (one["start"], one["end"], one["code"]))
