"""Guards `medtw-qual agreement`: published values on the terminal, from a CSV, a workbook or coding logs."""

import re

import pandas as pd
import pytest

from medtw_qual.errors import InvalidArgument
from medtw_qual.study.agreement_report import agreement_report

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", example B: two observers, nominal; alpha = .692.
OBSERVERS = {"Ben": list("aabbdcccedda"), "Gerry": list("babbbccceddd")}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", "semicolon"])
def test_a_published_example_comes_out_of_every_kind_of_table(tmp_path, suffix):
    table = pd.DataFrame(OBSERVERS)
    table.insert(0, "unit", [str(number) for number in range(1, 13)])
    path = tmp_path / ("ratings.csv" if suffix == "semicolon" else f"ratings{suffix}")
    if suffix == ".xlsx":
        table.to_excel(path, index=False)
    else:
        table.to_csv(path, index=False, sep=";" if suffix == "semicolon" else ",")
    said = agreement_report(path)
    assert "2 coders (Ben, Gerry) on 12 units" in said
    line = next(line for line in said.splitlines() if "Krippendorff" in line)
    assert " .692 " in line or "0.692" in line


def test_one_category_is_undefined_in_words_not_perfect(tmp_path):
    (tmp_path / "r.csv").write_text("A,B\nyes,yes\nyes,yes\n")
    line = next(line for line in agreement_report(tmp_path / "r.csv").splitlines() if "Krippendorff" in line)
    assert "undefined" in line


def test_one_coder_is_refused(tmp_path):
    (tmp_path / "r.csv").write_text("unit,A\n1,yes\n2,no\n")
    with pytest.raises(InvalidArgument, match="needs two coders"):
        agreement_report(tmp_path / "r.csv")


def test_a_folder_of_logs_needs_its_codebook_and_never_calls_models_agreement(root):
    with pytest.raises(InvalidArgument, match="--codebook"):
        agreement_report(root / "data" / "codings")
    said = agreement_report(root / "data" / "codings", root / "codebooks" / "gratitude_2020.yaml")
    assert said.startswith("Consistency between model coders")
    assert "isolation" in said


ROWS = "unit_id,coder,thanks,memo\n"


def test_one_row_per_unit_and_coder_gives_the_same_figure_as_one_column_per_coder(tmp_path):
    rows = [f"{n},{name},{mark},seen" for name, marks in OBSERVERS.items() for n, mark in enumerate(marks)]
    (tmp_path / "rows.csv").write_text(ROWS + "\n".join(rows) + "\n", encoding="utf-8")
    said = agreement_report(tmp_path / "rows.csv")
    assert "2 coders (Ben, Gerry) on 12 units" in said
    line = next(line for line in said.splitlines() if "Krippendorff" in line)
    assert " .692 " in line
    assert "memo" not in said


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (ROWS + "1,A,1,\n1,B,1,\n1,A,0,\n", "Row 4 of r.csv holds unit 1 by coder A once more"),
        ("unit,A,B\n1,1,1\n2,0,1\n1,1,0\n", "Row 4 of r.csv holds unit 1 once more"),
        ("coder,thanks\nA,1\nB,1\n", "unit_id"),
        ("unit_id,coder,codes\n1,A,thanks\n1,B,\n", "--codebook"),
        ("unit_id,coder,round,thanks\n1,A,1,1\n1,A,2,1\n1,B,1,1\n", "one round"),
        ("unit_id,coder\n1,A\n1,B\n", "no column of ratings"),
        ("ratings\n1\n0\n", "needs two coders"),
    ],
)
def test_a_table_that_would_be_misread_is_refused_with_its_remedy(tmp_path, table, words):
    (tmp_path / "r.csv").write_text(table, encoding="utf-8")
    with pytest.raises(InvalidArgument, match=words):
        agreement_report(tmp_path / "r.csv")


def figure(path, **options):
    """The units and percent agreement that the terminal shows."""
    line = next(line for line in agreement_report(path, **options).splitlines() if "Percent agreement" in line)
    cells = line.split()
    return float(cells[cells.index("agreement") + 1]), int(cells[-2])


