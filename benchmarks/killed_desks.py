"""Kills writers of every kind of log while two desks are open and a synchronising program works in the same folder.

python benchmarks/killed_desks.py [number of kills, 500]

Writers of coding, consensus, crosswalk, quotation and memo logs are killed (SIGKILL) at any moment. Meanwhile two open
desks decide, and an imitated synchronising program copies any log, delays what it fetches (.part files), and cuts or
removes the logs of the two open desks. (A log that is closed and then cut at a line end is not noticed before a later
sitting, the consensus or a run knows of it: docs/limits.md; so closed logs are copied here and not cut.) It prints how
many decisions were acknowledged, lost, invented, and which of the disturbed files are not named.
"""

import multiprocessing
import os
import random
import secrets
import shutil
import signal
import sys
import tempfile
import time
import warnings
from contextlib import suppress
from itertools import count
from pathlib import Path

from medtw_qual._base.decision_log import OpenLog
from medtw_qual._base.log_content import read_copies
from medtw_qual._base.log_copies import group_copies
from medtw_qual.coding.coding_log import CODING, CodingLog
from medtw_qual.coding.log_replay import read_logs

KINDS = (CODING, "consensus", "crosswalk", "quotation", "memo")
DECISION = {"round_": "1", "codes": [], "codes_seen": ["thanks"], "codebook_hash": "h"}


def write_without_end(folder: Path, kind: str, number: int, notes: Path) -> None:
    """Decide until killed; a decision is noted as acknowledged only after the log has returned."""
    coding = CodingLog(folder, "PF", f"s{number // 2:03d}") if kind == CODING else None
    other = OpenLog(folder / "other" / f"{kind}{number // 2:03d}.jsonl", kind)
    stream = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    me = secrets.token_hex(4)
    for step in count():
        record = f"{me}-{step}"
        if coding is not None:
            coding.decide(record_id=record, unit_id=f"u{step}", memo="words " * (step % 300), **DECISION)
        else:
            other.append({"id": record, "unit_id": f"u{step}", "reason": "words " * (step % 300)})
        os.write(stream, f"{record}\n".encode())


def disturb(folder: Path, chance: random.Random) -> None:
    """Do to one log what synchronising programs do."""
    logs = [path for path in folder.rglob("*.jsonl") if "conflict" not in path.name]
    if not logs:
        return
    log, what = chance.choice(logs), chance.random()
    is_open = log.name.startswith(("KA--", "LB--"))
    if is_open and what < 0.3:
        content = log.read_bytes()
        log.write_bytes(content[: chance.randrange(len(content) + 1)])
    elif is_open and what < 0.5:
        log.unlink()
    elif what < 0.8:
        shutil.copy(log, log.with_name(f"{log.stem} (conflicted copy {chance.randrange(3)}).jsonl"))
    else:
        log.with_name(f"{log.name}.part").write_bytes(log.read_bytes()[:50])


def synchronise(folder: Path) -> None:
    """Disturb logs until killed."""
    chance = random.Random(7)
    while True:
        with suppress(OSError):  # desks and this program get in each other's way
            disturb(folder, chance)
        time.sleep(chance.random() * 0.02)


def kill_writers(folder: Path, notes: Path, kills: int) -> tuple[list[str], list[CodingLog]]:
    """Start and kill writers while two desks decide; return what the desks acknowledged, and the open desks."""
    chance, fork = random.Random(2020), multiprocessing.get_context("fork")
    desks = [CodingLog(folder, coder, "open") for coder in ("KA", "LB")]
    acknowledged = []
    for number in range(kills):
        before = notes.stat().st_size if notes.exists() else 0
        kind = KINDS[number % len(KINDS)]
        writer = fork.Process(target=write_without_end, args=(folder, kind, number, notes))
        writer.start()
        until = time.monotonic() + 5
        while (not notes.exists() or notes.stat().st_size == before) and time.monotonic() < until:
            time.sleep(0.001)
        acknowledged += [desk.decide(unit_id=f"u{number}", **DECISION)["id"] for desk in desks]
        time.sleep(chance.random() * 0.02)
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
    return acknowledged, desks


def main(kills: int) -> None:
    """Kill, then count what is there."""
    with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folder, notes = Path(place) / "codings", Path(place) / "acknowledged.txt"
        (folder / "other").mkdir(parents=True)
        program = multiprocessing.get_context("fork").Process(target=synchronise, args=(folder,))
        program.start()
        acknowledged, desks = kill_writers(folder, notes, kills)
        program.kill()
        program.join()
        # the next decision of each open desk brings back what was taken since its last
        acknowledged += [desk.decide(unit_id="end", **DECISION)["id"] for desk in desks]
        noted = [line for line in notes.read_text().split("\n")[:-1] if line.count("-") == 1]
        codings = read_logs(folder.glob("*.jsonl"))
        there, said = set(codings.where), list(codings.notes)
        for log, copies in group_copies(sorted((folder / "other").glob("*.jsonl"))).items():
            content = read_copies([log] if log.is_file() else [], copies)
            there |= {str(record["id"]) for record in content.records}
            said += content.notes
        known = {*acknowledged, *noted}
        unseen = there - known
        copies = [path.name for path in folder.rglob("*conflicted copy*")]
        print(f"{kills} kills over {len(KINDS)} kinds of log; {len(known):,} decisions acknowledged")
        print(f"lost: {len(known - there)}; written and not yet acknowledged when killed: {len(unseen)}")
        print(f"invented: {len(unseen) - len({entry.split('-')[0] for entry in unseen})}")
        print(f"copies made: {len(copies)}; not named: {sum(name not in ' '.join(said) for name in copies)}")
        print(f"torn lines named: {sum('cut' in note or 'torn' in note for note in said)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
