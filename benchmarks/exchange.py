"""How long a study of 5,000 units and three coders takes out to a REFI-QDA project and back.

    python benchmarks/exchange.py

Beside it, the time that pyrefiqda alone needs to unpack and parse the same file: the share that is not ours.
Wall clock and processor time are printed; on a busy machine only the second one says something.
"""

import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from pyrefiqda import RefiProject

import medtw_qual as mq
from medtw_qual import schemas
from medtw_qual._base.table_files import validate_table

ROOT = Path(__file__).resolve().parents[1]
UNITS, CODERS, WHEN = 5_000, ("A", "B", "C"), "2021-02-03T04:05:06Z"


def large_study():
    """The example corpus repeated, coded at random: one code in seven is present, every tenth one as a passage."""
    corpus = mq.read_corpus(ROOT / "data" / "medtwitter_2020.jsonl").drop_reposts().merge_threads()
    codebook = mq.read_codebook(ROOT / "codebooks" / "gratitude_2020.yaml")
    units = corpus.units.sample(UNITS, replace=True, random_state=1).reset_index(drop=True)
    units["unit_id"] = [str(10**18 + number) for number in range(UNITS)]
    corpus = mq.Corpus(corpus.posts, corpus.authors, validate_table(units, schemas.UNITS), corpus.flow)
    random = np.random.default_rng(2020)
    rows = []
    for unit, text in zip(units["unit_id"], units["text"], strict=True):
        for coder in CODERS:
            for code in codebook.ids:
                present, marked = random.random(2) < (0.15, 0.1)
                place = (0, max(1, len(text) // 2)) if present and marked else (None, None)
                rows.append(
                    (unit, coder, "1", code, "present" if present else "absent", "", WHEN, codebook.hash, *place)
                )
    columns = [column.name for column in schemas.CODINGS.columns if column.name != "coder_kind"]
    return corpus, codebook, validate_table(pd.DataFrame(rows, columns=columns), schemas.CODINGS)


def timed(what, action):
    wall, used = time.perf_counter(), time.process_time()
    result = action()
    wall, used = time.perf_counter() - wall, time.process_time() - used
    print(f"  {what:<44}{wall:7.1f} s wall {used:7.1f} s processor")
    return result, wall, used


def main():
    corpus, codebook, codings = large_study()
    print(f"{UNITS:,} units, {len(CODERS)} coders, {(codings['status'] == 'present').sum():,} codes given")
    with tempfile.TemporaryDirectory() as folder:
        for collated in (False, True):
            print("one collated source" if collated else "one source a unit")
            path = Path(folder) / f"study_{collated}.qdpx"
            _, out, out_used = timed(
                "out", lambda p=path, c=collated: mq.exchange.write_refi_qda(p, corpus, codebook, codings, collated=c)
            )
            project, back, back_used = timed("back", lambda p=path: mq.exchange.read_refi_qda(p, quiet=True))
            theirs, alone, _ = timed("pyrefiqda alone, unpack and parse", lambda p=path: RefiProject.load(p, f"{p}.d"))
            same = (project.codings["status"].to_numpy() == codings["status"].to_numpy()).all()
            print(f"  out and back {out + back:.1f} s wall, {out_used + back_used:.1f} s processor; limit 20 s")
            print(f"  back, next to pyrefiqda alone: {back / alone:.2f} times; every status as it was: {same}")
            print(f"  sources in the file: {len(theirs.sources.text_source):,}; {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
