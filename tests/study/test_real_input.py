"""Guards the main job on real input: patient comments with one team's codes, and API pages that nobody has coded."""

import json

import pytest

from medtw_qual.study.run import run_study
from tests.studies import nhs_study, read_rows, twarc_study

pytestmark = [pytest.mark.extra, pytest.mark.shared]
FORMATS = {".docx", ".xlsx", ".tex", ".html", ".csv", ".md"}


def tables(results) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in (results / "tables").iterdir():
        found.setdefault(path.stem, set()).add(path.suffix)
    return found


def test_api_pages_without_codings_give_a_corpus_clusters_and_a_sample_to_begin_with(shared, tmp_path):
    study = twarc_study(shared, tmp_path / "study")
    said = run_study(study)
    results = study / "results"
    assert "Coding: none yet" in said
    assert tables(results) == {
        name: FORMATS for name in ("flow", "reading", "corpus", "hashtags", "clusters", "checklist_srqr")
    }
    flow = read_rows(results / "tables" / "flow.csv")
    assert flow
    sample = read_rows(results / "working" / "sample.csv")
    assert len(sample) == 30
    assert (results / "report.html").stat().st_size > 10_000
    manifest = json.loads((results / "manifest.json").read_text())
    assert set(manifest["inputs"]) == {"study.toml", "data/noflat.jsonl", "data/flat.jsonl"}


def test_real_comments_with_one_coder_run_and_agreement_is_undefined_in_words(shared, tmp_path):
    study = nhs_study(shared, tmp_path / "study")
    with pytest.warns(UserWarning, match=r"1 unit\(s\) that they cannot be coded and gives them codes too"):
        said = run_study(study)
    results = study / "results"
    assert {"flow", "codebook", "agreement", "clusters", "crosswalk", "prevalence", "themes", "coded"} <= set(
        tables(results)
    )
    assert "undefined" in said
    rows = read_rows(study / "data" / "comments_codes.csv")
    wanted = "Timeliness of care"
    expected = sum(wanted in row["codes"].split(";") for row in rows if row["text"].strip())
    themes = (results / "tables" / "themes.csv").read_text(encoding="utf-8")
    assert (
        str(expected) in themes.replace(",", "").split("Timeliness of care")[1].splitlines()[0]
        or f"{expected:,}" in themes
    )
    coded = read_rows(results / "tables" / "coded.csv")
    assert len(coded) > 5_000
    published = (study / "codebooks" / "nhs.csv").read_text(
        encoding="utf-8"
    )  # the team's own examples, in its codebook
    texts = {row["text"] for row in rows if len(row["text"]) > 30 and row["text"] not in published}
    assert len(texts) > 4_000
    printed = (results / "report.html").read_text(encoding="utf-8")
    assert [text for text in texts if text in printed] == []
