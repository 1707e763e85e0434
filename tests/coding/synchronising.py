"""Imitates a synchronising program on a folder of logs: copies, delays, truncations, vanishing files; until killed."""

import random
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path


def disturb(folder: Path, chance: random.Random) -> None:
    """Do to one log what synchronising programs do."""
    logs = [path for path in folder.glob("*.jsonl") if "conflict" not in path.name]
    if not logs:
        return
    log = chance.choice(logs)
    what = chance.random()
    content = log.read_bytes()
    if what < 0.3:
        log.write_bytes(content[: chance.randrange(len(content) + 1)])
    elif what < 0.5:
        log.unlink()
    elif what < 0.8:
        shutil.copy(log, log.with_name(f"{log.stem} (conflicted copy {chance.randrange(3)}).jsonl"))
    else:
        log.with_name(f"{log.name}.part").write_bytes(content[:50])


if __name__ == "__main__":
    place, seed = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
    while True:
        with suppress(OSError):  # the desk and this program get in each other's way
            disturb(place, seed)
        time.sleep(seed.random() * 0.02)
