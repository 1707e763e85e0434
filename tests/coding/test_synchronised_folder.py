"""Guards that open desks lose nothing while a synchronising program copies, cuts and removes their logs."""

import subprocess
import sys
import warnings
from pathlib import Path

from medtw_qual.coding.coding_log import CodingLog
from medtw_qual.coding.log_replay import read_logs

PROGRAM = Path(__file__).with_name("synchronising.py")


def decide(log, unit):
    return log.decide(
        round_="1", unit_id=unit, codes=["thanks"], codes_seen=["thanks", "grief"], codebook_hash="h", memo="words " * 9
    )


def test_two_desks_and_a_synchronising_program_lose_and_invent_nothing(tmp_path):
    desks = {coder: CodingLog(tmp_path, coder, "a") for coder in ("KA", "LB")}
    written = {coder: [] for coder in desks}
    with subprocess.Popen([sys.executable, str(PROGRAM), str(tmp_path), "2020"]) as program:
        try:
            for number in range(150):
                for log in desks.values():
                    written[log.coder].append(decide(log, f"u{number}")["id"])
        finally:
            program.kill()
    for log in desks.values():  # the next decision of each open desk brings back what was taken since the last
        written[log.coder].append(decide(log, "end")["id"])
    acknowledged = [one for records in written.values() for one in records]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logs = read_logs(path for path in tmp_path.glob("*.jsonl"))
    assert set(logs.where) == set(acknowledged)
    assert len(logs.held) == len(acknowledged)
    order = {coder: [one for one in logs.order if one in written[coder]] for coder in desks}
    assert order == written, "within a sitting the order of confirmation holds"
    disturbed = [path.name for path in tmp_path.iterdir() if "conflict" in path.name]
    assert all(name in " ".join(logs.notes) for name in disturbed)
