"""Guards that a reflexive study measures nothing and that none of its outputs speaks of what was not done."""

import re

import pytest

from medtw_qual.coding import Sample, draw_sample
from medtw_qual.coding.coding_log import CodingLog
from medtw_qual.errors import StudyFault
from medtw_qual.study import open_study
from medtw_qual.study.run import run_study
from medtw_qual.study.study_template import create_study

NEVER_SAID = re.compile(
    r"%|\bblind|consensus|agree(?:ment|d)\b|reliab|prevalence|PPI\+\+|\bDSL\b|predicted|probabilit|confidence|"
    r"interval|kappa|alpha\b|coefficient|cluster|single coded|MiniLM",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reflexive") / "study"
    create_study(folder)
    made = open_study(folder)
    sample: Sample = draw_sample(made.corpus, n_units=8, coders=["KA"], round="main", seed=3)
    sample.save(folder / "data" / "sample.csv")
    log = CodingLog(folder / "data" / "codings", "KA")
    codes = list(made.codebook.ids)
    for number, unit in enumerate(sample.order_for("KA")):
        log.decide(
            round_="main", unit_id=unit, codes=codes[: number % 2], codes_seen=codes, codebook_hash=made.codebook.hash
        )
    text = (folder / "study.toml").read_text(encoding="utf-8")
    text = text.replace('# file = "data/sample.csv"', 'file = "data/sample.csv"')
    text = text.replace('# source = "data/codings"', 'source = "data/codings"')
    (folder / "study.toml").write_text('approach = "reflexive"\n' + text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def said(folder):
    return run_study(folder)


def _found(text: str) -> list[str]:
    return sorted({match.group().lower() for match in NEVER_SAID.finditer(text)})


def test_the_terminal_and_the_methods_never_say_what_was_not_done(folder, said):
    assert _found(said) == []
    methods = (folder / "results" / "methods.md").read_text(encoding="utf-8")
    design = r"Design: .*|How they were chosen: .*"
    assert _found(re.sub(design, "", methods)) == []
    assert "KA (8 units) read and coded" in methods


def test_no_table_of_measurements_is_written(folder, said):
    tables = {path.stem for path in (folder / "results" / "tables").iterdir()}
    assert not tables & {"agreement", "prevalence", "crosswalk", "clusters", "coded", "model_prevalence"}
    assert "themes" in tables
    for name in ("themes", "checklist_srqr"):
        assert _found((folder / "results" / "tables" / f"{name}.md").read_text(encoding="utf-8")) == [], name


def test_an_approach_that_does_not_exist_is_refused(tmp_path):
    create_study(tmp_path / "study")
    path = tmp_path / "study" / "study.toml"
    path.write_text('approach = "reflexiv"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(StudyFault, match="reflexive"):
        open_study(tmp_path / "study")


def test_the_report_never_says_it_either(folder, said):
    page = (folder / "results" / "report.html").read_text(encoding="utf-8")
    visible = re.sub(r"<style.*?</style>|<script.*?</script>|<svg.*?</svg>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert _found(visible) == []
