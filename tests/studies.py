"""Study folders for the tests: a copy of the example, and studies made from the real files in ../shared."""

import csv
import shutil
from pathlib import Path


def example_study(root: Path, target: Path) -> Path:
    """Copy the example study without its results."""
    target.mkdir(parents=True)
    shutil.copy2(root / "study.toml", target)
    for name in ("data", "codebooks", "notebooks"):
        shutil.copytree(root / name, target / name)
    return target


def nhs_study(shared: Path, target: Path) -> Path:
    """Make a study from 7,908 real patient comments and the codes that one team gave them."""
    source = shared / "data" / "nhs_px_qdc"
    (target / "data").mkdir(parents=True)
    (target / "codebooks").mkdir()
    shutil.copy2(source / "comments_codes.csv", target / "data")
    _nhs_codebook(source, target / "codebooks" / "nhs.csv")
    (target / "study.toml").write_text(
        'title = "NHS patient comments"\n'
        '[corpus]\nsources = ["data/comments_codes.csv"]\ntext = "text"\nid = "comment_id"\n'
        "drop_duplicates = false\nmerge_threads = false\n"
        '[codebook]\nfile = "codebooks/nhs.csv"\n'
        "[sample]\nn_units = 300\n"
        '[coding]\nsource = "data/comments_codes.csv"\nid = "comment_id"\ncodes = "codes"\nseparator = ";"\n'
        'coder = "NHS"\nnot_coded = ["Labelling not possible"]\nignore = ["trust", "service", "fft_score",'
        ' "question", "text", "sentiment"]\n'
        "[clusters]\nresamples = 3\n",
        encoding="utf-8",
    )
    return target


def _nhs_codebook(source: Path, target: Path) -> None:
    """Join both versions of the team's codebook; the codings use names of either, and a few that neither defines."""
    rows = {}
    for name in ("codebook_v7_2023-10_parsed.csv", "codebook_2023-05_parsed.csv"):
        for row in read_rows(source / name):
            rows.setdefault(row["code"].casefold(), row)
    used = {code for row in read_rows(source / "comments_codes.csv") for code in row["codes"].split(";") if code}
    for code in sorted(used - {"Labelling not possible"}):
        undefined = {
            "category": "Not defined",
            "code": code,
            "definition": "In neither version of the codebook.",
            "examples": "",
        }
        rows.setdefault(code.casefold(), undefined)
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["category", "code", "definition", "examples"])
        writer.writeheader()
        writer.writerows(rows.values())


def twarc_study(shared: Path, target: Path) -> Path:
    """Make a study from real API pages that nobody has coded yet."""
    (target / "data").mkdir(parents=True)
    for name in ("noflat.jsonl", "flat.jsonl"):
        shutil.copy2(shared / "fixtures" / "twarc" / name, target / "data")
    (target / "study.toml").write_text(
        'title = "API pages"\n[corpus]\nsources = ["data/noflat.jsonl", "data/flat.jsonl"]\n[sample]\nn_units = 30\n',
        encoding="utf-8",
    )
    return target


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV as the text it is."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
