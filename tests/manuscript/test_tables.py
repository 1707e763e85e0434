"""Guards the numbers in the manuscript tables, counted by hand, and what must never stand in one: ids, texts."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from medtw_qual.errors import InvalidArgument, InvalidTable, UnknownUnit
from medtw_qual.manuscript import (
    agreement_table,
    cluster_table,
    codebook_table,
    coded_table,
    consistency_table,
    crosswalk_table,
    flow_table,
    prevalence_table,
    quotations,
    theme_table,
)


def row(table, **match):
    found = table.body
    for name, value in match.items():
        found = found[found[name] == value]
    assert len(found) == 1
    return found.iloc[0]


def test_themes_count_units_and_authors_once(consensus, corpus, codebook):
    table = theme_table(consensus, corpus, codebook)
    # kin and its sub-code awe: units 1 2 3 4 5 by a1, a2, a3; awe alone: units 3 4 by a2, a3
    assert table.body[["id", "n_units", "n_authors", "judged"]].to_numpy().tolist() == [
        ["bonds", 5, 3, 8],
        ["kin", 5, 3, 8],
        ["awe", 2, 2, 8],
        ["loss", 2, 2, 8],
        ["grief", 2, 2, 8],
    ]
    assert table.indents == (0, 1, 2, 0, 1)
    assert table.cells[0][2:] == ("5", "3", "62.5")
    assert "2 of 8 units carry more than one code and 2 none" in table.note
    assert "A code with sub-codes includes them." in table.note


def test_themes_show_one_method_of_prevalence_with_its_interval(consensus, corpus, codebook, prevalence):
    flat = replace(codebook, codes=tuple(replace(code, parent="") for code in codebook.codes))
    table = theme_table(consensus, corpus, flat, prevalence)
    kin = row(table, id="kin")
    assert (kin["estimate"], kin["low"], kin["high"]) == (0.45, 0.25, 0.65)  # PPI++ before human-only
    assert table.cells[1][-2:] == ("45.0", "[25.0, 65.0]")
    human = theme_table(consensus, corpus, flat, prevalence, method="human-only")
    assert row(human, id="kin")["estimate"] == 0.5


def test_a_code_counted_with_its_sub_codes_has_no_estimate_of_the_code_alone_beside_it(
    consensus, corpus, codebook, prevalence
):
    """Kin without awe could be rarer in the corpus than kin with awe is in the sample: two figures of two things."""
    table = theme_table(consensus, corpus, codebook, prevalence)
    assert np.isnan(row(table, id="kin")["estimate"])
    assert table.cells[1][-2:] == ("—", "—")
    assert "as of a code together with its sub-codes" in table.note


def test_only_decided_quotations_are_printed(consensus, corpus, codebook):
    decided = pd.DataFrame(
        {
            "unit_id": ["q1", "q2", "q3"],
            "code": ["kin", "grief", "awe"],
            "text": ["“printed words”", "secret words", "undecided words"],
            "decision": ["permission", "withheld", ""],
            "attribution": ["a nurse", "", ""],
        }
    )
    table = theme_table(consensus, corpus, codebook, quotations=decided)
    assert list(table.body["quotation"]) == ["", "“printed words” (a nurse)", "", "", ""]


def test_no_empty_column_is_printed_before_a_quotation_is_decided(consensus, corpus, codebook):
    table = theme_table(consensus, corpus, codebook, quotations=quotations(consensus, corpus))
    assert "quotation" in table.body
    assert [column.label for column in table.columns] == ["Theme and code", "What it says", "Units", "Authors", "%"]


def test_the_coded_table_stands_under_keys_in_their_order(consensus, corpus, codebook, codings, keys):
    table = coded_table(consensus, corpus, codebook, codings=codings, keys=keys)
    assert list(table.body["unit"]) == [f"K{n}" for n in range(1, 9)]
    third = row(table, unit="K3")  # unit 7: only coder A saw awe
    assert [third[f"awe | {who}"] for who in ("A", "B", "Consensus")] == ["present", "absent", "absent"]
    assert [spanner.label for spanner in table.spanners] == ["Finding kin", "Awe", "Grief"]
    everything = table.body.to_csv() + " ".join(map(str, table.cells)) + table.note
    assert not any(unit in everything for unit in corpus.units["unit_id"])
    assert not any(author in everything.split(",") for author in corpus.units["author_id"])


def test_without_keys_the_order_of_rows_tells_only_the_codes(consensus, corpus, codebook):
    table = coded_table(consensus, corpus, codebook)
    shuffled = consensus.copy()
    turned = dict(zip(corpus.units["unit_id"], corpus.units["unit_id"][::-1], strict=True))
    shuffled["unit_id"] = shuffled["unit_id"].map(turned)
    again = coded_table(shuffled, corpus, codebook)
    pd.testing.assert_frame_equal(table.body, again.body)


def test_many_codes_become_lists(consensus, corpus, codebook, codings, keys):
    table = coded_table(consensus, corpus, codebook, codings=codings, keys=keys, layout="lists")
    assert row(table, unit="K2")["A"] == "Finding kin; Grief"
    assert row(table, unit="K5")["Consensus"] == "none"


def test_keys_that_lead_back_are_refused(consensus, corpus, keys):
    with pytest.raises(InvalidTable, match="holds the id"):
        coded_table(consensus, corpus, keys=keys.assign(key="x" + keys["unit_id"]))
    with pytest.raises(InvalidTable, match="Two units have the key"):
        coded_table(consensus, corpus, keys=keys.assign(key="K1"))
    with pytest.raises(UnknownUnit, match="have no key"):
        coded_table(consensus, corpus, keys=keys[:5])
    with pytest.raises(UnknownUnit, match="not in the corpus"):
        coded_table(consensus.assign(unit_id="9" + consensus["unit_id"]), corpus)


def test_agreement_is_printed_with_its_reasons(measured, codebook):
    table = agreement_table(measured, coefficients=["krippendorff_alpha", "percent_agreement"], codebook=codebook)
    assert table.cells[0] == ("Finding kin", "8", "2", ".73", "[.20, .95]", ".88", "[.50, 1.00]")
    assert table.cells[1][:5] == ("Grief", "8", "2", "—", "—")
    assert table.lettered_notes == (("a", "one category only"),)
    assert [spanner.label for spanner in table.spanners] == ["Krippendorff’s α", "Observed agreement"]
    assert "not recorded whether the coders are people" in table.note


def test_models_have_consistency_and_never_agreement(measured, codings):
    coders = pd.DataFrame({"coder": ["A", "B"], "kind": ["model", "model"]})
    with pytest.raises(InvalidArgument, match=r"Coders A and B are models; .*tables.consistency"):
        agreement_table(measured, coders=coders)
    with pytest.raises(InvalidArgument, match="Coder B is a model"):
        agreement_table(codings.assign(coder_kind=["person"] * 24 + ["model"] * 24))
    table = consistency_table(measured, coders=coders)
    assert table.title == "Consistency Between Model Coders (invented data)"
    assert "agreement between" not in (table.title + table.note).lower()


def test_the_crosswalk_shows_decided_and_most_over_represented_cells(crosswalk, codebook):
    table = crosswalk_table(crosswalk, codebook, labels={0: "people, shifts"})
    labelled = ("people, shifts (cluster 0)", "Finding kin", "3")
    assert [line[:3] for line in table.cells] == [labelled, ("1", "Grief", "2")]
    assert table.cells[1][6:8] == ("∞", "[0.40, ∞]")
    assert "2 of 4 cells are shown" in table.note
    assert len(crosswalk_table(crosswalk, cells="all").body) == 4
    assert len(crosswalk_table(crosswalk, cells="decided").body) == 1
    assert "agreement" not in (table.title + table.note).lower()


def test_prevalence_gives_the_reason_where_there_is_no_estimate(prevalence, codebook):
    table = prevalence_table(prevalence, codebook)
    assert [line[2:] for line in table.cells][:2] == [("50.0", "[20.0, 80.0]", "8"), ("45.0", "[25.0, 65.0]", "8")]
    assert table.letters[3, 2] in dict(table.lettered_notes)
    assert "Fewer than 5 units with the code." in dict(table.lettered_notes).values()
    assert {"code", "method", "estimate", "low", "high"} <= set(table.body)


def test_flow_and_codebook_print_what_they_hold(corpus, codebook):
    flow = flow_table(corpus)
    assert flow.cells[0] == ("Read", "records in the file", "records", "12", "2", "0", "10")
    assert "8 units by 5 authors" in flow.note
    book = codebook_table(codebook)
    assert [column.label for column in book.columns] == ["Theme and code", "Definition", "Typical example"]
    assert [line[0] for line in book.cells] == ["Bonds", "Finding kin", "Awe", "Loss", "Grief"]


def test_clusters_show_words_and_never_posts():
    summary = pd.DataFrame(
        {
            "cluster": [0, -1],
            "size": [6, 2],
            "share": [0.75, 0.25],
            "key_words": [["shift", "night"], []],
            "central_texts": [["secret words"], []],
        }
    )
    stability = pd.DataFrame({"cluster": [0], "jaccard": [0.81], "verdict": ["stable"]})
    table = cluster_table(summary, stability)
    assert table.cells[0] == ("0", "6", "75.0", "shift, night", ".81", "stable")
    assert table.cells[1] == ("none", "2", "25.0", "", "—", "")
    assert "secret" not in table.body.to_csv()


def test_the_declared_coefficient_stands_first(measured, codings):
    table = agreement_table(codings, measured=measured, primary="percent_agreement")
    assert table.spanners[0].label == "Observed agreement"
    with pytest.raises(InvalidArgument, match="was not measured"):
        agreement_table(codings, measured=measured, primary="gwet_ac1")


def test_figures_from_models_are_recognised_without_the_codings(measured):
    with pytest.raises(InvalidArgument, match="behind these figures is a model"):
        agreement_table(measured.assign(coder_kind="mixed"))
    assert "not recorded" not in agreement_table(measured.assign(coder_kind="person")).note


def test_the_table_measures_what_was_not_measured_yet_and_shows_each_coder_s_share(codings, codebook):
    table = agreement_table(codings, coefficients=["percent_agreement"], codebook=codebook)
    # kin: A 4 of 8, B 3 of 8, one unit differs; awe: A 3, B 2, one differs; grief: equal
    assert [line[:6] for line in table.cells] == [
        ("Finding kin", "8", "2", "50.0", "37.5", ".88"),
        ("Awe", "8", "2", "37.5", "25.0", ".88"),
        ("Grief", "8", "2", "25.0", "25.0", "1.00"),
    ]
    assert [spanner.label for spanner in table.spanners] == ["% present, by coder", "Observed agreement"]
