"""Reading a log of decisions, with the copies that synchronising programs made of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medtw_qual._base.log_copies import copies_of, plainly_a_copy
from medtw_qual._base.log_seals import FATAL, MISSING, REPAIR, Record, Walk, walk
from medtw_qual._base.log_words import fault_words, repair_words, require_sound

Heads = Mapping[str, tuple[int, str]]  # log file -> (number of its records, seal of the last one)


@dataclass(frozen=True)
class LogContent:
    """What a log holds.

    Attributes
    ----------
    records : list of dict
        The whole records in the order in which they were acknowledged.
    torn : str
        What stood on a last line that was cut off (power loss, full disk, a copy that stopped); empty when the log is
        whole.
    lines, files : list
        The line (from 1) and the name of the file on which each record stands.
    seals : list of str
        The seal of each record.
    notes : tuple of str
        What is odd and stops nothing, in sentences: cut-off lines, lines that stand twice, zeros, conflict copies.
    former_heads : mapping
        Number of records -> the seal that its last record had before a repair.
    """

    records: list[Record] = field(default_factory=list)
    torn: str = ""
    lines: list[int] = field(default_factory=list, compare=False)
    files: list[str] = field(default_factory=list, compare=False)
    seals: list[str] = field(default_factory=list, compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)
    former_heads: Mapping[int, str] = field(default_factory=dict, compare=False)

    @property
    def head(self) -> tuple[int, str]:
        """How many records there are, and the seal of the last: what another file notes to miss it if it goes.

        A log that was written by hand and sealed later by a repair keeps the end that others know.
        """
        count, check = len(self.records), self.seals[-1] if self.seals else ""
        return count, self.former_heads.get(count, check)

    @property
    def sealed(self) -> bool:
        """Whether every record names the one before it; a log written by hand or by another program does not."""
        return all("before" in record and "check" in record for record in self.records)

    @property
    def places(self) -> list[str]:
        """Where each record stands, for messages: ``line 4 of KA--1.jsonl``."""
        return [f"line {line} of {file}" for line, file in zip(self.lines, self.files, strict=True)]


def read_log(path: str | Path, kind: str = "") -> LogContent:
    """Read a log and the conflict copies beside it; a line that was cut off is reported, not fatal.

    Parameters
    ----------
    path : str or Path
        A log that is not there, nor a copy of it, holds nothing.
    kind : str
        What it must be a log of ("coding", "consensus" ...); empty: anything.

    Returns
    -------
    LogContent
        What stands in several copies counts once.

    Raises
    ------
    UnreadableFile
        When a line was changed, removed, moved or written in by hand, with its number; when the log is of another
        kind, or was written by a later version of the program.
    """
    log = Path(path)
    return read_copies([log] if log.is_file() else [], copies_of(log), kind)


def read_copies(originals: Sequence[Path], copies: Sequence[Path], kind: str = "") -> LogContent:
    """Read a log that lies in several files.

    Parameters
    ----------
    originals : sequence of Path
        The log itself; empty when it is gone.
    copies : sequence of Path
        What was made from it. A damaged one stops nothing: it is named and left out.
    kind : str

    Raises
    ------
    UnreadableFile
        As for `read_log`.
    """
    walks = walk_copies(originals, copies, kind)
    notes: list[str] = []
    sound: dict[str, Walk] = {}
    for name, found in walks.items():
        fatal = [fault for fault in found.faults if fault.kind in FATAL]
        if fatal and sound:
            notes.append(f"{name} is a damaged copy and was not read: {fault_words(fatal[0], name)}")
            continue
        require_sound(fatal, name)
        sound[name] = found
        notes += [fault_words(fault, name) for fault in found.faults]
        notes += [repair_words(record, name) for record in found.repairs]
    return join_copies(sound, bool(originals), notes)


def walk_copies(originals: Sequence[Path], copies: Sequence[Path], kind: str = "") -> dict[str, Walk]:
    """Go through every file of a log; a file whose name does not say that it is a copy must share a line with it."""
    contents = {path.name: path.read_bytes() for path in (*originals, *copies)}
    walks = {name: walk(content, kind) for name, content in contents.items()}
    own = frozenset().union(*(walks[path.name].seals for path in originals))
    for path in copies:
        if not plainly_a_copy(path.name) and own.isdisjoint(walks[path.name].seals):
            del walks[path.name]
    for name, found in walks.items():  # a line that is missing in one copy may stand in another
        if len(walks) > 1 and any(fault.kind == MISSING for fault in found.faults):
            others = (other.seals for place, other in walks.items() if place != name)
            walks[name] = walk(contents[name], kind, frozenset().union(*others))
    return walks


def join_copies(walks: Mapping[str, Walk], original: bool, notes: list[str]) -> LogContent:
    """Bring the copies of a log together: each record once, in an order in which each follows the one it names."""
    if not walks:
        return LogContent(notes=tuple(notes))
    fullest = max(walks, key=lambda name: len(walks[name].seals))  # the first of several that are as long
    base = walks[fullest]
    name = next(iter(walks))
    torn = next((found.torn for found in walks.values() if found.torn), "")
    notes += _copy_notes(walks, original)
    held = set(base.seals)
    heads = [record[REPAIR]["head"] for found in walks.values() for record in found.repairs if "head" in record[REPAIR]]
    former = {int(count): str(check) for count, check in heads}
    if all(held.issuperset(found.seals) for found in walks.values()):
        files = [fullest] * len(base.records)
        return LogContent(base.records, torn, base.lines, files, base.seals, tuple(notes), former)
    ordered = _in_order(walks)
    followed = Counter(str(record["before"]) for record, *_ in ordered if "before" in record)
    if any(count > 1 for count in followed.values()):
        notes.append(
            f"{name} and its copies were written to on several computers at once: where two of the decisions are about"
            " one thing, the later one by the clock holds."
        )
    records, lines, names, seals = zip(*ordered, strict=True)
    return LogContent(list(records), torn, list(lines), list(names), list(seals), tuple(notes), former)


def _copy_notes(walks: Mapping[str, Walk], original: bool) -> list[str]:
    name, *others = walks
    notes = [] if original else [f"The file from which {name} was copied is missing: the copy was read in its place."]
    held = set(walks[name].seals)
    for other in others:
        extra = len(set(walks[other].seals) - held)
        held |= set(walks[other].seals)
        if extra:
            notes.append(
                f"{other} is a copy of {name} and holds {extra} decision(s) that {name} does not: they are counted."
                " medtw-qual repair joins the two."
            )
        else:
            notes.append(f"{other} is a copy of {name} and holds nothing new; it is not counted again.")
    return notes


def _in_order(walks: Mapping[str, Walk]) -> list[tuple[Record, int, str, str]]:
    """Return (record, line, file, seal), each after the record that it follows; what parted is ordered by the clock."""
    entries: dict[str, tuple[Record, int, str, str]] = {}
    queue: list[tuple[int, str, str]] = []  # number in the log, seal, seal of the record before
    for name, found in walks.items():
        above = ""
        for place, (record, line, check) in enumerate(zip(found.records, found.lines, found.seals, strict=True), 1):
            if check not in entries:
                entries[check] = (record, line, name, check)
                queue.append((int(record.get("seq") or place), check, str(record.get("before") or above)))
            above = check
    keys: dict[str, tuple[str, int]] = {}
    for _, check, before in sorted(queue, key=lambda waiting: waiting[0]):  # what is followed has the smaller number
        since = keys.get(before, ("", 0))
        keys[check] = (max(record_time(entries[check][0]), since[0]), since[1] + 1)
    return [entries[check] for check in sorted(entries, key=lambda check: keys[check])]


def record_time(record: Mapping[str, Any]) -> str:
    """When a record was made, as it says; empty where it does not."""
    return str(record.get("decided_at") or record.get("date") or "")


def heads_followed(record: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    """Return the ends of other logs that a record notes: file name -> (number of records, seal of the last)."""
    follows = record.get("follows")
    return {name: (int(head[0]), str(head[1])) for name, head in follows.items()} if follows else {}


def shortened_logs(known: Iterable[Heads], heads: Heads) -> dict[str, tuple[int, int]]:
    """Return the logs that end before a record that another file knows: name -> (records there, records known).

    Parameters
    ----------
    known : iterable of mapping
        What other files noted: log -> (number of records, seal of the last).
    heads : mapping
        The logs as they are now, in the same form. A log that was renamed is found by its seal.
    """
    ends = {check for _, check in heads.values()}
    gone: dict[str, tuple[int, int]] = {}
    for noted in known:
        for name, (count, check) in noted.items():
            there, end = heads.get(name, (0, ""))
            if there < count or (there == count and end != check):
                gone[name] = (there, max(count, gone.get(name, (0, 0))[1]))
            if check in ends:
                gone.pop(name, None)
    return gone


def words_of_shortened(gone: Mapping[str, tuple[int, int]]) -> list[str]:
    """Say of each shortened log how many records it holds and how many it held."""
    return [
        f"{name} holds {there} record(s), and {known} had been confirmed when another file was made from it: decisions"
        " are missing at its end. Restore the file from a backup or from the computer it was written on."
        if there
        else f"{name}, which held {known} confirmed record(s), is empty or gone. Restore the file from a backup or from"
        " the computer it was written on."
        for name, (there, known) in sorted(gone.items())
    ]
