"""Mending a damaged log: what can be joined is joined into a new file, the old one is kept, the rest is said."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from medtw_qual._base.decision_log import append_record, said
from medtw_qual._base.files import atomic_path
from medtw_qual._base.log_content import join_copies, walk_copies
from medtw_qual._base.log_seals import FATAL, MISSING, MOVED, NEWER, OTHER_KIND, REPAIR, TORN, TWICE, Walk
from medtw_qual._base.log_words import fault_words
from medtw_qual._base.utc_times import utc_now

_IN_PLACE = (MISSING, MOVED, TWICE)  # their lines are sound; only their places are not
_NOT_OURS = (OTHER_KIND, NEWER)


@dataclass(frozen=True)
class LogRepair:
    """What was done to a log.

    Attributes
    ----------
    path : Path
        The log.
    done : tuple of str
        What was mended, in sentences; empty: it was sound.
    lost : tuple of str
        What cannot be mended.
    kept : tuple of Path
        The files as they were before, under new names.
    """

    path: Path
    done: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    kept: tuple[Path, ...] = ()


def repair_log(path: Path, copies: Sequence[Path] = ()) -> LogRepair:
    """Mend a log and the conflict copies beside it.

    Sound lines are taken over as they are, seals and all, each after the line that it follows. Lines that were cut off,
    changed or written in by hand are set aside: they stay in the old file, which is kept. A last record says what was
    set aside and which lines are known to be missing, so that nobody takes the repaired log for a whole one.

    Parameters
    ----------
    path : Path
        The log; it need not be there when a copy is.
    copies : sequence of Path
        What `copies_of` finds.

    Returns
    -------
    LogRepair
    """
    originals = [path] if path.is_file() else []
    walks = walk_copies(originals, copies)
    faults = [(name, fault) for name, found in walks.items() for fault in found.faults]
    foreign = tuple(fault_words(fault, name) for name, fault in faults if fault.kind in _NOT_OURS)
    if foreign or not any(found.records or found.faults for found in walks.values()):
        empty = (f"{path.name} holds nothing, and no copy of it does: restore it from a backup.",)
        return LogRepair(path, lost=foreign or (empty if walks else ()))
    files = [file for file in (*originals, *copies) if file.name in walks]
    unsealed = [name for name, found in walks.items() if not _sealed(found)]
    if not faults and len(files) == 1 and files[0] == path and not unsealed:
        return LogRepair(path)
    done, lost = _words(walks, files, path, unsealed)
    aside = sum(fault.kind not in _IN_PLACE for _, fault in faults)
    kept = _rewritten(path, walks, files, aside)
    return LogRepair(path, tuple(done), tuple(lost), tuple(kept))


def _sealed(found: Walk) -> bool:
    return all("before" in record for record in found.records)


def _by_number(found: Walk) -> Walk:
    """Return sealed lines in the order in which they were confirmed, wherever they stand."""
    if not _sealed(found):
        return found
    order = sorted(range(len(found.records)), key=lambda place: int(found.records[place].get("seq") or 0))
    return replace(
        found,
        records=[found.records[place] for place in order],
        lines=[found.lines[place] for place in order],
        seals=[found.seals[place] for place in order],
        raw=[found.raw[place] for place in order],
    )


def _words(
    walks: Mapping[str, Walk], files: Sequence[Path], path: Path, unsealed: Sequence[str]
) -> tuple[list[str], list[str]]:
    done, lost = [], []
    others = [file.name for file in files if file != path]
    if others:
        done.append(f"{path.name}: joined with {', '.join(others)}.")
    for name, found in walks.items():
        for fault in found.faults:
            words = fault_words(fault, name)
            if fault.kind == MISSING:
                lost.append(f"{words} It is in no copy here: restore it from a backup or another computer.")
            elif fault.kind in FATAL and fault.kind not in _IN_PLACE:
                lost.append(f"{words} It was set aside; decide again where it matters.")
            else:
                done.append(f"{words} {'It was set aside.' if fault.kind == TORN else 'Mended.'}")
    if unsealed:
        count = sum(len(walks[name].records) for name in unsealed)
        done.append(f"{path.name}: {count} record(s) that had no seals are sealed as they stood.")
    return done, lost


def _rewritten(path: Path, walks: Mapping[str, Walk], files: Sequence[Path], aside: int) -> list[Path]:
    """Write the new file and put it in the old one's place; the old ones get names that no reader takes."""
    joined = join_copies({name: _by_number(found) for name, found in walks.items()}, True, [])
    named = {str(record["before"]) for record in joined.records if record.get("before")}
    replaced = {str(record["check"]) for found in walks.values() for record in found.repairs}
    noted: dict[str, object] = {
        "set_aside": aside,
        "missing": sorted(named - set(joined.seals) - replaced),
        "replaced": sorted(replaced),
    }
    stamp = utc_now().replace(":", "").replace(".", "")
    backups = [file.with_name(f"{file.name}.before-repair-{stamp}") for file in files]
    with atomic_path(path) as temporary:
        if all("before" in record for record in joined.records):
            raw = {check: line for found in walks.values() for check, line in zip(found.seals, found.raw, strict=True)}
            temporary.write_bytes(b"".join(raw[check] + b"\n" for check in joined.seals))
        else:  # written by hand or by another program: sealed anew, and the old end is noted for those who know it
            temporary.write_bytes(b"")
            for record in joined.records:
                append_record(temporary, said(record), str(record.get("kind") or ""))
            noted["head"] = list(joined.head)
        for found in walks.values():
            for record in found.repairs:
                append_record(temporary, said(record))
        if any(noted.values()):
            append_record(temporary, {REPAIR: noted, "decided_at": utc_now()})
        for file, backup in zip(files, backups, strict=True):
            if file == path:
                shutil.copy2(file, backup)
    for file, backup in zip(files, backups, strict=True):
        if file != path:
            file.rename(backup)
    return backups
