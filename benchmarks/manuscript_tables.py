"""Times every manuscript table in every format: a made-up study of 5,000 units, three coders, 50 clusters, 40 codes."""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import medtw_qual as mq
from medtw_qual._base.table_files import empty_table, validate_table
from medtw_qual.manuscript.writers import WRITERS
from medtw_qual.schemas import AUTHORS, CODINGS, CONSENSUS, FLOW, POSTS, UNITS

N_UNITS, N_CODES, SEED = 5_000, 4, 2020


def made_up():
    """A corpus of 5,000 units by 1,000 authors, codings by three coders, a consensus."""
    rng = np.random.default_rng(SEED)
    ids = [str(1_300_000_000_000_000_000 + n) for n in range(N_UNITS)]
    authors = [f"a{n:04d}" for n in rng.integers(0, 1000, N_UNITS)]
    units = pd.DataFrame(
        {
            "unit_id": ids, "text": [f"made up text {n} of some words" for n in range(N_UNITS)], "context": "",
            "created_at": pd.date_range("2020-01-01", periods=N_UNITS, freq="h", tz="UTC"), "author_id": authors,
            "n_posts": 1, "post_ids": [[one] for one in ids],
        }
    )  # fmt: skip
    flow = pd.DataFrame(
        [["read", "records", "records", N_UNITS, 0, 0, N_UNITS]], columns=[c.name for c in FLOW.columns]
    )
    people = pd.DataFrame({"author_id": sorted(set(authors))})
    corpus = mq.Corpus(empty_table(POSTS), validate_table(people, AUTHORS), validate_table(units, UNITS), flow)
    codebook = mq.Codebook("made_up", "1", codes=tuple(mq.Code(f"c{n}", f"Code {n}") for n in range(N_CODES)))
    grid = pd.MultiIndex.from_product([ids, ["A", "B", "C"], codebook.ids], names=["unit_id", "coder", "code"])
    codings = grid.to_frame(index=False)
    codings["status"] = np.where(rng.random(len(codings)) < 0.2, "present", "absent")
    codings = codings.assign(round="1", memo="", decided_at=None, codebook_hash="h", coder_kind="person")
    consensus = codings[codings["coder"] == "A"].drop(columns=["coder", "round", "memo", "coder_kind"])
    consensus = consensus.assign(basis="agreed", reason="", decided_by="")
    keys = pd.DataFrame({"unit_id": ids, "key": [f"K{n:05d}" for n in rng.permutation(N_UNITS)]})
    return corpus, codebook, validate_table(codings, CODINGS), validate_table(consensus, CONSENSUS), keys


def made_up_crosswalk():
    """Evidence for 50 clusters and 40 codes, and the prevalence of 40 codes by four methods."""
    rng = np.random.default_rng(SEED)
    cells = pd.MultiIndex.from_product([range(50), [f"c{n}" for n in range(40)]], names=["cluster", "code"])
    crosswalk = cells.to_frame(index=False).assign(n=rng.integers(0, 40, len(cells)), stability=0.5, decision="")
    for name in ("share_of_cluster", "share_of_code", "over_representation", "odds_ratio", "low", "high"):
        crosswalk[name] = rng.random(len(cells)) * 2
    methods = pd.MultiIndex.from_product([[f"c{n}" for n in range(40)], ["A", "B", "people", "PPI++"]])
    shares = methods.to_frame(index=False, name=["code", "method"]).assign(group="", n=300, note="Wilson")
    return crosswalk, shares.assign(estimate=0.3, low=0.2, high=0.4)


def main():
    corpus, codebook, codings, consensus, keys = made_up()
    crosswalk, shares = made_up_crosswalk()
    began = time.perf_counter()
    tables = {
        "flow": mq.tables.flow(corpus),
        "corpus": mq.tables.corpus(corpus),
        "codebook": mq.tables.codebook(codebook),
        "themes": mq.tables.themes(consensus, corpus, codebook),
        "coded": mq.tables.coded(consensus, corpus, codebook, codings=codings, keys=keys),
        "agreement": mq.tables.agreement(codings, codebook=codebook),
        "by_month": mq.tables.codes_by_group(consensus, corpus, codebook, by="month"),
        "crosswalk": mq.tables.crosswalk(crosswalk, cells="all"),
        "prevalence": mq.tables.prevalence(shares),
    }
    print(f"{len(tables)} tables made from {N_UNITS:,} units: {time.perf_counter() - began:.1f} s")
    total = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        for suffix in WRITERS:
            began = time.perf_counter()
            for name, table in tables.items():
                table.save(Path(folder) / f"{name}{suffix}")
            spent = time.perf_counter() - began
            total += spent
            print(f"{suffix:6} {spent:6.1f} s")
    print(f"all    {total:6.1f} s (budget 20 s)")


if __name__ == "__main__":
    sys.exit(main())
