"""Guards the main job: the example study runs to every file it promises, twice to the same bytes, quoting nobody."""

import json
import re
import shutil
import zipfile

import pytest

import medtw_qual as mq
from medtw_qual.study.run import run_study
from medtw_qual.study.verification import verify_study
from tests.studies import example_study, read_rows

NAMES = {
    "flow",
    "reading",
    "corpus",
    "checklist_srqr",
    "codebook",
    "agreement",
    "clusters",
    "crosswalk",
    "prevalence",
    "themes",
    "coded",
}
FORMATS = {".docx", ".xlsx", ".tex", ".html", ".csv", ".md"}


@pytest.fixture(scope="module")
def study(root, tmp_path_factory):
    folder = example_study(root, tmp_path_factory.mktemp("example") / "study")
    run_study(folder)
    return folder


def test_every_table_stands_in_every_format(study):
    found = {(path.stem, path.suffix) for path in (study / "results" / "tables").iterdir()}
    assert {(name, suffix) for name in NAMES for suffix in FORMATS} <= found
    for name in ("report.html", "methods.md", "manifest.json"):
        assert (study / "results" / name).stat().st_size > 500


def test_figures_are_vector_and_raster_with_words_beside_them(study):
    figures = study / "results" / "figures"
    names = {path.name.split(".")[0] for path in figures.iterdir()}
    assert {"flow", "agreement", "clusters", "crosswalk", "prevalence", "themes"} <= names
    for name in names:
        assert {path.name for path in figures.glob(f"{name}.*")} == {
            f"{name}.svg", f"{name}.pdf", f"{name}.png", f"{name}.alt.txt"
        }  # fmt: skip


def test_the_report_is_one_page_that_asks_for_nothing_outside(study):
    page = (study / "results" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"""<link|\bsrc\s*=|href\s*=\s*["'](?:https?:|//)""", page)
    assert page.lower().count("<script") == 1
    linked = re.findall(r'href="((?:tables|figures)/[^"]+|methods\.md)"', page)
    assert len(linked) > 60
    assert [name for name in linked if not (study / "results" / name).is_file()] == []
    assert "invented" in page.lower()
    assert "consistency between model coders" in page.lower()


def test_the_corpus_is_the_one_that_was_coded(study):
    opened = mq.open_study(study)
    assert len(opened.corpus.posts) == 610
    assert len(opened.corpus.units) == 552
    assert len(opened.sample.units) == 300
    assert opened.codings.groupby("coder")["unit_id"].nunique().to_dict() == {"A": 300, "B": 300, "C": 150}
    assert opened.consensus["unit_id"].nunique() == 300


def test_coded_table_counts_are_those_of_the_consensus_records(study, root):
    """Counted from the raw logs with nothing of the package: agreed sets, and the decisions where they differed."""
    logs = {
        name: {
            record["unit_id"]: set(record["codes"])
            for record in read_jsonl(root / "data" / "codings" / f"{name}--1.jsonl")
        }
        for name in "ABC"
    }
    decided = {r["unit_id"]: set(r["codes"]) for r in read_jsonl(root / "data" / "decisions" / "consensus.jsonl")}
    final = {}
    for unit, codes in logs["A"].items():
        sets = [log[unit] for log in logs.values() if unit in log]
        final[unit] = codes if all(one == codes for one in sets) else decided[unit]
    expected = {code: sum(code in codes for codes in final.values()) for code in ("finding_family", "isolation")}
    consensus = mq.open_study(study).consensus
    present = consensus[consensus["status"] == "present"].groupby("code").size()
    assert {code: int(present[code]) for code in expected} == expected


def read_jsonl(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_no_publication_output_carries_a_post_or_an_id(study):
    opened = mq.open_study(study)
    corpus, decided = opened.corpus, set(opened.quotations.printable()["text"])
    assert decided, "the example has decided quotations"
    needles = set(corpus.posts["post_id"]) | {text for text in corpus.posts["text"] if len(text) > 40} - decided
    found = []
    for path in sorted((study / "results").rglob("*")):
        if path.is_file() and "working" not in path.parts and path.name != "manifest.json":
            text = readable(path)
            found += [(path.name, needle[:40]) for needle in needles if needle in text]
    assert found == []


def readable(path) -> str:
    if path.suffix in {".docx", ".xlsx"}:
        with zipfile.ZipFile(path) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return path.read_bytes().decode("utf-8", "replace")


def test_a_second_run_is_equal_byte_for_byte_but_for_the_manifests_times(study, tmp_path):
    first = {path: path.read_bytes() for path in (study / "results").rglob("*") if path.is_file()}
    run_study(study)
    second = {path: path.read_bytes() for path in (study / "results").rglob("*") if path.is_file()}
    assert set(first) == set(second)
    assert [path.name for path in first if first[path] != second[path] and path.name != "manifest.json"] == []
    manifests = [json.loads(files[study / "results" / "manifest.json"]) for files in (first, second)]
    for manifest in manifests:
        del manifest["started"], manifest["finished"]
    assert manifests[0] == manifests[1]


def test_verify_finds_the_same_and_names_what_was_changed(study, tmp_path):
    assert verify_study(study, notebooks=False).differences == ()
    copy = tmp_path / "study"
    shutil.copytree(study, copy)
    (copy / "results" / "tables" / "flow.csv").write_text("changed by hand", encoding="utf-8")
    (copy / "data" / "decisions" / "crosswalk.jsonl").unlink()  # decisions about the old clusters would be refused
    toml = copy / "study.toml"
    toml.write_text(toml.read_text().replace("n_clusters = 0", "n_clusters = 5"))
    said = verify_study(copy, notebooks=False).text
    assert "tables/flow.csv has changed" in said
    assert "study.toml has changed" in said
    assert "tables/clusters.csv has changed" in said


def test_prevalence_has_the_columns_that_other_tools_read(study):
    rows = read_rows(study / "results" / "tables" / "prevalence.csv")
    assert {"code", "method", "estimate", "low", "high"} <= set(rows[0])
