"""Guards the methods text: every number comes from the study, and nothing is claimed that its files do not show."""

import re
from types import SimpleNamespace

import pandas as pd
import pytest

from medtw_qual._base.decision_log import append_record
from medtw_qual.errors import InvalidArgument
from medtw_qual.manuscript import ai_statement, checklist, methods_text, quotations


@pytest.fixture
def study(tmp_path, corpus, codebook, codings, consensus, measured, crosswalk, prevalence):
    coders = pd.DataFrame({"coder": ["A", "B"], "kind": "person", "training": "two rounds", "note": ""})
    sample = SimpleNamespace(
        table=pd.DataFrame({"stratum": [""] * 8, "inclusion_probability": [0.5] * 8}), population=16, design="simple"
    )
    assignments = pd.DataFrame({"unit_id": corpus.units["unit_id"], "cluster": [0, 0, 0, 0, 1, 1, 1, -1]})
    clusters = SimpleNamespace(
        assignments=assignments, method="ward", parameters={"seed": 2020}, guided_by="", curve=[],
        vectors=SimpleNamespace(encoder={"model": "all-MiniLM-L6-v2"}),
    )  # fmt: skip
    return SimpleNamespace(
        folder=tmp_path,
        config=SimpleNamespace(
            title="A small study",
            coding=SimpleNamespace(source="codings"),
            agreement=SimpleNamespace(primary="krippendorff_alpha"),
        ),
        corpus=corpus,
        codebook=codebook,
        coders=coders,
        sample=sample,
        codings=codings.assign(codebook_hash=codebook.hash),
        consensus=consensus,
        agreement=measured,
        clusters=clusters,
        crosswalk=crosswalk,
        prevalence=prevalence,
    )


def log_decisions(study, shown, decided, coders=("A", "B")):
    for coder in coders:
        for place, unit in enumerate(study.corpus.units["unit_id"]):
            record = {
                "id": f"{coder}{place}",
                "action": "decide",
                "coder": coder,
                "unit_id": unit,
                "codes": [],
                "shown_at": shown,
                "decided_at": decided,
            }
            append_record(study.folder / "codings" / f"{coder}--1.jsonl", record)


def test_each_number_is_the_study_s(study):
    text = methods_text(study)
    assert study.corpus.flow_text() in text
    assert "They were written between 01 December 2020 and 02 December 2020 (UTC)." in text
    assert "8 of 16 (50.0%) units of the corpus were sampled" in text
    assert "inclusion probability of .50" in text
    assert (
        "8 units were coded by 2 coders: A (8 units) and B (8 units). 8 of 8 (100.0%) units were coded by more" in text
    )
    assert (
        "Krippendorff’s α with 95% confidence intervals: Finding kin .73 [.20, .95]. It is undefined for 1 code."
        in text
    )
    assert "8 units were grouped into 2 clusters (ward, seed 2020). 1 unit belongs to no cluster." in text
    assert "(2 clusters × 2 codes)" in text
    assert "1 cell was decided on: 1 'part'." in text
    assert "estimated from the consensus alone and by PPI++" in text


def test_blind_is_written_only_where_the_logs_show_it(study):
    silent = methods_text(study)
    assert "was blind" not in silent
    assert "so not whether coding was done blind" in silent
    log_decisions(study, None, "2021-01-05T10:00:00Z")
    assert "was blind" not in methods_text(study)
    log_decisions(study, "2021-01-05T09:59:00Z", "2021-01-05T10:00:00Z")
    assert "was blind" not in methods_text(study)  # half of the decisions were not taken at the desk


def test_codings_beside_the_logs_prove_no_blindness(study):
    log_decisions(study, "2021-01-05T09:59:00Z", "2021-01-05T10:00:00Z", coders=("A",))  # B's came in a sheet
    assert "was blind" not in methods_text(study)
    study.codings = study.codings[study.codings["coder"] == "A"]
    assert "Coding was blind: all 8 decisions" in methods_text(study)
    assert "other coders’" not in methods_text(study)


def test_one_coder_agrees_with_nobody(study):
    study.codings = study.codings[study.codings["coder"] == "A"]
    study.agreement = study.agreement.assign(estimate=float("nan"), undefined="one coder")
    text = methods_text(study)
    assert "No unit was coded by more than one coder, so there is no agreement" in text
    assert "## Agreement" not in text
    assert "blind to each other" not in text
    assert checklist(study, "GRRAS").body.set_index("item").loc["13", "state"] == "to be written"


def test_who_coded_is_said_only_where_it_is_recorded(study):
    study.coders = None
    study.codings = study.codings.assign(coder_kind="")
    assert "It is not recorded whether A and B are people." in methods_text(study)
    assert "[State whether A and B coded as people or as models" in ai_statement(study)


def test_predictions_are_claimed_only_where_an_estimate_rests_on_them(study):
    assert "predicted by a model" in ai_statement(study)
    study.prevalence = study.prevalence[study.prevalence["method"] == "human-only"]
    assert "predicted by a model" not in ai_statement(study)
    assert "estimated from the consensus alone, with" in methods_text(study)


def test_a_decision_without_a_codebook_s_hash_is_not_counted_as_taken_with_it(study):
    assert "Every decision was taken with this version" in methods_text(study)
    study.codings.loc[study.codings.index[0], "codebook_hash"] = ""
    text = methods_text(study)
    assert "Every decision" not in text
    assert "Some decisions do not name theirs." in text


