"""Guards the example study's manuscript: its tables add up, and no output carries words or ids nobody decided on."""

import pytest

from medtw_qual import open_study
from medtw_qual.errors import InvalidArgument
from medtw_qual.manuscript import (
    ReportSection,
    agreement_table,
    author_table,
    build_report,
    check_arithmetic,
    codebook_table,
    coded_table,
    consistency_table,
    corpus_table,
    find_leaks,
    flow_table,
    hashtag_table,
    methods_text,
    quotations,
    theme_table,
)
from medtw_qual.manuscript.writers import WRITERS


@pytest.fixture(scope="module")
def study(root):
    return open_study(root)


@pytest.fixture(scope="module")
def quoted(study, root):
    log = root / study.config.manuscript.quotations
    return quotations(study.consensus, study.corpus, log=log, published=root / "data" / "published_quotations.csv")


@pytest.fixture(scope="module")
def tables(study, quoted, root):
    consensus, corpus, codebook = study.consensus, study.corpus, study.codebook
    keys = root / study.config.manuscript.keys
    return {
        "flow": flow_table(corpus),
        "corpus": corpus_table(corpus),
        "hashtags": hashtag_table(corpus),
        "themes": theme_table(consensus, corpus, codebook, quotations=quoted),
        "coded": coded_table(consensus, corpus, codebook, codings=study.codings, keys=keys),
        "consistency": consistency_table(study.codings, measured=study.agreement, codebook=codebook),
        "codebook": codebook_table(codebook),
    }


def test_the_numbers_are_those_of_the_data_sheet(tables, study):
    themes = tables["themes"].body.set_index("id")
    assert themes["judged"].eq(300).all()
    assert themes.loc["isolation", "share"] == pytest.approx(0.103, abs=5e-4)  # 10.3% of the 300
    consistency = tables["consistency"].body.set_index("key")
    # computed with the package krippendorff 0.9: .85, .84, .71, .78; A 13.3% and B 7.0% on isolation
    values = consistency["krippendorff_alpha estimate"].round(2)
    assert values.to_dict() == {
        "finding_family": 0.85, "true_selves": 0.84, "isolation": 0.71, "culture_change": 0.78,
    }  # fmt: skip
    assert consistency.loc["isolation", ["prevalence_A", "prevalence_B"]].round(3).tolist() == [0.133, 0.07]
    assert tables["flow"].body["kept"].iloc[-1] == 552
    assert len(tables["coded"].body) == 300


def test_every_table_adds_up(tables):
    faults = {name: check_arithmetic(table) for name, table in tables.items()}
    assert {name: found for name, found in faults.items() if found} == {}


def test_no_output_carries_undecided_words_or_ids(tables, study, quoted, tmp_path):
    for name, table in tables.items():
        for suffix in WRITERS:
            table.save(tmp_path / f"{name}{suffix}")
    build_report("The example", [ReportSection("Tables", tables=list(tables.values()))], path=tmp_path / "report.html")
    leaks = find_leaks(tmp_path, study.corpus, quoted, study.codebook)
    assert leaks.to_dict("records") == []
    without = find_leaks(tmp_path, study.corpus, None, study.codebook)
    printed = " ".join(tables["themes"].body["quotation"])
    verbatim = quoted.table[quoted.table["decision"] == "permission"]
    assert set(without["unit_id"]) == {row.unit_id for row in verbatim.itertuples() if row.text in printed} != set()


def test_models_have_no_agreement_table(study):
    with pytest.raises(InvalidArgument, match="Coders A, B and C are models"):
        agreement_table(study.codings, measured=study.agreement)


def test_the_corpus_has_no_attributes_to_describe_until_somebody_adds_them(study):
    with pytest.raises(InvalidArgument, match="with_attributes"):
        author_table(study.corpus, ["role"])
    assert "was blind" not in methods_text(_without_machine(study))


def _without_machine(study):
    """The people's part of the study: the machine's needs minutes."""
    from types import SimpleNamespace

    names = ("folder", "config", "corpus", "codebook", "coders", "sample", "codings", "consensus", "agreement")
    return SimpleNamespace(**{name: getattr(study, name) for name in names})
