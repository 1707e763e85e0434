"""From a codings table to figures: per code, pair, round and overall; who adds codes; who resembles whom."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.proportion import proportion_confint

import medtw_qual as mq
from medtw_qual import agreement as ag
from medtw_qual.errors import InvalidArgument, InvalidTable, MissingColumn

STATUS = {"p": "present", "a": "absent", "i": "impossible"}


def codings(marks, turn="1", book="h"):
    """An invented codings table from {code: {coder: "ppa."}}: present, absent, impossible, dot: not coded."""
    rows = [
        (f"u{i:02}", coder, code, STATUS[mark])
        for code, by_coder in marks.items()
        for coder, word in by_coder.items()
        for i, mark in enumerate(word)
        if mark != "."
    ]
    table = pd.DataFrame(rows, columns=["unit_id", "coder", "code", "status"])
    return table.assign(round=turn, codebook_hash=book, memo="")


TWO = {
    "thanks": {"A": "ppppaaaapaaappaaaaaa", "B": "pppaaaaapaaapaaaaaai", "C": "ppppaaaapaaap......."},
    "grief": {"A": "aaaappaaaaaaaaaaapaa", "B": "aaaapaaaaaaaaaaaaaaa", "C": "aaaappaaaaaaa......."},
}


def test_impossible_and_not_coded_are_missing():
    table = mq.measure_agreement(codings(TWO), coefficients=["krippendorff_alpha"]).set_index("level")
    letters = {"p": "present", "a": "absent"}
    ratings = [[letters.get(word[i]) for word in TWO["thanks"].values()] for i in range(20)]
    expected = ag.krippendorff_alpha(ratings)
    assert table.loc["thanks", "estimate"] == expected.estimate
    assert table.loc["thanks", "n_units"] == expected.n_units == 19
    assert table.loc["thanks", "missing"] == pytest.approx(8 / 60)
    assert table.loc["thanks", "prevalence_A"] == pytest.approx(7 / 20)


def test_each_level_names_its_rows():
    data = codings(TWO)
    assert list(mq.measure_agreement(data, by="coder_pair")["level"].unique()) == ["A & B", "A & C", "B & C"]
    overall = mq.measure_agreement(data, by="overall").set_index("coefficient")
    assert list(overall.index[-2:]) == ["alpha_sets", "pooled_kappa"]
    assert overall.loc["krippendorff_alpha", ["n_units", "n_decisions"]].tolist() == [20, 39]
    assert "between 20 groups" in overall.loc["krippendorff_alpha", "interval"]
    assert (
        overall.loc["alpha_sets", "n_units"] == 19
    )  # the unit where B could not decide on one code has no set of hers
    later = codings(TWO, turn="2")
    assert list(mq.measure_agreement(pd.concat([data, later]), by="round")["level"].unique()) == ["1", "2"]


def test_intervals_between_authors():
    data = codings(TWO)
    author = {f"u{i:02}": f"author {i // 2}" for i in range(20)}
    row = mq.measure_agreement(data, coefficients=["krippendorff_alpha"], groups=author).iloc[0]
    letters = {"p": "present", "a": "absent"}
    ratings = [[letters.get(word[i]) for word in TWO["thanks"].values()] for i in range(20)]
    expected = ag.krippendorff_alpha(ratings, groups=[f"author {i // 2}" for i in range(20)])
    assert [row["se"], row["low"]] == pytest.approx([expected.se, expected.low])
    assert "between 10 groups" in row["interval"]
    overall = mq.measure_agreement(data, by="overall", groups=pd.Series(author), interval="bootstrap", n_resamples=100)
    assert overall["interval"].str.contains("over groups").all()
    with pytest.raises(InvalidArgument, match="'u00' has no group"):
        mq.measure_agreement(data, groups={"u01": "x"})
    with pytest.raises(InvalidArgument, match="not a mapping"):
        mq.measure_agreement(data, groups=["x"])


def test_order_of_rows_does_not_matter():
    data = codings(TWO)
    shuffled = data.sample(frac=1, random_state=1)
    one = mq.measure_agreement(data).sort_values(["level", "coefficient"], ignore_index=True)
    other = mq.measure_agreement(shuffled).sort_values(["level", "coefficient"], ignore_index=True)
    pd.testing.assert_frame_equal(one, other)


def test_mixing_is_refused_unless_asked():
    rounds = pd.concat([codings(TWO), codings({"thanks": {"D": "pa"}}, turn="2")])
    with pytest.raises(InvalidArgument, match=r"2 rounds \('1', '2'\).*mix_rounds=True"):
        mq.measure_agreement(rounds)
    assert len(mq.measure_agreement(rounds, mix_rounds=True))
    books = pd.concat([codings(TWO), codings({"thanks": {"D": "pa"}}, book="other")])
    with pytest.raises(InvalidArgument, match="2 versions of the codebook"):
        mq.agreement.disagreements(books)
    twice = pd.concat([codings(TWO), codings({"thanks": {"A": "a"}}, turn="2")])
    with pytest.raises(InvalidTable, match="A coded 'thanks' on unit 'u00' twice, differently"):
        mq.measure_agreement(twice, mix_rounds=True)


def test_passages_of_one_code_are_one_decision():
    data = codings(TWO)
    repeated = pd.concat([data, data[data["status"] == "present"]])
    pd.testing.assert_frame_equal(mq.measure_agreement(repeated), mq.measure_agreement(data))


def test_bad_tables_are_refused():
    data = codings(TWO)
    with pytest.raises(MissingColumn, match="no column 'status'"):
        mq.measure_agreement(data.drop(columns="status"))
    with pytest.raises(InvalidTable, match="'maybe'"):
        mq.measure_agreement(data.assign(status="maybe"))
    with pytest.raises(InvalidArgument, match="nobody has coded"):
        mq.measure_agreement(data.head(0))
    with pytest.raises(InvalidArgument, match="Did you mean 'coder_pair'"):
        mq.measure_agreement(data, by="coder_pairs")
    with pytest.raises(InvalidArgument, match="Did you mean 'krippendorff_alpha'"):
        mq.measure_agreement(data, coefficients=["kripendorff_alpha"])
    with pytest.raises(InvalidArgument, match="by='overall'"):
        mq.measure_agreement(data, coefficients=["alpha_sets"])
    with pytest.raises(InvalidArgument, match="thanks has 3"):
        mq.measure_agreement(data, coefficients=["cohen_kappa"])


def test_one_coder_is_undefined_and_said():
    table = mq.measure_agreement(codings({"thanks": {"A": "pap"}}))
    assert set(table["undefined"]) == {"only one coder rated"}
    assert table["estimate"].isna().all()


def test_disagreements_have_a_direction():
    data = codings(TWO)
    data.loc[(data.unit_id == "u03") & (data.coder == "A"), "memo"] = "she thanks them all"
    corpus = SimpleNamespace(units=pd.DataFrame({"unit_id": ["u03"], "text": ["Thank you all."]}))
    found = mq.agreement.disagreements(data, corpus, p_values=True)
    first = found.units.iloc[0]
    assert first[["unit_id", "code", "present", "absent", "text"]].tolist() == [
        "u03", "thanks", "A, C", "B", "Thank you all.",
    ]  # fmt: skip
    assert "A: she thanks them all" in first["memos"]
    pair = found.direction.query("code == 'thanks' and first == 'A' and second == 'B'").iloc[0]
    assert pair[["n", "both", "only_first", "only_second", "neither", "adds"]].tolist() == [
        19,
        5,
        2,
        0,
        12,
        "",
    ]  # 2 against 0 is no direction
    exact = statsmodels_mcnemar([[5, 2], [0, 12]], exact=True).pvalue
    assert pair["mcnemar_p"] == pytest.approx(exact)
    assert [pair["low"], pair["high"]] == pytest.approx(proportion_confint(2, 2, method="beta"))
    assert "mcnemar_p" not in mq.agreement.disagreements(data).direction
    share = found.frequencies.query("code == 'thanks' and coder == 'B'").iloc[0]
    assert [share["low"], share["high"]] == pytest.approx(proportion_confint(5, 19, method="wilson"))


def test_confusion_says_what_was_given_instead():
    table = mq.agreement.confusion(codings({"x": {"A": "ppa", "B": "paa"}, "y": {"A": "aaa", "B": "apa"}}))
    assert table.loc["x", "x"] == 1
    assert table.loc["x", "y"] == 1
    assert table.loc["(none)", "(none)"] == 1
    with pytest.raises(InvalidArgument, match="Did you mean 'Bea'"):
        mq.agreement.confusion(codings({"x": {"Ann": "pa", "Bea": "pa", "Cyd": "aa"}}), "Ann", "Be")


def test_influence_lists_what_moves_the_figure():
    ratings = mq.agreement.wide_ratings(codings(TWO), "grief")
    table = mq.agreement.coder_influence(ratings, top=3)
    whole = ag.krippendorff_alpha(ratings).estimate
    for row in table.itertuples():
        left = ratings.drop(index=row.name) if row.left_out == "unit" else ratings.drop(columns=row.name)
        assert row.estimate == pytest.approx(ag.krippendorff_alpha(left).estimate)
        assert row.change == pytest.approx(row.estimate - whole)
    assert set(table["left_out"]) == {"unit", "coder"}
    assert table["change"].abs().is_monotonic_decreasing


def test_a_coder_agrees_with_themselves_over_rounds():
    first, second = codings({"x": {"A": "ppaapa", "B": "pp...."}}), codings({"x": {"A": "paaap."}}, turn="2")
    table = mq.agreement.intra_coder(pd.concat([first, second])).set_index("coder")
    expected = ag.krippendorff_alpha([[*pair] for pair in zip("ppaap", "paaap", strict=True)]).estimate
    assert table.loc["A", ["estimate", "n_units", "n_rounds"]].tolist() == [pytest.approx(expected), 5, 2]
    assert table.loc["B", "undefined"] == "B coded no units in two rounds"


def test_the_machine_is_set_against_each_person_on_the_same_units():
    rng = np.random.default_rng(4)
    truth = rng.random(200) < 0.4
    noisy = {name: np.where(rng.random(200) < p, ~truth, truth) for name, p in (("A", 0.05), ("B", 0.05), ("M", 0.2))}
    marks = {"x": {name: "".join("p" if v else "a" for v in values) for name, values in noisy.items()}}
    data = codings({"x": {k: v for k, v in marks["x"].items() if k != "M"}})
    predictions = pd.DataFrame({
        "unit_id": [f"u{i:02}" for i in range(190)], "code": "x", "predicted": noisy["M"][:190],
    })  # fmt: skip
    table = mq.agreement.compare_agreement(data, machine=predictions).set_index("coder")
    both = np.column_stack([noisy["A"], noisy["B"], noisy["M"]])[:190].astype(int)
    assert table.loc["A", "n_units"] == 190
    assert table.loc["A", "with_people"] == pytest.approx(ag.krippendorff_alpha(both[:, :2]).estimate)
    assert table.loc["A", "other"] == pytest.approx(ag.krippendorff_alpha(both[:, [0, 2]]).estimate)
    assert table.loc["A", "low"] > 0  # a machine with four times the errors is further from A than B is
    booted = mq.agreement.compare_agreement(data, machine=predictions, interval="bootstrap").set_index("coder")
    assert booted.loc["A", "se"] == pytest.approx(table.loc["A", "se"], rel=0.1)
    named = mq.agreement.compare_agreement(codings(marks), machine="M").set_index("coder")
    assert list(named.index) == ["A", "B"]
    with pytest.raises(InvalidArgument, match="Name one of: A, B, M"):
        mq.agreement.compare_agreement(codings(marks), machine="m")
    with pytest.raises(InvalidArgument, match="at least 3"):
        mq.agreement.compare_agreement(data)


def test_identical_machine_and_person_differ_by_nothing():
    data = codings({"x": {"A": "ppaap", "B": "ppaaa", "M": "ppaaa"}})
    row = mq.agreement.compare_agreement(data, machine="M").set_index("coder").loc["A"]
    assert row["difference"] == 0
    assert row["interval"].startswith("no interval")


def test_what_other_programs_print():
    data = codings({"x": {"A": "ppppaaaaaa", "B": "pppaaaaaaa"}, "y": {"A": "paaaaaaaaa", "B": "ppaaaaaaaa"}})
    table = mq.agreement.other_software(data).set_index(["level", "program"])["value"]
    assert table["x", "NVivo"] == table["x", "Dedoose"] == pytest.approx(ag.cohen_kappa(
        [["p", "p"]] * 3 + [["p", "a"]] + [["a", "a"]] * 6).estimate)  # fmt: skip
    expected = (3 / 4) * 1 * 0 * (1 / 4)  # Pyes = 1 x 3/4, Pno = 0 x 1/4
    assert table["x", "QualCoder"] == pytest.approx((3 / 4 - expected) / (1 - expected))
    assert table["all codes", "MAXQDA"] == pytest.approx((4 / 6 - 1 / 2) / (1 / 2))
    weighted = mq.agreement.other_software(data, {f"u{i:02}": 1 if i else 3 for i in range(10)}).set_index(
        ["level", "program"]
    )
    characters = [["p", "p"]] * 5 + [["p", "a"]] + [["a", "a"]] * 6
    assert weighted.loc[("x", "NVivo"), "value"] == pytest.approx(ag.cohen_kappa(characters).estimate)
    with pytest.raises(InvalidArgument, match="codings have 3"):
        mq.agreement.other_software(codings(TWO))


def test_any_table_of_ratings():
    table = pd.DataFrame({"A": ["1", "2", "3", ""], "B": ["1", "2", "2", "3"], "C": [" 1", None, "3", "3"]})
    found = mq.agreement.measure_ratings(table, level="interval").set_index("coefficient")
    ratings = [[1, 1, 1], [2, 2, None], [3, 2, 3], [None, 3, 3]]
    assert found.loc["krippendorff_alpha", "estimate"] == ag.krippendorff_alpha(ratings, level="interval").estimate
    assert found.loc["gwet_ac2", "estimate"] == ag.gwet_ac2(ratings, weights="quadratic").estimate
    text = ag.agreement_text(found.reset_index())
    assert "Krippendorff's alpha" in text
    assert max(map(len, text.splitlines()[:6])) <= 100
    words = mq.agreement.measure_ratings(pd.DataFrame({"A": ["x", "NA"], "B": ["x", "NA"]}))
    assert words["n_units"].tolist() == [2, 2, 2, 2]  # "NA" is what somebody wrote, not a missing rating
    with pytest.raises(InvalidArgument, match="Did you mean 'ordinal'"):
        mq.agreement.measure_ratings(table, level="ordinl")


def test_forest_plot_shows_every_coefficient_and_says_undefined(tmp_path):
    data = codings({**TWO, "joy": {"A": "aaaa", "B": "aaaa", "C": "aaaa"}})
    table = mq.measure_agreement(data)
    figure = mq.plot.agreement(table, names={"thanks": "Thanks"}, title="Three coders")
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Thanks", "grief", "joy"]
    assert sum(text.get_text() == "undefined" for text in axes.texts) == 3
    single = mq.plot.agreement(table, "krippendorff_alpha").axes[0]
    assert single.get_xlabel() == "Krippendorff's alpha with 95% interval"
    assert "joy undefined (only one category was used ('absent'))" in ag.forest_in_words(table)
    with pytest.raises(InvalidArgument, match="It has:"):
        mq.plot.agreement(table, "pabak")
    with pytest.raises(InvalidArgument, match="empty"):
        mq.plot.agreement(table.head(0))


def test_planning_refuses_what_has_no_answer():
    with pytest.raises(InvalidArgument, match="between 0 and 1"):
        ag.units_needed(1.2)
    with pytest.raises(InvalidArgument, match="Give `expected`"):
        ag.units_needed(0.6, method="cantor")
    with pytest.raises(InvalidArgument, match="Did you mean"):
        ag.units_needed(0.6, method="cantro")
    with pytest.raises(InvalidArgument, match="closer together"):
        ag.units_needed(0.6, expected=0.95, prevalence=0.1, prevalence_second=0.6, method="cantor")
    assert ag.units_needed(0.8, prevalence=0.1) > ag.units_needed(0.8, prevalence=0.25)
    with pytest.raises(InvalidArgument, match="undefined"):
        ag.benchmark(ag.krippendorff_alpha([["a", "a"]] * 5))
    without_error = ag.benchmark((0.9, 0.0), "krippendorff")
    assert without_error["probability"].isna().all()
    assert not without_error["gwet"].any()