def test_a_new_code_counts_as_decided_and_not_as_compared(study):
    new = study.crosswalk.iloc[[0]].assign(code="vaccination", n=None, decision="new code")
    study.crosswalk = pd.concat([study.crosswalk, new], ignore_index=True)
    text = methods_text(study)
    assert "(2 clusters × 2 codes)" in text
    assert "2 cells were decided on: 1 'part' and 1 'new code'." in text


def test_all_decisions_at_the_desk_before_the_discussion_are_blind_and_independent(study):
    log_decisions(study, "2021-01-05T09:59:00Z", "2021-01-05T10:00:00Z")
    later = pd.Timestamp("2021-02-01", tz="UTC")
    study.consensus = study.consensus.assign(basis="discussed", decided_at=later, decided_by="A", reason="talked")
    text = methods_text(study)
    assert "Coding was blind: all 16 decisions" in text
    assert "logged before the first disagreement was settled" in text
    study.consensus = study.consensus.assign(decided_at=pd.Timestamp("2020-02-01", tz="UTC"))
    assert "Some decisions were logged after a disagreement had been settled." in methods_text(study)


def test_what_was_not_done_is_not_mentioned(study):
    for name in ("coders", "sample", "codings", "consensus", "agreement", "clusters", "crosswalk", "prevalence"):
        setattr(study, name, None)
    text = methods_text(study)
    assert re.findall(r"^## (.*)$", text, re.M) == ["Corpus", "Codebook", "Software", "Use of artificial intelligence"]
    assert "cluster" not in text
    assert "coders" not in text


def test_model_coders_are_named_and_never_agree(study):
    study.coders = study.coders.assign(kind="model", note="an invented model")
    study.codings = study.codings.assign(coder_kind="model")
    text = methods_text(study)
    assert "Coders A and B are language models, not people." in text
    assert "## Consistency between model coders" in text
    assert "Agreement between" not in text
    assert "not reliability between people" in text
    assert "Coder A is a language model (an invented model)." in ai_statement(study)


def test_no_unit_text_or_id_stands_in_the_methods(study):
    text = methods_text(study)
    for unit in study.corpus.units.itertuples():
        assert unit.unit_id not in text
        assert unit.text not in text


@pytest.mark.parametrize(("name", "items"), [("SRQR", 21), ("COREQ", 32), ("GRRAS", 15)])
def test_checklists_have_the_published_number_of_items_and_honest_blanks(study, name, items):
    table = checklist(study, name)
    assert len(table.body) == items
    assert set(table.body["state"]) <= {"from the study", "to be completed", "to be written", "not applicable"}
    written = table.body[table.body["state"] == "to be written"]
    assert written["answer"].str.fullmatch(r"\[.*\]").all()
    assert (table.body["answer"] != "").all()
    complete = table.body[table.body["state"] == "from the study"]
    assert len(complete) > 0
    assert not complete["answer"].str.contains(r"\[[A-Z]").any()


@pytest.mark.parametrize(
    ("name", "item", "topic"),
    [
        # as in the published forms: O'Brien et al. (2014), Tong et al. (2007)
        ("SRQR", "S5", "Qualitative approach and research paradigm"),
        ("SRQR", "S9", "Ethical issues pertaining to human subjects"),
        ("SRQR", "S14", "Data analysis"),
        ("SRQR", "S17", "Links to empirical data"),
        ("COREQ", "9", "Methodological orientation and theory"),
        ("COREQ", "16", "Description of sample"),
        ("COREQ", "22", "Data saturation"),
        ("COREQ", "24", "Number of data coders"),
        ("COREQ", "27", "Software"),
    ],
)
def test_items_stand_under_their_published_numbers(study, name, item, topic):
    assert checklist(study, name).body.set_index("item").loc[item, "topic"] == topic


@pytest.mark.parametrize("name", ["SRQR", "COREQ", "GRRAS"])
def test_a_checklist_tells_each_part_once_and_points_back_to_it(study, name):
    answers = checklist(study, name).body.set_index("item")["answer"]
    whole = [text for text in answers if study.corpus.flow_text() in text]
    assert len(whole) == 1
    for item, where in answers.str.extractall(r"see item (S?\d+)\.")[0].droplevel(1).items():
        assert where in answers.index
        assert int(where.strip("S")) < int(item.strip("S"))


def test_what_was_decided_about_quotations_is_counted(study, consensus, corpus):
    assert "## Quotations" not in methods_text(study)
    found = quotations(consensus, corpus)
    unit = found.table["unit_id"].iloc[0]
    study.quotations = found.decide(unit, "withheld", reason="recognisable", decided_by="KA")
    assert "1 quotation was decided on by KA: 1 withheld." in methods_text(study)


def test_coreq_leaves_out_what_only_interviews_have(study):
    table = checklist(study, "COREQ").body.set_index("item")
    assert table.loc[["17", "18", "19", "23"], "state"].eq("not applicable").all()
    assert "2 coders" in table.loc["24", "answer"]


def test_an_unknown_checklist_names_the_known_ones(study):
    with pytest.raises(InvalidArgument, match="Did you mean 'SRQR'"):
        checklist(study, "SRQ")