PLAIN = "unit_id,Ada,Björn\nw1,hope,hope\nw2,fear,hope\nw3,hope,hope\nw4,fear,fear\n"  # invented; 3 of 4 agree


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        ("sep=;\r\n" + PLAIN.replace(",", ";")).encode("utf-8-sig"),
        PLAIN.replace(",", "\t").encode("utf-16"),
        PLAIN.replace(",", "|").encode("cp1252"),
        PLAIN.replace("\n", ",\n").encode(),
        PLAIN.replace("unit_id", "ward").encode(),  # ids by their values
        (PLAIN + "w5,NA,hope\nw6,,#\n").encode(),
        (PLAIN.replace("Björn\n", "Björn,final code\n").replace("w1,hope,hope", "w1,hope,hope,hope")).encode(),
    ],
)
def test_the_same_ratings_in_another_form_give_the_same_figure(tmp_path, content):
    (tmp_path / "r.csv").write_bytes(content)
    estimate, _ = figure(tmp_path / "r.csv")
    assert estimate == 0.75


def test_numbers_without_a_header_are_units_from_the_first_row_on(tmp_path):
    (tmp_path / "recal.csv").write_text("0,0\n2,1\n0,0\n2,2\n#,1\n")
    assert figure(tmp_path / "recal.csv") == (0.75, 4)
    assert "has no header" in agreement_report(tmp_path / "recal.csv")
    (tmp_path / "r.csv").write_text("hope,fear\nhope,hope\nfear,fear\n")
    with pytest.raises(InvalidArgument, match="may be a header or a unit"):
        agreement_report(tmp_path / "r.csv")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("unit,A,B\n1,Hope,hope\n2,fear,fear\n", "differ in capitals"),
        ("unit,A,B\n1,fear|hope,hope|fear\n2,fear,hope\n", '--sets "|"'),
    ],
)
def test_answers_that_only_look_different_are_refused_with_their_remedy(tmp_path, table, words):
    (tmp_path / "r.csv").write_text(table)
    with pytest.raises(InvalidArgument) as refused:
        agreement_report(tmp_path / "r.csv")
    assert words in str(refused.value)


def test_options_reach_the_figures(tmp_path):
    (tmp_path / "r.csv").write_text("unit,A,B,who\n1,low,low,a\n2,high,medium,a\n3,medium,medium,b\n4,high,high,b\n")
    ordered = agreement_report(tmp_path / "r.csv", level="ordinal", categories=["low", "medium", "high"], groups="who")
    nominal = agreement_report(tmp_path / "r.csv", groups="who")
    assert "2 coders (A, B)" in ordered
    assert ordered != nominal
    (tmp_path / "s.csv").write_text("unit,A,B\n1,x;y,y;x\n2,x,x\n3,y,x\n4,y,y\n")
    assert "4 units" in agreement_report(tmp_path / "s.csv", sets=";")


def test_options_for_ratings_are_refused_with_a_codebook_and_changes_are_followed(tmp_path):
    from medtw_qual.codebook import Code, Codebook, merge_codes

    book = Codebook("care", "1", codes=(Code("soup", "Soup"), Code("visit", "A visit"), Code("pay", "Pay")))
    new = merge_codes(
        book, ["soup", "visit"], Code("food", "Food"), version="2", reason="one idea", decided_by="KA",
        log=tmp_path / "changes.jsonl",
    )  # fmt: skip
    new.save(tmp_path / "book.yaml")
    table = tmp_path / "codings.csv"
    table.write_text("unit_id,coder,codes\nu1,KA,soup\nu2,KA,pay\nu1,LB,food\nu2,LB,food\n")
    said = agreement_report(table, tmp_path / "book.yaml")
    assert re.search(r"food +Percent agreement +\.500", said)  # u1: both; u2: LB alone
    assert "soup" not in said
    with pytest.raises(InvalidArgument, match="for tables of ratings"):
        agreement_report(table, tmp_path / "book.yaml", level="ordinal")
